"""The page of question 3: what a reference price does to duty, prices and output, and who pays."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from orepact import facts
from orepact.api.questions.border import DUTY, FLOOR, DutyAsked, FloorAsked
from orepact.api.questions.price import BY_STAGE, PRICE, PriceAsked, by_stage
from orepact.errors import OrepactError
from orepact.report.numbers import UNTOLD, exact, ratio, tonnes
from orepact.web.charts import Column, number
from orepact.web.forms import chosen, minerals, spoken, stages, typed_places, typed_share
from orepact.web.page import Page, Preset
from orepact.web.pages import border
from orepact.web.pages.answers_why import price_why
from orepact.web.sources import command_line, source_line, sources_of

if TYPE_CHECKING:
    from orepact.cases.price_chain import PriceAnswer


def view(asked: PriceAsked, found: PriceAnswer) -> Mapping[str, Any]:
    """Words and pictures of the answer."""
    from orepact.report.price_text import closing, noted, untold, verdict
    from orepact.report.too_narrow import too_narrow
    from orepact.web.pages import price_charts as charts

    answer = found.summary()
    sources = sources_of(answer["sources"])
    source = source_line(sources, answer["grade"])
    missing = [each for each in answer["cannot_tell"] if each.startswith(("which sectors", "who pays"))]
    force = [each for each in answer["cannot_tell"] if each.startswith("tariffs")]
    known = [each for each in answer["notes"] if each.startswith("the tariff of")]
    rest = [each for each in answer["cannot_tell"] if each not in (*missing, *force)]
    return {
        "answer": answer,
        "question": _question(answer),
        "verdict": verdict(answer),
        "normal": _normal(found, answer),
        "narrow": too_narrow(),
        "higher": _higher(asked, answer),
        "closing": closing(answer),
        "map": charts.country_map(found, source),
        "groups": charts.groups(answer, source),
        "parties": charts.parties(answer, source),
        "duties": charts.duties(answer, source),
        "prices": charts.prices(answer, source),
        "output": charts.output(answer, source),
        "sectors": charts.sectors(answer, source),
        "sectors_missing": [untold(each) for each in missing],
        "tariffs": [*map(untold, force), *map(noted, known)],
        "cannot_tell": [*map(untold, rest), *(noted(each) for each in answer["notes"] if each not in known)],
        "steps": step_rows(answer["coherence"]), "step_columns": STEPS,
        "sources": sources,
        "command": _command(asked),
        **price_why(asked, answer),
    }  # fmt: skip


STEPS = (
    Column("step", "Plants that make"), Column("bought", "Buy at, USD/t"), Column("sold", "Sell at, USD/t"), number("yield", "Yield"),
    number("left", "Left, USD/t"), Column("verdict", "Do they live?"), Column("why", "Why, and what to supply to tell more"),
)  # fmt: skip
SPOKEN = {"--reference-at": "a reference price", "--conversion-cost": "a conversion cost", "--yield": "a yield"}
"""Options of the command as a page calls its boxes."""


def step_rows(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Whether the plants beside a reference price live, a row for each step of the chain."""
    from orepact.report.price_text import plain

    rows = []
    for step in steps:
        todo = step["todo"] or ""
        for option, words in SPOKEN.items():
            todo = re.sub(rf"{option} (\w+=\w+)", rf"{words} (\1)", todo)
        sold = step["sold"]
        rows.append({
            "step": f"{sold} from {step['bought']}" if sold else f"what follows {step['bought']}",
            "bought": f"{plain(step['bought_at'], tonnes)}, {step['bought_is']}",
            "sold": f"{plain(step['sold_at'], tonnes)}, {step['sold_is']}" if sold else UNTOLD,
            "yield": plain(step["yield"], ratio) if step["yield"] else UNTOLD,
            "left": plain(step["left"], tonnes) if step["left"] else UNTOLD,
            "verdict": step["verdict"], "why": f"{step['why']}; {todo}" if todo else step["why"],
        })  # fmt: skip
    return rows


def _command(asked: PriceAsked) -> str:
    """The command of the same answer; what is told by stage is an option for each stage."""
    bare = asked.model_copy(update=dict.fromkeys(BY_STAGE))
    names = {"yields": "yield", "reference_at": "reference-at", "conversion_cost": "conversion-cost"}
    more = [f"--{names[name]} {shlex.quote(part)}" for name in BY_STAGE for part in by_stage(getattr(asked, name))]
    return " ".join([command_line("price", bare, {}, ("reference", "zone")), *more])


def _higher(asked: PriceAsked, answer: Mapping[str, Any]) -> dict[str, str] | None:
    """Where the reference price does not bind: the same question a quarter above the base price, to three figures."""
    base = answer["base_price"]["median"]
    if answer["reference"] > base or not base > 0:
        return None
    reference = float(f"{1.25 * base:.3g}")
    state = asked.model_copy(update={"reference": reference}).address()
    return {"address": f"/{PRICE.name}?{urlencode(state)}", "words": f"USD {exact(reference)} a tonne of content"}


def _question(answer: Mapping[str, Any]) -> str:
    name = facts.mineral_name(answer["mineral"])
    return f"A reference price of USD {exact(answer['reference'])} for {answer['stage']} {name}: who pays?"


def _normal(found: PriceAnswer, answer: Mapping[str, Any]) -> str:
    from orepact.report.price_text import lifted

    said = lifted(dict(answer))
    price = found.network.price
    text = f"{said[:1].upper()}{said[1:]}. That price: {price.basis}, {answer['base_year']}, grade {price.grade}."
    largest = next(iter(answer["duties"]), None)
    if largest is None or largest["imports_before_t"] < 1:
        return f"{text} Nobody outside sells into the zone."
    sold = tonnes(largest["imports_before_t"])
    return f"{text} Before, most imports came from {facts.country_name(largest['origin'])}: {sold} tonnes of content a year."


def form(asked: PriceAsked) -> Mapping[str, Any]:
    """What the blanks of the sentence may hold, and the two sums by hand as they first stand."""
    try:
        mineral = facts.resolve_mineral(asked.mineral)
        found = stages(mineral)
    except OrepactError:
        mineral, found = asked.mineral, ()
    return {
        "mineral": mineral, "minerals": minerals(), "stages": found, "stage": asked.stage or (found[-1][0] if found else ""),
        "places": typed_places(), "zone": spoken(asked.zone), "exempt": spoken(asked.exempt or ""),
        "reference": chosen(asked.reference), "cap_rate": typed_share(asked.cap_rate),
        **{name: getattr(asked, name) or "" for name in BY_STAGE},
        "duty": border.duty_form(DutyAsked()), "duty_view": border.duty_view(DutyAsked(), DUTY.work(DutyAsked())),
        "floor": border.floor_form(FloorAsked()), "floor_view": border.floor_view(FloorAsked(), FLOOR.work(FloorAsked())),
    }  # fmt: skip


def _picture(found: PriceAnswer, ending: str) -> bytes:
    from orepact.report.price_chart import price_picture

    return price_picture(found, ending)


PRICE_PAGE = Page(
    question=PRICE,
    nav="Price",
    about="If imports are lifted to a reference price: what duty, what new output, and who pays?",
    view=view,
    form=form,
    picture=_picture,
    presets=(
        Preset("The Partnership: rare earths at USD 22 000", {"mineral": "rare_earths", "reference": "22000", "zone": "MSP"}),
        Preset("EU, US and Japan (statement of 4 February 2026): gallium + 25 %",
               {"mineral": "gallium", "reference": "456000", "zone": "EU27,USA,JPN"}),
        Preset("US and Mexico (plan of 4 February 2026): antimony + 25 %",
               {"mineral": "antimony", "reference": "15100", "zone": "USA,MEX"}),
        Preset("EU, US and Japan: germanium + 25 %", {"mineral": "germanium", "reference": "1480000", "zone": "EU27,USA,JPN"}),
        Preset("The Partnership: tungsten + 25 %", {"mineral": "tungsten", "reference": "40700", "zone": "MSP"}),
    ),
)  # fmt: skip

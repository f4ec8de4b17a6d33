"""The page of question 3: what a reference price does to duty, prices and output, and who pays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.api.questions.border import DUTY, FLOOR, DutyAsked, FloorAsked
from orepact.api.questions.price import PRICE, PriceAsked
from orepact.errors import OrepactError
from orepact.report.numbers import exact, tonnes
from orepact.web.forms import chosen, minerals, spoken, stages, typed_places, typed_share
from orepact.web.page import Page, Preset
from orepact.web.pages import border
from orepact.web.sources import command_line, known_sources, source_line, source_rows

if TYPE_CHECKING:
    from orepact.cases.price_chain import PriceAnswer


def view(asked: PriceAsked, found: PriceAnswer) -> Mapping[str, Any]:
    """Words and pictures of the answer."""
    from orepact.report.price_text import closing, headline, together, untold
    from orepact.web.pages import price_charts as charts

    answer = found.summary()
    sources = known_sources(answer["sources"])
    source = source_line(sources, answer["grade"])
    missing = [each for each in answer["cannot_tell"] if each.startswith("which sectors")]
    return {
        "answer": answer,
        "question": _question(answer),
        "headline": headline(answer),
        "normal": _normal(found, answer),
        "together": together(answer),
        "closing": closing(answer),
        "map": charts.country_map(found, source),
        "groups": charts.groups(answer, source),
        "parties": charts.parties(answer, source),
        "duties": charts.duties(answer, source),
        "prices": charts.prices(answer, source),
        "output": charts.output(answer, source),
        "sectors": charts.sectors(answer, source),
        "sectors_missing": [untold(each) for each in missing],
        "cannot_tell": [untold(each) for each in answer["cannot_tell"] if each not in missing],
        "steps": answer.get("coherence", []),
        "sources": source_rows(sources),
        "command": command_line("price", asked, {}, ("reference", "zone")),
    }  # fmt: skip


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
        "duty": border.duty_form(DutyAsked()), "duty_view": border.duty_view(DutyAsked(), DUTY.work(DutyAsked())),
        "floor": border.floor_form(FloorAsked()), "floor_view": border.floor_view(FloorAsked(), FLOOR.work(FloorAsked())),
    }  # fmt: skip


PRICE_PAGE = Page(
    question=PRICE,
    nav="Price and duty",
    view=view,
    form=form,
    presets=(
        Preset("The Partnership lifts rare earths", {"mineral": "rare_earths", "reference": "22000", "zone": "MSP"}),
        Preset("EU, US and Japan (statement of 4 February 2026): gallium",
               {"mineral": "gallium", "reference": "456000", "zone": "EU27,USA,JPN"}),
        Preset("US and Mexico (action plan of 4 February 2026): antimony",
               {"mineral": "antimony", "reference": "15100", "zone": "USA,MEX"}),
        Preset("EU, US and Japan: germanium", {"mineral": "germanium", "reference": "1480000", "zone": "EU27,USA,JPN"}),
        Preset("The Partnership lifts tungsten", {"mineral": "tungsten", "reference": "40700", "zone": "MSP"}),
    ),
)  # fmt: skip

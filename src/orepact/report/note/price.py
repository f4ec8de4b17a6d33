"""The note of question 3: if imports are lifted to a reference price, who pays, who gains, and what nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.cases.words import names_of
from orepact.report.note.record import OURS, Asked, Certainty, Figure, Listing, Note, sources_of
from orepact.report.note.words import asked_as, sentence, spoken
from orepact.report.numbers import UNTOLD, exact, interval_of_tonnes, money, percent, ratio, times, tonnes
from orepact.report.price_text import charged, closing, in_words, lifted, noted, untold, verdict

if TYPE_CHECKING:
    import pandas as pd

    from orepact.network.model import BasePrice
    from orepact.report.workbook import Workbook

MOST_ROWS = 10
PRICES = {
    "zone": "Price that buyers in the zone pay", "outside": "Price that buyers elsewhere pay",
    "zone_producers": "Price that producers in the zone get", "outside_producers": "Price that other producers get",
}  # fmt: skip
LEAVES_OUT = (
    "One year, one mineral: plants that are built because of the price, and users who leave the mineral for good, are not in it.",
    "Nobody answers with a duty, a quota or a stop of exports of their own.",
)
Answer = Mapping[str, Any]


def price_note(answer: Answer, given: Mapping[str, Any]) -> Note:
    """The note. answer: the summary. given: parameters as they were asked for, for the command."""
    from orepact.network import network

    name = facts.mineral_name(answer["mineral"])
    base = network(answer["mineral"], answer["base_year"]).price
    cited = (*answer["sources"], base.source, OURS)
    price = answer["prices"].get("zone")
    zone = names_of(tuple(answer["zone"]))
    title = (
        f"Buyers in the zone pay {times(price)} times the base price of {name}"
        if price
        else f"Nobody pays more for {name}"
    )
    said = lifted(answer)
    return Note(
        name="price",
        question=f"If {zone} lift their imports of {name} ({answer['stage']}) to {exact(answer['reference'])} USD a tonne: what duty, "
        "what prices, what new output, and who pays?",
        title=title if answer["binds"] else f"A reference price that does not bind: nobody pays more for {name}",
        answer=" ".join(verdict(answer)),
        normal=f"{said[:1].upper()}{said[1:]}. That price: {base.basis}.",
        figures=tuple(_figures(answer, base, tuple(dict.fromkeys(cited)))),
        loses=_side(answer, "Who loses", cited, gain=False),
        gains=_side(answer, "Who gains", cited, gain=True),
        helps=_duties(answer, cited),
        remarks=tuple(_coherence(answer)),
        certainty=_certainty(answer),
        sources=sources_of(cited),
        case=asked("price", given),
    )  # fmt: skip


def price_workbook(answer: Answer, frame: pd.DataFrame, given: Mapping[str, Any]) -> Workbook:
    """The answer as a spreadsheet: every party, duties by origin, prices, output, stages, and what cannot be told."""
    import pandas as pd

    from orepact.report.workbook import Sheet, Workbook

    brief = price_note(answer, given)
    cited = f"Sources: numbers {brief.numbers(answer['sources'])} of sheet Sources. Grade {answer['grade']}."
    about = "Median and 80 % range (low, high) of the draws."
    duties = pd.json_normalize(
        [{"country": facts.country_name(row["origin"]), **row} for row in answer["duties"]], sep="_"
    )
    content, per_tonne = "t of content a year", "USD per t of content"
    duty_units = {
        name: content if "imports" in name else per_tonne
        for name in map(str, duties.columns)
        if name not in {"origin", "country"}
    }
    steps = pd.json_normalize(answer["coherence"], sep="_")
    steps["refiners"] = [", ".join(map(facts.country_name, row["refiners"])) for row in answer["coherence"]]
    money_of = ("bought_at_", "sold_at_", "conversion_cost_", "needed_", "left_")
    step_units = {name: per_tonne for name in map(str, steps.columns) if name.startswith(money_of)}
    who = (
        frame.assign(name=[in_words(str(each), answer["stages"][0]) for each in frame["who"]])
        if "who" in frame
        else frame
    )
    return Workbook(
        brief,
        (
            Sheet("Who pays", who, usd_columns(who), f"Gains and losses a year by party. {about}", cited),
            Sheet("Duties", duties, duty_units, f"By origin. {about}", cited),
            Sheet("Prices", ranges_of(answer["prices"]), dict.fromkeys(("median", "low", "high"), "times base"), about, cited),
            Sheet("Output", ranges_of(answer["output"]), dict.fromkeys(("median", "low", "high"), content), f"Changes. {about}", cited),
            Sheet("Stages", steps, step_units, "Whether plants live between one price and the next; empty: cannot tell, see todo.", cited),
            Sheet("Cannot tell", pd.DataFrame({"what": [spoken(each) for each in (*answer["cannot_tell"], *answer.get("notes", ()))]})),
        ),
    )  # fmt: skip


def ranges_of(found: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Ranges by name as a table."""
    import pandas as pd

    return pd.DataFrame([{"what": name.replace("_", " "), **each} for name, each in found.items()])


def usd_columns(frame: pd.DataFrame) -> dict[str, str]:
    """The columns of a table that hold dollars a year."""
    return {name: "USD a year" for name in map(str, frame.columns) if name.startswith("usd")}


def asked(command: str, given: Mapping[str, Any]) -> Asked:
    """The command with every parameter that is given; a list repeats its option."""
    words = ["orepact", command]
    for name in sorted(given, key=lambda each: (each != "mineral", each)):
        value = given[name]
        option = "--yield" if name == "yields" else f"--{name.replace('_', '-')}"
        for each in value if isinstance(value, list | tuple) else [] if value is None else [value]:
            words += [option, f"{each:.12g}" if isinstance(each, float) else str(each)]
    return asked_as(words, {"command": words})


def _figures(answer: Answer, base: BasePrice, cited: Sequence[str]) -> Iterator[Figure]:
    grade, year = answer["grade"], answer["base_year"]
    yield Figure(
        "Base price", tonnes(base.usd_per_t), "published", f"USD per t of content, {year}", base.grade, (base.source,)
    )
    yield Figure("Reference price", exact(answer["reference"]), "as asked", "USD per t of content", "E", (OURS,))
    for key, name in PRICES.items():
        found = answer["prices"].get(key)
        if found is not None:
            yield _figure(name, found, ratio, "times base", grade, cited)
    for key, found in answer["output"].items():
        stage, _, where = key.removesuffix("_t").partition("_")
        place = "in the zone" if where == "zone" else "elsewhere"
        what = "Use" if stage == "use" else f"{stage[:1].upper()}{stage[1:]} output"
        yield _figure(f"{what} {place}, change", found, tonnes, "t of content a year", grade, cited)
    yield _figure("All gains less all losses", answer["total"], _dollars, "USD a year", grade, cited)


def _figure(name: str, found: Mapping[str, float], said: Any, unit: str, grade: str, cited: Sequence[str]) -> Figure:
    return Figure(
        name, said(found["median"]), f"{said(found['low'])} to {said(found['high'])}", unit, grade, tuple(cited)
    )


def _dollars(value: float) -> str:
    """Money; less than a dollar is what a solver leaves over, and prints as none."""
    return money(value) if abs(value) >= 1 else "0"


def amount(found: Mapping[str, float]) -> str:
    """Money with its range."""
    return f"{_dollars(found['median'])} ({_dollars(found['low'])} to {_dollars(found['high'])})"


def _side(answer: Answer, title: str, cited: Sequence[str], *, gain: bool) -> Listing:
    sign = 1 if gain else -1
    rows = [row for row in (*answer["groups"], *answer["payers"]) if sign * row["amount"]["median"] >= 1.0]
    groups = [row for row in answer["groups"] if row in rows]
    parties = sorted((row for row in answer["payers"] if row in rows), key=lambda row: -abs(row["amount"]["median"]))
    told = [*sorted(groups, key=lambda row: -abs(row["amount"]["median"])), *parties[: max(MOST_ROWS - len(groups), 3)]]
    shown = tuple((in_words(row["who"], answer["stages"][0]), amount(row["amount"])) for row in told)
    note = "Groups first, then the largest parties of them; 80 % range in brackets." if shown else "Nobody."
    return Listing(title, ("Who", "USD a year"), shown, note, tuple(cited), len(rows) - len(told))


def _duties(answer: Answer, cited: Sequence[str]) -> Listing:
    rows = [row for row in answer["duties"] if row["imports_before_t"] > 0]
    base = answer["base_price"]["median"]
    shown = tuple(
        (
            facts.country_name(row["origin"]), charged(row, "duty", lambda found: tonnes(found["median"])),
            charged(row, "duty", lambda found: percent(found["median"] / base)),
            tonnes(row["imports_before_t"]), interval_of_tonnes(row["imports_after_t"]),
        )
        for row in rows[:MOST_ROWS]
    )  # fmt: skip
    heads = ("Origin", "Duty, USD per t", "Of base price", "Imports before, t", "After, t (80 % range)")
    note = (
        "Tonnes of content a year. What would spare those who pay is a choice between instruments: orepact compare."
        if shown
        else "No duty is levied: the reference price does not bind."
    )
    return Listing("What duty, by origin", heads, shown, note, tuple(cited), max(len(rows) - MOST_ROWS, 0))


def _coherence(answer: Answer) -> Iterator[str]:
    for row in answer["coherence"][:3]:
        where = f"from {row['bought']} to {row['sold']}" if row.get("sold") else f"of what buys {row['bought']}"
        todo = f" To tell: {row['todo']}." if row["verdict"] == UNTOLD and row.get("todo") else ""
        yield spoken(
            f"Plants {where}: {row['verdict']}" + (f", because {row['why']}" if row.get("why") else "") + f".{todo}"
        )


def _certainty(answer: Answer) -> Certainty:
    words = f"the worst grade of the tables, from A (official and complete) to E (inferred). {closing(answer)}"
    told = [*map(untold, answer["cannot_tell"]), *map(noted, answer.get("notes", ()))]
    return Certainty(answer["grade"], words, (), (*LEAVES_OUT, *(sentence(each) for each in told[:8])))

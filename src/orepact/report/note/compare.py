"""The note of question 4: which instrument gets the same tonnes, at whose cost, and when the money is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.cases.words import names_of
from orepact.report.compare_text import (
    alike,
    kept,
    lasting,
    losers,
    no_dates,
    setting,
    short,
    verdict,
    what_dates_rest_on,
)
from orepact.report.note.price import amount, asked, usd_columns
from orepact.report.note.record import OURS, Certainty, Figure, Listing, Note, sources_of
from orepact.report.note.words import sentence
from orepact.report.numbers import interval_of_tonnes, money, tonnes
from orepact.report.price_text import in_words, noted, untold

if TYPE_CHECKING:
    import pandas as pd

    from orepact.network.model import BasePrice
    from orepact.report.workbook import Workbook

MOST_ROWS = 12
BEYOND = "beyond it"
NESTED = {"payers", "partner_effects", "runout_basis"}
LEAVES_OUT = (
    "Each instrument by itself, in one year: none is combined, and what others do in answer is not in it.",
    "Costs of running a scheme, of contracts and of law are not in it: cannot tell.",
)
Answer = dict[str, Any]


def compare_note(answer: Answer, given: Mapping[str, Any]) -> Note:
    """The note. answer: the summary. given: parameters as they were asked for, for the command."""
    from orepact.network import network

    name = facts.mineral_name(answer["mineral"])
    base = network(answer["mineral"], answer["base_year"]).price
    cited = tuple(dict.fromkeys((*answer["sources"], base.source, OURS)))
    rows = list(answer["instruments"])
    least = min((row for row in rows if row["reached"]), key=lambda row: row["cost"]["median"], default=None)
    more = f"{tonnes(answer['tonnes'])} t a year more of {name}"
    title = (
        f"None of five instruments reaches {more}"
        if least is None
        else f"For {more}, {short(least['name'])} costs least all together"
    )
    return Note(
        name="compare",
        question=f"Duty, contract, offtake, subsidy or stock: which way to {more} ({answer['stage']}) in {names_of(tuple(answer['zone']))} "
        "costs whom how much, and when is the money gone?",
        title=title,
        answer=" ".join(verdict(answer)),
        normal=f"{setting(answer)} That price: {base.basis}.",
        remarks=tuple(each for each in (alike(rows), *kept(rows)) if each),
        figures=tuple(_figures(answer, base, cited)),
        loses=_side(rows, "Who loses", cited, gain=False),
        gains=_side(rows, "Who gains", cited, gain=True),
        helps=_choices(answer, cited),
        certainty=_certainty(answer),
        sources=sources_of(cited),
        case=asked("compare", {**given, **_start(rows, given)}),
    )  # fmt: skip


def compare_workbook(answer: Answer, frame: pd.DataFrame, given: Mapping[str, Any]) -> Workbook:
    """The answer as a spreadsheet: instruments side by side, every party, and what cannot be told."""
    import pandas as pd

    from orepact.report.note.words import spoken
    from orepact.report.workbook import Sheet, Workbook

    brief = compare_note(answer, given)
    cited = f"Sources: numbers {brief.numbers(answer['sources'])} of sheet Sources. Grade {answer['grade']}."
    ways = pd.json_normalize(
        [{name: value for name, value in row.items() if name not in NESTED} for row in answer["instruments"]], sep="_"
    )
    partners = pd.json_normalize(
        [{"instrument": row["name"], "name": facts.country_name(each["country"]), **each} for row in answer["instruments"]
         for each in row["partner_effects"]], sep="_",
    )  # fmt: skip
    dates = pd.DataFrame({"what": what_dates_rest_on(answer)})
    content, dollars = "t of content a year", "USD a year"
    units = {name: unit for name in map(str, ways.columns) for start, unit in (
        ("tonnes", content), ("leakage_t", content), ("cost_per", "USD per t of content more"), ("cost_m", dollars), ("cost_l", dollars),
        ("cost_h", dollars), ("treasury", dollars), ("outlay", dollars), ("held", "USD"), ("level", "USD per t of content"),
    ) if name.startswith(start)}  # fmt: skip
    who = frame.assign(name=[in_words(str(each)) for each in frame["who"]]) if "who" in frame else frame
    parties = usd_columns(who) | {"level": "USD per t of content", "tonnes": content}
    return Workbook(
        brief,
        (
            Sheet("Instruments", ways, units, "Medians, 80 % range (low, high); runout: month in which the money is gone.", cited),
            Sheet("Who pays", who, parties, "One row an instrument and party: below zero loses, above gains.", cited),
            Sheet("Partner states", partners, dict.fromkeys(map(str, partners.columns[4:]), "USD a year"), "Change of revenue.", cited),
            Sheet("Dates", dates, note="What the dates rest on: how each contract is paid out, month by month.", sources=cited),
            Sheet("Cannot tell", pd.DataFrame({"what": [spoken(each) for each in (*answer["cannot_tell"], *answer.get("notes", ()))]})),
        ),
    )  # fmt: skip


def _figures(answer: Answer, base: BasePrice, cited: Sequence[str]) -> Iterator[Figure]:
    year, grade = answer["base_year"], answer["grade"]
    yield Figure(
        "Base price", tonnes(base.usd_per_t), "published", f"USD per t of content, {year}", base.grade, (base.source,)
    )
    for row in answer["instruments"]:
        found = row["cost"]
        ends = f"{money(found['low'])} to {money(found['high'])}"
        name = f"{_called(row)}: cost to all together" + ("" if row["reached"] else f" ({BEYOND})")
        yield Figure(name, money(found["median"]), ends, "USD a year", grade, tuple(cited))


def _called(row: Mapping[str, Any]) -> str:
    name = short(row["name"])
    return f"{name[:1].upper()}{name[1:]}"


def _side(rows: Sequence[Mapping[str, Any]], title: str, cited: Sequence[str], *, gain: bool) -> Listing:
    """The party that gains or loses most by each instrument, and the next one."""
    shown = []
    for row in rows:
        if gain:
            found = sorted(
                (each for each in row["payers"] if each["amount"]["median"] >= 1.0),
                key=lambda each: -each["amount"]["median"],
            )
        else:
            found = losers(dict(row))
        shown += [(f"{_called(row)}: {in_words(each['who'])}", amount(each["amount"])) for each in found[:2]]
    note = (
        "The two largest by each instrument; 80 % range in brackets. The spreadsheet has all." if shown else "Nobody."
    )
    return Listing(title, ("Who", "USD a year"), tuple(shown[:MOST_ROWS]), note, tuple(cited))


def _choices(answer: Answer, cited: Sequence[str]) -> Listing:
    rows = answer["instruments"]
    shown = tuple(
        (
            _called(row), tonnes(row["level"]), interval_of_tonnes(row["tonnes"]), amount(row["cost_per_added_tonne"]),
            amount(row["treasury"]), tonnes(row["leakage_t"]["median"]), _runout(row, lasting(answer)),
        )
        for row in rows
    )  # fmt: skip
    heads = (
        "Instrument",
        "Level, USD/t",
        "Tonnes more",
        "USD per t more",
        "Treasuries, USD/y",
        "Leaks out, t",
        "Money gone",
    )
    reasons = {row["why_no_runout"] for row in rows if row.get("why_no_runout")}
    why = "; ".join(sorted(reasons))
    means = "; ".join(f"{short(row['name'])}, {row['level_means']}" for row in rows if row.get("level_means"))
    note = (
        f"Medians with 80 % range. Level: {means}. Leaks out: what the zone sells out more than before (below zero: keeps more). "
        "Money gone: month by which it is gone in half of the price paths" + (f" (none: {why})." if why else ".")
    )
    return Listing("The five ways side by side", heads, shown, note, tuple(cited))


def _runout(row: Mapping[str, Any], lasts: str) -> str:
    found = row.get("runout")
    return "none" if not found else str(found.get("p50") or lasts.replace("more than", ">"))


def _certainty(answer: Answer) -> Certainty:
    words = "the worst grade of the tables, from A (official and complete) to E (inferred)."
    told = [*map(untold, answer["cannot_tell"]), *map(noted, answer.get("notes", ()))]
    dates = tuple(each.removeprefix("- ") for each in (*what_dates_rest_on(answer), *no_dates(answer)))
    return Certainty(answer["grade"], words, dates, (*LEAVES_OUT, *(sentence(each) for each in told[:8])))


def _start(rows: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """The month from which the fund pays, as it was taken: a command without it takes the month in which it is run."""
    months = [row["runout_basis"]["first_month"] for row in rows if row.get("runout_basis")]
    return {"start": months[0]} if months and not given.get("start") else {}

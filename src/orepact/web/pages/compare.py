"""The page of question 4: five ways to the same tonnes beside each other, as a page of a briefing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.api.questions.compare import COMPARE, CompareAsked
from orepact.errors import OrepactError
from orepact.report.numbers import interval_of_tonnes, money, tonnes
from orepact.web.charts import Chart, Column, number
from orepact.web.forms import chosen, minerals, spoken, stages, typed_places, typed_share
from orepact.web.page import Page, Preset
from orepact.web.pages.price_charts import WHO, amount_rows, span, table_rows
from orepact.web.sources import command_line, known_sources, source_line, source_rows

if TYPE_CHECKING:
    from orepact.cases.compare import Comparison

Row = dict[str, Any]


def view(asked: CompareAsked, found: Comparison) -> Mapping[str, Any]:
    """Words, the briefing and pictures of the answer."""
    from orepact.report.compare_text import beyond, headline, setting, who_loses
    from orepact.report.price_text import untold

    answer = found.summary()
    rows = answer["instruments"]
    sources = known_sources(answer["sources"])
    source = source_line(sources, answer["grade"])
    name = facts.mineral_name(answer["mineral"])
    fund = "no fund is named" if answer["fund"] is None else f"a fund holds USD {money(answer['fund'])}"
    return {
        "answer": answer,
        "question": f"{tonnes(answer['tonnes'])} tonnes more of {answer['stage']} {name}: which instrument, and who pays?",
        "headline": headline(answer),
        "who_loses": who_loses(rows),
        "normal": f"{setting(answer)} That price: {found.network.price.basis}. The zone has {len(answer['zone'])} countries; {fund}.",
        "beyond": [f"{_name(each)}: {beyond(each)}." for each in rows if not each["reached"]],
        "heads": [_name(each) for each in rows],
        "briefing": briefing(rows),
        "cost": cost(rows, source),
        "runout": runout(rows, source),
        "no_runout": no_runout(rows),
        "payers": payers(rows, source),
        "cannot_tell": [untold(each) for each in answer["cannot_tell"]],
        "sources": source_rows(sources),
        "command": command_line("compare", asked, {}, ("tonnes", "zone", "fund")),
    }  # fmt: skip


def _name(each: Row) -> str:
    return str(each["name"][:1].upper() + each["name"][1:])


def _short(each: Row) -> str:
    return _name(each).split(",", maxsplit=1)[0]


def briefing(rows: Sequence[Row]) -> list[tuple[str, list[str]]]:
    """What each instrument does, takes, costs, and to whom: a heading and a cell for each instrument."""
    from orepact.report.compare_text import DOES, losers, short, yearly

    def people(each: Row, where: str) -> str:
        told = [row for row in each["payers"] if where in row["who"] and row["who"].split(" ")[0] != "treasuries"]
        words = [f"{row['who'].removesuffix(where).strip()} {_signed(row['amount']['median'])}" for row in told]
        return "; ".join(words) if words else "none of them gains or loses"

    return [
        ("What it does", [DOES[short(each["name"])] for each in rows]),
        ("Level, USD a tonne", [tonnes(each["level"]) for each in rows]),
        ("More made in the zone, t a year", [interval_of_tonnes(each["tonnes"]) for each in rows]),
        ("Costs all together", [yearly(each["cost"]) for each in rows]),
        ("Public purse", [_purse(each) for each in rows]),
        ("Who loses", ["; ".join(f"{row['who']} {money(-row['amount']['median'])}" for row in losers(each)) or "nobody"
                       for each in rows]),
        ("Fund is gone: 5 %, 50 %, 95 % of price paths", [_dates(each) for each in rows]),
        ("Leaks out of the zone, t a year", [interval_of_tonnes(each["leakage_t"]) for each in rows]),
        ("Resource-rich partners, USD a year", [people(each, "in partner states") for each in rows]),
        ("Non-members, USD a year", [people(each, "elsewhere") for each in rows]),
    ]  # fmt: skip


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{money(abs(value))}"


def _purse(each: Row) -> str:
    """What treasuries and funds of the zone pay or receive."""
    amount = each["treasury"]
    if amount["median"] >= 0:
        return f"receives USD {money(amount['median'])} a year ({span(amount)})"
    spread = f"{money(-amount['high'])} to {money(-amount['low'])}"
    kept = each["held"]["median"]
    said = f"pays USD {money(-amount['median'])} a year ({spread})"
    return f"{said} and keeps metal for {money(kept)}" if kept > 0 else said


def _reason(each: Row) -> str:
    return str(each["why_no_runout"]).removesuffix(" (--fund)").rstrip(".")


def _dates(each: Row) -> str:
    if each["runout"] is None:
        return f"no date: {_reason(each)}"
    return ", ".join((day or "lasts").replace("-", "\u2011") for day in each["runout"].values())


def no_runout(rows: Sequence[Row]) -> list[str]:
    """Why some instruments have no run-out date."""
    return [f"{_short(each)}: no run-out date, because {_reason(each)}." for each in rows if each["runout"] is None]


def cost(rows: Sequence[Row], source: str) -> Chart:
    """What each costs all together, dearest last."""
    ranked = sorted(rows, key=lambda each: float(each["cost"]["median"]))
    shown = [
        {
            "name": _short(each),
            **each["cost"],
            "label": f"{money(each['cost']['median'])}{'' if each['reached'] else ' *'}",
            "tone": "loss",
        }
        for each in ranked
    ]
    note = "What all parties lose less what they gain. A stock still holds the metal that it bought."
    note += " * makes fewer tonnes than wanted." if not all(each["reached"] for each in rows) else ""
    title = f"{shown[0]['name']} costs least, {shown[-1]['name'].lower()} most"
    return Chart(
        id="cost", kind="ranges", title=title, unit="USD a year, all parties together",
        data={"rows": shown, "zero": True},
        columns=(Column("name", "Instrument"), number("cost", "USD a year"), number("range", "80 % range"),
                 number("per", "USD per added tonne"), number("held", "Metal kept, USD a year")),
        rows=[
            {"name": _short(each), "cost": money(each["cost"]["median"]), "range": span(each["cost"]),
             "per": money(each["cost_per_added_tonne"]["median"]), "held": money(each["held"]["median"])}
            for each in ranked
        ],
        source=source, note=note,
    )  # fmt: skip


def runout(rows: Sequence[Row], source: str) -> Chart | None:
    """Years until the fund is gone; where it lasts, to the end of what is followed."""
    from orepact.cases.compare import HORIZON

    paid = [each for each in rows if each["runout"] is not None]
    if not paid:
        return None
    end = HORIZON / 12
    shown: list[dict[str, Any]] = []
    for each in paid:
        early, middle, late = (_years(day) for day in each["runout"].values())
        said = each["runout"]["p50"] or "lasts"
        shown.append({"name": _short(each), "low": end if early is None else early, "high": end if late is None else late,
                      "median": middle, "label": said, "tone": "plain"})  # fmt: skip
    lasting = [str(row["name"]) for row in shown if row["median"] is None]
    first = min((row for row in shown if row["median"] is not None), key=lambda row: row["median"], default=None)
    title = (
        f"{first['name']}: gone by {first['label']} in half of price paths"
        if first
        else f"The fund lasts {end:.0f} years in most price paths"
    )
    return Chart(
        id="runout", kind="ranges", title=title, unit="years until the fund is gone", data={"rows": shown, "zero": True},
        columns=(Column("name", "Instrument"), Column("p5", "Gone in 5 % of paths"), Column("p50", "In 50 %"), Column("p95", "In 95 %")),
        rows=[{"name": _short(each), **{key: day or "lasts" for key, day in each["runout"].items()}} for each in paid],
        source=source,
        note=f"Bar: from 5 to 95 % of price paths; dot: half of them. Followed for {end:.0f} years: a bar that ends there lasts longer"
             + (f", and so does {', '.join(lasting).lower()} in half of the paths or more." if lasting else "."),
    )  # fmt: skip


def _years(day: str | None) -> float | None:
    """Years from this month to a month like ``2032-11``."""
    if day is None:
        return None
    year, month = (int(part) for part in day.split("-"))
    today = date.today()  # noqa: DTZ011  (a month is enough)
    return year - today.year + (month - today.month) / 12


def payers(rows: Sequence[Row], source: str) -> list[Chart]:
    """For each instrument what every group gains or loses, all on one scale and in one order."""
    from orepact.report.compare_text import groups_of, losers

    order = groups_of(list(rows))
    amounts = [row["amount"] for each in rows for row in each["payers"]]
    ends = {
        "least": min((row["low"] for row in amounts), default=0.0),
        "most": max((row["high"] for row in amounts), default=0.0),
    }
    charts = []
    for index, each in enumerate(rows):
        mine = {row["who"]: row["amount"] for row in each["payers"]}
        none = {"median": 0.0, "low": 0.0, "high": 0.0}
        told = [(group, mine.get(group, none)) for group in order]
        lost = losers(each)
        title = f"{lost[0]['who']} lose {money(-lost[0]['amount']['median'])}" if lost else "nobody loses"
        charts.append(Chart(
            id=f"payers-{index}", kind="bars", title=f"{_short(each)}: {title}", unit="USD a year, below zero for who loses",
            data={"rows": amount_rows(told), **ends}, columns=WHO, rows=table_rows(told), source=source, note="All five on one scale.",
        ))  # fmt: skip
    return charts


def form(asked: CompareAsked) -> Mapping[str, Any]:
    """What the blanks of the sentence may hold."""
    try:
        mineral = facts.resolve_mineral(asked.mineral)
        found = stages(mineral)
    except OrepactError:
        mineral, found = asked.mineral, ()
    return {
        "mineral": mineral, "minerals": minerals(), "stages": found, "stage": asked.stage or (found[-1][0] if found else ""),
        "places": typed_places(), "zone": spoken(asked.zone), "tonnes": chosen(asked.tonnes),
        "fund": "none" if asked.fund is None else chosen(asked.fund), "volatility": typed_share(asked.volatility),
    }  # fmt: skip


def _picture(found: Comparison, ending: str) -> bytes:
    from orepact.report.compare_chart import compare_picture

    return compare_picture(found, ending)


COMPARE_PAGE = Page(
    question=COMPARE,
    nav="Compare instruments",
    about="Duty, contract, offtake, subsidy or stock: what costs whom how much, and when is the money gone?",
    view=view,
    form=form,
    picture=_picture,
    presets=(
        Preset("Rare earths for the Partnership", {"mineral": "rare_earths", "tonnes": "500", "zone": "MSP"}),
        Preset("Tungsten for the Partnership", {"mineral": "tungsten", "tonnes": "300", "zone": "MSP"}),
        Preset("Antimony for the Partnership", {"mineral": "antimony", "tonnes": "500", "zone": "MSP"}),
        Preset("Gallium for the EU, US and Japan: beyond what is there",
               {"mineral": "gallium", "tonnes": "5", "zone": "EU27,USA,JPN"}),
    ),
)  # fmt: skip

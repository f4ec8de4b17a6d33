"""The page of question 4: five ways to the same tonnes beside each other, as a page of a briefing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.api.questions.compare import COMPARE, CompareAsked
from orepact.errors import OrepactError
from orepact.report.numbers import UNTOLD, counted, interval_of_tonnes, money, money_range, tonnes
from orepact.web.charts import Chart, Column, number
from orepact.web.forms import chosen, minerals, spoken, stages, typed_places, typed_share
from orepact.web.page import Page, Preset
from orepact.web.pages.answers_why import compare_why
from orepact.web.sources import command_line, source_line, sources_of

if TYPE_CHECKING:
    from orepact.cases.compare import Comparison

Row = dict[str, Any]


def view(asked: CompareAsked, found: Comparison) -> Mapping[str, Any]:
    """Words, the briefing and pictures of the answer."""
    from orepact.report import compare_text as words
    from orepact.report.price_text import noted, untold
    from orepact.report.too_narrow import too_narrow

    answer = found.summary()
    rows = answer["instruments"]
    sources = sources_of(answer["sources"])
    source = source_line(sources, answer["grade"])
    name = facts.mineral_name(answer["mineral"])
    fund = "no fund is named" if answer["fund"] is None else f"a fund holds USD {money(answer['fund'])}"
    return {
        "answer": answer,
        "question": f"{tonnes(answer['tonnes'])} tonnes more of {answer['stage']} {name}: which instrument, and who pays?",
        "verdict": words.verdict(answer),
        "narrow": too_narrow(),
        "normal": f"{words.setting(answer)} That price: {found.network.price.basis}. The zone has "
                  f"{counted(len(answer['zone']), 'country', 'countries')}; {fund}.",
        "beyond": [words.beyond(each) for each in rows if not each["reached"]],
        "heads": [_name(each) for each in rows],
        "briefing": briefing(answer),
        "leaks": words.LEAKS,
        "remarks": [each for each in (words.alike(rows), *words.kept(rows)) if each],
        "cost": cost(rows, source),
        "runout": runout(answer, source),
        "dates": words.what_dates_rest_on(answer),
        "no_dates": [each.replace(" (--fund)", "") for each in words.no_dates(answer)],
        "payers": payers(rows, source),
        "partners": words.partners_by_name(answer),
        "partner_columns": _partner_columns(rows),
        "partner_rows": partner_rows(rows),
        "cannot_tell": [*map(untold, answer["cannot_tell"]), *map(noted, answer["notes"])],
        "sources": sources,
        "command": command_line("compare", asked, {}, ("tonnes", "zone", "fund")),
        **compare_why(asked, answer),
    }  # fmt: skip


def _name(each: Row) -> str:
    return str(each["name"][:1].upper() + each["name"][1:])


def _short(each: Row) -> str:
    return _name(each).split(",", maxsplit=1)[0]


def briefing(answer: Row) -> list[tuple[str, list[str]]]:
    """What each instrument does, takes, costs, and to whom: a heading and a cell for each instrument."""
    from orepact.report.compare_text import DOES, lasting, losers, short

    rows = answer["instruments"]

    def people(each: Row, where: str) -> str:
        told = [row for row in each["payers"] if where in row["who"] and row["who"].split(" ")[0] != "treasuries"]
        words = [f"{row['who'].removesuffix(where).strip()} {_signed(row['amount']['median'])}" for row in told]
        return "; ".join(words) if words else "none of them gains or loses"

    return [
        ("What it does", [DOES[short(each["name"])] for each in rows]),
        ("Level, USD a tonne", [f"{tonnes(each['level'])} ({each['level_means']})" for each in rows]),
        ("More made in the zone, t a year", [interval_of_tonnes(each["tonnes"]) for each in rows]),
        ("Lost all together", [f"USD {money(each['cost']['median'])} a year ({money_range(each['cost'])})" for each in rows]),
        ("Lost by added tonne, USD", [interval_of_tonnes(each["cost_per_added_tonne"]) for each in rows]),
        ("Public purse", [_purse(each) for each in rows]),
        ("Who loses", ["; ".join(f"{row['who']} {money(-row['amount']['median'])}" for row in losers(each)) or "nobody"
                       for each in rows]),
        ("Fund is gone: 5 %, 50 %, 95 % of price paths", [_dates(each, lasting(answer)) for each in rows]),
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
        return f"receives USD {money(amount['median'])} a year ({money_range(amount)})"
    spread = f"{money(-amount['high'])} to {money(-amount['low'])}"
    kept = each["held"]["median"]
    said = f"pays USD {money(-amount['median'])} a year ({spread})"
    return f"{said} and keeps metal for {money(kept)}" if kept > 0 else said


def _dates(each: Row, lasts: str) -> str:
    if each["runout"] is None:
        return f"no date: {each['why_no_runout']}".removesuffix(" (--fund)").rstrip(".")
    return ", ".join((day or lasts).replace("-", "\u2011") for day in each["runout"].values())


def _partner_columns(rows: Sequence[Row]) -> tuple[Column, ...]:
    return (Column("who", "Partner state"), *(number(f"by{index}", _short(each)) for index, each in enumerate(rows)),
            Column("added", "Value added"))  # fmt: skip


def partner_rows(rows: Sequence[Row]) -> list[dict[str, str]]:
    """What each instrument does to the revenue of partner states, the largest change first; value added cannot be told."""
    from orepact.report.compare_text import partner_effect, partner_lines

    told = []
    for country, stage in partner_lines(list(rows)):
        effects = [partner_effect(each, country, stage) for each in rows]
        told.append(
            {"who": f"{facts.country_name(country)}, {stage}", "added": UNTOLD}
            | {f"by{index}": f"{_signed(each['revenue']['median'])} ({money_range(each['revenue'])})" for index, each in enumerate(effects)}
        )  # fmt: skip
    return told


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
    from orepact.report.compare_text import LOST, cheapest, in_a_row, unsettled

    note = f"{LOST} The metal that a stock holds counts at the base price."
    note += " * makes fewer tonnes than wanted." if not all(each["reached"] for each in rows) else ""
    reached = [each for each in rows if each["reached"]] or list(rows)
    least, last = cheapest(reached), max(reached, key=lambda each: float(each["cost"]["median"]))
    title = f"Least is lost with {in_a_row([_short(each).lower() for each in least])}"
    title += " (about the same)" if len(least) > 1 else ""
    title += f", most with the {_short(last).lower()}" if last not in least else ""
    title += "; ranges overlap" if unsettled(reached) else ""
    return Chart(
        id="cost", kind="ranges", title=title, unit="USD a year, all parties together",
        data={"rows": shown, "zero": True},
        columns=(Column("name", "Instrument"), number("cost", "USD a year"), number("range", "80 % range"),
                 number("per", "USD per added tonne"), number("cash", "Without the metal kept, USD a year"),
                 number("held", "Metal kept at the base price, USD a year")),
        rows=[
            {"name": _short(each), "cost": money(each["cost"]["median"]), "range": money_range(each["cost"]),
             "per": money(each["cost_per_added_tonne"]["median"]), "cash": money(each["cash_cost"]["median"]),
             "held": money(each["held_at_base_price"]["median"])}
            for each in ranked
        ],
        source=source, note=note,
    )  # fmt: skip


def runout(answer: Row, source: str) -> Chart | None:
    """Years until the fund is gone; where it lasts longer, to the end of what is followed."""
    from orepact.report.compare_text import lasting

    paid = [each for each in answer["instruments"] if each["runout"] is not None]
    if not paid:
        return None
    end, lasts, first_month = (
        answer["runout_horizon_months"] / 12,
        lasting(answer),
        paid[0]["runout_basis"]["first_month"],
    )
    shown: list[dict[str, Any]] = []
    for each in paid:
        early, middle, late = (years(day, first_month) for day in each["runout"].values())
        said = each["runout"]["p50"] or lasts.replace("more than", ">")
        shown.append({"name": _short(each), "low": end if early is None else early, "high": end if late is None else late,
                      "median": middle, "label": said, "tone": "plain"})  # fmt: skip
    longer = [str(row["name"]) for row in shown if row["median"] is None]
    first = min((row for row in shown if row["median"] is not None), key=lambda row: row["median"], default=None)
    title = (
        f"{first['name']}: gone by {first['label']} in half of price paths"
        if first
        else f"The fund lasts {lasts} in most price paths"
    )
    return Chart(
        id="runout", kind="ranges", title=title, unit=f"years from {first_month} until the fund is gone",
        data={"rows": shown, "zero": True},
        columns=(Column("name", "Instrument"), Column("p5", "Gone in 5 % of paths"), Column("p50", "In 50 %"), Column("p95", "In 95 %")),
        rows=[{"name": _short(each), **{key: day or lasts for key, day in each["runout"].items()}} for each in paid],
        source=source,
        note=f"Bar: from 5 to 95 % of price paths; dot: half of them. Followed for {end:.0f} years: a bar that ends there lasts longer"
             + (f", and so does {', '.join(longer).lower()} in half of the paths or more." if longer else "."),
    )  # fmt: skip


def years(day: str | None, first: str) -> float | None:
    """Years from one month to another, both like ``2032-11``."""
    if day is None:
        return None
    (year, month), (from_year, from_month) = ([int(part) for part in each.split("-")] for each in (day, first))
    return year - from_year + (month - from_month) / 12


def payers(rows: Sequence[Row], source: str) -> list[Chart]:
    """For each instrument what every group gains or loses, all on one scale and in one order."""
    from orepact.report.compare_text import groups_of, losers
    from orepact.web.pages.price_charts import WHO, amount_rows, table_rows

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
        "start": asked.start or "",
    }  # fmt: skip


def _picture(found: Comparison, ending: str) -> bytes:
    from orepact.report.compare_chart import compare_picture

    return compare_picture(found, ending)


COMPARE_PAGE = Page(
    question=COMPARE,
    nav="Compare",
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

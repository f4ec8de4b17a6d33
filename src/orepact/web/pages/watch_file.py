"""The page of one case: the sentence first, then pictures, the legal test, innocent explanations, costs, screens; or one's own series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact import facts
from orepact.api.own_series import EXAMPLES, LARGEST_SERIES
from orepact.api.questions.watch import WATCH_FILE, WatchFileAsked
from orepact.errors import UnknownName
from orepact.report.numbers import exact, money, tonnes
from orepact.report.watch_text import moved
from orepact.watch.case_file import CaseFile, Drawn
from orepact.watch.shipped import minerals as watched
from orepact.web.charts import Chart, Column, number
from orepact.web.forms import chosen, places
from orepact.web.page import Page, Preset
from orepact.web.pages.price_charts import WHO, amount_rows, table_rows
from orepact.web.sources import command_line, source_line, sources_of

OWN = "own"
MOST_POINTS = 120
MARKS = {"met": "!", "not met": "✓", "cannot tell": "?", "explains it": "✓", "does not": "✕", "lead": "!", "quiet": "✓"}
STATES = {
    "met": "below", "not met": "meets", "cannot tell": "untold", "explains it": "meets", "does not": "open", "lead": "below",
    "quiet": "meets",
}  # fmt: skip


def view(asked: WatchFileAsked, file: CaseFile) -> Mapping[str, Any]:
    """Words and pictures of the case."""
    used = {source for each in file.facts for source in each.sources} | {
        source for each in file.series for source in each.sources
    }
    sources = sources_of(used - {OWN})
    grade = max((each.grade for each in file.facts), default="E")
    source = source_line(sources, grade)
    if file.own:
        source = source.replace("Sources: ", "Sources: your own series; ", 1)
    return {
        "file": file, "headline": file.sentence, "normal": _normal(file), "charts": [_series(each, source) for each in file.series],
        "costs": _costs(file, source), "marks": MARKS, "states": STATES, "command": _command(asked, file), "sources": sources,
        "facts": [{"what": each.what, "value": exact(round(each.value, 2)), "unit": each.unit, "period": each.period, "grade": each.grade,
                   "sources": ", ".join(each.sources)} for each in file.facts],
        "address": asked.address(), "examples": EXAMPLES, "most": LARGEST_SERIES, "leads": len(file.fired),
    }  # fmt: skip


def _normal(file: CaseFile) -> str:
    """How the price moved, and how many screens agree."""
    needed = "A signal needs two leads that read no data in common; what follows from it is for people to decide."
    return f"{moved(file)} {_agree(file)} {needed}"


def _agree(file: CaseFile) -> str:
    """How many leads there are, and how many of them are independent."""
    if not file.fired:
        return "No screen fires." if file.tested else "No screen could be run."
    if len(file.fired) == 1:
        return "One screen fires."
    apart = len(file.independent)
    return f"{len(file.fired)} screens fire; " + (
        f"{apart} of them read no data in common." if apart > 1 else "they read the same data."
    )


def _command(asked: WatchFileAsked, file: CaseFile) -> str:
    said = command_line("watch_file", asked, {}).replace("orepact watch_file", "orepact watch file")
    return said + (" --prices YOURS.csv" if file.own else "")


def _series(each: Drawn, source: str) -> Chart:
    periods, values = each.periods[-MOST_POINTS:], each.values[-MOST_POINTS:]
    events = [{"period": period, "label": words} for period, words in each.events if period in periods]
    told = {event["period"]: event["label"] for event in events}
    return Chart(
        id="".join(letter if letter.isalnum() else "-" for letter in each.what.casefold())[:40], kind="lines",
        title=f"{each.what[:1].upper()}{each.what[1:]}, {periods[-1]}: {since_peak(periods, values)}", unit=each.unit,
        data={"periods": list(periods), "series": [{"name": each.what, "values": list(values)}], "events": events, "zero": True},
        columns=(Column("period", "Period"), number("value", each.unit), Column("event", "What happened")),
        rows=[{"period": period, "value": exact(round(value, 2)), "event": told.get(period, "")}
              for period, value in zip(periods, values, strict=True)],
        source=source, note="Dotted lines: dated export controls on the mineral." if events else "",
    )  # fmt: skip


def since_peak(periods: Sequence[str], values: Sequence[float]) -> str:
    """What the question asks of a series: how far it lies below its peak, and how it moved over the last year."""
    back = 12 if len(periods[-1]) > len("2024") else 1
    peak = max(range(len(values)), key=lambda at: values[at])
    below = 1 - values[-1] / values[peak] if values[peak] else 0.0
    said = f"{below:.0%} below its peak of {periods[peak]}" if f"{below:.0%}" != "0%" else "at its peak"
    if len(values) <= back or not values[-1 - back]:
        return said
    change = values[-1] / values[-1 - back] - 1
    moved = (
        f"{abs(change):.0%} {'more' if change > 0 else 'less'} than" if f"{abs(change):.0%}" != "0%" else "as much as"
    )
    return f"{said}, {moved} in {periods[-1 - back]}"


def _costs(file: CaseFile, source: str) -> dict[str, Any]:
    if file.costs["cannot_tell"]:
        return {"cannot_tell": file.costs["cannot_tell"]}
    acting, waiting = file.costs["acting"], file.costs["not_acting"]
    rows = [(each["who"], each["amount"]) for each in acting["payers"]]
    rows.sort(key=lambda row: row[1]["median"])
    worst, lost = rows[0] if rows else ("nobody", {"median": 0.0})
    chart = Chart(
        id="acting", kind="bars", title=f"If the region acts, {worst} lose {money(-lost['median'])} USD a year",
        unit="USD a year, below zero for who loses", data={"rows": amount_rows(rows)}, columns=WHO, rows=table_rows(rows), source=source,
        note=f"Case of acting: {acting['what']}. Bar: median of the draws, line: 80 % of them.",
    )  # fmt: skip
    return {
        "cannot_tell": "", "acting": acting, "waiting": waiting, "chart": chart, "grade": file.costs["grade"],
        "more": tonnes(acting["output_t"]["median"]), "made": tonnes(waiting["local_output_t"]),
        "lost": tonnes(waiting["local_lost_t"]["median"]), "allied": tonnes(waiting["allied_lost_t"]["median"]),
        "gain": money(waiting["users_gain_usd"]["median"]), "year": file.costs["base_year"],
    }  # fmt: skip


def form(asked: WatchFileAsked) -> Mapping[str, Any]:
    """What the blanks may hold."""
    try:
        mineral = facts.resolve_mineral(asked.mineral)
    except UnknownName:
        mineral = asked.mineral
    named = sorted(((each, facts.mineral_name(each)) for each in watched()), key=lambda each: each[1])
    return {
        "mineral": mineral, "minerals": named, "region": asked.region, "places": places(), "reference": chosen(asked.reference),
        "currency": "" if asked.currency is None else f"{asked.currency:g}", "acting": chosen(asked.acting), "tax": f"{asked.tax:g}",
        "grown": f"{asked.grown:g}",
    }  # fmt: skip


def _picture(file: CaseFile, ending: str) -> bytes:
    from orepact.report.watch_chart import case_picture

    return case_picture(file, ending)


WATCH_FILE_PAGE = Page(
    question=WATCH_FILE,
    nav="",
    about="The case of one mineral: legal test, innocent explanations, cost of acting and of not acting.",
    view=view,
    form=form,
    picture=_picture,
    address="/watch/file",
    presets=(
        Preset("Lithium after the boom", {"mineral": "lithium"}),
        Preset("Natural graphite, after China's control", {"mineral": "graphite"}),
        Preset("Rare earths against the floor of MP Materials", {"mineral": "rare earths", "region": "USA"}),
        Preset("Nickel, London prices", {"mineral": "nickel"}),
    ),
)

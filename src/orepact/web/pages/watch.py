"""The page of question 5: every mineral and screen as a grid, with what cannot be told as an answer of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact.api.questions.watch import WATCH, WatchAsked
from orepact.report.numbers import percent
from orepact.report.watch_text import headline
from orepact.watch.published import described, stored
from orepact.watch.screen import LEAD, QUIET, UNTOLD, Finding
from orepact.web.forms import places
from orepact.web.page import Page, Preset
from orepact.web.sources import command_line, sources_of

if TYPE_CHECKING:
    from orepact.watch.looking import Look

SHORT = {
    "below-reference": "Below reference", "below-cost": "Below cost", "import-surge": "Import surge", "low-unit-value": "Low unit value",
    "share-loss": "Share lost", "capacity-outruns": "Capacity", "price-gap": "Price gap", "cumulative-fall": "Fall",
    "change-point": "Turn", "variance-collapse": "No movement", "new-transit": "New transit", "export-spike": "Export spike",
    "squeeze": "Squeeze", "submitters": "Submitters", "mirror-gap": "Mirror gap",
}  # fmt: skip
MARKS = {LEAD: "!", QUIET: "✓", UNTOLD: "?"}
STATES = {LEAD: "below", QUIET: "meets", UNTOLD: "untold"}
OWN = "own"
ORDER = ("signal", "watch", "quiet", "cannot tell")


def view(asked: WatchAsked, found: Look) -> Mapping[str, Any]:
    """Words and the grid. A screen that can be told of no mineral stands below the grid with what it lacks."""
    summary = found.summary()
    latest = found.latest
    screens = described()
    told = {name for (_, name), each in latest.items() if each.state != UNTOLD}
    columns = [(each["screen"], SHORT[each["screen"]], each["title"]) for each in screens if each["screen"] in told]
    rows = [
        {**each, "cells": [_cell(latest[each["mineral"], name]) for name, _, _ in columns]}
        for each in summary["minerals"]
    ]
    rows.sort(key=lambda row: (ORDER.index(row["state"]), -len(row["leads"]), row["name"]))
    lacking = [
        (SHORT[each["screen"]], each["title"], _lacks(found, each["screen"]))
        for each in screens
        if each["screen"] not in told
    ]
    used = {source for each in latest.values() for source in each.sources if source != OWN}
    return {
        "headline": headline(found), "answer": summary, "columns": columns, "rows": rows, "screens": [_told(each) for each in screens],
        "lacking": lacking,
        "delays": _delays(), "share": percent(stored()["detection"]["false_alarms_in_twelve_months"]),
        "command": command_line("watch", asked, {}), "sources": sources_of(used), "leads": _leads(found),
    }  # fmt: skip


def _cell(each: Finding) -> dict[str, Any]:
    p = "" if each.p is None else f"{each.p:.2g}"
    return {
        "state": STATES[each.state], "mark": MARKS[each.state], "verdict": each.state, "p": p, "stands": each.stands, "words": each.words,
        "missing": "; ".join(each.missing), "period": each.period, "q": "" if each.q is None else f"{each.q:.2g}", "grade": each.grade,
    }  # fmt: skip


def _lacks(found: Look, screen: str) -> str:
    """What is missing most often."""
    said = ["; ".join(each.missing) for (_, name), each in found.latest.items() if name == screen]
    return max(set(said), key=lambda words: (said.count(words), words), default="")


def _told(each: Mapping[str, Any]) -> dict[str, Any]:
    alarms = "; ".join(
        f"{frequency} {percent(found['share'])} ({percent(found['low'])} to {percent(found['high'])})"
        for frequency, found in each["false_alarms"].items()
    )
    return {**each, "alarms": alarms}


def _delays() -> list[dict[str, str]]:
    """What each kind of change is seen by, without the series that have none."""
    return [
        {
            "meaning": row["meaning"], "screen": row["screen"], "seen": percent(row["seen"]),
            "delay": "not within 12" if row["median_delay_months"] is None else f"{row['median_delay_months']:g}",
        }
        for row in stored()["detection"]["rows"]
    ]  # fmt: skip


def _leads(found: Look) -> list[dict[str, Any]]:
    names = {each.mineral: each.name for each in found.evidence}
    held = sorted(
        (each for each in found.latest.values() if each.state == LEAD), key=lambda each: (each.p or 1.0, each.mineral)
    )
    return [
        {**_cell(each), "mineral": each.mineral, "name": names[each.mineral], "screen": SHORT[each.screen]}
        for each in held
    ]


def form(asked: WatchAsked) -> Mapping[str, Any]:
    """What the blanks may hold."""
    return {"region": asked.region, "places": places(), "minerals": asked.minerals, "fdr": f"{asked.fdr:g}"}


def _picture(found: Look, ending: str) -> bytes:
    from orepact.report.watch_chart import watch_picture

    return watch_picture(found, ending)


WATCH_PAGE = Page(
    question=WATCH,
    nav="Watch",
    about="Is this price fall dumping-like, or ordinary?",
    view=view,
    form=form,
    picture=_picture,
    presets=(
        Preset("The EU, all minerals", {"region": "EU27"}),
        Preset("The United States, all minerals", {"region": "USA"}),
        Preset("Battery minerals of the EU", {"minerals": "lithium,cobalt,nickel,graphite,manganese"}),
    ),
)

"""Pages that answer what is asked of the pact: how promises stand, what was done and decided, and the overview of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.templating import Jinja2Templates

from orepact.pact.calendar import calendar, changes, feed
from orepact.pact.clock import (
    COLUMNS,
    STATUSES,
    Reading,
    check_asked,
    chosen,
    clock,
    clock_answer,
    clock_rows,
    notice_days,
)
from orepact.pact.listing import EVENT_COLUMNS, decided
from orepact.report.pact_text import plain
from orepact.web.pact.asking import Asking, Told, mount
from orepact.web.pact.records import QUOTED

MOST_EVENTS = 200
CLOCK_PARAMETERS = ("as_of", "status", "party")
TONES = {
    "late": "below", "unknown": "untold", "due": "open", "open": "open", "met late": "below", "met": "meets", "lapsed": "untold",
}  # fmt: skip
"""How a status is shown; its word always stands with it."""

URGENT = ("late", "unknown", "due")


def mount_answers(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add the overview, the clock with its calendar and feed, the log and the decisions."""
    mount(app, shown, "/pact", overview)
    mount(app, shown, "/pact/clock", clock_page, CLOCK_PARAMETERS, ("ics", "xml"))
    mount(app, shown, "/pact/log", log, ("kind", "record"))
    mount(app, shown, "/pact/decisions", decisions, ())


def clock_page(asking: Asking) -> Told:
    """How each promise stands on a day."""
    sight = asking.sight
    party = asking.values.get("party")
    statuses = tuple(each for each in asking.values.get("status", "").split(",") if each)
    check_asked(sight, statuses, party)
    everything = chosen(clock(sight, asking.day), (), party)
    readings = chosen(everything, statuses, party)
    told = [each for each in changes(sight, asking.day) if chosen([each.reading], statuses, party)]
    context = {
        "finding": finding(everything, asking.day), "rows": [_clock_row(each) for each in readings], "counts": _counts(everything),
        "as_of": asking.values.get("as_of", ""), "day": asking.day, "party": party or "", "status": asking.values.get("status", ""),
        "parties": sorted({each for reading in everything for each in reading.commitment.parties}), "notice": notice_days(sight),
    }  # fmt: skip
    return Told(
        "pact/clock.html", context, record=lambda: clock_answer(readings, asking.day), rows=lambda: clock_rows(readings), columns=COLUMNS,
        files={
            "ics": ("text/calendar; charset=utf-8", lambda: calendar(readings, notice=notice_days(sight))),
            "xml": ("application/atom+xml; charset=utf-8", lambda: feed(told, asking.day)),
        },
    )  # fmt: skip


def finding(readings: Sequence[Reading], day: Any) -> str:
    """What the clock says, in a sentence."""
    counts = Counter(each.status for each in readings)
    passed = sum(counts[name] for name in ("late", "unknown", "met", "met late", "lapsed"))
    unknown = counts["unknown"]
    if not readings:
        return f"No promise is recorded on {day}."
    known = f"{counts['met'] + counts['met late']} are known to be met, {counts['met late']} of them late"
    rest = f"of {unknown} nobody can tell; {counts['late']} are known to be late"
    return f"Of {passed} promises whose day had passed by {day}, {known}; {rest}."


def _counts(readings: Sequence[Reading]) -> list[tuple[str, int, str]]:
    counts = Counter(each.status for each in readings)
    return [(name, counts[name], TONES[name]) for name in STATUSES if counts[name]]


def _clock_row(reading: Reading) -> dict[str, Any]:
    said = reading.commitment
    shown = [each.said for each in reading.evidence]
    return {
        "id": reading.kept.id, "text": said.text, "invented": said.demonstration, "clause": said.clause, "parties": list(said.parties),
        "due": str(reading.due) if reading.due else "not known", "about": said.due.approximate, "binding": said.binding,
        "status": reading.status, "tone": TONES[reading.status], "why": reading.why, "agreement": said.agreement or "",
        "evidence": [_shown(each) for each in shown],
    }  # fmt: skip


def _shown(said: Any) -> dict[str, str]:
    address = str(said.get("address", ""))
    title = "" if said.get("title") == QUOTED else said.get("title", "")
    words = title or urlsplit(address).netloc or said.get("source") or "page"
    return {"address": address, "grade": said.get("grade", ""), "words": words}


def log(asking: Asking) -> Told:
    """What was done, newest first."""
    kind, record = asking.values.get("kind"), asking.values.get("record")
    events = [each.record() for each in asking.pact.history(asking.viewer, kind, record)]
    return _events("What was done", "The log is only added to. Newest first.", events)


def decisions(asking: Asking) -> Told:
    """The decision log."""
    events = [each.record() for each in decided(asking.pact.history(asking.viewer))]
    words = "Every change of a parameter, and every guard that somebody overrode, with the reason. Newest first."
    return _events("Decisions", words, events)


def _events(title: str, words: str, events: Sequence[dict[str, Any]]) -> Told:
    newest = list(islice(reversed(events), MOST_EVENTS))
    told = f"{len(events)} events that you may read{f', the newest {MOST_EVENTS} shown' if len(events) > MOST_EVENTS else ''}."
    return Told(
        "pact/log.html", {"title": title, "words": words, "finding": told, "events": newest, "plain": plain}, record=lambda: events,
        rows=lambda: [{name: plain(each.get(name)) for name in EVENT_COLUMNS} for each in events], columns=EVENT_COLUMNS,
    )  # fmt: skip


def overview(asking: Asking) -> Told:
    """The pact at a glance: promises that ask for somebody's eye, what was done last, and what is kept."""
    sight = asking.sight
    readings = clock(sight, asking.day)
    urgent = [each for each in readings if each.status in URGENT]
    kept = [(kind, len(sight.all(kind))) for kind in ("party", "initiative", "agreement", "commitment", "project")]
    context = {
        "finding": finding(readings, asking.day), "urgent": [_clock_row(each) for each in urgent[::-1]][:12], "kept": kept,
        "counts": _counts(readings), "day": asking.day, "as_of": asking.values.get("as_of", ""), "more": max(len(urgent) - 12, 0),
    }  # fmt: skip
    return Told(
        "pact/overview.html", context, record=lambda: clock_answer(readings, asking.day) | {"records": dict(kept)},
        rows=lambda: clock_rows(readings), columns=COLUMNS,
    )  # fmt: skip

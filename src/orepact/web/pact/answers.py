"""Pages that answer what is asked of the pact: how promises stand, what was done and decided, and the overview of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any

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
from orepact.report.numbers import counted
from orepact.report.pact_text import plain
from orepact.web.pact.asking import Asking, Told, mount
from orepact.web.pact.happened import event_line
from orepact.web.pact.promises import TONES, clock_line
from orepact.web.pact.timeline import timeline

MOST_EVENTS = 60
CLOCK_PARAMETERS = ("as_of", "status", "party")
AHEAD = ("due", "open")
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
    whole = clock(sight, asking.day)
    everything = chosen(whole, (), party)
    readings = chosen(everything, statuses, party)
    names = asking.names
    told = [each for each in changes(sight, asking.day) if chosen([each.reading], statuses, party)]
    context = {
        "finding": finding(everything, asking.day), "rows": [clock_line(each, names) for each in readings], "counts": _counts(everything),
        "as_of": asking.values.get("as_of", ""), "day": asking.day, "party": party or "", "status": asking.values.get("status", ""),
        "parties": sorted({(names.of(each), each) for reading in whole for each in reading.commitment.parties}),
        "notice": notice_days(sight), "timeline": timeline(readings, asking.day), "tones": TONES, "chosen": bool(statuses or party),
        "unknown": any(each.status == "unknown" for each in everything),
    }  # fmt: skip
    return Told(
        "pact/clock.html", context, record=lambda: clock_answer(readings, asking.day), rows=lambda: clock_rows(readings), columns=COLUMNS,
        files={
            "ics": ("text/calendar; charset=utf-8", lambda: calendar(readings, notice=notice_days(sight))),
            "xml": ("application/atom+xml; charset=utf-8", lambda: feed(told, asking.day)),
        },
    )  # fmt: skip


def finding(readings: Sequence[Reading], day: Any) -> str:
    """What the clock says, in a sentence; what nobody can tell comes first."""
    if not readings:
        return f"No promise is recorded on {day}."
    over = Counter(each.status for each in readings if each.status not in AHEAD)
    passed = sum(over.values())
    if not passed:
        return f"No promise was due by {day}; {counted(len(readings), 'promise')} {_is(len(readings))} still ahead."
    met = over["met"] + over["met late"]
    late = f", {over['met late']} of them late" if over["met late"] else ""
    parts = [
        f"of {over['unknown']} nobody can tell what came of {'it' if over['unknown'] == 1 else 'them'}" if over["unknown"] else "",
        f"{met} {'was' if met == 1 else 'were'} met{late}" if met else "",
        f"{over['lapsed']} lapsed" if over["lapsed"] else "",
        f"{over['late'] or 'none'} {_is(over['late'] or 1)} known to be late",
    ]  # fmt: skip
    return f"{counted(passed, 'promise')} came due or ended by {day}: {'; '.join(each for each in parts if each)}."


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _counts(readings: Sequence[Reading]) -> list[tuple[str, int, str]]:
    counts = Counter(each.status for each in readings)
    return [(name, counts[name], TONES[name]) for name in STATUSES if counts[name]]


def log(asking: Asking) -> Told:
    """What was done, newest first."""
    kind, record = asking.values.get("kind"), asking.values.get("record")
    events = [each.record() for each in asking.pact.history(asking.viewer, kind, record)]
    words = "The log is only added to, never changed; each event carries the hash of the one before. Newest first."
    return _events(asking, "What was done", words, events)


def decisions(asking: Asking) -> Told:
    """The decision log."""
    events = [each.record() for each in decided(asking.pact.history(asking.viewer))]
    words = "Every change of a parameter, and every guard that somebody overrode, with the reason. Newest first."
    return _events(asking, "What was decided", words, events)


def _events(asking: Asking, title: str, words: str, events: Sequence[dict[str, Any]]) -> Told:
    newest, names = list(islice(reversed(events), MOST_EVENTS)), asking.names
    more = f", the newest {MOST_EVENTS} shown" if len(events) > MOST_EVENTS else ""
    context = {
        "title": title, "words": words, "finding": f"{counted(len(events), 'event')} that you may read{more}.",
        "events": [event_line(each, names) for each in newest],
    }  # fmt: skip
    return Told(
        "pact/log.html", context, record=lambda: events, columns=EVENT_COLUMNS,
        rows=lambda: [{name: plain(each.get(name)) for name in EVENT_COLUMNS} for each in events],
    )  # fmt: skip


def overview(asking: Asking) -> Told:
    """The pact at a glance: promises that ask for somebody's eye, what was done last, and what is kept."""
    sight = asking.sight
    readings = clock(sight, asking.day)
    urgent = [each for each in readings if each.status in URGENT]
    names = asking.names
    kept = [(kind, len(sight.all(kind))) for kind in ("party", "initiative", "agreement", "commitment", "project")]
    context = {
        "finding": finding(readings, asking.day), "urgent": [clock_line(each, names) for each in urgent[::-1][:12]], "kept": kept,
        "counts": _counts(readings), "day": asking.day, "as_of": asking.values.get("as_of", ""), "more": max(len(urgent) - 12, 0),
    }  # fmt: skip
    return Told(
        "pact/overview.html", context, record=lambda: clock_answer(readings, asking.day) | {"records": dict(kept)},
        rows=lambda: clock_rows(readings), columns=COLUMNS,
    )  # fmt: skip

"""How long a permit may take under the Critical Raw Materials Act: a clock that runs, stops, is extended, and ends.

Regulation (EU) 2024/1252, Article 11: 27 months for projects with extraction, 15 for processing or recycling only, from the day on
which the application is acknowledged as complete; 6 or 3 months more in exceptional cases, granted before the time is over. Time
during which the clock stands still does not count, and is logged. Due day = start + months + days stood still.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import field_validator

from orepact.errors import Problem
from orepact.policy.attributes import attribute
from orepact.policy.record import Day, Record, Text, add_months, not_before, raise_all

ACT = "Regulation (EU) 2024/1252"
ProjectKind = Literal["extraction", "processing", "recycling"]
MONTHS: dict[str, int] = {"extraction": 27, "processing": 15, "recycling": 15}
"""Article 11(1). A project that extracts and processes is an extraction project."""

MOST_EXTENSION: dict[str, int] = {"extraction": 6, "processing": 3, "recycling": 3}
"""Article 11(4), months."""

State = Literal["not started", "running", "suspended", "late", "decided", "decided late"]


class ClockStop(Record):
    """Days during which the clock stands still: from ``first``, up to the day before ``resumed``."""

    first: Day = attribute(unit="date", meaning="first day on which it stands still", source="permitting authority")
    resumed: Day | None = attribute(
        None,
        unit="date",
        meaning="day on which it runs again; still standing when left out",
        source="permitting authority",
    )
    reason: Text = attribute(unit="text", meaning="why it stands still", source=f"{ACT}, Article 11")

    @field_validator("resumed")
    @classmethod
    def _resumes_after_it_stops(cls, resumed: date | None, info: Any) -> date | None:
        return not_before(resumed, info.data.get("first"))


class ClockExtension(Record):
    """Months added in an exceptional case."""

    granted: Day = attribute(unit="date", meaning="day on which it is granted", source=f"{ACT}, Article 11(4)")
    months: int = attribute(
        unit="months",
        meaning="months added: at most 6 with extraction, else 3",
        source=f"{ACT}, Article 11(4)",
        ge=1,
        strict=True,
    )
    reason: Text = attribute(
        unit="text", meaning="nature, complexity, location or size", source=f"{ACT}, Article 11(4)"
    )


class PermitClock(Record):
    """The dates of one strategic project's permit."""

    project: ProjectKind = attribute(unit="text", meaning="what the project does", source=f"{ACT}, Article 11(1)")
    complete: Day = attribute(
        unit="date", meaning="day on which the application is acknowledged as complete", source=f"{ACT}, Article 11(6)"
    )
    stops: tuple[ClockStop, ...] = attribute(
        (), unit="records", meaning="when the clock stood still", source=f"{ACT}, Article 11"
    )
    extension: ClockExtension | None = attribute(
        None, unit="record", meaning="extension, at most one", source=f"{ACT}, Article 11(4)"
    )
    decided: Day | None = attribute(None, unit="date", meaning="day of the decision", source="permitting authority")


@dataclass(frozen=True)
class ClockReading:
    """A clock on one day. due and days_left are None while it stands still: nobody can tell until it runs again."""

    on: date
    state: State
    due: date | None
    days_left: int | None
    days_suspended: int
    log: tuple[tuple[date, str], ...]


def clock_reading(clock: PermitClock, on: date) -> ClockReading:
    """State, due day and log of a clock as they stood on a day; BadInput where its dates cannot be."""
    raise_all(clock_problems(clock))
    suspended = sum(_days_still(stop, on) for stop in clock.stops)
    due = None if _standing(clock, on) else due_day(clock, on)
    log = tuple(event for event in _events(clock) if event[0] <= on)
    left = None if due is None or (clock.decided is not None and clock.decided <= on) else (due - on).days
    return ClockReading(on, _state(clock, on, due), due, left, suspended, log)


def due_day(clock: PermitClock, on: date) -> date:
    """Last day for the decision, by what had happened on a day: start + months + extension + days stood still so far."""
    extension = clock.extension.months if clock.extension and clock.extension.granted <= on else 0
    limit = add_months(clock.complete, MONTHS[clock.project] + extension)
    return limit + timedelta(days=sum(_days_still(stop, on) for stop in clock.stops))


def clock_problems(clock: PermitClock) -> list[Problem]:
    """Everything that the Act does not allow in a clock's dates."""
    return [*_stop_problems(clock), *_extension_problems(clock), *_decision_problems(clock)]


def _standing(clock: PermitClock, on: date) -> bool:
    return any(stop.first <= on and (stop.resumed is None or on < stop.resumed) for stop in clock.stops)


def _days_still(stop: ClockStop, on: date) -> int:
    """Days that a stop has taken by a day."""
    return max((min(stop.resumed or on, on) - stop.first).days, 0)


def _state(clock: PermitClock, on: date, due: date | None) -> State:
    if on < clock.complete:
        return "not started"
    if clock.decided is not None and clock.decided <= on:
        return "decided late" if clock.decided > due_day(clock, clock.decided) else "decided"
    if due is None:
        return "suspended"
    return "late" if on > due else "running"


def _events(clock: PermitClock) -> list[tuple[date, str]]:
    events = [(clock.complete, f"application complete: {MONTHS[clock.project]} months begin")]
    for stop in clock.stops:
        events.append((stop.first, f"clock stops: {stop.reason}"))
        if stop.resumed is not None:
            events.append((stop.resumed, f"clock runs again after {(stop.resumed - stop.first).days} days"))
    if clock.extension is not None:
        events.append((clock.extension.granted, f"{clock.extension.months} months more: {clock.extension.reason}"))
    if clock.decided is not None:
        events.append((clock.decided, "decision"))
    return sorted(events, key=lambda event: event[0])


def _stop_problems(clock: PermitClock) -> list[Problem]:
    problems = []
    free_from = clock.complete
    for number, stop in enumerate(sorted(clock.stops, key=lambda each: each.first), start=1):
        if stop.first < free_from:
            wrong = "the clock cannot stop where it does not run"
            todo = "say when the stop before it ended" if free_from == date.max else f"it runs from {free_from}"
            problems.append(Problem(f"permit clock, stop {number}", wrong, f"{stop.first}", todo))
        free_from = max(free_from, stop.resumed or date.max)
    return problems


def _extension_problems(clock: PermitClock) -> list[Problem]:
    extension = clock.extension
    if extension is None:
        return []
    problems, most = [], MOST_EXTENSION[clock.project]
    if extension.months > most:
        wrong = f"a project of {clock.project} may have {most} months more at most"
        problems.append(Problem("permit clock, extension, months", wrong, f"{extension.months}", f"give up to {most}"))
    before = clock.model_copy(update={"extension": None})
    if not clock.complete <= extension.granted <= due_day(before, extension.granted):
        wrong = "an extension must be granted while the time runs"
        found = f"{extension.granted}, while it runs from {clock.complete} to {due_day(before, extension.granted)}"
        problems.append(Problem("permit clock, extension, granted", wrong, found, "correct the day"))
    return problems


def _decision_problems(clock: PermitClock) -> list[Problem]:
    if clock.decided is None:
        return []
    events = [event for event in _events(clock) if event[0] > clock.decided]
    return [
        Problem("permit clock, decided", "nothing can happen after the decision", f"{day}: {words}", "correct the day")
        for day, words in events
    ]

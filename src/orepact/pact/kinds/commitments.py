"""Commitments: who promised what, by when, and what came of it. How a commitment stands on a day is derived, never written.

A commitment is due on a day, a number of days or months after something happens, or again and again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from orepact.errors import Problem
from orepact.pact.event import Draft
from orepact.pact.kinds.agreements import Answer
from orepact.pact.kinds.base import (
    PARTIES,
    RECORDER,
    Guard,
    Kind,
    PactRecord,
    Situation,
    Verb,
    needs_evidence,
    ordinary,
)
from orepact.policy.attributes import attribute
from orepact.policy.record import Day, Record, Text

OUTCOMES = frozenset({"outcome", "ended", "replaced_by", "fulfilled", "not_met_by"})
"""Fields that say what came of a commitment; verbs with evidence fill them."""

Outcome = Literal["met", "lapsed", "replaced"]


class Due(Record):
    """When a commitment is due, in one way: on a day; days or months after an event; or every so many months from a first day on."""

    on: Day | None = attribute(None, unit="date", meaning="the day by which", source=RECORDER)
    event: Text | None = attribute(
        None, unit="text", meaning="what the time runs from", source=RECORDER, max_length=300
    )
    event_day: Day | None = attribute(
        None, unit="date", meaning="when that happened; not known when left out", source=RECORDER
    )
    days: int | None = attribute(
        None, unit="days", meaning="days after the event", source=RECORDER, ge=0, le=36500, strict=True
    )
    months: int | None = attribute(
        None, unit="months", meaning="months after the event", source=RECORDER, ge=0, le=1200, strict=True
    )
    first: Day | None = attribute(
        None, unit="date", meaning="the first of the days on which it recurs; not known when left out", source=RECORDER
    )
    every_months: int | None = attribute(
        None, unit="months", meaning="months from one to the next", source=RECORDER, ge=1, le=600, strict=True
    )
    approximate: bool = attribute(
        default=False, unit="1", meaning="whether the source says only about when", source=RECORDER
    )


class Fulfilled(Record):
    """That one of the days of a recurring commitment was met."""

    due: Day = attribute(unit="date", meaning="the day that was due", source=RECORDER)
    on: Day = attribute(unit="date", meaning="the day on which it was met", source=RECORDER)


class Commitment(PactRecord):
    """A promise with its clock."""

    clause: Text = attribute(
        unit="text", meaning="entry of the clause library, or article of a law", source="D10", max_length=120
    )
    text: Text = attribute(unit="text", meaning="what was promised, in our own words", source="D10", max_length=2000)
    agreement: str | None = attribute(
        None, unit="id", meaning="agreement or initiative that it stands in", source="D10", max_length=120
    )
    parties: tuple[str, ...] = attribute(unit="ids", meaning="who promised", source="D10", min_length=1, max_length=250)
    binding: Answer = attribute("unknown", unit="text", meaning="whether it binds", source="D10")
    made: Day | None = attribute(None, unit="date", meaning="day of the promise", source="D10")
    due: Due = Field(description="when it is due", json_schema_extra={"unit": "record", "source": "D10"})
    deliverable: Text | None = attribute(None, unit="text", meaning="what there will be", source="D10", max_length=1000)
    kpi: Text | None = attribute(None, unit="text", meaning="by what it is measured", source="D10", max_length=1000)
    outcome: Outcome | None = attribute(None, unit="text", meaning="what came of it, where known", source="D10")
    ended: Day | None = attribute(
        None, unit="date", meaning="day on which it was met, lapsed or was replaced", source="D10"
    )
    replaced_by: Text | None = attribute(None, unit="text", meaning="what replaced it", source="D10", max_length=300)
    fulfilled: tuple[Fulfilled, ...] = Field(
        (),
        description="days of a recurring commitment that were met",
        json_schema_extra={"unit": "records", "source": "D10"},
    )
    not_met_by: Day | None = attribute(
        None, unit="date", meaning="last day on which evidence says that it was not met yet", source="D10"
    )

    def title(self) -> str:
        """What was promised."""
        return self.text

    def names(self) -> Iterable[tuple[str, str, str]]:
        """Who promised, and where it stands."""
        yield from (("parties", "party|initiative", each) for each in self.parties)
        if self.agreement is not None:
            yield "agreement", "agreement|initiative", self.agreement


class Meeting(Record):
    """That it was met. due: which of the days of a recurring commitment."""

    on: Day | None = attribute(
        None, unit="date", meaning="day on which it was met; not known when left out", source=RECORDER
    )
    due: Day | None = attribute(
        None, unit="date", meaning="day that it was due, of a recurring commitment", source=RECORDER
    )


class Lapse(Record):
    """That it will not be met."""

    on: Day = attribute(unit="date", meaning="day from which it will not be met", source=RECORDER)
    reason: Text = attribute(unit="text", meaning="why", source=RECORDER, max_length=1000)
    replaced_by: Text | None = attribute(
        None, unit="text", meaning="what came in its place", source=RECORDER, max_length=300
    )


class NotYet(Record):
    """That it was not met yet on a day."""

    on: Day = attribute(unit="date", meaning="day on which it was not met yet", source=RECORDER)


class Happened(Record):
    """That what the time runs from has happened."""

    day: Day = attribute(unit="date", meaning="day on which it happened", source=RECORDER)


class Reopening(Record):
    """Why what was said of its end does not hold."""

    reason: Text = attribute(unit="text", meaning="what was wrong", source=RECORDER, max_length=1000)


def _with(before: Any, **fields: Any) -> Commitment:
    """The commitment with other values in some fields."""
    found: Commitment = before.model_copy(update=fields)
    return found


def _met(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del draft
    if asked.due is None:
        return _with(before, outcome="met", ended=asked.on)
    return _with(before, fulfilled=(*before.fulfilled, Fulfilled(due=asked.due, on=asked.on)))


def _lapsed(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del draft
    outcome = "lapsed" if asked.replaced_by is None else "replaced"
    return _with(before, outcome=outcome, ended=asked.on, replaced_by=asked.replaced_by)


def _not_yet(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del draft
    return _with(before, not_met_by=max(asked.on, before.not_met_by or asked.on))


def _started(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del draft
    return _with(before, due=before.due.model_copy(update={"event_day": asked.day}))


def _reopened(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del asked, draft
    return _with(before, outcome=None, ended=None, replaced_by=None)


def _due_is_one(situation: Situation) -> Iterable[Guard]:
    """A commitment is due in one way."""
    due: Any = getattr(situation.after, "due", None)
    ways = [due.on is not None, due.event is not None, due.every_months is not None]
    if sum(ways) != 1:
        found = f"{sum(ways)} of them"
        yield Guard(Problem("due", "it is due in exactly one way", found, "give on, or event, or every_months"))
    if due.event is not None and (due.days is None) == (due.months is None) and due.event_day is not None:
        yield Guard(
            Problem(
                "due", "time after an event is in days or in months", "both or neither", "give one of days and months"
            )
        )
    beside = [each for each in ("event_day", "days", "months") if getattr(due, each) is not None]
    if beside and due.event is None:
        yield Guard(
            Problem(
                "due", "that is said of a time after an event", f"{', '.join(beside)} without event", "leave it out"
            )
        )
    if due.first is not None and due.every_months is None:
        yield Guard(Problem("due", "what recurs has months between", f"first {due.first} only", "give every_months"))


def _saying(situation: Situation) -> Iterable[Guard]:
    """What adding or changing a commitment may say: when it is due, and not what came of it, which other verbs show."""
    yield from _due_is_one(situation)
    for name in sorted(OUTCOMES):
        before = Commitment.model_fields[name].default if situation.before is None else getattr(situation.before, name)
        if getattr(situation.after, name) != before:
            todo = "leave it out; use meet, not_yet, lapse or reopen, and show it"
            yield Guard(
                Problem(name, "what came of it is not said this way", f"{getattr(situation.after, name)}", todo)
            )


def _not_ended(situation: Situation) -> Iterable[Guard]:
    before: Any = situation.before
    if before.outcome is not None:
        todo = "reopen it first, and say what was wrong"
        yield Guard(Problem("commitment", "it has ended", f"{before.outcome} on {before.ended}", todo))


def _meeting(situation: Situation) -> Iterable[Guard]:
    yield from _not_ended(situation)
    yield from needs_evidence(situation)
    asked: Any = situation.asked
    before: Any = situation.before
    if asked.on is not None and asked.on > situation.day:
        yield Guard(
            Problem("on", "nothing is met before its day has come", f"{asked.on}", f"give a day up to {situation.day}")
        )
    if before.due.every_months is not None and asked.on is None:
        yield Guard(Problem("on", "the day on which it was met is needed where it recurs", "none", "give the day"))
    if (before.due.every_months is not None) != (asked.due is not None):
        found = "none" if asked.due is None else f"{asked.due}"
        yield Guard(Problem("due", "which day was met is said where it recurs, and only there", found, "correct it"))


def _lapsing(situation: Situation) -> Iterable[Guard]:
    yield from _not_ended(situation)
    yield from needs_evidence(situation)


def _starting(situation: Situation) -> Iterable[Guard]:
    before: Any = situation.before
    if before.due.event is None:
        yield Guard(
            Problem("commitment", "its time does not run from an event", "a day of its own", "change due instead")
        )


def _ended_once(situation: Situation) -> Iterable[Guard]:
    before: Any = situation.before
    if before.outcome is None:
        yield Guard(Problem("commitment", "it has not ended", "open", "leave it as it is"))


COMMITMENT = Kind(
    "commitment", "commitments", "who promised what by when, and what came of it", Commitment,
    ordinary(Commitment, PARTIES, _saying)
    | {
        "meet": Verb("meet", "say that it was met, and show it", Meeting, _met, PARTIES, guard=_meeting),
        "not_yet": Verb("not_yet", "say that it was not met yet on a day, and show it", NotYet, _not_yet, PARTIES, guard=needs_evidence),
        "lapse": Verb("lapse", "say that it will not be met, and show it", Lapse, _lapsed, PARTIES, guard=_lapsing),
        "start": Verb("start", "say when what its time runs from happened", Happened, _started, PARTIES, guard=_starting),
        "reopen": Verb("reopen", "take back what was said of its end", Reopening, _reopened, PARTIES, guard=_ended_once),
    },
    derived=OUTCOMES,
)  # fmt: skip

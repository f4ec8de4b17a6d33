"""The commitment clock: how each promise stands on a day. A status is derived from what is known, never written, and never guessed.

Source of the statuses and of the table that they are tried on: rules D10 of the alliance's operating rules.

What came after the day asked does not count: a promise met later is not met yet, and evidence of later days is not shown. So a
promise whose day has passed is *unknown* until something says how it stands.

==========  =====================================================================================================================
status      when
==========  =====================================================================================================================
met         it was met on its due day or before
met late    it was met after its due day
lapsed      it was given up, or something else came in its place
due         it is due today or within the notice period (30 days; parameter ``clock.notice_days`` of the pact)
open        it is due later, or nobody knows when: what its time runs from has not happened, or its day is not known
late        its due day has passed, and evidence of that day or later says that it was not met
unknown     its due day has passed, and nothing says whether it was met
==========  =====================================================================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any, Literal

from orepact.errors import unknown_problem
from orepact.pact.kinds.commitments import Commitment, Due, Fulfilled
from orepact.pact.sight import Sight
from orepact.pact.state import Kept, Shown
from orepact.policy.record import add_months, raise_all

Status = Literal["open", "due", "late", "met", "met late", "lapsed", "unknown"]
STATUSES: tuple[Status, ...] = ("late", "unknown", "due", "open", "met late", "met", "lapsed")
"""Every status, those that ask for somebody's eye first."""

NOTICE_DAYS = 30
NOTICE_PARAMETER = "clock.notice_days"
PASSED = "unknown, due date passed"
COLUMNS = (
    "id", "clause", "text", "parties", "binding", "agreement", "due", "approximate", "status", "days", "why", "evidence",
    "demonstration",
)  # fmt: skip
"""Columns of the clock as CSV; parties and evidence are joined by |."""


@dataclass(frozen=True)
class Reading:
    """How one promise, or one of the days of a recurring one, stands on a day.

    due: None where nobody knows it. days: days late (late, met late), since it was due (unknown), left (open, due) or early (met);
    None where there is nothing to count. why: in words. evidence: what is known by that day.
    """

    kept: Kept
    due: date | None
    status: Status
    days: int | None
    why: str
    evidence: tuple[Shown, ...] = ()

    @property
    def commitment(self) -> Commitment:
        """The promise."""
        record: Any = self.kept.record
        return record  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Asked:
    """What one due day is judged by: the day asked, the notice, and what is known of an end or of its still being open."""

    as_of: date
    notice: int
    met: date | None = None
    met_without_day: bool = False
    in_time: bool = False
    lapsed: str | None = None
    not_met_by: date | None = None


_Judgement = tuple[Status, int | None, str]
"""Status, days and why."""


def clock(sight: Sight, as_of: date) -> tuple[Reading, ...]:
    """How every promise that a viewer may read stands on a day, the earliest due first, those without a day last.

    A recurring promise has one reading for each of its days up to the next one. A promise made after the day is not there yet.
    """
    notice = notice_days(sight)
    readings = [
        reading
        for kept in sight.all("commitment")
        if _is_made(kept, as_of)
        for reading in _readings(kept, as_of, notice)
    ]
    return tuple(sorted(readings, key=lambda each: (each.due or date.max, each.due is None, each.kept.id)))


def notice_days(sight: Sight) -> int:
    """Days before its due day from which a promise is *due* instead of *open*."""
    kept: Any = sight.get("parameter", NOTICE_PARAMETER)
    return NOTICE_DAYS if kept is None else int(kept.record.value)


def _is_made(kept: Kept, as_of: date) -> bool:
    record: Any = kept.record
    return record.made is None or record.made <= as_of


def _readings(kept: Kept, as_of: date, notice: int) -> Iterator[Reading]:
    record: Any = kept.record
    if record.due.every_months is not None:
        yield from _recurring(kept, record, as_of, notice)
        return
    due, missing = due_day(record.due, as_of)
    yield _reading(kept, due, missing, _asked(kept, record, as_of, notice, due))


def due_day(due: Due, as_of: date) -> tuple[date | None, str]:
    """The due day of a promise that does not recur, or None and why nobody knows it on the day asked."""
    if due.on is not None:
        return due.on, ""
    event = f"“{due.event}”"
    if due.event_day is None:
        return None, f"it runs from {event}, which is not known to have happened"
    if due.event_day > as_of:
        return None, f"it runs from {event}, which has not happened by {as_of}"
    found = _shifted(due.event_day, days=due.days, months=due.months)
    return found, "" if found else f"how long after {event} it is due is not known"


def _shifted(start: date, *, days: int | None = None, months: int | None = None) -> date | None:
    """A day some days or months later; None where neither is known or the calendar ends before."""
    try:
        if months is not None:
            return add_months(start, months)
        return None if days is None else start + timedelta(days=days)
    except (OverflowError, ValueError):
        return None


def _asked(kept: Kept, record: Commitment, as_of: date, notice: int, due: date | None) -> _Asked:
    """What is known by the day of a promise that does not recur."""
    ended, outcome = record.ended, record.outcome
    counts = outcome is not None and (ended or kept.effective) <= as_of
    met = counts and outcome == "met"
    in_time = met and ended is None and due is not None and kept.effective <= due
    return _Asked(
        as_of,
        notice,
        met=ended if met else None,
        met_without_day=met and ended is None,
        in_time=in_time,
        lapsed=_lapse_words(record) if counts and not met else None,
        not_met_by=_by_then(record.not_met_by, as_of),
    )


def _by_then(day: date | None, as_of: date) -> date | None:
    return day if day is not None and day <= as_of else None


def _lapse_words(record: Commitment) -> str:
    on = f" on {record.ended}" if record.ended else ", on a day that is not known"
    if record.outcome == "replaced":
        return f"replaced by {record.replaced_by or 'something else'}{on}"
    return f"lapsed{on}"


def _recurring(kept: Kept, record: Commitment, as_of: date, notice: int) -> Iterator[Reading]:
    """One reading for each day up to the next one; what lapsed takes with it what was due from then on."""
    met = {each.due: each for each in record.fulfilled if each.on <= as_of}
    ends = record.outcome is not None and (record.ended or kept.effective) <= as_of
    end = (record.ended or kept.effective) if ends else None
    not_met_by = _by_then(record.not_met_by, as_of)
    # A day that was met and is not of the series is told all the same.
    days = sorted({*_days(record.due, as_of), *met})
    open_at = max((day for day in days if not_met_by is not None and day <= not_met_by), default=None)
    for day in days:
        lapsed = _lapse_words(record) if end is not None and day >= end else None
        still_open = not_met_by if day == open_at else None
        yield _reading(
            kept, day, "", _one_of(_Asked(as_of, notice, lapsed=lapsed, not_met_by=still_open), met.get(day), kept)
        )
        if lapsed:
            return
    if record.due.first is None:
        why = f"it recurs every {record.due.every_months} months, from a first day that is not known"
        yield _reading(kept, None, why, _Asked(as_of, notice, lapsed=_lapse_words(record) if ends else None))


def _one_of(asked: _Asked, met: Fulfilled | None, kept: Kept) -> _Asked:
    """One of the days of a recurring promise, with what is known of its having been met."""
    if met is None:
        return asked
    return replace(asked, met=met.on, met_without_day=met.on is None, in_time=kept.effective <= met.due)


def _days(due: Due, until: date) -> Iterator[date]:
    """Days on which it recurs, up to the first on or after a day."""
    first, step = due.first, due.every_months
    if first is None or step is None:
        return
    for at in count():
        day = _shifted(first, months=at * step)
        if day is None:
            return
        yield day
        if day >= until:
            return


def _reading(kept: Kept, due: date | None, missing: str, asked: _Asked) -> Reading:
    evidence = tuple(each for each in kept.evidence if each.effective <= asked.as_of)
    status, days, why = _judged(due, missing, asked)
    record: Any = kept.record
    about = " (the source says only about when)" if record.due.approximate and due is not None else ""
    return Reading(kept, due, status, days, why + about, evidence)


def _judged(due: date | None, missing: str, asked: _Asked) -> _Judgement:
    if asked.met is not None:
        return _met(due, missing, asked.met)
    if asked.lapsed is not None:
        return "lapsed", None, asked.lapsed
    if asked.met_without_day:
        return _met_some_day(due, in_time=asked.in_time)
    if due is None:
        return "open", None, f"due day not known: {missing}"
    return _passed(due, asked) if asked.as_of > due else _ahead(due, asked)


def _ahead(due: date, asked: _Asked) -> _Judgement:
    left = (due - asked.as_of).days
    if left <= asked.notice:
        return "due", left, "due today" if left == 0 else f"due in {_days_word(left)}"
    return "open", left, f"{_days_word(left)} left"


def _met(due: date | None, missing: str, met: date) -> _Judgement:
    if due is None:
        return "met", None, f"met on {met}; whether in time nobody can tell: {missing}"
    if met <= due:
        early = (due - met).days
        return "met", early, f"met on {met}, " + (f"{_days_word(early)} early" if early else "on the day")
    late = (met - due).days
    return "met late", late, f"met on {met}, {_days_word(late)} late"


def _met_some_day(due: date | None, *, in_time: bool) -> _Judgement:
    """Met on a day that nobody knows: in time only where that was known by the due day."""
    if due is None or in_time:
        return "met", None, "met, on a day that is not known"
    return "unknown", None, "met, on a day that is not known: nobody can tell whether in time"


def _passed(due: date, asked: _Asked) -> _Judgement:
    since = (asked.as_of - due).days
    if asked.not_met_by is not None and asked.not_met_by >= due:
        why = f"{_days_word(since)} past its due day; evidence of {asked.not_met_by} says that it was not met by then"
        return "late", since, why
    return "unknown", since, f"{PASSED} {_days_word(since)} ago"


def _days_word(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def chosen(readings: Sequence[Reading], statuses: Iterable[str] = (), party: str | None = None) -> tuple[Reading, ...]:
    """Readings with one of some statuses (all when none is given), of a party where one is given."""
    wanted = set(statuses)
    return tuple(
        each
        for each in readings
        if (not wanted or each.status in wanted) and (party is None or party in each.commitment.parties)
    )


def check_asked(sight: Sight, statuses: Sequence[str], party: str | None) -> None:
    """Raise BadInput with every status or party that is asked for and that there is none of."""
    problems = [unknown_problem("--status", "status", each, STATUSES) for each in statuses if each not in STATUSES]
    promising = [each.id for kind in ("party", "initiative") for each in sight.all(kind)]
    if party is not None and party not in promising:
        problems.append(unknown_problem("--party", "party", party, promising))
    raise_all(problems)


def clock_answer(readings: Sequence[Reading], as_of: date) -> dict[str, Any]:
    """The clock in JSON terms: as_of, counts by status, and the commitments."""
    found = Counter(each.status for each in readings)
    return {
        "as_of": as_of.isoformat(),
        "counts": {status: found.get(status, 0) for status in STATUSES},
        "commitments": [clock_row(each) for each in readings],
    }


def clock_row(reading: Reading) -> dict[str, Any]:
    """One reading in JSON terms."""
    said = reading.commitment
    return {
        "id": said.id,
        "clause": said.clause,
        "text": said.text,
        "parties": list(said.parties),
        "binding": said.binding,
        "agreement": said.agreement,
        "due": None if reading.due is None else reading.due.isoformat(),
        "approximate": said.due.approximate,
        "status": reading.status,
        "days": reading.days,
        "why": reading.why,
        "evidence": [
            dict(each.said) | {"verb": each.verb, "effective": each.effective.isoformat()} for each in reading.evidence
        ],
        "demonstration": said.demonstration,
    }


def clock_rows(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """One flat row a reading, for CSV."""
    rows = [clock_row(each) for each in readings]
    for row in rows:
        row["parties"] = "|".join(row["parties"])
        row["evidence"] = "|".join(
            str(each.get("address") or each.get("source") or each.get("title")) for each in row["evidence"]
        )
    return rows

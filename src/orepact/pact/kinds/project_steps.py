"""What each verb makes of a project: the record before, what was asked, and the day from which it holds, give the record after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orepact.pact.event import Draft
from orepact.pact.kinds.base import PactRecord
from orepact.pact.kinds.project_parts import ORDER, Approval, Loss, MoreTime, Objection, Permit, Progress, Step
from orepact.pact.kinds.project_record import Project
from orepact.policy.permit_clock import ClockExtension, ClockStop, PermitClock
from orepact.policy.record import add_months

LIST_CHANGE_MONTHS = 36
"""Article 7: how long the status is kept where the only reason to lose it is a change of the list."""


def _with(before: Any, **fields: Any) -> Project:
    found: Project = before.model_copy(update=fields)
    return found


def added(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """A new project, with its first step."""
    del before
    since = asked.state_since
    if asked.reported is None and since is None:
        since = draft.effective
    steps = () if asked.state is None else (Step(state=asked.state, day=since, reported=asked.reported is not None),)
    return _with(asked, id=draft.record, state_since=since, steps=steps)


def moved(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project in its next state; the permit clock begins on the day on which it enters permitting."""
    clock = before.clock
    if asked.to == "permitting" and before.activity not in {None, "substitution"}:
        clock = PermitClock(project=before.activity, complete=draft.effective)
    return _with(
        before, state=asked.to, state_since=draft.effective, paused=False, clock=clock,
        construction=before.construction and ORDER.index(asked.to) < ORDER.index("built"),
        steps=(*before.steps, Step(state=asked.to, day=draft.effective)),
    )  # fmt: skip


def placed(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project where its source reports it."""
    del draft
    steps = () if asked.state is None else (Step(state=asked.state, day=asked.state_since, reported=True),)
    return _with(before, **dict(asked), steps=steps)


def objected(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project with a host state's objection."""
    objection = Objection(country=asked.country, day=draft.effective, reason=asked.reason)
    return _with(before, objections=(*before.objections, objection))


def approves(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project with a host state's approval."""
    return _with(before, approvals=(*before.approvals, Approval(country=asked.country, day=draft.effective)))


def given_time(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project with more days for the decision on recognition."""
    return _with(before, more_time=MoreTime(day=draft.effective, days=asked.days, reason=asked.reason))


def clock_started(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project with a new permit clock."""
    del draft
    if before.activity in {None, "substitution"}:
        return _with(before)
    return _with(before, clock=PermitClock(project=before.activity, complete=asked.complete), permit=None)


def _clock_with(before: Any, **fields: Any) -> Project:
    """The project with a changed clock; as it is where there is none, which a guard then says."""
    return _with(before) if before.clock is None else _with(before, clock=before.clock.model_copy(update=fields))


def stopped(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project with a clock that stands still from the day on."""
    stops = () if before.clock is None else before.clock.stops
    return _clock_with(before, stops=(*stops, ClockStop(first=draft.effective, reason=asked.reason)))


def resumed(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project with a clock that runs again from the day on."""
    del asked
    stops = () if before.clock is None else before.clock.stops
    return _clock_with(
        before,
        stops=tuple(each if each.resumed else each.model_copy(update={"resumed": draft.effective}) for each in stops),
    )


def extended(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project with months more for its permit."""
    extension = ClockExtension(granted=draft.effective, months=asked.months, reason=asked.reason)
    return _clock_with(before, extension=extension)


def decided(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project with its permit decided, and the clock ended."""
    permit = Permit(granted=asked.granted, day=draft.effective, authority=asked.authority)
    return _with(_clock_with(before, decided=draft.effective), permit=permit)


def reported(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project with one more report."""
    return _with(before, reports=(*before.reports, Progress(day=draft.effective, words=asked.words)))


def lost(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project without its status, at once or three years after a change of the list."""
    day = draft.effective
    kept = add_months(day, LIST_CHANGE_MONTHS) if asked.cause == "list changed" else day
    return _with(before, lost=Loss(day=day, cause=asked.cause, reason=asked.reason, kept_until=kept))


def in_place(field: str, *keys: str) -> Callable[[Any, Any, Draft], PactRecord]:
    """A step that puts a part into a field, in place of the one with the same keys."""

    def apply(before: Any, asked: Any, draft: Draft) -> PactRecord:
        del draft
        others = [
            each for each in getattr(before, field) if any(getattr(each, key) != getattr(asked, key) for key in keys)
        ]
        return _with(before, **{field: (*others, asked)})

    return apply


def costed(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The project with its cost."""
    del draft
    return _with(before, capex=asked)

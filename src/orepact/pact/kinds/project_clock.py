"""What keeps somebody from starting, stopping, extending or ending a permit clock: Regulation (EU) 2024/1252, Article 11.

The rules on its dates are those of ``orepact.policy.permit_clock``. Nobody overrides any of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from orepact.errors import Problem
from orepact.pact.kinds.base import Guard, Situation, needs_evidence
from orepact.pact.kinds.project_guards import ended_by_host, limited, not_come
from orepact.policy.permit_clock import clock_problems


def starting(situation: Situation) -> Iterable[Guard]:
    """A clock is started by the move to permitting; by hand only where that was reported, or after a refusal."""
    before: Any = situation.before
    asked: Any = situation.asked
    yield from _permitting(before)
    if before.activity in {None, "substitution"}:
        found = before.activity or "nothing"
        wrong = "Article 11 sets no time for what it does"
        yield Guard(Problem("project, activity", wrong, found, "say whether it is extraction, processing or recycling"))
    refused = before.permit is not None and not before.permit.granted
    if before.clock is not None and not refused:
        todo = "stop or extend it"
        yield Guard(Problem("permit clock", "it runs already", f"since {before.clock.complete}", todo))
    if asked.complete > situation.day:
        yield Guard(not_come("complete", asked.complete, situation.day))
    if refused and asked.complete < before.permit.day:
        found = f"{asked.complete}, refused on {before.permit.day}"
        yield Guard(Problem("complete", "a new application comes after the refusal", found, "correct the day"))


def _permitting(before: Any) -> Iterable[Guard]:
    if before.state != "permitting":
        found = before.state or "no state"
        yield Guard(Problem("permit clock", "it runs only while the project is permitting", found, "move it first"))
    yield from ended_by_host(before)


def _running(situation: Situation) -> Iterable[Guard]:
    """There is a clock, nothing is decided, and its dates are such as Article 11 allows."""
    before: Any = situation.before
    after: Any = situation.after
    yield from _permitting(before)
    if before.permit is not None:
        yield Guard(Problem("permit clock", "the permit is decided", f"on {before.permit.day}", "leave the clock"))
    elif before.clock is None:
        yield Guard(Problem("permit clock", "there is no clock", "nothing", "start it: start_clock"))
    else:
        yield from (Guard(each) for each in clock_problems(after.clock))


def _standing(before: Any) -> Any:
    stops = () if before.clock is None else before.clock.stops
    return next((each for each in stops if each.resumed is None), None)


def stopping(situation: Situation) -> Iterable[Guard]:
    """A running clock can stop."""
    before: Any = situation.before
    stop = _standing(before)
    if stop is not None:
        yield Guard(Problem("permit clock", "it stands still already", f"since {stop.first}", "resume it first"))
        return
    yield from _running(situation)


def resuming(situation: Situation) -> Iterable[Guard]:
    """A standing clock can run again."""
    before: Any = situation.before
    yield from _running(situation)
    if before.clock is not None and _standing(before) is None:
        yield Guard(Problem("permit clock", "it does not stand still", "a running clock", "leave it"))


def extending(situation: Situation) -> Iterable[Guard]:
    """Article 11(4): once, by 6 or 3 months, while the time runs, where the time limit applies at all."""
    before: Any = situation.before
    after: Any = situation.after
    yield from _running(situation)
    if before.clock is None:
        return
    if before.clock.extension is not None:
        found = f"{before.clock.extension.months} months on {before.clock.extension.granted}"
        yield Guard(Problem("permit clock, extension", "it was extended already", found, "it is extended once"))
    if not limited(before, situation.sight, after.clock.extension.granted):
        todo = "log stops, which are kept all the same"
        wrong = "no time limit applies: that is for strategic projects in the Union"
        yield Guard(Problem("permit clock, extension", wrong, ", ".join(before.host) or "no host", todo))


def deciding(situation: Situation) -> Iterable[Guard]:
    """A permit is decided once, on evidence, while the clock runs."""
    before: Any = situation.before
    after: Any = situation.after
    yield from needs_evidence(situation)
    yield from _permitting(before)
    stop = _standing(before)
    if before.permit is not None:
        yield Guard(Problem("project, permit", "it is decided already", f"on {before.permit.day}", "leave it as it is"))
    elif stop is not None:
        yield Guard(Problem("permit clock", "it stands still", f"since {stop.first}", "resume it first"))
    elif after.clock is not None:
        yield from (Guard(each) for each in clock_problems(after.clock))

"""What keeps somebody from adding, placing, approving or objecting to a project, and from taking its status.

Regulation (EU) 2024/1252, Article 7: host states object or approve while the application is decided; the decision takes 90 days and
at most 90 more; a status that no longer fits is lost. Article 8: reports after recognition.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from orepact.errors import Problem
from orepact.pact.kinds.base import PARTIES, Guard, Situation, needs_evidence
from orepact.pact.kinds.project_content import content
from orepact.pact.kinds.project_guards import ended_by_host, move_guards, not_come
from orepact.pact.kinds.project_parts import ORDER
from orepact.pact.kinds.project_record import PROTECTED

PUBLIC_STATES = frozenset({"complete", "assessed", "recognised", "permitted"})
"""States that a public body decides, and no firm."""

DECISION_DAYS = 90
"""Article 7: days for the decision on recognition, from the day on which the application is complete."""


def adding(situation: Situation) -> Iterable[Guard]:
    """A project begins as a proposal, or is taken over as reported; what only happens later is not given with it."""
    after: Any = situation.after
    yield from content(situation)
    if after.reported is None and after.state != "proposed":
        found = after.state or "no state"
        todo = "leave the state out, or say in reported what its source says"
        yield Guard(Problem("project, state", "a project begins as proposed, or as reported", found, todo))
    if after.reported is not None:
        yield from needs_evidence(situation)
    if after.state_since is not None and after.state_since > situation.day:
        yield Guard(not_come("project, state_since", after.state_since, situation.day))
    asked: Any = situation.asked
    for name in sorted(set(PROTECTED) - {"state", "state_since", "reported"}):
        if getattr(asked, name):
            todo = f"leave it out, then use {PROTECTED[name]}"
            yield Guard(Problem(f"project, {name}", "it is not given with a new project", "something", todo))


def changing(situation: Situation) -> Iterable[Guard]:
    """Fields that follow from what happened are changed by what happens."""
    yield from content(situation)
    for name, verb in PROTECTED.items():
        if getattr(situation.before, name) != getattr(situation.after, name):
            yield Guard(Problem(f"project, {name}", "it follows from what happened", "a new value", f"use {verb}"))


def moving(situation: Situation) -> Iterable[Guard]:
    """What keeps it from its next state."""
    before: Any = situation.before
    asked: Any = situation.asked
    after: Any = situation.after
    viewer = situation.sight.viewer
    if asked.to in PUBLIC_STATES and not viewer.keeper and viewer.roles.isdisjoint(PARTIES):
        todo = "let a host state, or whoever assesses it, record the step"
        yield Guard(Problem("project, move, to", "a public body decides that step", asked.to, todo))
    yield from move_guards(before, asked.to, situation, after.state_since)


def placing(situation: Situation) -> Iterable[Guard]:
    """Only what was never moved here is placed as reported."""
    before: Any = situation.before
    asked: Any = situation.asked
    yield from needs_evidence(situation)
    if not before.as_reported:
        todo = "move it from state to state"
        yield Guard(Problem("project, place", "its steps are known", f"{before.state}", todo))
    if asked.state_since is not None and asked.state_since > situation.day:
        yield Guard(not_come("state_since", asked.state_since, situation.day))


def _by_host(situation: Situation) -> Iterable[Guard]:
    """Only a host state speaks for itself; the secretariat records what it says, with evidence."""
    before: Any = situation.before
    asked: Any = situation.asked
    viewer = situation.sight.viewer
    yield from needs_evidence(situation)
    if asked.country not in before.host:
        found, todo = (
            f"'{asked.country}'",
            f"choose one of {', '.join(before.host) or 'its hosts, once they are known'}",
        )
        yield Guard(Problem("country", "it is no host state of the project", found, todo))
    elif viewer.acts_for and asked.country not in viewer.acts_for:
        found = ", ".join(sorted(viewer.acts_for))
        yield Guard(
            Problem("country", "only the host state speaks for itself", f"you act for {found}", "leave it to it")
        )


def objecting(situation: Situation) -> Iterable[Guard]:
    """Article 7: a host state objects while the application is decided, not after."""
    before: Any = situation.before
    yield from _by_host(situation)
    yield from ended_by_host(before)
    if before.state is not None and ORDER.index(before.state) >= ORDER.index("recognised"):
        todo = "if it no longer meets the criteria, it loses its status: lose_status"
        yield Guard(Problem("project, object", "it is recognised already", before.state, todo))


def approving(situation: Situation) -> Iterable[Guard]:
    """A host state approves once, and not where the application is ended."""
    before: Any = situation.before
    asked: Any = situation.asked
    yield from _by_host(situation)
    yield from ended_by_host(before)
    if any(each.country == asked.country for each in before.approvals):
        yield Guard(Problem("country", "it has approved already", asked.country, "leave it as it is"))


def giving_time(situation: Situation) -> Iterable[Guard]:
    """Article 7: up to 90 days more, in exceptional cases, while the first 90 run."""
    before: Any = situation.before
    after: Any = situation.after
    if before.state not in {"complete", "assessed"}:
        found = before.state or "no state"
        yield Guard(Problem("project, more_time", "no decision on recognition is open", found, "leave it"))
        return
    if before.more_time is not None:
        found = f"{before.more_time.days} days on {before.more_time.day}"
        yield Guard(Problem("project, more_time", "it was given more time already", found, "it is given once"))
    step = before.entered("complete")
    last = None if step is None or step.day is None else step.day + timedelta(days=DECISION_DAYS)
    if last is not None and after.more_time.day > last:
        found = f"{after.more_time.day}, after {last}"
        yield Guard(Problem("project, more_time", "more time is given while the time runs", found, "correct the day"))


def _has_status(before: Any) -> bool:
    reached = before.state is not None and ORDER.index(before.state) >= ORDER.index("recognised")
    return reached or any(each.scheme == "CRMA" for each in before.designations)


def reporting(situation: Situation) -> Iterable[Guard]:
    """Article 8: reports begin with recognition."""
    before: Any = situation.before
    if not _has_status(before):
        found = before.state or "no state"
        yield Guard(
            Problem("project, report", "there is nothing to report on before recognition", found, "wait for it")
        )


def losing(situation: Situation) -> Iterable[Guard]:
    """Article 7: a status that is there can be lost, once."""
    before: Any = situation.before
    yield from needs_evidence(situation)
    if not _has_status(before):
        found = before.state or "no state"
        yield Guard(Problem("project, lose_status", "it has no status to lose", found, "leave it"))
    if before.lost is not None:
        yield Guard(
            Problem("project, lose_status", "it has lost its status already", f"on {before.lost.day}", "leave it")
        )

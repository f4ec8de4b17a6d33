"""What can be done to a project: move it on, object, approve, keep its permit clock, and say what is found of it.

The day of each is the day from which it holds. Legal source: Regulation (EU) 2024/1252, Articles 6 (criteria), 7 (recognition),
8 (reports) and 11 to 14 (permits). Which guards stand whatever anybody says is written in ``project_guards``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from orepact.pact.kinds import project_clock as clock
from orepact.pact.kinds import project_recognition as recognition
from orepact.pact.kinds import project_steps as step
from orepact.pact.kinds.base import (
    EVERY_SIDE,
    PARTIES,
    Apply,
    Guard,
    Kind,
    Nothing,
    PactRecord,
    Situation,
    Verb,
    changed,
    needs_evidence,
    same,
)
from orepact.pact.kinds.project_asks import (
    Against,
    ByCountry,
    Decision,
    ForReason,
    Lengthening,
    Losing,
    MoreDays,
    Move,
    Placed,
    Started,
    Told,
)
from orepact.pact.kinds.project_content import content, criterion_content
from orepact.pact.kinds.project_parts import (
    ACT,
    Capex,
    Criterion,
    EsgVerdict,
    Money,
    Offtake,
    Output,
    Stake,
    ValueAdded,
)
from orepact.pact.kinds.project_record import PROTECTED, Project
from orepact.policy.record import Record

Watch = Callable[[Situation], Iterable[Guard]]
RECOGNITION, REPORTS, PERMIT = (f"{ACT}, Article {number}" for number in (7, 8, 11))


def _hosts(record: PactRecord) -> frozenset[str]:
    """Host states, which speak for themselves on a project that somebody else keeps."""
    return frozenset(getattr(record, "host", ()))


def _public(record: PactRecord) -> frozenset[str]:
    """Host states and whoever assesses the project."""
    return _hosts(record) | frozenset([getattr(record, "assessor", None) or ""]) - {""}


def _register() -> Iterator[Verb]:
    """What everybody with a part in it does."""
    meaning = "put it into the register, as proposed or as reported"
    yield Verb("add", meaning, Project, step.added, EVERY_SIDE, guard=recognition.adding)
    change = recognition.changing
    yield Verb("change", "change what it says", Project, changed, EVERY_SIDE, guard=change, partial=True)
    yield Verb("show", "add evidence", Nothing, same, EVERY_SIDE, guard=needs_evidence)
    yield Verb(
        "move", "enter the next state", Move, step.moved, EVERY_SIDE, "D2", recognition.moving, in_order=True,
        override_roles=PARTIES, others=_public,
    )  # fmt: skip
    meaning = "say where it stands as reported, in place of what was reported before"
    yield Verb("place", meaning, Placed, step.placed, EVERY_SIDE, "D2", recognition.placing, in_order=True)


def _of_recognition() -> Iterator[Verb]:
    """Articles 7 and 8: host states, time for the decision, reports, loss of status."""

    def verb(name: str, meaning: str, asks: type[Record], apply: Apply, guard: Watch) -> Verb:
        return Verb(name, meaning, asks, apply, PARTIES, RECOGNITION, guard, in_order=True, others=_public)

    def by_host(name: str, meaning: str, asks: type[Record], apply: Apply, guard: Watch) -> Verb:
        return Verb(name, meaning, asks, apply, PARTIES, RECOGNITION, guard, in_order=True, others=_hosts)

    meaning = "let a host state object, which ends it"
    yield by_host("object", meaning, Against, step.objected, recognition.objecting)
    yield by_host("approve", "let a host state approve", ByCountry, step.approves, recognition.approving)
    meaning = "give more days for the decision on recognition"
    yield verb("more_time", meaning, MoreDays, step.given_time, recognition.giving_time)
    yield verb("lose_status", "say that it loses its status", Losing, step.lost, recognition.losing)
    told = step.reported
    yield Verb("report", "report on progress", Told, told, EVERY_SIDE, REPORTS, recognition.reporting, in_order=True)


def _of_permit() -> Iterator[Verb]:
    """Article 11: the permit's clock and the decision. The public side keeps them, not the firm."""

    def verb(name: str, meaning: str, asks: type[Record], apply: Apply, guard: Watch) -> Verb:
        return Verb(name, meaning, asks, apply, PARTIES, PERMIT, guard, in_order=True, others=_hosts)

    meaning = "say when the permit clock began, of a project taken over or refused"
    yield verb("start_clock", meaning, Started, step.clock_started, clock.starting)
    yield verb("stop_clock", "let the permit clock stand still", ForReason, step.stopped, clock.stopping)
    yield verb("resume_clock", "let the permit clock run again", Nothing, step.resumed, clock.resuming)
    yield verb("extend_clock", "give more months for the permit", Lengthening, step.extended, clock.extending)
    yield verb("decide", "decide on the permit", Decision, step.decided, clock.deciding)


def _of_substance() -> Iterator[Verb]:
    """What is found of it: criteria, standards, money, buyers, output."""

    def verb(name: str, meaning: str, asks: type[Record], field: str, *keys: str) -> Verb:
        return Verb(name, meaning, asks, step.in_place(field, *keys), EVERY_SIDE, "D2", content)

    yield Verb(
        "assess", "say whether a criterion is met", Criterion, step.in_place("criteria", "scheme", "criterion"), PARTIES,
        f"{ACT}, Article 6", criterion_content, others=_public,
    )  # fmt: skip
    yield Verb(
        "verdict", "say what a scheme of standards finds", EsgVerdict, step.in_place("verdicts", "scheme"), PARTIES, "D9", content,
        others=_public,
    )  # fmt: skip
    yield Verb("cost", "say what it costs to build", Capex, step.costed, EVERY_SIDE, "D2")
    yield verb("finance", "add an item of the finance stack, or replace one", Money, "finance", "item")
    yield verb("stake", "record a public equity stake", Stake, "stakes", "holder")
    yield verb("offtake", "record what a buyer takes", Offtake, "offtakes", "buyer", "mineral")
    yield verb("value_added", "say what stays in a host state", ValueAdded, "value_added", "host")
    yield verb("capacity", "say what it can make", Output, "outputs", "mineral", "stage")


PROJECT = Kind(
    "project", "projects", "joint projects: where they stand, their money, their permits and their buyers", Project,
    {each.name: each for each in (*_register(), *_of_recognition(), *_of_permit(), *_of_substance())},
    derived=frozenset(PROTECTED) - {"state", "state_since", "reported"},
)  # fmt: skip

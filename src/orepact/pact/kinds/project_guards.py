"""What keeps a project from its next state, and which of it somebody may override with a reason that is logged.

Never overridden, because the Critical Raw Materials Act, Regulation (EU) 2024/1252, or the meaning of the state leaves no choice:

- a state is skipped, or the project goes back (D2);
- a host state objects: the application is not considered (Article 7);
- a host state outside the Union has not approved (Article 7);
- a criterion of Article 6(1) is not answered, or not met;
- no host is known, so that nobody can tell who has to approve;
- nothing shows a decision of a public body: complete, assessed, recognised, permitted;
- no permit is granted (Articles 11 to 14), and every rule on its clock (Article 11);
- no buyer has qualified the output.

Overridden by an analyst or a party's delegate, with a reason:

- mutual benefit: Article 6(1)(e) asks it only of emerging markets and developing economies;
- the class of the United Nations Framework Classification: Article 7 asks it of the application, and the Commission judges whether
  the application is complete;
- criteria of partnerships, which no law states;
- money that does not cover the cost, or of which nobody can tell (Articles 15 and 16 help with money and set no such bar);
- a plant without evidence that it stands, and a plant of unknown capacity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from orepact.errors import Problem
from orepact.pact.kinds.base import Guard, Situation
from orepact.pact.kinds.project_money import covered
from orepact.pact.kinds.project_parts import CRITERIA, ORDER, Criterion, Scheme, State
from orepact.pact.kinds.project_record import Project
from orepact.policy.record import in_force

if TYPE_CHECKING:
    from orepact.pact.sight import Sight

UNION = frozenset({"EU", "EU27"})
ALWAYS = ("security of supply", "technical feasibility", "sustainability")
INSIDE, OUTSIDE = "cross-border benefit", "mutual benefit"


def in_union(sight: Sight, host: str, day: date) -> bool:
    """Whether a host state is in the Union: by a membership that the pact keeps, or by the facts' list of members."""
    kept: list[Any] = [each.record for each in sight.all("membership")]
    if any(each.member == host and each.of in UNION and in_force(day, each.since, each.until) for each in kept):
        return True
    from orepact import facts

    return host in facts.resolve_place("EU27")


def outside_union(project: Project, sight: Sight, day: date) -> tuple[str, ...]:
    """Host states that are not in the Union."""
    return tuple(each for each in project.host if not in_union(sight, each, day))


def asked_criteria(project: Project, sight: Sight, day: date) -> tuple[str, ...]:
    """Criteria of Article 6(1) that apply: cross-border benefit to hosts in the Union, mutual benefit to those outside."""
    outside = outside_union(project, sight, day)
    inside = (INSIDE,) if len(outside) < len(project.host) else ()
    return (*ALWAYS, *inside, *((OUTSIDE,) if outside else ()))


def answered(project: Project, scheme: Scheme, criterion: str) -> Criterion | None:
    """What is recorded of a criterion; None where nothing is."""
    return next((each for each in project.criteria if (each.scheme, each.criterion) == (scheme, criterion)), None)


def limited(project: Project, sight: Sight, day: date) -> bool:
    """Whether the time limits of Article 11 apply to the permit: a strategic project in the Union with its status, no substitution."""
    has_status = project.lost is None or day < project.lost.kept_until
    inside = len(outside_union(project, sight, day)) < len(project.host)
    return project.scheme == "CRMA" and project.activity != "substitution" and has_status and inside


def move_guards(project: Project, to: State, situation: Situation, day: date) -> Iterable[Guard]:
    """Everything that keeps a project from entering a state on a day."""
    yield from ended_by_host(project)
    place = "project, move, to"
    if project.state is None:
        yield Guard(Problem(place, "where it stands is not known", "no state", "place it first, as reported"))
        return
    at, wanted = ORDER.index(project.state), ORDER.index(to)
    if wanted == at + 1:
        yield from NEEDS[to](project, situation, day)
        return
    wrong = "it would skip a state" if wanted > at else "a project does not go back"
    todo = f"move it to {ORDER[at + 1]} first" if at + 1 < len(ORDER) else "it has reached the last state"
    yield Guard(Problem(place, wrong, f"{to} after {project.state}", todo))


def ended_by_host(project: Project) -> Iterable[Guard]:
    """Article 7: a project to which a host state objects is not considered any further."""
    for each in project.objections:
        found = f"{each.country} on {each.day}: {each.reason}"
        yield Guard(Problem("project, host", "a host state objects, which ended it", found, "make a new application"))


def not_come(place: str, day: date, today: date) -> Problem:
    """That something is said of a day that has not come."""
    return Problem(place, "the day has not come", f"{day}", f"give a day up to {today}")


def _complete(project: Project, situation: Situation, day: date) -> Iterable[Guard]:
    """Article 7: what an application holds."""
    del day
    yield from _shown(situation, "that the application is complete")
    if not project.host:
        yield Guard(Problem("project, host", "no host state is known", "none", "change the project: name its hosts"))
    if project.activity is None:
        todo = "say whether it is extraction, processing, recycling or substitution"
        yield Guard(Problem("project, activity", "what it does is not known", "nothing", todo))
    if project.unfc is None and project.activity != "substitution":
        todo = "give its class of the United Nations Framework Classification"
        yield Guard(
            Problem("project, unfc", "the application has no class of reserves", "none", todo), may_override=True
        )


def _assessed(project: Project, situation: Situation, day: date) -> Iterable[Guard]:
    """Article 6: each criterion that applies has an answer."""
    yield from _shown(situation, "that it was assessed")
    if project.scheme != "CRMA":
        return
    for name in asked_criteria(project, situation.sight, day):
        found = answered(project, "CRMA", name)
        if found is None or found.met == "unknown":
            wrong = f"nobody answered the criterion: {CRITERIA[name]}"
            yield Guard(
                Problem(f"project, criteria, {name}", wrong, "unknown", "assess it"), may_override=name == OUTSIDE
            )


def _recognised(project: Project, situation: Situation, day: date) -> Iterable[Guard]:
    """Articles 6 and 7: every criterion is met, and every host state outside the Union has approved."""
    yield from _shown(situation, "that it was recognised")
    if not project.host:
        yield Guard(Problem("project, host", "no host state is known", "none", "change the project: name its hosts"))
    if project.scheme == "CRMA":
        yield from _criteria_met(project, situation.sight, day)
        yield from _approved(project, situation.sight, day)
        return
    for each in project.criteria:
        if each.scheme == project.scheme and each.met != "yes":
            place = f"project, criteria, {each.criterion}"
            problem = Problem(place, f"a criterion of {each.scheme} is not met", each.met, "assess it again")
            yield Guard(problem, may_override=True)


def _criteria_met(project: Project, sight: Sight, day: date) -> Iterable[Guard]:
    for name in asked_criteria(project, sight, day):
        found = answered(project, "CRMA", name)
        if found is None or found.met != "yes":
            told = "unknown" if found is None else found.met
            problem = Problem(f"project, criteria, {name}", f"it is not met: {CRITERIA[name]}", told, "assess it again")
            yield Guard(problem, may_override=name == OUTSIDE)


def _approved(project: Project, sight: Sight, day: date) -> Iterable[Guard]:
    given = {each.country for each in project.approvals}
    for host in outside_union(project, sight, day):
        if host not in given:
            wrong = "a host state outside the Union has not approved"
            yield Guard(Problem("project, approvals", wrong, f"no approval of {host}", "let it approve first"))


def _permitting(project: Project, situation: Situation, day: date) -> Iterable[Guard]:
    """Article 11(1): how long the clock runs follows from what the project does."""
    del situation, day
    if project.activity is None:
        todo = "say whether it is extraction, processing, recycling or substitution"
        yield Guard(Problem("project, activity", "what it does is not known", "nothing", todo))


def _permitted(project: Project, situation: Situation, day: date) -> Iterable[Guard]:
    """Articles 11 to 14: a comprehensive decision grants the permit."""
    del day
    yield from _shown(situation, "that it was permitted")
    if project.permit is None:
        yield Guard(Problem("project, permit", "nobody has decided on the permit", "no decision", "decide first"))
    elif not project.permit.granted:
        found = f"refused on {project.permit.day}"
        yield Guard(Problem("project, permit", "the permit was refused", found, "start the clock of a new application"))


def _financed(project: Project, situation: Situation, day: date) -> Iterable[Guard]:
    """D2: committed, signed or paid money covers the cost."""
    del situation, day
    cover = covered(project)
    if cover.share is None:
        problem = Problem("project, finance", "nobody can tell whether money covers the cost", cover.missing, "give it")
        yield Guard(problem, may_override=True)
    elif cover.share < 1:
        found = f"{100 * cover.share:.0f} % in {cover.currency}" + (f"; {cover.missing}" if cover.missing else "")
        todo = "add what is committed, signed or paid"
        yield Guard(Problem("project, finance", "money does not cover the cost", found, todo), may_override=True)


def _built(project: Project, situation: Situation, day: date) -> Iterable[Guard]:
    del project, day
    for each in _shown(situation, "that it is built"):
        yield Guard(each.problem, may_override=True)


def _ramping(project: Project, situation: Situation, day: date) -> Iterable[Guard]:
    del situation, day
    if not project.outputs:
        problem = Problem(
            "project, outputs", "its capacity is not known", "none", "give a capacity by mineral and stage"
        )
        yield Guard(problem, may_override=True)


def _qualified(project: Project, situation: Situation, day: date) -> Iterable[Guard]:
    """D2: a buyer has qualified the output."""
    del situation
    if not any(each.qualified is not None and each.qualified <= day for each in project.offtakes):
        todo = "give the offtake with the day on which its buyer qualified the output"
        yield Guard(Problem("project, offtakes", "no buyer has qualified the output", "none", todo))


def _shown(situation: Situation, what: str) -> Iterable[Guard]:
    if not situation.evidence:
        yield Guard(Problem("evidence", f"nothing shows {what}", "no evidence", "give an address, a title or a source"))


NEEDS: dict[State, Callable[[Project, Situation, date], Iterable[Guard]]] = {
    "complete": _complete, "assessed": _assessed, "recognised": _recognised, "permitting": _permitting, "permitted": _permitted,
    "financed": _financed, "built": _built, "ramping": _ramping, "qualified": _qualified,
}  # fmt: skip
"""What each state needs before a project enters it."""

"""A project as its page shows it: where it stands, which time limits run, what the next step needs, and its money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from orepact.pact.pipeline import Limit, ProjectView, project_view
from orepact.pact.state import Kept
from orepact.report.numbers import counted, exact, money, percent, tonnes
from orepact.web.pact.asking import Asking
from orepact.web.pact.names import Names, mineral

SHOWN_HERE = {
    "state", "state_since", "criteria", "verdicts", "finance", "stakes", "offtakes", "outputs", "value_added", "steps", "clock", "capex",
    "approvals", "objections", "more_time", "permit", "reports", "lost", "paused", "construction", "designations",
}  # fmt: skip
"""Fields that stand in tables of their own, not in the list of what the record says."""

Table = tuple[str, tuple[str, ...], Sequence[tuple[str, ...]]]


def of_project(asking: Asking, kept: Kept) -> dict[str, Any]:
    """What the page of a project says beyond its fields."""
    record: Any = kept.record
    view = project_view(asking.sight, kept.id, record)
    return {
        "finding": _finding(view), "lines": (), "links": (), "template": "pact/project.html", "view": view, "next": view.next_state,
        "missing": view.missing, "standing": list(_standing(view)),
        "tables": list(_tables(view, asking.names)), "money": list(_money(view)),
    }  # fmt: skip


def _finding(view: ProjectView) -> str:
    """Where it stands, and what is late or due next."""
    project = view.project
    if view.ended_by:
        return f"It ended: {view.ended_by} objects."
    state = project.state or "where it stands is not known"
    since = f" since {project.state_since}" if project.state_since else ""
    late = [each for each in view.limits if each.late and each.done is None]
    if late:
        return f"{state.capitalize()}{since}; {late[0].what} was due on {late[0].due}."
    deadline = view.next_deadline
    return f"{state.capitalize()}{since}" + (f"; next, {deadline.what} is due on {deadline.due}." if deadline else ".")


def _standing(view: ProjectView) -> Iterator[tuple[str, str]]:
    project = view.project
    days = "" if view.days_in_state is None else f" ({counted(view.days_in_state, 'day')})"
    yield (
        "State",
        f"{project.state or 'not known'}{f', since {project.state_since}' if project.state_since else ''}{days}",
    )
    if project.reported:
        yield "As reported", project.reported
    if view.clock is not None:
        due = "no time limit applies" if not view.clock_limited else "due day not known while it stands still"
        due = f"due on {view.clock.due}" if view.clock_limited and view.clock.due else due
        yield (
            "Permit clock",
            f"{view.clock.state}, {due}; it stood still for {counted(view.clock.days_suspended, 'day')}",
        )
    for each in project.designations:
        yield "Designated", f"{each.words}{f', {each.since}' if each.since else ''}"
    if project.lost is not None:
        yield "Status lost", f"{project.lost.day}, {project.lost.cause}: {project.lost.reason}"


def _tables(view: ProjectView, names: Names) -> Iterator[Table]:
    project = view.project
    limits = [
        (each.what, str(each.due or "not known"), str(each.done or "–"), _stands(each), each.rule) for each in view.limits
    ]  # fmt: skip
    yield "Time limits", ("What", "Due", "Done", "How it stands", "Rule"), limits
    if view.clock is not None:
        yield (
            "What the permit clock went through",
            ("Day", "What"),
            [(str(day), words) for day, words in view.clock.log],
        )
    yield (
        "Criteria",
        ("Criterion", "Of", "Met", "Why"),
        [
            *((each.criterion, each.scheme, each.met, each.reason or "") for each in project.criteria),
            *(("standards", each.scheme, each.verdict, ", ".join(each.missing)) for each in project.verdicts),
        ],
    )
    yield (
        "What it can make",
        ("Mineral", "Stage", "Tonnes of content a year"),
        [(mineral(each.mineral), each.stage, tonnes(each.capacity)) for each in project.outputs],
    )
    money = [(each.instrument, names.of(each.provider), each.status, _amount(each)) for each in project.finance]
    stakes = [
        (f"public stake, {_percent(each.share)}", names.of(each.holder), each.status, _stake(each))
        for each in project.stakes
    ]
    yield "Money", ("Instrument", "From", "Status", "Amount"), [*money, *stakes]
    buyers = [(names.of(each.buyer), _taken(each), each.floor) for each in project.offtakes]
    yield "Who takes its output", ("Buyer", "Takes", "Under a price floor"), buyers
    yield (
        "What stays in the host state",
        ("Host", "Share of value", "Jobs", "Processed there"),
        [
            (names.of(each.host), _percent(each.share), _known(each.jobs), each.local_processing)
            for each in project.value_added
        ],
    )


def _percent(share: float | None) -> str:
    return "share not known" if share is None else f"{exact(share)} %"


def _known(number: int | None) -> str:
    return "not known" if number is None else str(number)


def _stake(each: Any) -> str:
    return f"{_amount(each)}{f'; {each.rights}' if each.rights else ''}"


def _taken(each: Any) -> str:
    if each.share is not None:
        return _percent(each.share)
    return "not known" if each.tonnes is None else f"{tonnes(each.tonnes)} a year"


def _stands(limit: Limit) -> str:
    return "late" if limit.late else "done" if limit.done else "in time" if limit.due else "stands still"


def _amount(each: Any) -> str:
    if each.amount is None:
        return "amount not known"
    return f"{money(each.amount)} {each.currency or '?'}{f' of {each.year}' if each.year else ''}"


def _money(view: ProjectView) -> Iterator[str]:
    project, cover, taken = view.project, view.cover, view.taken
    cost = (
        "Its cost is not known"
        if project.capex is None
        else f"It costs {money(project.capex.amount)} {project.capex.currency}"
    )
    share = cover.missing if cover.share is None else f"at least {percent(cover.share)}"
    yield f"{cost}. Covered: {share}."
    told = ("cannot tell" if each is None else f"at least {percent(each)}" for each in (taken.share, taken.floor))
    yield "Of its output buyers take {}; under a price floor is {}.".format(*told)

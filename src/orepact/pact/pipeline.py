"""The pipeline as it stands on a day: state, time limits, what the next step needs, and the projects that planning reckons with.

Every day and every "late" here is derived from what happened; none is stored. Time limits of Regulation (EU) 2024/1252: whether an
application is complete is said within 30 days, recognition decided within 90 more, and at most 90 on top (Article 7); permits within
27 or 15 months (Article 11); reports are due every 24 months (Article 8); a status is kept three years after a change of the list
(Article 7). They bind projects that are assessed under that Act; of others no due day is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

from orepact.pact.kinds.base import Situation
from orepact.pact.kinds.project_asks import Move
from orepact.pact.kinds.project_guards import limited, move_guards
from orepact.pact.kinds.project_money import PERCENT, Cover, Taken, Total, covered, taken, totals
from orepact.pact.kinds.project_parts import ACT, ORDER, Output, State
from orepact.pact.kinds.project_recognition import DECISION_DAYS
from orepact.pact.kinds.project_record import Project
from orepact.pact.sight import Sight
from orepact.policy.permit_clock import ClockReading, clock_reading, due_day
from orepact.policy.record import add_months

if TYPE_CHECKING:
    from orepact.planning import projects as planning

COMPLETE_DAYS = 30
REPORT_MONTHS = 24
PLANNED_STAGES = ("mine", "refined", "scrap")
EARLIEST = 2000
"""Year before which planning knows no state."""

COLUMNS = (
    "id", "name", "host", "minerals", "stages", "activity", "scheme", "state", "as_reported", "since", "days_in_state",
    "ended_by", "has_status", "clock", "permit_due", "days_suspended", "next_deadline", "next_due", "late", "next_state", "missing",
    "cover", "cover_currency", "offtake", "floor_cover", "demonstration",
)  # fmt: skip
"""Columns of :func:`project_rows`; ``cover``, ``offtake`` and ``floor_cover`` in percent, at least."""


@dataclass(frozen=True)
class Limit:
    """A time limit: what is due by when, when it was done, and whether that is late. due: None while a clock stands still."""

    what: str
    due: date | None
    done: date | None
    late: bool
    rule: str


@dataclass(frozen=True)
class ProjectView:
    """A project on a day. clock: None without one; missing: what keeps it from the next state, beside evidence of the step."""

    id: str
    day: date
    project: Project
    days_in_state: int | None
    ended_by: str | None
    has_status: bool
    limits: tuple[Limit, ...]
    clock: ClockReading | None
    clock_limited: bool
    next_state: State | None
    missing: tuple[str, ...]
    totals: tuple[Total, ...]
    cover: Cover
    taken: Taken

    @property
    def next_deadline(self) -> Limit | None:
        """The first that is still open."""
        open_ones = [each for each in self.limits if each.done is None and each.due is not None]
        return min(open_ones, key=lambda each: each.due or date.max, default=None)

    @property
    def late(self) -> bool:
        """Whether something that is open is late."""
        return any(each.late and each.done is None for each in self.limits)


def project_views(sight: Sight) -> tuple[ProjectView, ...]:
    """Every project that a viewer may read, in the order in which they were added."""
    return tuple(project_view(sight, each.id, each.record) for each in sight.all("project"))  # type: ignore[arg-type]


def project_view(sight: Sight, record: str, project: Project) -> ProjectView:
    """A project on the day of a sight."""
    day = sight.day
    ended = ", ".join(each.country for each in project.objections) or None
    to = _next(project)
    return ProjectView(
        id=record,
        day=day,
        project=project,
        days_in_state=None if project.state_since is None else (day - project.state_since).days,
        ended_by=ended,
        has_status=has_status(project, day),
        limits=() if ended else tuple(_limits(project, sight)),
        clock=None if project.clock is None else clock_reading(project.clock, day),
        clock_limited=limited(project, sight, day),
        next_state=to,
        missing=_missing(project, to, sight),
        totals=totals(project),
        cover=covered(project),
        taken=taken(project),
    )


def _next(project: Project) -> State | None:
    if project.state is None or project.objections or project.state == ORDER[-1]:
        return None
    return ORDER[ORDER.index(project.state) + 1]


def _missing(project: Project, to: State | None, sight: Sight) -> tuple[str, ...]:
    """What keeps a project from its next state, as the guards say it."""
    if to is None:
        return ()
    with_evidence = Situation(sight, project, project, Move(to=to), sight.day, ({},))
    found = [each.problem for each in move_guards(project, to, with_evidence, sight.day)]
    return tuple(f"{each.wrong} ({each.found})" for each in found)


def has_status(project: Project, day: date) -> bool:
    """Whether it has a status, with its rights, on a day: recognised here or designated, and not lost (Article 7)."""
    reached = project.state is not None and ORDER.index(project.state) >= ORDER.index("recognised")
    given = reached or any(each.scheme == project.scheme for each in project.designations)
    return given and (project.lost is None or day < project.lost.kept_until)


def _limits(project: Project, sight: Sight) -> Iterator[Limit]:
    if project.scheme != "CRMA":
        return
    day = sight.day
    complete, recognised = (_entered(project, state) for state in ("complete", "recognised"))
    proposed = _entered(project, "proposed")
    if proposed is not None and (complete is not None or project.state == "proposed"):
        due = proposed + timedelta(days=COMPLETE_DAYS)
        yield _limit("whether the application is complete", due, complete, day, "Article 7")
    if complete is not None and (recognised is not None or project.state in {"complete", "assessed"}):
        more = project.more_time.days if project.more_time else 0
        due = complete + timedelta(days=DECISION_DAYS + more)
        yield _limit("decision on recognition", due, recognised, day, "Article 7")
    if project.clock is not None and limited(project, sight, day):
        yield _permit(project, day)
    if has_status(project, day):
        yield from _reports(project, day)
        if project.lost is not None:
            yield _limit(
                "end of the status, kept after the list changed", project.lost.kept_until, None, day, "Article 7"
            )


def _entered(project: Project, state: State) -> date | None:
    step = project.entered(state)
    return None if step is None else step.day


def _limit(what: str, due: date, done: date | None, day: date, article: str) -> Limit:
    return Limit(what, due, done, (done or day) > due, f"{ACT}, {article}")


def _permit(project: Project, day: date) -> Limit:
    """The permit's limit; while the clock stands still nobody can tell when it is due."""
    clock = project.clock
    if clock is None:
        raise ValueError("a project without a clock has no limit of a permit")
    reading = clock_reading(clock, day)
    decided = clock.decided if clock.decided is not None and clock.decided <= day else None
    due = reading.due if decided is None else due_day(clock, decided)
    return Limit(
        "decision on the permit", due, decided, reading.state in {"late", "decided late"}, f"{ACT}, Article 11"
    )


def _reports(project: Project, day: date) -> Iterator[Limit]:
    """Every report that was due by a day, and the next. A report answers the first that is open and whose 24 months have begun."""
    start = recognised_on(project)
    if start is None:
        return
    told = iter(sorted(each.day for each in project.reports if each.day <= day))
    report = next(told, None)
    number = 1
    while True:
        begins, due = (add_months(start, REPORT_MONTHS * each) for each in (number - 1, number))
        while report is not None and report < begins:
            report = next(told, None)
        yield _limit(f"report {number} on progress", due, report, day, "Article 8")
        if report is None and due >= day:
            return
        report, number = next(told, None), number + 1


def recognised_on(project: Project) -> date | None:
    """Day of recognition: of the step, or of the designation under the same scheme; None where it is not known."""
    step = _entered(project, "recognised")
    named = [each.since for each in project.designations if each.scheme == project.scheme and each.since is not None]
    return step or min(named, default=None)


def project_rows(sight: Sight, as_of: date | None = None) -> list[dict[str, Any]]:
    """Every project as a row with the columns of ``COLUMNS``. as_of: day on which limits are read; that of the sight when left out."""
    return [_row(each) for each in project_views(sight if as_of is None else replace(sight, day=as_of))]


def project_records(sight: Sight, as_of: date | None = None) -> list[dict[str, Any]]:
    """The same rows in JSON terms: days as text."""
    return [
        {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
        for row in project_rows(sight, as_of)
    ]


def _row(view: ProjectView) -> dict[str, Any]:
    project, deadline = view.project, view.next_deadline
    clock = view.clock
    told = (
        view.id, project.name, "|".join(project.host), "|".join(project.minerals), "|".join(project.stages), project.activity,
        project.scheme, project.state, project.as_reported, project.state_since, view.days_in_state, view.ended_by, view.has_status,
        clock.state if clock else None, clock.due if clock and view.clock_limited else None, clock.days_suspended if clock else None,
        deadline.what if deadline else None, deadline.due if deadline else None, view.late, view.next_state,
        "; ".join(view.missing), _percent(view.cover.share), view.cover.currency, _percent(view.taken.share),
        _percent(view.taken.floor), project.demonstration,
    )  # fmt: skip
    return dict(zip(COLUMNS, told, strict=True))


def _percent(share: float | None) -> float | None:
    return None if share is None else PERCENT * share


def planning_projects(sight: Sight) -> tuple[planning.Project, ...]:
    """Every project, mineral and stage as planning reckons with it; invented ones and those that a host state ended are left out.

    What the pact does not know stays out, so that planning names it. Intermediates and components are no stage of a benchmark.
    """
    found: list[planning.Project] = []
    for each in sight.all("project"):
        project = each.record
        if isinstance(project, Project) and not project.demonstration and not project.objections:
            found += _planned(project)
    return tuple(found)


def _planned(project: Project) -> list[planning.Project]:
    from orepact.planning.projects import Project as Planned

    what = list(_what(project))
    shared = _shared(project) | (_cost(project) if len(what) == 1 else {})
    return [Planned.model_validate(shared | _figures(*each)) for each in what]


def _what(project: Project) -> Iterator[tuple[str | None, str | None, Output | None]]:
    """Each mineral and stage of a project, with its output where that is known."""
    outputs: dict[tuple[str | None, str | None], Output] = {
        (each.mineral, each.stage): each for each in project.outputs if each.stage in PLANNED_STAGES
    }
    stages = [each for each in project.stages if each in PLANNED_STAGES]
    if project.stages and not stages and not outputs:
        return
    for output in outputs.values():
        yield output.mineral, output.stage, output
    minerals: list[str | None] = [*project.minerals] or [None]
    wanted: list[str | None] = [*stages] or [None]
    told = {mineral for mineral, _ in outputs}
    for mineral, at in product(minerals, wanted):
        known = (mineral, at) in outputs or (at is None and mineral in told) or (mineral is None and bool(told))
        if not known:
            yield mineral, at, None


def _figures(mineral: str | None, stage: str | None, output: Output | None) -> dict[str, Any]:
    if output is None:
        return {"mineral": mineral, "stage": stage}
    feed = output.feed if stage == "refined" else None
    capacity, share = output.capacity, output.yield_share
    return {"mineral": mineral, "stage": stage, "capacity": capacity, "yield_share": share, "feed": feed}


def _shared(project: Project) -> dict[str, Any]:
    since = project.state_since.year if project.state_since is not None else None
    known = since if since is not None and since >= EARLIEST else None
    return {
        "name": project.name,
        "countries": _countries(project),
        "state": _planned_state(project),
        "start": project.start,
        "lead_time": project.lead_time,
        "as_of": project.figures_of or known,
        "ramp": project.ramp,
        "on_time": project.on_time,
        "unsaid": project.unsaid,
    }


def _countries(project: Project) -> tuple[str, ...]:
    """Codes of the host states; none where one of them has no code, since the place of all of it is then not known."""
    codes = tuple(each for each in project.host if len(each) == len("ISO") and each.isascii() and each.isupper())
    return codes if len(codes) == len(project.host) else ()


def _planned_state(project: Project) -> str | None:
    """State in the words of planning: output that a buyer has qualified is output of a plant that operates."""
    if project.paused:
        return "paused"
    if project.construction and project.state in {"permitted", "financed"}:
        return "construction"
    return "operating" if project.state == "qualified" else project.state


def _cost(project: Project) -> dict[str, Any]:
    """What it costs, where it makes one thing of one mineral, so that no cost is counted twice."""
    capex = project.capex
    if capex is None or capex.currency not in {"EUR", "USD"}:
        return {}
    said = [each for each in (capex.source, f"money of {capex.year}" if capex.year else None) if each]
    return {"cost": capex.amount, "currency": capex.currency, "cost_from": "; ".join(said) or None}

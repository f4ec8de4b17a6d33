"""The pipeline of joint projects as people read it: a table of all, and one project with its limits, criteria, money and buyers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table

from orepact.pact.kinds.project_money import Cover, Total
from orepact.pact.kinds.project_record import Project
from orepact.pact.pipeline import Limit, ProjectView
from orepact.report.numbers import BESIDE, UNTOLD, WIDTH, counted, exact, money, percent, tonnes

NOBODY = "?"
HEADS = ("project", "host", "minerals", "state", "since", "next deadline", "due")
LATE = "late"


def print_projects(rows: Sequence[dict[str, Any]]) -> None:
    """Print the pipeline, a project a line: rows of ``orepact.pact.pipeline.project_rows``."""
    console = _console()
    if not rows:
        console.print("No project is recorded that you may read.")
        return
    late = sum(bool(each["late"]) for each in rows)
    console.print(f"{counted(len(rows), 'project')}, {late} with something late.\n", style="bold")
    table = _table(*HEADS)
    for each in rows:
        table.add_row(*_line(each))
    console.print(table)
    console.print(
        "\n* as reported, the steps before it are not known. ? not known. Due days bind projects under the Act."
    )
    invented = sum(bool(each["demonstration"]) for each in rows)
    if invented:
        console.print(f"{counted(invented, 'project')} of them invented, for a demonstration.")


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    state = row["state"] or NOBODY
    if row["ended_by"]:
        state = f"ended by {row['ended_by']}"
    elif row["clock"] == "suspended":
        state = f"{state}, clock stands still"
    mark = "*" if row["as_reported"] and row["state"] else ""
    due = f"{row['next_due']}" + (f", {LATE}" if row["late"] else "") if row["next_due"] else ""
    lists = (row[name].replace("|", ", ") or NOBODY for name in ("host", "minerals"))
    return (row["id"], *lists, state + mark, _day(row["since"]), row["next_deadline"] or BESIDE, due)


def print_project(view: ProjectView) -> None:
    """Print one project as it stands on the day of the view."""
    console, project = _console(), view.project
    invented = " Invented, for a demonstration." if project.demonstration else ""
    console.print(project.name, style="bold")
    console.print(
        f"{', '.join(project.host) or 'host not known'}: {', '.join(project.minerals) or 'minerals not known'}.{invented}"
    )
    for line in (*_standing(view), *_clock(view)):
        console.print(line)
    _print_limits(console, view.limits)
    _print_missing(console, view)
    _print_criteria(console, project)
    _print_outputs(console, project)
    _print_money(console, view)
    _print_value(console, project)


def _standing(view: ProjectView) -> Iterator[str]:
    project = view.project
    how = "" if project.reported is None else f" (reported: {project.reported})"
    days = "" if view.days_in_state is None else f", {counted(view.days_in_state, 'day')}"
    yield f"On {view.day}: {project.state or 'state not known'} since {_day(project.state_since)}{days}{how}."
    for each in project.objections:
        yield f"Ended: {each.country} objects since {each.day}: {each.reason}."
    if project.lost is not None:
        kept = f"; kept until {project.lost.kept_until}" if project.lost.kept_until > project.lost.day else ""
        yield f"Status lost on {project.lost.day}, {project.lost.cause}: {project.lost.reason}{kept}."


def _clock(view: ProjectView) -> Iterator[str]:
    if view.clock is None:
        return
    due = "no time limit applies"
    if view.clock_limited:
        due = "due day not known while it stands still" if view.clock.due is None else f"due {view.clock.due}"
    yield f"Permit clock: {view.clock.state}, {due}, stood still {counted(view.clock.days_suspended, 'day')}."
    for day, words in view.clock.log:
        yield f"  {day}  {words}"


def _print_limits(console: Console, limits: Sequence[Limit]) -> None:
    if not limits:
        return
    table = _table("time limit", "due", "done", "")
    for each in limits:
        table.add_row(each.what, _day(each.due), str(each.done or BESIDE), LATE if each.late else "")
    console.print()
    console.print(table)


def _print_missing(console: Console, view: ProjectView) -> None:
    if view.next_state is None:
        return
    console.print(
        f"\nNext: {view.next_state}. " + ("It needs:" if view.missing else "Nothing but evidence is missing.")
    )
    for each in view.missing:
        console.print(f"  {each}")


def _print_criteria(console: Console, project: Project) -> None:
    if not (project.criteria or project.verdicts):
        return
    table = _table("criterion", "of", "met", "why")
    for each in project.criteria:
        table.add_row(each.criterion, each.scheme, each.met, each.reason or each.source or "")
    for verdict in project.verdicts:
        missing = f"missing: {', '.join(verdict.missing)}" if verdict.missing else verdict.source or ""
        table.add_row("standards", verdict.scheme, verdict.verdict, missing)
    console.print()
    console.print(table)


def _print_outputs(console: Console, project: Project) -> None:
    if not project.outputs:
        return
    table = _table("makes", "stage", "t of content a year", "yield")
    for each in project.outputs:
        share = NOBODY if each.yield_share is None else percent(each.yield_share)
        table.add_row(each.mineral, each.stage, tonnes(each.capacity), share)
    console.print()
    console.print(table)


def _print_money(console: Console, view: ProjectView) -> None:
    project = view.project
    if view.totals:
        table = _table("money", "currency", "firm", "announced", "without amount", "money of")
        for each in view.totals:
            table.add_row(*_total(each))
        console.print()
        console.print(table)
    cost = "not known" if project.capex is None else f"{money(project.capex.amount)} {project.capex.currency}"
    console.print(f"\nCost: {cost}. Covered: {_cover(view.cover)}.")
    for stake in project.stakes:
        share = "a share not known" if stake.share is None else f"{exact(stake.share)} %"
        console.print(f"  {stake.holder} holds {share}; rights: {stake.rights or 'not known'}")
    told = view.taken
    share, floor = (UNTOLD if each is None else f"at least {percent(each)}" for each in (told.share, told.floor))
    missing = f" Missing: {'; '.join(told.missing)}." if told.missing else ""
    console.print(f"Share of the output that buyers take: {share}; under a price floor: {floor}.{missing}")


def _total(each: Total) -> tuple[str, ...]:
    known = each.currency != NOBODY
    firm, announced = (money(value) if known and value else BESIDE for value in (each.firm, each.announced))
    years = ", ".join(str(year) for year in each.years) or NOBODY
    return each.instrument, each.currency, firm, announced, str(each.unknown) if each.unknown else "", years


def _cover(cover: Cover) -> str:
    if cover.share is None:
        return cover.missing
    return f"at least {percent(cover.share)}" + (f"; {cover.missing}" if cover.missing else "")


def _print_value(console: Console, project: Project) -> None:
    for each in project.value_added:
        share = "share of value not known" if each.share is None else f"{exact(each.share)} % of the value"
        jobs = "jobs not known" if each.jobs is None else f"{counted(each.jobs, 'job')}"
        console.print(f"Stays in {each.host}: {share}, {jobs}; processed there: {each.local_processing}.")


def _day(day: date | None) -> str:
    return NOBODY if day is None else str(day)


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in heads:
        table.add_column(head, overflow="fold", no_wrap=head in {"due", "since"})
    return table


def _console() -> Console:
    return Console(width=WIDTH, emoji=False, highlight=False, markup=False)

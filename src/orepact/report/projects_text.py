"""A pipeline in one glance: what is missing to 2030, what projects promise, what can be expected of them, and the odds."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.planning.pipeline import DELAYS, Outlook, Pipeline
from orepact.planning.projects import Contribution, inputs_of_project
from orepact.report.numbers import BESIDE, WIDTH, counted, percent, tonnes

SHOWN = (("extraction", "output"), ("processing", "output"), ("recycling", "output"))
NOBODY = "?"
UNIT = "\u2009%"
SURELY, HARDLY = 0.995, 0.005
MOST_NAMED = 12
"""Projects whose missing figures are listed when no mineral is asked for."""


def print_projects(found: Pipeline, mineral: str | None) -> None:
    """Print the pipeline; of one mineral with each project and the share of one country, else the minerals with projects."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    console.print(f"[bold]{headline(found, mineral)}[/bold]\n")
    minerals = {mineral} if mineral else {each.project.mineral for each in found.contributions}
    shown = [
        each
        for each in found.outlooks
        if each.mineral in minerals
        and (each.method != "capacity" if mineral else (each.benchmark, each.method) in SHOWN)
    ]
    if not shown:
        return
    console.print(_outlooks(shown))
    console.print(
        f"\nTonnes of content. Gap: missing to the target today. Name-plate: full output, for sure and in time. "
        f"Expected: output in {found.year} by the "
        "planned start and ramp, times P(on time), low to high. Met: probability that the benchmark is met; >= where "
        "projects without figures could add to it. Figures: projects that have a capacity, start and state, of all. ? cannot tell, "
        f"{BESIDE} not applicable."
    )
    for line in (*_late(shown), *_untold_cells(shown if mineral else [])):
        console.print(line)
    _print_contributions(console, found.contributions, all_of_them=mineral is not None)


def headline(found: Pipeline, mineral: str | None) -> str:
    """How many projects have the figures that tell what they add."""
    projects = {each.project.name for each in found.contributions}
    told = {each.project.name for each in found.contributions if each.told}
    of = f" of {facts.mineral_name(mineral)}" if mineral else ""
    if not projects:
        return f"No project{of} in {found.region} is in the list."
    figures = "have" if len(told) != 1 else "has"
    return (
        f"{len(told)} of {counted(len(projects), 'project')}{of} in {found.region} {figures} the figures that tell what they add "
        f"by {found.year}."
    )


def _outlooks(shown: list[Outlook]) -> Table:
    table = Table(box=None, pad_edge=False)
    heads = ("mineral", "benchmark", "today", "gap, t", "name-plate", "expected", "met", "figures")
    for name in heads:
        table.add_column(name, justify="left" if name in {"mineral", "benchmark"} else "right", no_wrap=True)
    last = ""
    for each in shown:
        name = facts.mineral_name(each.mineral)[:20] if each.mineral != last else ""
        last = each.mineral
        what = each.benchmark if each.method == "output" else _method(each)
        nothing = NOBODY if each.applies else BESIDE
        today = nothing if each.today is None else f"{each.today:.0f} %"
        gap = (
            ""
            if each.benchmark == "single_country"
            else BESIDE
            if not each.applies
            else NOBODY
            if each.gap is None
            else tonnes(each.gap)
        )
        table.add_row(
            name, f"{each.target:.0f} % {what}", today, gap, *promised(each), odds_of(each), f"{each.told}/{each.told + each.untold}"
        )  # fmt: skip
    return table


def _method(each: Outlook) -> str:
    return (
        "one country, mined"
        if each.method == "look_through"
        else f"one country, {'ore' if each.stage == 'mine' else each.stage}"
    )


def promised(each: Outlook) -> tuple[str, str]:
    """Name-plate and expected tonnes of a cell; empty without projects, ``?`` where their figures are missing."""
    if not each.told:
        return ("", "") if not each.untold else (NOBODY, NOBODY)
    low, high = (tonnes(end) for end in each.risk_adjusted)
    return tonnes(each.name_plate), low if low == high else f"{low} to {high}"


def odds_of(each: Outlook) -> str:
    """The probability that a cell is met; ``>=`` where projects without figures could add to it, ``?`` where nobody can tell.

    A dash where it is not applicable.
    """
    if not each.applies:
        return BESIDE
    if each.met is None:
        return NOBODY
    low, high = (_probability(end) for end in each.met)
    if each.untold:
        return low if each.met[0] > SURELY else f">= {low}"
    return low if low == high else f"{low.removesuffix(UNIT)} to {high}"


def _probability(share: float) -> str:
    if share > SURELY:
        return f"> 99{UNIT}"
    return f"< 1{UNIT}" if share < HARDLY else percent(share)


def _late(shown: list[Outlook]) -> list[str]:
    """Which benchmarks the pipeline reaches as planned, and under which delay of all it does not."""
    lines = []
    for each in shown:
        if not each.told or each.gap is None or each.gap <= 0:
            continue
        planned, *later = (tonnes(output) for output in each.late)
        words = ", ".join(f"{output} t if {years}" for output, years in zip(later, DELAYS[1:], strict=True))
        name = facts.mineral_name(each.mineral)
        lines.append(
            f"{name}, {each.benchmark}: {tonnes(each.gap)} t are missing; output is {planned} t as planned, {words} years late."
        )
    return lines


def _untold_cells(shown: list[Outlook]) -> list[str]:
    return [
        f"  {'?' if each.applies else BESIDE} {each.benchmark}/{each.method}/{each.stage}: {each.missing}"
        for each in shown
        if each.missing
    ]


def _print_contributions(console: Console, contributions: tuple[Contribution, ...], *, all_of_them: bool) -> None:
    told = [each for each in contributions if each.told]
    if told:
        console.print("\nProjects:")
    for each in told:
        console.print(f"  {_contribution(each)}")
    lacking = [each for each in contributions if not each.told and each.counted]
    if lacking:
        console.print("\nWhat is missing:")
    for each in lacking if all_of_them else lacking[:MOST_NAMED]:
        console.print(f"  {_called(each)}: {', '.join(each.missing)}", style="dim")
    if not all_of_them and len(lacking) > MOST_NAMED:
        console.print(f"  … {len(lacking) - MOST_NAMED} more: see --csv, column missing", style="dim")
    for each in contributions:
        if not each.counted:
            console.print(f"  {_called(each)}: operates, so that today's figures hold it", style="dim")


def _called(each: Contribution) -> str:
    project = each.project
    what = ", ".join(part for part in (project.mineral, project.stage) if part)
    return f"{project.name} ({what})" if what else project.name


def _contribution(each: Contribution) -> str:
    chance, adjusted = each.chance, each.risk_adjusted
    if chance is None or adjusted is None or each.name_plate is None or each.ramp_share is None:
        return _called(each)
    odds = percent(chance.low) if chance.low == chance.high else f"{percent(chance.low)} to {percent(chance.high)}"
    low, high = (tonnes(end) for end in adjusted)
    return (
        f"{_called(each)}: {tonnes(each.name_plate)} t name-plate x {percent(each.ramp_share)} of it in the year x P(on time) {odds} "
        f"= {low if low == high else f'{low} to {high}'} t (grade {chance.grade}: {chance.trail})"
    )


def projects_answer(found: Pipeline) -> dict[str, Any]:
    """The pipeline in JSON terms: every project, every cell."""
    outlooks = [
        vars(each) | {"met": _ends(each.met), "risk_adjusted": _ends(each.risk_adjusted)} for each in found.outlooks
    ]
    projects = [contribution_row(each) | {"inputs": inputs_of_project(each.project)} for each in found.contributions]
    return {
        "region": found.region,
        "year": found.year,
        "projects": projects,
        "cells": outlooks,
        "facts": facts.version(),
    }


COLUMNS = (
    "name", "mineral", "stage", "countries", "state", "year", "name_plate", "ramp_share", "on_time_low", "on_time_high",
    "risk_adjusted_low", "risk_adjusted_high", "grade", "sources", "missing",
)  # fmt: skip


def contribution_row(each: Contribution) -> dict[str, Any]:
    """One project with what it adds, as a row; what cannot be told is empty."""
    project, chance, adjusted = each.project, each.chance, each.risk_adjusted or (None, None)
    missing = "; ".join(each.missing) if each.counted else "none: it operates, and today's figures hold it"
    odds = (chance.low, chance.high) if chance else (None, None)
    grade, sources = (chance.grade, "|".join(chance.sources)) if chance else (None, None)
    said = (project.name, project.mineral, project.stage, "|".join(project.countries), project.state, each.year)
    return dict(
        zip(COLUMNS, (*said, each.name_plate, each.ramp_share, *odds, *adjusted, grade, sources, missing), strict=True)
    )


def _ends(both: tuple[float, float] | None) -> dict[str, float] | None:
    return None if both is None else {"low": both[0], "high": both[1]}

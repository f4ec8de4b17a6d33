"""A scoreboard as a grid for a person: one line a mineral, one column a benchmark and stage, and why where nobody can tell."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.indicators.scoreboard import CANNOT_TELL, NOT_APPLICABLE, Cell, Scoreboard
from orepact.report.numbers import BESIDE, WIDTH

COLUMNS = (
    ("extraction", "output", "mine", "extraction\n>= 10 %"),
    ("processing", "output", "refined", "processing\n>= 40 %"),
    ("recycling", "output", "scrap", "recycling\n>= 25 %"),
    ("single_country", "direct", "mine", "one country\nore <= 65 %"),
    ("single_country", "direct", "refined", "one country\nrefined"),
    ("single_country", "look_through", "refined", "one country\nto the mine"),
)
MARKS = {"meets": ("+", "green"), "below": ("-", "red"), CANNOT_TELL: ("?", "yellow"), NOT_APPLICABLE: (BESIDE, "dim")}
REASONS = 6
"""Reasons for "cannot tell" that are printed under the grid."""


def print_scoreboard(board: Scoreboard) -> None:
    """Print the grid, its key, how many cells can be told, and what is missing most often."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    when = f", {board.year}" if board.year else ", latest year of each mineral"
    console.print(f"[bold]{board.region.name}[/bold] against 10/40/25/65{when} ({len(board.region.members)} members)\n")
    table = Table(box=None, pad_edge=False)
    table.add_column("mineral", no_wrap=True)
    for *_, heading in COLUMNS:
        table.add_column(heading, justify="right", no_wrap=True)
    cells = {(cell.mineral, cell.benchmark, cell.method, cell.stage): cell for cell in board.cells}
    for mineral in dict.fromkeys(cell.mineral for cell in board.cells):
        row = [cells[mineral, benchmark, method, stage] for benchmark, method, stage, _ in COLUMNS]
        table.add_row(facts.mineral_name(mineral)[:26], *map(_printed, row))
    console.print(table)
    console.print(
        f"\n+ meets, - falls short, ? cannot tell, {BESIDE} n/a not applicable; then percent of consumption and evidence grade (A official "
        "to E inferred). "
        "A verdict holds for the whole 80 % band of its grade, and for all that is unnamed or withheld; grade E gives none. "
        "Where no table of the year is as good, figures are the Commission's study of 2016 to 2020, grade D."
    )
    _print_reasons(console, board)
    console.print(f"One cell with its inputs: orepact scoreboard {board.region.name} --why cobalt/processing/output")


def verdicts(board: Scoreboard) -> Counter[str]:
    """How many cells of the grid have each verdict."""
    shown = {column[:3] for column in COLUMNS}
    return Counter(cell.verdict for cell in board.cells if (cell.benchmark, cell.method, cell.stage) in shown)


def asked_of(told: Counter[str]) -> int:
    """How many benchmarks are asked of a region: all but those that are not applicable."""
    return told.total() - told[NOT_APPLICABLE]


def not_applicable(told: Counter[str]) -> str:
    """How many cells are not applicable, as the end of a sentence; empty where none is."""
    count = told[NOT_APPLICABLE]
    return f" ({count} {'is' if count == 1 else 'are'} not applicable)" if count else ""


def finding(board: Scoreboard) -> str:
    """The finding as a title."""
    told = verdicts(board)
    return f"{board.region.name} meets {told['meets']} of {asked_of(told)} benchmarks; for {told[CANNOT_TELL]} nobody can tell"


def headline(board: Scoreboard) -> str:
    """The answer in one sentence."""
    told = verdicts(board)
    return (
        f"{board.region.name} meets {told['meets']} of {asked_of(told)} benchmarks, falls short of {told['below']}, and for "
        f"{told[CANNOT_TELL]} nobody can tell{not_applicable(told)}."
    )


def _printed(cell: Cell) -> str:
    mark, colour = MARKS[cell.verdict]
    if cell.verdict == NOT_APPLICABLE:
        return f"[{colour}]{mark} n/a  [/{colour}]"
    if cell.value is None:
        return f"[{colour}]{mark}[/{colour}]    ·  "
    return f"[{colour}]{mark}[/{colour}] {cell.value:3.0f} {cell.grade}"


def _print_reasons(console: Console, board: Scoreboard) -> None:
    told = Counter(cell.verdict for cell in board.cells)
    capacity = [cell for cell in board.cells if cell.method == "capacity"]
    capacity = [cell for cell in capacity if cell.verdict != NOT_APPLICABLE]
    known = sum(cell.verdict != CANNOT_TELL for cell in capacity)
    console.print(
        f"{len(board.cells)} cells: {told['meets']} meet, {told['below']} fall short, "
        f"{told[CANNOT_TELL]} cannot be told{not_applicable(told)}. "
        f"By capacity, which is what the law asks for, {known} of {len(capacity)} can be told: "
        "capacity by country is published for few minerals."
    )
    shown = [
        cell
        for cell in board.cells
        if cell.method != "capacity" and cell.verdict == CANNOT_TELL and cell.value is not None
    ]
    if not any(cell.value is not None for cell in board.cells):
        missing = Counter(
            cell.missing for cell in board.cells if cell.method != "capacity" and cell.verdict == CANNOT_TELL
        )
        for reason, count in missing.most_common(REASONS):
            console.print(f"  ? {count} cells lack: {reason}", style="dim")
    for cell in shown[:REASONS]:
        console.print(f"  ? {cell.address}: {cell.missing}", style="dim")
    if len(shown) > REASONS:
        console.print(f"  … {len(shown) - REASONS} more: see --csv, column missing", style="dim")


def print_cells(cells: tuple[Cell, ...]) -> None:
    """Print some cells with everything they follow from."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    for cell in cells:
        console.print(f"[bold]{cell.address}[/bold]: {cell.verdict}")
        if cell.value is not None:
            band = f"80 % band {cell.low:.1f} to {cell.high:.1f}"
            console.print(f"  {cell.value:.1f} % ({band}) against {cell.target:.0f} %, grade {cell.grade}, {cell.year}")
        for line in cell.trail:
            console.print(f"  - {line}")
        if cell.missing:
            console.print(f"  {'because' if cell.verdict == NOT_APPLICABLE else 'missing'}: {cell.missing}")
    ids = sorted({source for cell in cells for source in cell.sources})
    if ids:
        console.print("Sources:", style="dim")
        for row in facts.sources(ids).to_dict("records"):
            console.print(
                f"  {row['source']}: {row['publisher']}, {row['title']} ({row['year']}), {row['address']}", style="dim"
            )


def scoreboard_answer(board: Scoreboard, cells: tuple[Cell, ...] | None = None) -> dict[str, Any]:
    """A board in JSON terms: region, members, day, year and every cell, or those of ``cells``."""
    return {
        "region": board.region.name,
        "members": list(board.region.members),
        "day": board.region.day.isoformat(),
        "year": board.year,
        "cells": [cell_answer(cell) for cell in (board.cells if cells is None else cells)],
    }


def cell_answer(cell: Cell) -> dict[str, Any]:
    """A cell in JSON terms, with its trail."""
    names = (
        "mineral",
        "benchmark",
        "method",
        "stage",
        "value",
        "low",
        "high",
        "target",
        "verdict",
        "grade",
        "year",
        "missing",
    )
    return {**{name: getattr(cell, name) for name in names}, "sources": list(cell.sources), "trail": list(cell.trail)}

"""Where a buyer depends on one country and no initiative acts: cells of the scoreboard above a threshold, and who covers them.

Source of the rule: D1 of the alliance's operating rules: a gap is a cell with dependence above 65 % and no active initiative. Dependence
is the scoreboard's: the largest third country's share of the buyer's consumption at a stage, with the band of its grade. Where the
threshold lies inside the band, or nothing is known, nobody can tell: such cells are listed apart, and count neither as gaps nor as covered.

An initiative covers a cell where it is in force, acts in one of the buyer's countries, and is about the mineral and the stage. What
covers a cell may name the mineral, or be about all minerals and say nothing of this one; the answer tells which.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from orepact.indicators.scoreboard import CANNOT_TELL, INFERRED, PERCENT, Cell, scoreboard, verdict_of
from orepact.pact.overlap import FUNCTIONS, Acting, in_force_on
from orepact.pact.places import countries_of
from orepact.pact.sight import Sight

THRESHOLD = 0.65
THRESHOLD_PARAMETER = "overlap.dependence"
COLUMNS = (
    "mineral", "stage", "coverage", "share", "low", "high", "grade", "year", "by_name", "at_large", "functions_without", "why",
)  # fmt: skip
UNCOVERED, AT_LARGE, COVERED = "uncovered", "only at large", "by name"
COVERAGES = (UNCOVERED, AT_LARGE, COVERED, CANNOT_TELL)
"""No initiative; only such as name no mineral; one that names it; dependence that nobody can tell."""


@dataclass(frozen=True)
class GapCell:
    """A cell that depends on one country for more than the threshold, or of which nobody can tell (then coverage says so).

    by_name, at_large: ids of initiatives that act on it. functions_without: functions that none of them has. why: the evidence of the
    share, or what is missing.
    """

    cell: Cell
    coverage: str
    by_name: tuple[str, ...]
    at_large: tuple[str, ...]
    functions_without: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Gaps:
    """The dependent cells of a buyer with who covers each. below: cells whose share is surely at or under the threshold."""

    as_of: date
    region: str
    threshold: float
    cells: tuple[GapCell, ...]
    below: int

    def of(self, coverage: str) -> tuple[GapCell, ...]:
        """The cells with one coverage."""
        return tuple(each for each in self.cells if each.coverage == coverage)


def threshold_of(sight: Sight) -> float:
    """Share of one third country above which a buyer depends on it."""
    kept: Any = sight.get("parameter", THRESHOLD_PARAMETER)
    return THRESHOLD if kept is None else float(kept.record.value)


def gaps(sight: Sight, as_of: date, *, region: str = "EU27", materials: str = "strategic") -> Gaps:
    """Where a buyer depends on one third country, and which initiatives in force on a day act there.

    region, materials: as the scoreboard takes them. Shares are of the latest tables, whatever the day asked. Raises BadInput or
    UnknownName.
    """
    board = scoreboard(region, materials=materials)
    buyers = countries_of(sight, region, as_of) or frozenset(board.region.members)
    acting, _, _ = in_force_on(sight, as_of)
    here = [each for each in acting if each.cells.countries & buyers]
    limit = threshold_of(sight)
    found, below = [], 0
    for cell in board.cells:
        if cell.benchmark == "single_country" and cell.method == "direct":
            depends = _depends(cell, limit)
            if depends is False:
                below += 1
            else:
                found.append(_gap(cell, here, told=depends is not None))
    return Gaps(as_of, board.region.name, limit, tuple(found), below)


def _depends(cell: Cell, threshold: float) -> bool | None:
    """Whether a cell's largest share is above the threshold; None where nobody can tell."""
    if cell.low is None or cell.high is None or cell.grade == INFERRED:
        return None
    verdict = verdict_of(cell.low / PERCENT, cell.high / PERCENT, "at most", threshold)
    return None if verdict == CANNOT_TELL else verdict == "below"


def _gap(cell: Cell, here: Iterable[Acting], *, told: bool) -> GapCell:
    on = [each for each in here if cell.mineral in each.cells.minerals and cell.stage in each.cells.stages]
    by_name = tuple(each.record.id for each in on if not each.at_large)
    at_large = tuple(each.record.id for each in on if each.at_large)
    coverage = CANNOT_TELL if not told else COVERED if by_name else AT_LARGE if at_large else UNCOVERED
    done = {name for each in on for name in each.cells.functions}
    without = tuple(name for name in FUNCTIONS if name not in done)
    why = (cell.trail[0] if cell.trail else "") if told else cell.missing or _inside(cell)
    return GapCell(cell, coverage, by_name, at_large, without, why)


def _inside(cell: Cell) -> str:
    return f"better evidence than grade {cell.grade}: its 80 % band reaches from {cell.low:.0f} to {cell.high:.0f} %"


def gaps_answer(found: Gaps) -> dict[str, Any]:
    """The dependent cells in JSON terms, by who covers them."""
    return {
        "as_of": found.as_of.isoformat(),
        "region": found.region,
        "threshold": found.threshold,
        "counts": {each: len(found.of(each)) for each in COVERAGES} | {"at or below the threshold": found.below},
        "cells": [gap_row(each) for each in found.cells],
    }


def gap_row(each: GapCell) -> dict[str, Any]:
    """One cell in JSON terms; shares 0-1."""
    cell = each.cell
    return {
        "mineral": cell.mineral, "stage": cell.stage, "coverage": each.coverage,
        "share": _fraction(cell.value), "low": _fraction(cell.low), "high": _fraction(cell.high),
        "grade": cell.grade, "year": cell.year, "by_name": list(each.by_name), "at_large": list(each.at_large),
        "functions_without": list(each.functions_without), "why": each.why,
    }  # fmt: skip


def _fraction(percent: float | None) -> float | None:
    return None if percent is None else percent / PERCENT


def gap_rows(found: Gaps) -> list[dict[str, Any]]:
    """One flat row a cell, for CSV; lists joined by |."""
    rows = [gap_row(each) for each in found.cells]
    return [
        {name: "|".join(value) if isinstance(value, list) else value for name, value in row.items()} for row in rows
    ]

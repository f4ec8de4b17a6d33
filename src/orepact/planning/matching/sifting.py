"""Which arcs of a large program are looked at: few of them carry anything, and duals tell which of the others would.

A program on some of its arcs whose duals leave no other arc worth having is solved on all of them.
"""

from __future__ import annotations

import numpy as np

from orepact.planning.matching.program import Program

LARGE = 4000
"""Arcs from which a program is solved on some of them first."""

FIRST, MORE = 6, 5
"""Arcs of each pool and of each offer that are looked at first, the cheapest; and that come in at once, those worth most."""

NOTHING = 1e-11
"""Reduced costs, of objectives up to 1, that are rounding."""


def first_arcs(found: Program) -> np.ndarray:
    """Columns to begin with: the cheapest arcs of each pool and offer, and all that are no arcs."""
    inside = np.ones(found.columns, dtype=bool)
    if len(found.arcs) >= LARGE:
        arcs = np.array(found.arcs, dtype=np.int64)
        inside[: len(arcs)] = False
        inside[_best(arcs, np.arange(len(arcs)), arcs[:, 2].astype(float), FIRST)] = True
    return inside


def more_arcs(found: Program, inside: np.ndarray, reduced: np.ndarray) -> np.ndarray:
    """Columns outside that would make the answer better, those worth most of each pool and offer; none where it is the best."""
    wanted = np.flatnonzero((reduced < -NOTHING) & ~inside)
    return _best(np.array(found.arcs, dtype=np.int64), wanted, reduced[wanted], MORE) if len(wanted) else wanted


def _best(arcs: np.ndarray, among: np.ndarray, worth: np.ndarray, most: int) -> np.ndarray:
    """The first ``most`` of each offer and of each pool, the least worth first."""
    found = np.zeros(len(arcs), dtype=bool)
    for owner in (arcs[among, 0], arcs[among, 1]):
        order = np.lexsort((worth, owner))
        starts = np.flatnonzero(np.append(True, np.diff(owner[order]) != 0))
        place = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
        found[among[order[place < most]]] = True
    return np.flatnonzero(found)

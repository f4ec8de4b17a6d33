"""Proof that no more can be matched: a cut of the network, found by looking for room on the way from offers to buyers.

A rung is *hungry* where one unit more would reach a buyer who is not served wholly, be it that others' flow makes way. Where no offer that
reaches a hungry rung has anything left, what these offers have and what the buyers at all other rungs want is all that there is.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from orepact.planning.matching.program import Program


def cut(found: Program, under: sparse.csr_array, x: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Duals of the rows for a match without cap and lots that is as large as can be; None where there is more to match.

    Args:
        found: The program.
        under: Its rows of offers that reach several rungs, and no others.
        x: A whole match.

    Returns:
        Duals of the rows that hold with equality and of ``under``, for the least of minus the quantity.
    """
    table = sparse.csc_array(found.equal[0])
    table.sort_indices()
    first = table.indices[table.indptr[: found.at_totals]]
    arcs, wants = slice(0, len(found.arcs)), slice(found.at_wants, found.at_totals)
    ladder = slice(len(found.arcs), found.at_wants)
    lower, higher = first[ladder], table.indices[table.indptr[ladder] + 1]
    offers = np.array([offer for offer, _, _ in found.arcs], dtype=np.int64)
    rungs, climbing, flowing = first[arcs], x[ladder] > 0, x[arcs] > 0
    hungry = np.zeros(len(found.equal[1]), dtype=bool)
    hungry[first[wants][x[wants] < found.upper[wants]]] = True
    reaching = np.zeros(offers.max(initial=0) + 1, dtype=bool)
    before = -1
    while before != (before := int(hungry.sum())):
        _down(hungry, lower, higher)
        hungry[higher[climbing & hungry[lower]]] = True
        reaching[offers[hungry[rungs]]] = True
        hungry[rungs[flowing & reaching[offers]]] = True
    sold = np.bincount(offers, weights=x[arcs], minlength=len(reaching))
    has = np.zeros(len(reaching))
    has[offers] = found.upper[arcs]
    if np.any(reaching & (sold < has)):
        return None
    return hungry.astype(float), -np.array(
        [bool(reaching[offers[row]]) for row in under.indices[under.indptr[:-1]]], dtype=float
    )


def _down(hungry: np.ndarray, lower: np.ndarray, higher: np.ndarray) -> None:
    """What reaches a rung reaches those above it: rungs below a hungry one are hungry."""
    for low, high in zip(lower[::-1].tolist(), higher[::-1].tolist(), strict=True):
        if hungry[high]:
            hungry[low] = True

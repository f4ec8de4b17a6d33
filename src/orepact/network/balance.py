"""Reconciliation: one table of flows from figures that contradict each other, each trusted by its grade.

What enters: prior flows, and claims on sums of flows (a producer's output, a user's published consumption, a region's
sourcing shares), all in tonnes of content with a relative error that follows from the grade. What leaves: the flows
that lie nearest to all of them, in the sense of least squares of relative deviations with no flow below zero, and how
far each claim was moved. (Stone, Champernowne and Meade 1942: the reconciliation of accounts by weighted least squares.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import lsq_linear

Array = NDArray[np.float64]

ERROR_OF_GRADE = {"A": 0.02, "B": 0.05, "C": 0.15, "D": 0.30, "E": 0.60}
"""Relative standard error that a figure of each grade is trusted with (see docs/evidence-grades.md)."""


SETTLED = 0.002
"""Relative error of a sum that an earlier reconciliation has settled: the later one may only round it."""

FAR = 2.0
"""A cell that the fit moved by more than this many of its own errors is no longer the figure that was published."""


MOST_ROUNDS = 50
"""Rounds in which flows are held at none or let go, before a general solver is asked."""


@dataclass(frozen=True)
class Claim:
    """A figure for a sum of flows: ``sum of coefficients * flows = value`` within ``error`` (all tonnes).

    coefficients: shape of the table of flows, or one that broadcasts to it. value: tonnes. error: standard error in tonnes, positive.
    """

    name: str
    coefficients: Array
    value: float
    error: float


@dataclass(frozen=True)
class Fit:
    """The reconciled flows (tonnes, shape of the prior), and every claim as found and as fitted."""

    flows: Array
    fitted: tuple[float, ...]
    moved: float


def reconcile(prior: Array, error: Array, claims: Sequence[Claim]) -> Fit:
    """Flows nearest to ``prior`` and to every claim, in relative least squares with no negative flow.

    ``prior`` is tonnes, any shape; cells at zero stay zero. ``error`` is the relative standard error of each cell, same
    shape. ``moved`` in the result is half the sum of absolute changes of cells: the tonnes that went elsewhere.
    """
    open_cells = np.flatnonzero(prior.ravel() > 0)
    start = prior.ravel()[open_cells]
    cells = error.ravel()[open_cells]
    sums = np.array([np.broadcast_to(claim.coefficients, prior.shape).ravel()[open_cells] for claim in claims])
    sums = sums.reshape(len(claims), len(open_cells)) * start
    errors = np.array([claim.error for claim in claims])
    missed = np.array([claim.value for claim in claims]) - sums.sum(axis=1)
    change = _nearest(cells, sums / errors[:, None], missed / errors)
    flows = np.zeros(prior.shape)
    flows.flat[open_cells] = np.maximum(start * (1.0 + change), 0.0)
    fitted = tuple(float((claim.coefficients * flows).sum()) for claim in claims)
    return Fit(flows, fitted, float(np.abs(flows - prior).sum() / 2))


def _nearest(cells: Array, sums: Array, missed: Array) -> Array:
    """Relative changes ``x`` that minimise ``|x / cells|^2 + |sums x - missed|^2`` with ``x >= -1``.

    Without the bound this is Stone's estimator, ``x = V A' (A V A' + 1)^-1 missed`` with ``V = diag(cells^2)``: one small
    system in the claims. Flows that it would turn negative are held at none and the others solved again, until the held
    ones would not rise either (the conditions of Karush, Kuhn and Tucker); a general solver takes over should that not end.
    """
    held = np.zeros(len(cells), dtype=bool)
    for _ in range(MOST_ROUNDS):
        free = ~held
        change = -held.astype(float)
        rest = missed - sums @ change
        weighted = cells[free] ** 2 * sums[:, free]
        change[free] = weighted.T @ np.linalg.solve(sums[:, free] @ weighted.T + np.eye(len(missed)), rest)
        slope = change / cells**2 + sums.T @ (sums @ change - missed)
        below, rising = free & (change < -1.0), held & (slope < -1e-9 * np.abs(slope).max(initial=0.0))
        if not below.any() and not rising.any():
            return change
        held = (held | below) & ~rising
    system = sparse.vstack([sparse.diags_array(1.0 / cells), sparse.csr_array(sums)], format="csr")
    side = np.concatenate([np.zeros(len(cells)), missed])
    found = lsq_linear(system, side, bounds=(-1.0, np.inf), method="trf", tol=1e-12, lsmr_tol="auto")
    return np.asarray(found.x, dtype=np.float64)


def row_claims(what: str, names: Sequence[str], values: Array, errors: Array) -> list[Claim]:
    """A claim on the sum of every row: ``values`` and standard ``errors`` in tonnes, one per row; no value, no claim."""
    return _margin_claims(what, names, values, errors, axis=0)


def column_claims(what: str, names: Sequence[str], values: Array, errors: Array) -> list[Claim]:
    """A claim on the sum of every column, as :func:`row_claims`."""
    return _margin_claims(what, names, values, errors, axis=1)


def _margin_claims(what: str, names: Sequence[str], values: Array, errors: Array, *, axis: int) -> list[Claim]:
    shape = (len(names), 1) if axis == 0 else (1, len(names))
    claims = []
    for index, name in enumerate(names):
        if values[index] > 0:
            inside = np.zeros(shape)
            inside[(index, 0) if axis == 0 else (0, index)] = 1.0
            claims.append(Claim(f"{what} {name}", inside, float(values[index]), float(errors[index])))
    return claims


def regraded(prior: Array, fitted: Array, grades: NDArray[np.str_]) -> NDArray[np.str_]:
    """Grades of the fitted cells: that of the evidence where the fit kept near it, E where it did not or had none.

    Near means within ``FAR`` standard errors of the cell's own grade, in ratio. Shapes are those of the table of flows.
    """
    error = np.vectorize(ERROR_OF_GRADE.__getitem__, otypes=[float])(grades)
    ratio = np.divide(fitted, prior, out=np.zeros_like(fitted), where=prior > 0)
    with np.errstate(divide="ignore"):
        kept = np.abs(np.log(ratio)) <= np.log1p(FAR * error)
    held: NDArray[np.str_] = np.where(kept, grades, "E")
    return held

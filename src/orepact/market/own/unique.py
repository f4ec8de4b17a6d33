"""Do other flows or other prices solve the market too? If other prices do, the lowest are taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from orepact.market.own.finish import Sets
from orepact.market.own.system import Point, System

Array = NDArray[np.float64]

RANK = 1e-9
"""Singular values below this share of the largest are none."""

TOUCHED = 1e-10


def other_flows(system: System, point: Point, sets: Sets) -> bool:
    """Whether levels can move along some direction without any price, node or binding cap noticing."""
    acts, local = system.activities, system.at(point)
    if local.answer is not None:
        return False
    flat = np.flatnonzero(sets.free & ~acts.is_curve & (acts.slope == 0) & (point.levels > TOUCHED))
    held = sparse.vstack([local.by_level, local.under_cap.tocsr()[np.flatnonzero(sets.binding)]]).tocsc()[:, flat]
    return _rank(held.toarray()) < len(flat) if len(flat) <= held.shape[0] else True


def other_prices(system: System, point: Point, sets: Sets) -> bool:
    """Whether prices of nodes where anything is traded can move without any level noticing."""
    local = system.at(point)
    moving = np.flatnonzero(sets.free & (point.levels > TOUCHED))
    active = np.flatnonzero((sets.free | sets.full) & (point.levels > TOUCHED))
    binding = np.flatnonzero(sets.binding)
    touched = np.flatnonzero(abs(local.by_price.tocsc()[:, active]).sum(axis=1) > 0)
    nodes = local.by_price.shape[0]
    columns = np.concatenate([touched, nodes + binding])
    seen = sparse.vstack([local.by_price, -local.under_cap]).T.tocsr()[moving].toarray()
    if local.answer is not None:
        seen = np.concatenate([seen, local.answer])
    return _rank(seen[:, columns]) < len(columns)


def _rank(matrix: Array) -> int:
    """Rank, every column measured by its own length."""
    if not matrix.size:
        return 0
    size = np.linalg.norm(matrix, axis=0)
    matrix = matrix / np.where(size > 0, size, 1.0)
    values = np.linalg.svd(matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T, compute_uv=False)
    return int((values > RANK * values[0]).sum()) if values[0] > 0 else 0


def lowest(system: System, point: Point, sets: Sets) -> Point:
    """The prices of least sum that support the levels of a point, none pushed below zero; the point itself where none is found."""
    acts, local = system.activities, system.at(point)
    nodes, binding = len(point.prices), np.flatnonzero(sets.binding)
    seen = sparse.vstack([local.by_price, -local.under_cap.tocsr()[binding]]).T.tocsr()
    pinned = acts.is_curve | (sets.free & (point.levels > TOUCHED))
    full, empty = sets.full & ~pinned, ~sets.full & ~pinned
    value = np.where(acts.is_curve, local.earned, acts.intercept + acts.slope * point.levels)
    below = sparse.vstack([seen[np.flatnonzero(empty)], -seen[np.flatnonzero(full)]])
    limit = np.concatenate([value[empty], -value[full]])
    floor = np.minimum(0.0, point.prices)
    found = linprog(  # type: ignore[call-overload]  # its stubs know no sparse tables
        np.concatenate([np.ones(nodes), np.zeros(len(binding))]),
        A_ub=below, b_ub=limit + 1e-12, A_eq=seen[np.flatnonzero(pinned)], b_eq=value[pinned],
        bounds=[(low, None) for low in floor] + [(0.0, None)] * len(binding),
    )  # fmt: skip
    if found.status != 0:
        return point
    rents = np.zeros_like(point.rents)
    rents[binding] = found.x[nodes:]
    return Point(point.levels, found.x[:nodes], rents)

"""Damped Newton on many draws at once: the numbers of market-model, section 7.

The complementarity of a cap enters as a Fischer-Burmeister function of its scaled rent and of ``ln(limit / flow)``, which
is zero exactly where both are at least zero and one of them is zero; the logarithm of a flow is nearly a straight line in
its rent, so that caps of any tightness are reached; prices and rents share one step limit. Draws that have converged
leave the batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.market.system import StageState, System, covered_flow, evaluate, excess, jacobian, narrowed, rows

Array = NDArray[np.float64]

SMALLEST_SHARE_KEPT = 0.1
"""A price falls to no less than this share of itself in one step (fraction to the boundary)."""

LARGEST_GROWTH = 4.0
"""A price rises to no more than this multiple of itself in one step."""

HALVINGS = 12

LEAST_FLOW = 1e-250
"""Flow under a cap, relative to its limit, below which its logarithm is not taken."""

AT_THE_KINK = 1e-14
"""Scaled rent and slack below which both count as zero, where the Fischer-Burmeister function has no derivative."""

NO_SLOPE = 1e-200
"""Row sum of the Jacobian below which a node is idle: it sells nothing at any price, and its price stays."""


@dataclass(frozen=True)
class Point:
    """Unknowns of some draws: prices of all producers ``(B, N)`` and rents of all caps ``(B, C)``."""

    prices: Array
    rents: Array


@dataclass(frozen=True)
class Outcome:
    """Where Newton ended: the point, the scaled residual left and the iterations used, per draw."""

    point: Point
    residual: Array
    iterations: NDArray[np.intp]


@dataclass(frozen=True)
class Scales:
    """What residuals and unknowns are measured in: tonnes of each node ``(B, N)`` and cap, and the price of each cap ``(B, C)``."""

    node: Array
    cap: Array
    rent: Array


def scales_of(system: System) -> Scales:
    """Tonnes that each node can ship (its own scale, not the world's), limits of caps, and reference prices."""
    node: list[Array] = []
    for stage in system.problem.stages:
        left = np.minimum(stage.supply.remaining, 1.0)
        made = np.zeros((system.draws, system.sizes[len(node)])) + stage.supply.output * left
        if stage.refining is not None:
            plants = np.minimum(stage.refining.remaining, 1.0)
            made = made + stage.refining.recovery * stage.refining.throughput * plants
        floor = 1e-6 * made.max(axis=1, keepdims=True)
        node.append(np.maximum(made, np.maximum(floor, 1e-300)))
    caps = system.problem.caps
    cap = [np.broadcast_to(np.asarray(each.limit, dtype=float), (system.draws,)) for each in caps]
    rent = [np.broadcast_to(system.anchors[each.stage].reference[:, 0], (system.draws,)) for each in caps]
    empty = np.zeros((system.draws, 0))
    return Scales(
        np.concatenate(node, axis=1), np.stack(cap, 1) if caps else empty, np.stack(rent, 1) if caps else empty
    )


def split(system: System, prices: Array) -> tuple[Array, ...]:
    """Prices of all producers, cut into stages."""
    starts = system.starts
    return tuple(prices[:, starts[at] : starts[at + 1]] for at in range(len(system.sizes)))


def residual_of(system: System, scales: Scales, point: Point) -> tuple[Array, tuple[StageState, ...], Array]:
    """Scaled residual ``(B, N + C)``, the stages at the point, and ``ln(limit / flow)`` of the caps."""
    states = evaluate(system, split(system, point.prices), point.rents)
    free = -np.log(np.maximum(covered_flow(system, states) / scales.cap, LEAST_FLOW))
    dear = point.rents / scales.rent
    return np.concatenate([excess(states) / scales.node, _fischer(dear, free)], axis=1), states, free


def _fischer(left: Array, right: Array) -> Array:
    return left + right - np.hypot(left, right)


def _step(
    system: System, scales: Scales, point: Point, residual: Array, states: tuple[StageState, ...], free: Array
) -> Array:
    """The Newton direction ``(B, N + C)`` in prices and rents."""
    matrix = jacobian(system, states)
    count = scales.node.shape[1]
    matrix[:, :count] /= scales.node[:, :, None]
    if scales.cap.shape[1]:
        dear = point.rents / scales.rent
        length = np.maximum(np.hypot(dear, free), 1e-300)
        by_rent, by_slack = 1.0 - dear / length, 1.0 - free / length
        both = np.hypot(dear, free) < AT_THE_KINK
        by_rent, by_slack = np.where(both, 0.3, by_rent), np.where(both, 0.3, by_slack)
        matrix[:, count:] *= (by_slack / (scales.cap * np.exp(-free)))[:, :, None]
        rows = np.arange(count, count + scales.cap.shape[1])
        matrix[:, rows, rows] += by_rent / scales.rent
    diagonal = np.arange(matrix.shape[1])
    if np.min(matrix[:, diagonal, diagonal]) < NO_SLOPE:
        idle = np.abs(matrix).sum(axis=2) < NO_SLOPE
        matrix[:, diagonal, diagonal] += np.where(idle, 1.0, 0.0)
    return _solved(matrix, -residual)


def _solved(matrix: Array, right: Array) -> Array:
    """``matrix^-1 right`` draw by draw; the least-squares direction for all of a batch that holds a singular matrix."""
    try:
        return np.asarray(np.linalg.solve(matrix, right[:, :, None])[:, :, 0], dtype=np.float64)
    except np.linalg.LinAlgError:
        pairs = zip(matrix, right, strict=True)
        return np.stack([np.linalg.lstsq(each, side, rcond=None)[0] for each, side in pairs])


def _limit(point: Point, direction: Array, scales: Scales) -> Array:
    """Largest step ``(B, 1)`` that keeps every price within its bounds and every rent within four reference prices more."""
    count = point.prices.shape[1]
    relative = direction[:, :count] / point.prices
    fall, rise = np.minimum(relative.min(axis=1), -1e-300), np.maximum(relative.max(axis=1), 1e-300)
    limit = np.minimum((SMALLEST_SHARE_KEPT - 1.0) / fall, LARGEST_GROWTH / rise)
    if scales.rent.shape[1]:
        climb = np.abs(direction[:, count:]) / np.maximum(point.rents, scales.rent)
        limit = np.minimum(limit, (LARGEST_GROWTH / np.maximum(climb, 1e-300)).min(axis=1))
    shortened: Array = np.minimum(limit, 1.0)[:, None]
    return shortened


def _search(
    system: System, scales: Scales, point: Point, direction: Array, residual: Array
) -> tuple[Point, Array, tuple[StageState, ...], Array]:
    """The longest halving of the step that lowers the residual, draw by draw; the shortest where none does."""
    count = point.prices.shape[1]
    length = _limit(point, direction, scales)
    before = _length(residual)
    for _ in range(HALVINGS):
        trial = Point(point.prices + length * direction[:, :count], point.rents + length * direction[:, count:])
        after, states, free = residual_of(system, scales, trial)
        worse = ~(_length(after) <= (1.0 - 1e-4 * length[:, 0]) * before)
        if not worse.any():
            break
        length = np.where(worse[:, None], 0.5 * length, length)
    return trial, after, states, free


def _length(residual: Array) -> Array:
    length: Array = np.sqrt(np.einsum("bi,bi->b", residual, residual))
    return length


def newton(system: System, start: Point, *, tolerance: float, most: int) -> Outcome:
    """Solve every draw from ``start``; draws that stay above ``tolerance`` after ``most`` iterations keep their residual."""
    prices, rents = start.prices.copy(), start.rents.copy()
    left = np.full(system.draws, np.inf)
    used = np.zeros(system.draws, dtype=np.intp)
    active = np.arange(system.draws)
    part, point, scales = system, start, scales_of(system)
    residual, states, free = residual_of(part, scales, point)
    for iteration in range(most + 1):
        size = np.abs(residual).max(axis=1)
        size = np.where(np.isfinite(size), size, np.inf)
        prices[active], rents[active], left[active], used[active] = point.prices, point.rents, size, iteration
        going = size > tolerance
        if not going.any() or iteration == most:
            break
        if not going.all():
            kept = np.flatnonzero(going)
            active = active[kept]
            states = tuple(rows(state, kept, part.draws) for state in states)
            part, scales, point = narrowed(part, kept), rows(scales, kept, part.draws), rows(point, kept, part.draws)
            residual, free = residual[kept], free[kept]
        direction = _step(part, scales, point, residual, states, free)
        point, residual, states, free = _search(part, scales, point, direction, residual)
    return Outcome(Point(prices, rents), left, used)

"""Damped Newton on many draws at once: the numbers of market-model, section 7.

Complementarities enter as Fischer-Burmeister functions (see ``bounded``); prices and bounded unknowns share one step limit.
Draws that have converged leave the batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.market.bounded import Bounds, bounds_of, complementary, slacks
from orepact.market.draws import rows
from orepact.market.jacobian import jacobian
from orepact.market.system import StageState, System, evaluate, excess, narrowed

Array = NDArray[np.float64]

DEEPEST_FALL = 7.0
"""Logarithm by which a price falls at most in one step."""

LEAST_PRICE = 1e-250
"""Price below which none falls, in any currency: where nobody buys at any price, not even a search goes on for ever."""

LARGEST_GROWTH = 4.0
"""A price rises to no more than this multiple of itself in one step."""

HALVINGS = 12

NO_SLOPE = 1e-200
"""Row sum of the Jacobian below which a node is idle: it sells nothing at any price, and its price stays."""


@dataclass(frozen=True)
class Point:
    """Unknowns of some draws: prices of all producers ``(B, N)``, and rents, fractions and purchases ``(B, K)``."""

    prices: Array
    bounded: Array


@dataclass(frozen=True)
class Outcome:
    """Where Newton ended: the point, the scaled residual left and the iterations used, per draw."""

    point: Point
    residual: Array
    iterations: NDArray[np.intp]


@dataclass(frozen=True)
class Scales:
    """What residuals and unknowns are measured in: tonnes of each node ``(B, N)``, and the units of what has bounds."""

    node: Array
    bounds: Bounds


@dataclass(frozen=True)
class Residual:
    """The scaled residual ``(B, N + K)``, the stages at the point, and the slopes of the complementarities ``(B, K)``.

    by_level: in the scaled unknown. by_row: what a row of the Jacobian is multiplied by.
    """

    value: Array
    states: tuple[StageState, ...]
    by_level: Array
    by_row: Array


def scales_of(system: System) -> Scales:
    """Tonnes that each node can ship (its own scale, not the world's), and the units of the bounded unknowns."""
    node: list[Array] = []
    for stage in system.problem.stages:
        made = np.zeros((system.draws, system.sizes[len(node)]))
        for mine in (stage.supply, stage.secondary):
            if mine is not None:
                made = made + mine.output * np.minimum(mine.remaining, 1.0) + mine.utilisation * mine.added
        if stage.refining is not None:
            plant = stage.refining
            made = made + plant.recovery * plant.throughput * np.minimum(plant.remaining, 1.0)
            made = made + plant.recovery * plant.utilisation * plant.added
        floor = 1e-6 * made.max(axis=1, keepdims=True)
        node.append(np.maximum(made, np.maximum(floor, 1e-300)))
    tonnes = np.concatenate(node, axis=1)
    return Scales(tonnes, bounds_of(system, tonnes))


def split(system: System, prices: Array) -> tuple[Array, ...]:
    """Prices of all producers, cut into stages."""
    starts = system.starts
    return tuple(prices[:, starts[at] : starts[at + 1]] for at in range(len(system.sizes)))


def residual_of(system: System, scales: Scales, point: Point) -> Residual:
    """Everything that a step needs to know of a point."""
    states = evaluate(system, split(system, point.prices), point.bounded)
    value = excess(system, states, point.bounded) / scales.node
    if not system.bounded:
        return Residual(value, states, point.bounded, point.bounded)
    free, unit = slacks(system, states)
    breach, by_level, by_free = complementary(point.bounded / scales.bounds.unit, free, scales.bounds.top)
    return Residual(np.concatenate([value, breach], axis=1), states, by_level, by_free / unit)


def _step(system: System, scales: Scales, at: Residual) -> Array:
    """The Newton direction ``(B, N + K)`` in all unknowns."""
    matrix = jacobian(system, at.states)
    count = scales.node.shape[1]
    matrix[:, :count] /= scales.node[:, :, None]
    if system.bounded:
        matrix[:, count:] *= at.by_row[:, :, None]
        rows = np.arange(count, count + system.bounded)
        matrix[:, rows, rows] += at.by_level / scales.bounds.unit
    diagonal = np.arange(matrix.shape[1])
    if np.min(matrix[:, diagonal, diagonal]) < NO_SLOPE:
        idle = np.abs(matrix).sum(axis=2) < NO_SLOPE
        matrix[:, diagonal, diagonal] += np.where(idle, 1.0, 0.0)
    return _solved(matrix, -at.value)


def _solved(matrix: Array, right: Array) -> Array:
    """``matrix^-1 right`` draw by draw; the least-squares direction for all of a batch that holds a singular matrix.

    A draw whose matrix is not of numbers goes nowhere, and is left to be approached in steps.
    """
    try:
        return np.asarray(np.linalg.solve(matrix, right[:, :, None])[:, :, 0], dtype=np.float64)
    except np.linalg.LinAlgError:
        pairs = zip(matrix, right, strict=True)
        return np.stack([_least_squares(each, side) for each, side in pairs])


def _least_squares(matrix: Array, right: Array) -> Array:
    if not (np.isfinite(matrix).all() and np.isfinite(right).all()):
        return np.zeros_like(right)
    return np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0], dtype=np.float64)


def _limit(point: Point, direction: Array, scales: Scales) -> Array:
    """Largest step ``(B, 1)`` that keeps every price and bounded unknown within what one step may change it by."""
    count = point.prices.shape[1]
    rise = np.maximum((direction[:, :count] / point.prices).max(axis=1), 1e-300)
    limit = LARGEST_GROWTH / rise
    if point.bounded.shape[1]:
        climb = np.abs(direction[:, count:]) / np.maximum(point.bounded, scales.bounds.unit)
        limit = np.minimum(limit, (LARGEST_GROWTH / np.maximum(climb, 1e-300)).min(axis=1))
    shortened: Array = np.minimum(limit, 1.0)[:, None]
    return shortened


def _search(system: System, scales: Scales, point: Point, direction: Array, before: Array) -> tuple[Point, Residual]:
    """The longest halving of the step that lowers the residual, draw by draw; the shortest where none does."""
    count = point.prices.shape[1]
    length = _limit(point, direction, scales)
    size = _length(before)
    for _ in range(HALVINGS):
        trial = Point(
            _moved(point.prices, length * direction[:, :count]), point.bounded + length * direction[:, count:]
        )
        after = residual_of(system, scales, trial)
        worse = ~(_length(after.value) <= (1.0 - 1e-4 * length[:, 0]) * size)
        if not worse.any():
            break
        length = np.where(worse[:, None], 0.5 * length, length)
    return trial, after


def _moved(price: Array, step: Array) -> Array:
    """Prices a step further: along a straight line where they rise, along an exponential where they fall, so never below 0."""
    part = np.minimum(step, 0.0) / price
    return np.maximum(price * np.exp(np.maximum(part, -DEEPEST_FALL)) + np.maximum(step, 0.0), LEAST_PRICE)


def _length(residual: Array) -> Array:
    length: Array = np.sqrt(np.einsum("bi,bi->b", residual, residual))
    return length


def newton(system: System, start: Point, *, tolerance: float, most: int) -> Outcome:
    """Solve every draw from ``start``; draws that stay above ``tolerance`` after ``most`` iterations keep their residual."""
    prices, bounded = start.prices.copy(), start.bounded.copy()
    left = np.full(system.draws, np.inf)
    used = np.zeros(system.draws, dtype=np.intp)
    active = np.arange(system.draws)
    part, point, scales = system, start, scales_of(system)
    found = residual_of(part, scales, point)
    for iteration in range(most + 1):
        size = np.abs(found.value).max(axis=1)
        size = np.where(np.isfinite(size), size, np.inf)
        prices[active], bounded[active], left[active], used[active] = point.prices, point.bounded, size, iteration
        going = size > tolerance
        if not going.any() or iteration == most:
            break
        if not going.all():
            kept = np.flatnonzero(going)
            active = active[kept]
            found = _kept(found, kept, part.draws)
            part, scales, point = narrowed(part, kept), rows(scales, kept, part.draws), rows(point, kept, part.draws)
        direction = _step(part, scales, found)
        point, found = _search(part, scales, point, direction, found.value)
    return Outcome(Point(prices, bounded), left, used)


def _kept(found: Residual, kept: NDArray[np.intp], draws: int) -> Residual:
    states = tuple(rows(state, kept, draws) for state in found.states)
    return Residual(found.value[kept], states, found.by_level[kept], found.by_row[kept])

"""From an interior point to the solution: Newton on the active sets, to the last digits, and the lowest prices where many hold.

Whatever could be above zero keeps the level that the interior point gave it, as near as the equations allow (a proximal step), so
that of many flows the central ones stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from orepact.market.own.interior import Reduced, State
from orepact.market.own.system import Local, Point, System, curve_miss

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

STEPS = 30
"""Newton steps at most."""

HOLD = 1e-7
"""Stiffness given to levels whose price does not move with them."""

ROUNDING = 1e-14
"""Scaled amount by which a sign may be wrong through rounding."""

LEANINGS = (1.0, 1e-4, 1e4)
"""Ways to tell active sets, one after the other where the one before does not end well."""

NEARLY = 1e-14
"""Scaled miss at which no other way is tried."""

ENOUGH = 1e-15
"""Scaled miss at which no further step is made."""


@dataclass(frozen=True)
class Sets:
    """What is active: levels above zero and below their bound, levels at their bound, caps that bind."""

    free: Mask
    full: Mask
    binding: Mask


def sets_of(system: System, state: State, leaning: float = 1.0) -> Sets:
    """Active sets told from an interior point: of each complementary pair the larger one is taken to be above zero.

    ``leaning`` above one takes fewer levels, bounds and caps to be active, below one more: for pairs that are both nothing.
    """
    acts = system.activities
    full = np.isfinite(acts.upper) & ~acts.is_curve & (state.bound_rent > leaning * state.room)
    free = (acts.is_curve | (state.point.levels > leaning * state.slack)) & ~full
    return Sets(free, full, state.point.rents > leaning * state.cap_slack)


def finish(system: System, state: State) -> tuple[Point, Sets]:
    """The best of what Newton steps on the active sets lead to, which follow the iterates."""
    best = (state.point, sets_of(system, state))
    least = _worst(system, state.point)
    for leaning in LEANINGS:
        point, sets, worst = _finish(system, state, sets_of(system, state, leaning))
        if worst < least:
            best, least = (point, sets), worst
        if least <= NEARLY:
            break
    return _clipped(system, best[0]), best[1]


def _finish(system: System, state: State, sets: Sets) -> tuple[Point, Sets, float]:
    acts = system.activities
    levels = np.where(sets.full, acts.upper, np.where(sets.free, state.point.levels, 0.0))
    point = Point(levels, state.point.prices, np.where(sets.binding, state.point.rents, 0.0))
    best = (point, sets, float("inf"))
    for _ in range(STEPS):
        local = system.at(point)
        with np.errstate(all="ignore"):
            point = _newton(system, point, local, sets)
        worst = _worst(system, point)
        if worst < best[2]:
            best = (point, sets, worst)
        if worst <= ENOUGH or not np.isfinite(worst):
            break
        sets = _again(system, point, sets)
        full = np.where(sets.full, acts.upper, point.levels)
        point = Point(
            np.where(sets.free | sets.full, full, 0.0), point.prices, np.where(sets.binding, point.rents, 0.0)
        )
    return best


def state_at(system: System, point: Point) -> State:
    """A point with the slacks and rents that it implies, to be finished again."""
    short, room, cap_slack = _slacks(system, point)
    slack, bound_rent = np.maximum(short, 0.0), np.maximum(-short, 0.0)
    return State(point, slack, np.maximum(room, 0.0), bound_rent, np.maximum(cap_slack, 0.0))


def _newton(system: System, point: Point, local: Local, sets: Sets) -> Point:
    acts, levels = system.activities, point.levels
    miss, by_level, by_earned = curve_miss(acts, levels, local.earned)
    stiffness = np.where(acts.is_curve, by_level / by_earned, np.maximum(acts.slope, HOLD))
    right = np.where(acts.is_curve, -miss / by_earned, local.earned - acts.intercept - acts.slope * levels)
    under = sparse.diags_array(sets.binding.astype(float)) @ local.under_cap
    answer = local.answer
    if answer is not None:
        nodes = len(point.prices)
        keep = np.concatenate([np.ones(nodes), sets.binding.astype(float)])
        answer = answer * keep * keep[:, None]
    narrow = Local(local.earned, local.excess, local.shipped, local.by_level, local.by_price, under.tocsr(), answer)
    linear = Reduced(narrow, stiffness, np.where(sets.binding, 0.0, 1.0), sets.free)
    short = np.where(sets.binding, system.limits - local.shipped, 0.0)
    change, prices, rents, _ = linear.solve(np.where(sets.free, right, 0.0), -local.excess, short)
    logs = acts.is_curve & (levels + change <= 0)
    change = np.where(logs, -0.9 * levels, change)
    return Point(levels + change, point.prices + prices, point.rents + np.where(sets.binding, rents, 0.0))


def _slacks(system: System, point: Point) -> tuple[Array, Array, Array]:
    """Price slack of levels before the rent of their bound, room below the bound, slack of caps."""
    acts, local = system.activities, system.at(point)
    short = acts.intercept + acts.slope * point.levels - local.earned
    return short, acts.upper - point.levels, system.limits - local.shipped


def _again(system: System, point: Point, sets: Sets) -> Sets:
    """Active sets after a step: a level below zero leaves, one whose price would let it move comes in."""
    acts = system.activities
    short, room, cap_slack = _slacks(system, point)
    full = np.isfinite(acts.upper) & ~acts.is_curve & np.where(sets.full, short < ROUNDING, room < -ROUNDING)
    inside = np.where(sets.free, point.levels > -ROUNDING, short < -ROUNDING)
    leaving = sets.full & ~full
    free = (acts.is_curve | inside | leaving) & ~full
    binding = np.where(sets.binding, point.rents > -ROUNDING, cap_slack < -ROUNDING)
    return Sets(free, full, binding)


def _worst(system: System, point: Point) -> float:
    """Largest scaled breach of anything at a point, rents of bounds being what they must be."""
    acts, local = system.activities, system.at(point)
    with np.errstate(all="ignore"):
        miss, _, _ = curve_miss(acts, point.levels, local.earned)
        short, room, cap_slack = _slacks(system, point)
        bounded = np.clip(short, -np.where(np.isfinite(room), room, np.inf), point.levels)
        pair = np.where(acts.is_curve, miss, bounded)
        parts = (local.excess, pair, np.minimum(point.rents, cap_slack))
        found = max((float(np.abs(part).max()) for part in parts if part.size), default=0.0)
    return found if np.isfinite(found) else float("inf")


def _clipped(system: System, point: Point) -> Point:
    acts = system.activities
    levels = np.where(point.levels < ENOUGH, 0.0, np.clip(point.levels, 0.0, acts.upper))
    levels = np.where(acts.is_curve, point.levels, levels)
    return Point(levels, point.prices, np.maximum(point.rents, 0.0))

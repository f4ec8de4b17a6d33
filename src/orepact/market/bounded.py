"""The unknowns that have bounds: rents of caps, fractions of levies in quota, and purchases of last resort.

Each is complementary to a slack: ``0 <= z <= top  complementary to  slack``. The rent of a cap and the fraction of a levy have
``ln(allowed / flow)``, because a flow falls about exponentially in what is laid on it, so that limits of any tightness are
reached; a purchase has the producer's price less its limit price. All are scaled, and enter as a Fischer-Burmeister function,
which is zero exactly where the complementarity holds (Fischer 1992; with two bounds after Billups 1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.market.jacobian import filling
from orepact.market.problem import Cap
from orepact.market.system import StageState, System

Array = NDArray[np.float64]

LEAST_FLOW = 1e-250
"""Flow under a limit, relative to what it allows, below which its logarithm is not taken."""

BINDING = 1e-9
"""How far from a bound, in its unit, an unknown counts as off it."""

AT_THE_KINK = 1e-14
"""Scaled unknown and slack below which both count as zero, where the Fischer-Burmeister function has no derivative."""


@dataclass(frozen=True)
class Bounds:
    """Units and upper bounds of the bounded unknowns, ``(B, K)``; the upper bound in those units."""

    unit: Array
    top: Array


def bounds_of(system: System, node: Array) -> Bounds:
    """Rents in reference prices, fractions as they are, purchases in tonnes of the producer's own scale ``node (B, N)``."""
    units, tops = [], []
    for limit in system.limits:
        rent = isinstance(limit, Cap)
        units.append(system.anchors[limit.stage].reference[:, 0] if rent else np.ones(1))
        tops.append(np.full(1, np.inf if rent else 1.0))
    for purchase in system.problem.purchases:
        unit = node[:, system.starts[purchase.stage] + purchase.producer]
        units.append(unit)
        tops.append(np.asarray(purchase.most, dtype=float) / unit)
    return Bounds(_stacked(units, system.draws), _stacked(tops, system.draws))


def _stacked(columns: list[Array], draws: int) -> Array:
    if not columns:
        return np.zeros((draws, 0))
    return np.stack([np.broadcast_to(column, (draws,)) for column in columns], axis=1)


def slacks(system: System, states: tuple[StageState, ...]) -> tuple[Array, Array]:
    """The slack of every bounded unknown ``(B, K)``, and what a row of the Jacobian is divided by to be its slope."""
    free, unit = [], []
    for limit in system.limits:
        flow, allowed = filling(limit, states[limit.stage])
        free.append(-np.log(np.maximum(flow / np.maximum(allowed, 1e-300), LEAST_FLOW)))
        unit.append(np.maximum(flow, 1e-300))
    for purchase in system.problem.purchases:
        reference = system.anchors[purchase.stage].reference[:, 0]
        free.append((states[purchase.stage].price[:, purchase.producer] - purchase.price) / reference)
        unit.append(reference)
    return _stacked(free, system.draws), _stacked(unit, system.draws)


def between(bounded: Array, bounds: Bounds) -> NDArray[np.bool_]:
    """Which bounded unknowns stand at neither bound, so that their slack is zero, ``(B, K)``."""
    level = bounded / bounds.unit
    return np.asarray((level > BINDING) & (level < bounds.top - BINDING))


def complementary(level: Array, free: Array, top: Array) -> tuple[Array, Array, Array]:
    """Zero where ``0 <= level <= top`` is complementary to ``free``, and its slopes in level and slack."""
    boxed = np.isfinite(top)
    if not boxed.any():
        return _fischer(level, free)
    room = np.where(boxed, top, 0.0) - level
    inner, by_room, by_free = _fischer(room, -free)
    slack = np.where(boxed, -inner, free)
    value, by_level, by_slack = _fischer(level, slack)
    own = by_level + by_slack * np.where(boxed, by_room, 0.0)
    return value, own, by_slack * np.where(boxed, by_free, 1.0)


def _fischer(left: Array, right: Array) -> tuple[Array, Array, Array]:
    """``a + b - sqrt(a^2 + b^2)`` and its slopes; an element of its generalised derivative at the kink."""
    length = np.hypot(left, right)
    safe = np.maximum(length, 1e-300)
    kink = length < AT_THE_KINK
    by_left, by_right = np.where(kink, 0.3, 1.0 - left / safe), np.where(kink, 0.3, 1.0 - right / safe)
    return left + right - length, by_left, by_right

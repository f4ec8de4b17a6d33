"""A market as activities at nodes: what the two kinds of sourcing have in common, in scaled units.

An activity (a supply, a demand, a refiner, a buyer of last resort, a route) has a level ``z >= 0`` and earns a net price ``y`` at
the nodes that it touches. Most are complementary: ``0 <= z  perpendicular to  a + b z - y + rent of its bound >= 0``. Those with a
smooth curve satisfy ``ln(z / (K - z)) = base + slope ln(+-y)`` (isoelastic and Hill curves; no ``K - z`` where there is no
capacity) or ``ln(z / (K - z)) = base + slope y`` (refiners that answer to their margin), which is gentle for Newton both where the
curve is steep and where it is flat. Nodes balance, and every cap is complementary to its rent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Activities:
    """``n`` activities. start: level to begin from. sign: -1 where the curve answers to ``-y`` (a demand's price)."""

    intercept: Array
    slope: Array
    upper: Array
    is_curve: Mask
    capacity: Array
    base: Array
    response: Array
    sign: Array
    in_logs: Mask
    start: Array


@dataclass(frozen=True)
class Point:
    """Levels ``z``, prices of nodes, rents of caps; all in scaled units."""

    levels: Array
    prices: Array
    rents: Array


@dataclass(frozen=True)
class Local:
    """A system at a point, with what a change of prices and rents does there.

    earned: net prices ``y``. excess: of nodes. shipped: under caps. by_level ``(nodes, n)``: what a level brings to a node;
    by_price ``(nodes, n)``: what a node's price brings to ``y``; under_cap ``(caps, n)``; answer ``(nodes + caps, nodes + caps)``:
    the answer of sourcing itself, None where it has none.
    """

    earned: Array
    excess: Array
    shipped: Array
    by_level: sparse.csr_array
    by_price: sparse.csr_array
    under_cap: sparse.csr_array
    answer: Array | None


class System(Protocol):
    """What the interior-point method needs of a market."""

    @property
    def activities(self) -> Activities:
        """The activities."""
        ...

    @property
    def limits(self) -> Array:
        """Limits of the caps."""
        ...

    @property
    def start_prices(self) -> Array:
        """Prices of nodes to begin from."""
        ...

    def at(self, point: Point) -> Local:
        """The system at a point."""
        ...


@dataclass(frozen=True)
class ClassicalSystem:
    """One homogeneous good: routes are activities like all others, and everything but the curves is linear."""

    activities: Activities
    limits: Array
    start_prices: Array
    fixed: Array
    by_level: sparse.csr_array
    by_price: sparse.csr_array
    under_cap: sparse.csr_array

    def at(self, point: Point) -> Local:
        """The system at a point: its matrices are the same everywhere."""
        return Local(
            earned=self.by_price.T @ point.prices - self.under_cap.T @ point.rents,
            excess=self.by_level @ point.levels + self.fixed,
            shipped=self.under_cap @ point.levels,
            by_level=self.by_level,
            by_price=self.by_price,
            under_cap=self.under_cap,
            answer=None,
        )


def curve_miss(activities: Activities, levels: Array, earned: Array) -> tuple[Array, Array, Array]:
    """How far each curve is from its equation (0 for other activities), with the derivatives by level and by minus ``y``."""
    on, sign = activities.is_curve, activities.sign
    bounded = on & np.isfinite(activities.capacity)
    level = np.where(on, levels, 1.0)
    room = np.where(bounded, activities.capacity - levels, 1.0)
    price = np.where(on & activities.in_logs, sign * earned, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        told = np.where(activities.in_logs, sign * np.log(price), earned)
        miss = np.log(level / room) - activities.base - activities.response * told
        by_level = 1.0 / level + np.where(bounded, 1.0 / room, 0.0)
        by_earned = activities.response / np.where(activities.in_logs, price, 1.0)
    return np.where(on, miss, 0.0), by_level, by_earned

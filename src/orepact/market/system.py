"""The equilibrium as a system of equations: excess supply at every producer, at given prices and bounded unknowns.

Unknowns are the prices of all producers, stage after stage, and what has bounds: the rent per tonne of every cap, the fraction
of a levy that is paid in quota, and what a buyer of last resort takes (see ``bounded``). Without ad valorem wedges and levies the
system is the gradient of a convex function and its Jacobian is symmetric (market-model, section 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from orepact.market import curves
from orepact.market.draws import rows, take
from orepact.market.problem import Cap, Levy, Problem, Stage
from orepact.market.sourcing import Anchor, Sourcing, anchor, choose, landed_price

Array = NDArray[np.float64]


@dataclass(frozen=True)
class System:
    """A problem with everything worked out that no price changes.

    left: for each stage the share of each buyer's sourcing that stops and caps leave it, ``(B, b)``. sizes: producers of
    each stage.
    """

    problem: Problem
    left: tuple[Array, ...]
    anchors: tuple[Anchor, ...]
    sizes: tuple[int, ...]
    draws: int

    @property
    def starts(self) -> tuple[int, ...]:
        """Position of each stage's first price among the unknowns; the last entry is that of the first bounded one."""
        return (0, *accumulate(self.sizes))

    @property
    def limits(self) -> tuple[Cap | Levy, ...]:
        """What limits flows: the caps, then the levies with a quota, in the order of the bounded unknowns."""
        return (*self.problem.caps, *(levy for levy in self.problem.levies if levy.quota is not None))

    @property
    def bounded(self) -> int:
        """Number of bounded unknowns: limits of flows, then purchases."""
        return len(self.limits) + len(self.problem.purchases)


@dataclass(frozen=True)
class StageState:
    """One stage at given prices: ``B`` draws, ``n`` producers, ``b`` buyers. Tonnes per period, currency per tonne.

    sourcing: shares in factors. supply, secondary, release, made: own supply, second supply, release of producers' stock,
    refined output ``(B, n)``. throughput: purchases of the stage before ``(B, n)``; its slopes in the margin and in the own
    price (they differ where an output is supported). felt: the price that each buyer answers to ``(B, b)``. bought,
    bought_slope: purchases of this stage by each buyer and their derivative in its felt price ``(B, b)``. own_slope: derivative
    of everything offered in own price. sold: what buyers take of each producer ``(B, n)``. eased: derivative of the
    levies on each flow in its producer's price ``(B, n, b)``, 0 or below; ``None`` where there are none.
    """

    price: Array
    sourcing: Sourcing
    felt: Array
    supply: Array
    secondary: Array
    release: Array
    made: Array
    throughput: Array
    throughput_slope: Array
    throughput_by_price: Array
    own_slope: Array
    bought: Array
    bought_slope: Array
    sold: Array
    eased: Array | None

    @property
    def flows(self) -> Array:
        """Tonnes from each producer to each buyer, ``(B, n, b)``, multiplied out at every call."""
        flows: Array = self.sourcing.shares
        flows *= self.bought[:, None, :]
        return flows

    @property
    def offered(self) -> Array:
        """Everything a producer offers: own and second supply, refined output and release of its stock, ``(B, n)``."""
        return self.supply + self.secondary + self.release + self.made


def system_of(problem: Problem, draws: int, left: tuple[Array, ...] | None = None) -> System:
    """The system of a problem for ``draws`` draws; ``left`` is all of every buyer's sourcing when left out."""
    if left is None:
        left = tuple(np.ones((draws, int(np.shape(stage.weights)[-1]))) for stage in problem.stages)
    levied = {levy.stage for levy in problem.levies}
    anchors = tuple(
        anchor(stage, share, levied=at in levied)
        for at, (stage, share) in enumerate(zip(problem.stages, left, strict=True))
    )
    return System(problem, left, anchors, tuple(_size(stage) for stage in problem.stages), draws)


def narrowed(system: System, draws: NDArray[np.intp]) -> System:
    """The system of some of its draws only."""
    part = take(system.problem, draws, system.draws)
    anchors = tuple(rows(fixed, draws, system.draws) for fixed in system.anchors)
    return System(part, tuple(share[draws] for share in system.left), anchors, system.sizes, len(draws))


def _size(stage: Stage) -> int:
    return int(np.shape(stage.price)[-1])


def levy_on(stage: Stage, levy: Levy, price: Array) -> tuple[Array, Array]:
    """What an adjustable duty adds to each flow it covers, ``(B, n, b)``, and its slope in the producer's price."""
    reference, width = (np.reshape(value, (-1, 1, 1)) for value in (levy.reference, levy.width))
    value, slope = curves.lifted(landed_price(stage, price), reference, width, levy.bound_rate)
    return np.where(levy.covered, value, 0.0), np.where(levy.covered, slope, 0.0)


def wedges_on(system: System, at: int, price: Array, bounded: Array) -> tuple[Array | float, Array | None]:
    """Rents and levies on every flow of a stage, ``(B, n, b)``, and the slope of the levies; 0 and ``None`` where none."""
    total: Array | float = 0.0
    eased: Array | None = None
    for index, cap in enumerate(system.problem.caps):
        if cap.stage == at:
            total = total + bounded[:, index, None, None] * cap.wedge
    index = len(system.problem.caps)
    for levy in system.problem.levies:
        fraction: Array | float = 1.0
        if levy.quota is not None:
            fraction = bounded[:, index, None, None]
            index += 1
        if levy.stage == at:
            value, slope = levy_on(system.problem.stages[at], levy, price)
            total = total + fraction * value
            eased = fraction * slope + (0.0 if eased is None else eased)
    return total, eased


def evaluate(system: System, prices: tuple[Array, ...], bounded: Array) -> tuple[StageState, ...]:
    """Every stage at given prices ``(B, n)`` and bounded unknowns ``(B, K)``."""
    chosen, eased = [], []
    for at, stage in enumerate(system.problem.stages):
        wedge, slope = wedges_on(system, at, prices[at], bounded)
        chosen.append(choose(system.anchors[at], stage, prices[at], wedge))
        eased.append(slope)
    states: list[StageState] = []
    for at in range(len(prices) - 1, -1, -1):
        later = states[0] if states else None
        before = chosen[at - 1].inclusive - system.anchors[at - 1].relief if at > 0 else None
        states.insert(0, _stage_state(system, at, prices[at], chosen[at], before, later, eased[at]))
    return tuple(states)


@dataclass(frozen=True)
class Offer:
    """What producers make at their prices ``(B, n)``, and the slopes of it; as in :class:`StageState`."""

    supply: Array
    secondary: Array
    throughput: Array
    throughput_slope: Array
    throughput_by_price: Array
    slope: Array


def offer(system: System, at: int, price: Array, before: Array | None) -> Offer:
    """What producers make where all their output earns ``price``; ``before``: felt prices of the stage before."""
    stage = system.problem.stages[at]
    supply, slope = curves.hill(price, stage.price, stage.supply)
    secondary = throughput = by_margin = by_price = np.zeros_like(price)
    if stage.secondary is not None:
        secondary, more = curves.hill(price, stage.price, stage.secondary)
        slope = slope + more
    if stage.refining is not None and before is not None:
        plant, feed = stage.refining, system.anchors[at - 1]
        count = price.shape[1]
        change = plant.recovery * (price - stage.price) - (before[:, :count] - feed.paid[:, :count])
        reference, ratio = system.anchors[at].reference, price / stage.price
        throughput, by_margin, by_ratio = curves.refining(change, ratio, reference, plant)
        by_price = plant.recovery * by_margin + by_ratio / stage.price
        slope = slope + plant.recovery * by_price
    return Offer(supply, secondary, throughput, by_margin, by_price, slope)


def _offers(system: System, at: int, price: Array, before: Array | None) -> Offer:
    """What producers make, each supported share of their output at its own price."""
    tranches = [support for support in system.problem.supports if support.stage == at]
    if not tranches:
        return offer(system, at, price, before)
    free = 1.0 - sum(np.asarray(support.share) for support in tranches)
    total = _weighed(offer(system, at, price, before), free, 1.0)
    for support in tranches:
        value, slope = curves.supported(price, support)
        part = _weighed(offer(system, at, value, before), support.share, slope)
        total = Offer(*(one + other for one, other in zip(vars(total).values(), vars(part).values(), strict=True)))
    return total


def _weighed(part: Offer, share: Array | float, slope: Array | float) -> Offer:
    """A share of what is made, whose price moves by ``slope`` with the market's."""
    return Offer(
        share * part.supply, share * part.secondary, share * part.throughput, share * part.throughput_slope,
        share * slope * part.throughput_by_price, share * slope * part.slope,
    )  # fmt: skip


def _stage_state(
    system: System,
    at: int,
    price: Array,
    chosen: Sourcing,
    before: Array | None,
    later: StageState | None,
    eased: Array | None,
) -> StageState:
    stage, fixed = system.problem.stages[at], system.anchors[at]
    felt = chosen.inclusive - fixed.relief
    made = _offers(system, at, price, before)
    release, release_slope = curves.stock_offer(price / stage.price, stage.stocks)
    recovery = 0.0 if stage.refining is None else stage.refining.recovery
    bought, bought_slope = _bought(stage, fixed, felt, later)
    return StageState(
        price=price,
        sourcing=chosen,
        felt=felt,
        supply=made.supply,
        secondary=made.secondary,
        release=release,
        made=recovery * made.throughput,
        throughput=made.throughput,
        throughput_slope=made.throughput_slope,
        throughput_by_price=made.throughput_by_price,
        own_slope=made.slope + release_slope / stage.price,
        bought=bought,
        bought_slope=bought_slope,
        sold=chosen.sold(bought),
        eased=eased,
    )


def _bought(stage: Stage, fixed: Anchor, felt: Array, later: StageState | None) -> tuple[Array, Array]:
    """Purchases of every buyer, refiners first, and their slope in the felt price."""
    count = int(np.shape(stage.users.use)[-1])
    refiners = felt.shape[1] - count
    if count == 0 and later is not None:
        return later.throughput, -later.throughput_slope
    start = fixed.paid[:, refiners:]
    users = curves.purchases(felt[:, refiners:] / start, stage.users)
    slope = users.slope / start
    if later is None:
        return users.bought, slope
    bought = np.concatenate([later.throughput, users.bought], axis=1)
    return bought, np.concatenate([-later.throughput_slope, slope], axis=1)


def excess(system: System, states: tuple[StageState, ...], bounded: Array) -> Array:
    """Excess supply at every producer of every stage, ``(B, N)``, tonnes."""
    left = np.concatenate([state.offered - state.sold for state in states], axis=1)
    first = len(system.limits)
    for index, purchase in enumerate(system.problem.purchases):
        left[:, system.starts[purchase.stage] + purchase.producer] -= bounded[:, first + index]
    return left


def covered_by(limit: Cap | Levy, state: StageState) -> Array:
    """What flows under one cap or quota, ``(B,)``, tonnes."""
    flow: Array = np.where(limit.covered, state.flows, 0.0).sum(axis=(1, 2))
    return flow

"""Who gains and who loses: areas under the curves between the base price and the price that each party now has.

Without restrictions the equilibrium minimises ``W = sum of producers' profits + refiners' profits + users' surplus`` over prices
(market-model, section 2), so that for wedges ``tau`` on flows ``x``, ``dW = - sum x dtau``: what parties gain and what
treasuries take add up to the change of welfare, which the tests work out along a path of its own. Users' surplus counts variety,
because their price is the inclusive one; stocks are worth what they are released at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.market import curves
from orepact.market.problem import Problem, Stage
from orepact.market.solution import Solution
from orepact.market.system import System, offer, system_of

Array = NDArray[np.float64]

FAR = 3.0
"""Ratio of two prices from which the curve between them is followed in even steps of the price's logarithm."""

NODES, SHARES = np.polynomial.legendre.leggauss(40)


@dataclass(frozen=True)
class Gains:
    """Gains over the base prices, by stage, in the problem's currency per period.

    producers: of mines, scrap and stocks of producers ``(B, n)``, supports included. refiners ``(B, n)``, 0 at the first stage.
    users ``(B, J)``.
    """

    producers: tuple[Array, ...]
    refiners: tuple[Array, ...]
    users: tuple[Array, ...]


def gains(problem: Problem, solution: Solution) -> Gains:
    """The gains of every party of a solution, on the curves of the problem (capacity that was added counts from base prices)."""
    system = system_of(problem, len(solution.iterations), solution.left)
    producers, refiners, users = [], [], []
    for at, (stage, found) in enumerate(zip(problem.stages, solution.stages, strict=True)):
        felt = _felt(system, solution, at - 1) if at > 0 else None
        base = np.broadcast_to(stage.price, found.price.shape)
        own, plants = np.zeros_like(base), np.zeros_like(base)
        for share, earned in _tranches(problem, at, found.price):
            own = own + share * _area(_mined(stage), base, earned)
            if felt is not None and stage.refining is not None:
                plants = plants + share * _refined(system, stage.refining.recovery, at, base, earned, felt)
        producers.append(own + _area(_stocks(stage), base, found.price))
        refiners.append(plants)
        users.append(_users(stage, _felt(system, solution, at), system.anchors[at].paid))
    return Gains(tuple(producers), tuple(refiners), tuple(users))


def _felt(system: System, solution: Solution, at: int) -> Array:
    return np.asarray(solution.stages[at].inclusive_price - system.anchors[at].relief)


def _area(curve: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """The integral of a curve from one price to another, by Gauss and Legendre; in the price's logarithm where it moves far."""
    low, high = np.broadcast_arrays(low, high)
    far = (np.minimum(low, high) > 0) & (np.maximum(low, high) > FAR * np.minimum(low, high))
    middle, half = (high + low) / 2, (high - low) / 2
    if far.any():
        start = np.where(far, low, 1.0)
        log = np.log(np.where(far, high, 1.0) / start) / 2
    total = np.zeros(low.shape)
    for node, share in zip(NODES, SHARES, strict=True):
        price, width = middle + half * node, half
        if far.any():
            spread = start * np.exp(log * (node + 1))
            price, width = np.where(far, spread, price), np.where(far, log * spread, half)
        total = total + share * width * curve(price)
    return np.asarray(total)


def _mined(stage: Stage) -> Callable[[Array], Array]:
    def supply(price: Array) -> Array:
        made, _ = curves.hill(price, stage.price, stage.supply)
        if stage.secondary is not None:
            made = made + curves.hill(price, stage.price, stage.secondary)[0]
        return made

    return supply


def _stocks(stage: Stage) -> Callable[[Array], Array]:
    def released(price: Array) -> Array:
        return curves.stock_offer(price / stage.price, stage.stocks)[0]

    return released


def _tranches(problem: Problem, at: int, price: Array) -> list[tuple[Array | float, Array]]:
    supports = [support for support in problem.supports if support.stage == at]
    free = 1.0 - sum((np.asarray(support.share) for support in supports), np.zeros(1))
    return [(free, price), *((support.share, curves.supported(price, support)[0]) for support in supports)]


def _refined(system: System, recovery: Array, at: int, base: Array, earned: Array, felt: Array) -> Array:
    """``∫ R dm`` of plants whose output earns ``earned``: along the straight way from the base margin to the new one."""
    count = base.shape[1]
    start = np.broadcast_to(system.anchors[at - 1].paid, felt.shape)
    by_margin = recovery * (earned - base) - (felt - start)[:, :count]
    total = np.zeros_like(base)
    for node, share in zip(NODES, SHARES, strict=True):
        part = (node + 1) / 2
        bought = offer(system, at, base + part * (earned - base), start + part * (felt - start)).throughput
        total = total + share / 2 * bought * by_margin
    return total


def _users(stage: Stage, felt: Array, paid: Array) -> Array:
    count = int(np.shape(stage.users.use)[-1])
    if count == 0:
        return np.zeros((len(felt), 0))
    start = np.broadcast_to(paid, felt.shape)[:, -count:]
    return -_area(lambda price: curves.purchases(price / start, stage.users).bought, start, felt[:, -count:])

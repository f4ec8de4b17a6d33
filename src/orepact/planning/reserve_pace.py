"""How fast a reserve may buy: a share of trade outside the largest supplier a month, and what that does to the price.

``pace = alpha trade / 12``. The price is that of the engine: the reserve buys at that pace for a year, less and less above a price limit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from orepact.cases.assemble import assemble
from orepact.market import Problem, Reserve, solve
from orepact.network import Network
from orepact.planning.reserve_loss import MONTHS, Setting, largest_supplier, supplies, users_in

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pace:
    """How fast to buy. Tonnes of content a month; paid: delivered price of the region while it buys, as a ratio to base, ``(B,)``.

    bought: tonnes a month that the price limit leaves, ``(B,)``. largest: the supplier left out.
    """

    tonnes_a_month: float
    trade: float
    largest: str | None
    paid: Array
    bought: Array

    def months(self, stock: float) -> float:
        """Whole months until a stock is full; infinite where nothing can be bought."""
        return float(math.ceil(stock / self.tonnes_a_month - 1e-9)) if self.tonnes_a_month > 0 else math.inf


def trade_outside(network: Network, region: Sequence[str]) -> tuple[float, str | None]:
    """Trade between countries at the last stage without what the largest supplier sells, tonnes a year, and that supplier."""
    last = network.stages[-1]
    largest = largest_supplier(last, region)
    return sum(tonnes for country, tonnes in supplies(last, ()).items() if country != largest), largest


def pace_of(network: Network, setting: Setting, alpha: float, limit: float) -> Pace:
    """The pace for a share ``alpha`` of trade, and what the price does when the region buys at it for a year under a price limit."""
    trade, largest = trade_outside(network, setting.region)
    monthly = alpha * trade / MONTHS
    base = assemble(network, setting.drawn(network), MONTHS)
    inside = users_in(base, setting.region)
    found = solve(buying(base.problem, inside, monthly * MONTHS, limit)).require().stages[-1]
    users = found.use.shape[1]
    paid, start = found.paid_price[:, -users:][:, inside], found.base_paid_price[:, -users:][:, inside]
    weight = found.base_use[:, inside]
    bought = np.broadcast_to(found.reserve_purchase, found.use.shape)[:, inside].sum(axis=1) / MONTHS
    return Pace(monthly, trade, largest, (paid * weight).sum(axis=1) / (start * weight).sum(axis=1), bought)


def buying(problem: Problem, inside: NDArray[np.bool_], tonnes: float, limit: float) -> Problem:
    """The problem in which users inside buy ``tonnes`` for a reserve: all of it up to the price limit, none at twice its premium."""
    if tonnes == 0:
        return problem
    last = problem.stages[-1]
    use = np.where(inside, last.users.use, 0.0)
    share = use / np.maximum(use.sum(axis=-1, keepdims=True), 1e-300)
    reserve = Reserve(
        buy=tonnes * share, buy_below=np.array([1.0 + limit]), release=np.zeros(1), release_above=np.array([1e6]), width=np.array([limit])
    )  # fmt: skip
    users = replace(last.users, reserve=reserve)
    return replace(problem, stages=(*problem.stages[:-1], replace(last, users=users)))

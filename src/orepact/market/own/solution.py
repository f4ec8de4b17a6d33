"""What a solved market of a user's own looks like, with our own certificate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from orepact.market.own.problem import OwnMarket

Array = NDArray[np.float64]


class OwnStatus(Enum):
    """How a solved market stands; one that is not solved is an error and no solution."""

    SOLVED = "solved within tolerance"
    OTHER_FLOWS = "solved within tolerance; other flows solve it too"
    OTHER_PRICES = "solved within tolerance; other prices solve it too"
    OTHER_BOTH = "solved within tolerance; other flows and other prices solve it too"


@dataclass(frozen=True)
class OwnCertificate:
    """How well the returned numbers solve the problem, worked out again from them and the problem.

    balance: largest relative miss of a node. complementarity: largest relative breach of a price or quantity condition.
    worst: where the largest of both is. tolerance: what both were held to.
    """

    balance: float
    complementarity: float
    worst: str
    status: OwnStatus
    iterations: int
    tolerance: float


@dataclass(frozen=True)
class Values:
    """The numbers of a solution; ``n`` origins (producers, refiners), ``m`` buyers (users, refiners).

    price ``(n,)`` free on board; paid ``(m,)`` delivered; felt ``(m,)`` the price that demand answers to (equal to ``paid`` in the
    classical kind); sold ``(n,)`` made by origins; bought ``(m,)``; flows ``(routes,)``; rents per unit of all caps ``(caps,)``;
    resort ``(floors,)`` taken by buyers of last resort.
    """

    price: Array
    paid: Array
    felt: Array
    sold: Array
    bought: Array
    flows: Array
    rents: Array
    resort: Array


@dataclass(frozen=True)
class OwnSolution:
    """A market with its solution and certificate."""

    market: OwnMarket
    values: Values
    certificate: OwnCertificate

    @property
    def tariff_revenue(self) -> Array:
        """Ad valorem tariffs by route: ``tariff (price + freight) flow``, ``(routes,)``."""
        routes, price = self.market.routes, self.values.price
        each = [route.tariff * (price[route.origin] + route.freight) for route in routes]
        return np.asarray(each, dtype=float).reshape(len(routes)) * self.values.flows

    @property
    def wedge_revenue(self) -> Array:
        """Specific wedges by route, ``(routes,)``."""
        routes = self.market.routes
        return np.asarray([route.wedge for route in routes], dtype=float).reshape(len(routes)) * self.values.flows

    @property
    def cap_flows(self) -> Array:
        """What is shipped under each cap, ``(caps,)``."""
        found = [self.values.flows[list(cap.routes)].sum() for cap in self.market.all_caps]
        return np.asarray(found, dtype=float).reshape(len(found))

"""The dispersed kind: every buyer spreads its purchases over its routes by a logit in delivered prices (docs/model.md).

``s = w exp(-theta (L - L0)) / Z`` and inclusive price ``P = P0 - ln(Z)/theta`` with ``theta = sigma / base price of the stage``.
Where a buyer's base shares are given they hold at base prices: ``L0`` is the delivered price there and ``P0`` its mean. Where they
are not, every route weighs the same and ``L0 = P0 = 0``, so that costs count in full and the classical kind is the limit.
Routes that are closed take their weight with them. Buyers have no node of their own: they earn minus their inclusive price.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from orepact.market.own.alive import Alive
from orepact.market.own.build import Places, draw_origins, fixed_of, start_prices
from orepact.market.own.problem import OwnMarket, Producer, Refiner
from orepact.market.own.system import Activities, Local, Point

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Choice:
    """Live routes ``(routes,)`` and buyers ``(buyers,)`` of a scaled market.

    cost: delivered price at a price of nothing. weight: logarithm. anchor: ``L0``; level: ``P0``. activity: of a buyer, -1 where its
    purchases are fixed. theta: of a buyer. under: caps by route.
    """

    origin: Index
    buyer: Index
    rate: Array
    cost: Array
    weight: Array
    anchor: Array
    under: sparse.csr_array
    theta: Array
    level: Array
    activity: Index
    fixed: Array

    def delivered(self, prices: Array, rents: Array) -> Array:
        """Delivered prices of routes, with rents."""
        found: Array = self.rate * prices[self.origin] + self.cost + self.under.T @ rents
        return found

    def shares(self, delivered: Array) -> tuple[Array, Array]:
        """Shares of routes in their buyer's purchases, and inclusive prices of buyers."""
        told = self.weight - self.theta[self.buyer] * (delivered - self.anchor)
        most = np.full(len(self.theta), -np.inf)
        np.maximum.at(most, self.buyer, told)
        most = np.where(np.isfinite(most), most, 0.0)
        raised = np.exp(told - most[self.buyer])
        total = np.bincount(self.buyer, raised, len(self.theta))
        total = np.where(total > 0, total, 1.0)
        return raised / total[self.buyer], self.level - (most + np.log(total)) / self.theta

    def bought(self, levels: Array) -> Array:
        """What each buyer buys."""
        return np.where(self.activity >= 0, levels[self.activity] if len(levels) else 0.0, self.fixed)


@dataclass(frozen=True)
class DispersedSystem:
    """A system whose routes are a choice; nodes are origins alone."""

    activities: Activities
    limits: Array
    start_prices: Array
    fixed: Array
    by_level: sparse.csr_array
    choice: Choice

    def at(self, point: Point) -> Local:
        """The system at a point, with how sourcing answers to prices and rents."""
        choice, count = self.choice, len(point.levels)
        shares, inclusive = choice.shares(choice.delivered(point.prices, point.rents))
        bought = choice.bought(point.levels)
        flows = shares * bought[choice.buyer]
        own = choice.activity[choice.buyer]
        moving = own >= 0
        where, shape = (choice.origin[moving], own[moving]), self.by_level.shape
        taken = sparse.csr_array((shares[moving], where), shape=shape)
        felt = sparse.csr_array(((shares * choice.rate)[moving], where), shape=shape)
        spread = sparse.csr_array((shares[moving], (np.flatnonzero(moving), own[moving])), shape=(len(shares), count))
        earned = self.by_level.T @ point.prices
        buying = choice.activity >= 0
        np.add.at(earned, choice.activity[buying], -inclusive[buying])
        out = np.bincount(choice.origin, flows, len(point.prices))
        answer = self._answer(shares, flows)
        return Local(
            earned=earned,
            excess=self.by_level @ point.levels + self.fixed - out,
            shipped=choice.under @ flows,
            by_level=(self.by_level - taken).tocsr(),
            by_price=(self.by_level - felt).tocsr(),
            under_cap=(choice.under @ spread).tocsr(),
            answer=answer,
        )

    def _answer(self, shares: Array, flows: Array) -> Array:
        """How flows answer to delivered prices at given purchases, seen from nodes and caps."""
        choice = self.choice
        routes, buyers = np.arange(len(shares)), len(choice.theta)
        steep = choice.theta[choice.buyer] * flows
        to_buyer = sparse.csr_array((steep, (routes, choice.buyer)), shape=(len(routes), buyers))
        of_buyer = sparse.csr_array((shares, (choice.buyer, routes)), shape=(buyers, len(routes)))
        nodes = len(self.start_prices)
        from_node = sparse.csr_array((np.ones(len(routes)), (choice.origin, routes)), shape=(nodes, len(routes)))
        seen = sparse.vstack([from_node, -choice.under]).tocsr()
        felt = sparse.vstack([from_node @ sparse.diags_array(choice.rate), choice.under]).tocsr()
        own = (seen * steep) @ felt.T if len(routes) else sparse.csr_array((seen.shape[0], seen.shape[0]))
        mixed = (seen @ to_buyer) @ (of_buyer @ felt.T)
        found: Array = (own - mixed).toarray()
        return found

    def with_theta(self, share: float) -> DispersedSystem:
        """The same market with a share of its elasticity of sourcing."""
        return replace(self, choice=replace(self.choice, theta=self.choice.theta * share))


def dispersed_system(market: OwnMarket, alive: Alive) -> tuple[DispersedSystem, Places]:
    """The dispersed problem of a scaled market: nodes are origins; every cap is a cap on routes."""
    drawing, places = draw_origins(market, alive)
    live = np.flatnonzero(alive.routes)
    place_of = {int(route): at for at, route in enumerate(live)}
    places.routes.extend(place_of.get(index, -1) for index in range(len(market.routes)))
    caps = [cap for cap in market.all_caps if any(index in place_of for index in cap.routes)]
    pairs = [(at, place_of[index]) for at, cap in enumerate(caps) for index in cap.routes if index in place_of]
    cap, route = np.array(pairs, dtype=int).reshape(-1, 2).T
    under = sparse.csr_array((np.ones(len(cap)), (cap, route)), shape=(len(caps), len(live)))
    choice = _choice(market, live, under, np.array([*places.users, *places.refiners], dtype=int))
    limits = np.array([each.quantity for each in caps], dtype=float)
    nodes = len(market.origins)
    by_level, _, _ = drawing.matrices(nodes, 0)
    fixed = [fixed_of(each.supply) if isinstance(each, Producer) else 0.0 for each in market.origins]
    prices = start_prices(market)[:nodes]
    base = [market.base_price[market.output_stage(at)] for at in range(nodes)]
    prices = np.where([price is not None for price in base], np.array(base, dtype=float), prices)
    return DispersedSystem(drawing.activities(), limits, prices, np.array(fixed, dtype=float), by_level, choice), places


def _choice(market: OwnMarket, live: Index, under: sparse.csr_array, activity: Index) -> Choice:
    routes = [market.routes[int(index)] for index in live]
    rate = np.array([1.0 + route.tariff for route in routes], dtype=float)
    cost = np.array([(1.0 + route.tariff) * route.freight + route.wedge for route in routes], dtype=float)
    weights, level = base_weights(market)
    base = np.array([_base_price(market, buyer) for buyer in range(len(market.buyers))], dtype=float)
    buyer = np.array([route.buyer for route in routes], dtype=int)
    anchored = np.array([route.share is not None for route in routes], dtype=bool)
    with np.errstate(divide="ignore"):
        weight = np.log(weights[live])
    return Choice(
        origin=np.array([route.origin for route in routes], dtype=int),
        buyer=buyer,
        rate=rate,
        cost=cost,
        weight=weight,
        anchor=np.where(anchored, rate * base[buyer] + cost, 0.0),
        under=under,
        theta=(market.sigma or 0.0) / base,
        level=level,
        activity=activity,
        fixed=np.array([0.0 if isinstance(each, Refiner) else fixed_of(each.demand) for each in market.buyers]),
    )


def base_weights(market: OwnMarket) -> tuple[Array, Array]:
    """Base weights of all routes, and the level ``P0`` of every buyer."""
    weights, level = np.zeros(len(market.routes)), np.zeros(len(market.buyers))
    for buyer in range(len(market.buyers)):
        own = [index for index, route in enumerate(market.routes) if route.buyer == buyer]
        for index in own:
            route = market.routes[index]
            weights[index] = 1.0 / len(own) if route.share is None else route.share
            if route.share is not None:
                base = (1 + route.tariff) * (_base_price(market, buyer) + route.freight) + route.wedge
                level[buyer] += route.share * base
    return weights, level


def _base_price(market: OwnMarket, buyer: int) -> float:
    party = market.buyers[buyer]
    found = market.base_price[party.from_stage if isinstance(party, Refiner) else party.stage]
    assert found is not None  # noqa: S101  (checked where the market was read)
    return found

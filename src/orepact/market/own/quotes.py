"""Prices of those that trade nothing: what they would ask or bid for the first unit; and rents of caps of zero.

Any price in a range would do for them. A seller asks where its curve begins, a user bids where its demand ends, a refiner bids what
is on offer and asks what that would cost it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orepact.market.own.alive import Alive
from orepact.market.own.problem import Linear, OwnMarket, Producer, Refiner, Step, User
from orepact.market.own.solution import Values

Array = NDArray[np.float64]


def quoted(market: OwnMarket, alive: Alive, values: Values) -> Values:
    """Values of the classical kind with a price for everybody, and a rent for every cap."""
    board = _Board(market, values)
    idle_sale, idle_buy = values.sold == 0, values.bought == 0
    for at, producer in enumerate(market.producers):
        if idle_sale[at]:
            board.price[at] = _first_price(producer)
    for at, user in enumerate(market.users):
        if idle_buy[at]:
            board.paid[at] = _last_price(user, board.cheapest(at))
    board.quote_refiners(alive, idle_buy)
    for at in sorted(range(len(market.origins)), key=market.output_stage, reverse=True):
        if not alive.origins[at]:
            board.raise_to_bids(at, idle=bool(idle_sale[at]))
    rents = board.rents.copy()
    for at, cap in enumerate(market.all_caps):
        if cap.quantity == 0:
            rents[at] = max([0.0, *(board.over(index, rents) for index in cap.routes)])
    return replace(values, price=board.price, paid=board.paid, felt=board.paid.copy(), rents=rents)


def quoted_dead(market: OwnMarket, alive: Alive, values: Values) -> Values:
    """Values of the dispersed kind with a price for those that cannot trade at all; caps of zero have no rent there."""
    board = _Board(market, values)
    felt = values.felt.copy()
    for at, party in enumerate(market.origins):
        if not alive.origins[at] and isinstance(party, Producer):
            board.price[at] = max([_first_price(party), *board.floors(at)])
    for at, user in enumerate(market.users):
        if not alive.buyers[at]:
            board.paid[at] = felt[at] = _last_price(user, board.cheapest(at))
    board.quote_refiners(alive, ~alive.buyers)
    users = len(market.users)
    felt[users:] = np.where(alive.buyers[users:], felt[users:], board.paid[users:])
    return replace(values, price=board.price, paid=board.paid, felt=felt)


def _first_price(party: Producer) -> float:
    """Price at which a producer that sells nothing would begin."""
    if isinstance(party.supply, Linear):
        return party.supply.intercept
    return party.supply.cost if isinstance(party.supply, Step) else 0.0


def _last_price(user: User, cheapest: float | None) -> float:
    """Price at which a user that buys nothing would begin; what is on offer to one that needs nothing."""
    return user.demand.intercept if isinstance(user.demand, Linear) else cheapest or 0.0


class _Board:
    """Prices as they are being quoted; routes under a cap of zero are no offer and no bid."""

    def __init__(self, market: OwnMarket, values: Values) -> None:
        self.market, self.price, self.paid, self.rents = market, values.price.copy(), values.paid.copy(), values.rents
        shut = {index for cap in market.all_caps if cap.quantity == 0 for index in cap.routes}
        self.open = [index for index in range(len(market.routes)) if index not in shut]

    def delivered(self, index: int) -> float:
        """Delivered price of a route before rents."""
        route = self.market.routes[index]
        return float((1 + route.tariff) * (self.price[route.origin] + route.freight) + route.wedge)

    def rent(self, index: int, rents: Array) -> float:
        """Rent of all caps on a route."""
        return float(sum(rents[at] for at, cap in enumerate(self.market.all_caps) if index in cap.routes))

    def over(self, index: int, rents: Array) -> float:
        """What a route's buyer would pay above the delivered price."""
        return float(self.paid[self.market.routes[index].buyer]) - self.delivered(index) - self.rent(index, rents)

    def cheapest(self, buyer: int, among: NDArray[np.bool_] | None = None) -> float | None:
        """Lowest delivered price on offer to a buyer, rents included; None where it has no offer."""
        offers = [
            self.delivered(index) + self.rent(index, self.rents)
            for index in self.open
            if self.market.routes[index].buyer == buyer and (among is None or among[self.market.routes[index].origin])
        ]
        return min(offers, default=None)

    def best_bid(self, origin: int) -> float:
        """Highest price free on board that any buyer would pay an origin."""
        bids = [
            (self.paid[route.buyer] - route.wedge - self.rent(index, self.rents)) / (1 + route.tariff) - route.freight
            for index, route in ((index, self.market.routes[index]) for index in self.open)
            if route.origin == origin
        ]
        return float(max(bids, default=-np.inf))

    def floors(self, origin: int) -> list[float]:
        """Prices of the buyers of last resort of an origin."""
        return [floor.price for floor in self.market.floors if floor.origin == origin]

    def quote_refiners(self, alive: Alive, idle: NDArray[np.bool_]) -> None:
        """Idle refiners bid what is on offer and ask what it would cost them; without an offer they bid what they could."""
        makers, users = len(self.market.producers), len(self.market.users)
        stages = sorted(range(len(self.market.refiners)), key=lambda each: self.market.refiners[each].from_stage)
        for at in stages:
            if idle[users + at]:
                bid = self.cheapest(users + at, alive.origins)
                self._quote(at, self.market.refiners[at], 0.0 if bid is None else bid)
        for at in reversed(stages):
            refiner = self.market.refiners[at]
            if idle[users + at] and not alive.buyers[users + at] and self.cheapest(users + at, alive.origins) is None:
                asked = max([self.price[makers + at], self.best_bid(makers + at), *self.floors(makers + at)])
                self._quote(at, refiner, refiner.recovery * asked - refiner.cost)

    def _quote(self, at: int, refiner: Refiner, bid: float) -> None:
        self.paid[len(self.market.users) + at] = bid
        self.price[len(self.market.producers) + at] = (bid + refiner.cost) / refiner.recovery

    def raise_to_bids(self, origin: int, *, idle: bool) -> None:
        """Somebody who can sell nothing asks no less than anybody would pay."""
        asked = [float(self.price[origin])] if idle else []
        price = max([*asked, self.best_bid(origin), *self.floors(origin)])
        self.price[origin] = price if np.isfinite(price) else 0.0

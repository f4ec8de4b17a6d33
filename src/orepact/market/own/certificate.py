"""Our own certificate: every condition written a second time, from the user's records and the returned numbers alone.

A miss of quantities is relative to what the node or instrument carries and at least a ten-thousandth of the largest flow; a miss of
prices is relative to the prices compared and at least a ten-thousandth of the largest one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from orepact.market.own.problem import Curve, Fixed, Hill, Isoelastic, Linear, OwnMarket, Refiner, Step
from orepact.market.own.solution import Values

Array = NDArray[np.float64]

TRACE = 1e-4
TINY = 1e-300


@dataclass
class Ledger:
    """Relative misses with the place of each: of balances and equations, and of complementary conditions."""

    quantity: float
    price: float
    balance: dict[str, float] = field(default_factory=dict)
    breach: dict[str, float] = field(default_factory=dict)

    def equal(self, place: str, left: float, right: float, size: float = 0.0) -> None:
        """Two quantities are the same."""
        scale = max(abs(left), abs(right), size, TRACE * self.quantity, TINY)
        self._worse(self.balance, place, abs(left - right) / scale)

    def priced(self, place: str, left: float, right: float) -> None:
        """Two prices are the same."""
        self._worse(self.balance, place, self._apart(left, right))

    def pair(self, place: str, free: float, size: float, low: float, high: float) -> None:
        """``0 <= free`` and ``low <= high``, one of them an equality; ``size`` is what ``free`` is measured against."""
        level = free / max(abs(size), abs(free), TRACE * self.quantity, TINY)
        gap = np.sign(high - low) * self._apart(low, high)
        self._worse(self.breach, place, max(-level, -gap, min(abs(level), abs(gap))))

    def rented(self, place: str, rent: float, room: float, size: float) -> None:
        """``0 <= rent`` and ``0 <= room``, one of them zero."""
        dear = rent / max(abs(rent), self.price, TINY)
        free = room / max(abs(size), TRACE * self.quantity, TINY)
        self._worse(self.breach, place, max(-dear, -free, min(abs(dear), abs(free))))

    def _apart(self, left: float, right: float) -> float:
        return abs(left - right) / max(abs(left), abs(right), TRACE * self.price, TINY)

    @staticmethod
    def _worse(book: dict[str, float], place: str, miss: float) -> None:
        book[place] = max(book.get(place, 0.0), miss if np.isfinite(miss) else np.inf)


def certify(market: OwnMarket, values: Values) -> tuple[float, float, str]:
    """Largest relative miss of a balance, of a complementary condition, and where the larger of both is."""
    largest = max((float(np.abs(each).max()) for each in (values.sold, values.bought) if each.size), default=0.0)
    dearest = max((float(np.abs(each).max()) for each in (values.price, values.paid) if each.size), default=0.0)
    ledger = Ledger(largest, dearest)
    _nodes(market, values, ledger)
    for at, producer in enumerate(market.producers):
        _supply(ledger, f"producer {producer.name}", producer.supply, values.sold[at], values.price[at])
    for at, user in enumerate(market.users):
        _demand(ledger, f"user {user.name}", user.demand, values.bought[at], values.felt[at])
    for at, refiner in enumerate(market.refiners):
        _refiner(market, ledger, refiner, at, values)
    costs = delivered(market, values)
    if market.sigma is None:
        _classical_routes(market, values, ledger, costs)
    else:
        _dispersed_routes(market, values, ledger, costs)
    _instruments(market, values, ledger)
    balance, breach = max(ledger.balance.values(), default=0.0), max(ledger.breach.values(), default=0.0)
    book = ledger.balance if balance >= breach else ledger.breach
    return balance, breach, max(book, key=lambda place: book[place], default="")


def delivered(market: OwnMarket, values: Values) -> Array:
    """Delivered prices of all routes, rents included."""
    rents = np.zeros(len(market.routes))
    for cap, rent in zip(market.all_caps, values.rents, strict=True):
        rents[list(cap.routes)] += rent
    cost = [(1 + each.tariff) * (values.price[each.origin] + each.freight) + each.wedge for each in market.routes]
    return np.array(cost, dtype=float) + rents


def _nodes(market: OwnMarket, values: Values, ledger: Ledger) -> None:
    out, into = np.zeros(len(market.origins)), np.zeros(len(market.buyers))
    np.add.at(out, [route.origin for route in market.routes], values.flows)
    np.add.at(into, [route.buyer for route in market.routes], values.flows)
    np.add.at(out, [floor.origin for floor in market.floors], values.resort)
    for at, origin in enumerate(market.origins):
        ledger.equal(f"producer {origin.name}", float(values.sold[at]), float(out[at]))
    for at, buyer in enumerate(market.buyers):
        ledger.equal(f"user {buyer.name}", float(values.bought[at]), float(into[at]))
    for at, refiner in enumerate(market.refiners):
        made = refiner.recovery * float(values.bought[len(market.users) + at])
        ledger.equal(f"refiner {refiner.name}", float(values.sold[len(market.producers) + at]), made)


def _supply(ledger: Ledger, place: str, curve: Curve, sold: float, price: float) -> None:
    if isinstance(curve, Linear):
        ledger.pair(place, sold, 0.0, price, curve.intercept + curve.slope * sold)
    elif isinstance(curve, Step):
        over = max(price - curve.cost, 0.0)
        ledger.pair(place, sold, curve.capacity, price - over, curve.cost)
        ledger.rented(place, over, curve.capacity - sold, curve.capacity)
    elif isinstance(curve, Isoelastic):
        ledger.equal(place, sold, curve.quantity * float(np.power(max(price / curve.price, 0.0), curve.elasticity)))
    elif isinstance(curve, Hill):
        low = (curve.capacity / curve.quantity - 1.0) * float(
            np.power(max(price / curve.price, TINY), -curve.steepness)
        )
        ledger.equal(place, sold, curve.capacity / (1.0 + low))
    else:
        ledger.equal(place, sold, curve.quantity)


def _demand(ledger: Ledger, place: str, curve: Curve, bought: float, price: float) -> None:
    if isinstance(curve, Linear):
        ledger.pair(place, bought, 0.0, curve.intercept - curve.slope * bought, price)
    elif isinstance(curve, Isoelastic):
        wanted = curve.quantity * float(np.power(price / curve.price, -curve.elasticity)) if price > 0 else np.inf
        ledger.equal(place, bought, wanted)
    elif isinstance(curve, Fixed):
        ledger.equal(place, bought, curve.quantity)


def _refiner(market: OwnMarket, ledger: Ledger, refiner: Refiner, at: int, values: Values) -> None:
    place, milled = f"refiner {refiner.name}", float(values.bought[len(market.users) + at])
    worth = refiner.recovery * float(values.price[len(market.producers) + at])
    cost = float(values.felt[len(market.users) + at]) + refiner.cost
    if refiner.elasticity is None:
        over = max(worth - cost, 0.0) if refiner.capacity is not None else 0.0
        ledger.pair(place, milled, refiner.capacity or 0.0, worth - over, cost)
        if refiner.capacity is not None:
            ledger.rented(place, over, refiner.capacity - milled, refiner.capacity)
        return
    if milled == 0 and _cut_off(market, values, at):
        return
    base, capacity = market.base_price[refiner.to_stage] or np.nan, refiner.capacity or 0.0
    spread = 0.5 * base / refiner.elasticity
    with np.errstate(over="ignore"):
        ledger.equal(place, milled, float(capacity / (1.0 + np.exp((cost - worth) / spread))))


def _cut_off(market: OwnMarket, values: Values, at: int) -> bool:
    """Whether a refiner has no capacity, or no open route on one of its sides."""
    shut = {index for cap in market.all_caps if cap.quantity == 0 for index in cap.routes}
    open_routes = [route for index, route in enumerate(market.routes) if index not in shut]
    supplied = any(route.buyer == len(market.users) + at and values.sold[route.origin] > 0 for route in open_routes)
    bought = any(route.origin == len(market.producers) + at and values.bought[route.buyer] > 0 for route in open_routes)
    return market.refiners[at].capacity == 0 or not supplied or not bought


def _classical_routes(market: OwnMarket, values: Values, ledger: Ledger, costs: Array) -> None:
    for index, route in enumerate(market.routes):
        size, paid = float(values.bought[route.buyer]), float(values.paid[route.buyer])
        place = f"route {market.route_name(index)}"
        ledger.pair(place, float(values.flows[index]), size, paid, float(costs[index]))


def _dispersed_routes(market: OwnMarket, values: Values, ledger: Ledger, costs: Array) -> None:
    """Shares, inclusive and paid prices of every buyer, from delivered prices."""
    shut = {index for cap in market.all_caps if cap.quantity == 0 for index in cap.routes}
    for at, buyer in enumerate(market.buyers):
        own = [index for index, route in enumerate(market.routes) if route.buyer == at]
        bought = float(values.bought[at])
        if not own or bought == 0:
            continue
        weight, before, theta = _base_of(market, at, own)
        level = float((weight * before).sum())
        closed = [index in shut or values.sold[market.routes[index].origin] == 0 for index in own]
        weight = np.where(closed, 0.0, weight)
        if not weight.any():
            ledger.equal(f"user {buyer.name}", bought, 0.0)
            continue
        gap = costs[own] - before
        least = gap[weight > 0].min()
        pull = weight * np.exp(-theta * np.where(weight > 0, gap - least, 0.0))
        share = pull / pull.sum()
        felt = level + float(least - np.log(pull.sum()) / theta)
        ledger.priced(f"user {buyer.name}, inclusive price", float(values.felt[at]), felt)
        ledger.priced(f"user {buyer.name}, price paid", float(values.paid[at]), float((share * costs[own]).sum()))
        for index, each in zip(own, share, strict=True):
            ledger.equal(f"route {market.route_name(index)}", float(values.flows[index]), float(each * bought), bought)


def _base_of(market: OwnMarket, at: int, own: list[int]) -> tuple[Array, Array, float]:
    """Base weights of a buyer's routes, delivered prices that they hold at, and theta."""
    buyer, routes = market.buyers[at], [market.routes[index] for index in own]
    base = float(market.base_price[buyer.from_stage if isinstance(buyer, Refiner) else buyer.stage] or np.nan)
    theta = float(market.sigma or 0.0) / base
    if routes[0].share is None:
        return np.full(len(own), 1.0 / len(own)), np.zeros(len(own)), theta
    before = [(1 + each.tariff) * (base + each.freight) + each.wedge for each in routes]
    return np.array([each.share or 0.0 for each in routes]), np.array(before), theta


def _instruments(market: OwnMarket, values: Values, ledger: Ledger) -> None:
    for cap, rent in zip(market.all_caps, values.rents, strict=True):
        flow = float(values.flows[list(cap.routes)].sum())
        ledger.rented(f"cap {cap.name}", float(rent), cap.quantity - flow, max(cap.quantity, flow))
    for at, floor in enumerate(market.floors):
        name = market.origins[floor.origin].name
        price, sold = float(values.price[floor.origin]), float(values.sold[floor.origin])
        ledger.pair(f"floor of {name}", float(values.resort[at]), sold, floor.price, price)

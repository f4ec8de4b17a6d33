"""From named records to the system that is solved, in units in which a usual price and a usual quantity are one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from orepact.market.own.alive import Alive
from orepact.market.own.problem import (
    Curve,
    Fixed,
    Floor,
    Hill,
    Isoelastic,
    Linear,
    OwnCap,
    OwnMarket,
    Producer,
    Refiner,
    Step,
)
from orepact.market.own.system import Activities, ClassicalSystem

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """A usual price and a usual quantity of a market, in the user's units."""

    price: float
    quantity: float


def scale_of(market: OwnMarket) -> Scale:
    """Medians of what the curves say of prices and quantities; of costs where no curve says anything of prices."""
    curves = [user.demand for user in market.users] + [producer.supply for producer in market.producers]
    quantities = [value for curve in curves for value in _quantities(curve)]
    prices = [value for curve in curves for value in _prices(curve)]
    prices += [price for price in market.base_price if price is not None]
    costs = [abs(value) for route in market.routes for value in (route.freight, route.wedge)]
    costs += [abs(refiner.cost) for refiner in market.refiners]
    return Scale(_usual(prices) or _usual(costs) or 1.0, _usual(quantities) or 1.0)


def _usual(values: list[float]) -> float:
    positive = [value for value in values if value > 0]
    return float(np.median(positive)) if positive else 0.0


def _quantities(curve: Curve) -> Iterator[float]:
    if isinstance(curve, Linear):
        if curve.slope > 0 and curve.intercept:
            yield abs(curve.intercept) / curve.slope
    elif isinstance(curve, Step):
        yield curve.capacity
    else:
        yield curve.quantity


def _prices(curve: Curve) -> Iterator[float]:
    if isinstance(curve, Linear):
        yield abs(curve.intercept)
    elif isinstance(curve, Step):
        yield abs(curve.cost)
    elif isinstance(curve, Isoelastic | Hill):
        yield curve.price


def scaled(market: OwnMarket, scale: Scale) -> OwnMarket:
    """The same market in units of a scale."""
    price, quantity = scale.price, scale.quantity
    return replace(
        market,
        producers=tuple(replace(each, supply=_scaled_curve(each.supply, scale)) for each in market.producers),
        users=tuple(replace(each, demand=_scaled_curve(each.demand, scale)) for each in market.users),
        refiners=tuple(
            replace(each, cost=each.cost / price, capacity=_over(each.capacity, quantity)) for each in market.refiners
        ),
        routes=tuple(
            replace(each, freight=each.freight / price, wedge=each.wedge / price, cap=_over(each.cap, quantity))
            for each in market.routes
        ),
        caps=tuple(OwnCap(each.name, each.routes, each.quantity / quantity) for each in market.caps),
        floors=tuple(Floor(each.origin, each.price / price) for each in market.floors),
        base_price=tuple(_over(each, price) for each in market.base_price),
    )


def _over(value: float | None, by: float) -> float | None:
    return None if value is None else value / by


def _scaled_curve(curve: Curve, scale: Scale) -> Curve:
    price, quantity = scale.price, scale.quantity
    if isinstance(curve, Linear):
        return Linear(curve.intercept / price, curve.slope * quantity / price)
    if isinstance(curve, Step):
        return Step(curve.cost / price, curve.capacity / quantity)
    if isinstance(curve, Isoelastic):
        return Isoelastic(curve.quantity / quantity, curve.price / price, curve.elasticity)
    if isinstance(curve, Hill):
        return Hill(curve.quantity / quantity, curve.price / price, curve.elasticity, curve.capacity / quantity)
    return Fixed(curve.quantity / quantity)


@dataclass
class Drawing:
    """Activities as they are collected; ``touches`` are (activity, node, by level, by price)."""

    rows: list[tuple[float, float, float, bool, float, float, float, float, bool, float]] = field(default_factory=list)
    touches: list[tuple[int, int, float, float]] = field(default_factory=list)
    covered: list[tuple[int, int]] = field(default_factory=list)

    def complementary(self, intercept: float, slope: float = 0.0, upper: float = np.inf, start: float = 1.0) -> int:
        """Add an activity with a linear price."""
        self.rows.append((intercept, slope, upper, False, np.inf, 0.0, 1.0, 1.0, False, start))
        return len(self.rows) - 1

    def curve(self, base: float, response: float, capacity: float, sign: float, start: float) -> int:
        """Add an activity on a curve that is straight in logarithms of price."""
        self.rows.append((0.0, 0.0, np.inf, True, capacity, base, response, sign, True, start))
        return len(self.rows) - 1

    def plant(self, refiner: Refiner, base_price: float) -> int:
        """Add a refiner that answers to its margin."""
        assert refiner.capacity is not None  # noqa: S101  (checked where the market was read)
        assert refiner.elasticity is not None  # noqa: S101
        response = 2.0 * refiner.elasticity / base_price
        half = refiner.capacity / 2
        row = (0.0, 0.0, np.inf, True, refiner.capacity, -response * refiner.cost, response, 1.0, False, half)
        self.rows.append(row)
        return len(self.rows) - 1

    def touch(self, activity: int, node: int, by_level: float, by_price: float | None = None) -> None:
        """Say what an activity brings to a node, and how its net price answers to the node's."""
        self.touches.append((activity, node, by_level, by_level if by_price is None else by_price))

    def activities(self) -> Activities:
        """All of them as arrays."""
        columns = [np.array(column) for column in zip(*self.rows, strict=True)] if self.rows else [np.zeros(0)] * 10
        masks = {3, 8}
        return Activities(*(column.astype(bool if at in masks else float) for at, column in enumerate(columns)))

    def matrices(self, nodes: int, caps: int) -> tuple[sparse.csr_array, sparse.csr_array, sparse.csr_array]:
        """By level, by price ``(nodes, n)`` and under caps ``(caps, n)``."""
        count = len(self.rows)
        activity, node, level, price = np.array(self.touches, dtype=float).reshape(-1, 4).T
        where = (node.astype(int), activity.astype(int))
        cap, under = np.array(self.covered, dtype=int).reshape(-1, 2).T
        ones = np.ones(len(cap))
        return (
            sparse.csr_array((level, where), shape=(nodes, count)),
            sparse.csr_array((price, where), shape=(nodes, count)),
            sparse.csr_array((ones, (cap, under)), shape=(caps, count)),
        )


@dataclass(frozen=True)
class Places:
    """Index of the activity of every producer, user, refiner, floor and route; -1 where there is none."""

    producers: list[int]
    users: list[int]
    refiners: list[int]
    floors: list[int]
    routes: list[int]


def draw_supply(drawing: Drawing, curve: Curve) -> int:
    """The activity of a supply that is not fixed."""
    if isinstance(curve, Linear):
        return drawing.complementary(curve.intercept, curve.slope)
    if isinstance(curve, Step):
        return drawing.complementary(curve.cost, upper=curve.capacity)
    assert isinstance(curve, Isoelastic | Hill)  # noqa: S101  (fixed quantities are no activity)
    if isinstance(curve, Isoelastic):
        base = np.log(curve.quantity) - curve.elasticity * np.log(curve.price)
        return drawing.curve(base, curve.elasticity, np.inf, 1.0, curve.quantity)
    base = np.log(curve.quantity / (curve.capacity - curve.quantity)) - curve.steepness * np.log(curve.price)
    return drawing.curve(base, curve.steepness, curve.capacity, 1.0, curve.quantity)


def draw_demand(drawing: Drawing, curve: Curve) -> int:
    """The activity of a demand that is not fixed."""
    if isinstance(curve, Linear):
        return drawing.complementary(-curve.intercept, curve.slope)
    assert isinstance(curve, Isoelastic)  # noqa: S101  (checked where the market was read)
    base = np.log(curve.quantity) + curve.elasticity * np.log(curve.price)
    return drawing.curve(base, curve.elasticity, np.inf, -1.0, curve.quantity)


def start_price(curve: Curve) -> float:
    """Where a node's price begins: at the curve's own price where it has one."""
    return curve.price if isinstance(curve, Isoelastic | Hill) else 1.0


def fixed_of(curve: Curve) -> float:
    """The quantity of a fixed curve, else 0."""
    return curve.quantity if isinstance(curve, Fixed) else 0.0


def draw_refiner(drawing: Drawing, market: OwnMarket, refiner: Refiner) -> int:
    """The activity of a refiner, in units bought."""
    if refiner.elasticity is None:
        return drawing.complementary(refiner.cost, upper=np.inf if refiner.capacity is None else refiner.capacity)
    base = market.base_price[refiner.to_stage]
    assert base is not None  # noqa: S101  (checked where the market was read)
    return drawing.plant(refiner, base)


def draw_origins(market: OwnMarket, alive: Alive) -> tuple[Drawing, Places]:
    """Supplies, demands, refiners and floors, with what they bring to the nodes of origins (0 to n)."""
    drawing, makers = Drawing(), len(market.producers)
    producers, users, refiners, floors = [], [], [], []
    for index, producer in enumerate(market.producers):
        live = alive.origins[index] and not isinstance(producer.supply, Fixed)
        producers.append(draw_supply(drawing, producer.supply) if live else -1)
        if live:
            drawing.touch(producers[-1], index, 1.0)
    for index, user in enumerate(market.users):
        live = alive.buyers[index] and not isinstance(user.demand, Fixed)
        users.append(draw_demand(drawing, user.demand) if live else -1)
    for index, refiner in enumerate(market.refiners):
        live = bool(alive.origins[makers + index])
        refiners.append(draw_refiner(drawing, market, refiner) if live else -1)
        if live:
            drawing.touch(refiners[-1], makers + index, refiner.recovery)
    for index, floor in enumerate(market.floors):
        floors.append(drawing.complementary(-floor.price) if alive.floors[index] else -1)
        if alive.floors[index]:
            drawing.touch(floors[-1], floor.origin, -1.0)
    return drawing, Places(producers, users, refiners, floors, [])


def start_prices(market: OwnMarket) -> Array:
    """Prices to begin from: origins, then buyers."""
    made = [start_price(each.supply) if isinstance(each, Producer) else 1.0 for each in market.origins]
    bought = [1.0 if isinstance(each, Refiner) else start_price(each.demand) for each in market.buyers]
    return np.array(made + bought, dtype=float)


def classical_system(market: OwnMarket, alive: Alive) -> tuple[ClassicalSystem, Places]:
    """The complementarity problem of a scaled market: nodes are origins, then buyers; caps are those on several routes."""
    drawing, places = draw_origins(market, alive)
    first = len(market.origins)
    for activity, at in zip([*places.users, *places.refiners], range(len(market.buyers)), strict=True):
        if activity >= 0:
            drawing.touch(activity, first + at, -1.0)
    for index, route in enumerate(market.routes):
        if not alive.routes[index]:
            places.routes.append(-1)
            continue
        cost = (1 + route.tariff) * route.freight + route.wedge
        activity = drawing.complementary(cost, upper=np.inf if route.cap is None else route.cap)
        places.routes.append(activity)
        drawing.touch(activity, route.origin, -1.0, -(1.0 + route.tariff))
        drawing.touch(activity, first + route.buyer, 1.0)
    live = [cap for cap in market.caps if any(alive.routes[index] for index in cap.routes)]
    for at, cap in enumerate(live):
        drawing.covered += [(at, places.routes[index]) for index in cap.routes if alive.routes[index]]
    limits = np.array([cap.quantity for cap in live], dtype=float)
    by_level, by_price, under = drawing.matrices(first + len(market.buyers), len(live))
    fixed = np.concatenate([_fixed_supply(market), -_fixed_use(market)])
    prices = start_prices(market)
    return ClassicalSystem(drawing.activities(), limits, prices, fixed, by_level, by_price, under), places


def _fixed_supply(market: OwnMarket) -> Array:
    made = [fixed_of(each.supply) if isinstance(each, Producer) else 0.0 for each in market.origins]
    return np.array(made, dtype=float)


def _fixed_use(market: OwnMarket) -> Array:
    return np.array(
        [0.0 if isinstance(each, Refiner) else fixed_of(each.demand) for each in market.buyers], dtype=float
    )

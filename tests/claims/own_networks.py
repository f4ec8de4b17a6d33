"""Random markets of a user's own, and solvers that share nothing with ours to compare them with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog, nnls

from orepact.market.own import (
    Fixed,
    Hill,
    Isoelastic,
    Linear,
    OwnCap,
    OwnMarket,
    Producer,
    Refiner,
    Route,
    Step,
    User,
)  # fmt: skip

Array = NDArray[np.float64]


def linear_network(seed: int, *, tariffs: bool = False) -> OwnMarket:
    """A network of linear curves, two fifths of whose pairs cannot trade."""
    rng = np.random.default_rng(seed)
    sellers, users = int(rng.integers(1, 9)), int(rng.integers(1, 9))
    producers = tuple(Producer(f"P{at}", 0, Linear(rng.uniform(0, 30), rng.uniform(0.05, 3))) for at in range(sellers))
    buyers = tuple(User(f"U{at}", 0, Linear(rng.uniform(10, 60), rng.uniform(0.05, 3))) for at in range(users))
    routes = tuple(
        Route(at, to, rng.uniform(0, 12), rng.uniform(0, 0.4) if tariffs else 0.0)
        for at in range(sellers)
        for to in range(users)
        if rng.random() < 0.6
    )
    return OwnMarket(("good",), producers, buyers, routes)


def by_least_distance(market: OwnMarket) -> tuple[Array, Array]:
    """Prices of sellers and users of a linear network, by the dual of its welfare problem (Takayama and Judge 1971).

    The least sum of squares of (price - intercept) / sqrt(slope) under price paid <= price + freight, price >= intercept of supply,
    price <= intercept of demand: a least-distance problem (Lawson and Hanson 1974, chapter 23), solved by nonnegative least squares.
    """
    supply = [each.supply for each in market.producers]
    demand = [each.demand for each in market.users]
    assert all(isinstance(curve, Linear) for curve in [*supply, *demand])
    curves = [curve for curve in [*supply, *demand] if isinstance(curve, Linear)]
    intercept = np.array([curve.intercept for curve in curves])
    root = np.sqrt([curve.slope for curve in curves])
    count, sellers = len(curves), len(supply)
    rows, right = [], []
    for at in range(count):
        row = np.zeros(count)
        row[at] = root[at] if at < sellers else -root[at]
        rows.append(row)
        right.append(0.0)
    for route in market.routes:
        row = np.zeros(count)
        row[route.origin] = root[route.origin]
        row[sellers + route.buyer] = -root[sellers + route.buyer]
        rows.append(row)
        right.append(intercept[sellers + route.buyer] - intercept[route.origin] - route.freight)
    size = float(np.abs(right).max()) or 1.0  # of order one, where nonnegative least squares is at its best
    table = np.vstack([np.array(rows).T, np.array(right) / size])
    aim = np.concatenate([np.zeros(count), [1.0]])
    found, _ = nnls(table, aim)
    rest = table @ found - aim
    prices = intercept + size * root * (-rest[:count] / rest[count])
    return prices[:sellers], prices[sellers:]


def welfare(market: OwnMarket, sold: Array, bought: Array, flows: Array) -> float:
    """Worth to users less costs of producers and freight of a linear network."""
    total = -sum(route.freight * flow for route, flow in zip(market.routes, flows, strict=True))
    for producer, q in zip(market.producers, sold, strict=True):
        assert isinstance(producer.supply, Linear)
        total -= producer.supply.intercept * q + producer.supply.slope * q**2 / 2
    for user, q in zip(market.users, bought, strict=True):
        assert isinstance(user.demand, Linear)
        total += user.demand.intercept * q - user.demand.slope * q**2 / 2
    return float(total)


def cost_network(seed: int) -> OwnMarket:
    """Steps, refiners and caps under fixed needs that can be met: what a linear program solves. A dear plant has no bounds."""
    rng = np.random.default_rng(seed)
    sellers, plants, users = int(rng.integers(1, 6)), int(rng.integers(1, 4)), int(rng.integers(1, 6))
    needs = rng.uniform(1, 10, users)
    producers = [Producer(f"P{at}", 0, Step(rng.uniform(1, 10), rng.uniform(2, 20))) for at in range(sellers)]
    producers += [Producer("dear ore", 0, Step(60.0, 1e4)), Producer("dear metal", 1, Step(200.0, 1e4))]
    buyers = [User(f"U{at}", 1, Fixed(need)) for at, need in enumerate(needs)]
    refiners = [
        Refiner(f"R{at}", 0, 1, rng.uniform(0.4, 1), rng.uniform(0, 5), rng.uniform(3, 20)) for at in range(plants)
    ]
    routes = [
        Route(at, users + to, rng.uniform(0, 5))
        for at in range(sellers + 1)
        for to in range(plants)
        if rng.random() < 0.8
    ]
    routes += [
        Route(sellers + 1 + at, to, rng.uniform(0, 5), cap=rng.uniform(1, 6) if at and rng.random() < 0.3 else None)
        for at in range(plants + 1)
        for to in range(users)
        if at == 0 or rng.random() < 0.8
    ]
    metal = [at for at, route in enumerate(routes) if route.origin > sellers + 1]
    caps = (OwnCap("all", tuple(metal), float(needs.sum()) * rng.uniform(0.3, 1)),) if metal else ()
    return OwnMarket(("ore", "metal"), tuple(producers), tuple(buyers), tuple(routes), tuple(refiners), caps)


def least_cost(market: OwnMarket) -> float:
    """The least cost of meeting fixed needs, by HiGHS."""
    makers, plants, routes = len(market.producers), len(market.refiners), len(market.routes)
    size = makers + plants + routes
    cost = np.zeros(size)
    top: list[float | None] = [None] * size
    balance, right = (
        np.zeros((makers + plants + len(market.buyers), size)),
        np.zeros(makers + plants + len(market.buyers)),
    )
    for at, producer in enumerate(market.producers):
        assert isinstance(producer.supply, Step)
        cost[at], top[at], balance[at, at] = producer.supply.cost, producer.supply.capacity, 1.0
    for at, user in enumerate(market.users):
        assert isinstance(user.demand, Fixed)
        right[makers + plants + at] = -user.demand.quantity
    for at, refiner in enumerate(market.refiners):
        cost[makers + at], top[makers + at] = refiner.cost, refiner.capacity
        balance[makers + at, makers + at] = refiner.recovery
        balance[makers + plants + len(market.users) + at, makers + at] = 1.0
    for at, route in enumerate(market.routes):
        place = makers + plants + at
        cost[place], top[place] = route.freight, route.cap
        balance[route.origin, place] = -1.0
        balance[makers + plants + route.buyer, place] = -1.0
    under = np.zeros((len(market.caps), size))
    for at, cap in enumerate(market.caps):
        under[at, [makers + plants + index for index in cap.routes]] = 1.0
    limits = [cap.quantity for cap in market.caps]
    found = linprog(
        cost,
        A_ub=under if limits else None,
        b_ub=limits or None,
        A_eq=balance,
        b_eq=right,
        bounds=[(0, each) for each in top],
    )
    return float(found.fun)


def cost_of(market: OwnMarket, sold: Array, bought: Array, flows: Array) -> float:
    """The cost of a solution of a network of costs."""
    total = sum(route.freight * flow for route, flow in zip(market.routes, flows, strict=True))
    total += sum(
        each.supply.cost * q for each, q in zip(market.producers, sold, strict=False) if isinstance(each.supply, Step)
    )
    milled = bought[len(market.users) :]
    return float(total + sum(refiner.cost * q for refiner, q in zip(market.refiners, milled, strict=True)))


def mixed_network(seed: int, *, sigma: float | None = None) -> OwnMarket:
    """Every kind of curve, refiners, tariffs, caps: an ordinary market in units of its own."""
    rng = np.random.default_rng(seed)
    price, tonnes = 10 ** rng.uniform(-2, 4), 10 ** rng.uniform(-2, 6)

    def supply() -> Linear | Step | Isoelastic | Hill:
        q, p = tonnes * rng.uniform(0.5, 2), price * rng.uniform(0.3, 1)
        return (
            Linear(p / 2, p / q),
            Step(p, q),
            Isoelastic(q, p, rng.uniform(0.3, 2)),
            Hill(q, p, rng.uniform(0.1, 1), q * rng.uniform(1.05, 1.5)),
        )[int(rng.integers(4))]

    def demand() -> Linear | Isoelastic:
        q, p = tonnes * rng.uniform(0.5, 2), price * rng.uniform(0.8, 2)
        return (Linear(2 * p, p / q), Isoelastic(q, p, rng.uniform(0.2, 1.5)))[int(rng.integers(2))]

    sellers, plants, users = int(rng.integers(2, 6)), int(rng.integers(1, 4)), int(rng.integers(1, 6))
    producers = (*tuple(Producer(f"P{at}", 0, supply()) for at in range(sellers)), Producer("scrap", 1, supply()))
    refiners = tuple(
        Refiner(f"R{at}", 0, 1, rng.uniform(0.5, 1), price * rng.uniform(0, 0.2), tonnes * rng.uniform(0.5, 2))
        for at in range(plants)
    )
    routes = [(at, users + to) for at in range(sellers) for to in range(plants)]
    routes += [(sellers + at, to) for at in range(plants + 1) for to in range(users)]
    return OwnMarket(
        ("ore", "metal"),
        producers,
        tuple(User(f"U{at}", 1, demand()) for at in range(users)),
        tuple(
            Route(at, to, price * rng.uniform(0, 0.1), rng.choice([0.0, 0.1, 0.3]), price * rng.uniform(0, 0.05))
            for at, to in routes
        ),
        refiners,
        (OwnCap("exports", (0, 1), tonnes * rng.uniform(0.05, 1)),) if plants > 1 else (),
        base_price=(price, price),
        sigma=sigma,
    )

"""From a solved system back to the user's names and units, with prices for whoever trades nothing and rents of caps of zero."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orepact.market.own.alive import Alive
from orepact.market.own.build import Places, Scale, fixed_of
from orepact.market.own.dispersed import DispersedSystem
from orepact.market.own.problem import Hill, Isoelastic, OwnCap, OwnMarket
from orepact.market.own.quotes import quoted, quoted_dead
from orepact.market.own.solution import Values
from orepact.market.own.system import Point, System

Array = NDArray[np.float64]

NONE = 1e-14
"""Scaled price that is none."""


def values_of(market: OwnMarket, alive: Alive, system: System, places: Places, point: Point) -> Values:
    """Values of a scaled market, in its scaled units."""
    levels, near = point.levels, np.abs(point.prices) < NONE
    curves = [getattr(each, "supply", None) for each in market.origins]
    near[: len(curves)] &= [not isinstance(curve, Isoelastic | Hill) for curve in curves]
    node_prices = np.where(near, 0.0, point.prices)

    def taken(indices: list[int]) -> Array:
        return np.array([levels[at] if at >= 0 else 0.0 for at in indices], dtype=float)

    made = taken(places.producers) + [fixed_of(each.supply) for each in market.producers]
    used = taken(places.users) + [fixed_of(each.demand) for each in market.users]
    milled = taken(places.refiners)
    recovery = np.array([refiner.recovery for refiner in market.refiners], dtype=float)
    origins, buyers = len(market.origins), len(market.buyers)
    empty = Values(
        price=node_prices[:origins].copy(), paid=np.zeros(buyers), felt=np.zeros(buyers),
        sold=np.concatenate([made, recovery * milled]), bought=np.concatenate([used, milled]),
        flows=np.zeros(len(market.routes)), rents=np.zeros(len(market.all_caps)), resort=taken(places.floors),
    )  # fmt: skip
    if isinstance(system, DispersedSystem):
        return _dispersed(market, alive, system, places, point, empty)
    paid = node_prices[origins:].copy()
    values = replace(empty, paid=paid, flows=taken(places.routes))
    rents = _bound_rents(market, alive, system, places, point)
    return quoted(market, alive, replace(values, rents=rents))


def unscaled(values: Values, scale: Scale) -> Values:
    """The same values in the user's units."""
    price, quantity = scale.price, scale.quantity
    return Values(
        values.price * price, values.paid * price, values.felt * price, values.sold * quantity,
        values.bought * quantity, values.flows * quantity, values.rents * price, values.resort * quantity,
    )  # fmt: skip


def _bound_rents(market: OwnMarket, alive: Alive, system: System, places: Places, point: Point) -> Array:
    """Rents of all caps of the classical kind that are above zero: of single routes, then of several."""
    acts, local = system.activities, system.at(point)
    over = np.maximum(local.earned - acts.intercept - acts.slope * point.levels, 0.0)
    single = [
        over[at] if at >= 0 else 0.0
        for at, each in zip(places.routes, market.routes, strict=True)
        if each.cap is not None
    ]
    return np.array(single + _live_rents(market.caps, alive, point), dtype=float)


def _live_rents(caps: tuple[OwnCap, ...], alive: Alive, point: Point) -> list[float]:
    rents, left = [], iter(point.rents)
    for cap in caps:
        live = any(alive.routes[index] for index in cap.routes)
        rents.append(float(next(left)) if live else 0.0)
    return rents


def _dispersed(
    market: OwnMarket, alive: Alive, system: DispersedSystem, places: Places, point: Point, values: Values
) -> Values:
    delivered = system.choice.delivered(point.prices, point.rents)
    shares, felt = system.choice.shares(delivered)
    flows = shares * system.choice.bought(point.levels)[system.choice.buyer]
    live = np.array([at >= 0 for at in places.routes], dtype=bool)
    every = np.zeros(len(market.routes))
    every[live] = flows
    paid: Array = np.bincount(system.choice.buyer, shares * delivered, len(market.buyers)).astype(float)
    rents = np.array(_live_rents(market.all_caps, alive, point), dtype=float)
    return quoted_dead(market, alive, replace(values, paid=paid, felt=felt, flows=every, rents=rents))

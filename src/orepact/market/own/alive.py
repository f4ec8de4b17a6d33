"""What of a market can carry anything at all: routes, caps and plants of nothing are set aside before anything is solved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.errors import Problem as Wrong
from orepact.market.own.problem import Curve, Fixed, Hill, Isoelastic, OwnMarket, Producer, Refiner, Step, User

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Alive:
    """Masks over origins, buyers, routes and floors: what may be above zero."""

    origins: Mask
    buyers: Mask
    routes: Mask
    floors: Mask


def alive_of(market: OwnMarket, without: Mask | None = None) -> Alive:
    """What may be above zero: whatever has a partner that may, and no limit of zero; nothing of the origins ``without``."""
    routes = np.array([route.cap is None or route.cap > 0 for route in market.routes], dtype=bool)
    if market.sigma is not None:
        routes &= np.array([route.share != 0 for route in market.routes], dtype=bool)
    for cap in market.caps:
        if cap.quantity <= 0:
            routes[list(cap.routes)] = False
    origins = np.array([_can_move(origin) for origin in market.origins], dtype=bool)
    origins &= True if without is None else ~without
    buyers = np.array([_can_move(buyer) for buyer in market.buyers], dtype=bool)
    floors = np.ones(len(market.floors), dtype=bool)
    while True:
        before = (origins.sum(), buyers.sum(), routes.sum())
        for index, route in enumerate(market.routes):
            routes[index] &= origins[route.origin] and buyers[route.buyer]
        supplied = {route.buyer for index, route in enumerate(market.routes) if routes[index]}
        sold = {route.origin for index, route in enumerate(market.routes) if routes[index]}
        sold |= {floor.origin for floor in market.floors}
        origins &= np.isin(np.arange(len(origins)), list(sold))
        buyers &= np.isin(np.arange(len(buyers)), list(supplied))
        for at in range(len(market.refiners)):
            origin, buyer = len(market.producers) + at, len(market.users) + at
            origins[origin] = buyers[buyer] = origins[origin] and buyers[buyer]
        if (origins.sum(), buyers.sum(), routes.sum()) == before:
            break
    for index, floor in enumerate(market.floors):
        floors[index] = origins[floor.origin]
    return Alive(origins, buyers, routes, floors)


def _can_move(party: Producer | Refiner | User) -> bool:
    if isinstance(party, Refiner):
        return party.capacity is None or party.capacity > 0
    curve: Curve = party.supply if isinstance(party, Producer) else party.demand
    if isinstance(curve, Step):
        return curve.capacity > 0
    return not (isinstance(curve, Fixed) and curve.quantity == 0)


def stranded(market: OwnMarket, alive: Alive) -> list[Wrong]:
    """Fixed quantities that can go nowhere, and users whose demand never ends, that nobody can supply."""
    found = []
    for producer, live in zip(market.producers, alive.origins, strict=False):
        if isinstance(producer.supply, Fixed) and producer.supply.quantity > 0 and not live:
            what = f"{producer.supply.quantity:g} for sale whatever the price"
            found.append(_wrong(f"producer {producer.name}", "nobody can buy its fixed quantity", what, "open a route"))
    for user, live in zip(market.users, alive.buyers, strict=False):
        curve = user.demand
        if live or not (isinstance(curve, Isoelastic) or (isinstance(curve, Fixed) and curve.quantity > 0)):
            continue
        what = (
            "no open route to it" if not isinstance(curve, Fixed) else f"a need of {curve.quantity:g} and no open route"
        )
        found.append(_wrong(f"user {user.name}", "nobody can supply it, at any price", what, "open a route to it"))
    return found


def most_of(party: Producer | Refiner | User) -> float:
    """Most that somebody can make or buy, in units bought for a refiner; infinite where nothing bounds it."""
    if isinstance(party, Refiner):
        return np.inf if party.capacity is None else party.capacity
    curve = party.supply if isinstance(party, Producer) else party.demand
    if isinstance(curve, Step | Hill):
        return curve.capacity
    return curve.quantity if isinstance(curve, Fixed) else np.inf


def _wrong(place: str, wrong: str, found: str, todo: str) -> Wrong:
    return Wrong(f"market, {place}", wrong, found, todo)

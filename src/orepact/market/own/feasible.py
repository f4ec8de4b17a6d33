"""Can every fixed quantity be met at all? A linear program tells before anything is solved, and says whose cannot."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from orepact.errors import Problem as Wrong
from orepact.market.own.alive import Alive, most_of
from orepact.market.own.problem import Fixed, OwnMarket, Producer, Refiner

SHORT = 1e-8
"""Share of all fixed quantities that may be missing through rounding."""


def unmet(market: OwnMarket, alive: Alive) -> list[Wrong]:
    """Every fixed quantity that must stay unmet or unsold, in a scaled market; none where all can be met together.

    Columns are what origins make, what buyers take, flows, purchases of last resort, and what is missing of fixed quantities.
    """
    if not any(isinstance(_curve(party), Fixed) for party in (*market.producers, *market.users)):
        return []
    origins, buyers, routes, floors = len(market.origins), len(market.buyers), len(market.routes), len(market.floors)
    at_buyer, at_route = origins, origins + buyers
    at_floor, at_missing = at_route + routes, at_route + routes + floors
    bounds = [_bounds(party, live) for party, live in zip(market.origins, alive.origins, strict=True)]
    bounds += [_bounds(party, live) for party, live in zip(market.buyers, alive.buyers, strict=True)]
    bounds += [
        (0.0, None if alive.routes[index] and route.cap is None else (route.cap if alive.routes[index] else 0.0))
        for index, route in enumerate(market.routes)
    ]
    bounds += [(0.0, None if live else 0.0) for live in alive.floors] + [(0.0, None)] * (origins + buyers)
    entries: list[tuple[int, int, float]] = []
    for node in range(origins + buyers):
        entries += [(node, node, 1.0), (node, at_missing + node, -1.0)]
    for index, route in enumerate(market.routes):
        entries += [(route.origin, at_route + index, -1.0), (at_buyer + route.buyer, at_route + index, -1.0)]
    entries += [(floor.origin, at_floor + index, -1.0) for index, floor in enumerate(market.floors)]
    for at, refiner in enumerate(market.refiners):
        row = origins + buyers + at
        entries += [(row, len(market.producers) + at, 1.0), (row, at_buyer + len(market.users) + at, -refiner.recovery)]
    size = (origins + buyers + len(market.refiners), at_missing + origins + buyers)
    cost = np.concatenate([np.zeros(at_missing), np.ones(origins + buyers)])
    under = [(row, at_route + index, 1.0) for row, cap in enumerate(market.caps) for index in cap.routes]
    limits = [cap.quantity for cap in market.caps]
    found = linprog(  # type: ignore[call-overload]  # its stubs know no sparse tables
        cost, A_eq=_table(entries, size), b_eq=np.zeros(size[0]), bounds=bounds,
        A_ub=_table(under, (len(limits), size[1])) if limits else None, b_ub=limits or None,
    )  # fmt: skip
    return _named(market, found.x[at_missing:]) if found.status == 0 else []


def _table(entries: list[tuple[int, int, float]], shape: tuple[int, int]) -> sparse.csr_array:
    row, column, value = np.array(entries, dtype=float).reshape(-1, 3).T
    return sparse.csr_array((value, (row.astype(int), column.astype(int))), shape=shape)


def _curve(party: object) -> object:
    return party.supply if isinstance(party, Producer) else getattr(party, "demand", None)


def _bounds(party: Producer | Refiner | object, live: object) -> tuple[float, float | None]:
    curve = _curve(party)
    if isinstance(curve, Fixed):
        return curve.quantity, curve.quantity
    most = most_of(party)  # type: ignore[arg-type]
    return 0.0, (None if np.isinf(most) else most) if live else 0.0


def _named(market: OwnMarket, missing: np.ndarray) -> list[Wrong]:
    fixed = [_curve(party) for party in (*market.origins, *market.buyers)]
    total = sum(curve.quantity for curve in fixed if isinstance(curve, Fixed))
    wrong = []
    for at, (curve, short) in enumerate(zip(fixed, missing, strict=True)):
        if short <= SHORT * total or not isinstance(curve, Fixed):
            continue
        sells = at < len(market.origins)
        party = market.origins[at] if sells else market.buyers[at - len(market.origins)]
        who = f"{'producer' if sells else 'user'} {party.name}"
        what = "its fixed quantity cannot all be sold" if sells else "its fixed quantity cannot all be supplied"
        found = f"{short / curve.quantity:.3g} of it left over whatever the prices"
        todo = "open routes, raise capacities and caps, or use a demand that answers to its price"
        wrong.append(Wrong(f"market, {who}", what, found, todo))
    return wrong

"""The records that define a user's own market; they hold indices and numbers, and have been checked by whoever made them.

Quantities and prices are in the user's own units: prices are money per unit of quantity, everywhere the same money.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Linear:
    """Price ``intercept + slope q`` of a supply, ``intercept - slope q`` of a demand; ``slope`` at least 0, ``q`` at least 0."""

    intercept: float
    slope: float


@dataclass(frozen=True)
class Step:
    """Supply of any quantity up to ``capacity`` at ``cost``, and of ``capacity`` above it."""

    cost: float
    capacity: float


@dataclass(frozen=True)
class Isoelastic:
    """``quantity (p / price)^(+-elasticity)``: rising for a supply, falling for a demand; all three above 0."""

    quantity: float
    price: float
    elasticity: float


@dataclass(frozen=True)
class Hill:
    """Supply ``K / (1 + (c/p)^k)`` through ``quantity`` at ``price`` with that elasticity there, never above ``capacity``.

    ``k = elasticity / (1 - quantity/capacity)``; ``capacity`` is above ``quantity``.
    """

    quantity: float
    price: float
    elasticity: float
    capacity: float

    @property
    def steepness(self) -> float:
        """The exponent ``k``."""
        return self.elasticity / (1.0 - self.quantity / self.capacity)


@dataclass(frozen=True)
class Fixed:
    """``quantity`` whatever the price, even below zero."""

    quantity: float


Curve = Linear | Step | Isoelastic | Hill | Fixed


@dataclass(frozen=True)
class Producer:
    """Somebody who makes the good of a stage (index) of nothing that the market sells."""

    name: str
    stage: int
    supply: Curve


@dataclass(frozen=True)
class Refiner:
    """Somebody who buys one unit of one stage and makes ``recovery`` units of a later one.

    cost: per unit bought. capacity: most units bought. elasticity: with it, purchases are ``capacity logistic((m - cost)/b)`` of
    the margin ``m = recovery price - price paid``, with ``b`` = half the base price of the later stage over the elasticity, so that
    half the capacity runs where the margin is the cost; without it, purchases are anything up to capacity at ``m = cost``.
    """

    name: str
    from_stage: int
    to_stage: int
    recovery: float
    cost: float
    capacity: float | None = None
    elasticity: float | None = None


@dataclass(frozen=True)
class User:
    """A final user of the good of a stage (index)."""

    name: str
    stage: int
    demand: Curve


@dataclass(frozen=True)
class Route:
    """A pair that can trade; its delivered price is ``(1 + tariff)(price + freight) + wedge`` and the rents of caps on it.

    origin: index over producers, then refiners. buyer: index over users, then refiners. cap: most that it carries. share: the
    buyer's base share of it (dispersed kind), given for all routes of a buyer or for none.
    """

    origin: int
    buyer: int
    freight: float = 0.0
    tariff: float = 0.0
    wedge: float = 0.0
    cap: float | None = None
    share: float | None = None


@dataclass(frozen=True)
class OwnCap:
    """At most ``quantity`` on all of ``routes`` (indices) together."""

    name: str
    routes: tuple[int, ...]
    quantity: float


@dataclass(frozen=True)
class Floor:
    """A buyer of last resort, who takes what keeps the price of an origin (index over producers, then refiners) at ``price``."""

    origin: int
    price: float


@dataclass(frozen=True)
class OwnMarket:
    """A market to solve.

    base_price: one for each stage; may be None in the classical kind. sigma: elasticity of sourcing, None in the classical kind.
    """

    stages: tuple[str, ...]
    producers: tuple[Producer, ...]
    users: tuple[User, ...]
    routes: tuple[Route, ...]
    refiners: tuple[Refiner, ...] = ()
    caps: tuple[OwnCap, ...] = ()
    floors: tuple[Floor, ...] = ()
    base_price: tuple[float | None, ...] = field(default=())
    sigma: float | None = None

    @property
    def origins(self) -> tuple[Producer | Refiner, ...]:
        """Whoever sells: producers, then refiners."""
        return (*self.producers, *self.refiners)

    @property
    def buyers(self) -> tuple[User | Refiner, ...]:
        """Whoever buys: users, then refiners."""
        return (*self.users, *self.refiners)

    @property
    def all_caps(self) -> tuple[OwnCap, ...]:
        """Caps of single routes, in their order, then the caps on several."""
        single = tuple(
            OwnCap(self.route_name(index), (index,), route.cap)
            for index, route in enumerate(self.routes)
            if route.cap is not None
        )
        return (*single, *self.caps)

    def route_name(self, index: int) -> str:
        """How a message calls a route."""
        route = self.routes[index]
        return f"{self.origins[route.origin].name} to {self.buyers[route.buyer].name}"

    def output_stage(self, origin: int) -> int:
        """Stage of what an origin sells."""
        seller = self.origins[origin]
        return seller.stage if isinstance(seller, Producer) else seller.to_stage

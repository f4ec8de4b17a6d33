"""A market of a user's own: read, checked, solved, and given back under the user's names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orepact.cases.own_format import (
    FixedCurve,
    HillCurve,
    IsoelasticCurve,
    LinearCurve,
    MarketFile,
    RefinerRecord,
    StepCurve,
    read_format,
)
from orepact.errors import BadInput, Problem, unknown_problem
from orepact.files import read_yaml
from orepact.market.own import (
    Curve,
    Fixed,
    Floor,
    Hill,
    Isoelastic,
    Linear,
    OwnCap,
    OwnMarket,
    OwnSolution,
    Producer,
    Refiner,
    Route,
    Step,
    User,
    solve_own,
)

if TYPE_CHECKING:
    import pandas as pd

SUMMED = 1e-6
"""How far a buyer's base shares may sum from one."""


def solve(market: str | Path | Mapping[str, Any], *, tolerance: float = 1e-9) -> OwnResult:
    """The equilibrium of a market given as the name of a YAML file or as a dictionary of the same shape.

    Raises BadInput with everything that is wrong with it, and NotSolved that names a user, a producer or an instrument.
    """
    return OwnResult(solve_own(read_market(market), tolerance=tolerance))


def read_market(market: str | Path | Mapping[str, Any]) -> OwnMarket:
    """A market as the engine takes it; BadInput with everything that is wrong with it."""
    if isinstance(market, Mapping):
        return _market(read_format(dict(market), "market"), "market")
    path = Path(market)
    return _market(read_format(read_yaml(path).content, path.name), path.name)


def _market(file: MarketFile, place: str) -> OwnMarket:
    faults = _Faults(place)
    stages = {name: at for at, name in enumerate(file.stages)}
    faults.twice("stages", file.stages)
    plants = [each.name for each in file.refiners]
    sellers = [each.name for each in file.producers] + plants
    takers = [each.name for each in file.users] + plants
    faults.twice("producers and refiners", sellers)
    faults.twice("users and refiners", takers)
    faults.twice("routes", [f"{each.origin} to {each.buyer}" for each in file.routes])
    faults.twice("floors", [each.producer for each in file.floors])
    origins = {name: at for at, name in enumerate(sellers)}
    market = OwnMarket(
        stages=file.stages,
        producers=_producers(file, faults, stages),
        users=tuple(
            User(
                each.name, faults.named(f"users, {each.name}, stage", "stage", each.stage, stages), _curve(each.demand)
            )
            for each in file.users
        ),
        refiners=tuple(_refiner(each, faults, stages) for each in file.refiners),
        routes=_routes(file, faults, origins, {name: at for at, name in enumerate(takers)}),
        caps=_caps(file, faults),
        floors=tuple(
            Floor(faults.named(f"floors, {each.producer}", "producer", each.producer, origins), each.price)
            for each in file.floors
        ),
        base_price=tuple(file.base_price.get(stage) for stage in file.stages),
        sigma=None if file.sourcing.classical else file.sourcing.elasticity,
    )
    if not faults.problems:
        faults.joined(market)
    faults.end()
    return market


def _producers(file: MarketFile, faults: _Faults, stages: dict[str, int]) -> tuple[Producer, ...]:
    found = []
    for each in file.producers:
        faults.hill(each.name, each.supply)
        at = faults.named(f"producers, {each.name}, stage", "stage", each.stage, stages)
        found.append(Producer(each.name, at, _curve(each.supply)))
    return tuple(found)


def _routes(file: MarketFile, faults: _Faults, origins: dict[str, int], buyers: dict[str, int]) -> tuple[Route, ...]:
    found = []
    for each in file.routes:
        place = f"routes, {each.origin} to {each.buyer}"
        origin = faults.named(f"{place}, from", "producer", each.origin, origins)
        buyer = faults.named(f"{place}, to", "user", each.buyer, buyers)
        found.append(Route(origin, buyer, each.freight, each.tariff, each.wedge, each.cap, each.share))
    return tuple(found)


def _refiner(each: RefinerRecord, faults: _Faults, stages: dict[str, int]) -> Refiner:
    place = f"refiners, {each.name}"
    first = faults.named(f"{place}, from_stage", "stage", each.from_stage, stages)
    last = faults.named(f"{place}, to_stage", "stage", each.to_stage, stages)
    if each.from_stage in stages and each.to_stage in stages and first >= last:
        faults.add(
            place, "it must make a later stage than it buys", f"{each.from_stage} to {each.to_stage}", "swap them"
        )
    if each.elasticity is not None and each.capacity is None:
        faults.add(place, "an elasticity needs a capacity that it is relative to", "none", "give capacity")
    return Refiner(each.name, first, last, each.recovery, each.cost, each.capacity, each.elasticity)


def _curve(curve: LinearCurve | StepCurve | IsoelasticCurve | HillCurve | FixedCurve) -> Curve:
    if isinstance(curve, LinearCurve):
        return Linear(curve.intercept, curve.slope)
    if isinstance(curve, StepCurve):
        return Step(curve.cost, curve.capacity)
    if isinstance(curve, IsoelasticCurve):
        return Isoelastic(curve.quantity, curve.price, curve.elasticity)
    if isinstance(curve, HillCurve):
        return Hill(curve.quantity, curve.price, curve.elasticity, curve.capacity)
    return Fixed(curve.quantity)


def _caps(file: MarketFile, faults: _Faults) -> tuple[OwnCap, ...]:
    pairs = {(each.origin, each.buyer): at for at, each in enumerate(file.routes)}
    caps = []
    for at, cap in enumerate(file.caps):
        name = cap.name or " + ".join(f"{origin} to {buyer}" for origin, buyer in cap.routes)
        for origin, buyer in cap.routes:
            if (origin, buyer) not in pairs:
                valid = [f"{first} to {second}" for first, second in pairs]
                faults.problems.append(
                    unknown_problem(f"{faults.place}, caps, row {at + 1}", "route", f"{origin} to {buyer}", valid)
                )
        faults.twice(f"caps, {name}", [f"{origin} to {buyer}" for origin, buyer in cap.routes])
        caps.append(OwnCap(name, tuple(pairs.get(pair, 0) for pair in cap.routes), cap.quantity))
    return tuple(caps)


@dataclass
class _Faults:
    """What is wrong with a market whose format is right, collected."""

    place: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, spot: str, wrong: str, found: str, todo: str) -> None:
        """Add one."""
        self.problems.append(Problem(f"{self.place}, {spot}", wrong, found, todo))

    def end(self) -> None:
        """Raise them all, if there are any."""
        if self.problems:
            raise BadInput(self.problems)

    def twice(self, spot: str, names: Iterable[str]) -> None:
        """Names that stand twice where each may stand once."""
        for name, times in Counter(names).items():
            if times > 1:
                self.add(spot, "a name stands twice", f"'{name}'", "give each its own")

    def named(self, spot: str, kind: str, name: str, valid: dict[str, int]) -> int:
        """Index of a name; 0 and a fault where there is none of it."""
        if name not in valid:
            self.problems.append(unknown_problem(f"{self.place}, {spot}", kind, name, valid))
        return valid.get(name, 0)

    def hill(self, name: str, curve: object) -> None:
        """A Hill curve must pass below its capacity."""
        if isinstance(curve, HillCurve) and curve.capacity <= curve.quantity:
            found = f"{curve.capacity:g} for {curve.quantity:g}"
            self.add(f"producers, {name}, supply", "the capacity must be above the quantity", found, "raise it")

    def joined(self, market: OwnMarket) -> None:
        """Routes must join a seller and a buyer of one stage, and shares be whole."""
        for at, route in enumerate(market.routes):
            buyer = market.buyers[route.buyer]
            sold = market.stages[market.output_stage(route.origin)]
            bought = market.stages[buyer.from_stage if isinstance(buyer, Refiner) else buyer.stage]
            if sold != bought:
                found = f"{sold} to a buyer of {bought}"
                self.add(f"routes, {market.route_name(at)}", "it joins two stages", found, "only a refiner can do that")
        if market.sigma is None:
            return
        for index, party in enumerate(market.buyers):
            shares = [route.share for route in market.routes if route.buyer == index]
            given = [share for share in shares if share is not None]
            if given and (len(given) < len(shares) or abs(sum(given) - 1) > SUMMED):
                found = f"{len(given)} of {len(shares)} routes, sum {sum(given):g}"
                todo = "give a share for every route to it, or for none"
                self.add(f"routes to {party.name}", "base shares must be given for all and sum to 1", found, todo)


@dataclass(frozen=True)
class OwnResult:
    """A solved market under the user's names."""

    solution: OwnSolution

    def summary(self) -> dict[str, Any]:
        """Prices, quantities, flows, rents, revenue and certificate, as ``orepact solve --json`` prints them."""
        market, values, mark = self.solution.market, self.solution.values, self.solution.certificate
        origins, buyers = [each.name for each in market.origins], [each.name for each in market.buyers]
        return {
            "prices": {
                "producers": dict(zip(origins, values.price.tolist(), strict=True)),
                "users": dict(zip(buyers, values.paid.tolist(), strict=True)),
            },
            "quantities": {
                "producers": dict(zip(origins, values.sold.tolist(), strict=True)),
                "users": dict(zip(buyers, values.bought.tolist(), strict=True)),
            },
            "flows": [{"from": row["from"], "to": row["to"], "quantity": row["quantity"]} for row in self._routes()],
            "rents": self._rents(),
            "revenue": self._revenue(),
            "certificate": {
                "balance": float(mark.balance),
                "complementarity": float(mark.complementarity),
                "status": mark.status.value,
                "iterations": mark.iterations,
                "tolerance": mark.tolerance,
            },
        }

    def flows_frame(self) -> pd.DataFrame:
        """Every route with its quantity, prices at both ends, and the money on the way."""
        import pandas as pd

        columns = ["from", "to", "quantity", "price", "delivered", "freight", "tariff_paid", "wedge_paid", "rent_paid"]
        return pd.DataFrame(self._routes(), columns=columns)

    def _routes(self) -> list[dict[str, Any]]:
        market, values = self.solution.market, self.solution.values
        rent = [0.0] * len(market.routes)
        for cap, each in zip(market.all_caps, values.rents.tolist(), strict=True):
            for index in cap.routes:
                rent[index] += each
        tariff, wedge = self.solution.tariff_revenue.tolist(), self.solution.wedge_revenue.tolist()
        rows = []
        for at, route in enumerate(market.routes):
            price, flow = float(values.price[route.origin]), float(values.flows[at])
            delivered = (1 + route.tariff) * (price + route.freight) + route.wedge + rent[at]
            rows.append(
                {
                    "from": market.origins[route.origin].name,
                    "to": market.buyers[route.buyer].name,
                    "quantity": flow,
                    "price": price,
                    "delivered": delivered,
                    "freight": route.freight * flow,
                    "tariff_paid": tariff[at],
                    "wedge_paid": wedge[at],
                    "rent_paid": rent[at] * flow,
                }
            )
        return rows

    def _rents(self) -> list[dict[str, Any]]:
        market, values = self.solution.market, self.solution.values
        shipped = self.solution.cap_flows.tolist()
        return [
            {
                "name": cap.name,
                "routes": [
                    [market.origins[market.routes[at].origin].name, market.buyers[market.routes[at].buyer].name]
                    for at in cap.routes
                ],
                "limit": cap.quantity,
                "shipped": flow,
                "per_unit": rent,
                "total": rent * flow,
            }
            for cap, rent, flow in zip(market.all_caps, values.rents.tolist(), shipped, strict=True)
        ]

    def _revenue(self) -> dict[str, Any]:
        market, values = self.solution.market, self.solution.values
        floors = [
            {"producer": market.origins[floor.origin].name, "bought": bought, "spent": bought * floor.price}
            for floor, bought in zip(market.floors, values.resort.tolist(), strict=True)
        ]
        return {
            "tariffs": float(self.solution.tariff_revenue.sum()),
            "wedges": float(self.solution.wedge_revenue.sum()),
            "last_resort": floors,
        }

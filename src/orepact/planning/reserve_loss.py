"""What a reserve of some size spares a region: a table of unserved use by scenario, size and draw, each cell a solved market.

The reserve lies with the region's users, in proportion to their use. It releases along the engine's ramp (docs/model.md): nothing up to
``1 + premium`` times the base price that users feel, all it may a ``width`` above; never more than they use. A size of nothing leaves
the problem as it is. ``days = stock / (use / 365)``; the arithmetic beside it is

    need = use L months/12 (1 - sigma) - other supply    (L share of supply lost, sigma share of the loss that users can do without)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from orepact.cases.assemble import Base, assemble
from orepact.cases.draws import Draws, draw
from orepact.errors import MissingData
from orepact.errors import Problem as Wrong
from orepact.market import Problem, Reserve, Solution, solve
from orepact.network import Network, StageTable
from orepact.planning.reserve_terms import DAYS, Scenario
from orepact.policy import ExportCut

Array = NDArray[np.float64]
MONTHS = 12.0
GRID = (0.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0)
"""Days of cover at which markets are solved."""


@dataclass(frozen=True)
class Ramp:
    """Where a reserve begins to release, as a premium over base, and over which further rise release grows to all."""

    premium: float
    width: float


@dataclass(frozen=True)
class Setting:
    """What all tables of one plan share: the region's countries, the scenarios, where release begins, and the draws."""

    region: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    ramp: Ramp
    draws: int = 200
    seed: int = 1

    def drawn(self, network: Network) -> Draws:
        """The draws of a mineral; the same in every table."""
        return draw(network.mineral, number=self.draws, seed=self.seed, producers=len(network.stages[-1].producers))


@dataclass(frozen=True)
class Shortage:
    """What a scenario does to a region without a reserve, tonnes, ``(B,)``: ``lost = replaced + from_stocks + given_up + unserved``.

    lost: deliveries of those who cut that the region does without. replaced: more bought of everybody else.
    """

    scenario: Scenario
    origin: tuple[str, ...]
    lost: Array
    replaced: Array
    from_stocks: Array
    given_up: Array
    unserved: Array


@dataclass(frozen=True)
class LossTable:
    """Unserved use of a region by scenario, size of reserve and draw. Tonnes of content; ``S`` scenarios, ``L`` sizes, ``B`` draws.

    days, stock ``(L,)``; unserved, released ``(S, L, B)``; use: a year, tonnes. value: USD per unserved tonne, ``(B,)``.
    price: USD per tonne at base. premium ``(S, L, B)``: price that users pay over base, as a ratio.
    """

    mineral: str
    days: Array
    stock: Array
    use: float
    unserved: Array
    released: Array
    premium: Array
    value: Array
    price: float
    shortages: tuple[Shortage, ...]

    @property
    def probability(self) -> Array:
        """Of each scenario in a year, ``(S,)``."""
        return np.array([each.scenario.probability for each in self.shortages])

    @cached_property
    def yearly_unserved(self) -> Array:
        """Expected unserved tonnes a year, by size and draw, ``(L, B)``."""
        return np.asarray(np.tensordot(self.probability, self.unserved, axes=1))

    @cached_property
    def gain(self) -> Array:
        """What a size is worth in each scenario, USD, ``(S, L, B)``; nothing for a size of nothing.

        ``v dU + q (R - dU) - p R``: unserved use that is served after all is worth ``v``; what else is released spares purchases at
        the price ``q`` of the halt; and what is released is bought back at the base price ``p``.
        """
        served = self.unserved[:, :1] - self.unserved
        return np.asarray(self.value * served + self.spared)

    @cached_property
    def spared(self) -> Array:
        """Of the gain, what is spared on purchases less what it costs to buy back, USD, ``(S, L, B)``."""
        served = self.unserved[:, :1] - self.unserved
        return np.asarray(self.price * (self.premium * (self.released - served) - self.released))

    def yearly(self, table: Array) -> Array:
        """The expectation of a table by scenario over a year, ``(L, B)``."""
        return np.asarray(np.tensordot(self.probability, table, axes=1))

    def at(self, table: Array, stock: float) -> Array:
        """A row of a table over sizes at a stock between two of them, ``(B,)``, on the straight line between."""
        upper = int(np.clip(np.searchsorted(self.stock, stock), 1, len(self.stock) - 1))
        low, high = self.stock[upper - 1], self.stock[upper]
        part = np.clip((stock - low) / (high - low), 0.0, 1.0)
        return np.asarray((1 - part) * table[upper - 1] + part * table[upper])


def days_of_cover(stock: float, use: float) -> float:
    """``stock / (use / 365)``, tonnes and tonnes a year."""
    return stock / (use / DAYS)


def arithmetic_need(
    use: float, lost: float, months: float, *, do_without: float = 0.0, other_supply: float = 0.0
) -> float:
    """``use L months/12 (1 - sigma) - other supply``, tonnes, at least nothing; the back-of-the-envelope need of one scenario."""
    return max(use * lost * months / MONTHS * (1.0 - do_without) - other_supply, 0.0)


def loss_table(
    network: Network,
    setting: Setting,
    *,
    days: Sequence[float] = GRID,
    value: float | None = None,
    progress: Callable[[int], None] | None = None,
) -> LossTable:
    """Solve every scenario at every size. value: USD per unserved tonne; the drawn price ceiling times the base price when left out.

    Raises MissingData where the region uses none of the mineral, or no scenario has anything to cut.
    """
    drawn, region = setting.drawn(network), setting.region
    use = use_of(network, region)
    stock = np.asarray(days, dtype=float) * use / DAYS
    rows, shortages = [], []
    for number, (scenario, origin) in enumerate(applicable(network, region, setting.scenarios)):
        base = assemble(network, drawn, scenario.months)
        solutions = solve_sizes(base, scenario, origin, region, stock, setting.ramp)
        rows.append([_cells(base, found, region) for found in solutions])
        shortages.append(_shortage(base, solutions[0], scenario, origin, region))
        if progress is not None:
            progress(number + 1)
    unserved, released, premium = np.moveaxis(np.array(rows), 2, 0)
    price = network.price.usd_per_t
    worth = drawn.values["price ceiling"] * price if value is None else np.full(setting.draws, value)
    cells = (unserved, released, premium, worth, price)
    return LossTable(network.mineral, np.asarray(days, dtype=float), stock, use, *cells, tuple(shortages))


def use_of(network: Network, region: Sequence[str]) -> float:
    """Use of a region in the base year, tonnes; MissingData where the table knows of none."""
    total = float(network.use[np.isin(network.users, list(region))].sum())
    if total <= 0:
        place, found = f"reserve, {network.mineral}", "no use in the region"
        raise MissingData(
            Wrong(place, "its table knows of no use in the region", found, "give another region, or use by country")
        )
    return total


def supplies(table: StageTable, region: Sequence[str]) -> dict[str, float]:
    """What each country outside the region sells beyond its own borders at a stage, tonnes a year."""
    own = np.array(table.producers)[:, None] == np.array(table.buyers)[None, :]
    abroad = np.where(own, 0.0, table.flows).sum(axis=1)
    pairs = zip(table.producers, abroad, strict=True)
    return {country: float(tonnes) for country, tonnes in pairs if country not in region and tonnes > 0}


def largest_supplier(table: StageTable, region: Sequence[str]) -> str | None:
    """The country outside the region that sells most beyond its borders; None where nobody does."""
    sold = supplies(table, region)
    return max(sold, key=lambda country: (sold[country], country)) if sold else None


def applicable(
    network: Network, region: Sequence[str], scenarios: Sequence[Scenario]
) -> list[tuple[Scenario, tuple[str, ...]]]:
    """The scenarios that can happen to a mineral, with who cuts; MissingData where none can."""
    stages = {table.stage: table for table in network.stages}
    found: list[tuple[Scenario, tuple[str, ...]]] = []
    for each in scenarios:
        if each.mineral not in {"*", network.mineral} or each.stage not in stages:
            continue
        largest = largest_supplier(stages[each.stage], region)
        origin = each.origin or ((largest,) if largest else ())
        sold = supplies(stages[each.stage], ())
        if any(sold.get(country, 0.0) > 0 for country in origin):
            found.append((each, origin))
    if not found:
        place = f"reserve, {network.mineral}"
        stages_told = ", ".join(stages)
        raise MissingData(
            Wrong(place, "no scenario has anything to cut", f"stages {stages_told}", "add a scenario to the table")
        )
    return found


def solve_sizes(
    base: Base, scenario: Scenario, origin: tuple[str, ...], region: Sequence[str], stock: Array, ramp: Ramp
) -> list[Solution]:
    """The market under a scenario with each size of reserve, every draw certified; each begins where the last one ended."""
    event = ExportCut.model_validate(
        {"origins": origin, "stage": scenario.stage, "cut": scenario.cut, "against": scenario.target}
    )
    at = base.labels.stage(scenario.stage)
    problem = event.apply(base.problem, base.labels, base.flows[at])
    found: list[Solution] = []
    start: tuple[Array, ...] | None = None
    for size in stock:
        solution = solve(with_reserve(problem, users_in(base, region), float(size), ramp), start=start).require()
        found.append(solution)
        prices = tuple(stage.price for stage in solution.stages)
        start = (*prices, solution.bounded) if problem.caps else prices
    return found


def users_in(base: Base, region: Sequence[str]) -> NDArray[np.bool_]:
    """Which final users lie in the region, ``(J,)``."""
    return np.isin(base.labels.buyers[-1], list(region))


def with_reserve(problem: Problem, inside: NDArray[np.bool_], stock: float, ramp: Ramp) -> Problem:
    """The problem with ``stock`` tonnes at the users inside, in proportion to their use; unchanged for a stock of nothing."""
    if stock == 0:
        return problem
    last = problem.stages[-1]
    use = np.where(inside, last.users.use, 0.0)
    share = use / np.maximum(use.sum(axis=-1, keepdims=True), 1e-300)
    none = np.zeros(1)
    reserve = Reserve(
        buy=none, buy_below=none, release=stock * share, release_above=np.array([1.0 + ramp.premium]), width=np.array([ramp.width])
    )  # fmt: skip
    users = replace(last.users, reserve=reserve)
    return replace(problem, stages=(*problem.stages[:-1], replace(last, users=users)))


def _cells(base: Base, found: Solution, region: Sequence[str]) -> tuple[Array, Array, Array]:
    """Unserved and released tonnes of the region, and the price it pays over base, ``(B,)`` each."""
    inside, last = users_in(base, region), found.stages[-1]
    users = last.use.shape[1]
    released = np.broadcast_to(last.reserve_release, last.use.shape)
    paid, start = last.paid_price[:, -users:][:, inside], last.base_paid_price[:, -users:][:, inside]
    weight = last.base_use[:, inside]
    ratio = (paid * weight).sum(axis=1) / (start * weight).sum(axis=1)
    return last.unserved[:, inside].sum(axis=1), released[:, inside].sum(axis=1), ratio


def _shortage(
    base: Base, found: Solution, scenario: Scenario, origin: tuple[str, ...], region: Sequence[str]
) -> Shortage:
    """Where the missing tonnes of a region went, without a reserve; those of an earlier stage reach it through the last one."""
    inside, last = users_in(base, region), found.stages[-1]
    users = last.use.shape[1]
    change = (last.flows - base.flows[-1])[:, :, -users:][:, :, inside].sum(axis=2)
    fallen = np.minimum(change, 0.0).sum(axis=1)
    return Shortage(
        scenario,
        origin,
        lost=-fallen,
        replaced=np.maximum(change, 0.0).sum(axis=1),
        from_stocks=last.user_stock_release[:, inside].sum(axis=1),
        given_up=last.given_up[:, inside].sum(axis=1),
        unserved=last.unserved[:, inside].sum(axis=1),
    )


__all__ = [
    "GRID", "LossTable", "Ramp", "Setting", "Shortage", "applicable", "arithmetic_need", "days_of_cover", "largest_supplier",
    "loss_table", "solve_sizes", "supplies", "use_of", "users_in", "with_reserve",
]  # fmt: skip

"""Question 7 of the alliance: what should a reserve of some money hold, bought how fast, and released on which trigger?

For each mineral: a table of what the region goes without by scenario and size (``reserve_loss``), what a year's holding costs, and how
fast it can be bought (``reserve_pace``). Then the money goes where it is worth most (``reserve_choice``): without a rule set as long as a
tonne is worth more in an expected year than it costs to carry; under a rule set up to its days of cover, which are a mandate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.errors import MissingData, Problem
from orepact.network import Network, network
from orepact.planning.reserve_choice import Option, choose, newsvendor, segments, worth_of
from orepact.planning.reserve_loss import GRID, LossTable, Ramp, Setting, loss_table
from orepact.planning.reserve_pace import Pace, pace_of
from orepact.planning.reserve_path import Path as StockPath
from orepact.planning.reserve_path import StockProblem, best_path, chances
from orepact.planning.reserve_request import ReserveRequest, read_request
from orepact.planning.reserve_terms import DAYS, Storage, storage, term

Array = NDArray[np.float64]
Progress = Callable[[int], None]
BASE_METALS = ("aluminium", "nickel")
"""Non-ferrous metals of exchanges that the table of minerals keeps in other groups."""

STEP = 5.0
MOST_STEPS = 60
MONTHS = 12.0


@dataclass(frozen=True)
class Candidate:
    """One mineral with all that its place in a reserve follows from.

    share: of the largest supplier in what the region uses. cover: days that the rule set aims at, None where it names none.
    """

    network: Network
    table: LossTable
    pace: Pace
    storage: Storage
    share: float
    base_metal: bool
    cover: float | None

    @property
    def mineral(self) -> str:
        """Its slug."""
        return self.network.mineral

    @property
    def cost(self) -> float:
        """USD to buy a tonne: the base price, and what buying adds to it (the median)."""
        return self.table.price * max(float(np.median(self.pace.paid)), 1.0)

    @property
    def carry(self) -> float:
        """USD to hold a tonne for a year: interest on what was paid, and storage."""
        return term("capital cost") * self.cost + self.storage.usd_per_t

    @cached_property
    def option(self) -> Option:
        """What a choice takes: what sizes are worth in an expected year, and their costs."""
        worth = self.table.yearly(self.table.gain).mean(axis=1)
        return Option(self.mineral, self.table.stock, np.asarray(worth), self.cost, self.carry)

    @property
    def break_even(self) -> float | None:
        """By how much every probability must be multiplied for the first tonne to be worth its carrying; None where none would do."""
        best = max(piece.per_dollar for piece in segments(_free(self.option))) * self.cost
        return self.carry / best if best > self.carry * 1e-6 else None

    def newsvendor(self) -> float:
        """Tonnes that a newsvendor would hold, who knows of no other buyers."""
        table, chance = self.table, self.table.probability
        weight = np.repeat(chance[:, None], table.unserved.shape[2], axis=1)
        value = float(table.value.mean())
        return newsvendor(table.unserved[:, 0], weight, carry=self.carry, probability=float(chance.sum()), value=value)

    def path(self) -> StockPath:
        """The best purchases and releases, year after year."""
        table, yearly = self.table, self.pace.tonnes_a_month * MONTHS
        step = STEP * table.use / DAYS
        step = max(min(step, yearly), table.stock[-1] / MOST_STEPS)
        stock = step * np.arange(int(table.stock[-1] / step) + 1)
        earned = table.gain.mean(axis=2) + table.price * table.released.mean(axis=2)
        cost = np.vstack([np.zeros(len(stock)), -np.array([np.interp(stock, table.stock, row) for row in earned])])
        return best_path(
            StockProblem(
                stock, cost, price=self.cost, storage=self.storage.usd_per_t, most_bought=max(yearly, step),
                chances=chances(table.probability, term("persistence")), discount=1 / (1 + term("capital cost")),
            )
        )  # fmt: skip


def _free(option: Option) -> Option:
    """The same choice with nothing to carry."""
    return Option(option.mineral, option.stock, option.worth, option.cost, 0.0)


@dataclass(frozen=True)
class ReservePlan:
    """What to hold, with everything it follows from. ``summary()`` is the answer in JSON terms, USD and tonnes of content.

    held: tonnes by mineral. untold: what keeps the answer for a mineral from being told.
    """

    request: ReserveRequest
    candidates: tuple[Candidate, ...]
    held: Mapping[str, float]
    untold: Mapping[str, Problem]

    def summary(self) -> dict[str, Any]:
        """The answer with its inputs, sources, grades and notes."""
        from orepact.planning.reserve_answer import summarise

        return dict(summarise(self))

    def to_csv(self) -> str:
        """The holdings as CSV text, with pace and what each avoids in an expected year."""
        from orepact.planning.reserve_answer import csv_of

        return csv_of(self)

    @property
    def outlay(self) -> float:
        """USD that purchases cost."""
        return sum(each.cost * self.held[each.mineral] for each in self.candidates)

    @property
    def carry(self) -> float:
        """USD a year that holding costs once all is bought."""
        return sum(each.carry * self.held[each.mineral] for each in self.candidates)

    @property
    def worth(self) -> float:
        """USD that it is worth in an expected year."""
        return sum(worth_of(each.option, self.held[each.mineral]) for each in self.candidates)


def reserve(  # noqa: PLR0913  (one keyword for each blank in the question)
    budget: float,
    region: str | Sequence[str],
    minerals: str | Sequence[str] | None = None,
    *,
    objective: str = "emergency",
    policy: str | None = None,
    months: float | None = None,
    scenarios: Path | None = None,
    values: Mapping[str, float] | None = None,
    draws: int = 200,
    seed: int = 1,
    progress: Progress | None = None,
) -> ReservePlan:
    """What a reserve of ``budget`` USD should hold for a region.

    minerals: names, joined by commas or as a list; all that have a market when left out. objective: the one declared aim. policy: a rule
    set (vault, jogmec, korea, australia, eu, nds), whose days of cover are then filled; without one, only what is worth its carrying is
    held. months: length of every scenario, in place of the table's. scenarios: a file with the columns of ``reserve_scenarios``. values:
    USD per unserved tonne, by mineral. progress: called with the number of minerals done.

    Raises BadInput with every problem of the question, and MissingData where nothing can be told of any mineral.
    """
    request = read_request(
        budget=budget, region=region, minerals=minerals, objective=objective, policy=policy, months=months,
        scenario_file=scenarios, values=values, draws=draws, seed=seed,
    )  # fmt: skip
    return plan(request, progress)


def plan(request: ReserveRequest, progress: Progress | None = None) -> ReservePlan:
    """The plan for a question that was read."""
    candidates: list[Candidate] = []
    untold: dict[str, Problem] = {}
    for done, mineral in enumerate(request.minerals, start=1):
        try:
            candidates.append(candidate(mineral, request))
        except MissingData as error:
            untold[mineral] = error.problems[0]
        if progress is not None:
            progress(done)
    if not candidates:
        raise MissingData(untold.values())
    return ReservePlan(request, tuple(candidates), hold(candidates, request), untold)


def hold(candidates: Sequence[Candidate], request: ReserveRequest) -> dict[str, float]:
    """Tonnes of each mineral: what is worth its carrying, or what the rule set's days of cover ask for, as far as the money goes."""
    free = [each.option for each in candidates if each.cover is None or not request.ruled]
    mandated = [_within_cover(each) for each in candidates if each.cover is not None and request.ruled]
    held = choose(mandated, request.budget, only_if_worth=False)
    left = request.budget - sum(each.cost * held[each.mineral] for each in mandated)
    return held | choose(free, left)


def _within_cover(found: Candidate) -> Option:
    """Sizes up to the days of cover of the rule set."""
    option, most = found.option, (found.cover or 0.0) * found.table.use / DAYS
    inside = option.stock < most * (1 - 1e-9)
    stock = np.append(option.stock[inside], most)
    worth = np.append(option.worth[inside], worth_of(option, most))
    return Option(option.mineral, stock, worth, option.cost, 0.0)


def candidate(mineral: str, request: ReserveRequest) -> Candidate:
    """Everything about one mineral; MissingData where its table, its use in the region or a scenario is missing."""
    found = network(mineral)
    ramp = Ramp(request.rules.premium, term("release width"))
    setting = Setting(request.region, request.scenarios, ramp, request.draws, request.seed)
    table = loss_table(found, setting, days=GRID, value=request.values.get(mineral))
    pace = pace_of(found, setting, term("monthly pace"), term("price limit"))
    share = _share_of(found, pace.largest, request.region)
    base_metal = _is_base_metal(mineral)
    cover = request.rules.cover(base_metal=base_metal, high_risk=share >= term("high risk"))
    return Candidate(found, table, pace, storage(mineral), share, base_metal, cover)


def _share_of(found: Network, largest: str | None, region: Sequence[str]) -> float:
    """Share of the largest supplier in what the region uses."""
    last = found.stages[-1]
    inside = np.isin(last.buyers, list(region))
    bought = last.flows[:, inside].sum(axis=1)
    rows = np.array(last.producers) == largest
    return float(bought[rows].sum() / bought.sum())


def _is_base_metal(mineral: str) -> bool:
    groups = facts.load("minerals").set_index("mineral")["group"]
    return mineral in BASE_METALS or bool(groups[mineral] == "base metals" and mineral != "iron_ore")

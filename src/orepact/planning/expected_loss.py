"""Expected loss of a year over a list of stops: what each would take from users, times how likely it is taken to be.

    E = sum over stops of p loss          loss = use given up because it is dear + use unserved, tonnes; times the base price, USD

The shape is that of the USGS method of 2025 (every country x mineral, a stop of exports, one year; probability times loss), with our market
behind the loss and no claim to its probabilities. ``p`` is kept apart from the losses: :meth:`ExpectedLoss.weighted` takes others without
solving anything again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.cases.request import read_places
from orepact.errors import BadInput, MissingData, OrepactError, Problem, UnknownName
from orepact.market.workers import cores, in_order
from orepact.network import calibrated_minerals, network
from orepact.planning.stop_list import Row, Stop, read_stops, stops_of
from orepact.planning.stop_market import Losses, Setting, groups, losses

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Progress = Callable[[int], None]
Read = TypeVar("Read")
LOW, HIGH = 0.1, 0.9
LEAST_DRAWS, MOST_DRAWS = 4, 1_000
NO_VALUE = (
    "value added: cannot tell; the facts hold the value added of whole EU sectors, which is no value of a tonne, so money is "
    "tonnes times the base price"
)


@dataclass(frozen=True)
class Question:
    """What is asked, read. region: whose losses count; empty for all outside the country that stops. rows: None for the facts' rule."""

    minerals: tuple[str, ...]
    region: tuple[str, ...]
    rows: tuple[Row, ...] | None
    setting: Setting
    workers: int


@dataclass(frozen=True)
class ExpectedLoss:
    """Losses by stop, and how likely each is taken to be.

    stops: all that were solved. table: one row a stop and country hit (stop, country, mineral, tonnes lost, of it unserved, USD). draws
    ``(S, D)``: loss of all countries that count, tonnes. untold: minerals or stops of which nothing can be told, and why.
    """

    question: Question
    stops: tuple[Stop, ...]
    table: pd.DataFrame
    draws: Array
    prices: Mapping[str, float]
    grades: Mapping[str, str]
    untold: tuple[tuple[str, str], ...]
    balance: float
    complementarity: float
    solved: int

    @property
    def probability(self) -> Array:
        """Of each stop in a year; NaN where nothing says how likely it is."""
        return np.array([np.nan if each.probability is None else each.probability for each in self.stops])

    def weighted(self, probability: Array | None = None) -> pd.DataFrame:
        """The table with expected tonnes and USD; ``probability``: one a stop, those of the list when left out. NaN counts for nothing."""
        given = self.probability if probability is None else np.asarray(probability, dtype=float)
        weight = np.nan_to_num(given)[self.table["stop"].to_numpy()]
        columns = {f"expected_{name}": weight * self.table[name].to_numpy() for name in ("lost_t", "unserved_t", "usd")}
        return self.table.assign(probability=given[self.table["stop"].to_numpy()], **columns)

    def by(self, column: str) -> pd.DataFrame:
        """Expected loss by ``mineral``, ``origin`` or ``country``, largest in money first. Tonnes only where they are of one mineral."""
        table = self.weighted()
        found = table.groupby(column, sort=False)[["expected_lost_t", "expected_unserved_t", "expected_usd"]].sum()
        found = found if column == "mineral" else found[["expected_usd"]]
        return found.reset_index().sort_values("expected_usd", ascending=False, kind="stable", ignore_index=True)

    def worst(self) -> pd.DataFrame:
        """One row a stop, largest expected loss first: loss if it happens, probability, expected loss."""
        import pandas as pd

        table = self.weighted()
        sums = table.groupby("stop", sort=True)[["lost_t", "unserved_t", "usd", "expected_usd"]].sum()
        sums = sums.reindex(range(len(self.stops)), fill_value=0.0)
        low, high = np.quantile(self.draws, [LOW, HIGH], axis=1)
        about = pd.DataFrame(
            [
                {
                    "mineral": each.mineral, "origin": " ".join(each.origins), "stage": each.stage, "cut": each.cut,
                    "months": each.months, "probability": each.probability,
                }
                for each in self.stops
            ]
        )  # fmt: skip
        found = about.assign(
            lost_t=sums["lost_t"].to_numpy(), lost_t_low=low, lost_t_high=high, unserved_t=sums["unserved_t"].to_numpy(),
            usd=sums["usd"].to_numpy(), expected_usd=sums["expected_usd"].to_numpy(), source=[each.source for each in self.stops],
        )  # fmt: skip
        return found.sort_values("expected_usd", ascending=False, kind="stable", ignore_index=True)

    def total(self) -> dict[str, float]:
        """Expected USD a year: mean over draws, and the 80 % range of the draws' sums."""
        prices = np.array([self.prices[each.mineral] for each in self.stops])
        sums = (np.nan_to_num(self.probability) * prices) @ self.draws
        return {
            "mean": float(sums.mean()),
            "low": float(np.quantile(sums, LOW)),
            "high": float(np.quantile(sums, HIGH)),
        }

    def to_csv(self) -> str:
        """One row a stop as CSV text."""
        return str(self.worst().to_csv(index=False, lineterminator="\n"))

    def summary(self) -> dict[str, Any]:
        """The answer in JSON terms."""
        from orepact.planning.expected_answer import summarise

        return summarise(self)


def expected_loss(
    minerals: str | Sequence[str] | None = None,
    *,
    region: str | Sequence[str] | None = None,
    probabilities: str | Path | None = None,
    draws: int = 8,
    seed: int = 1,
    monthly: bool = True,
    workers: int | None = None,
    progress: Progress | None = None,
) -> ExpectedLoss:
    """What stops of exports cost in an expected year.

    minerals: names, joined by commas or as a list; all that have a market when left out. region: whose losses count; when left out
    those of all outside the country that stops. probabilities: a CSV or YAML file of stops; the facts' rule when left out. monthly:
    twelve months, or one period of each stop's length as :func:`orepact.shock` has it. progress: called with the number of stops done.

    Raises BadInput with every problem of the question, and MissingData where nothing can be told.
    """
    asked = read_question(
        minerals=minerals,
        region=region,
        probabilities=probabilities,
        draws=draws,
        seed=seed,
        monthly=monthly,
        workers=workers,
    )
    return answer(asked, progress)


def read_question(
    *,
    minerals: str | Sequence[str] | None,
    region: str | Sequence[str] | None,
    probabilities: str | Path | None,
    draws: int,
    seed: int,
    monthly: bool,
    workers: int | None,
) -> Question:
    """Read and check everything; raises one error that holds every problem found."""
    problems: list[Problem] = []

    def attempt(reader: Callable[[], Read], fallback: Read) -> Read:
        try:
            return reader()
        except OrepactError as error:
            problems.extend(error.problems)
            return fallback

    found = Question(
        minerals=attempt(lambda: _minerals(minerals), ()),
        region=() if region is None else attempt(lambda: read_places(region, "--region"), ()),
        rows=None if probabilities is None else attempt(lambda: read_stops(Path(probabilities)), None),
        setting=Setting(
            attempt(lambda: _whole(draws, LEAST_DRAWS, MOST_DRAWS, "--draws"), LEAST_DRAWS),
            attempt(lambda: _whole(seed, 0, 2**32 - 1, "--seed"), 0),
            monthly,
        ),
        workers=cores() if workers is None else attempt(lambda: _whole(workers, 1, 1024, "workers"), 1),
    )
    if problems:
        raise BadInput(problems)
    return found


def _minerals(names: str | Sequence[str] | None) -> tuple[str, ...]:
    if names is None:
        return calibrated_minerals()
    found: dict[str, None] = {}
    problems: list[Problem] = []
    for part in names.split(",") if isinstance(names, str) else names:
        try:
            found[facts.resolve_mineral(str(part).strip())] = None
        except UnknownName as error:
            problems += [Problem("--minerals", each.wrong, each.found, each.todo) for each in error.problems]
    if problems:
        raise UnknownName(problems)
    return tuple(found)


def _whole(value: Any, low: int, high: int, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        wrong = f"a whole number from {low} to {high} is needed"
        raise BadInput(Problem(place, wrong, f"{value}", "correct it"))
    return value


@dataclass(frozen=True)
class Work:
    """What is solved, in order: groups of stops by mineral, and what cannot be told."""

    tasks: tuple[tuple[str, tuple[Stop, ...]], ...]
    untold: tuple[tuple[str, str], ...]


def work_for(asked: Question) -> Work:
    """The groups of stops that a question asks for; minerals without a table are told apart."""
    tasks: list[tuple[str, tuple[Stop, ...]]] = []
    untold: list[tuple[str, str]] = []
    wrong: list[Problem] = []
    for mineral in asked.minerals:
        try:
            table = network(mineral)
        except MissingData as error:
            untold.append((mineral, f"{error.problems[0].wrong}; found {error.problems[0].found}"))
            continue
        try:
            stops = stops_of(table, asked.rows)
        except MissingData as error:
            wrong += error.problems
            continue
        untold += [
            (f"{each.mineral}, {' '.join(each.origins)}", each.why) for each in stops if each.probability is None
        ]
        tasks += [(mineral, group) for group in groups(stops, monthly=asked.setting.monthly)]
    if wrong:
        raise MissingData(wrong)
    if not tasks:
        missing = [Problem(f"expected loss, {name}", "cannot tell", why, "supply it") for name, why in untold]
        none = Problem("expected loss", "no stop of the list is of these minerals", "none", "name other minerals")
        raise MissingData(missing or none)
    return Work(tuple(tasks), tuple(dict.fromkeys(untold)))


def solve_task(task: tuple[str, tuple[Stop, ...]], *, setting: Setting) -> Losses:
    """One group of stops of a mineral."""
    mineral, stops = task
    return losses(network(mineral), stops, setting)


def answer(asked: Question, progress: Progress | None = None) -> ExpectedLoss:
    """The answer to a question that was read; groups are solved on all cores, and the same bytes come out with any number."""
    work = work_for(asked)
    parts: list[Losses] = []
    workers = min(asked.workers, len(work.tasks))
    for part in in_order(partial(solve_task, setting=asked.setting), work.tasks, workers):
        parts.append(part)
        if progress is not None:
            progress(sum(len(each.stops) for each in parts))
    return collected(asked, parts, work.untold)


def collected(asked: Question, parts: Sequence[Losses], untold: tuple[tuple[str, str], ...]) -> ExpectedLoss:
    """The losses of all groups put together, with what counts: the region, or everybody outside the country that stops."""
    import pandas as pd

    networks = {mineral: network(mineral) for mineral in {part.stops[0].mineral for part in parts}}
    frames: list[pd.DataFrame] = []
    draws: list[Array] = []
    stops: list[Stop] = []
    for part in parts:
        price = networks[part.stops[0].mineral].price.usd_per_t
        for at, stop in enumerate(part.stops):
            counts = ~np.isin(part.users, stop.origins)
            if asked.region:
                counts &= np.isin(part.users, asked.region)
            lost = part.loss[at, counts]
            frames.append(
                pd.DataFrame(
                    {
                        "stop": len(stops), "mineral": stop.mineral, "origin": " ".join(stop.origins), "stage": stop.stage,
                        "country": np.array(part.users)[counts], "lost_t": lost, "unserved_t": part.unserved[at, counts],
                        "usd": lost * price,
                    }
                )
            )  # fmt: skip
            draws.append(part.spread[at, counts].sum(axis=0))
            stops.append(stop)
    return ExpectedLoss(
        question=asked,
        stops=tuple(stops),
        table=pd.concat(frames, ignore_index=True),
        draws=np.array(draws),
        prices={mineral: found.price.usd_per_t for mineral, found in networks.items()},
        grades={mineral: found.grade for mineral, found in networks.items()},
        untold=untold,
        balance=max(part.balance for part in parts),
        complementarity=max(part.complementarity for part in parts),
        solved=sum(part.solved for part in parts),
    )

"""Past disruptions run as ordinary cases, and what was seen beside what the model says.

What enters: episodes of :func:`orepact.facts.episodes`, shipped or a user's own. What leaves: for every observed outcome the
model's median and 80 % range, whether what was seen lies in it, and the coverage over all. One set of parameters serves all episodes;
nothing is fitted to them. Where no table of the year before an episode can be made, the nearest later one is used, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.cases.path import on_network
from orepact.cases.path_case import PathCase, Timed, add_days
from orepact.cases.path_result import PathResult
from orepact.cases.summary import HIGH, LOW
from orepact.errors import MissingData
from orepact.network import Network, network
from orepact.policy import CapacityGrowth, CapacityLoss, DemandShift, ExportCut, Instrument
from orepact.policy.record import add_months

if TYPE_CHECKING:
    import pandas as pd

    from orepact.facts import Episode, Event, Observed

Array = NDArray[np.float64]

LATEST = 2024
"""Last year that a table can be made for."""

DAYS_A_MONTH = 365.0 / 12.0
MOST_LOST = 0.99
"""Most of a capacity that is taken away: a market needs a trace of it."""


@dataclass(frozen=True)
class Row:
    """One observed outcome beside the model's median and 80 % range: ratios to base, NaN where the model cannot tell."""

    episode: str
    observed: Observed
    median: float
    low: float
    high: float

    @property
    def told(self) -> bool:
        """Whether the model has an answer."""
        return bool(np.isfinite(self.median))

    @property
    def inside(self) -> bool:
        """Whether what was seen lies within the model's 80 % range."""
        return self.told and bool(self.low <= self.observed.high and self.observed.low <= self.high)

    @property
    def right_way(self) -> bool:
        """Whether the model moved to the side of base on which it was seen, or neither moved."""
        seen = np.sign(round(self.observed.value - 1.0, 2))
        return self.told and bool(seen == np.sign(round(self.median - 1.0, 2)))


@dataclass(frozen=True)
class Told:
    """What the model says of one episode. base_year: of the table used. missing: why there is no answer."""

    episode: Episode
    base_year: int | None
    rows: tuple[Row, ...]
    missing: str | None = None

    @property
    def later(self) -> bool:
        """Whether the table is of a later year than was known at the time."""
        return self.base_year is not None and self.base_year > self.episode.base_year


@dataclass(frozen=True)
class Backtest:
    """Every episode with its outcomes."""

    told: tuple[Told, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every outcome of every episode."""
        return tuple(row for each in self.told for row in each.rows)

    def coverage(self, rows: Sequence[Row] | None = None) -> float:
        """Share of outcomes that lie within the model's 80 % range, of those that it has an answer to; NaN of none."""
        answered = [row for row in (self.rows if rows is None else rows) if row.told]
        return sum(row.inside for row in answered) / len(answered) if answered else float("nan")

    def summary(self) -> dict[str, Any]:
        """The answer in JSON terms: ``episodes`` (one entry an outcome) and ``coverage``."""
        return dict(self._summary)

    @cached_property
    def _summary(self) -> dict[str, Any]:
        base = {each.episode.id: each for each in self.told}
        answered = [row for row in self.rows if row.told]
        by_quantity = {name: [row for row in self.rows if row.observed.quantity == name] for name in
                       dict.fromkeys(row.observed.quantity for row in self.rows)}  # fmt: skip
        return {
            "episodes": [_entry(row, base[row.episode]) for row in self.rows],
            "coverage": self.coverage(),
            "right_way": sum(row.right_way for row in answered) / len(answered) if answered else None,
            "outcomes": len(answered),
            "coverage_by_quantity": {name: self.coverage(rows) for name, rows in by_quantity.items()},
            "cannot_tell": [{"id": each.episode.id, "why": each.missing} for each in self.told if each.missing],
        }

    def frame(self) -> pd.DataFrame:
        """One row an outcome."""
        import pandas as pd

        rows = [{**entry, "observed": entry["observed"]["value"]} for entry in self._summary["episodes"]]
        return pd.DataFrame(rows)


def _entry(row: Row, told: Told) -> dict[str, Any]:
    seen = row.observed
    return {
        "id": row.episode, "quantity": seen.quantity, "place": seen.place, "from": seen.from_month, "to": seen.to_month,
        "against": seen.against, "observed": {"value": seen.value, "low": seen.low, "high": seen.high},
        "median": row.median if row.told else None, "low": row.low if row.told else None,
        "high": row.high if row.told else None, "inside": row.inside, "right_way": row.right_way,
        "base_year": told.base_year, "base_year_wanted": told.episode.base_year, "grade": seen.grade, "source": seen.source,
        "note": seen.note,
    }  # fmt: skip


def backtest(
    path: str | Path | None = None,
    *,
    only: Sequence[str] = (),
    draws: int = 200,
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Backtest:
    """Run the shipped episodes, or those of a user's own file, as cases of monthly steps.

    only: ids of some of them. draws, seed: of the ranges. progress: called with the number of episodes done.
    """
    chosen = [each for each in facts.episodes(path) if not only or each.id in only]
    told = []
    for episode in chosen:
        told.append(told_of(episode, draws, seed))
        if progress is not None:
            progress(len(told))
    return Backtest(tuple(told))


def told_of(episode: Episode, draws: int, seed: int) -> Told:
    """What the model says of one episode."""
    found = _nearest(episode.mineral, episode.base_year)
    if isinstance(found, str):
        return Told(episode, None, (), found)
    result = on_network(case_of(episode, found, draws=draws, seed=seed), found)
    rows = tuple(_row(episode, seen, result) for seen in episode.observed)
    return Told(episode, found.base_year, rows)


def _nearest(mineral: str, year: int) -> Network | str:
    """The network of a year, or of the nearest later one; why there is none."""
    why = ""
    for each in range(year, max(LATEST, year) + 1):
        try:
            return network(mineral, each)
        except MissingData as error:
            why = why or str(error.problems[0])
    return why


def case_of(episode: Episode, found: Network, *, draws: int = 200, seed: int = 1) -> PathCase:
    """An episode as a case, in months."""
    return PathCase(
        name=episode.id,
        mineral=episode.mineral,
        start=_day(episode.start),
        months=episode.months,
        base_year=found.base_year,
        instruments=_timed(episode.events, found),
        draws=draws,
        seed=seed,
    )


def _day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _timed(events: Sequence[Event], found: Network) -> tuple[Timed, ...]:
    """Events with their days.

    One that lasted less than the months it touches ran up to the end of the last of them, or to the day before the next of its
    name where that begins in this month.
    """
    kept: list[Timed] = []
    for event in reversed(events):
        instrument = _instrument(event, found)
        first, last = _day(event.start), None
        if event.end is not None:
            last = add_days(add_months(_day(event.end), 1), -1)
            later = [each.first for each in kept if each.instrument.name == instrument.name and each.first is not None]
            last = min([last, *(add_days(day, -1) for day in later)])
            if event.months is not None:
                first = max(first, add_days(last, 1 - round(event.months * DAYS_A_MONTH)))
        kept.insert(0, Timed(instrument=instrument, first=first, last=last, source=event.source))
    return tuple(kept)


def _instrument(event: Event, found: Network) -> Instrument:
    stages: list[Any] = [table.stage for table in found.stages]
    stage: Any = event.stage if event.stage in stages else stages[-1]
    if event.kind == "export_cut":
        return ExportCut(origins=event.origin, stage=stage, cut=event.share, against=event.destinations)
    if event.kind == "demand_change":
        return DemandShift(stage=stages[-1], change=event.share, countries=event.origin)
    if event.share < 0:
        return CapacityGrowth(stage=stage, grown=-event.share, countries=event.origin)
    every = next(table.producers for table in found.stages if table.stage == stage)
    return CapacityLoss(countries=event.origin or every, stage=stage, lost=min(event.share, MOST_LOST))


def _row(episode: Episode, seen: Observed, result: PathResult) -> Row:
    series = _series(episode, seen, result)
    if series is None:
        return Row(episode.id, seen, float("nan"), float("nan"), float("nan"))
    after = _reading(series, _at(episode, seen.to_month), seen.over)
    first = _at(episode, seen.from_month)
    # A quote of a day in the month in which it begins is one of the days before it.
    before = np.ones(len(series)) if first == 0 and seen.over == 0 else _reading(series, first, seen.over)
    if seen.against == "peak":
        before = series[:, : _at(episode, seen.to_month) + 1].max(axis=1)
    low, median, high = np.quantile(after / before, [LOW, 0.5, HIGH])
    return Row(episode.id, seen, float(median), float(low), float(high))


def _at(episode: Episode, month: str) -> int:
    """Position of a month in the case; below 0 before it."""
    start, then = _day(episode.start), _day(month)
    return 12 * (then.year - start.year) + then.month - start.month


def _reading(series: Array, at: int, over: float) -> Array:
    """The series at a month, or its mean over the months that end with it; 1 before the case begins."""
    first = at - max(round(over), 1) + 1
    months = [series[:, month] if month >= 0 else np.ones(len(series)) for month in range(first, at + 1)]
    return np.asarray(np.mean(months, axis=0))


def _series(episode: Episode, seen: Observed, result: PathResult) -> Array | None:
    """What is observed, as the model has it: a ratio to base by draw and month; ``None`` where it has no such thing."""
    origins = tuple(dict.fromkeys(country for event in episode.events for country in event.origin))
    abroad = seen.place == "abroad"
    places = () if abroad else facts.resolve_place(seen.place)
    if seen.quantity in {"price_abroad", "price_home", "reversal"}:
        series = result.price(origins, outside=bool(origins)) if abroad else result.price(places)
        return None if np.isnan(series).any() else series
    data = result.data
    if seen.quantity == "use":
        users = np.isin(data["user"].to_numpy(), places)
        base = data["use_base"].to_numpy()[:, users].sum(axis=1)
        return _over(data["use"].to_numpy()[:, :, users].sum(axis=2), base)
    stages = [table.stage for table in result.network.stages]
    stage = episode.events[0].stage if seen.quantity == "exports" else stages[0]
    if stage not in stages:
        return None
    name = "exports" if seen.quantity == "exports" else "output"
    values, rows = data[f"{stage}_{name}"].to_numpy(), np.isin(data[f"{stage}_producer"].to_numpy(), places)
    part = values[:, :, rows].sum(axis=2)
    table = next(each for each in result.network.stages if each.stage == stage)
    if name == "exports":
        outside = np.array(table.producers)[:, None] != np.array(table.buyers)[None, :]
        base = np.where(outside, table.flows, 0.0)[rows].sum() / 12.0 * result.case.step
        return _over(part, np.full(len(part), base))
    share = part / values.sum(axis=2)
    return _over(share, np.full(len(part), table.output[rows].sum() / table.output.sum()))


def _over(values: Array, base: Array) -> Array | None:
    return None if np.any(base <= 0) else values / base[:, None]

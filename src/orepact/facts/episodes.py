"""Past disruptions as records: what happened, and what was seen to follow; the shipped ones or those of a user's own file.

What enters: the tables ``backtest_events`` and ``backtest_observed``, or a YAML file of the format in docs/backtest-format.md.
What leaves: frozen records with countries as codes, shares between 0 and 1 and outcomes as ratios. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orepact.facts.schemas import Against, Grade, Kind, Quantity
from orepact.facts.tables import load


@dataclass(frozen=True)
class Event:
    """One thing that happened in an episode.

    kind: ``export_cut``, ``capacity_loss`` or ``demand_change``. stage: of the chain, in the words of the house.
    origin: who cuts, loses or uses, ISO3; empty for every country. destinations: who is cut off; empty for everybody.
    share: taken away of the exports, capacity or (signed) added to the use of the base year; a capacity loss below zero is a
    gain. share_low, share_high: its range, both ``share`` where there is none. start, end: first and last month touched,
    ``YYYY-MM``; ``end`` is None while it lasts. months: how long it lasted, in months, None while it lasts; shorter than the
    months touched where it began or ended inside one. announced: day, where known. basis: how the share was worked out.
    """

    kind: Kind
    stage: str
    origin: tuple[str, ...]
    destinations: tuple[str, ...]
    share: float
    share_low: float
    share_high: float
    start: str
    end: str | None
    months: float | None
    announced: str | None
    basis: str
    source: str
    grade: Grade
    note: str | None


@dataclass(frozen=True)
class Observed:
    """One outcome that was seen, as a ratio to its base.

    quantity: ``price_abroad`` (outside the origins), ``price_home`` (inside), ``exports``, ``use``, ``output_share`` or
    ``reversal`` (the price near the end). place: ISO3, a region's code, or ``abroad``. from_month, to_month: of the base and
    the reading, ``YYYY-MM``. over: months that each of the two covers, ending with the month named; 0 for a quote of a day.
    against: ``base``, the time before, or ``peak``. value: the ratio; low, high: its range, both ``value`` where there is none.
    """

    quantity: Quantity
    place: str
    from_month: str
    to_month: str
    over: float
    against: Against
    value: float
    low: float
    high: float
    basis: str
    source: str
    grade: Grade
    note: str | None


@dataclass(frozen=True)
class Episode:
    """A dated episode: what happened to one mineral, and what was observed.

    mineral: slug. base_year: last full year before it. start: first month of its first event, ``YYYY-MM``. months: calendar
    months from there to the last month observed, both counted; those of the events where nothing was observed later.
    """

    id: str
    mineral: str
    base_year: int
    start: str
    months: int
    events: tuple[Event, ...]
    observed: tuple[Observed, ...]


def episodes(path: str | Path | None = None) -> tuple[Episode, ...]:
    """The shipped episodes, or those of a user's own YAML file, in the order in which they are written.

    Raises BadInput with everything that is wrong with the file.
    """
    if path is not None:
        from orepact.facts.episode_file import read_episodes

        return read_episodes(Path(path))
    events, seen = load("backtest_events"), load("backtest_observed")
    return tuple(
        episode(
            str(name),
            str(rows["mineral"].iloc[0]),
            int(rows["base_year"].iloc[0]),
            [_event(row) for row in _records(rows)],
            [_observed(row) for row in _records(seen[seen["episode"] == name])],
        )
        for name, rows in events.groupby("episode", sort=False)
    )


def episode(name: str, mineral: str, base_year: int, events: Iterable[Event], observed: Iterable[Observed]) -> Episode:
    """An episode of its parts, with its first month and its length; ``events`` holds at least one."""
    happened, seen = tuple(events), tuple(observed)
    start = min(event.start for event in happened)
    last = max([event.end or event.start for event in happened] if not seen else [each.to_month for each in seen])
    return Episode(name, mineral, base_year, start, max(1, _months_between(start, last) + 1), happened, seen)


def _months_between(first: str, last: str) -> int:
    (year, month), (other_year, other_month) = (map(int, text.split("-")) for text in (first, last))
    return 12 * (other_year - year) + other_month - month


def _records(rows: Any) -> list[dict[str, Any]]:
    """Rows as dictionaries in which what is missing is None."""
    return [
        {str(key): None if value != value else value for key, value in row.items()}  # noqa: PLR0124  (NaN)
        for row in rows.to_dict("records")
    ]


def _event(row: dict[str, Any]) -> Event:
    share = row["value"]
    return Event(
        kind=row["kind"],
        stage=row["stage"],
        origin=tuple((row["origin"] or "").split()),
        destinations=tuple((row["destinations"] or "").split()),
        share=share,
        share_low=share if row["low"] is None else row["low"],
        share_high=share if row["high"] is None else row["high"],
        **{key: row[key] for key in ("start", "end", "months", "announced", "basis", "source", "grade", "note")},
    )


def _observed(row: dict[str, Any]) -> Observed:
    same = ("quantity", "place", "over", "against", "value", "low", "high", "basis", "source", "grade", "note")
    return Observed(from_month=row["from"], to_month=row["to"], **{key: row[key] for key in same})

"""What screens read: regular series in time, levels to hold them against, and all of it for one mineral."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Frequency = Literal["monthly", "annual"]


@dataclass(frozen=True)
class Series:
    """One figure a month or a year, with no gap.

    what: in words. family: the data it was read from (``price``, ``trade``, ``output``, ...): two screens that read the same family
    are not independent. periods: ``2024-07`` or ``2024``, in order. values: in ``unit``.
    """

    what: str
    unit: str
    frequency: Frequency
    family: str
    periods: tuple[str, ...]
    values: tuple[float, ...]
    sources: tuple[str, ...] = ()
    grade: str = "E"

    def __len__(self) -> int:
        return len(self.values)

    @property
    def array(self) -> NDArray[np.float64]:
        """The values as an array, shape (periods,)."""
        return np.asarray(self.values, dtype=np.float64)

    def until(self, period: str) -> Series:
        """What was known at the end of a period; a year knows all its months, a month only the years before its own."""
        kept = [index for index, each in enumerate(self.periods) if _known(each, period)]
        return replace(
            self,
            periods=tuple(self.periods[index] for index in kept),
            values=tuple(self.values[index] for index in kept),
        )


def _known(each: str, period: str) -> bool:
    if len(each) == len(period):
        return each <= period
    return each[:4] <= period if len(each) > len(period) else each < period[:4]


@dataclass(frozen=True)
class Level:
    """A price to hold a series against: value in ``unit``, what it is, where from."""

    value: float
    unit: str
    what: str
    sources: tuple[str, ...] = ()
    grade: str = "E"


@dataclass(frozen=True)
class Flows:
    """Unit values of one code: those of a region's largest origin, and all others that it can be ranked among, by year.

    largest: year -> (origin, USD a tonne, share of the region's imports by weight). world: year -> USD a tonne of every flow in the
    world that is large enough. median: year -> trimmed world median, USD a tonne.
    """

    code: str
    largest: Mapping[str, tuple[str, float, float]]
    world: Mapping[str, tuple[float, ...]]
    median: Mapping[str, float]
    sources: tuple[str, ...] = ()
    grade: str = "E"

    def until(self, period: str) -> Flows:
        """The years known at the end of a period."""
        return replace(self, largest={year: each for year, each in self.largest.items() if _known(year, period)})


@dataclass(frozen=True)
class Control:
    """A dated export control: who, since when (ISO date or month), and its measure in words."""

    country: str
    since: str
    measure: str
    source: str = ""


@dataclass(frozen=True)
class Evidence:
    """Everything that the screens may read on one mineral. What is None is missing, and ``missing`` says why, by field name.

    price: USD a tonne, where its movements are looked at. held_price: USD a tonne on the terms of reference and cost90, which it is held
    against. imports: tonnes into the region from outside it. import_price: USD a tonne of
    the same imports. flows: unit values by code. local_share: share of the region's use that its own producers serve, 0 to 1.
    capacity, demand: world, tonnes a year. gap: inside price over outside price. band: (lowest, highest) of that ratio that freight and
    tax explain. arrivals: exports in tonnes of each country that makes none. exports: of the controlling country, tonnes.
    reported_exports, reported_imports: the same flow as each side reports it, tonnes. stocks: tonnes. spread: cash less three months,
    share of the price. submissions: count by submitter in the last twelve months.
    """

    mineral: str
    name: str
    region: str
    price: Series | None = None
    held_price: Series | None = None
    reference: Level | None = None
    cost90: Level | None = None
    imports: Series | None = None
    import_price: Series | None = None
    flows: tuple[Flows, ...] | None = None
    local_share: Series | None = None
    capacity: Series | None = None
    demand: Series | None = None
    gap: Series | None = None
    band: tuple[float, float] | None = None
    control: Control | None = None
    arrivals: tuple[tuple[str, Series], ...] | None = None
    exports: Series | None = None
    reported_exports: Series | None = None
    reported_imports: Series | None = None
    stocks: Series | None = None
    spread: Series | None = None
    submissions: Mapping[str, int] | None = None
    missing: Mapping[str, str] = field(default_factory=dict)

    def until(self, period: str) -> Evidence:
        """The same with only what was known at the end of a period."""
        cut: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, Series):
                cut[each.name] = value.until(period)
        if self.flows is not None:
            cut["flows"] = tuple(each.until(period) for each in self.flows)
        if self.arrivals is not None:
            cut["arrivals"] = tuple((country, series.until(period)) for country, series in self.arrivals)
        return replace(self, **cut)

"""What would help, on the monthly rung: a stock, a joint release, a demand cut, recycling; each alone, all of a stated size.

Sizes are assumptions, stated with every answer: 30 days of use in a stock, a tenth of demand, recycling of a twentieth of use. Where a
reserve releases and how steeply comes from table ``reserve_terms``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.cases.ladder_rungs import Progress, Question, Rung, by_month
from orepact.policy import DemandShift, Instrument, Recycling, ReserveRelease
from orepact.policy.instrument import StageName
from orepact.policy.supply import SCRAP_UTILISATION

Array = NDArray[np.float64]
DAYS_A_YEAR, MONTHS = 365.0, 12.0
MOST_RECYCLERS = 5
STOCK, JOINT, DEMAND_CUT, RECYCLING = "stock", "joint release", "demand cut", "recycling"
MEASURES = (STOCK, JOINT, DEMAND_CUT, RECYCLING)


@dataclass(frozen=True)
class Sizes:
    """How much of each. stock_days: of a year's use. demand_cut, recycling: share of use."""

    stock_days: float = 30.0
    demand_cut: float = 0.1
    recycling: float = 0.05


@dataclass(frozen=True)
class Mitigation:
    """One measure, and what it spares all that are hit: tonnes of shortage, by draw ``(B,)``.

    own: what of it the first country is spared. price, days: mean price of all that are hit, and days until they run short, with the
    measure. What a demand cut does without on purpose is not shortage.
    """

    name: str
    what: str
    own: Array
    avoided: Array
    price: Array
    days: Array


def mitigations(
    asked: Question, without: Rung, first: str, sizes: Sizes, progress: Progress | None = None
) -> tuple[Mitigation, ...]:
    """Each measure beside the path without it. first: the country that is hit first, whose stock is the first measure."""
    months = int(asked.case.months)
    found = []
    for number, name in enumerate(MEASURES):
        done = None if progress is None else (lambda at, number=number: progress(months * number + at))
        each = spared(asked, without, with_measure(asked, name, first, sizes, done), (name, first), sizes)
        found += [] if each is None else [each]
    return tuple(found)


def with_measure(asked: Question, name: str, first: str, sizes: Sizes, progress: Progress | None = None) -> Rung:
    """The monthly rung with one measure of ``MEASURES``."""
    _, instruments = _measure(asked, name, first, sizes)
    meant = sizes.demand_cut if name == DEMAND_CUT else 0.0
    return by_month(asked, instruments, progress, meant=meant)[0]


def spared(asked: Question, without: Rung, rung: Rung, measure: tuple[str, str], sizes: Sizes) -> Mitigation | None:
    """What a measure spares, from the rungs without and with it. measure: its name, and the country that is hit first."""
    name, first = measure
    less = without.lost - rung.lost
    if rung.price is None or rung.days is None:
        return None
    own = less[:, asked.users.index(first)]
    return Mitigation(name, _measure(asked, name, first, sizes)[0], own, less.sum(axis=1), rung.price, rung.days)


def _measure(asked: Question, name: str, first: str, sizes: Sizes) -> tuple[str, tuple[Instrument, ...]]:
    """What a measure is in words, and its instruments."""
    stage: StageName = asked.network.stages[-1].stage  # type: ignore[assignment]
    if name in {STOCK, JOINT}:
        who, countries = (
            (f"{facts.country_name(first)} alone releases", (first,))
            if name == STOCK
            else ("all that are hit release", asked.users)
        )
        return f"{who} {sizes.stock_days:g} days of use", (_release(asked, countries, stage, sizes),)
    if name == DEMAND_CUT:
        less = DemandShift(stage=stage, change=-sizes.demand_cut, countries=asked.users)
        return f"all that are hit want {100 * sizes.demand_cut:g} % less", (less,)
    recyclers = _largest(asked)
    what = f"standing plants return {100 * sizes.recycling:g} % of use of the {len(recyclers)} largest users"
    return what, tuple(_recycling(asked, country, stage, sizes) for country in recyclers)


def _year(asked: Question, countries: tuple[str, ...]) -> float:
    """Use of some countries in a year, tonnes."""
    inside = np.isin(asked.network.users, countries)
    return float(asked.network.use[inside].sum())


def _release(asked: Question, countries: tuple[str, ...], stage: StageName, sizes: Sizes) -> ReserveRelease:
    """A stock that is released evenly over the months, as tonnes a year: no more than there is goes out."""
    terms = facts.load("reserve_terms").set_index("parameter")["value"]
    tonnes = _year(asked, countries) * sizes.stock_days / DAYS_A_YEAR * MONTHS / asked.case.months
    trigger, width = 1.0 + float(terms["release premium, emergency"]), float(terms["release width"])
    return ReserveRelease(countries=countries, stage=stage, tonnes=tonnes, trigger=trigger, width=width)


def _largest(asked: Question) -> tuple[str, ...]:
    use = {country: _year(asked, (country,)) for country in asked.users}
    return tuple(
        sorted((country for country in use if use[country] > 0), key=lambda each: (-use[each], each))[:MOST_RECYCLERS]
    )


def _recycling(asked: Question, country: str, stage: StageName, sizes: Sizes) -> Recycling:
    """Plants that make the stated share of use at base prices; what they run on follows from their usual utilisation."""
    arising = sizes.recycling * _year(asked, (country,)) / SCRAP_UTILISATION
    return Recycling(country=country, stage=stage, arising=arising, collection=1.0, recovery=1.0)

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
DEMAND_CUT = "demand cut"


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
    for number, (name, what, instruments) in enumerate(_measures(asked, first, sizes)):
        done = None if progress is None else (lambda at, number=number: progress(months * number + at))
        meant = sizes.demand_cut if name == DEMAND_CUT else 0.0
        rung, _ = by_month(asked, instruments, done, meant=meant)
        spared = without.lost - rung.lost
        if rung.price is not None and rung.days is not None:
            own = spared[:, asked.users.index(first)]
            found.append(Mitigation(name, what, own, spared.sum(axis=1), rung.price, rung.days))
    return tuple(found)


def _measures(asked: Question, first: str, sizes: Sizes) -> list[tuple[str, str, tuple[Instrument, ...]]]:
    stage: StageName = asked.network.stages[-1].stage  # type: ignore[assignment]
    days, name = f"{sizes.stock_days:g} days of use", facts.country_name(first)
    recyclers = _largest(asked)
    return [
        ("stock", f"{name} alone releases {days}", (_release(asked, (first,), stage, sizes),)),
        ("joint release", f"all that are hit release {days}", (_release(asked, asked.users, stage, sizes),)),
        (
            DEMAND_CUT,
            f"all that are hit want {100 * sizes.demand_cut:g} % less",
            (DemandShift(stage=stage, change=-sizes.demand_cut, countries=asked.users),),
        ),
        (
            "recycling",
            f"standing plants return {100 * sizes.recycling:g} % of use of the {len(recyclers)} largest users",
            tuple(_recycling(asked, country, stage, sizes) for country in recyclers),
        ),
    ]


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

"""How many days of use a sum of money buys when it is spread evenly: money over the value of a day's use, from published figures alone.

``days = budget / sum_m (use_m price_m / 365)``. Where a mineral has several published prices (ore and metal, say) the days are told for
the cheapest and for the dearest of each: the band in which the answer lies. A mineral without use or price is named, never counted as
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orepact import facts
from orepact.errors import MissingData, Problem
from orepact.planning.reserve_terms import DAYS


@dataclass(frozen=True)
class Valued:
    """A mineral's yearly use and the range of its published prices, USD per tonne."""

    mineral: str
    use: float
    year: str
    low: float
    high: float


@dataclass(frozen=True)
class Cover:
    """Days that a budget covers of all that could be valued: ``low`` at the dearest prices, ``high`` at the cheapest."""

    budget: float
    low: float
    high: float
    valued: tuple[Valued, ...]
    untold: dict[str, str]


def spread_evenly(budget: float, minerals: Sequence[str], country: str = "USA") -> Cover:
    """Days of a country's published use that ``budget`` USD buys of all minerals at once; MissingData where none can be valued."""
    use, prices = _latest_use(country), _latest_prices()
    valued = [
        Valued(mineral, *use[mineral], *prices[mineral]) for mineral in minerals if mineral in use and mineral in prices
    ]
    untold = {
        mineral: _missing(mineral in use, mineral in prices)
        for mineral in minerals
        if not (mineral in use and mineral in prices)
    }
    if not valued:
        raise MissingData(
            Problem("reserve, cover", "no mineral has both use and price", country, "name others, or another country")
        )
    low, high = (
        sum(each.use * price for each, price in ((v, getattr(v, end)) for v in valued)) / DAYS
        for end in ("low", "high")
    )
    return Cover(budget, budget / high, budget / low, tuple(valued), untold)


def critical_minerals() -> tuple[str, ...]:
    """The minerals of the final US list of 2025."""
    table = facts.load("minerals")
    return tuple(table.loc[table["us_critical_2025"] == "yes", "mineral"])


def _missing(has_use: bool, has_price: bool) -> str:  # noqa: FBT001
    parts = [name for name, there in (("published use", has_use), ("published price", has_price)) if not there]
    return f"no {' and no '.join(parts)}"


def _latest_use(country: str) -> dict[str, tuple[float, str]]:
    table = facts.load("use")
    rows = table[(table["country"] == country) & (table["main"] == "yes") & table["value"].notna()]
    last = rows.sort_values("period").drop_duplicates("mineral", keep="last")
    return {str(row.mineral): (float(str(row.value)), str(row.period)) for row in last.itertuples()}


def _latest_prices() -> dict[str, tuple[float, float]]:
    """Cheapest and dearest annual price of the latest year of each mineral."""
    table = facts.load("prices")
    rows = table[(table["frequency"] == "annual") & table["usd_per_t"].notna()]
    rows = rows[rows["period"] == rows.groupby("mineral")["period"].transform("max")]
    found = rows.groupby("mineral")["usd_per_t"].agg(["min", "max"])
    return {str(name): (float(row["min"]), float(row["max"])) for name, row in found.iterrows()}

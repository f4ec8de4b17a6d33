"""Published output of a mineral at a stage in a year: who makes how much of the world's, and how much nobody names.

One publisher a year, never a mixture: the USGS where it has the stage, else the International Energy Agency; of several editions
the latest that has the year. Figures that a publisher withholds stay open, and shares are not given where its bases do not add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from orepact import facts
from orepact.errors import MissingData, Problem
from orepact.indicators.concentration import Bounds, hhi_bounds

if TYPE_CHECKING:
    import pandas as pd

PUBLISHERS = ("usgs_mcs", "iea_cmd")
WORLD, UNNAMED = "WLD", "OTH"
NOT_ADDITIVE = "not additive"


@dataclass(frozen=True)
class WorldOutput:
    """Output by country in one year.

    rows: country, value (NaN where withheld), grade, source, estimated, flag: countries only, largest first. total: the world's
    output in ``unit``: the publisher's total, or the sum where it prints none; None where neither can be told. unnamed: part of
    the total that belongs to no country by name. withheld: countries without a figure. grade: the worst that is used.
    """

    mineral: str
    stage: str
    period: str
    unit: str
    basis: str
    source: str
    grade: str
    rows: pd.DataFrame
    total: float | None
    total_is_sum: bool
    unnamed: float
    withheld: tuple[str, ...]
    missing: str
    additive: bool

    def share(self, *countries: str) -> float | None:
        """Share of some countries in the world's output, 0-1; None where they or the world cannot be told."""
        value = self.value(*countries)
        return None if value is None or not self.total else value / self.total

    def value(self, *countries: str) -> float | None:
        """Output of some countries together; None where none has a figure. Those that are withheld are not in it."""
        found = self.rows.loc[self.rows["country"].isin(countries), "value"].dropna()
        return None if found.empty or (len(found) > 1 and not self.additive) else float(found.sum())

    @property
    def concentration(self) -> Bounds | None:
        """Range of the Herfindahl-Hirschman index, 0-1, with what is unnamed anywhere; None where nobody can tell."""
        if not self.total or (self.total_is_sum and self.withheld):
            return None
        named = self.rows.dropna(subset=["value"])
        named = named[named["value"] > 0]
        return hhi_bounds(named.set_index("country")["value"], self.unnamed) if len(named) else None

    @property
    def largest(self) -> str | None:
        """The country with the most output by name."""
        named = self.rows.dropna(subset=["value"])
        return None if named.empty or not named["value"].iloc[0] > 0 else str(named["country"].iloc[0])

    def address(self, country: str) -> str:
        """Address of a country's figure in the facts."""
        return f"production/{self.mineral}/{self.stage}/{country}/{self.period}/source={self.source}"


@cache
def world_outputs(mineral: str, stage: str) -> tuple[WorldOutput, ...]:
    """Output of every year that some publisher has, oldest first; empty where nobody publishes it by country."""
    table = facts.load("production")
    table = table[(table["mineral"] == mineral) & (table["stage"] == stage)]
    for publisher in PUBLISHERS:
        rows = table[table["source"].str.startswith(publisher)]
        if rows["value"].notna().any():
            return tuple(_of_year(mineral, stage, str(period), part) for period, part in rows.groupby("period"))
    return ()


def world_output(mineral: str, stage: str, period: str | None = None) -> WorldOutput:
    """Output of one year, the latest when left out; MissingData with the years that there are."""
    found = world_outputs(mineral, stage)
    chosen = [each for each in found if period is None or each.period == period]
    if not chosen:
        held = ", ".join(each.period for each in found) or "no year"
        raise MissingData(
            Problem(
                f"output, {mineral}, {stage}",
                "cannot tell: nobody publishes output by country" + (f" for {period}" if period else ""),
                f"figures for {held}",
                "choose another stage or year",
            )
        )
    return chosen[-1]


def _of_year(mineral: str, stage: str, period: str, rows: pd.DataFrame) -> WorldOutput:
    source = str(rows["source"].max())
    rows = rows[rows["source"] == source]
    unit = str(rows["unit"].mode().iloc[0])
    rows = rows[rows["unit"] == unit]
    basis = "; ".join(sorted(set(rows["basis"])))
    countries = rows[~rows["country"].isin([WORLD, UNNAMED])].sort_values("value", ascending=False, na_position="last")
    withheld = tuple(sorted(countries.loc[countries["value"].isna(), "country"]))
    named = float(countries["value"].sum())
    printed = rows.loc[rows["country"] == WORLD, "value"].dropna()
    others = float(rows.loc[rows["country"] == UNNAMED, "value"].sum())
    additive = not any(NOT_ADDITIVE in each for each in rows["basis"])
    is_sum = printed.empty
    total = max(float(printed.iloc[0]), named) if not is_sum else named + others
    missing = "" if additive else "figures of countries are on bases that do not add up"
    if additive and is_sum and withheld:
        missing = f"output of {', '.join(map(facts.country_name, withheld))}, which is withheld, and a world total"
    return WorldOutput(
        mineral, stage, period, unit, basis, source, str(rows["grade"].max()), countries.reset_index(drop=True),
        total if total > 0 and not missing else None, is_sum, max(total - named, 0.0), withheld, missing, additive,
    )  # fmt: skip

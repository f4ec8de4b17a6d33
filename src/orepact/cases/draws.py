"""Draws of everything that is not known well: one Latin hypercube over the ranges that the facts hold.

What enters: a mineral, its network, a number of draws and a seed. What leaves: one value per draw for each parameter,
with the range, grade and source it came from. The same seed gives the same draws on any machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm, qmc

from orepact import facts
from orepact.errors import MissingData, Problem

Array = NDArray[np.float64]

TENTH = float(norm.ppf(0.9))
QUARTER = float(norm.ppf(0.75))

SPREAD_OF_REVISION = 1 / QUARTER
"""A median absolute revision of r is a normal error with standard deviation r / 0.674."""


@dataclass(frozen=True)
class Range:
    """What one parameter may be: a distribution with the evidence for it.

    name: as in the answer. low, high: the ends (uniform), the quartiles or the 10th and 90th percentile (lognormal).
    tail: the standard normal quantile that ``high`` stands at. offset: the lognormal applies to value minus offset.
    """

    name: str
    distribution: str
    low: float
    high: float
    unit: str
    grade: str
    source: str
    tail: float = TENTH
    offset: float = 0.0

    def at(self, probability: Array) -> Array:
        """Values at probabilities between 0 and 1."""
        if self.distribution == "uniform":
            return self.low + (self.high - self.low) * probability
        low, high = np.log(self.low - self.offset), np.log(self.high - self.offset)
        spread = (high - low) / (2 * self.tail)
        values: Array = self.offset + np.exp((low + high) / 2 + spread * norm.ppf(probability))
        return values


@dataclass(frozen=True)
class Draws:
    """One value per draw for each parameter, and one revision error per draw and producer of each stage.

    values: name to shape ``(B,)``. revisions: standard normal, shape ``(B, producers of all stages)``.
    """

    ranges: tuple[Range, ...]
    values: Mapping[str, Array]
    revisions: Array

    def __len__(self) -> int:
        return len(self.revisions)

    def for_producers(self, number: int) -> Draws:
        """The same draws for more producers; those that the base year did not have have no figure to revise."""
        missing = max(number - self.revisions.shape[1], 0)
        return replace(self, revisions=np.pad(self.revisions, ((0, 0), (0, missing))))

    def some(self, chosen: slice) -> Draws:
        """Some of the draws."""
        values = {name: column[chosen] for name, column in self.values.items()}
        return replace(self, values=values, revisions=self.revisions[chosen])

    def column(self, name: str) -> Array:
        """A parameter's draws as a column ``(B, 1)``."""
        return self.values[name][:, None]


PARAMETERS = {
    "utilisation of mines": ("utilisation", "mine"),
    "utilisation of refineries": ("utilisation", "refined"),
    "response of refineries": ("refiner_elasticity", "refined"),
    "ore cost share": ("ore_cost_share", "refined"),
    "price ceiling": ("ceiling", "*"),
    "spread of ceilings": ("ceiling_spread", "*"),
    "days of stock at users": ("stock_days", "user"),
    "days of stock at producers": ("stock_days", "producer"),
    "stock response at users": ("stock_response", "user"),
    "stock response at producers": ("stock_response", "producer"),
    "months in transit": ("transit_months", "*"),
    "sourcing elasticity of ore": ("sourcing", "mine"),
    "sourcing elasticity of refined": ("sourcing", "refined"),
    "supply elasticity of scrap": ("secondary_elasticity", "*"),
    "revision of base figures": ("revision_error", "*"),
}
"""Names in an answer, and where the table ``parameters`` keeps each: parameter, stage."""

OFFSETS = {"ceiling": 1.0}


def ranges_for(mineral: str) -> tuple[Range, ...]:
    """All ranges that a market for ``mineral`` is drawn from: elasticities, then the parameters of the engine."""
    found = [_elasticity(mineral, "demand", "demand elasticity"), _elasticity(mineral, "supply", "supply elasticity")]
    found += [range_of(mineral, name, *where) for name, where in PARAMETERS.items()]
    return tuple(found)


def long_run(mineral: str, kind: str, name: str) -> Range:
    """The range of a long-run elasticity of ``demand`` or ``supply``."""
    return _elasticity(mineral, kind, name, "long")


def _elasticity(mineral: str, kind: str, name: str, horizon: str = "short") -> Range:
    table = facts.load("elasticities")
    rows = table[(table["mineral"] == mineral) & (table["kind"] == kind) & (table["horizon"] == horizon)]
    rows = rows.dropna(subset=["low", "high"])
    if rows.empty:
        raise _missing(mineral, f"{horizon}-run elasticity of {kind}", "elasticities")
    row = rows.iloc[0]
    low, high = sorted((abs(float(row["low"])), abs(float(row["high"]))))
    return Range(name, "lognormal", low, high, str(row["unit"]), str(row["grade"]), str(row["source"]), tail=QUARTER)


def range_of(mineral: str, name: str, parameter: str, stage: str) -> Range:
    """The range of a parameter of the engine, the mineral's own before that of all minerals."""
    table = facts.load("parameters")
    rows = table[(table["parameter"] == parameter) & table["mineral"].isin([mineral, "*"])]
    rows = rows[rows["stage"].isin([stage, "*"])]
    if rows.empty:
        raise _missing(mineral, f"range of '{parameter}' ({stage})", "parameters")
    row = rows.sort_values("mineral", ascending=False).iloc[0]
    return Range(
        name,
        str(row["distribution"]),
        float(row["low"]),
        float(row["high"]),
        str(row["unit"]),
        str(row["grade"]),
        str(row["source"]),
        offset=OFFSETS.get(parameter, 0.0),
    )


def _missing(mineral: str, what: str, table: str) -> MissingData:
    return MissingData(
        Problem(f"draws, {mineral}", f"there is no {what}", f"no row in '{table}'", f"add the row to '{table}'")
    )


def draw(mineral: str, *, number: int, seed: int, producers: int) -> Draws:
    """``number`` draws for ``mineral``; ``producers`` counts the rows of all stages, each with its own revision error."""
    ranges = ranges_for(mineral)
    cube = qmc.LatinHypercube(d=len(ranges) + producers, rng=np.random.default_rng(seed)).random(number)
    values = {found.name: found.at(cube[:, index]) for index, found in enumerate(ranges)}
    return Draws(ranges, values, norm.ppf(cube[:, len(ranges) :]))


def ranges_frame(ranges: tuple[Range, ...]) -> pd.DataFrame:
    """The ranges as a table: parameter, distribution, low, high, unit, grade, source."""
    columns = ["name", "distribution", "low", "high", "unit", "grade", "source"]
    return pd.DataFrame([[getattr(found, column) for column in columns] for found in ranges], columns=columns)

"""Inputs of an indicator, looked at once: every fault is collected, and a figure that is missing is never a zero."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orepact.errors import BadInput, MissingData, Problem

Amounts = pd.Series | Mapping[str, float] | Sequence[float] | NDArray[np.float64]
"""Figures by country: a series or a mapping, or an array where the names do not matter."""

MOST_OVER_ONE = 0.05
"""Printed shares may sum to this much over 1: they are rounded, and "less than 1 %" stands as 1 %."""

MOST_NAMED = 5


@dataclass
class Checked:
    """Collects what is wrong with an indicator's inputs; :meth:`stop` raises all of it together.

    What cannot be is BadInput; what is only missing is MissingData, so that a caller can tell "wrong" from "cannot tell".
    """

    indicator: str
    bad: list[Problem] = field(default_factory=list)
    missing: list[Problem] = field(default_factory=list)

    def amounts(self, name: str, values: Amounts, *, high: float = math.inf, low: float = 0.0) -> pd.Series:
        """Figures by name, from ``low`` to ``high``, none missing and no name twice."""
        try:
            series = pd.Series(values, dtype="float64")
        except (TypeError, ValueError) as error:
            self.is_bad(name, "the figures are not numbers", str(error), "give one number for each country")
            return pd.Series(dtype="float64")
        if not series.index.is_unique:
            twice = series.index[series.index.duplicated()]
            self.is_bad(name, "a name is there twice", named(twice), "add its figures up first")
        if "WLD" in series.index:
            self.is_bad(name, "a total stands among the countries", "WLD", "leave the world's total out")
        unknown = series.isna()
        if unknown.any():
            self.is_missing(name, "a figure is missing", named(series.index[unknown]), "find it; a gap is not a zero")
        outside = (series < low) | (series > high) | np.isinf(series)
        if outside.any():
            found = ", ".join(f"{label}: {value:g}" for label, value in series[outside].head(MOST_NAMED).items())
            self.is_bad(name, f"a figure is outside {interval(low, high)}", found, "correct it")
        return series

    def countries(self, name: str, values: Amounts) -> pd.Series:
        """Amounts by country, none of which may be "other countries"."""
        if isinstance(values, pd.Series | Mapping) and "OTH" in values:
            todo = "give it apart, as other=…: it may be one country or many"
            self.is_bad(name, "other countries are no country", "OTH", todo)
        return self.amounts(name, values)

    def shares(self, name: str, values: Amounts) -> pd.Series:
        """Shares of one whole as fractions, which may leave part unnamed but not sum to more than rounding allows."""
        series = self.amounts(name, values, high=1 + MOST_OVER_ONE)
        total = float(series.sum())
        if total > 1 + MOST_OVER_ONE:
            self.is_bad(
                name, "the shares sum to more than 1", f"{total:.3g}", "give fractions of one whole, not percent"
            )
        return series

    def number(self, name: str, value: float | None, *, low: float = 0.0, high: float = math.inf) -> float:
        """One figure from ``low`` to ``high``; None and NaN are missing."""
        if value is None or math.isnan(value):
            self.is_missing(name, "the figure is missing", "nothing", "find it; a gap is not a zero")
            return math.nan
        if not low <= value <= high or math.isinf(value):
            todo = "give a fraction, not percent" if high == 1 else "correct it"
            self.is_bad(name, f"the figure is outside {interval(low, high)}", f"{value:g}", todo)
        return float(value)

    def columns(self, name: str, frame: pd.DataFrame, needed: Sequence[str]) -> bool:
        """Whether a frame has the columns that are needed."""
        absent = [column for column in needed if column not in frame]
        if absent:
            found = ", ".join(map(str, frame.columns)) or "none"
            self.is_bad(name, f"no column {', '.join(absent)}", found, f"give {', '.join(needed)}")
        return not absent

    def is_bad(self, name: str, wrong: str, found: str, todo: str) -> None:
        """Record something that cannot be."""
        self.bad.append(Problem(f"{self.indicator}, {name}", wrong, found, todo))

    def is_missing(self, name: str, wrong: str, found: str, todo: str) -> None:
        """Record something without which nobody can tell."""
        self.missing.append(Problem(f"{self.indicator}, {name}", wrong, found, todo))

    def stop(self) -> None:
        """Raise BadInput with everything found, or MissingData where nothing is wrong and something is missing."""
        if self.bad:
            raise BadInput(self.bad + self.missing)
        if self.missing:
            raise MissingData(self.missing)


def named(labels: object) -> str:
    """The first few labels as words."""
    words = [str(label) for label in pd.Index(labels)]  # type: ignore[call-overload]
    return ", ".join(words[:MOST_NAMED]) + (f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else "")


def interval(low: float, high: float) -> str:
    """Bounds as words."""
    if math.isinf(high):
        return "what it can be (not negative)" if low == 0 else f"what it can be (at least {low:g})"
    return f"{low:g} to {high:g}"

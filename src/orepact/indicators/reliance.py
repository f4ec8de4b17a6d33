"""How much comes from abroad, and how long a stock lasts without it.

Both work on figures of one place and year, in tonnes of the same basis, or on arrays and series of many. A figure that is
missing (NaN) makes the result missing, in that place only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orepact.errors import BadInput, Problem
from orepact.indicators.checks import Checked, named

Figures = float | pd.Series | NDArray[np.float64]
"""One number, or one for each place."""

DAYS = 365.0


@overload
def net_import_reliance(production: float, imports: float, exports: float, stock_change: float) -> float: ...
@overload
def net_import_reliance(production: Figures, imports: Figures, exports: Figures, stock_change: Figures) -> Figures: ...
def net_import_reliance(production: Figures, imports: Figures, exports: Figures, stock_change: Figures) -> Figures:
    """Net imports over apparent consumption, a fraction: ``NIR = (M - X - S) / (P + M - X - S)``.

    production P (primary output, and secondary where it counts as supply), imports M, exports X, stock_change S: tonnes a
    year in the same basis; S above zero where stocks rose, below where they were drawn. Numbers, or series by place.

    The result is 1 where all comes from abroad and below 0 for a net exporter. It is NaN ("cannot tell") where a figure is
    missing and where apparent consumption, ``P + M - X - S``, is not above zero. The EU's criticality method uses the same
    ratio without stocks and takes an exporter as 0; ``supply_risk`` does that itself.

    Source: USGS, Mineral Commodity Summaries, appendix B (net imports plus stock changes over apparent consumption).

    Example: P 40, M 80, X 10, stocks up 10 t: (80 - 10 - 10) / (40 + 80 - 10 - 10) = 60 / 100 = 0.6.
    """
    figures: dict[str, Figures] = {"production": production, "imports": imports, "exports": exports}
    made, bought, sold, stored = _aligned("net import reliance", figures, {"stock_change": stock_change})
    net = bought - sold - stored
    return _like(_over(net, made + net), *figures.values(), stock_change)


@overload
def days_of_stock(stock: float, *, net_imports: float | None = None, consumption: float | None = None) -> float: ...
@overload
def days_of_stock(
    stock: Figures, *, net_imports: Figures | None = None, consumption: Figures | None = None
) -> Figures: ...
def days_of_stock(stock: Figures, *, net_imports: Figures | None = None, consumption: Figures | None = None) -> Figures:
    """Days that a stock lasts: ``365 k / net imports`` or ``365 k / consumption``, whichever is given.

    stock k: tonnes on hand; net_imports, consumption: tonnes a year in the same basis. NaN where a figure is missing, and
    where there are no net imports (a net exporter has nothing to cover) or no consumption.

    Source: the two readings of days of cover in Council Directive 2009/119/EC (net imports, inland consumption).

    Example: 30 t against net imports of 73 t a year last 150 days; against a consumption of 109.5 t, 100 days.
    """
    given = [each for each in (net_imports, consumption) if each is not None]
    if len(given) != 1:
        found = f"{len(given)} of them"
        raise BadInput(
            Problem(
                "days of stock", "give net imports or consumption", found, "give exactly one: the two answers differ"
            )
        )
    kept = {"stock": stock} if consumption is None else {"stock": stock, "consumption": consumption}
    signed = {} if net_imports is None else {"net_imports": net_imports}
    held, used = _aligned("days of stock", kept, signed)
    return _like(_over(DAYS * held, used), stock, given[0])


def _over(above: pd.Series, below: pd.Series) -> pd.Series:
    """A quotient that is NaN where what is below is not above zero."""
    quotient: pd.Series = above / below.where(below > 0)
    return quotient


def _like(found: pd.Series, *given: Figures) -> Figures:
    """A series where one was given, an array where arrays were, a number where all were numbers."""
    if any(isinstance(each, pd.Series) for each in given):
        return found
    return float(found.iloc[0]) if all(np.ndim(each) == 0 for each in given) else found.to_numpy()


def _aligned(indicator: str, positive: Mapping[str, Figures], signed: Mapping[str, Figures]) -> list[pd.Series]:
    """All figures as series of the same places; those in ``positive`` may not be negative, and a missing one passes."""
    checked = Checked(indicator)
    given = {**positive, **signed}
    series = {name: pd.Series(value, dtype="float64") for name, value in given.items()}
    for name, values in series.items():
        checked.amounts(name, values.dropna(), low=-np.inf if name in signed else 0.0)
    several = {name: series[name].index for name, value in given.items() if np.ndim(value) > 0}
    places = next(iter(several.values()), pd.RangeIndex(1))
    for name, index in several.items():
        odd = named(sorted(map(str, set(index) ^ set(places))))
        if odd:
            checked.is_bad(name, "the places differ", odd, "give every figure for the same places")
    checked.stop()
    return [
        values.reindex(places) if name in several else pd.Series(values.iloc[0], places)
        for name, values in series.items()
    ]

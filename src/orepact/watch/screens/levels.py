"""Screens that hold a price against a level: a reference price, what producers spend, what freight and tax explain."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from orepact.watch.nulls import rank
from orepact.watch.screen import Measured, Screen, TooLittle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orepact.watch.series import Level, Series

MONTHS, YEARS = 6, 2
"""Periods in a row below the level before a screen fires."""

MOST_MONTHS, LEAST_MONTHS, LEAST_YEARS = 37, 13, 5
GAP_MONTHS = 3
NEAR_ZERO = 1e-12

Statistic = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]


@cache
def below_for(run: int) -> Statistic:
    """The statistic of a run of so many periods below a level."""

    def statistic(above: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean log shortfall over the run in standard deviations of a step; 0 where a period lies above. above: shape (..., n)."""
        run_of = above[..., -run:]
        spread = np.diff(above, axis=-1).std(axis=-1, ddof=1)
        flat = spread < NEAR_ZERO
        size = np.where(flat, 0.0, -run_of.mean(axis=-1) / np.where(flat, 1.0, spread))
        found: NDArray[np.float64] = np.where((run_of < 0).all(axis=-1), size, 0.0)
        return found

    return statistic


def _null(series: Series) -> str:
    return "hovering" if series.frequency == "monthly" else "hovering by year"


def _run(series: Series, months: int = MONTHS) -> int:
    return months if series.frequency == "monthly" else YEARS


def below(series: Series, level: float, run: int) -> tuple[bool, float, float] | TooLittle:
    """Whether a series lies below a level for a run of periods, the chance of that about the level, and the mean shortfall, a share."""
    least = LEAST_MONTHS if series.frequency == "monthly" else LEAST_YEARS
    if len(series) < least:
        unit = "months" if series.frequency == "monthly" else "years"
        return TooLittle(f"{series.what}: {least} {unit} are needed, {len(series)} are there")
    above = np.log(series.array[-MOST_MONTHS:]) - np.log(level)
    fires = bool((above[-run:] < 0).all())
    size = float(below_for(run)(above))
    p = rank(_null(series), below_for(run), len(above), size) if size > 0 else 1.0
    return fires, p, float(1 - np.exp(above[-run:].mean()))


def _against(series: Series, level: Level, extra: frozenset[str]) -> Measured | TooLittle:
    run = _run(series)
    found = below(series, level.value, run)
    if isinstance(found, TooLittle):
        return found
    fires, p, short = found
    unit = "months" if series.frequency == "monthly" else "years"
    side = "below" if short > 0 else "above"
    words = (
        f"{series.what}: {series.values[-1]:,.0f} {series.unit} at the end, on average {100 * abs(short):.0f} % {side} {level.what} "
        f"({level.value:,.0f}) over the last {run} {unit}"
        + ("; below it in each" if fires else "; not below it in each")
    )
    sources = tuple(dict.fromkeys((*series.sources, *level.sources)))
    return Measured(fires, p, short, words, frozenset({series.family}) | extra, sources, max(series.grade, level.grade))


def _reference(series: Series, level: Level) -> Measured | TooLittle:
    return _against(series, level, frozenset())


def _cost(series: Series, level: Level) -> Measured | TooLittle:
    return _against(series, level, frozenset({"costs"}))


def _gap(series: Series, band: tuple[float, float]) -> Measured | TooLittle:
    run = _run(series, GAP_MONTHS)
    low = below(series, band[0], run)
    high = below(turned(series), 1 / band[1], run)
    if isinstance(low, TooLittle) or isinstance(high, TooLittle):
        return low if isinstance(low, TooLittle) else TooLittle("")
    ratio = float(np.exp(np.log(series.array[-run:]).mean()))
    side = "inside as freight and tax explain"
    if high[0]:
        side = "dearer at home than abroad: exports are sold below the home price"
    elif low[0]:
        side = "cheaper at home than abroad: home users are served first, or buyers abroad pay for scarcity"
    words = f"{series.what}: {ratio:.2f} on average, against {band[0]:.2f} to {band[1]:.2f}; {side}"
    p = min(1.0, 2 * min(low[1], high[1]))
    return Measured(low[0] or high[0], p, ratio, words, frozenset({series.family}), series.sources, series.grade)


def turned(series: Series) -> Series:
    """One over a series."""
    from dataclasses import replace

    return replace(series, values=tuple(1 / each for each in series.values))


REFERENCE = Screen(
    name="below-reference",
    title="The price stays below the reference price",
    formula="P_t < P_ref in each of the last 6 months; size: mean of log(P_ref / P_t) in standard deviations of a monthly change",
    threshold=f"{MONTHS} months in a row",
    needs=("held_price", "reference"),
    clock="held_price",
    frequency="monthly",
    annual=f"{YEARS} years in a row",
    false_positive="A reference price above the ordinary price is always undercut; a price that hovers about it is below it half the time.",
    source="Orepact rule D4; the EEC's reference prices (Regulation (EEC) 2118/74, trigger after days below) as a model",
    null="log price that hovers about the reference itself, the least favourable case (memory 0.9 a month)",
    measure=_reference,
)
COST = Screen(
    name="below-cost",
    title="The price stays below what dear producers spend",
    formula="P_t < 90th percentile of cash costs by producer (weighted by output where it is given) in each of the last 6 months",
    threshold=f"{MONTHS} months in a row",
    needs=("held_price", "cost90"),
    clock="held_price",
    frequency="monthly",
    annual=f"{YEARS} years in a row",
    false_positive="Costs that are older than the price, or a by-product that carries no cost of its own, look like selling below cost.",
    source="Areeda and Turner 1975 (price below average variable cost; recalled); Regulation (EU) 2016/1036, Article 2(4) (recalled)",
    null="log price that hovers about the cost itself (memory 0.9 a month)",
    measure=_cost,
)
GAP = Screen(
    name="price-gap",
    title="Inside and outside prices lie further apart than freight and tax",
    formula="inside price / outside price against [1 / ((1 + f)(1 + t)), (1 + f)(1 + t)]; f freight, t tax, shares of the price",
    threshold=f"outside the band in each of the last {GAP_MONTHS} months, on the same side",
    needs=("gap", "band"),
    clock="gap",
    frequency="monthly",
    annual=f"{YEARS} years in a row",
    false_positive="Two grades, two terms of delivery, a tax that is not in t, or a currency that moved within the month.",
    source="law of one price with costs of arbitrage; freight from OECD ITIC (facts: coefficients, transport)",
    null="log ratio that hovers about the edge of the band (memory 0.9 a month)",
    measure=_gap,
)

"""Screens of one price series: how its movements change, month by month (or year by year)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orepact.watch.nulls import rank
from orepact.watch.screen import Measured, Screen, TooLittle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orepact.watch.series import Series

BASE, RECENT = 48, 12
"""Months that tell what is usual, and months that are watched against them."""

BASE_YEARS, RECENT_YEARS = 8, 3
LEAST_RATIO = 0.5
"""Of standard deviations: the recent one below this part of the usual one is a collapse."""

ALLOWANCE, ALARM = 0.5, 5.0
"""k and h of the cumulative sum, in standard deviations of a step."""

PENALTY = 6.0
"""c in the penalty c sigma^2 log n. 2 would be the Bayesian criterion for one mean and one date with independent normal steps; with fat
tails and correlated steps it finds a change in 55 % of wandering series of 61 months, 4 in 13 %, 6 in 4 % (2 000 series each)."""

SHORTEST = 3
CHANCE = 0.05
"""Of so large a fall that was not made good, where nothing changes: from here on it is a lead."""

NEAR_ZERO = 1e-12


def steps_of(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Changes of log prices, shape (..., n - 1)."""
    return np.diff(logs, axis=-1)


def cut(series: Series) -> tuple[int, int]:
    """Steps that tell what is usual, and steps watched, by frequency."""
    return (BASE, RECENT) if series.frequency == "monthly" else (BASE_YEARS, RECENT_YEARS)


def quiet_over(logs: NDArray[np.float64], recent: int = RECENT) -> NDArray[np.float64]:
    """Minus the ratio of the recent standard deviation of steps to the usual one; -1 where the usual one is zero. Shape (...,)."""
    steps = steps_of(logs)
    usual, now = steps[..., :-recent].std(axis=-1, ddof=1), steps[..., -recent:].std(axis=-1, ddof=1)
    flat = usual < NEAR_ZERO
    return np.where(flat, -1.0, -now / np.where(flat, 1.0, usual))


def down_sum(logs: NDArray[np.float64], recent: int) -> NDArray[np.float64]:
    """Largest ``C_t = max(0, C_{t-1} + (mu - x_t)/sigma - k)`` over the recent steps, shape (...,)."""
    steps = steps_of(logs)
    base = steps[..., :-recent]
    mean, spread = base.mean(axis=-1), base.std(axis=-1, ddof=1)
    flat = spread < NEAR_ZERO
    total = np.zeros(steps.shape[:-1])
    largest = total.copy()
    for index in range(steps.shape[-1] - recent, steps.shape[-1]):
        fall = np.where(flat, 0.0, (mean - steps[..., index]) / np.where(flat, 1.0, spread))
        total = np.maximum(0.0, total + fall - ALLOWANCE)
        largest = np.maximum(largest, total)
    return largest


def down_months(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cumulative sum with monthly windows."""
    return down_sum(logs, RECENT)


def down_years(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cumulative sum with annual windows."""
    return down_sum(logs, RECENT_YEARS)


def spread_of(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Robust standard deviation: 1.4826 times the median distance from the median, shape (...,)."""
    middle = np.median(steps, axis=-1, keepdims=True)
    found: NDArray[np.float64] = 1.4826 * np.median(np.abs(steps - middle), axis=-1)
    return found


def largest_fall(logs: NDArray[np.float64], recent: int) -> NDArray[np.float64]:
    """Largest fall of the recent steps that was not made good, shape (...,).

    Over all runs of recent steps from a to b: the smaller of the fall over the run and the fall from a to the end, each less the mean step
    before, over the standard deviation before times the root of the steps of the run; 0 where nothing fell.
    """
    found: NDArray[np.float64] = _falls(logs, recent).max(axis=-1)
    return found


def _falls(logs: NDArray[np.float64], recent: int) -> NDArray[np.float64]:
    """The size of every run in the order of ``runs_of``, shape (..., runs)."""
    steps = steps_of(logs)
    base = steps[..., :-recent]
    mean, spread = base.mean(axis=-1, keepdims=True), base.std(axis=-1, ddof=1)
    flat = spread < NEAR_ZERO
    fallen = np.zeros((*steps.shape[:-1], recent + 1))
    np.cumsum(mean - steps[..., -recent:], axis=-1, out=fallen[..., 1:])
    sizes = [
        np.minimum(fallen[..., b] - fallen[..., a], fallen[..., -1] - fallen[..., a]) / np.sqrt(b - a)
        for a, b in runs_of(recent)
    ]
    found: NDArray[np.float64] = np.stack(sizes, axis=-1) / np.where(flat, 1.0, spread)[..., None]
    kept: NDArray[np.float64] = np.where(flat[..., None], 0.0, np.maximum(found, 0.0))
    return kept


def runs_of(recent: int) -> list[tuple[int, int]]:
    """All runs of so many steps: the step that each begins with, and the one after its last."""
    return [(a, b) for a in range(recent) for b in range(a + 1, recent + 1)]


def fallen_months(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest fall with monthly windows."""
    return largest_fall(logs, RECENT)


def fallen_years(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest fall with annual windows."""
    return largest_fall(logs, RECENT_YEARS)


def change_points(logs: NDArray[np.float64]) -> tuple[int, ...]:
    """First step after each change in the mean step, by PELT with penalty ``PENALTY sigma^2 log n``. logs: shape (n,)."""
    import ruptures

    steps = steps_of(logs)
    scale = float(spread_of(steps)) ** 2
    if scale < NEAR_ZERO:
        return ()
    search = ruptures.KernelCPD(kernel="linear", min_size=SHORTEST).fit(steps.reshape(-1, 1))
    found = search.predict(pen=PENALTY * scale * np.log(len(steps)))
    return tuple(int(each) for each in found[:-1])


def _window(series: Series) -> NDArray[np.float64] | TooLittle:
    base, recent = cut(series)
    needed = base + recent + 1
    if len(series) < needed:
        unit = "months" if series.frequency == "monthly" else "years"
        return TooLittle(f"{series.what}: {needed} {unit} are needed, {len(series)} are there")
    logs = np.log(series.array[-needed:])
    if steps_of(logs)[:base].std(ddof=1) < NEAR_ZERO:
        unit = "months" if series.frequency == "monthly" else "years"
        before = f"{series.what}: a price that moves; in the {base} {unit} up to {series.periods[-1 - recent]}"
        return TooLittle(f"{before} it changed alike, so what is usual cannot be told")
    return logs


def _variance(series: Series) -> Measured | TooLittle:
    if series.frequency != "monthly":
        return TooLittle(f"a monthly price ({series.what} is annual, and twelve steps are needed)")
    logs = _window(series)
    if isinstance(logs, TooLittle):
        return logs
    ratio = -float(quiet_over(logs))
    p = rank("wandering", quiet_over, len(logs), -ratio)
    words = f"{series.what} moved {ratio:.2f} times as much in the last 12 months as in the 48 before"
    return Measured(ratio < LEAST_RATIO, p, ratio, words, frozenset({series.family}), series.sources, series.grade)


def _cusum(series: Series) -> Measured | TooLittle:
    logs = _window(series)
    if isinstance(logs, TooLittle):
        return logs
    statistic = down_months if series.frequency == "monthly" else down_years
    total = float(statistic(logs))
    p = rank("wandering", statistic, len(logs), total) if total > 0 else 1.0
    words = f"{series.what}: cumulative fall of {total:.1f} against an alarm at {ALARM:g}"
    return Measured(total > ALARM, p, total, words, frozenset({series.family}), series.sources, series.grade)


def _change(series: Series) -> Measured | TooLittle:
    logs = _window(series)
    if isinstance(logs, TooLittle):
        return logs
    recent = cut(series)[1]
    statistic = fallen_months if series.frequency == "monthly" else fallen_years
    size = float(statistic(logs))
    p = rank("wandering", statistic, len(logs), size) if size > 0 else 1.0
    periods = series.periods[-len(logs) :]
    dates = ", ".join(periods[1 + each] for each in change_points(logs)) or "none"
    words = f"{series.what}: changes of trend at {dates}; {_fallen(logs, periods, recent, size)}"
    return Measured(p <= CHANCE, p, size, words, frozenset({series.family}), series.sources, series.grade)


def _fallen(logs: NDArray[np.float64], periods: tuple[str, ...], recent: int, size: float) -> str:
    """The largest fall in words."""
    if size <= 0:
        return f"it did not fall after {periods[-1 - recent]}"
    first, last = runs_of(recent)[int(_falls(logs, recent).argmax())]
    begin, end = len(logs) - 1 - recent + first, len(logs) - 1 - recent + last
    over, kept = 1 - np.exp(logs[end] - logs[begin]), np.exp(logs[-1] - logs[begin])
    return (
        f"from {periods[begin]} to {periods[end]} it went down by {100 * over:.0f} %, {size:.1f} times what such a time usually brings, "
        f"and at the end it stood at {100 * kept:.0f} % of {periods[begin]}"
    )


VARIANCE = Screen(
    name="variance-collapse",
    title="The price hardly moves any more",
    formula="sd of log changes over the last 12 months / sd over the 48 before",
    threshold=f"ratio below {LEAST_RATIO:g}",
    needs=("price",),
    clock="price",
    frequency="monthly",
    annual="",
    false_positive="A calm market, a fixed contract price, or an assessment that is copied from month to month moves as little.",
    source="Abrantes-Metz and Bajari 2010 (variance screens for collusion)",
    null="wandering log price of 61 months",
    measure=_variance,
)
CUSUM = Screen(
    name="cumulative-fall",
    title="The price falls more than it usually moves",
    formula="C_t = max(0, C_{t-1} + (mu - x_t)/sigma - k) over log changes x; mu, sigma from the 48 months before; k = 0.5",
    threshold=f"C above h = {ALARM:g} within the last 12 months",
    needs=("price",),
    clock="price",
    frequency="monthly",
    annual="mu and sigma from 8 years, C over the last 3",
    false_positive="Every large ordinary fall, such as after a shortage ends, fires it.",
    source="Page 1954 (recalled); k and h as in domain notes on screens",
    null="wandering log price of 61 months (12 years for annual data)",
    measure=_cusum,
)
CHANGE = Screen(
    name="change-point",
    title="The price turned downwards at a date",
    formula="largest over runs of months in the last 12 of min(fall over the run, fall from its begin to the end) / (sigma sqrt(months of "
    "the run)), falls of log price less the mean change, mean and sigma from the 48 months before; dates of changes by PELT on log changes "
    f"(squared cost, penalty {PENALTY:g} s^2 log n, s from the median distance, shortest piece {SHORTEST})",
    threshold=f"chance of as large a fall of {100 * CHANCE:g} % or less; a rise is quiet",
    needs=("price",),
    clock="price",
    frequency="monthly",
    annual="runs of years in the last 3 against 8 years before",
    false_positive="The end of a boom is a turn downwards; the date says when, not why.",
    source="Killick, Fearnhead and Eckley 2012 (PELT, recalled); Crede 2019, doi 10.1007/s11151-018-9649-5 (structural breaks)",
    null="wandering log price of 61 months (12 years for annual data)",
    measure=_change,
)

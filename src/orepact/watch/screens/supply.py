"""Screens of output: local producers that lose share, and plants that grow faster than what is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orepact.watch.nulls import student_tail
from orepact.watch.screen import Measured, Screen, TooLittle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orepact.watch.series import Series

POINTS = 0.10
"""Fall in share that counts: ferro-alloys in the EU fell from 38 to 24 % in 2019 to 2024."""

YEARS = 5
OUTRUN = 0.05
"""Points a year by which capacity grows faster."""

LEAST_STEPS = 3
NEAR_ZERO = 1e-12


def mean_tail(values: NDArray[np.float64]) -> float:
    """Probability that a mean is at least as far above zero where values are drawn about zero (one-sided Student's t). Shape (n,)."""
    spread = float(values.std(ddof=1))
    if spread < NEAR_ZERO:
        return 1.0
    return student_tail(float(values.mean()) / (spread / np.sqrt(len(values))), len(values) - 1)


def _share(series: Series) -> Measured | TooLittle:
    if len(series) < LEAST_STEPS + 1:
        return TooLittle(f"{series.what}: {LEAST_STEPS + 1} years are needed, {len(series)} are there")
    shares = series.array[-YEARS - 1 :]
    fall = float(shares[0] - shares[-1])
    first, last = series.periods[-len(shares)], series.periods[-1]
    words = f"{series.what}: {100 * shares[0]:.0f} % in {first}, {100 * shares[-1]:.0f} % in {last}"
    p = mean_tail(-np.diff(shares)) if fall >= POINTS else 1.0
    return Measured(fall >= POINTS, p, fall, words, frozenset({"output", series.family}), series.sources, series.grade)


def _outruns(capacity: Series, demand: Series) -> Measured | TooLittle:
    both = [period for period in capacity.periods if period in demand.periods]
    if len(both) < LEAST_STEPS + 1:
        return TooLittle(
            f"{capacity.what} and {demand.what} in the same {LEAST_STEPS + 1} years; {len(both)} are there"
        )
    gaps = np.diff(np.log([_at(capacity, each) for each in both])) - np.diff(
        np.log([_at(demand, each) for each in both])
    )
    mean = float(gaps.mean())
    words = f"{capacity.what} grew {100 * mean:+.1f} points a year against {demand.what}, {both[0]} to {both[-1]}"
    sources = tuple(dict.fromkeys((*capacity.sources, *demand.sources)))
    p = mean_tail(gaps) if mean > OUTRUN else 1.0
    return Measured(mean > OUTRUN, p, mean, words, frozenset({"capacity"}), sources, max(capacity.grade, demand.grade))


def _at(series: Series, period: str) -> float:
    return series.values[series.periods.index(period)]


SHARE = Screen(
    name="share-loss",
    title="Local producers lose share",
    formula="share = local output / (local output + imports - exports), tonnes of content at one stage; fall over up to 5 years",
    threshold="10 points or more",
    needs=("local_share",),
    clock="local_share",
    frequency="annual",
    annual="as designed",
    false_positive="A mine that ends its life, a strike, or a new user that imports lowers the share without any rival's doing.",
    source="Regulation (EU) 2025/2351, recitals on ferro-alloys: EU share 38 to 24 % (news summary, S75e); Orepact rule D4",
    null="share that moves by independent normal steps without drift, standard deviation 3 points a year",
    measure=_share,
)
CAPACITY = Screen(
    name="capacity-outruns",
    title="Capacity grows faster than what is used",
    formula="mean over the years of (change of log capacity - change of log use)",
    threshold=f"above {100 * OUTRUN:g} points a year",
    needs=("capacity", "demand"),
    clock="capacity",
    frequency="annual",
    annual="as designed",
    false_positive="Plants are built ahead of use that is expected; name-plate capacity may never run.",
    source="Orepact rule D4; OECD Global Forum on Steel Excess Capacity as a model (recalled)",
    null="log growth of capacity and use alike, independent normal, standard deviation 6 % a year each",
    measure=_outruns,
)

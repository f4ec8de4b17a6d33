"""Series in which nothing changes, drawn from a seed: what a screen says of them is its rate of false alarms.

Three kinds. *Wandering*: log price as a driftless walk whose steps have fat tails (Student's t, 5 degrees of freedom) and a correlation of
0.25 from one to the next, as monthly averages of a daily walk have (Working 1960, recalled); monthly metal prices of the facts since 1990
have 0.2 to 0.4. *Hovering*: log price about a fixed level, first-order autoregressive with 0.9 from month to month. *Steady*: volumes about
a fixed level, the same with 0.5. All have unit standard deviation of the step (wandering, hovering) or of the level (steady); every
statistic here is free of scale, so the unit does not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 20_240_901
DRAWS = 9_999
"""Series drawn for each rank: the smallest probability that can be told is 1 in 10 000."""

TAILS = 5
AVERAGED = 0.268
"""Weight of the step before that gives steps a correlation of 0.25: a / (1 + a^2)."""

HOVER = 0.9
STEADY = 0.5

Statistic = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]


def wandering(rng: np.random.Generator, count: int, length: int) -> NDArray[np.float64]:
    """Log prices that walk without drift, shape (count, length)."""
    drawn_steps = rng.standard_t(TAILS, size=(count, length + 1)) / np.sqrt(TAILS / (TAILS - 2))
    steps = (drawn_steps[:, 1:] + AVERAGED * drawn_steps[:, :-1]) / np.sqrt(1 + AVERAGED**2)
    found: NDArray[np.float64] = np.cumsum(steps, axis=1)
    return found


def hovering(rng: np.random.Generator, count: int, length: int, pull: float = HOVER) -> NDArray[np.float64]:
    """Log prices about zero with unit steps and memory ``pull``, shape (count, length)."""
    found = np.empty((count, length))
    found[:, 0] = rng.standard_normal(count) / np.sqrt(1 - pull**2)
    for index in range(1, length):
        found[:, index] = pull * found[:, index - 1] + rng.standard_normal(count)
    return found


def steady(rng: np.random.Generator, count: int, length: int) -> NDArray[np.float64]:
    """Levels about zero with unit standard deviation and memory 0.5, shape (count, length)."""
    found: NDArray[np.float64] = hovering(rng, count, length, STEADY) * np.sqrt(1 - STEADY**2)
    return found


def hovering_by_year(rng: np.random.Generator, count: int, length: int) -> NDArray[np.float64]:
    """The same from year to year: 0.9 a month leaves 0.28 a year."""
    return hovering(rng, count, length, HOVER**12)


KINDS = {"wandering": wandering, "hovering": hovering, "hovering by year": hovering_by_year, "steady": steady}


@cache
def drawn(kind: str, statistic: Statistic, length: int) -> NDArray[np.float64]:
    """The statistic of every drawn series of a kind and length, sorted."""
    rng = np.random.default_rng([SEED, length])
    return np.sort(statistic(KINDS[kind](rng, DRAWS, length)))


def rank(kind: str, statistic: Statistic, length: int, found: float) -> float:
    """Probability of a statistic at least as large where nothing changes: ``(1 + larger) / (1 + drawn)``."""
    values = drawn(kind, statistic, length)
    larger = len(values) - int(np.searchsorted(values, found, side="left"))
    return (1 + larger) / (1 + len(values))


def student_tail(statistic: float, freedom: int) -> float:
    """Probability that Student's t with ``freedom`` degrees is at least as large."""
    from scipy.special import stdtr

    return float(stdtr(freedom, -statistic))

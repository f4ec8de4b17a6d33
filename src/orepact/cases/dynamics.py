"""How fast things answer, drawn over the ranges that the facts hold.

A stream of its own: the draws of a market of one period stay what they are, whether or not time passes.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import qmc

from orepact.cases.draws import Range, long_run, range_of
from orepact.market import Speeds

NAMES = {
    "demand adjustment": "demand_adjustment",
    "supply adjustment": "supply_adjustment",
    "sourcing habit": "sourcing_habit",
    "stock rebuilding": "stock_rebuilding",
    "expectation": "expectation_time",
}
"""Names in an answer, and where the table ``parameters`` keeps each."""

STREAM = 1
"""What is put beside the seed, so that this stream is not that of the other draws."""


def dynamic_ranges(mineral: str) -> tuple[Range, ...]:
    """Long-run elasticities of demand and supply, then the times in which things answer."""
    found = [
        long_run(mineral, "demand", "long-run demand elasticity"),
        long_run(mineral, "supply", "long-run supply elasticity"),
    ]
    return (*found, *(range_of(mineral, name, parameter, "*") for name, parameter in NAMES.items()))


def draw_speeds(mineral: str, *, number: int, seed: int, short: tuple[np.ndarray, np.ndarray]) -> Speeds:
    """Speeds for ``number`` draws; ``short``: the short-run elasticities of demand and supply of the same draws, ``(B, 1)``.

    Where a draw's long run is smaller than its short run, nothing answers later.
    """
    ranges = dynamic_ranges(mineral)
    cube = qmc.LatinHypercube(d=len(ranges), rng=np.random.default_rng([seed, STREAM])).random(number)
    values = [found.at(cube[:, index])[:, None] for index, found in enumerate(ranges)]
    return Speeds(
        demand=np.maximum(values[0] - short[0], 0.0),
        supply=np.maximum(values[1] - short[1], 0.0),
        demand_years=values[2],
        supply_years=values[3],
        habit_years=values[4],
        rebuild_years=values[5],
        expect_years=values[6],
    )

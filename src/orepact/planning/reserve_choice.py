"""Which tonnes to buy first: the holdings that are worth most, less what they cost to carry, within a budget.

    maximise  sum_m [ B_m(h_m) - carry_m h_m ]   subject to  sum_m cost_m h_m <= budget,  h_m >= 0

``B_m`` is what a stock of ``h_m`` is worth in an expected year, tabulated and joined by straight lines. Where it is concave, taking
segments in order of net worth per dollar is exact; where a table is not, its least concave cover is used (and equals it at the
points taken but the last). Beside it the newsvendor's answer, which knows no market: ``F(k) = 1 - carry / (p v)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Option:
    """One mineral to choose: sizes in tonnes ``(L,)``, what each is worth a year (USD), and USD per tonne to buy and, a year, to carry."""

    mineral: str
    stock: Array
    worth: Array
    cost: float
    carry: float


@dataclass(frozen=True)
class Segment:
    """Tonnes of one mineral between two sizes, with their net worth per dollar of purchase and year."""

    mineral: str
    tonnes: float
    cost: float
    per_dollar: float


def segments(option: Option) -> list[Segment]:
    """The pieces of the least concave cover of the net worth, the best first."""
    net = option.worth - option.carry * option.stock
    corners = _upper_hull(option.stock, net)
    found = []
    for low, high in pairwise(corners):
        tonnes = float(option.stock[high] - option.stock[low])
        cost = option.cost * tonnes
        found.append(Segment(option.mineral, tonnes, cost, float(net[high] - net[low]) / cost))
    return found


def choose(options: Sequence[Option], budget: float, *, only_if_worth: bool = True) -> dict[str, float]:
    """Tonnes to hold of each mineral: segments by net worth per dollar while there is money, and they are worth anything.

    only_if_worth: without it all sizes are bought as far as the money goes, the worthiest first.
    """
    held = {each.mineral: 0.0 for each in options}
    ranked = sorted(
        (piece for each in options for piece in segments(each)), key=lambda piece: (-piece.per_dollar, piece.mineral)
    )
    left = budget
    for piece in ranked:
        if (only_if_worth and piece.per_dollar <= 0) or left <= 0:
            break
        part = min(1.0, left / piece.cost)
        held[piece.mineral] += part * piece.tonnes
        left -= part * piece.cost
    return held


def worth_of(option: Option, stock: float) -> float:
    """What a stock between two sizes is worth a year, USD."""
    return float(np.interp(stock, option.stock, option.worth))


def newsvendor(need: Array, weight: Array, *, carry: float, probability: float, value: float) -> float:
    """The stock that a newsvendor holds: the quantile ``1 - carry / (probability value)`` of what is needed once it happens.

    need: tonnes short in each case, any shape; weight: of the cases, same shape. carry, value: USD per tonne (a year; of what is
    missing). It takes every tonne held to serve one that is short, so it holds more than a market in which others bid for it too.
    """
    if probability * value <= carry:
        return 0.0
    order = np.argsort(need, axis=None)
    amounts, weights = need.ravel()[order], weight.ravel()[order]
    reached = np.cumsum(weights) / weights.sum()
    at = int(np.searchsorted(reached, 1.0 - carry / (probability * value) - 1e-12))
    return float(amounts[min(at, len(amounts) - 1)])


def _upper_hull(across: Array, up: Array) -> list[int]:
    """Positions of the corners of the least concave cover, left to right."""
    hull: list[int] = []
    for at in range(len(across)):
        while len(hull) > 1 and _below(across, up, hull[-2], hull[-1], at):
            hull.pop()
        hull.append(at)
    return hull


def _below(across: Array, up: Array, first: int, middle: int, last: int) -> bool:
    """Whether the middle point lies on or below the line between the two others."""
    run, rise = across[last] - across[first], up[last] - up[first]
    return bool((up[middle] - up[first]) * run <= rise * (across[middle] - across[first]))

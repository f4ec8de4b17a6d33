"""How far a reference price may be from the base price before a market is no longer solved, for the sentence that refuses it."""

from __future__ import annotations

import math
from collections.abc import Callable

from orepact.errors import NotSolved, Problem

TRIES = 6
"""Prices that are tried on the way to the one that was asked."""


def within_reach(attempt: Callable[[float], object], near: float, far: float) -> float | None:
    """The highest price that was solved between two, of six tried by halving the distance in ratio; None where none was.

    attempt: solves at a price, and raises NotSolved where it cannot. Prices are tried with two digits, so that what is said was solved.
    """
    best: float | None = None
    for _ in range(TRIES):
        tried = _two_digits(math.sqrt(near * far))
        if tried in {near, far}:
            break
        try:
            attempt(tried)
        except NotSolved:
            far = tried
        else:
            best = near = tried
    return best


def too_far(reference: float, highest: float, error: NotSolved) -> NotSolved:
    """That a reference price is too far from the base price, in place of what the solver says of itself."""
    told = error.problems[0]
    solved = f"{highest:,.0f}".replace(",", "\u2009")
    return NotSolved(
        Problem(
            "--reference",
            "the reference price is too far from the base price for the model to be solved",
            f"{reference:.10g} USD a tonne of content, where {told.wrong}: {told.found}",
            f"give a lower one: of those tried, {solved} is the highest that was solved",
        )
    )


def _two_digits(value: float) -> float:
    """A price rounded down to two digits."""
    size = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.floor(value / size) * size:.2g}")

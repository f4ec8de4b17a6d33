"""Screens of an exchange and of a benchmark: stocks that fall while prompt metal is dear, and few who submit prices."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from orepact.watch.nulls import DRAWS, SEED, rank
from orepact.watch.screen import Measured, Screen, TooLittle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from orepact.watch.series import Series

MONTHS, PAST = 3, 36
DROP = 2.0
LEAST_SUBMITTERS = 3
"""As for a reference price: below three, one of them can set it."""

MOST_SHARE = 0.5
NEAR_ZERO = 1e-12


def drop_over(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fall of log stocks over the last three months in standard deviations of such a fall before. Shape (...,)."""
    steps = np.diff(logs, axis=-1)
    spread = steps[..., :-MONTHS].std(axis=-1, ddof=1) * np.sqrt(MONTHS)
    flat = spread < NEAR_ZERO
    found: NDArray[np.float64] = np.where(flat, 0.0, -steps[..., -MONTHS:].sum(axis=-1) / np.where(flat, 1.0, spread))
    return found


def _squeeze(stocks: Series, spread: Series) -> Measured | TooLittle:
    needed = PAST + MONTHS + 1
    if stocks.frequency != "monthly" or len(stocks) < needed:
        return TooLittle(f"{stocks.what}: {needed} months are needed, {len(stocks)} are there")
    if (stocks.array[-needed:] <= 0).any():
        return TooLittle(f"{stocks.what}: a month without any stock cannot be held against the others")
    size = float(drop_over(np.log(stocks.array[-needed:])))
    dear = spread.values[-1] > 0 and spread.periods[-1] == stocks.periods[-1]
    fall = 100 * (1 - stocks.values[-1] / stocks.values[-1 - MONTHS])
    words = (
        f"{stocks.what}: {fall:.0f} % less than three months before ({size:+.1f} standard deviations), cash "
        f"{'dearer' if dear else 'not dearer'} than three months ({100 * spread.values[-1]:+.1f} % of the price)"
    )
    p = rank("wandering", drop_over, needed, size) if dear and size > 0 else 1.0
    return Measured(size > DROP and dear, p, size, words, frozenset({"stocks"}), stocks.sources, stocks.grade)


@cache
def _largest_shares(submitters: int, submissions: int) -> NDArray[np.float64]:
    """Share of the most frequent submitter where all are as likely, drawn, sorted."""
    rng = np.random.default_rng([SEED, submitters, submissions])
    counts = rng.multinomial(submissions, np.full(submitters, 1 / submitters), size=DRAWS)
    return np.sort(counts.max(axis=1) / submissions)


def _submitters(counts: Mapping[str, int]) -> Measured | TooLittle:
    total = sum(counts.values())
    if total == 0:
        return TooLittle("any submission")
    if len(counts) < LEAST_SUBMITTERS:
        only = " and ".join(counts)
        return TooLittle(
            f"{LEAST_SUBMITTERS} submitters or more: only {only} give this benchmark, and so few can set it alone"
        )
    name, most = max(counts.items(), key=lambda each: (each[1], each[0]))
    share = most / total
    drawn = _largest_shares(len(counts), total)
    p = (1 + len(drawn) - int(np.searchsorted(drawn, share, side="left"))) / (1 + len(drawn))
    words = f"{len(counts)} submitters; {name} gave {most} of {total} submissions ({100 * share:.0f} %)"
    return Measured(share > MOST_SHARE, p, share, words, frozenset({"submissions"}), (), "E")


SQUEEZE = Screen(
    name="squeeze",
    title="Stocks fall while prompt metal is dear",
    formula="fall of log stocks over 3 months / sd of such falls over the 36 months before, and cash above three months",
    threshold=f"above {DROP:g}, with backwardation at the end",
    needs=("stocks", "spread"),
    clock="stocks",
    frequency="monthly",
    annual="",
    false_positive="A true shortage looks the same; so does metal that moves to a warehouse that does not report.",
    source="nickel, March 2022 (domain notes on screens); theory of storage",
    null="log stocks that wander for 40 months, with backwardation always there",
    measure=_squeeze,
)
SUBMITTERS = Screen(
    name="submitters",
    title="Few hands make the benchmark",
    formula="share of the most frequent submitter in all submissions; number of submitters",
    threshold=f"a share above {100 * MOST_SHARE:g} %; fewer than {LEAST_SUBMITTERS} submitters cannot be told",
    needs=("submissions",),
    clock="submissions",
    frequency="twelve months together",
    annual="as designed",
    false_positive="A thin market has few who trade in it; that is no fault of theirs.",
    source="IOSCO, Principles for Oil Price Reporting Agencies 2012 (recalled); Orepact's rule of three submitters",
    null="8 submitters that are each as likely, 96 submissions",
    measure=_submitters,
)

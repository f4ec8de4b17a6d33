"""The lowest rung: what a stop takes away, what stocks cover, and on which day users run short. Nobody answers to a price.

    taken_j = cut sum over origins of what j bought of them (last stage)
    at an earlier stage a plant loses  min(1, recovery ore lost / output)  of what it makes, and its buyers lose as much of what it sells
    short_j = max(0, taken_j - stock_j)          days_j = stock_j / (taken_j / days of the period)
    users run short on the first day t on which  sum of taken_j over those with days_j <= t  is 5 % of their use or more

It is the N-1 rule (Regulation (EU) 2017/1938, annex II) put to those who cut rather than to the largest supplier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

DAYS_A_MONTH = 365.0 / 12.0
SHORT = 0.05
"""Share of use from which users count as short, on every rung."""


@dataclass(frozen=True)
class Arithmetic:
    """Tonnes of the period by draw and user, ``(B, J)``; ``months`` its length. taken: what the stop takes; stock: in hand and at sea."""

    taken: Array
    stock: Array
    use: Array
    months: float

    @property
    def short(self) -> Array:
        """What stocks do not cover, tonnes."""
        return np.maximum(self.taken - self.stock, 0.0)

    @property
    def covered(self) -> Array:
        """What stocks cover, tonnes."""
        return np.minimum(self.taken, self.stock)

    @property
    def days(self) -> Array:
        """Days until the stock of each user is gone; infinite where nothing is taken from it or the stock outlasts the period."""
        daily = self.taken / (self.months * DAYS_A_MONTH)
        days = np.divide(self.stock, daily, out=np.full(self.taken.shape, np.inf), where=daily > 0)
        gone: Array = np.where(days < self.months * DAYS_A_MONTH, days, np.inf)
        return gone

    def first_day(self, hit: Mask) -> Array:
        """First day on which users in ``hit (J,)`` together lack 5 % of their use, ``(B,)``; infinite for never."""
        days, taken = self.days[:, hit], self.taken[:, hit]
        order = np.argsort(days, axis=1, kind="stable")
        lacking = np.cumsum(np.take_along_axis(taken, order, axis=1), axis=1)
        short = lacking >= SHORT * self.use[:, hit].sum(axis=1, keepdims=True)
        sorted_days = np.take_along_axis(days, order, axis=1)
        first: Array = np.where(short, sorted_days, np.inf).min(axis=1, initial=np.inf)
        return first


def taken_away(flows: tuple[Array, ...], recovery: Array, at: int, covered: Mask, cut: float) -> Array:
    """What users lose when ``cut`` of the covered flows of stage ``at`` is gone, tonnes by draw and final user, ``(B, J)``.

    flows: base flows of each stage ``(B, n, b)``. recovery: tonnes of the last stage made of one of the stage before, by plant.
    """
    lost: Array = cut * np.where(covered, flows[at], 0.0).sum(axis=1)
    for later in flows[at + 1 :]:
        output = later.sum(axis=2)
        made = recovery * lost[:, : output.shape[1]]
        share = np.minimum(np.divide(made, output, out=np.zeros_like(output), where=output > 0), 1.0)
        lost = (share[:, :, None] * later).sum(axis=1)
    return lost

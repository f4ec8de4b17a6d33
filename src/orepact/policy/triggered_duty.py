"""A duty up to a reference price that begins only after cheap imports and ends only after dear ones, read at a case's step.

The rule of :mod:`orepact.policy.trigger` counts market days: 3 of 5 to 7 below, one of them by a margin. A case knows no days but
months, quarters or years. There the average of a period stands for its market days, so that one period is the default; what
a period hides (a few cheap days within a dear month) starts nothing, and every decision takes effect with the next period.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import field_validator

from orepact.market import Problem, Solution
from orepact.policy.attributes import attribute
from orepact.policy.instrument import Array, Mask
from orepact.policy.labels import Labels
from orepact.policy.money import import_price
from orepact.policy.record import number
from orepact.policy.reference_duty import ReferenceDuty
from orepact.policy.trigger import ENTRY_PRICE

AT_A_STEP = f"{ENTRY_PRICE}, read at the step of a case"
LONGEST_LOOK = 120
ROUNDING = 1e-9
"""Share of the reference within which a price is at it: no more than rounding of a solved market."""


class TriggeredDuty(ReferenceDuty):
    """A `reference_duty` that is on or off, draw by draw: it begins after cheap imports, ends after dear ones, and holds between.

    ``m = sum x (price + freight) / sum x`` over the imports that it may lift, by period: the price that the levy is reckoned from,
    without duties, and without taxes and rents of the origin. It begins with a period if ``m < reference`` in `below` of the
    `lookback` periods before it and ``m <= reference - margin`` in one of these; it ends if ``m >= reference`` in as many and
    ``m >= reference + margin`` in one; and it changes no earlier than `hold_months` after its last change. While it is off
    nothing is levied; while it is on the levy is that of `reference_duty`.

    The rule it is taken from counts market days, 3 of 5 to 7, one of them by the margin. Here the average of a period stands for
    its days, so 1 of 1 period is the default, and a decision takes effect with the period after. The periods before a case, and
    that before a market of a single period, are the base. A period without such imports counts neither way. Before its first day it
    watches and is off; after its last day it is off.
    """

    kind: Literal["triggered_duty"] = "triggered_duty"  # type: ignore[assignment]
    margin: float = number(
        unit="USD per t", meaning="how far the price of one period must lie from the reference", source=AT_A_STEP, ge=0
    )
    below: int = attribute(
        1, unit="periods", meaning="periods below that start it, and at or above that end it", source=AT_A_STEP,
        ge=1, le=LONGEST_LOOK, strict=True,
    )  # fmt: skip
    lookback: int = attribute(
        1, unit="periods", meaning="periods looked back on", source=AT_A_STEP, ge=1, le=LONGEST_LOOK, strict=True
    )
    hold_months: int = attribute(
        1, unit="months", meaning="least time from one change to the next", source=AT_A_STEP, ge=1, le=600, strict=True
    )

    @field_validator("lookback")
    @classmethod
    def _wide_enough(cls, lookback: int, info: Any) -> int:
        needed = info.data.get("below", 1)
        if lookback < needed:
            raise ValueError(f"at least {needed}, for fewer periods cannot hold those that count")
        return lookback

    def turned(self, on: Mask, prices: Array) -> Mask:
        """Whether prices ask for it to be on, ``(B,)``, where it was ``on``; ``hold_months`` is left to who counts the months.

        prices: of imports in the last `lookback` periods, ``(B, lookback)``, USD per tonne before duties; NaN for none.
        """
        gap = prices - self.reference
        gap = np.where(np.abs(gap) <= ROUNDING * self.reference, 0.0, gap)
        turning = np.where(on[:, None], gap >= 0, gap < 0)
        far = turning & (np.abs(gap) >= self.margin - ROUNDING * self.reference)
        changes = (turning.sum(axis=1) >= self.below) & far.any(axis=1)
        asked: Mask = on ^ changes
        return asked

    def watched(self, problem: Problem, solution: Solution, labels: Labels) -> Array:
        """The price ``m`` of the imports that it may lift in a solved market, ``(B,)``, USD per tonne before duties."""
        at = labels.stage(self.stage)
        found = solution.stages[at]
        return import_price(problem.stages[at], found.flows, found.price, self.covered(labels))

    def watched_at_base(self, problem: Problem, labels: Labels, base_flows: Array) -> Array:
        """The same at base prices and flows, ``(B,)`` or ``(1,)``."""
        stage = problem.stages[labels.stage(self.stage)]
        return import_price(stage, base_flows, stage.price, self.covered(labels))

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem of a single period, with the base before it; ``base_flows (B, n, m + J)`` or ``(n, m + J)``, tonnes."""
        before = np.repeat(self.watched_at_base(problem, labels, base_flows)[:, None], self.lookback, axis=1)
        return self.lifted(problem, labels, self.turned(np.zeros(len(before), dtype=bool), before))

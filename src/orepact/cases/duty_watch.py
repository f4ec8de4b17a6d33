"""What the triggered duties of a case have seen and whether each is on: the only thing that an instrument remembers over time.

What enters: every solved period. What leaves: the draws in which each duty is on in the next, and both for the answer. A case
without such a duty has nothing here, and its answer no byte of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact.cases.assemble import Base
from orepact.cases.path_case import PathCase
from orepact.market import Problem, Solution
from orepact.policy import Instrument, TriggeredDuty
from orepact.policy.instrument import none_left

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Flows = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Stage, importers and exempt origins: duties on the same flows watch one price, and one that follows another goes on from it."""

ON, PRICE = "duty_on", "import_price"
"""Variables of an answer that say what a duty did, and what it watched."""


@dataclass
class _Seen:
    """Prices of imports by period, the last base ``(B,)`` before them; whether the duty is on, and months since it changed."""

    base: Array
    on: Mask
    months: Array
    prices: list[Array] = field(default_factory=list)

    def last(self, periods: int) -> Array:
        """The prices of the last periods, ``(B, periods)``: the base before the first."""
        known = self.prices[-periods:]
        return np.stack([self.base] * (periods - len(known)) + known, axis=1)

    def off(self) -> None:
        """Forget that it was ever on, and when it changed."""
        self.on, self.months = np.zeros_like(self.on), np.full_like(self.months, np.inf)


class DutyWatch:
    """Follows the triggered duties of a case through its periods."""

    def __init__(self, case: PathCase, base: Base) -> None:
        self._case, self._base = case, base
        self._duties: dict[Flows, TriggeredDuty] = {}
        self._seen: dict[Flows, _Seen] = {}
        self._states: list[dict[str, Mask]] = []
        for each in (timed.instrument for timed in case.instruments if timed.active):
            if isinstance(each, TriggeredDuty) and _flows(each) not in self._duties:
                self._duties[_flows(each)] = each
                self._seen[_flows(each)] = self._from_base(each)

    def _from_base(self, duty: TriggeredDuty) -> _Seen:
        problem, labels = self._base.problem, self._base.labels
        at = labels.stage(duty.stage)
        none_left("importers", duty.covered(labels), duty.importers, labels, at)
        price = duty.watched_at_base(problem, labels, self._base.flows[at])
        draws = self._case.draws
        return _Seen(np.broadcast_to(price, (draws,)), np.zeros(draws, dtype=bool), np.full(draws, np.inf))

    def decide(self, instruments: Sequence[Instrument]) -> dict[str, Mask]:
        """The draws in which each of the duties in force is on in the period that begins, ``(B,)``, by name."""
        found: dict[str, Mask] = {}
        there = {_flows(each): each for each in instruments if isinstance(each, TriggeredDuty)}
        for key, seen in self._seen.items():
            duty = there.get(key)
            if duty is None:
                seen.off()
                continue
            asked = duty.turned(seen.on, seen.last(duty.lookback))
            changes = (asked != seen.on) & (seen.months >= duty.hold_months)
            seen.on, seen.months = seen.on ^ changes, np.where(changes, 0.0, seen.months)
            found[duty.name] = seen.on
        self._states.append(found)
        return found

    def see(self, market: Problem, solution: Solution) -> None:
        """Keep the prices of a solved period, and let its months pass."""
        for key, duty in self._duties.items():
            seen = self._seen[key]
            seen.prices.append(duty.watched(market, solution, self._base.labels))
            seen.months = seen.months + self._case.step

    def variables(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Coordinates and variables of the answer: nothing without a triggered duty."""
        if not self._duties:
            return {}, {}
        off = np.zeros(self._case.draws, dtype=bool)
        states = [
            np.stack([state.get(duty.name, off) for state in self._states], axis=1) for duty in self._duties.values()
        ]
        prices = [np.stack(self._seen[key].prices, axis=1) for key in self._duties]
        dimensions = ("draw", "period", "duty")
        return {"duty": [duty.name for duty in self._duties.values()]}, {
            ON: (dimensions, np.stack(states, axis=2).astype(float), {"units": "1", "long_name": "whether the duty is on"}),
            PRICE: (
                dimensions, np.stack(prices, axis=2), {"units": "USD per t", "long_name": "price of imports before duties"}
            ),
        }  # fmt: skip


def _flows(duty: TriggeredDuty) -> Flows:
    return duty.stage, duty.importers, duty.exempt


def states_of(data: Mapping[Any, Any], at: int) -> list[tuple[str, Array, Array]]:
    """Every triggered duty of an answer in one period: its name, whether it is on and the price it watched, each ``(B,)``."""
    if ON not in data:
        return []
    names = [str(name) for name in data["duty"].to_numpy()]
    on, price = data[ON].to_numpy()[:, at], data[PRICE].to_numpy()[:, at]
    return [(name, on[:, column], price[:, column]) for column, name in enumerate(names)]

"""When an adjustable duty begins and ends, day by day, from market prices.

It begins after 3 of the last 5 to 7 market days below the reference of which one at least lies a margin below it; it ends on the
mirror of that; and it never changes twice within a month. The rule is Article 25a of Regulation (EEC) No 1035/72 as recited by
Regulation (EEC) No 1439/84, with its margin of 0.6 ECU as a parameter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from pydantic import field_validator

from orepact.errors import Problem
from orepact.policy.attributes import attribute
from orepact.policy.record import Record, add_months, number, raise_all

ENTRY_PRICE = "Regulation (EEC) No 1035/72, Article 25a, recited by Regulation (EEC) No 1439/84"
BELOW, SHORTEST, LONGEST = 3, 5, 7
"""Days below, and the fewest and most market days looked back on: 3 of 5 to 7 (same source)."""


class Trigger(Record):
    """The reference and how long and how far prices must lie below it."""

    reference: float = number(unit="money per unit", meaning="reference price", source="its record", gt=0)
    margin: float = number(
        unit="money per unit", meaning="how far at least one day must lie from the reference", source=ENTRY_PRICE, ge=0
    )
    days: int = attribute(
        BELOW, unit="market days", meaning="days below that are needed", source=ENTRY_PRICE, ge=1, strict=True
    )
    shortest: int = attribute(
        SHORTEST, unit="market days", meaning="fewest days looked back on", source=ENTRY_PRICE, ge=1, strict=True
    )
    longest: int = attribute(
        LONGEST, unit="market days", meaning="most days looked back on", source=ENTRY_PRICE, ge=1, strict=True
    )
    notice: int = attribute(
        0,
        unit="days",
        meaning="days from a decision to its effect",
        source="the alliance's agreement",
        ge=0,
        strict=True,
    )

    @field_validator("shortest", "longest")
    @classmethod
    def _wide_enough(cls, days: int, info: Any) -> int:
        needed = max(info.data.get("days", 1), info.data.get("shortest", 1))
        if days < needed:
            raise ValueError(f"at least {needed}, for shorter windows cannot hold the days that count")
        return days


@dataclass(frozen=True)
class DutyState:
    """One market day: whether the duty is decided to be on, whether that changed, from when it has effect, and why."""

    on: date
    price: float
    active: bool
    changed: bool
    effective: date | None
    why: str


def duty_states(trigger: Trigger, prices: Sequence[tuple[date, float]]) -> tuple[DutyState, ...]:
    """The state of every market day, off before the first; prices are (day, money per unit), in order, one a day."""
    raise_all(_problems(prices))
    states: list[DutyState] = []
    active = False
    last_change: date | None = None
    for at, (day, price) in enumerate(prices):
        window = [each for _, each in prices[max(0, at + 1 - trigger.longest) : at + 1]]
        wanted, why = _wanted(trigger, window, active=active)
        free_again = None if last_change is None else add_months(last_change, 1)
        changed = wanted != active
        if changed and free_again is not None and day < free_again:
            changed, why = False, f"{why}, but no change before {free_again}: it changed on {last_change}"
        if changed:
            active, last_change = wanted, day
        effective = day + timedelta(days=trigger.notice) if changed else None
        states.append(DutyState(day, price, active, changed, effective, why))
    return tuple(states)


def _wanted(trigger: Trigger, window: Sequence[float], *, active: bool) -> tuple[bool, str]:
    """What the prices of a window ask for, and why."""
    if len(window) < trigger.shortest:
        return active, f"{len(window)} market days, {trigger.shortest} are needed"
    gaps = [price - trigger.reference for price in window]
    turning = [gap for gap in gaps if (gap >= 0 if active else gap < 0)]
    far = any(abs(gap) >= trigger.margin for gap in turning)
    where = "at or above" if active else "below"
    why = f"{len(turning)} of the last {len(window)} market days {where} {trigger.reference:g}"
    if len(turning) < trigger.days:
        return active, why
    if not far:
        return active, f"{why}, none of them by {trigger.margin:g}"
    return not active, f"{why}, one of them by {trigger.margin:g} or more"


def _problems(prices: Sequence[tuple[date, float]]) -> list[Problem]:
    problems = [
        Problem(
            f"trigger, {day}", "a price is a number at or above zero", f"{price}", "leave out days without a market"
        )
        for day, price in prices
        if isinstance(price, bool) or not (math.isfinite(price) and price >= 0)
    ]
    return problems + [
        Problem(
            f"trigger, {later}",
            "market days must follow each other",
            f"it stands after {day}",
            "sort them, one price a day",
        )
        for (day, _), (later, _) in pairwise(prices)
        if later <= day
    ]

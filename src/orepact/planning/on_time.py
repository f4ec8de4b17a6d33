"""P(on time) from how projects in the same state have fared: a range, because the figures are few.

    P = finished * (1 - late * exp(-slack * late / delay))

finished: share of such projects that are ever finished; late: share that start late; delay: mean delay of all projects, months,
so that those that are late are late by ``delay / late`` on average, taken as an exponential; slack: months from the planned
start to the end of the year asked about. Each end of the range of P takes the end of every figure that gives it. Two things are
not in these figures, and both make P too high: permits that come late, and projects that are given up after construction began.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from itertools import product

from orepact import facts

FINISHED, LATE, DELAY = (
    "share of projects that are finished",
    "share of projects that start late",
    "mean delay of all projects",
)
DERIVED = "D"
STANDING = ("built", "ramping")
"""States in which nothing can be late any more."""


@dataclass(frozen=True)
class Chance:
    """P(on time) between ``low`` and ``high``, with its grade, sources and how it came about."""

    low: float
    high: float
    grade: str
    sources: tuple[str, ...]
    trail: str


def chance_of(stage: str, state: str, *, months: float) -> Chance | str:
    """The range of P for a project with so many months of slack; a text that says what is missing where none can be told."""
    finished = _figure(stage, state, FINISHED)
    if finished is None:
        return f"a reference class: no share of {stage} projects in state '{state}' that are finished is published"
    if state in STANDING:
        return Chance(*finished[:2], "E", (finished[2],), "the plant stands")
    late, delay = _figure(stage, state, LATE), _figure(stage, state, DELAY)
    if late is None or delay is None:
        return f"a reference class: no delay of {stage} projects in state '{state}' is published"
    chances = [in_time(months, *ends) for ends in product(late[:2], delay[:2])]
    sources = tuple(sorted({finished[2], late[2], delay[2]}))
    trail = f"{finished[0]:.0%} to {finished[1]:.0%} finished; {late[0]:.0%} to {late[1]:.0%} late, by {delay[0]:g} months on average"
    return Chance(finished[0] * min(chances), finished[1] * max(chances), DERIVED, sources, trail)


def in_time(months: float, late: float, delay: float) -> float:
    """``1 - late exp(-slack late / delay)``: the share of finished projects that start within their slack; 0 without any."""
    return 1.0 - late * math.exp(-months * late / delay) if months >= 0 else 0.0


@cache
def _figure(stage: str, state: str, measure: str) -> tuple[float, float, str] | None:
    """Low, high and source of a measure of the reference class of a stage and state."""
    table = facts.load("reference_classes")
    rows = table[(table["measure"] == measure) & table["stage"].isin([stage, "*"]) & table["state"].isin([state, "*"])]
    if rows.empty:
        return None
    row = rows.sort_values(["stage", "state"], ascending=False).iloc[0]
    low, high = (row["value"] if math.isnan(row[end]) else row[end] for end in ("low", "high"))
    return float(low), float(high), str(row["source"])

"""Reference prices along a chain must leave the refiner alive: ``P(k+1) >= P(k) / yield + conversion cost``.

A price for ore that a metal's price cannot pay protects the mine and closes the plant that buys from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from orepact.errors import Problem
from orepact.policy.attributes import attribute
from orepact.policy.record import USER, Record, Text, number, raise_all


class StageStep(Record):
    """One plant's step: it buys at one reference price, loses some content, spends, and sells at the next."""

    bought: Text = attribute(unit="text", meaning="what the plant buys, such as mine", source=USER)
    sold: Text = attribute(unit="text", meaning="what the plant sells, such as refined", source=USER)
    bought_at: float = number(
        unit="money per tonne of content", meaning="reference price of what it buys", source="its record", gt=0
    )
    sold_at: float = number(
        unit="money per tonne of content", meaning="reference price of what it sells", source="its record", gt=0
    )
    recovery: float = number(
        unit="1", meaning="share of the content bought that is sold", source="plant or yield table", gt=0, le=1
    )
    conversion_cost: float = number(
        unit="money per tonne of content sold", meaning="cost of the plant without what it buys", source="plant", ge=0
    )


@dataclass(frozen=True)
class Margin:
    """What a plant keeps of each tonne sold; needed is the least price at which it lives."""

    step: StageStep
    needed: float
    left: float


def margin(step: StageStep) -> Margin:
    """``needed = P(k) / yield + conversion``, money per tonne sold, and what is left of the price above it."""
    needed = step.bought_at / step.recovery + step.conversion_cost
    return Margin(step, needed, step.sold_at - needed)


def check_coherence(steps: tuple[StageStep, ...]) -> tuple[Margin, ...]:
    """The margins of all plants of a chain; BadInput that names every refiner that dies, and by how much a tonne."""
    margins = tuple(margin(step) for step in steps)
    raise_all(_death(each) for each in margins if each.left < 0)
    return margins


def _death(dead: Margin) -> Problem:
    step = dead.step
    return Problem(
        f"reference price, {step.bought} to {step.sold}",
        f"the refiner that makes {step.sold} dies: it loses {-dead.left:,.2f} on every tonne",
        f"{step.sold} at {step.sold_at:,.2f}, while {step.bought} at {step.bought_at:,.2f} with a yield of "
        f"{step.recovery:g} and conversion at {step.conversion_cost:,.2f} needs {dead.needed:,.2f}",
        f"raise the price of {step.sold} to {dead.needed:,.2f} or more, or lower that of {step.bought}",
    )

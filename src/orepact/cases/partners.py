"""What an instrument does to partner states: the revenue of their mines and refiners, and what it leaves after bought ore."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.cases.assemble import Base
from orepact.cases.summary import interval
from orepact.market import Solution

Array = NDArray[np.float64]

PARTNERS = "FORGE"
"""Region whose members outside the zone are the partners: the forum that buyers and resource-rich states share."""

NO_VALUE_ADDED = (
    "value added of partner states: the facts have no cost of what their mines and refiners buy beside ore (energy, reagents, "
    "services); their revenue, and what is left of it after bought ore, are told"
)


@dataclass(frozen=True)
class PartnerEffect:
    """The change for one country at one stage, USD a year by draw. after_ore: revenue less ore bought; the same at mines."""

    country: str
    stage: str
    revenue: Array
    after_ore: Array

    def summary(self) -> dict[str, Any]:
        """In JSON terms; value added is ``None``, because the facts cannot tell it."""
        return {
            "country": self.country, "stage": self.stage, "revenue": interval(self.revenue),
            "revenue_less_ore": interval(self.after_ore), "value_added": None,
        }  # fmt: skip


def partner_states(base: Base, zone: tuple[str, ...]) -> tuple[str, ...]:
    """Members of the forum outside the zone that make or use the mineral in the table."""
    labels = base.labels
    present = {country for each in (*labels.producers, *labels.buyers) for country in each}
    return tuple(each for each in facts.resolve_place(PARTNERS) if each in present and each not in zone)


def partner_effects(base: Base, before: Solution, found: Solution, zone: tuple[str, ...]) -> tuple[PartnerEffect, ...]:
    """The changes for every partner state that makes the mineral at a stage.

    Revenue is the price at the gate times what is sold; ore is bought at its delivered price.
    """
    partners = partner_states(base, zone)
    effects = []
    for at, stage in enumerate(base.labels.stages):
        revenue = _revenue(found, at) - _revenue(before, at)
        ore = _ore(found, at) - _ore(before, at)
        for row, country in enumerate(base.labels.producers[at]):
            if country in partners:
                effects.append(PartnerEffect(country, stage, revenue[:, row], (revenue - ore)[:, row]))
    return tuple(effects)


def _revenue(solution: Solution, at: int) -> Array:
    found = solution.stages[at]
    return np.asarray(found.price * found.flows.sum(axis=2))


def _ore(solution: Solution, at: int) -> Array:
    """What producers of a stage pay for the stage before it; refiners are the first of its buyers."""
    if at == 0:
        return np.zeros_like(solution.stages[0].price)
    sold, count = solution.stages[at - 1], solution.stages[at].price.shape[1]
    return np.asarray((sold.paid_price * sold.flows.sum(axis=1))[:, :count])

"""Instruments on what is used: reserves that buy and release, and demand that shifts."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np

from orepact.errors import BadInput
from orepact.errors import Problem as Wrong
from orepact.market import Problem, Reserve, Solution
from orepact.policy.instrument import (
    MODEL,
    Array,
    Countries,
    Instrument,
    Mask,
    Party,
    Payment,
    Period,
    StageName,
    countries,
    listed,
    nobody,
    stage_field,
    with_stage,
)
from orepact.policy.labels import Labels
from orepact.policy.record import number

NEVER = 1e9
"""Ratio to base that no price reaches: where a reserve that only buys would release."""


def _users(problem: Problem, labels: Labels, at: int, named: Countries) -> Mask:
    """Which final users of a stage are in the named countries, ``(J,)``."""
    count = int(np.shape(problem.stages[at].users.use)[-1])
    columns = labels.columns(at, named)[len(labels.buyers[at]) - count :]
    if not columns.any():
        raise nobody("countries", named, "final user", labels.buyers[at][len(labels.buyers[at]) - count :])
    return columns


def _shared(problem: Problem, at: int, users: Mask, tonnes: float) -> Array:
    """Tonnes shared among users by their base use, ``(J,)`` or ``(B, J)``."""
    use = np.where(users, problem.stages[at].users.use, 0.0)
    return np.asarray(tonnes * use / np.maximum(use.sum(axis=-1, keepdims=True), 1e-300))


def _reserve(problem: Problem, at: int, users: Mask, name: str, **terms: Array | float) -> Problem:
    """The problem with a reserve at some users beside those of others; one user has one reserve of a kind."""
    stage = problem.stages[at]
    held = stage.users.reserve
    count = int(np.shape(stage.users.use)[-1])
    if held is None:
        zero = np.zeros(count)
        held = Reserve(zero, zero + 1.0, zero, zero + NEVER, zero + 1.0, zero + 1.0)
    used = held.buy if "buy" in terms else held.release
    if np.any(np.where(users, used, 0.0) > 0):
        found = "a purchase" if "buy" in terms else "a release"
        raise BadInput(
            Wrong(f"instrument, {name}", "these users have one already", found, "add its tonnes to that one")
        )
    changed = {key: np.where(users, value, getattr(held, key)) for key, value in terms.items()}
    reserve = replace(held, **changed)
    return with_stage(problem, at, replace(stage, users=replace(stage.users, reserve=reserve)))


class ReservePurchase(Instrument):
    """A reserve that buys within the period, less as the price rises: ``tonnes (1 - ramp((ratio - price_cap) / width))``."""

    kind: Literal["reserve_purchase"] = "reserve_purchase"
    countries: Countries = countries("whose reserve buys, as users there do")
    stage: StageName = stage_field("stage whose final users they are")
    tonnes: float = number(unit="t of content per period", meaning="most that is bought", source=MODEL, gt=0)
    price_cap: float = number(
        1.1,
        unit="ratio to base price",
        meaning="price from which less is bought",
        source="the reserve's own rule",
        gt=0,
    )
    width: float = number(
        0.1, unit="ratio to base price", meaning="span in which buying ends", source="the reserve's own rule", gt=0
    )

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"reserve of {listed(self.countries)} buys, {self.stage}"

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the purchase under way; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        users = _users(problem, labels, at, self.countries)
        tonnes = _shared(problem, at, users, self.tonnes)
        return _reserve(problem, at, users, self.name, buy=tonnes, buy_below=self.price_cap, buy_width=self.width)

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """What treasuries pay for it, at the price that buyers of their country pay: it is part of what these buyers pay."""
        return _at_paid_price(self, problem, solution, labels, bought=True)


class ReserveRelease(Instrument):
    """A reserve that supplies users at home once the price is high: ``tonnes ramp((ratio - trigger) / width)``, at most what they use."""

    kind: Literal["reserve_release"] = "reserve_release"
    countries: Countries = countries("whose reserve supplies its users")
    stage: StageName = stage_field("stage whose final users they are")
    tonnes: float = number(unit="t of content per period", meaning="most that is released", source=MODEL, gt=0)
    trigger: float = number(
        1.5, unit="ratio to base price", meaning="price above which it releases", source="the reserve's own rule", ge=1
    )
    width: float = number(
        0.5,
        unit="ratio to base price",
        meaning="span in which all of it is released",
        source="the reserve's own rule",
        gt=0,
    )

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"reserve of {listed(self.countries)} releases, {self.stage}"

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the reserve standing ready; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        users = _users(problem, labels, at, self.countries)
        tonnes = _shared(problem, at, users, self.tonnes)
        return _reserve(problem, at, users, self.name, release=tonnes, release_above=self.trigger, width=self.width)

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """What users pay their treasury for what is released, at the price that they pay for the rest."""
        return _at_paid_price(self, problem, solution, labels, bought=False)


def _at_paid_price(
    record: ReservePurchase | ReserveRelease, problem: Problem, solution: Solution, labels: Labels, *, bought: bool
) -> tuple[Payment, ...]:
    at = labels.stage(record.stage)
    found = solution.stages[at]
    users = _users(problem, labels, at, record.countries)
    tonnes = found.reserve_purchase if bought else found.reserve_release
    money = np.where(users, tonnes * found.paid_price[:, -len(users) :], 0.0)
    payments = []
    for column, country in enumerate(labels.buyers[at][-len(users) :]):
        if money[:, column].any():
            treasury, buyers = Party("treasury", country), Party("buyers", country)
            pair = (treasury, buyers) if bought else (buyers, treasury)
            payments.append(Payment(record.name, *pair, money[:, column]))
    return tuple(payments)


class DemandShift(Instrument):
    """Users want more, or less, at any price: ``D = (1 + change) D0 r^-elasticity``. Demand cuts, substitution, booms."""

    ADDED: ClassVar[tuple[str, ...]] = ("change",)

    kind: Literal["demand_shift"] = "demand_shift"
    stage: StageName = stage_field("stage whose final users they are")
    change: float = number(
        unit="share of base use", meaning="what is wanted more (or less, below 0)", source=MODEL, gt=-1, le=10
    )
    countries: Countries = countries("whose users; everybody when left out", ())

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"demand of {listed(self.countries) or 'everybody'}, {self.stage}"

    def in_period(self, period: Period) -> DemandShift | None:
        """The shift in one period: of the share of the period that it covers."""
        return self.model_copy(update={"change": self.change * min(period.share, 1.0)})

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with demand shifted; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        users = _users(problem, labels, at, self.countries or labels.buyers[at])
        stage = problem.stages[at]
        wanted = stage.users.wanted * np.where(users, 1.0 + self.change, 1.0)
        return with_stage(problem, at, replace(stage, users=replace(stage.users, wanted=wanted)))

"""Instruments on what is made: floors, subsidies, buyers of last resort, projects, recycling, and the hosts of by-products."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from orepact.errors import MissingData
from orepact.errors import Problem as Wrong
from orepact.market import Problem, Purchase, Refining, Solution, Stage, Supply, Support
from orepact.market.problem import FULLEST
from orepact.policy.attributes import attribute
from orepact.policy.instrument import (
    CODES,
    DAYS_A_YEAR,
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
from orepact.policy.money import purchases_of, support_of
from orepact.policy.price_support import MP_MATERIALS
from orepact.policy.record import Country, number

SMOOTHING = 0.005
"""Share of the base price over which the kink at a strike is rounded (market-model, section 3)."""

SCRAP_UTILISATION = 0.8
"""Base utilisation of new recycling plants: the middle of the range of refineries in ``parameters``, which is grade E."""


def payer_field() -> Any:
    """The field that names who pays."""
    return attribute(unit=f"{CODES}, or a fund's name", meaning="whose treasury pays", source=MODEL, min_length=1)


def producers_of(labels: Labels, at: int, named: Countries, field: str = "countries") -> Mask:
    """The rows of some countries at a stage, boolean ``(n,)``; MissingData where none of them has one."""
    rows = labels.rows(at, named)
    if not rows.any():
        raise nobody(field, named, "producer", labels.producers[at])
    return rows


def _to_producers(name: str, payer: str, money: Array, labels: Labels, at: int) -> tuple[Payment, ...]:
    """What one treasury pays each producer, ``money (B, n)``; where producers pay back the amount is below zero."""
    found = []
    for row, country in enumerate(labels.producers[at]):
        if money[:, row].any():
            found.append(Payment(name, Party("treasury", payer), Party("producers", country), money[:, row]))
    return tuple(found)


def _support(problem: Problem, at: int, rows: Mask, name: str, **terms: float) -> Problem:
    """The problem with a support on a share of what some producers make."""
    reference = np.atleast_2d(problem.stages[at].price).mean(axis=1)
    arrays = {key: np.where(rows, value, 0.0) for key, value in terms.items()}
    support = Support(
        stage=at,
        share=arrays["share"],
        strike=arrays["strike"],
        clawback=arrays["clawback"],
        subsidy=arrays["subsidy"],
        width=SMOOTHING * reference,
        name=name,
    )
    return replace(problem, supports=(*problem.supports, support))


class PriceFloor(Instrument):
    """A contract for difference on a share of what producers make: the covered share earns ``max(price, strike)``.

    The payer pays ``share output (strike - price)+`` and, where there is a clawback, is paid back
    ``clawback share output (price - strike)+``. The kink is rounded over half a per cent of the base price.
    """

    kind: Literal["price_floor"] = "price_floor"
    countries: Countries = countries("whose producers it covers")
    stage: StageName = stage_field()
    strike: float = number(unit="USD per t", meaning="price that is made up to", source=MP_MATERIALS, gt=0)
    share: float = number(1.0, unit="share of output", meaning="share of output covered", source=MODEL, gt=0, le=1)
    clawback: float = number(
        0.0, unit="share", meaning="share paid back of a price above the strike", source=MP_MATERIALS, ge=0, lt=1
    )
    payer: str = payer_field()

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"price floor of {self.payer} for {listed(self.countries)}, {self.stage}, at {self.strike:,.10g}"

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the contracts in force; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        terms = {"share": self.share, "strike": self.strike, "clawback": self.clawback, "subsidy": 0.0}
        return _support(problem, at, producers_of(labels, at, self.countries), self.name, **terms)

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """What the payer's treasury pays producers on top of the market's price, and what it is paid back."""
        at = labels.stage(self.stage)
        return _to_producers(self.name, self.payer, support_of(problem, solution, self.name, at), labels, at)


class OutputSubsidy(Instrument):
    """Money for every tonne of a share of what producers make, whatever the price: the covered share earns ``price + per_tonne``."""

    kind: Literal["output_subsidy"] = "output_subsidy"
    countries: Countries = countries("whose producers it pays")
    stage: StageName = stage_field()
    per_tonne: float = number(unit="USD per t", meaning="what a tonne is paid", source=MODEL, gt=0)
    share: float = number(1.0, unit="share of output", meaning="share of output covered", source=MODEL, gt=0, le=1)
    payer: str = payer_field()

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"subsidy of {self.payer} to {listed(self.countries)}, {self.stage}"

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the subsidy in force; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        terms = {"share": self.share, "strike": 0.0, "clawback": 0.0, "subsidy": self.per_tonne}
        return _support(problem, at, producers_of(labels, at, self.countries), self.name, **terms)

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """What the payer's treasury pays producers on top of the market's price."""
        at = labels.stage(self.stage)
        return _to_producers(self.name, self.payer, support_of(problem, solution, self.name, at), labels, at)


class LastResort(Instrument):
    """A buyer that holds a floor price by buying: ``0 <= bought <= most  complementary to  price - floor``, at every producer.

    With ``most`` it is a purchase under a price cap: all of it below the price, none above, and between as much as holds it.
    """

    kind: Literal["last_resort"] = "last_resort"
    countries: Countries = countries("from whose producers it buys")
    stage: StageName = stage_field()
    floor: float = number(unit="USD per t", meaning="price that it buys at", source=MODEL, gt=0)
    most: float | None = number(
        None,
        unit="t of content per period",
        meaning="most it buys of each country; no end when left out",
        source=MODEL,
        gt=0,
    )
    payer: str = payer_field()

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"purchases of {self.payer} from {listed(self.countries)}, {self.stage}"

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the buyer standing ready; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        most = np.asarray(np.inf if self.most is None else self.most)
        bought = [
            Purchase(at, int(row), np.asarray(self.floor), most, self.name)
            for row in np.flatnonzero(producers_of(labels, at, self.countries))
        ]
        return replace(problem, purchases=(*problem.purchases, *bought))

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """What the payer's treasury pays producers for what it takes, at the producers' price."""
        at = labels.stage(self.stage)
        return _to_producers(self.name, self.payer, purchases_of(problem, solution, self.name, at), labels, at)


def share_of_added(stage: Stage) -> Array:
    """Share that all capacity that was added has of what the stage makes at base prices, by producer, ``(B, n)``."""
    made, added = np.atleast_2d(stage.supply.output), _usual(stage.supply)
    if stage.secondary is not None:
        made, added = made + np.atleast_2d(stage.secondary.output), added + _usual(stage.secondary)
    if stage.refining is not None:
        plant = stage.refining
        made = made + plant.recovery * np.atleast_2d(plant.throughput)
        added = added + plant.recovery * plant.added * np.minimum(plant.utilisation, FULLEST)
    return np.asarray(added / made.sum(axis=-1, keepdims=True))


def seeded(stage: Stage) -> Array:
    """Sourcing shares with room for all capacity that has been added: a newcomer's is the share its tonnes have of all that is made.

    A share that habit has made larger stays; the others give way in proportion. Worked out from all of it together, so that
    projects stand in any order.
    """
    share = share_of_added(stage)[..., None]
    base = np.asarray(stage.weights)
    start = base if stage.habit is None else np.asarray(stage.habit)
    room = (base + share) / (1.0 + share.sum(axis=-2, keepdims=True))
    new = np.broadcast_to(share > 0, np.broadcast_shapes(share.shape, base.shape))
    lifted = np.where(new, np.maximum(start, room), 0.0)
    others = np.where(new, 0.0, start)
    left = np.maximum(1.0 - lifted.sum(axis=-2, keepdims=True), 0.0)
    whole = others.sum(axis=-2, keepdims=True)
    table = lifted + np.divide(others * left, whole, out=np.zeros_like(lifted), where=whole > 0)
    table = table / table.sum(axis=-2, keepdims=True)
    return np.asarray(table[0] if table.shape[0] == 1 and base.ndim == 2 and start.ndim == 2 else table)


def _usual(mine: Supply) -> Array:
    """What capacity that was added makes at base prices."""
    return np.atleast_2d(mine.added * np.minimum(mine.utilisation, FULLEST))


class NewProject(Instrument):
    """Capacity that the base year did not have: ``K = K0 + capacity ramp``, and a share of every buyer's sourcing in proportion.

    Shares are rescaled to sum to one, because the structure has changed for good. At base prices it runs at the stage's usual
    utilisation. At a refining stage the capacity is that of the product.
    """

    kind: Literal["new_project"] = "new_project"
    country: Country = attribute(unit=CODES, meaning="where it stands", source=MODEL)
    stage: StageName = stage_field()
    capacity: float = number(unit="t of content per period", meaning="name-plate capacity", source=MODEL, gt=0)
    ramp: float = number(
        1.0, unit="share of capacity", meaning="part that runs in the period", source=MODEL, ge=0, le=1
    )
    lead_months: float = number(
        0.0, unit="months", meaning="time from its first day until it runs at all", source=MODEL, ge=0, le=600
    )
    ramp_months: float = number(
        0.0, unit="months", meaning="time from then until all of it runs", source=MODEL, ge=0, le=240
    )
    label: str = attribute("", unit="text", meaning="what tells two projects of one country apart", source=MODEL)
    success: float = number(1.0, unit="probability", meaning="chance that it is built", source=MODEL, gt=0, le=1)

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"project{' ' + self.label if self.label else ''} in {self.country}, {self.stage}"

    def in_period(self, period: Period) -> NewProject | None:
        """The project in one period: nothing before its lead time is over, then a part that rises to all of it."""
        month = DAYS_A_YEAR / 12.0
        middle = (period.since + 0.5 * period.days) / month - self.lead_months
        part = (
            1.0 if self.ramp_months == 0 and middle >= 0 else float(np.clip(middle / max(self.ramp_months, 1e-9), 0, 1))
        )
        if part == 0.0:
            return None
        return self.by_year(period.years).model_copy(update={"ramp": self.ramp * part})

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the project running; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        row = int(np.flatnonzero(producers_of(labels, at, (self.country,), "country"))[0])
        stage = problem.stages[at]
        added = np.where(np.arange(len(labels.producers[at])) == row, self.capacity * self.ramp, 0.0)
        plant: Refining | None = stage.refining
        if plant is not None:
            plant = replace(plant, added=plant.added + added / plant.recovery)
            changed = replace(stage, refining=plant)
        else:
            changed = replace(stage, supply=replace(stage.supply, added=stage.supply.added + added))
        return with_stage(problem, at, replace(changed, weights_now=seeded(changed)))


class Recycling(Instrument):
    """More secondary supply at home: ``capacity = arising collection recovery``, on a curve of its own.

    It never makes more than that, whatever the price; at base prices it makes its usual utilisation of it.
    """

    kind: Literal["recycling"] = "recycling"
    country: Country = attribute(unit=CODES, meaning="where scrap is collected and worked up", source=MODEL)
    stage: StageName = stage_field("stage that the recycled material enters at")
    arising: float = number(unit="t of content per period", meaning="content of what is discarded", source=MODEL, gt=0)
    collection: float = number(unit="share", meaning="share collected beyond today's", source=MODEL, gt=0, le=1)
    recovery: float = number(unit="share", meaning="share of the collected that is recovered", source=MODEL, gt=0, le=1)
    elasticity: float = number(
        0.37,
        unit="1",
        meaning="elasticity of secondary supply",
        source="Ryter and others, GLOMBO (copper to aluminium)",
        gt=0,
    )

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"recycling in {self.country}, {self.stage}"

    @property
    def capacity(self) -> float:
        """Tonnes of content that can be recovered at most."""
        return self.arising * self.collection * self.recovery

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the recycling running; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        rows = producers_of(labels, at, (self.country,), "country")
        stage = problem.stages[at]
        count = len(rows)
        scrap = stage.secondary or Supply(
            np.zeros(count), np.full(count, self.elasticity), np.full(count, SCRAP_UTILISATION), np.ones(count)
        )
        held = np.where(rows & (scrap.output == 0), self.elasticity, scrap.elasticity)
        scrap = replace(scrap, elasticity=held, added=scrap.added + np.where(rows, self.capacity, 0.0))
        changed = replace(stage, secondary=scrap)
        return with_stage(problem, at, replace(changed, weights_now=seeded(changed)))


class HostCap(Instrument):
    """A by-product that its host limits: ``K <= host_output content recovery``, whatever the by-product's own price.

    The host's output comes from its own run or scenario.
    """

    kind: Literal["host_cap"] = "host_cap"
    country: Country = attribute(unit=CODES, meaning="whose by-product is limited", source=MODEL)
    stage: StageName = stage_field()
    host_output: float = number(unit="t of the host per period", meaning="what the host makes", source=MODEL, gt=0)
    content: float = number(unit="t per t of the host", meaning="by-product in a tonne of the host", source=MODEL, gt=0)
    recovery: float = number(1.0, unit="share", meaning="share of it that can be won", source=MODEL, gt=0, le=1)

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"host of {self.country}, {self.stage}"

    @property
    def limit(self) -> float:
        """Tonnes of content that the host allows."""
        return self.host_output * self.content * self.recovery

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with capacity held to what the host allows; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        rows = producers_of(labels, at, (self.country,), "country")
        stage = problem.stages[at]
        mine = stage.supply
        if not np.any(np.where(rows, mine.capacity, 0.0) > 0):
            raise MissingData(
                Wrong("country", "there is no own supply that a host could limit",
                      "none in the table", "name a country that makes some")
            )  # fmt: skip
        limit = np.minimum(mine.limit, np.where(rows, self.limit, np.inf))
        return with_stage(problem, at, replace(stage, supply=replace(mine, limit=limit)))

"""Instruments on what crosses a border: taxes, quotas, licences, freight, closed corridors, diversity."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np

from orepact.market import Cap, Problem, Solution
from orepact.policy.instrument import (
    ANYBODY,
    MODEL,
    Array,
    Countries,
    Instrument,
    Payment,
    Period,
    StageName,
    by_importer,
    by_origin,
    countries,
    crossing,
    listed,
    none_left,
    stage_field,
    towards,
    with_stage,
)
from orepact.policy.labels import Labels
from orepact.policy.money import duty_on, rent_of
from orepact.policy.record import number

CRMA = "Regulation (EU) 2024/1252, Article 5(1)(b)"


class ExportTax(Instrument):
    """A tax on exports, ``L = (1 + rate)(price + freight) + per_tonne``, to the treasury of the country of origin."""

    ADDED: ClassVar[tuple[str, ...]] = ("rate", "per_tonne")

    kind: Literal["export_tax"] = "export_tax"
    origins: Countries = countries("whose exports pay")
    stage: StageName = stage_field()
    against: Countries = countries("whose purchases pay; everybody's abroad when left out", ANYBODY)
    rate: float = number(0.0, unit="share of the landed price", meaning="ad valorem tax", source=MODEL, ge=0)
    per_tonne: float = number(0.0, unit="USD per t", meaning="specific tax", source=MODEL, ge=0)

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"export tax of {', '.join(self.origins)}, {self.stage}{towards(self.against)}"

    def in_period(self, period: Period) -> ExportTax | None:
        """The tax in one period: of the share of the period that it covers."""
        part = min(period.share, 1.0)
        return self.model_copy(update={"rate": self.rate * part, "per_tonne": self.per_tonne * part})

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the tax in force; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        pays = crossing(labels, at, self.origins, self.against)
        none_left("origins", pays, self.origins, labels, at)
        stage = problem.stages[at]
        taxed = replace(stage, tariff=stage.tariff + self.rate * pays, levy=stage.levy + self.per_tonne * pays)
        return with_stage(problem, at, taxed)

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """The tax, paid by buyers abroad to the treasury of the country of origin."""
        at = labels.stage(self.stage)
        pays = crossing(labels, at, self.origins, self.against)
        money = duty_on(problem, solution, at, pays, self.rate, self.per_tonne)
        return by_origin(self.name, money, labels, at, "buyers", "treasury")


class ExportQuota(Instrument):
    """A quantity that may be exported: ``0 <= rent per tonne  complementary to  tonnes - exports >= 0``."""

    kind: Literal["export_quota"] = "export_quota"
    origins: Countries = countries("whose exports are limited, together")
    stage: StageName = stage_field()
    tonnes: float = number(unit="t of content per period", meaning="what may be exported", source=MODEL, gt=0)
    against: Countries = countries("to whom; to everybody abroad when left out", ANYBODY)

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"export quota of {', '.join(self.origins)}, {self.stage}{towards(self.against)}"

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the quota in force; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        covered = crossing(labels, at, self.origins, self.against)
        none_left("origins", covered, self.origins, labels, at)
        cap = Cap(stage=at, covered=covered, limit=np.asarray(self.tonnes), name=self.name)
        return replace(problem, caps=(*problem.caps, cap))

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """The rent, paid by buyers abroad to the holders of the quota at home."""
        at = labels.stage(self.stage)
        return by_origin(self.name, rent_of(problem, solution, self.name, at), labels, at, "buyers", "holders")


class LicenceDelay(Instrument):
    """Licences that take time: what would leave in the first ``days`` of the period does not leave within it.

    ``0 <= rent per tonne  complementary to  (1 - days / period_days) base exports - exports >= 0``.
    """

    kind: Literal["licence_delay"] = "licence_delay"
    origins: Countries = countries("who grants the licences")
    stage: StageName = stage_field()
    days: float = number(unit="days", meaning="how long a licence takes", source=MODEL, gt=0)
    period_days: float = number(365.0, unit="days", meaning="length of the market's period", source=MODEL, gt=0)
    against: Countries = countries("whose purchases need a licence; everybody's abroad when left out", ANYBODY)

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"licence delay of {', '.join(self.origins)}, {self.stage}{towards(self.against)}"

    def in_period(self, period: Period) -> LicenceDelay | None:
        """The delay in one period: those of its days that lie within it."""
        first, last = max(0.0, period.since), min(self.days, period.since + period.days)
        if last <= first:
            return None
        return self.model_copy(update={"days": last - first, "period_days": period.days})

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the delay in force; ``base_flows`` is ``(B, n, m + J)`` or ``(n, m + J)`` of its stage, tonnes."""
        at = labels.stage(self.stage)
        covered = crossing(labels, at, self.origins, self.against)
        none_left("origins", covered, self.origins, labels, at)
        part = max(1.0 - self.days / self.period_days, 0.0)
        if part == 0.0:
            stage = problem.stages[at]
            return with_stage(problem, at, replace(stage, stopped=stage.stopped | covered))
        limit = part * np.where(covered, base_flows, 0.0).sum(axis=(-1, -2))
        cap = Cap(stage=at, covered=covered, limit=limit, name=self.name)
        return replace(problem, caps=(*problem.caps, cap))

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """The rent, paid by buyers abroad to those who have a licence."""
        at = labels.stage(self.stage)
        return by_origin(self.name, rent_of(problem, solution, self.name, at), labels, at, "buyers", "holders")


class FreightChange(Instrument):
    """Dearer (or, below zero, cheaper) freight between two groups of countries: ``L = (1 + t)(price + freight + per_tonne) + d``."""

    ADDED: ClassVar[tuple[str, ...]] = ("per_tonne",)

    kind: Literal["freight_change"] = "freight_change"
    stage: StageName = stage_field()
    per_tonne: float = number(unit="USD per t", meaning="what freight costs more", source=MODEL, ge=-1e12)
    origins: Countries = countries("from where; from everywhere when left out", ANYBODY)
    destinations: Countries = countries("to where; to everywhere when left out", ANYBODY)

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"freight from {listed(self.origins) or 'anywhere'} to {listed(self.destinations) or 'anywhere'}, {self.stage}"

    def in_period(self, period: Period) -> FreightChange | None:
        """The change in one period: of the share of the period that it covers."""
        return self.model_copy(update={"per_tonne": self.per_tonne * min(period.share, 1.0)})

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the freight changed; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        moves = crossing(labels, at, self.origins, self.destinations)
        none_left("origins", moves, self.origins, labels, at)
        stage = problem.stages[at]
        return with_stage(problem, at, replace(stage, detour=stage.detour + self.per_tonne * moves))

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """What freight costs more, paid by buyers to carriers."""
        del problem
        at = labels.stage(self.stage)
        money = solution.stages[at].flows * (self.per_tonne * crossing(labels, at, self.origins, self.destinations))
        return by_origin(self.name, money, labels, at, "buyers", "carriers")


class CorridorClosure(Instrument):
    """A passage that closes: the share of the flows that used it pays for the way round, and is later by some days.

    Freight rises by ``share per_tonne``. What the longer way holds has to be filled once: users buy ``share days / period_days`` of
    a period's base flows on top, and plants lack that share of their feed for the period.
    """

    ADDED: ClassVar[tuple[str, ...]] = ("share", "days")

    kind: Literal["corridor_closure"] = "corridor_closure"
    stage: StageName = stage_field()
    origins: Countries = countries("from where the flows that used the passage come")
    destinations: Countries = countries("where they go")
    share: float = number(1.0, unit="share of flows", meaning="share that used the passage", source=MODEL, gt=0, le=1)
    per_tonne: float = number(unit="USD per t", meaning="what the way round costs more", source=MODEL, ge=0)
    days: float = number(unit="days", meaning="how much longer the way round takes", source=MODEL, ge=0)
    period_days: float = number(365.0, unit="days", meaning="length of the market's period", source=MODEL, gt=0)

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"corridor from {listed(self.origins)} to {listed(self.destinations)}, {self.stage}"

    def in_period(self, period: Period) -> CorridorClosure | None:
        """The closure in one period: freight for the share of it that is covered, and a longer way to fill in the first only."""
        days = self.days if period.since <= 0 else 0.0
        part = self.share * min(period.share, 1.0)
        return self.model_copy(update={"share": part, "days": days, "period_days": period.days})

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the passage closed; ``base_flows`` is ``(B, n, m + J)`` or ``(n, m + J)`` of its stage, tonnes."""
        at = labels.stage(self.stage)
        moves = crossing(labels, at, self.origins, self.destinations)
        none_left("origins", moves, self.origins, labels, at)
        stage = problem.stages[at]
        late = min(self.share * self.days / self.period_days, 1.0) * np.where(moves, base_flows, 0.0).sum(axis=-2)
        users = int(np.shape(stage.users.use)[-1])
        first = late.shape[-1] - users
        filling = stage.users.filling + late[..., first:] if users else stage.users.filling
        stage = replace(
            stage,
            detour=stage.detour + self.share * self.per_tonne * moves,
            users=replace(stage.users, filling=filling),
        )
        problem = with_stage(problem, at, stage)
        return problem if first == 0 else _less_feed(problem, at + 1, late[..., :first])

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """What the way round costs more, paid by buyers to carriers."""
        del problem
        at = labels.stage(self.stage)
        moves = crossing(labels, at, self.origins, self.destinations)
        money = solution.stages[at].flows * (self.share * self.per_tonne * moves)
        return by_origin(self.name, money, labels, at, "buyers", "carriers")


def _less_feed(problem: Problem, at: int, late: Array) -> Problem:
    """Plants of a stage that lack ``late`` tonnes of feed for the period."""
    stage = problem.stages[at]
    plant = stage.refining
    if plant is None:
        return problem
    lost = np.divide(late, plant.throughput, out=np.zeros_like(late * plant.throughput), where=plant.throughput > 0)
    left = plant.remaining * np.maximum(1.0 - lost, 1e-6)
    return with_stage(problem, at, replace(stage, refining=replace(plant, remaining=left)))


class DiversityCap(Instrument):
    """No country outside the members may bring more than a share of what the importers buy: ``x_i <= share * sum of all x``.

    Held by certificates that the importers' buyers trade: who buys of a country at its cap pays, who buys of others is paid, and
    nothing is left over. What one point of the cap costs is the price of a certificate.
    """

    kind: Literal["diversity_cap"] = "diversity_cap"
    importers: Countries = countries("whose purchases it holds for, together")
    stage: StageName = stage_field()
    share: float = number(
        0.65, unit="share of purchases", meaning="most that one country may bring", source=CRMA, gt=0, lt=1
    )
    members: Countries = countries("countries that it does not count, beside the importers", ANYBODY)

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"diversity cap of {listed(self.importers)}, {self.stage}"

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with a cap on every country that is no member; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        buyers = labels.columns(at, self.importers)
        outside = ~labels.rows(at, (*self.importers, *self.members))
        of = np.broadcast_to(buyers[None, :], (len(outside), len(buyers)))
        none_left("importers", outside[:, None] & of, self.importers, labels, at)
        caps = [
            Cap(at, of & (np.arange(len(outside)) == row)[:, None], np.zeros(()), self.name, self.share, of)
            for row in np.flatnonzero(outside)
        ]
        return replace(problem, caps=(*problem.caps, *caps))

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """What buyers of each country pay for certificates on balance, to those who sell them; buyers who get money pay less than 0."""
        at = labels.stage(self.stage)
        money = rent_of(problem, solution, self.name, at)
        return by_importer(self.name, money, labels, at, "buyers", "holders")

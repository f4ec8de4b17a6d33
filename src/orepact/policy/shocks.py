"""Things that happen to a market: an export stop or cut, a loss of capacity, a tariff.

Each is a frozen record with a pure ``apply``. A cut is a true quantity cap with a rent, never a multiplier on sourcing
shares, which buyers would bid undone (market-model, section 3); a total stop takes the route away.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import ValidationInfo, field_validator, model_validator

from orepact.errors import MissingData
from orepact.errors import Problem as Wrong
from orepact.market import Cap, Problem, Solution
from orepact.policy.instrument import (
    MODEL,
    Array,
    Countries,
    Instrument,
    Mask,
    Payment,
    Period,
    StageName,
    by_importer,
    by_origin,
    countries,
    crossing,
    listed,
    nobody,
    stage_field,
    towards,
    with_stage,
)
from orepact.policy.labels import Labels
from orepact.policy.money import duty_on, rent_of
from orepact.policy.record import number


class ExportCut(Instrument):
    """Exports of a stage cut by a share: by all of it (a stop), or to a quantity cap at what remains.

    ``0 <= rent per tonne  complementary to  (1 - cut + leakage cut) base exports - exports >= 0``. A total stop without leakage takes the
    routes away and has no rent. What leaks goes a dearer way: ``leak_cost`` is added to its freight.
    """

    ADDED: ClassVar[tuple[str, ...]] = ("cut",)

    kind: Literal["export_cut"] = "export_cut"
    origins: Countries = countries("who cuts")
    stage: StageName = stage_field()
    cut: float = number(1.0, unit="share of base exports", meaning="share taken away", source=MODEL, gt=0, le=1)
    against: Countries = countries("who is cut off; everybody outside the origins when left out", ())
    leakage: float = number(
        0.0, unit="share of what is cut", meaning="share that still gets out by other ways", source=MODEL, ge=0, lt=1
    )
    leak_cost: float = number(
        0.0, unit="USD per t", meaning="what the other way costs more; of a total stop only", source=MODEL, ge=0
    )

    @model_validator(mode="after")
    def _only_what_leaks_is_dearer(self) -> Self:
        if self.leak_cost and (self.cut < 1 or not self.leakage):
            raise ValueError("a leak_cost needs a total stop (cut 1) with leakage: legal exports go the usual way")
        return self

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"exports of {', '.join(self.origins)}, {self.stage}{towards(self.against)}"

    @property
    def remaining(self) -> float:
        """Share of base exports that may leave or leaks."""
        return 1.0 - self.cut + self.leakage * self.cut

    def in_period(self, period: Period) -> ExportCut | None:
        """The cut in one period: of the share of the period that it covers."""
        cut = self.cut * min(period.share, 1.0)
        return self.model_copy(update={"cut": cut, "leak_cost": self.leak_cost if cut == 1.0 else 0.0})

    def covered(self, labels: Labels) -> Mask:
        """The flows that the cut covers, boolean ``(n, m + J)`` of its stage."""
        at = labels.stage(self.stage)
        rows = labels.rows(at, self.origins)
        abroad = ~labels.columns(at, self.origins)
        if self.against:
            abroad &= labels.columns(at, self.against)
        mask: Mask = rows[:, None] & abroad[None, :]
        return mask

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the cut in force; ``base_flows`` is ``(B, n, m + J)`` or ``(n, m + J)`` of its stage, tonnes."""
        at = labels.stage(self.stage)
        covered = self.covered(labels)
        exports = np.where(covered, base_flows, 0.0).sum(axis=(-1, -2))
        if not np.any(exports > 0):
            raise MissingData(
                Wrong(
                    f"origins, {listed(self.origins)}, {self.stage}",
                    "there are no exports to cut",
                    f"no flow to {listed(self.against) or 'any other country'} in the table"
                    if labels.rows(at, self.origins).any()
                    else "no producer among them in the table",
                    f"name one that is in the table: {', '.join(labels.producers[at])}",
                )
            )
        stage = problem.stages[at]
        if self.remaining == 0.0:
            return with_stage(problem, at, replace(stage, stopped=stage.stopped | covered))
        if self.leak_cost:
            problem = with_stage(problem, at, replace(stage, detour=stage.detour + self.leak_cost * covered))
        cap = Cap(stage=at, covered=covered, limit=self.remaining * exports, name=self.name)
        return replace(problem, caps=(*problem.caps, cap))

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """The rent, paid by buyers to whoever holds the licences in the country of origin; what a leak costs, to carriers."""
        at = labels.stage(self.stage)
        rents = by_origin(self.name, rent_of(problem, solution, self.name, at), labels, at, "buyers", "holders")
        dearer = solution.stages[at].flows * (self.leak_cost * self.covered(labels))
        return (*rents, *by_origin(self.name, dearer, labels, at, "buyers", "carriers"))


class CapacityLoss(Instrument):
    """Capacity lost for the whole period: mines and scrap plants, or refineries, of some countries at one stage.

    ``K = (1 - lost) K0``.
    """

    ADDED: ClassVar[tuple[str, ...]] = ("lost",)

    kind: Literal["capacity_loss"] = "capacity_loss"
    countries: Countries = countries("whose capacity is lost")
    stage: StageName = stage_field()
    lost: float = number(unit="share of capacity", meaning="share taken away", source=MODEL, gt=0, lt=1)

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"capacity of {', '.join(self.countries)}, {self.stage}"

    def in_period(self, period: Period) -> CapacityLoss | None:
        """The loss in one period: of the share of the period that it covers."""
        return self.model_copy(update={"lost": self.lost * min(period.share, 1.0)})

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the capacity gone; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        hit = labels.rows(at, self.countries)
        if not hit.any():
            raise nobody("countries", self.countries, "producer", labels.producers[at])
        left = np.where(hit, 1.0 - self.lost, 1.0)
        stage = problem.stages[at]
        supply = replace(stage.supply, remaining=stage.supply.remaining * left)
        refining = stage.refining and replace(stage.refining, remaining=stage.refining.remaining * left)
        return with_stage(problem, at, replace(stage, supply=supply, refining=refining))


class CapacityGrowth(Instrument):
    """Capacity that has grown, with the sourcing shares of everybody left as they were: ``K = (1 + grown) K0``.

    For growth of all producers alike; a single newcomer is a ``new_project``.
    """

    ADDED: ClassVar[tuple[str, ...]] = ("grown",)

    kind: Literal["capacity_growth"] = "capacity_growth"
    stage: StageName = stage_field()
    grown: float = number(unit="share of base capacity", meaning="what has been added", source=MODEL, gt=0, le=20)
    countries: Countries = countries("whose capacity has grown; everybody's when left out", ())

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"growth of {listed(self.countries) or 'everybody'}, {self.stage}"

    def in_period(self, period: Period) -> CapacityGrowth | None:
        """The growth in one period: of the share of the period that it covers."""
        return self.model_copy(update={"grown": self.grown * min(period.share, 1.0)})

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the capacity there; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        hit = labels.rows(at, self.countries or labels.producers[at])
        if not hit.any():
            raise nobody("countries", self.countries, "producer", labels.producers[at])
        more = np.where(hit, 1.0 + self.grown, 1.0)
        stage = problem.stages[at]
        supply = replace(stage.supply, remaining=stage.supply.remaining * more)
        refining = stage.refining and replace(stage.refining, remaining=stage.refining.remaining * more)
        return with_stage(problem, at, replace(stage, supply=supply, refining=refining))


class Tariff(Instrument):
    """An import duty, ``L = (1 + rate)(price + freight) + per_tonne``, on flows between named countries. Home sales never pay."""

    ADDED: ClassVar[tuple[str, ...]] = ("rate", "per_tonne")

    kind: Literal["tariff"] = "tariff"
    importers: Countries = countries("whose imports pay")
    stage: StageName = stage_field()
    origins: Countries = countries("whose goods pay; those of every country but the importers when left out", ())
    rate: float = number(0.0, unit="share of the landed price", meaning="ad valorem duty", source=MODEL, ge=0)
    per_tonne: float = number(0.0, unit="USD per t", meaning="specific duty", source=MODEL, ge=0)

    @field_validator("origins")
    @classmethod
    def _from_abroad(cls, origins: Countries, info: ValidationInfo) -> Countries:
        if origins and set(origins) <= set(info.data.get("importers", ())):
            raise ValueError("countries of which one at least is no importer, for what is sold at home pays no duty")
        return origins

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        of = f" on {listed(self.origins)}" if self.origins else ""
        return f"tariff of {', '.join(self.importers)}, {self.stage}{of}"

    def in_period(self, period: Period) -> Tariff | None:
        """The duty in one period: of the share of the period that it covers."""
        part = min(period.share, 1.0)
        return self.model_copy(update={"rate": self.rate * part, "per_tonne": self.per_tonne * part})

    def covered(self, labels: Labels) -> Mask:
        """The flows that pay, boolean ``(n, m + J)`` of its stage: none inside the importers' own territory."""
        at = labels.stage(self.stage)
        inside = labels.rows(at, self.importers)[:, None] & labels.columns(at, self.importers)[None, :]
        return crossing(labels, at, self.origins, self.importers) & ~inside

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the duty in force; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        pays = self.covered(labels)
        if not pays.any():
            raise nobody("importers", self.importers, "buyer whose imports the duty covers", labels.buyers[at])
        stage = problem.stages[at]
        taxed = replace(stage, tariff=stage.tariff + self.rate * pays, levy=stage.levy + self.per_tonne * pays)
        return with_stage(problem, at, taxed)

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """The duty, paid by importing buyers to their own treasury."""
        at = labels.stage(self.stage)
        money = duty_on(problem, solution, at, self.covered(labels), self.rate, self.per_tonne)
        return by_importer(self.name, money, labels, at, "buyers", "treasury")


Shock = ExportCut | CapacityLoss | Tariff

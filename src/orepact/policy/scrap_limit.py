"""A limit on exports of scrap: one country recovers what another's plants no longer get."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from orepact.errors import MissingData
from orepact.errors import Problem as Wrong
from orepact.market import Problem
from orepact.market.problem import FULLEST
from orepact.policy.attributes import attribute
from orepact.policy.instrument import CODES, MODEL, Array, Instrument, Period, StageName, stage_field, with_stage
from orepact.policy.labels import Labels
from orepact.policy.record import USER, Country, Text, number
from orepact.policy.supply import producers_of, seeded


class ScrapExportLimit(Instrument):
    """Scrap that a country keeps from one buyer abroad: it makes more of it at home, the buyer less.

    ``kept = exports share``, ``K_home = K0 + kept recovery / u`` and ``K_buyer = K0 (1 - kept recovery_abroad / output)``, with the
    usual utilisation ``u`` of plants at the stage, and `output` what the buyer makes at base of anything but ore of the stage before.
    So at base prices home makes ``kept recovery`` more, the buyer ``kept recovery_abroad`` less; dear metal calls forth more, cheap
    metal less. Every figure is the user's, with its source: the facts hold no trade in scrap. There is no price of scrap either:
    what those lose who collect it at home, and would have sold it dearer abroad, is not told. Limits of several countries on one
    buyer are taken one after the other.
    """

    kind: Literal["scrap_export_limit"] = "scrap_export_limit"
    country: Country = attribute(unit=CODES, meaning="who keeps its scrap", source=MODEL)
    buyer: Country = attribute(unit=CODES, meaning="whose plants have bought it", source=MODEL)
    stage: StageName = stage_field("stage that the recovered material enters at")
    exports: float = number(
        unit="t of content per period",
        meaning="content of the scrap that the buyer has bought of it",
        source=USER,
        gt=0,
    )
    share: float = number(1.0, unit="share of exports", meaning="share kept at home", source=USER, ge=0, le=1)
    recovery: float = number(
        unit="share", meaning="share of the kept that is recovered at home", source=USER, gt=0, le=1
    )
    recovery_abroad: float = number(
        unit="share", meaning="share of it that the buyer's plants have recovered", source=USER, gt=0, le=1
    )
    evidence: Text = attribute(unit="text", meaning="where exports and recoveries are stated", source=USER)

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        return f"scrap of {self.country} kept from {self.buyer}, {self.stage}"

    @property
    def kept(self) -> float:
        """Tonnes of content in the scrap that stays at home."""
        return self.exports * self.share

    @property
    def lost(self) -> float:
        """Tonnes of content that the buyer makes less at base prices."""
        return self.kept * self.recovery_abroad

    def in_period(self, period: Period) -> ScrapExportLimit | None:
        """The limit in one period: of the share of the period that it covers."""
        stated = self.by_year(period.years)
        return stated.model_copy(update={"share": self.share * min(period.share, 1.0)})

    def then(self, later: Instrument) -> Instrument:
        """What is kept by this one and by a later one within a period; the later one's recoveries hold."""
        if not isinstance(later, ScrapExportLimit):
            return later
        return later.model_copy(update={"exports": self.kept + later.kept, "share": 1.0})

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the scrap kept; ``base_flows`` is not needed. MissingData where the buyer makes no more than it would lose."""
        del base_flows
        at = labels.stage(self.stage)
        home = producers_of(labels, at, (self.country,), "country")
        there = producers_of(labels, at, (self.buyer,), "buyer")
        if self.kept == 0:
            return problem
        stage = problem.stages[at]
        supply = stage.supply
        output = np.atleast_2d(supply.output)
        least = float(output[:, there].min())
        if least <= self.lost:
            raise too_little(self.name, self.buyer, least, self.lost)
        gone = np.divide(self.lost, output, out=np.zeros_like(output), where=there & (output > 0))
        added = np.where(home, self.kept * self.recovery / np.minimum(supply.utilisation, FULLEST), 0.0)
        supply = replace(supply, remaining=supply.remaining * (1.0 - gone), added=supply.added + added)
        changed = replace(stage, supply=supply)
        return with_stage(problem, at, replace(changed, weights_now=seeded(changed)))


def too_little(name: str, buyer: str, there: float, lost: float) -> MissingData:
    """The error of a limit that takes more scrap from a buyer than the table has."""
    return MissingData(
        Wrong(
            f"exports, {name}",
            f"the table has too little second supply in {buyer} for this to be taken away",
            f"{there:,.0f} t of it, {lost:,.0f} t lost",
            "state fewer tonnes, or another buyer or stage: where the table has no scrap, its limit cannot be told",
        )
    )

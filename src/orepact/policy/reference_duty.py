"""Duties that lift imports to a reference price, as instruments on a market."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from orepact.market import Levy, Problem, Solution
from orepact.policy.adjustable_duty import FERRO_ALLOYS, PRICE_BAND
from orepact.policy.instrument import (
    ANYBODY,
    Array,
    Countries,
    Instrument,
    Mask,
    Payment,
    StageName,
    by_importer,
    by_origin,
    countries,
    listed,
    none_left,
    stage_field,
)
from orepact.policy.labels import Labels
from orepact.policy.money import levy_of
from orepact.policy.record import LARGEST, number

SMOOTHING = 0.005
"""Share of the reference price over which the kink of an adjustable duty is rounded (market-model, section 3)."""

NEVER_MET = 1e-9
"""USD per t: a reference price that no price lies below, for draws in which a duty is off."""


class ReferenceDuty(Instrument):
    """A duty that lifts imports to a reference price: ``max(0, reference - (price + freight))``, at most ``cap_rate`` of that price.

    What enters within the quota pays no more of it than holds the quota:
    ``0 <= fraction <= 1  complementary to  quota - imports``. The kink is rounded over half a per cent of the reference.
    """

    kind: Literal["reference_duty"] = "reference_duty"
    importers: Countries = countries("whose imports are lifted")
    stage: StageName = stage_field()
    reference: float = number(unit="USD per t", meaning="reference price", source=f"as {FERRO_ALLOYS}, Annex II", gt=0)
    exempt: Countries = countries("origins that do not pay", ANYBODY)
    cap_rate: float | None = number(
        None, unit="share of the landed price", meaning="bound rate; no cap when left out", source=PRICE_BAND, gt=0
    )
    quota: float | None = number(
        None,
        unit="t of content per period",
        meaning="imports free of it; none when left out",
        source=FERRO_ALLOYS,
        gt=0,
    )

    @property
    def name(self) -> str:
        """What errors, certificates and payments call it."""
        but = f", but for {listed(self.exempt)}" if self.exempt else ""
        return f"reference price of {listed(self.importers)}, {self.stage}{but}"

    def covered(self, labels: Labels) -> Mask:
        """The flows that it lifts, boolean ``(n, m + J)``: from outside the importers, and from none that is exempt."""
        at = labels.stage(self.stage)
        outside = ~labels.rows(at, (*self.importers, *self.exempt))
        mask: Mask = outside[:, None] & labels.columns(at, self.importers)[None, :]
        return mask

    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with the duty in force; ``base_flows`` is not needed."""
        del base_flows
        return self.lifted(problem, labels)

    def lifted(self, problem: Problem, labels: Labels, on: Mask | None = None) -> Problem:
        """The problem with the duty in the draws ``on``, ``(B,)``: in all when left out. Where it is in none, the same problem.

        Raises MissingData where it covers no flow of the market.
        """
        at = labels.stage(self.stage)
        covered = self.covered(labels)
        none_left("importers", covered, self.importers, labels, at)
        if on is not None and not on.any():
            return problem

        def there(amount: float, elsewhere: float) -> Array:
            return np.asarray(amount) if on is None or on.all() else np.where(on, amount, elsewhere)

        levy = Levy(
            stage=at,
            covered=covered,
            reference=there(self.reference, NEVER_MET),
            width=there(SMOOTHING * self.reference, SMOOTHING * NEVER_MET),
            name=self.name,
            bound_rate=np.inf if self.cap_rate is None else self.cap_rate,
            quota=None if self.quota is None else there(self.quota, LARGEST),
        )
        return replace(problem, levies=(*problem.levies, levy))

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """The duty to the importer's treasury; the rent of the quota to those abroad who may fill it."""
        at = labels.stage(self.stage)
        treasury, rent = levy_of(problem, solution, self.name, at)
        duty = by_importer(self.name, treasury, labels, at, "buyers", "treasury")
        return (*duty, *by_origin(self.name, rent, labels, at, "buyers", "holders"))

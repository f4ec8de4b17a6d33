"""Duties that lift imports to a reference price, as instruments on a market."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
from pydantic import field_validator

from orepact.market import Levy, Problem, Solution
from orepact.policy.adjustable_duty import FERRO_ALLOYS, PRICE_BAND
from orepact.policy.attributes import attribute
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
from orepact.policy.record import LARGEST, Country, Record, number

SMOOTHING = 0.005
"""Share of the reference price over which the kink of an adjustable duty is rounded (market-model, section 3)."""

NEVER_MET = 1e-9
"""USD per t: a reference price that no price lies below, for draws in which a duty is off."""


QUALIFIES = "the rules of a preferential zone, docs/eligible.md"


class FreeTonnes(Record):
    """What of an origin enters free because it qualifies."""

    origin: Country = attribute(unit="ISO 3166-1 alpha-3", meaning="origin, by last refining", source=QUALIFIES)
    tonnes: float = number(unit="t of content per period", meaning="tonnes that qualify", source=QUALIFIES, gt=0)


class ReferenceDuty(Instrument):
    """A duty that lifts imports to a reference price: ``max(0, reference - (price + freight))``, at most ``cap_rate`` of that price.

    What enters within the quota pays no more of it than holds the quota:
    ``0 <= fraction <= 1  complementary to  quota - imports``. The kink is rounded over half a per cent of the reference.
    An origin with free tonnes has a quota of its own of that size, and no part of the other.
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

    free: tuple[FreeTonnes, ...] = attribute(
        (),
        unit="list",
        meaning="tonnes of an origin that enter free because they qualify for a preferential zone; the rest of that origin pays",
        source=QUALIFIES,
        max_length=250,
    )

    @field_validator("free")
    @classmethod
    def _each_origin_once(cls, free: tuple[FreeTonnes, ...]) -> tuple[FreeTonnes, ...]:
        if len({each.origin for each in free}) < len(free):
            raise ValueError("each origin once")
        return free

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

        def levy(flows: Mask, quota: float | None) -> Levy:
            return Levy(
                stage=at,
                covered=flows,
                reference=there(self.reference, NEVER_MET),
                width=there(SMOOTHING * self.reference, SMOOTHING * NEVER_MET),
                name=self.name,
                bound_rate=np.inf if self.cap_rate is None else self.cap_rate,
                quota=None if quota is None else there(quota, LARGEST),
            )

        levies = [levy(flows, quota) for flows, quota in self._apart(covered, labels, at) if flows.any()]
        return replace(problem, levies=(*problem.levies, *levies))

    def _apart(self, covered: Mask, labels: Labels, at: int) -> Iterator[tuple[Mask, float | None]]:
        """The flows that it lifts, those of each origin with free tonnes by themselves, with the quota of each part."""
        rest = covered.copy()
        for each in self.free:
            rows = labels.rows(at, (each.origin,))
            rest[rows] = False
            yield covered & rows[:, None], each.tonnes
        yield rest, self.quota

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """The duty to the importer's treasury; the rent of the quota to those abroad who may fill it."""
        at = labels.stage(self.stage)
        treasury, rent = levy_of(problem, solution, self.name, at)
        duty = by_importer(self.name, treasury, labels, at, "buyers", "treasury")
        return (*duty, *by_origin(self.name, rent, labels, at, "buyers", "holders"))

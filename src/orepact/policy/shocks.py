"""Things that happen to a market: an export stop or cut, a loss of capacity, a tariff.

Each is a frozen record with a pure ``apply``. A cut is a true quantity cap with a rent, never a multiplier on sourcing
shares, which buyers would bid undone (market-model, section 3); a total stop takes the route away.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from orepact.errors import MissingData
from orepact.errors import Problem as Wrong
from orepact.market import Cap, Problem, Stage
from orepact.policy.labels import Labels

StageName = Literal["mine", "intermediate", "refined", "component", "scrap"]
MOST_LISTED = 5
Countries = tuple[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], ...]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExportCut(_Record):
    """Exports of a stage cut by a share: by all of it (a stop), or to a quantity cap at what remains.

    origins: who cuts, ISO 3166-1 alpha-3. cut: share of base exports taken away, above 0 and at most 1.
    against: who is cut off; empty for everybody outside ``origins``.
    """

    kind: Literal["export_cut"] = "export_cut"
    origins: Countries = Field(min_length=1)
    stage: StageName
    cut: float = Field(default=1.0, gt=0, le=1)
    against: Countries = ()

    def covered(self, labels: Labels) -> NDArray[np.bool_]:
        """The flows that the cut covers, boolean ``(n, m + J)`` of its stage."""
        stage = labels.stage(self.stage)
        rows = labels.rows(stage, self.origins)
        abroad = ~labels.columns(stage, self.origins)
        if self.against:
            abroad &= labels.columns(stage, self.against)
        mask: NDArray[np.bool_] = rows[:, None] & abroad[None, :]
        return mask

    def apply(self, problem: Problem, labels: Labels, base_flows: NDArray[np.float64]) -> Problem:
        """The problem with the cut in force; ``base_flows`` is ``(B, n, m + J)`` or ``(n, m + J)`` of its stage, tonnes."""
        at = labels.stage(self.stage)
        covered = self.covered(labels)
        exports = np.where(covered, base_flows, 0.0).sum(axis=(-1, -2))
        if not np.any(exports > 0):
            raise MissingData(
                Wrong(
                    f"shock, {_listed(self.origins)}, {self.stage}",
                    "there are no exports to cut",
                    f"no flow to {_listed(self.against) or 'any other country'} in the table"
                    if labels.rows(at, self.origins).any()
                    else "no producer among them in the table",
                    f"producers in the table: {', '.join(labels.producers[at])}",
                )
            )
        stage = problem.stages[at]
        if self.cut == 1.0:
            return _with_stage(problem, at, replace(stage, stopped=stage.stopped | covered))
        name = f"exports of {', '.join(self.origins)}, {self.stage}"
        cap = Cap(stage=at, covered=covered, limit=(1.0 - self.cut) * exports, name=name)
        return replace(problem, caps=(*problem.caps, cap))


class CapacityLoss(_Record):
    """Capacity lost for the whole period: mines and scrap plants, or refineries, of some countries at one stage.

    lost: share of capacity taken away, above 0 and below 1.
    """

    kind: Literal["capacity_loss"] = "capacity_loss"
    countries: Countries = Field(min_length=1)
    stage: StageName
    lost: float = Field(gt=0, lt=1)

    def apply(self, problem: Problem, labels: Labels, base_flows: NDArray[np.float64]) -> Problem:
        """The problem with the capacity gone; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        hit = labels.rows(at, self.countries)
        if not hit.any():
            raise _nobody(self.countries, "producer", labels.producers[at])
        left = np.where(hit, 1.0 - self.lost, 1.0)
        stage = problem.stages[at]
        supply = replace(stage.supply, remaining=stage.supply.remaining * left)
        refining = stage.refining and replace(stage.refining, remaining=stage.refining.remaining * left)
        return _with_stage(problem, at, replace(stage, supply=supply, refining=refining))


class Tariff(_Record):
    """An import duty: ``rate`` of the price (ad valorem), ``per_tonne`` USD, or both, on flows between named countries.

    origins: whose goods pay; empty for every country but the importers. Home sales never pay.
    """

    kind: Literal["tariff"] = "tariff"
    importers: Countries = Field(min_length=1)
    stage: StageName
    origins: Countries = ()
    rate: float = Field(default=0.0, ge=0)
    per_tonne: float = Field(default=0.0, ge=0)

    def apply(self, problem: Problem, labels: Labels, base_flows: NDArray[np.float64]) -> Problem:
        """The problem with the duty in force; ``base_flows`` is not needed."""
        del base_flows
        at = labels.stage(self.stage)
        pays = labels.columns(at, self.importers)[None, :] & ~labels.rows(at, self.importers)[:, None]
        if self.origins:
            pays &= labels.rows(at, self.origins)[:, None]
        if not pays.any():
            raise _nobody(self.importers, "buyer whose imports the duty covers", labels.buyers[at])
        stage = problem.stages[at]
        taxed = replace(
            stage,
            tariff=stage.tariff + np.where(pays, self.rate, 0.0),
            levy=stage.levy + np.where(pays, self.per_tonne, 0.0),
        )
        return _with_stage(problem, at, taxed)


Shock = ExportCut | CapacityLoss | Tariff


def _nobody(countries: Countries, what: str, there: tuple[str, ...]) -> MissingData:
    found = f"none of {_listed(countries)}"
    return MissingData(Wrong("shock", f"there is no {what} in the market", found, f"in the table: {_listed(there)}"))


def _listed(countries: Countries) -> str:
    return ", ".join(countries[:MOST_LISTED]) + (
        f" and {len(countries) - MOST_LISTED} more" if len(countries) > MOST_LISTED else ""
    )


def _with_stage(problem: Problem, at: int, stage: Stage) -> Problem:
    stages = (*problem.stages[:at], stage, *problem.stages[at + 1 :])
    return replace(problem, stages=stages)

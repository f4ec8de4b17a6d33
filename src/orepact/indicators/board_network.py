"""What a balanced table says of a region: consumption, output, largest supplier, and origin looked through to the mine.

Every figure carries what the table does not know: tonnes that no publisher gives to a country by name may be anybody's, and
a member whose figure is withheld makes the region's output open upwards (rules.md D7: the fourth colour is "cannot tell").
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orepact import facts
from orepact.indicators.figures import Figure, Gap, Known, between, exact, over
from orepact.indicators.members import Region
from orepact.indicators.origin import through_stages
from orepact.network import Network, StageTable

Array = NDArray[np.float64]

NOT_A_COUNTRY = {"ROW", "OTH", "WLD"}
WORST_FIRST = "EDCBA"
CARRIES = 0.1
"""A grade counts for a sum when it and worse ones carry this share of it."""


class NetworkEvidence:
    """One mineral's table seen from one region."""

    def __init__(self, region: Region, network: Network) -> None:
        self.region, self.network = region, network
        self.year = str(network.base_year)

    def consumption(self, stage: str) -> Known:
        """Purchases of a stage by the region's users and refiners, tonnes of content."""
        table = self._table(stage)
        if table is None:
            return self._no_stage(stage)
        flows = np.where(self._columns(table)[None, :], table.flows, 0.0)
        return self._sum(table, flows, f"consumption of {stage} {self.network.mineral}: purchases of the members")

    def output(self, stage: str) -> Known:
        """Primary output of the region's members, tonnes of content, between what is named and what may be theirs unnamed."""
        table = self._table(stage)
        if table is None:
            return self._no_stage(stage)
        rows = self._rows(table)
        scrap = np.divide(table.secondary, table.output, where=table.output > 0, out=np.ones_like(table.output))
        primary = 1.0 - scrap
        flows = np.where(rows[:, None], table.flows * primary[:, None], 0.0)
        made = self._sum(table, flows, f"output of {stage} {self.network.mineral}: primary output of the members")
        withheld = sorted(set(table.withheld) & set(self.region.members))
        if np.isnan(table.unnamed):
            return Gap(f"output of {stage} {self.network.mineral} of {', '.join(table.withheld)}, which is withheld")
        if table.unnamed <= 0:
            return made
        who = f"{', '.join(withheld)} (withheld) or " if withheld else ""
        return between(
            made,
            made.value,
            made.value + table.unnamed,
            f"{who}members that no publisher names may make up to {table.unnamed:,.0f} t",
        )

    def single_country(self, stage: str) -> Known:
        """Largest third country's share of the region's consumption at a stage, by where it was made there."""
        table = self._table(stage)
        if table is None:
            return self._no_stage(stage)
        bought = table.flows[:, self._columns(table)].sum(axis=1)
        total = float(bought.sum())
        if not total > 0:
            return Gap(f"not applicable: no member buys {stage} {self.network.mineral} in the table")
        if np.isnan(table.unnamed):
            return Gap(f"output of {stage} {self.network.mineral} of {', '.join(table.withheld)}, which is withheld")
        third = ~self._rows(table) & ~np.isin(table.producers, list(NOT_A_COUNTRY))
        shares = pd.Series(bought / total, index=list(table.producers))
        open_share = min(1.0, table.unnamed / float(table.flows.sum()))
        return self._largest(table, shares[third], open_share, stage, "direct")

    def look_through(self) -> Known:
        """Largest third country's share of the region's consumption of the last stage, by where it was mined."""
        if len(self.network.stages) < 2:
            return Gap(f"a table of {self.network.mineral} with two stages")
        ore, last = self.network.stages
        if np.isnan(ore.unnamed) or np.isnan(last.unnamed):
            return Gap(f"output of {self.network.mineral} that is withheld")
        inside = self._columns(last)
        total = float(last.flows[:, inside].sum())
        if not total > 0:
            return Gap(f"not applicable: no member buys refined {self.network.mineral} in the table")
        refined = pd.DataFrame(
            {self.region.name: last.flows[:, inside].sum(axis=1) / total}, index=list(last.producers)
        )
        origin = through_stages([self._ore_shares(ore, last), refined])
        found = origin.low[self.region.name]
        third = ~np.isin(found.index, [*self.region.members, *NOT_A_COUNTRY])
        named = min(1.0, ore.unnamed / float(ore.flows.sum()))
        open_share = min(1.0, float(origin.unknown[self.region.name]) + named)
        return self._largest(last, found[third], open_share, "mine", "look-through")

    def _ore_shares(self, ore: StageTable, last: StageTable) -> pd.DataFrame:
        """Share of each refiner's output by the country its ore was mined in; scrap of the region's own refiners is its own."""
        output = np.maximum(last.output, 1e-300)
        table = pd.DataFrame(
            ore.flows * self.network.recovery / output, index=list(ore.producers), columns=list(last.producers)
        )
        own = pd.DataFrame(0.0, index=["own scrap"], columns=list(last.producers))
        scrap = np.where(self._rows(last), last.secondary / output, 0.0)
        own.loc["own scrap"] = np.minimum(scrap, np.maximum(1.0 - table.sum().to_numpy(), 0.0))
        over_one = np.maximum(table.sum() + own.loc["own scrap"], 1.0)
        return pd.concat([table.div(over_one, axis="columns"), own])

    def _largest(self, table: StageTable, shares: pd.Series, open_share: float, stage: str, method: str) -> Known:
        name = self.network.mineral
        if shares.empty or not shares.max() > 0:
            return self._graded(table, 0.0, f"no third country supplies {stage} {name} in the table")
        country = str(shares.idxmax())
        largest = float(shares.max())
        found = self._graded(
            table, largest, f"{method} share of {facts.country_name(country)} in consumption at {stage}: {largest:.1%}"
        )
        if open_share <= 0:
            return found
        return between(
            found,
            largest,
            min(1.0, largest + open_share),
            f"{open_share:.0%} of supply is of unnamed or unknown origin",
        )

    def _sum(self, table: StageTable, flows: Array, what: str) -> Figure:
        total = float(flows.sum())
        grade = _grade_of(table.grades, flows)
        return exact(
            total,
            grade=grade,
            year=self.year,
            sources=self.network.sources,
            trail=f"{what}: {total:,.0f} t, grade {grade}, {self.year}",
        )

    def _graded(self, table: StageTable, share: float, what: str) -> Figure:
        flows = np.where(self._columns(table)[None, :], table.flows, 0.0)
        grade = _grade_of(table.grades, flows)
        return exact(
            share,
            is_share=True,
            grade=grade,
            year=self.year,
            sources=self.network.sources,
            trail=f"{what}, grade {grade}, {self.year}",
        )

    def _table(self, stage: str) -> StageTable | None:
        return next((table for table in self.network.stages if table.stage == stage), None)

    def _no_stage(self, stage: str) -> Gap:
        return Gap(f"a {stage} stage in the table of {self.network.mineral}")

    def _rows(self, table: StageTable) -> NDArray[np.bool_]:
        return np.isin(table.producers, self.region.members)

    def _columns(self, table: StageTable) -> NDArray[np.bool_]:
        return np.isin(table.buyers, self.region.members)

    def extraction(self) -> Known:
        """Mine output times recovery over consumption of the last stage: what the region digs of what it uses."""
        last = self.network.stages[-1].stage
        mined, used = self.output("mine"), self.consumption(last)
        if last == "mine" or isinstance(mined, Gap):
            return over(mined, used)
        return over(_scaled(mined, self._recovery()), used)

    def processing(self) -> Known:
        """Primary refined output over consumption of the refined stage."""
        return over(self.output("refined"), self.consumption("refined"))

    def _recovery(self) -> float:
        recovery = self.network.recipe.recovery
        return 1.0 if recovery is None else recovery.value


def _scaled(figure: Figure, factor: float) -> Figure:
    """Tonnes mined as the tonnes refined of them."""
    return Figure(
        figure.value * factor, figure.floor * factor, figure.ceiling * factor, figure.grade, figure.year, figure.sources,
        (*figure.trail, f"times a recovery of {factor:.2f} from ore to refined"), figure.errors, figure.why_open,
    )  # fmt: skip


def _grade_of(grades: NDArray[np.str_], flows: Array) -> str:
    """The worst grade that, with those still worse, carries a tenth of the tonnes."""
    total, carried = float(flows.sum()), 0.0
    for grade in WORST_FIRST:
        carried += float(flows[grades == grade].sum())
        if total > 0 and carried >= CARRIES * total:
            return grade
    return "E"

"""What a balanced table says of a region: consumption, output, largest supplier, and origin looked through to the mine.

Every figure carries what the table does not know: tonnes that no publisher gives to a country by name may be anybody's, and
a member whose figure is withheld makes the region's output open upwards (rules.md D7: the fourth colour is "cannot tell").
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orepact import facts
from orepact.indicators.figures import Figure, Gap, Known, between, exact, over
from orepact.indicators.members import Region
from orepact.indicators.origin import through_stages
from orepact.network import Network, StageTable
from orepact.network.evidence import WORST_FIRST

Array = NDArray[np.float64]

NOT_A_COUNTRY = {"ROW", "OTH", "WLD"}
MOSTLY = 0.9
"""Share of a region's purchases that is only inferred above which the whole is."""

OWN_SCRAP = "scrap of the region"
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
        if withheld := sorted(set(table.doubt.use_withheld) & set(self.region.members)):
            return self._unused(withheld)
        flows = np.where(self._columns(table)[None, :], table.flows, 0.0)
        used, what = float(flows.sum()), f"consumption of {stage} {self.network.mineral} by the members"
        published = [table.doubt.use_grades.get(country) for country in self.region.members]
        if not used > 0:
            return self._none_used(table)
        if all(published):
            return self._tonnes(used, max(map(str, published)), what)
        found = self._tonnes(used, _grade_of(table.grades, flows), what)
        unknown = self._unknown(table)
        if unknown <= 0:
            return found
        return between(found, used, used + unknown, f"{unknown:,.0f} t came from countries without a figure of output")

    def output(self, stage: str) -> Known:
        """Primary output of the region's members, tonnes of content, between what is named and what may be theirs unnamed."""
        table = self._table(stage)
        if table is None:
            return self._no_stage(stage)
        doubt, inside = table.doubt, self._rows(table)
        if np.isnan(doubt.unnamed):
            return self._withheld(table)
        primary = np.where(inside, np.maximum(table.output - table.secondary, 0.0), 0.0)
        made, what = float(primary.sum()), f"output of {stage} {self.network.mineral} by the members, without scrap"
        if withheld := sorted(set(doubt.withheld) & set(self.region.members)):
            return Gap(
                f"output of {stage} {self.network.mineral} of {', '.join(withheld)}, for which no figure is published"
            )
        grades = [doubt.output_grades.get(country, "D") for country in np.asarray(table.producers)[primary > 0]]
        # That none of the members is among the producers is as sure as the list of producers.
        found = self._tonnes(made, max(grades, default=max(doubt.output_grades.values(), default="E")), what)
        if doubt.unnamed <= 0:
            return found
        sure = float(primary[~np.isin(table.producers, doubt.spread)].sum())
        why = f"members that no publisher names may make up to {doubt.unnamed:,.0f} t"
        return replace(between(found, sure, sure + doubt.unnamed, why), nothing_named=made <= 0)

    def single_country(self, stage: str) -> Known:
        """Largest third country's share of the region's consumption at a stage, by where it was made there."""
        table = self._table(stage)
        if table is None:
            return self._no_stage(stage)
        if withheld := sorted(set(table.doubt.use_withheld) & set(self.region.members)):
            return self._unused(withheld)
        inside = self._columns(table)
        bought = table.flows[:, inside].sum(axis=1)
        recorded = np.where(table.grades[:, inside] == "E", 0.0, table.flows[:, inside]).sum(axis=1)
        total = float(bought.sum())
        if not total > 0:
            return self._none_used(table)
        if np.isnan(table.doubt.unnamed):
            return self._withheld(table)
        third = ~self._rows(table) & ~np.isin(table.producers, list(NOT_A_COUNTRY))
        shares = pd.Series(bought / total, index=list(table.producers))
        unnamed = min(1.0, table.doubt.unnamed / float(table.flows.sum())) + self._unknown(table) / total
        guessed = 1.0 - float(recorded.sum()) / total
        found = self._largest(shares[third], unnamed + guessed, stage, "direct", self._grade(table))
        if not third.any() or guessed >= MOSTLY or not isinstance(found, Figure):
            return found
        # Flows that are only inferred may be anybody's; the recorded ones keep their grade.
        sure = float(recorded[third].max()) / total
        why = f"{(unnamed + guessed) / (1.0 + unnamed):.0%} of supply is of unnamed, unknown or only inferred origin"
        ends = sure / (1.0 + unnamed), min(1.0, (sure + guessed + unnamed) / (1.0 + unnamed))
        return between(found, *ends, why)

    def look_through(self) -> Known:
        """Largest third country's share of the region's consumption of the last stage, by where it was mined."""
        if len(self.network.stages) < 2:
            return Gap(f"a table of {self.network.mineral} with two stages")
        ore, last = self.network.stages
        for table in (ore, last):
            if np.isnan(table.doubt.unnamed):
                return self._withheld(table)
        inside = self._columns(last)
        total = float(last.flows[:, inside].sum())
        if not total > 0:
            return self._none_used(last)
        refined = pd.DataFrame(
            {self.region.name: last.flows[:, inside].sum(axis=1) / total}, index=list(last.producers)
        )
        origin = through_stages([self._ore_shares(ore, last), refined])
        found = origin.low[self.region.name]
        third = ~np.isin(found.index, [*self.region.members, *NOT_A_COUNTRY, OWN_SCRAP])
        unnamed = sum(min(1.0, table.doubt.unnamed / float(table.flows.sum())) for table in (ore, last))
        open_share = float(origin.unknown[self.region.name]) + unnamed + self._unknown(last) / total
        grade = max(self._grade(last), _grade_of(ore.grades, ore.flows))
        return self._largest(found[third], open_share, "the mine", "look-through", grade)

    def _ore_shares(self, ore: StageTable, last: StageTable) -> pd.DataFrame:
        """Share of each refiner's output by the country its ore was mined in; scrap of the region's own refiners is its own."""
        output = np.maximum(last.output, 1e-300)
        table = pd.DataFrame(
            ore.flows * self.network.recovery / output, index=list(ore.producers), columns=list(last.producers)
        )
        own = pd.DataFrame(0.0, index=[OWN_SCRAP], columns=list(last.producers))
        scrap = np.where(self._rows(last), last.secondary / output, 0.0)
        own.loc[OWN_SCRAP] = np.minimum(scrap, np.maximum(1.0 - table.sum().to_numpy(), 0.0))
        over_one = np.maximum(table.sum() + own.loc[OWN_SCRAP], 1.0)
        return pd.concat([table.div(over_one, axis="columns"), own])

    def _largest(self, shares: pd.Series, open_share: float, stage: str, method: str, grade: str) -> Known:
        """The largest share, and what of supply that nobody knows could add to it or take from it."""
        largest, who = 0.0, "any third country"
        if len(shares) and shares.max() > 0:
            largest, who = float(shares.max()), facts.country_name(str(shares.idxmax()))
        what = f"{method} share of {who} in consumption of {self.network.mineral} at {stage}: {largest:.1%}, grade {grade}, {self.year}"
        found = exact(largest, grade=grade, year=self.year, sources=self.network.sources, trail=what, is_share=True)
        if open_share <= 0:
            return found
        why = f"{open_share / (1.0 + open_share):.0%} of supply is of unnamed, unknown or only inferred origin"
        return between(found, largest / (1.0 + open_share), min(1.0, (largest + open_share) / (1.0 + open_share)), why)

    def _tonnes(self, tonnes: float, grade: str, what: str) -> Figure:
        trail = f"{what}: {tonnes:,.0f} t, grade {grade}, {self.year}"
        return exact(tonnes, grade=grade, year=self.year, sources=self.network.sources, trail=trail)

    def _grade(self, table: StageTable) -> str:
        """Grade of where the region's purchases come from."""
        return _grade_of(table.grades, np.where(self._columns(table)[None, :], table.flows, 0.0))

    def _unknown(self, table: StageTable) -> float:
        """Recorded shipments to the members from countries without a figure of output, tonnes."""
        return sum(table.doubt.unknown.get(country, 0.0) for country in self.region.members)

    def _unused(self, withheld: list[str]) -> Gap:
        return Gap(f"use of {self.network.mineral} in {', '.join(withheld)}, for which no figure is published")

    def _none_used(self, table: StageTable) -> Gap:
        """The table has no use of the members: the question does not arise only where that is published of every one of them."""
        what = f"{table.stage} {self.network.mineral}"
        if all(table.doubt.use_grades.get(country) for country in self.region.members) and self._unknown(table) <= 0:
            return Gap(f"no member uses {what}, as published", applies=False)
        return Gap(f"use of {what} by the members: the table has none, which nobody publishes as none")

    def _withheld(self, table: StageTable) -> Gap:
        return Gap(
            f"output of {table.stage} {self.network.mineral} of {', '.join(table.doubt.withheld)}, which is withheld"
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
    return replace(
        figure,
        value=figure.value * factor,
        floor=figure.floor * factor,
        ceiling=figure.ceiling * factor,
        trail=(*figure.trail, f"times a recovery of {factor:.2f} from ore to refined"),
    )


def _grade_of(grades: NDArray[np.str_], flows: Array) -> str:
    """The worst grade that, with those still worse, carries a tenth of the tonnes."""
    total, carried = float(flows.sum()), 0.0
    for grade in WORST_FIRST:
        carried += float(flows[grades == grade].sum())
        if total > 0 and carried >= CARRIES * total:
            return grade
    return "E"

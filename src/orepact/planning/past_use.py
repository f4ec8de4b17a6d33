"""What a region's industry has bought of a mineral, year by year, as far as the tables reach."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from orepact import facts
from orepact.errors import MissingData, Problem
from orepact.network import Network, StageTable, network
from orepact.network.evidence import WORST_FIRST

CARRIES = 0.1
"""A grade counts for a sum when it and worse ones carry this share of it."""


@dataclass(frozen=True)
class PastUse:
    """Tonnes of content that the members bought of the last stage, by year; ``now`` is the year of the mineral's own table."""

    mineral: str
    members: tuple[str, ...]
    stage: str
    by_year: dict[int, float]
    now: int
    grade: str
    sources: tuple[str, ...]

    @property
    def tonnes(self) -> float:
        """Use of the year ``now``."""
        return self.by_year[self.now]

    def in_year(self, year: int) -> float:
        """Use of a year from the first table on: between tables a straight line, after the last as it was."""
        known = sorted(self.by_year)
        return float(np.interp(year, known, [self.by_year[each] for each in known]))

    @property
    def first(self) -> int:
        """First year with a table."""
        return min(self.by_year)


def past_use(mineral: str, members: tuple[str, ...], place: str) -> PastUse:
    """Use of every year that has a table; MissingData where there is none, or a member's use is withheld."""
    latest = network(mineral)
    now = _bought(latest, members)
    if now is None:
        withheld = ", ".join(sorted(set(latest.stages[-1].doubt.use_withheld) & set(members)))
        found = f"no figure of use in {withheld}" if withheld else "no purchases by the members in its table"
        todo = "choose another region"
        raise MissingData(Problem(place, "cannot tell what the region uses", found, todo))
    years = {latest.base_year: now} | _other_years(mineral, members, latest)
    last = latest.stages[-1]
    return PastUse(mineral, members, last.stage, years, latest.base_year, _grade(last, members), tuple(latest.sources))


def _other_years(mineral: str, members: tuple[str, ...], latest: Network) -> dict[int, float]:
    years = {}
    for year in sorted({int(period[:4]) for period in facts.load("production")["period"].unique()}):
        if year >= latest.base_year:
            continue
        try:
            found = _bought(network(mineral, year), members)
        except MissingData:
            continue
        if found is not None:
            years[year] = found
    return years


@cache
def latest_table(mineral: str) -> Network | None:
    """The mineral's table of its own base year; None where there is none. Made once for all projects and cells that ask."""
    try:
        return network(mineral)
    except MissingData:
        return None


def bought(mineral: str, members: tuple[str, ...], stage: str) -> float | None:
    """Tonnes that the members buy of a stage in the year of the mineral's table; None where that cannot be told."""
    table = latest_table(mineral)
    found = None if table is None else next((each for each in table.stages if each.stage == stage), None)
    return None if found is None else _purchases(found, members)


def _bought(table: Network, members: tuple[str, ...]) -> float | None:
    return _purchases(table.stages[-1], members)


def _purchases(table: StageTable, members: tuple[str, ...]) -> float | None:
    if set(table.doubt.use_withheld) & set(members):
        return None
    tonnes = float(table.flows[:, np.isin(table.buyers, members)].sum())
    return tonnes if tonnes > 0 else None


def _grade(table: StageTable, members: tuple[str, ...]) -> str:
    """The worst grade that, with those still worse, carries a tenth of the purchases."""
    published = [table.doubt.use_grades.get(country) for country in members]
    if all(published):
        return max(map(str, published))
    flows = np.where(np.isin(table.buyers, members)[None, :], table.flows, 0.0)
    carried = 0.0
    for grade in WORST_FIRST:
        carried += float(flows[table.grades == grade].sum())
        if carried >= CARRIES * float(flows.sum()):
            return grade
    return WORST_FIRST[0]

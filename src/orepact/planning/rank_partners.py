"""Partners ranked without any cost: what the largest third country's share does if a country adds 1 % of the world's output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from orepact.network import Network
from orepact.planning.rank_market import NOT_A_COUNTRY, SMALL, Array, Effect, Ground, Site, effects

LOW, HIGH = 0.1, 0.9
KINDS = ("mine", "refined")


@dataclass(frozen=True)
class Figure:
    """Mean, and low and high end: the 80 % range of the draws with both ends of P."""

    mean: float
    low: float
    high: float

    def per(self, millions: float) -> Figure:
        """The same for each million."""
        return Figure(self.mean / millions, self.low / millions, self.high / millions)


def figure_of(draws: Array, chance: tuple[float, float]) -> Figure:
    """The middle of P on the mean of the draws, and the widest of both ends of P on the 80 % range."""
    ends = np.multiply.outer(np.quantile(draws, [LOW, HIGH]), np.array(chance))
    return Figure(float(draws.mean() * sum(chance) / 2), float(ends.min()), float(ends.max()))


@dataclass(frozen=True)
class Partner:
    """What a country does to the share if it adds ``tonnes`` (1 % of the world's output) a year of a stage: percentage points.

    share_stage, largest: whose share of what falls: the stage where it is highest of those that the tonnes reach.
    """

    mineral: str
    stage: str
    country: str
    tonnes: float
    fall: Figure
    share_stage: str
    largest: str


@dataclass(frozen=True)
class Share:
    """The largest third country's share of what the region buys at the stage where it is highest, percent, as the market has it today.

    grade: of the mineral's table. inferred: whether use by country is inferred in it rather than recorded.
    """

    mineral: str
    stage: str
    country: str
    percent: float
    grade: str
    inferred: bool


def partners_of(
    region: str, minerals: Sequence[str], market: Callable[[str], Ground], step: Callable[[], None]
) -> tuple[tuple[Partner, ...], tuple[Share, ...], tuple[tuple[str, str], ...]]:
    """Every country that makes a mineral today, largest fall first; shares of today; minerals of which nothing can be told, and why."""
    partners: list[Partner] = []
    shares: list[Share] = []
    untold = []
    for mineral in minerals:
        where = market(mineral)
        at = where.tested()
        if at is None:
            untold.append(
                (mineral, f"{region} buys none of it from a third country in the table, or a member's use is withheld")
            )
        else:
            solution = where.year.bare[1]
            country = where.largest(at, solution)
            percent, table = float(where.share(at, country, solution).mean()), where.network
            shares.append(Share(mineral, where.stages[at], country, percent, table.grade, table.inferred_use))
            sites = makers(where.network)
            found = zip(sites, effects(where, sites), strict=True)
            partners += [partner for site, effect in found for partner in _partner(where, mineral, site, effect)]
        step()
    partners.sort(key=lambda each: (-each.fall.mean, each.mineral, each.stage, each.country))
    return tuple(partners), tuple(shares), tuple(untold)


def makers(table: Network) -> list[Site]:
    """Every country that makes a mineral at a stage of its table."""
    return [
        Site(cast("Literal['mine', 'refined']", stage.stage), country)
        for stage in table.stages
        for country in stage.producers
        if country not in NOT_A_COUNTRY and stage.stage in KINDS
    ]


def _partner(where: Ground, mineral: str, site: Site, effect: Effect) -> list[Partner]:
    at = where.tested(where.labels.stage(site.kind))
    if at is None:
        return []
    tonnes = SMALL * where.world[site.kind]
    fall = figure_of(effect.shares[at] * tonnes, (1.0, 1.0))
    return [Partner(mineral, site.kind, site.country, tonnes, fall, where.stages[at], effect.largest[at])]

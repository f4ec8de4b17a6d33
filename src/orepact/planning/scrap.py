"""How much of a mineral comes back from products in use by a year, and how far that is from the benchmark of 25 %.

    scrap(y)     = sum over groups g, years c <= y of  use(c) share_g fabricated_g (S_g(y - c - 1) - S_g(y - c))
    recovered(y) = sum over g of scrap_g(y) collected_g recovery
    share(y)     = recovered(y) / use(y)

Use is what the region's industry buys of the last stage: tables where there are any; before the first, the first one's use
shrinking by a yearly growth backwards (an assumed range); after the last, as it is. Only old scrap counts, as in the EU's
end-of-life recycling input rate. Ranges are of draws over use, lives, collection, recovery and past growth, all groups together.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm, qmc

from orepact import facts
from orepact.errors import BadInput, MissingData, Problem
from orepact.network.balance import ERROR_OF_GRADE
from orepact.planning.assumed import Assumed, assumed
from orepact.planning.lifetimes import Array, products_in_use, weibull
from orepact.planning.past_use import PastUse, past_use
from orepact.planning.product_groups import CARRIED_OVER, Groups, groups_of

HISTORY = 150
"""Years of past use before the first table: longer than nearly all products last."""

FURTHEST = 50
"""Years ahead for which use as it is now still says something."""

POINT = 0.01
TAIL = 0.1
SPREAD_OF_RATES = math.exp(float(norm.ppf(1 - TAIL)) * ERROR_OF_GRADE[CARRIED_OVER])
"""Factor between the middle and the end of the 80 % band of a figure of the world that stands for a region."""

KNOBS = ("use", "lives", "collection", "recovery", "past growth")
Found = dict[str, float]


@dataclass(frozen=True)
class Settings:
    """One draw or many, each ``(N,)``: factors on use, lives and the odds of collection; recovery; growth a year before tables."""

    use: Array
    lives: Array
    odds: Array
    recovery: Array
    growth: Array


@dataclass(frozen=True)
class GroupScrap:
    """One group at the middle of all ranges, tonnes a year; recovered is None where no rate of collection is known."""

    name: str
    share: float
    mean_life: float
    arising: float
    collected: float | None
    recovered: float | None


@dataclass(frozen=True)
class Scrap:
    """What comes back in ``year``. Ranges are ``{median, low, high}`` and hold 80 % of the draws.

    arising, recovered, open: tonnes a year; open is what groups without a rate of collection would add, were all of theirs
    collected. share: percent of use. most: percent of use at the high ends of lives, collection and past use, with every
    sorted tonne and every open one recovered. gap_points, gap: what is missing to the target. levers: what one point more
    gives, ``{tonnes, points}``. moves: share in percent at the low and high end of each range alone. assumed_past: share of
    the scrap that comes from products of years without a table. published: today's rate by the Commission, percent.
    """

    mineral: str
    region: str
    year: int
    use: PastUse
    groups: tuple[GroupScrap, ...]
    whose_shares: str
    spread_out: float
    arising: Found
    recovered: Found
    open_tonnes: float
    share: Found
    most: float
    target: float
    verdict: str
    levers: dict[str, dict[str, float]]
    moves: dict[str, tuple[float, float]]
    assumed_past: float
    published: dict[str, Any] | None
    sources: tuple[str, ...]
    grade: str

    @property
    def gap_points(self) -> float:
        """Points of use missing to the target at the median; 0 where it is met."""
        return max(self.target - self.share["median"], 0.0)

    @property
    def gap(self) -> float:
        """The same in tonnes a year."""
        return self.gap_points / 100 * self.used

    @property
    def used(self) -> float:
        """Use of the year asked about, tonnes."""
        return self.use.in_year(self.year)

    @property
    def without_rate(self) -> tuple[str, ...]:
        """Groups for which no rate of collection is published."""
        return tuple(each.name for each in self.groups if each.recovered is None)


def scrap(mineral: str, region: str = "EU27", *, year: int = 2030, draws: int = 500, seed: int = 1) -> Scrap:
    """Scrap of a mineral in a region in a year; MissingData with what is missing where it cannot be told."""
    slug, members = facts.resolve_mineral(mineral), facts.resolve_place(region)
    place = f"scrap, {slug}"
    groups = groups_of(slug, members, place)
    use = past_use(slug, members, place)
    if use.stage != "refined":
        found = f"only purchases of {use.stage} {facts.mineral_name(slug)} in the tables, which are no use in products"
        todo = "choose a mineral with a refined stage in its table"
        raise MissingData(Problem(place, "cannot tell the scrap that arises", found, todo))
    _check(use, year, draws)
    return _answer(region, year, use, groups, _draw(use, draws, seed))


def _check(use: PastUse, year: int, draws: int) -> None:
    problems = []
    if not use.first <= year <= use.now + FURTHEST:
        found = f"{year}"
        todo = f"choose a year from {use.first} to {use.now + FURTHEST}"
        problems.append(Problem("--year", "no year that can be told", found, todo))
    if draws < 1:
        problems.append(Problem("draws", "a range needs draws", f"{draws}", "give 1 or more"))
    if problems:
        raise BadInput(problems)


def middle(mineral: str, **changed: float) -> Settings:
    """All ranges at their middle, but for those given: use, lives, odds (factors), recovery, growth."""
    recovery, growth = _assumed(mineral)
    values = {"use": 1.0, "lives": 1.0, "odds": 1.0, "recovery": recovery.value, "growth": growth.value} | changed
    return Settings(**{name: np.array([value]) for name, value in values.items()})


def _assumed(mineral: str) -> tuple[Assumed, Assumed]:
    """The ranges of recovery from sorted scrap and of growth of use before the first table."""
    return assumed("scrap_recovery", mineral), assumed("use_growth_before", mineral)


def _draw(use: PastUse, draws: int, seed: int) -> Settings:
    cube = qmc.LatinHypercube(d=len(KNOBS), rng=np.random.default_rng(seed)).random(draws)
    errors = (ERROR_OF_GRADE[use.grade], ERROR_OF_GRADE[CARRIED_OVER], ERROR_OF_GRADE[CARRIED_OVER])
    factors = [np.exp(error * norm.ppf(cube[:, n])) for n, error in enumerate(errors)]
    ranges = enumerate(_assumed(use.mineral))
    uniform = [each.low + (each.high - each.low) * cube[:, 3 + n] for n, each in ranges]
    return Settings(*factors, *uniform)


def leaving(use: PastUse, groups: Groups, year: int, settings: Settings, *, only_tables: bool = False) -> Array:
    """Tonnes that leave use in ``year``, by group and draw ``(G, N)``."""
    years = np.arange(use.first - HISTORY, year + 1.0)
    bought = _use_of(use, years, settings.growth)
    if only_tables:
        bought = np.where(years[:, None] < use.first, 0.0, bought)
    into = np.array([each.share * each.fabricated for each in groups.groups])
    inflow = bought[:, None, :] * into[None, :, None] * settings.use
    mean, sd = (np.array([getattr(each, name) for each in groups.groups]) for name in ("mean", "sd"))
    life = weibull(mean[:, None] * settings.lives, sd[:, None] * settings.lives)
    gone: Array = products_in_use(inflow, life).scrap[-1]
    return gone


def _use_of(use: PastUse, years: Array, growth: Array) -> Array:
    """Tonnes by year and draw: tables, a straight line between them, growth backwards before the first, the last after it."""
    known = sorted(use.by_year)
    inside = np.interp(years, known, [use.by_year[year] for year in known])
    before = np.maximum(use.first - years, 0)
    past: Array = inside[:, None] * (1.0 + growth) ** -before[:, None]
    return past


def _rates(groups: Groups, odds: Array, *, unknown: float) -> Array:
    """Collection by group and draw ``(G, N)``; ``unknown`` where no rate is published."""
    rates = np.array([unknown if each.collected is None else each.collected for each in groups.groups])[:, None]
    moved: Array = rates * odds / (1.0 - rates + rates * odds)
    return moved


def _recovered(gone: Array, groups: Groups, settings: Settings, *, unknown: float = 0.0) -> Array:
    """Tonnes recovered of what leaves ``(G, N)``, by draw; of groups without a rate the share ``unknown``."""
    total: Array = (gone * _rates(groups, settings.odds, unknown=unknown)).sum(axis=0) * settings.recovery
    return total


def _answer(region: str, year: int, use: PastUse, groups: Groups, drawn: Settings) -> Scrap:
    mid = middle(use.mineral)
    gone, recovery = leaving(use, groups, year, mid)[:, 0], float(mid.recovery[0])
    rates = np.array([np.nan if each.collected is None else each.collected for each in groups.groups])
    leaves = leaving(use, groups, year, drawn)
    recovered, target, most = _recovered(leaves, groups, drawn), _target(), _most(use, groups, year)
    told = leaving(use, groups, year, mid, only_tables=True).sum() / gone.sum()
    return Scrap(
        mineral=use.mineral,
        region=region,
        year=year,
        use=use,
        groups=_by_group(groups, gone, recovery),
        whose_shares=groups.whose,
        spread_out=groups.spread_out,
        arising=_range(leaves.sum(axis=0)),
        recovered=_range(recovered),
        open_tonnes=float(gone[np.isnan(rates)].sum() * recovery),
        share=_range(100 * recovered / (use.in_year(year) * drawn.use)),
        most=most,
        target=target,
        verdict="below" if most < target else "cannot tell",
        levers=_levers(gone, rates, recovery, use.in_year(year)),
        moves=_moves(use, groups, year),
        assumed_past=float(1.0 - told),
        published=_published(use.mineral, use.members),
        sources=tuple(sorted({*use.sources, *groups.sources, "orepact_assumption"})),
        grade="E",
    )


def _by_group(groups: Groups, gone: Array, recovery: float) -> tuple[GroupScrap, ...]:
    return tuple(
        GroupScrap(
            each.name,
            each.share,
            each.mean,
            float(tonnes),
            each.collected,
            None if each.collected is None else float(tonnes * each.collected * recovery),
        )
        for each, tonnes in zip(groups.groups, gone, strict=True)
    )


def _levers(gone: Array, rates: Array, recovery: float, used: float) -> dict[str, dict[str, float]]:
    """What one point more of collection in every group with a rate, and one point more of recovery, adds."""
    known = ~np.isnan(rates)
    tonnes = {
        "collection": POINT * float(gone[known].sum()) * recovery,
        "recovery": POINT * float((gone[known] * rates[known]).sum()),
    }
    return {name: {"tonnes": added, "points": 100 * added / used} for name, added in tonnes.items()}


def _moves(use: PastUse, groups: Groups, year: int) -> dict[str, tuple[float, float]]:
    """Share in percent with each range alone at its low and high end, widest first."""
    recovery, growth = _assumed(use.mineral)
    ends = {
        "lives of products": ("lives", 1 / SPREAD_OF_RATES, SPREAD_OF_RATES),
        "collection and sorting": ("odds", 1 / SPREAD_OF_RATES, SPREAD_OF_RATES),
        "recovery from sorted scrap": ("recovery", recovery.low, recovery.high),
        f"growth of use before {use.first}": ("growth", growth.low, growth.high),
    }
    found = {
        name: (_percent(use, groups, year, **{field: low}), _percent(use, groups, year, **{field: high}))
        for name, (field, low, high) in ends.items()
    }
    return dict(sorted(found.items(), key=lambda each: -abs(each[1][1] - each[1][0])))


def _percent(use: PastUse, groups: Groups, year: int, *, unknown: float = 0.0, **changed: float) -> float:
    """Share recovered in percent of use, all ranges at their middle but for those given."""
    settings = middle(use.mineral, **changed)
    tonnes = _recovered(leaving(use, groups, year, settings), groups, settings, unknown=unknown)
    return 100 * float(tonnes[0]) / use.in_year(year)


def _most(use: PastUse, groups: Groups, year: int) -> float:
    """Percent of use with all at the end that gives most, and every sorted and every open tonne recovered."""
    _, growth = _assumed(use.mineral)
    best = {"odds": SPREAD_OF_RATES, "recovery": 1.0, "growth": growth.low}
    lives = (1 / SPREAD_OF_RATES, SPREAD_OF_RATES)
    return max(_percent(use, groups, year, unknown=1.0, lives=each, **best) for each in lives)


def _range(values: Array) -> Found:
    low, median, high = np.quantile(values, [TAIL, 0.5, 1 - TAIL])
    return {"median": float(median), "low": float(low), "high": float(high)}


def _target() -> float:
    table = facts.load("benchmarks")
    return 100 * float(table.loc[table["benchmark"] == "recycling", "value"].iloc[0])


def _published(mineral: str, members: tuple[str, ...]) -> dict[str, Any] | None:
    """The Commission's rate of today, where the region is the Union."""
    if set(members) != set(facts.resolve_place("EU27", dt.date(2023, 12, 31))):
        return None
    table = facts.load("recycling")
    rows = table[(table["mineral"] == mineral) & (table["measure"] == "EoL-RIR (EU)")].sort_values("period")
    if rows.empty:
        return None
    row = rows.iloc[-1]
    return {
        "percent": 100 * float(row["value"]),
        "period": row["period"],
        "source": row["source"],
        "grade": row["grade"],
    }

"""Candidates ranked by what they do to a region per million of money: first by the market's slopes, then by solving again.

    fall of a candidate     = P(on time) * fall with its capacity of the year    (loss: USD a year; share: percentage points)
    per million             = fall / (cost / 1e6)         the cost in full: it is spent whether the project is on time or not

P is a range; ``mean`` takes its middle, and low and high take its ends with the 80 % range of the draws. What has no cost, capacity,
place or P is named with what to supply, and is not ranked. Partners need no cost: what moves the share if they add 1 % of
the world's output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, cast

import numpy as np

from orepact import facts
from orepact.errors import BadInput, Problem
from orepact.planning.past_use import latest_table
from orepact.planning.projects import Contribution, Project, contribution, yield_of
from orepact.planning.rank_market import SCRAP, Effect, Ground, Site, effects, ground, resolved, stage_of
from orepact.planning.rank_partners import Figure, Partner, Share, figure_of, makers, partners_of
from orepact.planning.stop_list import Row

By = Literal["loss", "stops", "share"]
BY: dict[str, str] = {
    "loss": "fall in expected loss",
    "stops": "fall in expected loss beyond what cheaper material brings anyway",
    "share": "fall in the largest third country's share",
}
CURRENCIES = ("EUR", "USD")
MILLION = 1e6
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Wanted:
    """What is asked. region: its members. rows: a list of stops of one's own, None for the facts' rule. usd_per_eur: None if not given.

    top: how many of the best are solved again.
    """

    region: str
    members: tuple[str, ...]
    year: int
    by: By
    top: int
    currency: str
    usd_per_eur: float | None
    rows: tuple[Row, ...] | None
    draws: int
    seed: int


@dataclass(frozen=True)
class Falls:
    """What a candidate is expected to do: loss and stops in USD a year, shares in percentage points.

    share: at ``share_stage``, the stage where one third country's share is highest of those that its tonnes reach; None where the
    region buys nothing there. own_share: at the stage that it makes. tied: the most it could be if all it is expected to
    make were sold to the region in place of that country's; None where it makes another stage. largest: who has the largest share.
    """

    loss: Figure
    stops: Figure
    share: Figure | None
    own_share: Figure | None
    tied: float | None
    share_stage: str
    largest: str

    def by(self, name: By) -> Figure | None:
        """The figure that a ranking goes by."""
        return cast("Figure | None", getattr(self, name))


@dataclass(frozen=True)
class Candidate:
    """A project whose figures are told. tonnes: capacity that runs in the year where it enters; cost: in the ranking's currency."""

    contribution: Contribution
    site: Site
    tonnes: float
    cost: float

    @property
    def millions(self) -> float:
        """Its cost in millions."""
        return self.cost / MILLION


@dataclass(frozen=True)
class Ranked:
    """A candidate with its falls by slope, and solved again where it is among the best."""

    candidate: Candidate
    slope: Falls
    again: Falls | None = None

    def per_million(self, by: By) -> Figure | None:
        """The best figure there is of what it does per million: solved again, or else by slope."""
        found = (self.again or self.slope).by(by)
        return None if found is None else found.per(self.candidate.millions)


@dataclass(frozen=True)
class Untold:
    """A project that cannot be ranked, and what to supply."""

    project: Project
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Ranking:
    """The answer. minerals_untold: minerals without a market or a purchase of the region, and why.

    stops_untold: stops that count for nothing because nothing says how likely they are, and why.
    """

    wanted: Wanted
    ranked: tuple[Ranked, ...]
    untold: tuple[Untold, ...]
    partners: tuple[Partner, ...]
    shares: tuple[Share, ...]
    minerals_untold: tuple[tuple[str, str], ...]
    stops_untold: tuple[tuple[str, str], ...]
    balance: float


@dataclass(frozen=True)
class Plan:
    """What is to be worked out: candidates and projects that cannot be told, minerals with a market, and the number of steps."""

    wanted: Wanted
    candidates: tuple[Candidate, ...]
    untold: tuple[Untold, ...]
    minerals: tuple[str, ...]
    minerals_untold: tuple[tuple[str, str], ...]

    @property
    def steps(self) -> int:
        """Pieces of work: places, candidates solved again, and the partners of each mineral."""
        places = {(each.contribution.project.mineral, each.site) for each in self.candidates}
        return len(places) + min(self.wanted.top, len(self.candidates)) + len(self.minerals)


def want(  # noqa: PLR0913  (one argument for each option of the question)
    region: str,
    *,
    year: int = 2030,
    by: str = "loss",
    top: int = 5,
    currency: str = "EUR",
    usd_per_eur: float | None = None,
    rows: tuple[Row, ...] | None = None,
    draws: int = 8,
    seed: int = 1,
) -> Wanted:
    """Read a question; raises BadInput with all that is wrong with it, UnknownName for a region that is none."""
    wrong = []
    if by not in BY:
        wrong.append(Problem("--by", "there is no such ranking", f"'{by}'", f"choose {', '.join(BY)}"))
    if currency not in CURRENCIES:
        wrong.append(Problem("--currency", "costs are in EUR or USD", f"'{currency}'", "choose one of them"))
    if usd_per_eur is not None and not 0 < usd_per_eur < float("inf"):
        wrong.append(Problem("--usd-per-eur", "a rate above 0 is needed", f"{usd_per_eur:g}", "give USD for one EUR"))
    if draws < 1 or top < 0:
        wrong.append(
            Problem("--draws, --top", "at least one draw, and no negative number", f"{draws}, {top}", "correct it")
        )
    if wrong:
        raise BadInput(wrong)
    return Wanted(
        region, facts.resolve_place(region), year, cast(By, by), top, currency, usd_per_eur, rows, draws, seed
    )


def plan(wanted: Wanted, projects: Iterable[Project], minerals: Sequence[str] | None = None) -> Plan:
    """Which projects can be ranked and which not. minerals: whose partners are asked for; those of the projects when left out.

    A project that operates is in today's figures, and no candidate.
    """
    listed = tuple(each for each in projects if each.state != "operating")
    found = [_candidate(wanted, each) for each in listed]
    candidates = tuple(each for each in found if isinstance(each, Candidate))
    untold = tuple(each for each in found if isinstance(each, Untold))
    named = dict.fromkeys(sorted({each.mineral for each in listed if each.mineral}) if minerals is None else minerals)
    missing = tuple((each, "no table of its market") for each in named if latest_table(each) is None)
    told = tuple(each for each in named if latest_table(each) is not None)
    return Plan(wanted, candidates, untold, told, missing)


def _candidate(wanted: Wanted, project: Project) -> Candidate | Untold:
    found = contribution(project, wanted.year)
    cost, unpriced = _cost(wanted, project)
    missing = (*found.missing, *_unplaced(project), *unpriced)
    if missing or cost is None or project.mineral is None or project.stage is None:
        return Untold(project, missing)
    table = latest_table(project.mineral)
    enters = 1.0
    if table is not None and project.stage == "mine" and len(table.stages) > 1:
        enters = yield_of(project.model_copy(update={"yield_share": None})) or 1.0
    return Candidate(found, Site(project.stage, project.countries[0]), found.if_on_time / enters, cost)


def _cost(wanted: Wanted, project: Project) -> tuple[float | None, tuple[str, ...]]:
    """The cost in the ranking's currency, and what is missing for it."""
    if project.cost is None:
        return None, ("its cost, with its currency",)
    if project.currency is None:
        return None, ("the currency of its cost",)
    if project.currency == wanted.currency:
        return project.cost, ()
    if wanted.usd_per_eur is None:
        return None, (f"a rate for its cost in {project.currency} (--usd-per-eur)",)
    rate = wanted.usd_per_eur
    return project.cost / rate if wanted.currency == "EUR" else project.cost * rate, ()


def _unplaced(project: Project) -> Iterable[str]:
    if len(project.countries) != 1:
        yield "one country for its capacity" + (f" (it names {len(project.countries)})" if project.countries else "")
    if project.mineral is None or project.stage is None:
        return
    table = latest_table(project.mineral)
    if table is None:
        yield f"a table of the market of {project.mineral}: there is none"
    elif project.stage != SCRAP and project.stage not in {each.stage for each in table.stages}:
        yield f"a stage '{project.stage}' in the table of {project.mineral}: it has {', '.join(t.stage for t in table.stages)}"


def rank(found: Plan, progress: Progress | None = None) -> Ranking:
    """The answer to a plan; ``progress`` is called with the number of steps done."""
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done)

    grounds = _grounds(found)
    slopes = _slopes(grounds, found.candidates, step)
    ranked = _ordered((_by_slope(grounds, each, slopes) for each in found.candidates), found.wanted.by)
    best = []
    for each in ranked[: found.wanted.top]:
        best.append(_solved_again(grounds, each))
        step()
    partners, shares, untold = partners_of(
        found.wanted.region, found.minerals, partial(_year_alone, found.wanted), step
    )
    return Ranking(
        wanted=found.wanted,
        ranked=(*_ordered(best, found.wanted.by), *ranked[found.wanted.top :]),
        untold=found.untold,
        partners=partners,
        shares=shares,
        minerals_untold=(*found.minerals_untold, *untold),
        stops_untold=tuple(dict.fromkeys(_stops_untold(grounds.values()))),
        balance=max((each.balance for each in grounds.values()), default=0.0),
    )


def _stops_untold(grounds: Iterable[Ground]) -> Iterable[tuple[str, str]]:
    for each in grounds:
        for stop in each.untold:
            yield f"stop of {stop.mineral}, {' '.join(stop.origins)}", stop.why


def _grounds(found: Plan) -> dict[str, Ground]:
    wanted, grounds = found.wanted, {}
    for mineral in sorted({str(each.contribution.project.mineral) for each in found.candidates}):
        table = latest_table(mineral)
        if table is not None:
            sites = [each.site for each in found.candidates if each.contribution.project.mineral == mineral]
            grounds[mineral] = ground(
                table, wanted.members, sites, rows=wanted.rows, draws=wanted.draws, seed=wanted.seed
            )
    return grounds


def _slopes(
    grounds: dict[str, Ground], candidates: Sequence[Candidate], step: Callable[[], None]
) -> dict[tuple[str, Site], Effect]:
    """What one tonne does at every place of a candidate."""
    found: dict[tuple[str, Site], Effect] = {}
    for mineral, site in sorted({(str(each.contribution.project.mineral), each.site) for each in candidates}):
        found[mineral, site] = next(effects(grounds[mineral], [site]))
        step()
    return found


def _by_slope(grounds: dict[str, Ground], candidate: Candidate, slopes: dict[tuple[str, Site], Effect]) -> Ranked:
    mineral = str(candidate.contribution.project.mineral)
    effect = slopes[mineral, candidate.site].times(candidate.tonnes)
    return Ranked(candidate, _falls(grounds[mineral], candidate, effect))


def _solved_again(grounds: dict[str, Ground], each: Ranked) -> Ranked:
    candidate = each.candidate
    where = grounds[str(candidate.contribution.project.mineral)]
    return replace(each, again=_falls(where, candidate, resolved(where, candidate.site, candidate.tonnes)))


def _falls(where: Ground, candidate: Candidate, effect: Effect) -> Falls:
    chance = candidate.contribution.chance
    ends = (0.0, 0.0) if chance is None else (chance.low, chance.high)
    own = where.labels.stage(stage_of(candidate.site.kind, where.stages))
    tested = where.tested(own)
    return Falls(
        loss=figure_of(effect.loss, ends),
        stops=figure_of(effect.loss - effect.anyway, ends),
        share=None if tested is None else figure_of(effect.shares[tested], ends),
        own_share=figure_of(effect.shares[own], ends)
        if np.isfinite(effect.shares[own]).all() and not where.withheld(own)
        else None,
        tied=where.at_most(own, candidate.tonnes * sum(ends) / 2) if tested == own else None,
        share_stage="" if tested is None else where.stages[tested],
        largest="" if tested is None else effect.largest[tested],
    )


def _ordered(found: Iterable[Ranked], by: By) -> tuple[Ranked, ...]:
    """Largest fall per million first; what does not lower it comes last, cheapest first. The order of the list plays no part."""
    return tuple(sorted(found, key=lambda each: _key(each, by)))


def _key(each: Ranked, by: By) -> tuple[float, float, str]:
    found = each.per_million(by)
    worth = max(found.mean, 0.0) if found is not None and np.isfinite(found.mean) else -1.0
    return -worth, each.candidate.cost, each.candidate.contribution.project.model_dump_json()


def _year_alone(wanted: Wanted, mineral: str) -> Ground:
    """A mineral's year without stops, with room for tonnes in every country that makes it."""
    table = latest_table(mineral)
    if table is None:
        raise BadInput(Problem("rank", "there is no table of the mineral", mineral, "see: orepact minerals"))
    sites = makers(table)
    return ground(table, wanted.members, sites, rows=None, draws=wanted.draws, seed=wanted.seed, stops=False)

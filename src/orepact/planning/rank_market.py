"""What tonnes added in a place do to a region: to its expected loss, and to the largest third country's share of what it buys.

Two ways on the same markets. By slope: the market's tangent (docs/model.md, derivatives), worked out once for a place, so that
every candidate there costs nothing more. By solving again: the same record that a case would hold (``new_project``,
``recycling``) on every stop of the list. Both take one period of each stop's length, so that they differ by curvature alone.

    loss(stop)  = use given up because it is dear + use unserved, of the region, relative to the base year, tonnes
    fall        = sum over stops of p price (loss without the tonnes - loss with them)                       USD a year
    share       = purchases of the region from the largest third country / all its purchases of a stage
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from orepact.cases.assemble import Base, assemble
from orepact.cases.draws import draw
from orepact.market import Problem, Solution, Supply, slope, solve
from orepact.market.draws import take
from orepact.network import Network
from orepact.network.entrants import with_entrants
from orepact.planning.stop_list import Row, Stop, stops_of
from orepact.planning.stop_market import groups, with_stops
from orepact.policy import Instrument, Labels, NewProject, Recycling
from orepact.policy.instrument import StageName, with_stage
from orepact.policy.supply import SCRAP_UTILISATION, share_of_added

Array = NDArray[np.float64]
MONTHS = 12
PERCENT = 100.0
PILOT = 1e-6
"""Share of the world's output that each site is given where slopes are taken: a newcomer has no price, and no route a weight, at 0."""
SMALL = 0.01
"""Share of the world's output that a slope is worked out for; what is said of a tonne is this in proportion."""
NOT_A_COUNTRY = ("ROW", "OTH", "WLD")
SCRAP = "scrap"
SCRAP_ELASTICITY = float(Recycling.model_fields["elasticity"].default)


@dataclass(frozen=True, order=True)
class Site:
    """Where tonnes are added: a mine, a refinery or recycling (``scrap``, which enters at the last stage), in a country."""

    kind: Literal["mine", "refined", "scrap"]
    country: str


@dataclass(frozen=True)
class Effect:
    """What added tonnes do to the region; a fall is above zero. ``D`` draws.

    loss: fall in expected loss, USD a year ``(D,)``. anyway: the part of it that cheaper material would bring in the same months
    without any stop. shares: fall in the largest third country's share by stage, percentage points ``(stages, D)``; NaN where
    the region buys nothing. largest: who it is after it, by stage.
    """

    loss: Array
    anyway: Array
    shares: Array
    largest: tuple[str, ...]

    def times(self, factor: float) -> Effect:
        """The same for so many times the tonnes, along the slope."""
        return replace(self, loss=self.loss * factor, anyway=self.anyway * factor, shares=self.shares * factor)


@dataclass(frozen=True)
class _State:
    """A market of so many months with stops on its draws, solved; worth ``(S D, J)``: USD a year of a tonne that a user loses.

    bare: as it is. piloted: with a trace of capacity at every site, so that all of them have a price to take a slope at.
    """

    months: int
    bare: tuple[Problem, Solution]
    piloted: tuple[Problem, Solution]
    worth: Array


@dataclass(frozen=True)
class Ground:
    """A mineral's markets before anything is added, solved: a year without stops, and every stop of the list.

    region: whose losses and purchases count. world: output by stage in the base year, tonnes of content a year. untold: stops that nobody
    says the probability of.
    """

    network: Network
    region: tuple[str, ...]
    draws: int
    labels: Labels
    world: dict[str, float]
    year: _State
    quiet: tuple[_State, ...]
    stopped: tuple[_State, ...]
    untold: tuple[Stop, ...]

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages of the mineral's table."""
        return self.labels.stages

    def third(self, at: int, solution: Solution) -> tuple[Array, NDArray[np.bool_]]:
        """Purchases of the region at a stage by producer ``(D, n)``, and which producers are third countries ``(n,)``."""
        bought = solution.stages[at].flows[:, :, self.labels.columns(at, self.region)].sum(axis=2)
        return bought, ~self.labels.rows(at, (*self.region, *NOT_A_COUNTRY))

    def largest(self, at: int, solution: Solution) -> str:
        """The largest third country in the region's purchases of a stage, on the mean of the draws; empty where there is none."""
        bought, third = self.third(at, solution)
        mean = np.where(third, bought.mean(axis=0), -1.0)
        return self.labels.producers[at][int(mean.argmax())] if third.any() and mean.max() > 0 else ""

    def share(self, at: int, country: str, solution: Solution) -> Array:
        """A country's share of what the region buys of a stage, percent by draw; NaN where it buys nothing or no country is given."""
        bought, _ = self.third(at, solution)
        total = bought.sum(axis=1) if country else np.zeros(len(bought))
        part = bought[:, self.labels.rows(at, (country,))].sum(axis=1)
        return np.asarray(PERCENT * np.divide(part, total, out=np.full(len(total), np.nan), where=total > 0))

    def withheld(self, at: int) -> bool:
        """Whether a member's use is withheld at a stage, so that its share there cannot be told."""
        return bool(set(self.network.stages[at].doubt.use_withheld) & set(self.region))

    def at_most(self, at: int, tonnes: float) -> float:
        """Points by which the largest third country's share falls if so many tonnes a year all replace its own in the region."""
        bought, _ = self.third(at, self.year.bare[1])
        share = self.share(at, self.largest(at, self.year.bare[1]), self.year.bare[1])
        return float(np.minimum(PERCENT * tonnes / bought.sum(axis=1), share).mean())

    def tested(self, first: int = 0) -> int | None:
        """Of a stage and those after it, the one where one third country's share is highest; None where nothing is bought there.

        Tonnes reach their own stage and later ones: a refinery that buys other ore leaves the share of the ore bought today alone.
        A stage at which a member's use is withheld is left out: the share there cannot be told.
        """
        found = {}
        for at in range(first, len(self.stages)):
            share = float(self.share(at, self.largest(at, self.year.bare[1]), self.year.bare[1]).mean())
            if np.isfinite(share) and not self.withheld(at):
                found[at] = share
        return max(found, key=lambda at: found[at]) if found else None

    @property
    def balance(self) -> float:
        """The largest relative imbalance of any node in any of its markets."""
        states = (self.year, *self.quiet, *self.stopped)
        return max(found.certificate.max_balance for each in states for found in (each.bare[1], each.piloted[1]))


def stage_of(kind: str, stages: Sequence[str]) -> str:
    """The stage of a table at which a site's tonnes enter."""
    return stages[-1] if kind == SCRAP else kind


def ground(
    network: Network,
    region: tuple[str, ...],
    sites: Sequence[Site],
    *,
    rows: Sequence[Row] | None,
    draws: int,
    seed: int,
    stops: bool = True,
) -> Ground:
    """The markets of a mineral, solved, with room for sites in countries that make nothing yet. stops: False for the year alone."""
    stages = [table.stage for table in network.stages]
    drawn = draw(network.mineral, number=draws, seed=seed, producers=len(network.stages[-1].producers))
    found = stops_of(network, rows) if stops else ()
    known = tuple(each for each in found if each.probability is not None)
    wider = with_entrants(network, _by_stage(sites, stages))
    drawn = drawn.for_producers(len(wider.stages[-1].producers))
    bases = {months: assemble(wider, drawn, float(months)) for months in {MONTHS, *(each.months for each in known)}}
    world = {table.stage: float(table.output.sum()) for table in network.stages}
    start = {months: _piloted(base, sites, world, months) for months, base in bases.items()}
    worth = {each: _worth(each, region, wider.users, network.price.usd_per_t) for each in known}
    quiet = {months: _quiet(bases[months], start[months], months, worth) for months in bases}
    stopped = tuple(
        _stopped(bases[group[0].months], start[group[0].months], group, worth) for group in groups(known, monthly=False)
    )
    return Ground(
        network=wider,
        region=region,
        draws=draws,
        labels=bases[MONTHS].labels,
        world=world,
        year=quiet[MONTHS],
        quiet=tuple(quiet[months] for months in sorted({each.months for each in known})),
        stopped=stopped,
        untold=tuple(each for each in found if each.probability is None),
    )


def _by_stage(sites: Sequence[Site], stages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in sorted(set(sites)):
        stage = stage_of(each.kind, stages)
        found[stage] = (*found.get(stage, ()), each.country)
    return found


def _piloted(base: Base, sites: Sequence[Site], world: dict[str, float], months: int) -> Problem:
    problem = base.problem
    for site in sorted(set(sites)):
        stage = stage_of(site.kind, base.labels.stages)
        problem = with_added(problem, base.labels, site, PILOT * world[stage] * months / MONTHS)
    return problem


def with_added(problem: Problem, labels: Labels, site: Site, tonnes: float) -> Problem:
    """The problem with so much capacity added at a site, tonnes of content of the period; below zero it takes some away again.

    For one site on a market without others it is what ``new_project`` or ``recycling`` makes of it. It has no kink at zero,
    as theirs have where shares of others are given up, so that a slope can be taken.
    """
    at = labels.stage(stage_of(site.kind, labels.stages))
    stage = problem.stages[at]
    added = np.where(labels.rows(at, (site.country,)), tonnes, 0.0)
    if site.kind == SCRAP:
        count = len(added)
        none = np.zeros(count), np.full(count, SCRAP_ELASTICITY), np.full(count, SCRAP_UTILISATION), np.ones(count)
        scrap = stage.secondary or Supply(*none)
        changed = replace(stage, secondary=replace(scrap, added=scrap.added + added))
    elif stage.refining is not None:
        plant = stage.refining
        changed = replace(stage, refining=replace(plant, added=plant.added + added / plant.recovery))
    else:
        changed = replace(stage, supply=replace(stage.supply, added=stage.supply.added + added))
    share = share_of_added(changed)[..., None]
    weights = (np.asarray(stage.weights) + share) / (1.0 + share.sum(axis=-2, keepdims=True))
    return with_stage(problem, at, replace(changed, weights_now=weights))


def _quiet(base: Base, start: Problem, months: int, worth: Mapping[Stop, Array]) -> _State:
    """A period without any stop, in which a tonne weighs what all stops of that length weigh together."""
    total = sum((each for stop, each in worth.items() if stop.months == months), np.zeros(1))
    bare, piloted = (solve(problem, workers=1).require() for problem in (base.problem, start))
    return _State(months, (base.problem, bare), (start, piloted), np.atleast_2d(total))


def _stopped(base: Base, start: Problem, group: tuple[Stop, ...], worth: Mapping[Stop, Array]) -> _State:
    draws = len(base.flows[0])
    repeated = np.tile(np.arange(draws), len(group))
    bare, piloted = (with_stops(take(problem, repeated, draws), base, group) for problem in (base.problem, start))
    weighed = np.repeat(np.stack([worth[each] for each in group]), draws, axis=0)
    found = solve(bare, workers=1).require()
    near = _solved(piloted, found)
    return _State(group[0].months, (bare, found), (piloted, near), weighed)


def _solved(problem: Problem, near: Solution) -> Solution:
    """The problem solved, beginning at the prices of a similar one."""
    found = solve(problem, start=tuple(stage.price for stage in near.stages), workers=1)
    return found if not found.failed else solve(problem, workers=1).require()


def _worth(stop: Stop, region: tuple[str, ...], users: tuple[str, ...], price: float) -> Array:
    """USD a year of a tonne lost by each user: the probability times the price, where the user counts."""
    counts = np.isin(users, region) & ~np.isin(users, stop.origins)
    return np.asarray(np.where(counts, (stop.probability or 0.0) * price, 0.0))


def effects(ground: Ground, sites: Sequence[Site]) -> Iterator[Effect]:
    """For each site, what one tonne a year of added capacity does, by the market's slope."""
    for site in sites:
        unit = SMALL * ground.world[stage_of(site.kind, ground.stages)]
        moved = partial(_moved, ground, site, unit)
        loss = _summed(ground, [moved(state, _lost(state)) for state in ground.stopped])
        anyway = _summed(ground, [moved(state, _lost(state)) for state in ground.quiet])
        countries = tuple(ground.largest(at, ground.year.bare[1]) for at in range(len(ground.stages)))
        shares = moved(ground.year, partial(_shares_of, ground, countries))
        yield Effect(-loss, -anyway, -shares.T, countries).times(1.0 / unit)


def _moved(
    ground: Ground, site: Site, unit: float, state: _State, outcome: Callable[[Problem, Solution], Array]
) -> Array:
    def change(step: float) -> Problem:
        return with_added(state.piloted[0], ground.labels, site, step * unit * state.months / MONTHS)

    return slope(*state.piloted, change, outcome)


def _lost(state: _State) -> Callable[[Problem, Solution], Array]:
    def outcome(_: Problem, solution: Solution) -> Array:
        last = solution.stages[-1]
        return np.asarray(((last.unserved + last.given_up) * state.worth).sum(axis=1))

    return outcome


def _summed(ground: Ground, parts: Sequence[Array]) -> Array:
    """The sum over all stops of what is given by stop and draw; ``(D,)``."""
    return np.asarray(sum((part.reshape(-1, ground.draws).sum(axis=0) for part in parts), np.zeros(ground.draws)))


def _shares_of(ground: Ground, countries: Sequence[str], _: Problem, solution: Solution) -> Array:
    return _shares(ground, countries, solution)


def _shares(ground: Ground, countries: Sequence[str], solution: Solution) -> Array:
    """The shares of one country at each stage, ``(D, stages)``."""
    return np.stack([ground.share(at, country, solution) for at, country in enumerate(countries)], axis=1)


def resolved(ground: Ground, site: Site, tonnes: float) -> Effect:
    """What so many tonnes a year of added capacity do, by solving every market again with them."""
    year = _again(ground, ground.year, site, tonnes)
    stages = range(len(ground.stages))
    before = tuple(ground.largest(at, ground.year.bare[1]) for at in stages)
    after = tuple(ground.largest(at, year) for at in stages)
    shares = _shares(ground, before, ground.year.bare[1]) - _shares(ground, after, year)
    falls = []
    for states in (ground.stopped, ground.quiet):
        parts = []
        for state in states:
            found = _again(ground, state, site, tonnes)
            parts.append(_lost(state)(*state.bare) - _lost(state)(state.bare[0], found))
        falls.append(_summed(ground, parts))
    return Effect(falls[0], falls[1], shares.T, after)


def _again(ground: Ground, state: _State, site: Site, tonnes: float) -> Solution:
    if tonnes <= 0:
        return state.bare[1]
    record = _record(site, tonnes * state.months / MONTHS, ground.stages)
    return _solved(record.apply(state.bare[0], ground.labels, np.zeros(1)), state.bare[1])


def _record(site: Site, tonnes: float, stages: Sequence[str]) -> Instrument:
    stage = cast(StageName, stage_of(site.kind, stages))
    if site.kind == SCRAP:
        return Recycling(country=site.country, stage=stage, arising=tonnes, collection=1.0, recovery=1.0)
    return NewProject(country=site.country, stage=stage, capacity=tonnes)

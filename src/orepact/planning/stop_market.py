"""What stops of exports take from users: many stops of one mineral solved at once, month by month or as one period.

Stops of one mineral are draws of one market problem: with ``S`` stops and ``D`` draws of the parameters the problem has ``S D`` draws, and
``stopped`` has a draw axis that closes the routes of each stop in its own. Every stop meets the same draws. A cut that leaves some
exports is a cap, whose cover has no draw axis, so each cut is a problem of its own. What leaves: the loss of every user,

    loss = use given up because it is dear + use whose price ceiling was passed    (tonnes of content over the year)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from orepact.cases.assemble import Base, assemble
from orepact.cases.draws import draw
from orepact.cases.dynamics import draw_speeds
from orepact.market import Problem, Solution, Speeds, at_base, carried_in, carried_out, solve
from orepact.market.draws import rows, take
from orepact.network import Network
from orepact.planning.stop_list import Stop
from orepact.policy import ExportCut, Labels

Array = NDArray[np.float64]
MONTHS = 12
MONTH = 1.0
TOGETHER = 16
"""Stops that are solved as one problem."""


@dataclass(frozen=True)
class Setting:
    """How losses are worked out. draws, seed: of the parameters. monthly: in months, or as one period of each stop's length."""

    draws: int = 8
    seed: int = 1
    monthly: bool = True


@dataclass(frozen=True)
class Losses:
    """What some stops take from users over a year, tonnes of content; ``S`` stops, ``J`` users, ``D`` draws.

    loss, unserved ``(S, J)``: means over draws. spread ``(S, J, D)``: loss in every draw. users: their countries. balance, complementarity:
    the worst of all certificates. solved: markets.
    """

    stops: tuple[Stop, ...]
    users: tuple[str, ...]
    spread: Array
    unserved: Array
    balance: float
    complementarity: float
    solved: int

    @property
    def loss(self) -> Array:
        """Mean loss over draws, ``(S, J)``."""
        mean: Array = self.spread.mean(axis=2)
        return mean


def groups(stops: Sequence[Stop], *, monthly: bool) -> Iterator[tuple[Stop, ...]]:
    """Stops of one mineral that one problem holds: full stops up to 16 together (of one length, where it is one period), each cut alone."""
    full = [each for each in stops if each.cut == 1]
    lengths = {None} if monthly else {each.months for each in full}
    for length in sorted(lengths, key=lambda value: value or 0):
        alike = [each for each in full if length is None or each.months == length]
        for first in range(0, len(alike), TOGETHER):
            yield tuple(alike[first : first + TOGETHER])
    yield from ((each,) for each in stops if each.cut < 1)


def losses(network: Network, stops: tuple[Stop, ...], setting: Setting) -> Losses:
    """Losses of one group of stops of a mineral."""
    drawn = draw(network.mineral, number=setting.draws, seed=setting.seed, producers=len(network.stages[-1].producers))
    base = assemble(network, drawn, MONTH if setting.monthly else float(stops[0].months))
    repeated = np.tile(np.arange(setting.draws), len(stops))
    problem = take(base.problem, repeated, setting.draws)
    if setting.monthly:
        short = drawn.column("demand elasticity"), drawn.column("supply elasticity")
        speeds = draw_speeds(network.mineral, number=setting.draws, seed=setting.seed, short=short)
        found = list(_months(problem, base, stops, rows(speeds, repeated, setting.draws)))
    else:
        found = [solve(with_stops(problem, base, stops), workers=1).require()]
    return _losses(network, stops, setting, found)


def _months(problem: Problem, base: Base, stops: tuple[Stop, ...], speeds: Speeds) -> Iterator[Solution]:
    """The year month by month, each beginning with what the one before left."""
    carry = at_base(problem, len(speeds.demand))
    start: tuple[Array, ...] | None = None
    for month in range(MONTHS):
        market = carried_in(problem, carry, speeds, MONTH / MONTHS)
        market = with_stops(market, base, stops, month)
        found = solve(market, start=start, workers=1)
        found = found if not found.failed else solve(market, workers=1).require()
        yield found
        carry = carried_out(problem, found, carry, speeds, MONTH / MONTHS)
        start = tuple(stage.price for stage in found.stages)


def with_stops(market: Problem, base: Base, stops: tuple[Stop, ...], month: int = 0) -> Problem:
    """The market with every stop on its own draws, as far as it is in force in a month."""
    acting = [each if month < each.months else None for each in stops]
    if len(stops) == 1 and stops[0].cut < 1:
        at = base.labels.stage(stops[0].stage)
        return _event(stops[0]).apply(market, base.labels, base.flows[at]) if acting[0] else market
    stages = list(market.stages)
    draws = len(base.flows[0])
    for at, stage in enumerate(stages):
        closed = np.stack([_closed(each, base.labels, at) for each in acting])
        if closed.any():
            stages[at] = replace(stage, stopped=np.repeat(closed, draws, axis=0))
    return replace(market, stages=tuple(stages))


def _event(stop: Stop) -> ExportCut:
    return ExportCut(origins=stop.origins, stage=stop.stage, cut=stop.cut)


def _closed(stop: Stop | None, labels: Labels, at: int) -> NDArray[np.bool_]:
    """Routes of a stage that a stop closes, ``(n, m + J)``."""
    if stop is None or labels.stages[at] != stop.stage:
        return np.zeros((len(labels.producers[at]), len(labels.buyers[at])), dtype=bool)
    return _event(stop).covered(labels)


def _losses(network: Network, stops: tuple[Stop, ...], setting: Setting, found: Sequence[Solution]) -> Losses:
    last = [each.stages[-1] for each in found]
    shape = (len(stops), setting.draws, len(network.users))
    unserved = sum((each.unserved for each in last), np.zeros(1)).reshape(shape)
    given_up = sum((each.given_up for each in last), np.zeros(1)).reshape(shape)
    return Losses(
        stops=stops,
        users=network.users,
        spread=np.moveaxis(unserved + given_up, 1, 2),
        unserved=unserved.mean(axis=1),
        balance=max(each.certificate.max_balance for each in found),
        complementarity=max(each.certificate.max_complementarity for each in found),
        solved=len(found) * len(stops) * setting.draws,
    )

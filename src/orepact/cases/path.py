"""A case worked out period by period: every period is an ordinary market that begins with what the one before left.

What enters: a :class:`~orepact.cases.path_case.PathCase`. What leaves: a labelled :class:`PathResult`. The market of a period is
the base market of its length, with stocks, slow answers and habit carried in, and the instruments in force put on; it is solved
from the prices of the period before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact.cases.assemble import Base, assemble
from orepact.cases.case_file import read_case
from orepact.cases.draws import draw
from orepact.cases.duty_watch import DutyWatch, Mask
from orepact.cases.dynamics import draw_speeds
from orepact.cases.market_check import check_on_market, check_scrap, told_in_keys, told_of
from orepact.cases.path_case import PathCase
from orepact.cases.path_result import PathResult, Recorder
from orepact.errors import NotSolved, Problem
from orepact.market import Problem as Market
from orepact.market import Solution, at_base, carried_in, carried_out, solve
from orepact.market.draws import either
from orepact.network import Network
from orepact.network import network as make_network
from orepact.network.entrants import with_entrants
from orepact.policy import Instrument, NewProject, Recycling, ScrapExportLimit, TriggeredDuty, put_on

Array = NDArray[np.float64]
Progress = Callable[[int], None]

CASE = "case"
"""What errors call a case that is no file."""

CHANCES = 2
"""Put beside the seed of the draws for the chances of projects, so that this stream is not that of the other draws."""


def run(
    case: PathCase | Mapping[str, Any] | str | Path, progress: Progress | None = None, *, place: str = ""
) -> PathResult:
    """Work a case out: a record, a mapping, or a YAML file. ``progress`` is called with the number of periods done.

    place: what errors call the case; the name of its file when left out. Raises BadInput, UnknownName or MissingData for a case
    that cannot be one, NotSolved naming the period and the node.
    """
    found = case if isinstance(case, PathCase) else read_case(case)
    place = place or (Path(case).name if isinstance(case, str | Path) else CASE)
    with told_in_keys(place):
        network = make_network(found.mineral, found.base_year)
    return on_network(found, network, progress, place=place)


def on_network(case: PathCase, network: Network, progress: Progress | None = None, *, place: str = CASE) -> PathResult:
    """A case on a network of one's own: one that was changed, or of another year. place: what errors call the case."""
    drawn = draw(case.mineral, number=case.draws, seed=case.seed, producers=len(network.stages[-1].producers))
    check_scrap(case, network, place)
    network = with_entrants(network, _entrants(case))
    drawn = drawn.for_producers(len(network.stages[-1].producers))
    short = drawn.column("demand elasticity"), drawn.column("supply elasticity")
    speeds = draw_speeds(case.mineral, number=case.draws, seed=case.seed, short=short)
    base = assemble(network, drawn, case.step)
    check_on_market(case, base, place)
    carry = at_base(base.problem, case.draws)
    recorder, watch = Recorder(case, network, base), DutyWatch(case, base)
    start: tuple[Array, ...] | None = None
    years = case.step / 12.0
    for at, (first, end) in enumerate(case.periods):
        instruments = case.in_force(first, end)
        on = watch.decide(instruments)
        with told_of(f"{place}, period from {first}"):
            market = _with_instruments(case, base, carried_in(base.problem, carry, speeds, years), instruments, on)
        solution = _solved(market, start, str(first))
        recorder.keep(market, solution, instruments)
        watch.see(market, solution)
        carry = carried_out(base.problem, solution, carry, speeds, years)
        start = tuple(stage.price for stage in solution.stages)
        if progress is not None:
            progress(at + 1)
    return recorder.result(*watch.variables())


def _entrants(case: PathCase) -> dict[str, tuple[str, ...]]:
    """Countries in which something is built, by stage: they need a place among the producers."""
    found: dict[str, tuple[str, ...]] = {}
    for each in (timed.instrument for timed in case.ordered if timed.active):
        if isinstance(each, NewProject | Recycling | ScrapExportLimit):
            found[each.stage] = (*found.get(each.stage, ()), each.country)
    return found


def _with_instruments(
    case: PathCase, base: Base, market: Market, instruments: tuple[Instrument, ...], on: Mapping[str, Mask]
) -> Market:
    """The market with everything on it; a project that may fail is there only in the draws in which it is built.

    on: the draws in which a triggered duty is on, by its name.
    """
    certain = [
        each
        for each in instruments
        if not (isinstance(each, TriggeredDuty) or (isinstance(each, NewProject) and each.success < 1))
    ]
    market = put_on(market, base.labels, base.flows, certain)
    for each in instruments:
        if isinstance(each, TriggeredDuty):
            market = each.lifted(market, base.labels, on[each.name])
        if isinstance(each, NewProject) and each.success < 1:
            built = _chances(case, each) < each.success
            with_it = each.apply(market, base.labels, base.flows[base.labels.stage(each.stage)])
            market = either(built, with_it, _comparable(market, base, each))
    return market


def _comparable(market: Market, base: Base, project: NewProject) -> Market:
    """The same market with the project's arrays there, and nothing in them."""
    nothing = project.model_copy(update={"ramp": 0.0})
    return nothing.apply(market, base.labels, base.flows[base.labels.stage(project.stage)])


def _chances(case: PathCase, project: NewProject) -> Array:
    """One number between 0 and 1 a draw, the same in every period, and another for every project."""
    key = [case.seed, CHANCES, *project.name.encode()]
    return np.random.default_rng(key).random(case.draws)


def _solved(market: Market, start: tuple[Array, ...] | None, when: str) -> Solution:
    found = solve(market, start=start)
    if not found.failed:
        return found
    try:
        return solve(market).require()
    except NotSolved as error:
        raise NotSolved(
            [Problem(f"period from {when}, {each.place}", each.wrong, each.found, each.todo) for each in error.problems]
        ) from None

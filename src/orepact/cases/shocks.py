"""Question 1 of the alliance: if this supply stops, who runs short of what, by how much, at what price, and how sure is that?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from orepact import facts
from orepact.cases.assemble import Base, assemble
from orepact.cases.case import ShockCase
from orepact.cases.draws import draw
from orepact.cases.labelled import labelled
from orepact.cases.request import ShockRequest
from orepact.cases.result import ShockResult
from orepact.errors import BadInput, Problem
from orepact.market import Problem as Market
from orepact.market import solve
from orepact.network import Network, network
from orepact.policy import ExportCut, put_on
from orepact.policy.instrument import StageName
from orepact.version import __version__

Progress = Callable[[int], None]


def shock(  # noqa: PLR0913  (one keyword for each blank in the question)
    mineral: str,
    *,
    origin: str | Sequence[str],
    stage: str | None = None,
    cut: float | str = 1.0,
    against: str | Sequence[str] | None = None,
    months: float = 12,
    base_year: int | None = None,
    draws: int = 500,
    seed: int = 1,
    progress: Progress | None = None,
    closed: Sequence[str] = (),
    beside: Sequence[Mapping[str, Any]] = (),
) -> ShockResult:
    """What happens when ``origin`` cuts its exports of a mineral at a stage.

    mineral, stage, origin: any name that the facts know; an origin may be a region, or several, as a list or joined by
    commas. cut: share
    of exports taken away, 0 to 1 or like ``"60%"``. against: countries or regions cut off, joined by commas; everybody
    when left out. months: length of the period, 1 to 60. base_year: the mineral's usual one when left out. draws, seed:
    of the ranges. progress: called with the number of draws done so far. beside: records of instruments on the same market for the
    same months, as a case file writes them; closed: passages whose closure they are of.

    Returns a result with prices as ratios to base, tonnes of content and USD, for every draw. Raises BadInput,
    UnknownName, MissingData or NotSolved, each with one sentence for each problem.
    """
    request = ShockRequest.read(
        mineral=mineral, origin=origin, stage=stage, cut=cut, against=against, months=months, draws=draws, seed=seed
    )
    found = network(request.mineral, base_year)
    return run(found, case_for(request, found, closed, beside), progress)


def case_for(
    request: ShockRequest, found: Network, closed: Sequence[str] = (), beside: Sequence[Mapping[str, Any]] = ()
) -> ShockCase:
    """The case that a request makes on a network; raises BadInput where the network has no such stage."""
    stages = tuple(table.stage for table in found.stages)
    stage = request.stage or found.stages[-1].stage
    if stage not in stages:
        raise BadInput(
            Problem(
                "--stage",
                f"the table of {found.mineral} has no such stage",
                f"'{stage}'",
                f"choose {' or '.join(stages)}: {found.recipe.why}".rstrip("."),
            )
        )
    return ShockCase(
        mineral=found.mineral,
        base_year=found.base_year,
        stage=cast(StageName, stage),
        origins=request.origins,
        cut=request.cut,
        against=request.against,
        months=request.months,
        draws=request.draws,
        seed=request.seed,
        facts_version=facts.version(),
        code_version=__version__,
        closed=tuple(closed),
        beside=tuple(dict(each) for each in beside),
    )


def run(found: Network, case: ShockCase, progress: Progress | None = None) -> ShockResult:
    """Solve a case on its network, all draws together, and label the answer."""
    producers = len(found.stages[-1].producers)
    drawn = draw(case.mineral, number=case.draws, seed=case.seed, producers=producers)
    base = assemble(found, drawn, case.months)
    event = ExportCut(origins=case.origins, stage=case.stage, cut=case.cut, against=case.against)
    solution = solve(with_shock(base, event, case), progress=progress).require()
    return ShockResult(case=case, network=found, data=labelled(case, found, drawn, base, event, solution))


def with_shock(base: Base, event: ExportCut, case: ShockCase) -> Market:
    """The base market with the cut on it, and all that stands beside it in the case."""
    return put_on(base.problem, base.labels, base.flows, (event, *case.instruments))

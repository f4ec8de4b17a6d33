"""Question 8 of the alliance: which routes are secure end to end, what is the cut, and what does a closed passage do?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from orepact.corridors.allied import Allied, Failure, allied_flows
from orepact.corridors.exposure import Exposure, Leg, exposures, network_legs
from orepact.corridors.flow import Losses, MaxFlow, losses, max_flow
from orepact.corridors.graph import Graph, build
from orepact.corridors.market import MarketEffect, closing, market_effect
from orepact.corridors.refining import Refining, refining
from orepact.corridors.request import CorridorRequest
from orepact.corridors.routes import Route, routes
from orepact.corridors.sever import Severing, severing
from orepact.errors import BadInput, Problem
from orepact.network import Network
from orepact.network import network as make_network

if TYPE_CHECKING:
    import pandas as pd

Names = str | Sequence[str] | None

STEPS = 4
"""Of a question: the graph, flows, legs of the network, the market."""


@dataclass(frozen=True)
class CorridorAnswer:
    """The answer of one question; ``summary()`` is it in JSON terms.

    open_flow: with every passage open; flow: with the closures asked for. severing: the fewest things that end every
    route. allied, failures: empty where no alliance was asked for.
    """

    graph: Graph
    network: Network
    open_flow: MaxFlow
    flow: MaxFlow
    losses: Losses
    severing: Severing
    allied: tuple[Allied, ...]
    failures: tuple[Failure, ...]
    routes: tuple[Route, ...]
    refining: Refining
    legs: tuple[Leg, ...]
    exposures: tuple[Exposure, ...]
    effect: MarketEffect | None

    @property
    def request(self) -> CorridorRequest:
        """What was asked, with every name resolved."""
        return self.graph.request

    def summary(self) -> dict[str, Any]:
        """The answer in JSON terms: tonnes of content a year of the last stage, km, days, USD a gross tonne, shares 0-1."""
        return dict(self._summary)

    @cached_property
    def _summary(self) -> dict[str, Any]:
        from orepact.corridors.answer import summarise

        return summarise(self)

    def frame(self) -> pd.DataFrame:
        """One row a route: way out, port, who refines, gate, passages crossed, km, days, cost, and what a closure adds."""
        import pandas as pd

        return pd.json_normalize(
            [route.record() | {"crosses": "+".join(route.crosses)} for route in self.routes], sep="_"
        )

    def to_csv(self) -> str:
        """The routes as CSV text."""
        return str(self.frame().to_csv(index=False, lineterminator="\n"))


def corridor(  # noqa: PLR0913  (one keyword for each blank in the question)
    mineral: str,
    *,
    origin: str,
    to: str = "EU27",
    stage: str | None = None,
    close: Names = None,
    allied_only: str | None = None,
    via: Names = None,
    planned: bool = False,
    base_year: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> CorridorAnswer:
    """Which routes lead from a producing country to a buying region, what limits them, and what closing passages does.

    mineral, origin, to: any name that the facts know; an origin is one country, ``to`` a country or region. stage: what leaves the origin;
    mine where most of its ore is refined elsewhere when left out. close: passages, a list or joined by commas. allied_only: a region
    whose refiners, owners of operators and laws alone may be on the way. via: corridors that alone lead out. planned: with capacities
    that are planned. base_year: of the network. progress: called with the number of steps done, of ``STEPS``.

    Returns flows, cuts, losses and routes, in tonnes of content a year. Raises BadInput, UnknownName, MissingData, or NotSolved where a
    flow is not equal to its cut.
    """
    request = CorridorRequest.read(
        mineral=mineral, origin=origin, to=to, stage=stage, close=close, allied_only=allied_only, via=via, planned=planned,
        base_year=base_year,
    )  # fmt: skip
    network = make_network(request.mineral, base_year)
    return on_network(with_stage(request, network), network, progress)


def on_network(
    request: CorridorRequest, network: Network, progress: Callable[[int], None] | None = None
) -> CorridorAnswer:
    """The answer on a network of one's own."""
    done = progress or (lambda _: None)
    graph = build(request, network)
    done(1)
    open_flow = max_flow(graph)
    flow = max_flow(graph, request.close) if request.close else open_flow
    allied, failures = allied_flows(graph, request.close) if request.allies else ((), ())
    lost = losses(graph, request.close, flow)
    done(2)
    legs = network_legs(network, request.members, request.close)
    done(3)
    effect = None
    if request.close:
        effect = market_effect(
            network, closing(network, legs, request.close, request.members), request.close, request.members
        )
    done(STEPS)
    return CorridorAnswer(
        graph, network, open_flow, flow, lost, severing(graph, request.close), allied, failures, routes(graph, request.close),
        refining(request, network), legs, exposures(network, request.members, legs), effect,
    )  # fmt: skip


def with_stage(request: CorridorRequest, network: Network) -> CorridorRequest:
    """The request with a stage that the network has: the one asked for, or where the origin's own ore mostly goes."""
    stages = tuple(table.stage for table in network.stages)
    if request.stage and request.stage not in stages:
        todo = f"choose {' or '.join(stages)}"
        raise BadInput(
            Problem("--stage", f"the table of {network.mineral} has no such stage", f"'{request.stage}'", todo)
        )
    return replace(request, stage=request.stage or _usual(request.origin, network))


def _usual(origin: str, network: Network) -> str:
    first, last = network.stages[0], network.stages[-1]
    if first is last or origin not in first.producers:
        return last.stage
    row = first.flows[list(first.producers).index(origin)]
    at_home = float(row[list(first.buyers).index(origin)]) if origin in first.buyers else 0.0
    return first.stage if at_home < float(row.sum()) / 2 else last.stage

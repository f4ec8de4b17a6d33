"""Who refines what an origin mines, and whether a way from its mines moves the share that one country has in a region's supply.

The test at the refined stage is by the country of last refining. A corridor from a mine to a port changes how ore leaves; it moves
the share only as far as its ore comes to be refined by somebody else. This says so with the shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orepact import facts
from orepact.corridors.request import CorridorRequest
from orepact.indicators.board_network import NetworkEvidence
from orepact.indicators.figures import Figure
from orepact.indicators.members import Region
from orepact.network import Network

MOST_REFINERS = 6


@dataclass(frozen=True)
class Refining:
    """Who refines the origin's ore, tonnes of content of the last stage, and the region's test at the refined stage.

    refiners: country and tonnes, largest first. reach: tonnes of them that go on to the region's users today. allied: share refined
    in the region and the alliance. largest: the region's largest third country at the refined stage with its share, low and high
    end and grade; None where it cannot be told, with ``untold``.
    """

    refiners: tuple[tuple[str, float], ...]
    reach: float
    by_refiner: dict[str, float]
    allied: float | None
    largest: tuple[str, float, float, float, str] | None
    untold: str
    limit: float

    @property
    def total(self) -> float:
        """All of the origin's ore that leaves it."""
        return sum(tonnes for _, tonnes in self.refiners)


def limit() -> float:
    """The most that one third country may have: the benchmark of the law."""
    table = facts.load("benchmarks")
    return float(table.loc[table["benchmark"] == "single_country", "value"].iloc[0])


def refining(request: CorridorRequest, network: Network) -> Refining:
    """Who refines what the origin sends away, from the network's flows; for a question of refined goods, the origin itself."""
    first, last = network.stage(request.stage), network.stages[-1]
    to_region = last.flows[:, np.isin(last.buyers, request.members)].sum(axis=1)
    share = np.divide(to_region, last.output, out=np.zeros_like(to_region), where=last.output > 0)
    row = first.flows[list(first.producers).index(request.origin)]
    if first is last:
        made = {request.origin: float(row.sum())}
        on = {request.origin: float(to_region[list(last.producers).index(request.origin)])}
    else:
        away = np.where(np.asarray(first.buyers) == request.origin, 0.0, row) * network.recovery
        made = dict(zip(first.buyers, away.tolist(), strict=True))
        on = dict(zip(first.buyers, (away * share).tolist(), strict=True))
    ranked = tuple(sorted(((who, tonnes) for who, tonnes in made.items() if tonnes > 0), key=lambda each: -each[1]))
    whole = sum(tonnes for _, tonnes in ranked)
    inside = {*request.allies, *request.members}
    allied = sum(tonnes for who, tonnes in ranked if who in inside) / whole if whole > 0 and request.allies else None
    largest, untold = _largest(request, network)
    return Refining(
        ranked,
        sum(on.values()),
        {who: tonnes for who, tonnes in on.items() if tonnes > 0},
        allied,
        largest,
        untold,
        limit(),
    )


def _largest(request: CorridorRequest, network: Network) -> tuple[tuple[str, float, float, float, str] | None, str]:
    import datetime as dt

    region = Region(request.region, request.members, dt.date(network.base_year, 12, 31), studied=False)
    last = network.stages[-1]
    found = NetworkEvidence(region, network).single_country(last.stage)
    if not isinstance(found, Figure):
        return None, found.missing
    bought = last.flows[:, np.isin(last.buyers, request.members)].sum(axis=1)
    third = [
        (float(tonnes), who)
        for who, tonnes in zip(last.producers, bought, strict=True)
        if who not in request.members and who not in ("ROW", "OTH", "WLD")
    ]
    who = max(third)[1] if third and max(third)[0] > 0 else ""
    low, high = found.band()
    return (who, found.value, low, high, found.grade), ""

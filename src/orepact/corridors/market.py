"""What closed passages do to a market: records of dearer freight and delay, made of the ways round, in an ordinary case.

What enters: the network's flows with their ways open and closed. What leaves: records that an ordinary case holds
(``corridor_closure``, and ``export_cut`` where no way is left), with the computed numbers in them: such a case replays without this
room. Freight is counted a gross tonne and is put on a tonne of content by the content of the traded form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from orepact.corridors.exposure import SEA, Leg
from orepact.corridors.graph import contents
from orepact.corridors.sea import passages
from orepact.corridors.ways import cost_at_sea, days_at_sea
from orepact.network import Network

LEAST_SHARE = 0.0005
"""Part of a stage's shipments below which a detour is left out of the case."""

LEAST_KM = 1.0
MONTHS, STEP, DRAWS, SEED = 12, 3, 50, 1


@dataclass(frozen=True)
class Closing:
    """The records of one closure. ended: flows that have no way left, as (stage, origin, destinations). part: of each stage's shipments."""

    records: tuple[dict[str, Any], ...]
    ended: tuple[tuple[str, str, tuple[str, ...]], ...]
    part: dict[str, float]


def closing(network: Network, made: Sequence[Leg], closed: tuple[str, ...], members: Sequence[str]) -> Closing:
    """Records for every flow at sea that a closure makes longer or ends, by stage, origin, and inside or outside the region."""
    bits = sum(1 << at for at, name in enumerate(passages()) if name in closed)
    records: list[dict[str, Any]] = []
    ended: list[tuple[str, str, tuple[str, ...]]] = []
    part: dict[str, float] = {}
    for table in network.stages:
        shipped = [leg for leg in made if leg.stage == table.stage]
        whole = sum(leg.tonnes for leg in shipped)
        hit = [leg for leg in shipped if leg.mode == SEA and leg.crosses & bits and leg.added_km > LEAST_KM]
        part[table.stage] = sum(leg.tonnes for leg in hit) / whole if whole > 0 else 0.0
        for group in _groups(hit, members):
            if sum(leg.tonnes for leg in group) < LEAST_SHARE * whole:
                continue
            stopped = [leg for leg in group if not np.isfinite(leg.km)]
            longer = [leg for leg in group if np.isfinite(leg.km)]
            if longer:
                records.append(_detour(network, longer, closed))
            if stopped:
                where = tuple(leg.destination for leg in stopped)
                ended.append((table.stage, stopped[0].origin, where))
                records.append(_stop(stopped, closed))
    return Closing(tuple(records), tuple(ended), part)


def _groups(hit: Sequence[Leg], members: Sequence[str]) -> Iterator[list[Leg]]:
    for origin in dict.fromkeys(leg.origin for leg in hit):
        for inside in (True, False):
            group = [leg for leg in hit if leg.origin == origin and (leg.destination in members) is inside]
            if group:
                yield group


def _detour(network: Network, group: list[Leg], closed: tuple[str, ...]) -> dict[str, Any]:
    tonnes = sum(leg.tonnes for leg in group)
    km = sum(leg.tonnes * leg.added_km for leg in group) / tonnes
    held = contents(network, group[0].stage)
    content = float(np.mean(list(held.values()))) if held else 1.0
    cost = cost_at_sea(km)["value"] / content
    return {
        "kind": "corridor_closure",
        "origins": [group[0].origin],
        "destinations": [leg.destination for leg in group],
        "stage": group[0].stage,
        "share": 1.0,
        "days": round(days_at_sea(km)["value"], 3),
        "per_tonne": round(cost, 3),
        "source": f"{_named(closed)} closed: {km:.0f} km more at sea on average, by table corridor_figures and searoute's network",
    }


def _stop(group: list[Leg], closed: tuple[str, ...]) -> dict[str, Any]:
    return {
        "kind": "export_cut",
        "origins": [group[0].origin],
        "against": [leg.destination for leg in group],
        "stage": group[0].stage,
        "cut": 1.0,
        "source": f"{_named(closed)} closed: no way at sea is left, by searoute's network",
    }


def _named(closed: tuple[str, ...]) -> str:
    return ", ".join(passages()[name] for name in closed)


@dataclass(frozen=True)
class MarketEffect:
    """What the closure does to prices and use in a case, with the 80 % range of its draws.

    price: of the region's users, times base, mean over the year. peak: of the first period. unserved: tonnes of content of the region in
    the year. case: as YAML that ``orepact run`` takes. hash: of the case.
    """

    price: dict[str, float]
    peak: dict[str, float]
    unserved: dict[str, float]
    case: str
    hash: str
    closing: Closing


def case_of(network: Network, records: Sequence[dict[str, Any]], closed: tuple[str, ...]) -> dict[str, Any]:
    """The case as a mapping that ``orepact.run`` takes: a year, in quarters, with the closure from the first day."""
    return {
        "name": f"{_named(closed)} closed, {network.mineral}",
        "note": "Freight and delay are computed from distances at sea; every flow is taken to go the shortest way.",
        "mineral": network.mineral,
        "base_year": network.base_year,
        "start": f"{network.base_year + 1}-01-01",
        "months": MONTHS,
        "step": STEP,
        "draws": DRAWS,
        "seed": SEED,
        "instruments": [dict(each) for each in records],
    }


def market_effect(
    network: Network, made: Closing, closed: tuple[str, ...], members: Sequence[str]
) -> MarketEffect | None:
    """Run the closure as a case; None where it touches no flow of the network."""
    if not made.records:
        return None
    from orepact.cases.case_file import read_case
    from orepact.cases.path import on_network
    from orepact.cases.summary import interval

    case = read_case(case_of(network, made.records, closed))
    result = on_network(case, network, place="corridors")
    inside = np.isin(result.data["user"].to_numpy(), list(members))
    price = result.price(tuple(members))
    unserved = result.data["unserved"].to_numpy()[:, :, inside].sum(axis=(1, 2))
    return MarketEffect(
        interval(price.mean(axis=1)), interval(price[:, 0]), interval(unserved), case.to_yaml(), case.hash, made
    )

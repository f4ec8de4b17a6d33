"""Which part of a region's supply crosses each passage, from the network's flows and the shortest ways between countries.

Every flow between two countries goes the shortest way at sea between their gateways. Where it may go by land as well, or where the
facts know no gateway, nobody can tell: such flows widen the share upwards. Flows inside the region cross nothing. The share of
methods 7.4 is ``e_jk = sum_i s_ij 1{k on the route of i, j}``; with two stages, a tonne counts where its ore or its metal crosses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.corridors.sea import gateways, legs, passages
from orepact.corridors.ways import ways
from orepact.network import Network, StageTable

Array = NDArray[np.float64]

SEA, EITHER, INSIDE, UNKNOWN = "sea", "either", "inside", "unknown"
NOWHERE = ("ROW", "OTH", "WLD")
SMALLEST = 0.005

ISLANDS = frozenset(
    [
        "AUS",
        "BHR",
        "BRB",
        "CUB",
        "CYP",
        "DOM",
        "FJI",
        "GBR",
        "GRL",
        "HTI",
        "IDN",
        "IRL",
        "ISL",
        "JAM",
        "JPN",
        "LKA",
        "MDG",
        "MLT",
        "MUS",
        "NCL",
        "NZL",
        "PHL",
        "PNG",
        "SGP",
        "SLB",
        "TTO",
        "TWN",
        "KOR",
    ]
)
"""Countries that goods reach by sea alone; Korea's land border is closed."""


BOTH = frozenset({"RUS", "TUR", "KAZ", "UZB", "KGZ", "TJK", "TKM", "GEO", "AZE", "ARM", "IRN"})
"""Countries between Europe and Asia, whose goods may go by land to either; those of China to Europe are taken to go by sea."""


@dataclass(frozen=True)
class Leg:
    """One flow of the network between two countries, tonnes of content a year, with its way.

    mode: sea, either (land or sea), inside (within the region), unknown (no gateway). crosses: bits of the passages on its way at sea
    with all open. open_km, km: with all open and with the closures; infinite where there is none.
    """

    stage: str
    origin: str
    destination: str
    tonnes: float
    mode: str
    crosses: int
    open_km: float
    km: float

    @property
    def added_km(self) -> float:
        """Kilometres more under the closures; infinite where no way is left."""
        return self.km - self.open_km if np.isfinite(self.open_km) else 0.0


def network_legs(network: Network, members: Sequence[str], closed: tuple[str, ...]) -> tuple[Leg, ...]:
    """Every flow between two countries of every stage; ``members`` are a region inside which goods go by land."""
    flows = [each for table in network.stages for each in _flows(table)]
    modes = [mode(one, other, members, network.mineral) for _, one, other, _ in flows]
    pairs: list[tuple[str, str]] = []
    spans = []
    for (_, one, other, _), how in zip(flows, modes, strict=True):
        choices = [] if how in (INSIDE, UNKNOWN) else [
            (a, b) for a in gates(one, network.mineral, members) for b in gates(other, network.mineral, members)
        ]  # fmt: skip
        spans.append((len(pairs), len(pairs) + len(choices)))
        pairs += choices
    found = legs(pairs, [(), closed]) if pairs else None
    made = []
    for (stage, one, other, tonnes), how, (start, end) in zip(flows, modes, spans, strict=True):
        if found is None or start == end:
            made.append(Leg(stage, one, other, tonnes, how, 0, np.inf, np.inf))
            continue
        open_km, km = found.km[0, start:end], found.km[1, start:end]
        at = int(np.argmin(open_km))
        made.append(
            Leg(stage, one, other, tonnes, how, int(found.crossed[0, start + at]), float(open_km[at]), float(km.min()))
        )
    return tuple(made)


def _flows(table: StageTable) -> Iterator[tuple[str, str, str, float]]:
    for row, column in zip(*np.nonzero(table.flows > SMALLEST), strict=True):
        one, other = table.producers[row], table.buyers[column]
        if one != other:
            yield table.stage, one, other, float(table.flows[row, column])


@cache
def _continents() -> dict[str, str]:
    table = facts.load("countries").dropna(subset=["continent"])
    return dict(zip(table["country"], table["continent"], strict=True))


def mode(one: str, other: str, members: Sequence[str], mineral: str) -> str:
    """How goods go from one country to another, as far as the facts say."""
    if one in NOWHERE or other in NOWHERE:
        return UNKNOWN
    if one in members and other in members:
        return INSIDE
    if not gates(one, mineral, members) or not gates(other, mineral, members):
        return UNKNOWN
    lands = [{_continents().get(each), *(["Europe", "Asia"] if each in BOTH else [])} for each in (one, other)]
    same = bool(lands[0] & lands[1])
    return EITHER if same and not {one, other} & ISLANDS else SEA


def gates(country: str, mineral: str, members: Sequence[str]) -> tuple[str, ...]:
    """Ports of a country: its gateways, or those that its corridors lead to; a member without any uses those of the region."""
    own = gateways().get(country, ())
    if own:
        return own
    if country in members:
        return tuple(code for each in members for code in gateways().get(each, ()))
    return tuple(dict.fromkeys(way.port for way in ways().values() if way.port and way.serves(country, mineral)))


@dataclass(frozen=True)
class Exposure:
    """Share of a region's supply whose way crosses a passage, 0-1: low what surely does, high what may; shipped the last leg alone."""

    passage: str
    low: float
    high: float
    last_low: float
    last_high: float


def exposures(network: Network, members: Sequence[str], made: Sequence[Leg]) -> tuple[Exposure, ...]:
    """The exposure of the region's supply to each passage that any of it may cross, largest first."""
    last = network.stages[-1]
    columns = np.isin(last.buyers, list(members))
    bought = last.flows[:, columns]
    total = float(bought.sum())
    if total <= 0:
        return ()
    by_pair = {(leg.stage, leg.origin, leg.destination): leg for leg in made}
    buyers = [buyer for buyer, inside in zip(last.buyers, columns, strict=True) if inside]
    found = []
    for at, name in enumerate(passages()):
        direct = _crossing(by_pair, last, buyers, 1 << at)
        whole = direct if len(network.stages) == 1 else _with_ore(network, by_pair, direct, 1 << at)
        ends = [float((bought * part).sum()) / total for part in (*whole, *direct)]
        if ends[1] > 0:
            found.append(Exposure(name, *ends))
    return tuple(sorted(found, key=lambda each: (-each.low, -each.high)))


def _crossing(
    by_pair: dict[tuple[str, str, str], Leg], table: StageTable, buyers: Sequence[str], bit: int
) -> tuple[Array, Array]:
    """Whether each flow surely, and may, cross a passage: two tables of shares, producers by buyers."""
    low, high = np.zeros((len(table.producers), len(buyers))), np.zeros((len(table.producers), len(buyers)))
    for row, one in enumerate(table.producers):
        for column, other in enumerate(buyers):
            leg = by_pair.get((table.stage, one, other))
            if leg is None or leg.mode == INSIDE:
                continue
            crosses = bool(leg.crosses & bit)
            low[row, column] = float(leg.mode == SEA and crosses)
            high[row, column] = float(leg.mode == UNKNOWN or crosses)
    return low, high


def _with_ore(
    network: Network, by_pair: dict[tuple[str, str, str], Leg], direct: tuple[Array, Array], bit: int
) -> tuple[Array, Array]:
    """The same where the ore behind each refiner's output may have crossed before."""
    ore, last = network.stages[0], network.stages[-1]
    fed = np.maximum(ore.flows * network.recovery, 0.0)
    behind = np.divide(fed, last.output, out=np.zeros_like(fed), where=last.output > 0)
    behind /= np.maximum(behind.sum(axis=0), 1.0)
    ends = []
    for crossing, part in zip(_crossing(by_pair, ore, ore.buyers, bit), direct, strict=True):
        before = (behind * crossing).sum(axis=0)[:, None]
        ends.append(1.0 - (1.0 - part) * (1.0 - before))
    return ends[0], ends[1]


def record(each: Exposure) -> dict[str, Any]:
    """An exposure in JSON terms."""
    return {"passage": each.passage, "name": passages()[each.passage], "low": each.low, "high": each.high,
            "last_leg_low": each.last_low, "last_leg_high": each.last_high}  # fmt: skip

"""The routes of a graph one by one: way on land, port, sea, who refines, sea, the region's gate; with km, days and cost of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from orepact import facts
from orepact.corridors.graph import SOURCE, Graph
from orepact.corridors.sea import Legs, gateways, legs, names_of, ports
from orepact.corridors.ways import cost_at_sea, days_at_sea


@dataclass(frozen=True)
class Route:
    """One way from the origin to the region: out by one way and port, refined in one country (empty where it is not), in by one gate.

    km: at sea. crosses: passages. days, cost: at sea, with ends. land_days, land_cost: None where no page gives them. added: km, days
    and USD a gross tonne more than with every passage open; None where a closure leaves no route.
    """

    out: str
    out_name: str
    out_port: str
    refiner: str
    gate: str
    km: float
    crosses: tuple[str, ...]
    land_days: float | None
    land_cost: float | None
    open_km: float

    @property
    def exists(self) -> bool:
        """Whether a closure leaves it."""
        return bool(np.isfinite(self.km))

    @property
    def added_km(self) -> float:
        """Kilometres at sea more than with every passage open."""
        return self.km - self.open_km

    def record(self) -> dict[str, Any]:
        """The route in JSON terms; what a closure leaves no way for is null."""
        told = {
            "out": self.out, "out_name": self.out_name, "out_port": self.out_port or None, "refined_in": self.refiner or None,
            "gate": self.gate or None, "land_days": self.land_days, "land_cost_usd_per_t": self.land_cost,
            "open_km": self.open_km, "exists": self.exists, "crosses": list(self.crosses),
        }  # fmt: skip
        km, added = (self.km, self.added_km) if self.exists else (None, None)
        return told | {
            "km": km, "days_at_sea": _ends(days_at_sea, km), "cost_at_sea_usd_per_t": _ends(cost_at_sea, km), "added_km": added,
            "added_days": _ends(days_at_sea, added), "added_cost_usd_per_t": _ends(cost_at_sea, added),
        }  # fmt: skip


def _ends(of: Callable[[float], dict[str, float]], km: float | None) -> dict[str, float] | None:
    return None if km is None else of(km)


Found = dict[tuple[str, str], tuple[float, float, int]]
"""By first and last port: km as closed, km as open, bits of the passages crossed as closed."""


def routes(graph: Graph, closed: tuple[str, ...]) -> tuple[Route, ...]:
    """For each way out and each refining country the shortest route at sea, shortest first; those that a closure ends come last."""
    spans = _spans(graph, closed)
    found = [_best(graph, way, refiner, spans) for way in _outs(graph) for refiner in (graph.refiners or ("",))]
    kept = [route for route in found if route is not None]
    return tuple(sorted(kept, key=lambda each: (each.km, each.out, each.refiner)))


def _outs(graph: Graph) -> list[str]:
    return [other for one, other in graph.land if one == SOURCE]


def _port_of(graph: Graph, way: str) -> str:
    return next((other.split(":")[1] for one, other in graph.land if one == way and other.startswith("out:")), "")


def _gates(graph: Graph) -> list[str]:
    return sorted({name.split(":")[1] for name in graph.elements if name.startswith("in:")})


def _spans(graph: Graph, closed: tuple[str, ...]) -> Found:
    """Every leg at sea that a route of the graph may take, in one batch."""
    starts = list(dict.fromkeys(port for port in (_port_of(graph, way) for way in _outs(graph)) if port))
    gates = _gates(graph)
    homes = list(dict.fromkeys(code for refiner in graph.refiners for code in gateways().get(refiner, ())))
    pairs = [(one, other) for one in starts for other in dict.fromkeys((*homes, *gates))]
    pairs += [(one, other) for one in homes for other in gates]
    if not pairs:
        return {}
    found: Legs = legs(pairs, [closed, ()])
    return {
        pair: (float(found.km[0, at]), float(found.km[1, at]), int(found.crossed[0, at]))
        for at, pair in enumerate(pairs)
    }


def _best(graph: Graph, way: str, refiner: str, spans: Found) -> Route | None:
    start, gates = _port_of(graph, way), _gates(graph)
    home = list(gateways().get(refiner, ()))
    if not start:
        ends_here = bool(refiner) and graph.ways[way[4:]].ends_in == refiner and bool(home)
        return _told(graph, way, "", refiner, _of(spans, home, gates)) if ends_here else None
    if not refiner:
        return _told(graph, way, start, "", _of(spans, [start], gates))
    if refiner in graph.request.members:
        return _told(graph, way, start, refiner, _of(spans, [start], home or gates))
    if not home:
        return None
    return _told(graph, way, start, refiner, _joined(_of(spans, [start], home), _of(spans, home, gates)))


def _of(spans: Found, starts: list[str], ends: list[str]) -> Found:
    return {(one, other): spans[one, other] for one in starts for other in ends}


def _joined(first: Found, second: Found) -> Found:
    """Two legs with a stop between them: for each first and last port the shortest."""
    found: Found = {}
    for (one, stop), (km, open_km, bits) in first.items():
        for (again, other), (more, open_more, more_bits) in second.items():
            if stop != again:
                continue
            before = found.get((one, other), (np.inf, np.inf, 0))
            shortest = (km + more, bits | more_bits) if km + more <= before[0] else (before[0], before[2])
            found[one, other] = (shortest[0], min(open_km + open_more, before[1]), shortest[1])
    return found


def _told(graph: Graph, way: str, start: str, refiner: str, found: Found) -> Route:
    (_, gate), (km, _, bits) = min(found.items(), key=lambda each: each[1][0])
    open_km = min(each[1] for each in found.values())
    land = graph.ways.get(way.removeprefix("way:"))
    days, cost = (None if land is None else land.figures.get(name) for name in ("days", "cost"))
    name = graph.elements[way].name
    return Route(
        way, name, start, refiner, gate if np.isfinite(km) else "", km, names_of(bits), days.value if days else None,
        cost.value if cost else None, open_km,
    )  # fmt: skip


def spoken(route: Route) -> str:
    """A route in words: ``Lobito corridor, Lobito, refined in Finland``."""
    parts = [route.out_name, *([ports()[route.out_port].name] if route.out_port else [])]
    if route.refiner:
        parts.append(f"refined in {facts.country_name(route.refiner)}")
    if route.gate:
        parts.append(f"landed at {ports()[route.gate].name}")
    return ", ".join(parts)

"""The routes of an answer as lines and points on a map: by sea along the network, on land straight to the port."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from orepact import facts
from orepact.corridors.sea import gateways, legs, line, passages, ports

if TYPE_CHECKING:
    from orepact.corridors.corridor import CorridorAnswer
    from orepact.corridors.routes import Route

Place = tuple[float, float]
MOST_SHOWN = 8
MOST_REFINERS = 3
HALF_TURN = 180.0

LAND, SEA, WAS = "land", "sea", "was"
"""A line on land, at sea, and at sea as it was before a closure."""


@dataclass(frozen=True)
class Line:
    """One line: what it is, in words, and its places as longitude and latitude."""

    kind: str
    said: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Point:
    """One point: port, closed passage or crossed passage, with its name. cut: whether it is in the minimum cut or the worst loss."""

    kind: str
    name: str
    place: Place
    weak: bool = False


def shown(found: CorridorAnswer) -> tuple[Route, ...]:
    """The routes that a map shows: the shortest to each large refiner, then the shortest of each way out, few enough to be read."""
    left = [route for route in found.routes if route.exists]
    largest = [who for who, _ in found.refining.refiners[:MOST_REFINERS]]
    picked = [next((route for route in left if route.refiner == who), None) for who in largest]
    ways = {route.out: route for route in reversed(left)}
    kept = [route for route in (*picked, *sorted(ways.values(), key=lambda each: each.km)) if route is not None]
    return tuple(dict.fromkeys(kept))[:MOST_SHOWN]


def lines(found: CorridorAnswer) -> tuple[Line, ...]:
    """Lines of the shown routes, each leg once."""
    made = [each for route in shown(found) for each in _of(found, route)]
    return tuple({(each.kind, each.places): each for each in made if len(each.places) > 1}.values())


def _of(found: CorridorAnswer, route: Route) -> Iterator[Line]:
    request, known = found.request, ports()
    start = centre(request.origin)
    if not route.out_port:
        end = centre(route.refiner)
        if start and end:
            yield Line(LAND, route.out_name, (start, end))
    elif start:
        port = known[route.out_port]
        yield Line(LAND, route.out_name, (start, (port.longitude, port.latitude)))
    for one, other in _stops(route, request.close):
        said = f"{known[one].name} to {known[other].name}"
        for part in _parts(line(one, other, request.close)):
            yield Line(SEA, said, part)
        if request.close and _longer(one, other, request.close):
            for part in _parts(line(one, other)):
                yield Line(WAS, f"{said} before the closure", part)


def _stops(route: Route, closed: tuple[str, ...]) -> list[tuple[str, str]]:
    """Pairs of ports of the legs at sea of a route."""
    home = gateways().get(route.refiner, ()) if route.refiner else ()
    if not home or route.gate in home:
        return [(route.out_port, route.gate)] if route.out_port and route.gate != route.out_port else []
    starts = [(route.out_port, code) for code in home] if route.out_port else []
    pairs = starts + [(code, route.gate) for code in home]
    km = legs(pairs, [closed]).km[0]
    total = km.reshape(2, -1).sum(axis=0) if starts else km
    stop = home[int(np.argmin(total))]
    return [(a, b) for a, b in ((route.out_port, stop), (stop, route.gate)) if a and a != b]


def _longer(one: str, other: str, closed: tuple[str, ...]) -> bool:
    km = legs([(one, other)], [(), closed]).km[:, 0]
    return bool(km[1] > km[0] + 1.0)


def _parts(places: list[Place]) -> Iterator[tuple[Place, ...]]:
    """A way in pieces that do not jump from one edge of the map to the other."""
    piece: list[Place] = []
    for place in places:
        if piece and abs(place[0] - piece[-1][0]) > HALF_TURN:
            yield tuple(piece)
            piece = []
        piece.append((round(place[0], 2), round(place[1], 2)))
    yield tuple(piece)


def points(found: CorridorAnswer) -> tuple[Point, ...]:
    """Ports and passages of the shown routes, and the passages that are closed."""
    weak = {
        *found.severing.things,
        *found.flow.cut,
        *(name for loss in found.losses.single[:3] for name in loss.things),
    }
    made = {}
    for route in shown(found):
        for code in (route.out_port, route.gate):
            if code:
                port = ports()[code]
                made[code] = Point("port", port.name, (port.longitude, port.latitude), f"port:{code}" in weak)
        for name in route.crosses:
            if name in places():
                made[name] = Point("passage", passages()[name], places()[name], name in weak)
    for thing, name in zip(found.severing.things, found.severing.names, strict=True):
        if (place := _place(found, thing)) is not None:
            made[_code(found, thing)] = Point("port", name, place, weak=True)
    for name in found.request.close:
        if name in places():
            made[name] = Point("closed", passages()[name], places()[name])
    return tuple(made.values())


def _code(found: CorridorAnswer, thing: str) -> str:
    """The port whose mark a thing takes over, so that no two names stand on one place; else the thing itself."""
    kind, _, key = thing.partition(":")
    return key if kind == "port" else (found.graph.ways[key].port or thing) if kind == "way" else thing


def _place(found: CorridorAnswer, thing: str) -> Place | None:
    """Where a thing that severs is marked: a corridor at its port, who refines in the country's middle."""
    kind, _, key = thing.partition(":")
    if not key:
        return places().get(thing)
    if kind == "refine":
        return centre(key)
    port = ports().get(found.graph.ways[key].port if kind == "way" else key)
    return None if port is None else (port.longitude, port.latitude)


@cache
def places() -> dict[str, Place]:
    """Where each passage lies, as far as the table says."""
    table = facts.load("chokepoints").dropna(subset=["latitude", "longitude"])
    return {name: (float(x), float(y)) for name, x, y in table[["passage", "longitude", "latitude"]].to_numpy()}


@cache
def _centres() -> dict[str, Place]:
    table = facts.load("countries").dropna(subset=["latitude", "longitude"])
    return {code: (float(x), float(y)) for code, x, y in table[["country", "longitude", "latitude"]].to_numpy()}


def centre(country: str) -> Place | None:
    """Where the label of a country stands; None where the table has no place."""
    return _centres().get(country)

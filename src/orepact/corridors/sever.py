"""The fewest named things whose loss ends every route, and the countries whose law or operator no route avoids.

What enters: a :class:`~orepact.corridors.graph.Graph` and closed passages. What leaves: a :class:`Severing`. Corridors, ports, passages
and refining countries count one each, whatever they carry. Menger: the fewest things that sever equal the most routes that share none.
The maximum flow on unit capacities gives both, nearest the origin; a thing that stands twice on a route (a port for ore and metal, a
passage crossed twice) is counted once, and where that leaves a gap between the two numbers, sets of fewer things are searched, all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from orepact.corridors.graph import SOURCE, USE, Graph
from orepact.corridors.sea import ARCTIC, passages, ports, sea
from orepact.corridors.ways import passage_laws
from orepact.errors import NotSolved, Problem

COUNTED = ("corridor", "port", "refining")
LAW, OPERATOR = "law", "operator"
OCEAN = "ocean"

Arcs = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Severing:
    """The fewest things that end every route: keys, names, kinds; empty where no route is left to end.

    apart: most routes that share none of their things; equal to the number of things where ``routes_prove`` says so, else all smaller
    sets were tried. countries: ISO3 of those outside origin and region that no route avoids, with ``law``, ``operator`` or both.
    """

    things: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    apart: int
    countries: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def routes_prove(self) -> bool:
        """Whether as many routes share nothing as things sever them."""
        return self.apart == len(self.things)


def severing(graph: Graph, closed: tuple[str, ...]) -> Severing:
    """What severs every route that the closures leave; raises NotSolved where flow and cut are not equal."""
    net = _Net.of(graph, closed)
    routes, cut = net.solve()
    if not routes:
        return Severing((), (), (), 0, ())
    apart = _apart(routes)
    if apart < len(cut):
        cut = net.fewer(cut, apart)
    _check(graph, closed, cut)
    told = [_told(graph, thing) for thing in cut]
    return Severing(
        cut, tuple(name for name, _ in told), tuple(kind for _, kind in told), apart, _countries(graph, net, closed)
    )


def _told(graph: Graph, thing: str) -> tuple[str, str]:
    if thing in passages():
        return passages()[thing], "passage"
    first = next(each for each in graph.elements.values() if each.thing == thing)
    return (f"port of {first.name}" if first.kind == "port" else first.name), first.kind


@dataclass(frozen=True)
class _Net:
    """Vertices with the thing that each is (empty where it does not count) and the vertices after each."""

    thing: Mapping[str, str]
    after: Arcs

    @classmethod
    def of(cls, graph: Graph, closed: tuple[str, ...]) -> _Net:
        """The graph with the sea as what it is: waters, and the passages between them, once for ore and once for metal."""
        thing = {
            name: each.thing if each.kind in COUNTED and name != SOURCE else "" for name, each in graph.elements.items()
        }
        after: dict[str, list[str]] = {name: [] for name in graph.elements}
        for one, other in [*graph.land, *_by_sea(graph, closed)]:
            for name in (one, other):
                if name not in after:
                    after[name] = []
                    thing[name] = name.split(":")[1] if name.startswith("pass:") else ""
            after[one].append(other)
        return cls(thing, {name: tuple(sorted(set(found))) for name, found in after.items()})

    def solve(self) -> tuple[list[list[str]], tuple[str, ...]]:
        """Most routes that share no vertex that counts, and the things of the minimum cut nearest the origin."""
        flow: dict[tuple[str, str], int] = {}
        count = 0
        while True:
            before = self._search(flow)
            if _out(USE) not in before:
                break
            at = _out(USE)
            while at != _in(SOURCE):
                last = before[at]
                flow[last, at] = flow.get((last, at), 0) + 1
                flow[at, last] = flow.get((at, last), 0) - 1
                at = last
            count += 1
        cut = [name for name, thing in self.thing.items() if thing and _in(name) in before and _out(name) not in before]
        if len(cut) != count:
            raise NotSolved(Problem("corridors", "the things that sever are not as many as the routes apart", f"{len(cut)} and {count}",
                                    "report this: there is no answer"))  # fmt: skip
        return self._routes(flow, count), tuple(dict.fromkeys(self.thing[name] for name in cut))

    def _search(self, flow: Mapping[tuple[str, str], int]) -> dict[str, str]:
        """For each side of a vertex reached in the residual graph the side before it, breadth first."""
        before = {_in(SOURCE): ""}
        waiting = deque(before)
        back = self._back
        while waiting:
            at = waiting.popleft()
            name, side = at[:-1], at[-1]
            ways = (
                [_out(name), *(_out(one) for one in back[name])]
                if side == "<"
                else [*(map(_in, self.after[name])), _in(name)]
            )
            for other in ways:
                if other not in before and self._room(at, other, flow):
                    before[other] = at
                    waiting.append(other)
        return before

    @cached_property
    def _back(self) -> Arcs:
        found: dict[str, list[str]] = {name: [] for name in self.after}
        for name, others in self.after.items():
            for other in others:
                found[other].append(name)
        return found

    def _room(self, one: str, other: str, flow: Mapping[tuple[str, str], int]) -> bool:
        used = flow.get((one, other), 0)
        forward = one[-1] != other[-1] and (one[-1] == "<") == (one[:-1] == other[:-1])
        if not forward:
            return used < 0
        return used < 1 if one[:-1] == other[:-1] and self.thing[one[:-1]] else True

    def _routes(self, flow: Mapping[tuple[str, str], int], count: int) -> list[list[str]]:
        """The flow as routes, each the things that it passes."""
        left = {edge: units for edge, units in flow.items() if units > 0}
        found = []
        for _ in range(count):
            at, route = _in(SOURCE), []
            while at != _out(USE):
                edge = next((a, b) for (a, b), units in left.items() if a == at and units > 0)
                left[edge] -= 1
                at = edge[1]
                if at[-1] == "<" and self.thing[at[:-1]]:
                    route.append(self.thing[at[:-1]])
            found.append(route)
        return found

    def route(self, without: Iterable[str]) -> list[str] | None:
        """The things of a route with fewest vertices that avoids some things, None where there is none."""
        gone, before, waiting = set(without), {SOURCE: ""}, deque([SOURCE])
        while waiting and USE not in before:
            at = waiting.popleft()
            for other in self.after[at]:
                if other not in before and self.thing[other] not in gone:
                    before[other] = at
                    waiting.append(other)
        if USE not in before:
            return None
        route, at = [], USE
        while at:
            route.append(self.thing[at])
            at = before[at]
        return [thing for thing in dict.fromkeys(reversed(route)) if thing]

    def fewer(self, cut: tuple[str, ...], apart: int) -> tuple[str, ...]:
        """The smallest set that severs: every one of the sizes below the cut's, each by the things of a route that is left."""
        for size in range(apart, len(cut)):
            found = next(self._sets((), size), None)
            if found is not None:
                return found
        return cut

    def _sets(self, chosen: tuple[str, ...], left: int) -> Iterator[tuple[str, ...]]:
        route = self.route(chosen)
        if route is None:
            yield chosen
        elif left:
            for thing in route:
                yield from self._sets((*chosen, thing), left - 1)


def _in(name: str) -> str:
    return f"{name}<"


def _out(name: str) -> str:
    return f"{name}>"


def _apart(routes: Sequence[Sequence[str]]) -> int:
    """How many of the routes share no thing, taken in their order."""
    seen: set[str] = set()
    count = 0
    for route in sorted(routes, key=len):
        if not seen & set(route):
            seen |= set(route)
            count += 1
    return count


def _by_sea(graph: Graph, closed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Arcs from ports of loading to waters, through passages, to ports of discharge; a layer of sea for each kind of port of loading."""
    parts, known = sea().closed(tuple(passages())).parts, ports()
    layers = {one.split(":")[0] for one, _ in graph.by_sea}
    for (one, other), (a, b) in graph.by_sea.items():
        layer = one.split(":")[0]
        yield one, f"{OCEAN}:{layer}:{parts[known[a].node]}"
        yield f"{OCEAN}:{layer}:{parts[known[b].node]}", other
    for passage, waters in _waters().items():
        if passage in closed:
            continue
        for layer in sorted(layers):
            for water in waters:
                yield f"{OCEAN}:{layer}:{water}", f"pass:{passage}:{layer}"
                yield f"pass:{passage}:{layer}", f"{OCEAN}:{layer}:{water}"


@cache
def _waters() -> dict[str, tuple[int, ...]]:
    """Waters that each passage joins, by number of their part of the sea with every passage closed; the Arctic's never."""
    net, parts = sea(), sea().closed(tuple(passages())).parts
    found = {}
    for at, name in enumerate(passages()):
        touched = np.flatnonzero(net.bit & 1 << at)
        if name != ARCTIC:
            found[name] = tuple(sorted({*parts[net.start[touched]].tolist(), *parts[net.end[touched]].tolist()}))
    return found


def _check(graph: Graph, closed: tuple[str, ...], cut: tuple[str, ...]) -> None:
    """On the graph of the flow itself nothing is left without the things; else there is no answer."""
    if _left(graph, closed, cut):
        raise NotSolved(
            Problem(
                "corridors",
                "the things named do not sever the graph",
                ", ".join(cut),
                "report this: there is no answer",
            )
        )


def _left(graph: Graph, closed: tuple[str, ...], cut: Iterable[str]) -> bool:
    gone = set(cut)
    shut = tuple(dict.fromkeys((*closed, *(name for name in gone if name in passages()))))
    after: dict[str, list[str]] = {}
    for one, other in graph.arcs(shut):
        after.setdefault(one, []).append(other)
    seen, waiting = {SOURCE}, [SOURCE]
    while waiting:
        for other in after.get(waiting.pop(), ()):
            if other not in seen and other in graph.elements and graph.elements[other].thing not in gone:
                seen.add(other)
                waiting.append(other)
    return USE in seen


def _countries(graph: Graph, net: _Net, closed: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Countries outside origin and region without whose law, or owners, no route is left."""
    inside = {graph.request.origin, *graph.request.members}
    counted = [each for each in graph.elements.values() if net.thing.get(each.id)]
    laws = _things(((each.thing, each.jurisdictions) for each in counted), closed)
    owners = _things(((each.thing, each.owners or ()) for each in counted if each.kind == "corridor"), None)
    found: dict[str, tuple[str, ...]] = {}
    for word, by_country in ((LAW, laws), (OPERATOR, owners)):
        for country in sorted(set(by_country) - inside):
            if net.route(by_country[country]) is None:
                found[country] = (*found.get(country, ()), word)
    return tuple(sorted(found.items()))


def _things(pairs: Iterable[tuple[str, tuple[str, ...]]], closed: tuple[str, ...] | None) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    laws = (
        []
        if closed is None
        else [(name, law.jurisdictions) for name, law in passage_laws().items() if name not in closed]
    )
    for thing, countries in [*pairs, *laws]:
        for country in countries:
            found.setdefault(country, set()).add(thing)
    return found

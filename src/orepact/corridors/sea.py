"""Shortest ways at sea between ports, with any passages closed: lengths, and the passages that each way crosses.

What enters: pairs of ports and sets of closed passages. What leaves: km and crossed passages of each pair under each set. The
network is searoute's own, read once and never written to: no call can close a passage for another. The Arctic is always closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.errors import BadInput, MissingData, Problem, UnknownName, unknown, unknown_problem

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

ARCTIC = "northwest"
"""Closed in every question: no regular cargo goes that way."""

SPOKEN = {
    "red sea": "babalmandab", "cape": "south_africa", "magellan": "chili", "cape horn": "chili", "hormuz": "ormuz",
    "bab el mandeb": "babalmandab", "bab-el-mandeb": "babalmandab", "northwest passage": "northwest",
}  # fmt: skip
"""Names that people type, beside those of the table."""

EARTH_KM = 6371.0088
"""Mean radius of the Earth, as the network's lengths are made with."""


@cache
def passages() -> dict[str, str]:
    """Printed name of each passage, by the word that ``sea_routes`` uses."""
    table = facts.load("chokepoints")
    return dict(zip(table["passage"], table["name"], strict=True))


@cache
def _spellings() -> dict[str, str]:
    table = facts.load("chokepoints")
    found = dict(SPOKEN)
    for slug, name, watched in table[["passage", "name", "portwatch"]].fillna("").to_numpy():
        short = name.casefold()
        for word in ("strait of ", " strait", " canal"):
            short = short.replace(word, "")
        found |= {each: slug for each in (slug, name.casefold(), short, watched.replace("_", " ")) if each}
    return found


def read_passages(text: str | Sequence[str] | None, place: str = "--close") -> tuple[str, ...]:
    """Passages by any usual name, a sequence or joined by commas, in the table's order; UnknownName with the nearest for each fault."""
    parts = [] if text is None else text.split(",") if isinstance(text, str) else list(text)
    spelt = _spellings()
    problems: list[Problem] = []
    found: set[str] = set()
    for part in parts:
        wanted = part.strip().casefold().replace("_", " ")
        slug = spelt.get(wanted) or spelt.get(wanted.replace(" ", "_"))
        if slug is None:
            problems.append(_no_passage(place, part.strip()))
        else:
            found.add(slug)
    if problems:
        raise UnknownName(problems)
    return tuple(each for each in passages() if each in found)


def _no_passage(place: str, found: str) -> Problem:
    """The nearest names, or every one where none is near: they are few."""
    problem = unknown_problem(place, "passage", found, sorted(passages()))
    if problem.todo.startswith("did you mean"):
        return problem
    names = ", ".join(f"{slug} ({name})" for slug, name in passages().items() if slug != ARCTIC)
    return replace(problem, todo=f"choose of {names}; several are joined by commas")


@dataclass(frozen=True)
class Legs:
    """Ways between pairs of ports under sets of closed passages.

    km: shape ``(sets, pairs)``, infinite where there is no way. crossed: same shape, one bit a passage in the order of ``passages()``.
    """

    km: Array
    crossed: Ints

    def names(self, which: int, pair: int) -> tuple[str, ...]:
        """Passages that one way crosses."""
        return names_of(int(self.crossed[which, pair]))


def names_of(bits: int) -> tuple[str, ...]:
    """Passages by their bits, in the order of ``passages()``."""
    return tuple(name for at, name in enumerate(passages()) if bits >> at & 1)


@dataclass(frozen=True)
class Sea:
    """The network: places in degrees ``(n, 2)`` as longitude and latitude, and its edges with length, weight and passage.

    start, end: nodes of each edge, sorted by ``start * n + end``. weight: km as the network keeps them, by which ways are chosen. km:
    great-circle length. bit: of the passage that an edge is part of, 0 where it is none.
    """

    places: Array
    start: Ints
    end: Ints
    weight: Array
    km: Array
    bit: Ints
    _kept: dict[frozenset[str], _Closed] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def keys(self) -> Ints:
        """One number an edge, ascending."""
        found: Ints = self.start * len(self.places) + self.end
        return found

    def nearest(self, longitude: float, latitude: float) -> int:
        """The node nearest in degrees, as the network itself places a port."""
        return int(np.argmin(((self.places - (longitude, latitude)) ** 2).sum(axis=1)))

    def closed(self, passages_closed: Iterable[str]) -> _Closed:
        """The network without some passages, and never with the Arctic; kept once made."""
        shut = frozenset(passages_closed) | {ARCTIC}
        if shut not in self._kept:
            self._kept[shut] = _Closed(self, self._without(shut))
        return self._kept[shut]

    def _without(self, shut: frozenset[str]) -> NDArray[np.bool_]:
        bits = sum(1 << at for at, name in enumerate(passages()) if name in shut)
        left: NDArray[np.bool_] = self.bit & bits == 0
        return left


@dataclass(frozen=True)
class _Closed:
    """The network with some passages closed: shortest ways from each port, kept once asked for."""

    sea: Sea
    left: NDArray[np.bool_]
    _trees: dict[int, tuple[Array, Ints]] = field(default_factory=dict)

    @cached_property
    def matrix(self) -> Any:
        """Weights of the edges that are left, a sparse matrix ``(n, n)``."""
        from scipy.sparse import csr_matrix

        sea, n = self.sea, len(self.sea.places)
        return csr_matrix((sea.weight[self.left], (sea.start[self.left], sea.end[self.left])), shape=(n, n))

    @cached_property
    def parts(self) -> Ints:
        """Number of the part of the sea that each node lies in: two ports have a way between them where it is the same."""
        from scipy.sparse.csgraph import connected_components

        found: Ints = connected_components(self.matrix, directed=False)[1].astype(np.int64)
        return found

    def trees(self, origins: Sequence[int]) -> dict[int, tuple[Array, Ints]]:
        """Distance to every node and the node before it, from each origin."""
        from scipy.sparse.csgraph import dijkstra

        new = [each for each in dict.fromkeys(origins) if each not in self._trees]
        if new:
            distance, before = dijkstra(self.matrix, indices=new, return_predecessors=True)
            for at, each in enumerate(new):
                self._trees[each] = distance[at], before[at].astype(np.int64)
        return self._trees

    def ways(self, origins: Ints, destinations: Ints) -> tuple[Array, Ints]:
        """Length and crossed passages of each pair of nodes, both of shape ``(pairs,)``."""
        known = sorted(set(origins.tolist()))
        trees = self.trees(known)
        before = np.stack([trees[each][1] for each in known])
        row = np.searchsorted(np.asarray(known), origins)
        km, crossed, now = np.zeros(len(origins)), np.zeros(len(origins), dtype=np.int64), destinations.copy()
        for at in range(len(km)):
            if not np.isfinite(trees[int(origins[at])][0][destinations[at]]):
                km[at] = np.inf
        going = np.flatnonzero(np.isfinite(km) & (origins != destinations))
        n = len(self.sea.places)
        while len(going):
            last = before[row[going], now[going]]
            edge = np.searchsorted(self.sea.keys, last * n + now[going])
            km[going] += self.sea.km[edge]
            crossed[going] |= self.sea.bit[edge]
            now[going] = last
            going = going[last != origins[going]]
        return km, crossed

    def line(self, origin: int, destination: int) -> list[tuple[float, float]]:
        """Longitude and latitude of the nodes of one way, from its origin; empty where there is none."""
        distance, before = self.trees([origin])[origin]
        if not np.isfinite(distance[destination]):
            return []
        nodes = [destination]
        while nodes[-1] != origin:
            nodes.append(int(before[nodes[-1]]))
        return [(float(x), float(y)) for x, y in self.sea.places[nodes[::-1]]]


@cache
def sea() -> Sea:
    """The network of searoute, read once; its own objects stay as they are."""
    from searoute.data.marnet_dict import edge_list

    places = np.asarray(list(edge_list), dtype=float)
    number = {place: at for at, place in enumerate(edge_list)}
    bits = {name: 1 << at for at, name in enumerate(passages())}
    rows = [
        (number[one], number[other], data["weight"], bits.get(data.get("passage"), 0))
        for one, others in edge_list.items()
        for other, data in others.items()
    ]
    table = np.asarray(rows, dtype=float)
    start, end = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    order = np.argsort(start * len(places) + end)
    start, end = start[order], end[order]
    km = great_circle(places[start], places[end])
    return Sea(places, start, end, table[order, 2], km, table[order, 3].astype(np.int64))


def great_circle(one: Array, other: Array) -> Array:
    """Distance in km between places given as longitude and latitude in degrees, shape ``(..., 2)``."""
    (x, y), (u, v) = np.moveaxis(np.radians(one), -1, 0), np.moveaxis(np.radians(other), -1, 0)
    part = np.sin((v - y) / 2) ** 2 + np.sin((u - x) / 2) ** 2 * np.cos(y) * np.cos(v)
    found: Array = 2 * EARTH_KM * np.arctan2(np.sqrt(part), np.sqrt(1 - part))
    return found


@dataclass(frozen=True)
class Port:
    """A port of the table: its code, name, country, and node of the network."""

    code: str
    name: str
    country: str
    longitude: float
    latitude: float

    @cached_property
    def node(self) -> int:
        """The node of the network that stands for it."""
        return sea().nearest(self.longitude, self.latitude)


@cache
def ports() -> dict[str, Port]:
    """Ports by code, each once."""
    table = facts.load("ports").dropna(subset=["latitude", "longitude", "country"]).drop_duplicates("port")
    columns = table[["port", "name", "country", "longitude", "latitude"]].to_numpy()
    return {code: Port(code, name, country, float(x), float(y)) for code, name, country, x, y in columns}


@cache
def gateways() -> dict[str, tuple[str, ...]]:
    """Codes of the ports chosen as gateways, by country."""
    table = facts.load("ports")
    chosen = table[(table["gateway"] == "yes") & table["country"].notna()].drop_duplicates("port")
    return {str(country): tuple(rows["port"]) for country, rows in chosen.groupby("country")}


def legs(pairs: Sequence[tuple[str, str]], closures: Sequence[Iterable[str]] = ((),)) -> Legs:
    """Ways between pairs of ports (codes of the table), under each set of closed passages.

    Passages by any usual name. Raises UnknownName for a port or passage that does not exist. The batch costs one search for each
    different port of loading (or of discharge, where those are fewer) and set.
    """
    shuts = _check(pairs, closures)
    known = ports()
    one = np.asarray([known[a].node for a, _ in pairs], dtype=np.int64)
    other = np.asarray([known[b].node for _, b in pairs], dtype=np.int64)
    if len(np.unique(other)) < len(np.unique(one)):
        one, other = other, one
    found = [sea().closed(shut).ways(one, other) for shut in shuts]
    return Legs(np.stack([km for km, _ in found]), np.stack([bits for _, bits in found]))


def _check(pairs: Sequence[tuple[str, str]], closures: Sequence[Iterable[str]]) -> list[tuple[str, ...]]:
    """The closures by their words; raises all that is wrong with them and the ports at once."""
    problems: list[Problem] = []
    known = ports()
    for code in sorted({code for pair in pairs for code in pair if code not in known}):
        problems += unknown("port", "port", code, sorted(known)).problems
    shuts = []
    for shut in closures:
        try:
            shuts.append(read_passages(shut if isinstance(shut, str) else list(shut), "passage"))
        except UnknownName as error:
            problems += error.problems
    if problems:
        raise UnknownName(problems)
    if not pairs:
        raise BadInput(Problem("pairs", "no pair of ports is given", "none", "give at least one"))
    return shuts


def line(one: str, other: str, shut: Iterable[str] = ()) -> list[tuple[float, float]]:
    """Longitude and latitude along the way between two ports; raises MissingData where a closure leaves none."""
    known = _check([(one, other)], [shut])
    found = sea().closed(known[0]).line(ports()[one].node, ports()[other].node)
    if not found:
        raise MissingData(Problem("sea", "there is no way at sea", f"{one} to {other}", "open a passage"))
    return found

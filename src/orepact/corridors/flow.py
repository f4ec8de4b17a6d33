"""The most that can flow through a graph, its minimum cut by name, and what is lost without one thing or two.

What enters: a :class:`~orepact.corridors.graph.Graph`. What leaves: flows and cuts in tonnes of content a year. Every element is an
edge between two sides of itself; arcs between elements, and elements without a published capacity, carry up to the whole supply. Each
flow is solved in whole units and certified: the capacities of its cut sum to it exactly, or the answer is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact.corridors.graph import SOURCE, USE, Element, Graph
from orepact.corridors.sea import passages
from orepact.errors import NotSolved, Problem

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

UNITS = 1_000_000_000
"""Whole units that the supply is counted in: the solver works on whole numbers, and its own are of 32 bits."""


@dataclass(frozen=True)
class MaxFlow:
    """The most that can flow, tonnes of content a year.

    through: by element, tonnes. cut: elements whose capacities sum to it; empty where nothing flows because no way exists.
    """

    tonnes: float
    through: Mapping[str, float]
    cut: tuple[str, ...]
    units: int
    cut_units: int


@dataclass(frozen=True)
class Loss:
    """What is lost without some things: their keys, names, tonnes of content a year and share of the flow before."""

    things: tuple[str, ...]
    names: tuple[str, ...]
    tonnes: float
    share: float


@dataclass(frozen=True)
class Circuit:
    """A graph as whole numbers, so that many flows are solved on it fast.

    limits: units of each element, in its order. tonnes: the same as published, NaN where nothing is.
    """

    ids: tuple[str, ...]
    limits: Ints
    tonnes: Array
    unit: float
    arcs: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, elements: Mapping[str, Element], arcs: Iterable[tuple[str, str]]) -> Circuit:
        """Elements and arcs; the unit is such that the supply is a billion of them."""
        ids = tuple(elements)
        at = {name: number for number, name in enumerate(ids)}
        supply = elements[SOURCE].capacity or 0.0
        unit = supply / UNITS if supply > 0 else 1.0
        caps = [
            UNITS if each.capacity is None else min(round(each.capacity / unit), UNITS) for each in elements.values()
        ]
        known = [np.nan if each.capacity is None else each.capacity for each in elements.values()]
        inside = tuple((at[a], at[b]) for a, b in arcs if a in at and b in at)
        return cls(ids, np.asarray(caps, dtype=np.int64), np.asarray(known, dtype=float), unit, inside)

    @cached_property
    def _shape(self) -> tuple[Ints, Ints]:
        """Ends of every edge: the elements first, from ``2 i`` to ``2 i + 1``, then the arcs."""
        n = len(self.ids)
        start = np.concatenate([2 * np.arange(n), [2 * a + 1 for a, _ in self.arcs]]).astype(np.int64)
        end = np.concatenate([2 * np.arange(n) + 1, [2 * b for _, b in self.arcs]]).astype(np.int64)
        return start, end

    def solve(self, without: Iterable[str] = (), arcs_off: NDArray[np.bool_] | None = None) -> MaxFlow:
        """The flow without some elements (ids) and arcs (a mask over ``arcs``); raises NotSolved where its cut is not worth it."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import maximum_flow

        gone = set(without)
        if SOURCE in gone or USE in gone or USE not in self.ids:
            return MaxFlow(0.0, {}, (), 0, 0)
        limits = np.where([name in gone for name in self.ids], 0, self.limits)
        open_arcs = np.full(len(self.arcs), UNITS)
        if arcs_off is not None:
            open_arcs[arcs_off] = 0
        start, end = self._shape
        size = 2 * len(self.ids)
        caps = np.concatenate([limits, open_arcs]).astype(np.int32)
        matrix = csr_array((caps, (start, end)), shape=(size, size))
        source, sink = 2 * self.ids.index(SOURCE), 2 * self.ids.index(USE) + 1
        found = maximum_flow(matrix, source, sink)
        return self._certified(int(found.flow_value), matrix, found.flow, source, limits)

    def _certified(self, units: int, matrix: Any, flow: Any, source: int, limits: Ints) -> MaxFlow:
        """The flow with its minimum cut: what the source still reaches in the residual graph, and the edges that leave it."""
        from scipy.sparse.csgraph import breadth_first_order

        rest = (matrix - flow).tocsr()
        rest.data = np.maximum(rest.data, 0)
        rest.eliminate_zeros()
        reached = np.zeros(matrix.shape[0], dtype=bool)
        reached[breadth_first_order(rest, source, return_predecessors=False)] = True
        edges = matrix.tocoo()
        leaving = reached[edges.row] & ~reached[edges.col] & (edges.data > 0)
        worth = int(edges.data[leaving].astype(np.int64).sum())
        if worth != units:
            raise NotSolved(
                Problem(
                    "corridors",
                    "the cut is not worth the flow",
                    f"{worth} of {units} units",
                    "report this: there is no answer",
                )
            )
        cut = tuple(
            name
            for number, name in enumerate(self.ids)
            if limits[number] > 0 and reached[2 * number] and not reached[2 * number + 1]
        )
        carried = np.asarray(flow[2 * np.arange(len(self.ids)), 2 * np.arange(len(self.ids)) + 1]).ravel()
        through = {
            name: float(amount) * self.unit for name, amount in zip(self.ids, carried, strict=True) if amount > 0
        }
        told = sum(float(self.tonnes[self.ids.index(name)]) for name in cut)
        # What the cut's own figures sum to has no rounding of units in it.
        tonnes = told if cut and np.isclose(told, units * self.unit, rtol=1e-6) else units * self.unit
        return MaxFlow(tonnes, through, cut, units, worth)


def max_flow(graph: Graph, closed: Sequence[str] = (), without: Iterable[str] = ()) -> MaxFlow:
    """The most that can flow with some passages closed and some elements (ids) gone."""
    return Circuit.of(graph.elements, graph.arcs(tuple(closed))).solve(without)


@dataclass(frozen=True)
class Losses:
    """The worst single thing and the worst pair to lose, and every single loss above nothing, largest first."""

    single: tuple[Loss, ...]
    pair: Loss | None


def losses(graph: Graph, closed: tuple[str, ...], base: MaxFlow) -> Losses:
    """N-1 and N-2: what the flow loses without each thing, and without the worst two. Supply and use are no such things."""
    if base.units == 0:
        return Losses((), None)
    test = _Removals(graph, closed, base)
    single = {(key,): test.lost(key) for key in test.keys}
    pair = test.worst_pair({key[0]: units for key, units in single.items()})
    ranked = sorted(single.items(), key=lambda each: -each[1])
    return Losses(tuple(test.loss(keys, units) for keys, units in ranked if units > 0), pair)


class _Removals:
    """Solves the flow again and again without things: elements that share a thing, or a passage."""

    def __init__(self, graph: Graph, closed: tuple[str, ...], base: MaxFlow) -> None:
        self.graph, self.closed, self.base = graph, closed, base
        self.arcs = graph.arcs(closed)
        self.circuit = Circuit.of(graph.elements, self.arcs)
        self.things: dict[str, list[str]] = {}
        for element in graph.elements.values():
            if element.thing not in (SOURCE, USE):
                self.things.setdefault(element.thing, []).append(element.id)
        self.passages = [name for name in passages() if name not in closed and self._shut((name,)).any()]
        self.pairs_shut = {
            pair: self._shut(pair) for pair in combinations([name for name in passages() if name not in closed], 2)
        }
        self.keys = [*self.things, *self.passages]

    def _shut(self, more: tuple[str, ...]) -> NDArray[np.bool_]:
        """Arcs that are gone when more passages close."""
        left = set(self.graph.arcs((*self.closed, *more)))
        return np.asarray([arc not in left for arc in self.arcs], dtype=bool)

    def lost(self, *keys: str) -> int:
        """Units that the flow loses without these things."""
        gone = [name for key in keys for name in self.things.get(key, ())]
        shut = tuple(key for key in keys if key not in self.things)
        off = self._shut(shut) if shut else None
        return self.base.units - self.circuit.solve(gone, off).units

    def worst_pair(self, single: Mapping[str, int]) -> Loss | None:
        """The pair whose loss is largest: of things, bounded by what each carries, and of passages, each pair that shuts anything."""
        best, keys = -1, ("", "")
        carried = {
            key: sum(self.base.through.get(name, 0.0) for name in names) / self.circuit.unit
            for key, names in self.things.items()
        }
        carried |= {key: float(self.base.units) for key in self.passages}
        ranked = sorted(combinations(self.keys, 2), key=lambda each: -(carried[each[0]] + carried[each[1]]))
        for pair in ranked:
            if min(carried[pair[0]] + carried[pair[1]], self.base.units) <= best:
                break
            units = self.lost(*pair)
            if units > best:
                best, keys = units, pair
        for pair, off in self.pairs_shut.items():
            if (
                best < self.base.units
                and off.any()
                and (units := self.base.units - self.circuit.solve((), off).units) > best
            ):
                best, keys = units, pair
        if best <= max(single.values(), default=0):
            worst = max(single, key=lambda key: single[key], default="")
            other = next((key for key in self.keys if key != worst), "")
            best, keys = max(best, single.get(worst, 0)), (worst, other) if best < single.get(worst, 0) else keys
        return self.loss(keys, best) if all(keys) else None

    def loss(self, keys: tuple[str, ...], units: int) -> Loss:
        """A loss with its names."""
        names = tuple(self._name(key) for key in keys)
        return Loss(keys, names, units * self.circuit.unit, units / self.base.units)

    def _name(self, key: str) -> str:
        if key in self.things:
            first = self.graph.elements[self.things[key][0]]
            return f"port of {first.name}" if first.kind == "port" else first.name
        return passages()[key]

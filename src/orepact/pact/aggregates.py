"""Sums over figures that are not public, released so that nobody's figure follows from them, however often and in whatever order is asked.

A sum over one of the fixed cells of a measure is released with at least three contributors, the largest of them below 85 % (D1). Every
release is remembered with the records that it was made of. A later sum is released only if, from all sums of the same figures taken
together, no combination follows that is of fewer than three contributors: not even one of two of them, of whom one knows their own.
Otherwise the
earlier sum is said again, or nothing, as where there is nothing to add up: a cell does not even tell that it is withheld. The test is
exact: linear algebra on who is in which sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from math import fsum
from typing import Any

from orepact.errors import unknown
from orepact.pact.access import Viewer
from orepact.pact.event import Draft
from orepact.pact.kinds.base import PactRecord
from orepact.pact.pact import Command, Pact
from orepact.pact.state import Kept, State, stepped

LEAST, LARGEST = 3, 0.85
"""Contributors of a sum, and the largest share of one (D1). Parameters make them stricter, never weaker."""

PRIME = (1 << 61) - 1
"""Ranks are counted modulo this: a combination over the fractions shows there too, but for one chance in 10^18."""

ADDER = Viewer("aggregates", "sums of the pact", frozenset(), keeper=True)
Cell = tuple[str, ...]
Figure = tuple[str, Cell, float]
"""Record, cell and value: the same, whoever owns it and however often the record was touched since."""


@dataclass(frozen=True)
class Measure:
    """What is added up, in cells that nobody chooses. No two measures add up the same figures, so that none cuts what another sums.

    figures: the cells of a record with its figure in each.
    """

    name: str
    kind: str
    unit: str
    meaning: str
    cells: tuple[str, ...]
    figures: Callable[[PactRecord], Iterable[tuple[Cell, float]]]


def _capacity(record: Any) -> Iterator[tuple[Cell, float]]:
    for each in getattr(record, "outputs", ()):
        yield (each.mineral, each.stage), each.capacity


def _money(record: Any) -> Iterator[tuple[Cell, float]]:
    for each in getattr(record, "finance", ()):
        if each.amount is not None and each.currency is not None:
            yield (each.instrument, each.currency), each.amount


MEASURES: dict[str, Measure] = {
    each.name: each
    for each in (
        Measure(
            "project-capacity", "project", "t of content a year", "what projects can make at full capacity",
            ("mineral", "stage"), _capacity,
        ),
        Measure(
            "project-finance", "project", "money of the currency", "money in the finance stacks of projects",
            ("instrument", "currency"), _money,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Unknown:
    """One figure that must not follow: whose it is, and which."""

    owner: str
    record: str
    cell: Cell
    figure: float

    @property
    def of(self) -> Figure:
        """The figure itself."""
        return self.record, self.cell, self.figure


@dataclass(frozen=True)
class Sum:
    """What is said of one cell. since: day from which it stands, as the figures were then; they may have changed since."""

    cell: Cell
    figure: float
    since: date

    def record(self) -> dict[str, Any]:
        """The sum in JSON terms."""
        return {"cell": list(self.cell), "figure": self.figure, "since": self.since.isoformat()}


class Aggregates:
    """The sums of one pact."""

    def __init__(self, pact: Pact, measures: Mapping[str, Measure] = MEASURES) -> None:
        self.pact, self.measures = pact, measures
        self._at = lru_cache(maxsize=100_000)(self._record_at)
        self._public = lru_cache(maxsize=100_000)(self._public_figures)
        self._settled: dict[str, int] = {}

    def of(self, name: str) -> tuple[Sum, ...]:
        """What may be said of a measure, cell by cell; a cell that is not there is empty or withheld. Raises UnknownName for another."""
        if name not in self.measures:
            raise unknown("aggregates", "measure", name, self.measures)
        measure = self.measures[name]
        state = self.pact.store.state()
        if self._settled.get(name) != state.seq:
            if self._plan(measure, state):  # looks up old versions too, before the lock is taken
                self.pact.store.append(lambda now: self._drafts(measure, now), actor=ADDER.id)
                state = self.pact.store.state()
            self._settled[name] = state.seq
        found: dict[Cell, Sum] = {}
        for each in self._released(measure, state):
            record: Any = each.record
            found[record.cell] = Sum(record.cell, record.figure, each.effective)
        return tuple(found[cell] for cell in sorted(found))

    def _drafts(self, measure: Measure, state: State) -> list[Draft]:
        """Releases that are new, each tested after the ones before it."""
        return [self.pact.draft(ADDER, Command("release", "add", data), state) for data in self._plan(measure, state)]

    def _plan(self, measure: Measure, state: State) -> list[dict[str, Any]]:
        released = [(each, frozenset(self._unknowns(each))) for each in self._released(measure, state)]
        rows = [row for _, row in released]
        newest = {each.record.cell: row for each, row in released}  # type: ignore[attr-defined]
        least, largest = _limits(state)
        cells, planned = self._cells(measure, state), []
        known = self._known(measure, state, [*rows, *(frozenset(_all(found)) for found in cells.values())])
        for cell, found in sorted(cells.items()):
            row = frozenset(_all(found))
            hidden = [each for each in row if each.of not in known]
            broad = _broad(row, least, largest) and _broad(hidden, least, largest)
            if row == newest.get(cell) or not broad or not keeps_everybody(rows, row, known):
                continue
            rows.append(row)
            parts = [{"record": kept.id, "version": kept.version} for kept, _ in found]
            figure = fsum(each.figure for each in row)
            planned.append({"measure": measure.name, "cell": list(cell), "figure": figure, "parts": parts})
        return planned

    def _known(self, measure: Measure, state: State, rows: Iterable[frozenset[Unknown]]) -> frozenset[Figure]:
        """Figures that were public at some time, of all records in some sums."""
        records = {each.record for row in rows for each in row}
        versions = {each: kept.version if (kept := state.get(measure.kind, each)) else 0 for each in records}
        return frozenset[Figure]().union(*(self._public(measure.name, *each) for each in versions.items()))

    def _cells(self, measure: Measure, state: State) -> dict[Cell, list[tuple[Kept, list[Unknown]]]]:
        """The records in each cell that are not public, with their figures."""
        cells: dict[Cell, list[tuple[Kept, list[Unknown]]]] = {}
        for kept in state.all(measure.kind):
            if kept.record.tier in {"party", "firm"} and not kept.record.demonstration:
                for cell, unknowns in _by_cell(measure, kept.record).items():
                    cells.setdefault(cell, []).append((kept, unknowns))
        return cells

    def _released(self, measure: Measure, state: State) -> list[Kept]:
        """Releases of a measure, oldest first."""
        return [each for each in state.all("release") if each.record.measure == measure.name]  # type: ignore[attr-defined]

    def _unknowns(self, release: Kept) -> Iterator[Unknown]:
        """The figures of a release, looked up in the log as they stood."""
        record: Any = release.record
        measure = self.measures[record.measure]
        for part in record.parts:
            yield from _by_cell(measure, self._at(measure.kind, part.record, part.version)).get(record.cell, [])

    def _public_figures(self, name: str, record: str, version: int) -> frozenset[Figure]:
        """Figures of a record that were public at some time up to a version."""
        measure, kept, found = self.measures[name], None, set()
        for event in self.pact.store.events(kind=measure.kind, record=record):
            kept = stepped(kept, event) if event.draft.version <= version else kept
            if kept is not None and kept.record.tier == "public":
                found |= {each.of for unknowns in _by_cell(measure, kept.record).values() for each in unknowns}
        return frozenset(found)

    def _record_at(self, kind: str, record: str, version: int) -> PactRecord:
        kept: Kept | None = None
        for event in self.pact.store.events(kind=kind, record=record):
            if event.draft.version <= version:
                kept = stepped(kept, event)
        if kept is None:
            raise KeyError(record)
        return kept.record


def _all(found: Iterable[tuple[Kept, list[Unknown]]]) -> Iterator[Unknown]:
    """The figures of the records of a cell."""
    return (each for _, unknowns in found for each in unknowns)


def _by_cell(measure: Measure, record: PactRecord) -> dict[Cell, list[Unknown]]:
    """The figures of a record, one a cell: several in one cell are one figure."""
    sums: dict[Cell, float] = {}
    for cell, figure in measure.figures(record):
        sums[cell] = sums.get(cell, 0.0) + figure
    return {cell: [Unknown(record.owner or "", record.id, cell, figure)] for cell, figure in sums.items()}


def _limits(state: State) -> tuple[int, float]:
    """Least contributors and largest share, from the parameters where those are stricter."""

    def value(name: str, otherwise: float) -> float:
        kept: Any = state.get("parameter", name)
        return otherwise if kept is None else float(kept.record.value)

    return max(LEAST, int(value("aggregate.least_contributors", LEAST))), min(
        LARGEST, value("aggregate.largest_share", LARGEST)
    )


def _broad(row: Iterable[Unknown], least: int, largest: float) -> bool:
    """Whether a sum is of enough contributors, none of whom is most of it. A figure below zero could hide one, and withholds it."""
    by_owner: dict[str, float] = {}
    for each in row:
        if each.figure < 0:
            return False
        by_owner[each.owner] = by_owner.get(each.owner, 0.0) + each.figure
    total = fsum(by_owner.values())
    contributing = [each for each in by_owner.values() if each > 0]
    return len(contributing) >= least and max(contributing) < largest * total


def keeps_everybody(
    rows: Sequence[frozenset[Unknown]], row: frozenset[Unknown], known: frozenset[Figure] = frozenset()
) -> bool:
    """Whether one more sum lets no combination follow of fewer than three contributors that did not follow before.

    known: figures that were public at some time, which anybody takes off a sum.
    """
    owners: dict[Figure, set[str]] = {}
    for each in (each for every in (*rows, row) for each in every if each.of not in known):
        owners.setdefault(each.of, set()).add(each.owner)
    figures = sorted(owners)
    before = _matrix(rows, figures)
    after = [*before, *_matrix([row], figures)]
    whole = rank(before), rank(after)
    everybody = sorted(set().union(*owners.values())) if owners else []
    for few in combinations(everybody, min(LEAST - 1, len(everybody))):
        others = [at for at, each in enumerate(figures) if owners[each].isdisjoint(few)]
        left = [rank([[line[at] for at in others] for line in each]) for each in (before, after)]
        if whole[1] - left[1] > whole[0] - left[0]:
            return False
    return True


def _matrix(rows: Sequence[frozenset[Unknown]], figures: Sequence[Figure]) -> list[list[int]]:
    """Which figures are in which sum."""
    return [[int(each in found) for each in figures] for found in ({each.of for each in row} for row in rows)]


def rank(matrix: Sequence[Sequence[int]]) -> int:
    """Rank of a matrix of whole numbers, modulo a large prime."""
    rows = [{at: value % PRIME for at, value in enumerate(row) if value % PRIME} for row in matrix]
    found = 0
    while rows:
        pivot = rows.pop()
        if not pivot:
            continue
        found += 1
        column, lead = next(iter(pivot.items()))
        inverse = pow(lead, -1, PRIME)
        for row in rows:
            if column in row:
                factor = row[column] * inverse
                for at, value in pivot.items():
                    changed = (row.get(at, 0) - factor * value) % PRIME
                    if changed:
                        row[at] = changed
                    else:
                        row.pop(at, None)
    return found

"""Pictures as data: what a picture says, and the table that says the same. The browser draws; without it the table stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

KINDS = ("map", "ranges", "bars", "sankey", "fan", "lines", "grid", "routes")
STEPS = 6
"""Most classes of a map."""


@dataclass(frozen=True)
class Column:
    """A column of the table: key of the row, heading, and whether it holds numbers (as text, with unit in the heading)."""

    key: str
    heading: str
    number: bool = False


def number(key: str, heading: str) -> Column:
    """A column of numbers."""
    return Column(key, heading, number=True)


@dataclass(frozen=True)
class Chart:
    """One picture with one idea.

    id: unique on the page. kind: one of KINDS. title: the finding. unit: of the axis. data: what the browser draws, in JSON terms.
    columns, rows: the table twin, every cell as text. source: publisher, year and grade. note: how to read it.
    """

    id: str
    kind: str
    title: str
    unit: str
    data: dict[str, Any]
    columns: tuple[Column, ...]
    rows: Sequence[dict[str, str]]
    source: str
    note: str = ""
    legend: tuple[tuple[str, str], ...] = field(default=())

    @property
    def drawn(self) -> dict[str, Any]:
        """What the browser is given."""
        return {"id": self.id, "kind": self.kind, "unit": self.unit, "title": self.title, **self.data}


def classes(values: Sequence[float], bounds: Sequence[float]) -> list[int]:
    """The class of each value between ascending ``bounds``: 0 below the first, ``len(bounds)`` from the last on."""
    return [sum(value >= bound for bound in bounds) for value in values]

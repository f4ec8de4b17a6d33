"""The tree of a figure: what it is, its value, its evidence, and what it follows from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Said:
    """One of several claims on the same thing, as a row: what differs, and what was made of it."""

    source: str
    value: str
    unit: str
    basis: str
    grade: str
    differs: str
    used: str
    asked: bool
    address: str


@dataclass(frozen=True)
class Node:
    """One figure and what it follows from.

    what: the figure in words. value: as printed, ``cannot tell`` where there is none; number: the same unrounded. unit, period,
    grade: of the value. formula: how it follows from its children, in words; empty for a fact. source: publisher, title and
    year; link: where the publisher has it; accessed: when it was read. address: what :func:`orepact.api.why.tree` is asked
    for to get this node by itself; empty where it has none. lines: what else is recorded, name and text. claims: all claims on
    the thing, side by side; rule: which of them counts. children: what it follows from.
    """

    what: str
    value: str = ""
    number: float | None = None
    unit: str = ""
    period: str = ""
    grade: str = ""
    formula: str = ""
    source: str = ""
    link: str = ""
    licence: str = ""
    accessed: str = ""
    address: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    claims: tuple[Said, ...] = ()
    rule: str = ""
    children: tuple[Node, ...] = ()

    def record(self) -> dict[str, Any]:
        """The tree in JSON terms."""
        return asdict(self)

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def short(self) -> Node:
        """The node without what is below it and beside it, to stand in a list; its address leads to the rest."""
        return replace(self, claims=(), rule="", children=(), lines=())


def not_found(place: str, wrong: str, found: str, todo: str) -> Exception:
    """The error of an address that leads nowhere."""
    from orepact.errors import MissingData, Problem

    return MissingData(Problem(place, wrong, found, todo))

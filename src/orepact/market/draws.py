"""Draws of a problem: how many there are, and the same problem for some of them only.

Any array of a problem may leave out its draw axis, or have length 1 there. What tells an array with a draw axis from one
without is its rank, so the rank of every field is written down here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from orepact.market.problem import Cap, Levy, Problem, Purchase, Stage, Support

Array = NDArray[np.float64]
Record = TypeVar("Record")
Chosen = NDArray[np.intp] | slice

TABLES = ("weights", "weights_now", "habit", "freight", "base_tariff", "tariff", "levy", "stopped", "detour")
RANKS: dict[type, dict[str, int]] = {
    Stage: {**dict.fromkeys(TABLES, 3), "sourcing": 1},
    Cap: {"limit": 1, "covered": 3, "of": 3},
    Levy: {"reference": 1, "width": 1, "quota": 1, "covered": 3},
    Support: {"width": 1},
    Purchase: {"price": 1, "most": 1},
}
"""Dimensions of an array that has a draw axis, by record and field; 2 where nothing is said. Covers have none, being 2."""

NO_ARRAYS = (str, bool, int)


def rows(record: Record, draws: NDArray[np.intp], total: int) -> Record:
    """A record of arrays whose first axis is always that of the draws, or 1, cut to some draws."""
    changes: dict[str, object] = {}
    for entry in fields(record):  # type: ignore[arg-type]
        value = getattr(record, entry.name)
        if is_dataclass(value):
            changes[entry.name] = rows(value, draws, total)
        elif value is not None and len(value) == total > 1:
            changes[entry.name] = value[draws]
    return replace(record, **changes)  # type: ignore[type-var]


def count_draws(problem: Problem) -> int:
    """Number of draws: the longest first axis of any array that has one."""
    return max([1, *(int(np.shape(value)[0]) for value, rank in _leaves(problem) if np.ndim(value) >= rank > 0)])


def _leaves(record: Any) -> Iterator[tuple[Array, int]]:
    """Every array of a record and of those in it, with the rank that it has when it has a draw axis."""
    if isinstance(record, tuple):
        for each in record:
            yield from _leaves(each)
        return
    ranks = RANKS.get(type(record), {})
    for entry in fields(record):
        value = getattr(record, entry.name)
        if is_dataclass(value) or isinstance(value, tuple):
            yield from _leaves(value)
        elif value is not None and not isinstance(value, NO_ARRAYS):
            yield value, ranks.get(entry.name, 2)


def take(problem: Problem, draws: Chosen, total: int) -> Problem:
    """The problem of some draws only: every array with a full draw axis is cut to them, and all are laid out row by row."""
    return _take(problem, draws, total)


def _take(record: Record, draws: Chosen, total: int) -> Record:
    ranks = RANKS.get(type(record), {})
    changes: dict[str, Any] = {}
    for entry in fields(record):  # type: ignore[arg-type]
        value = getattr(record, entry.name)
        if isinstance(value, tuple):
            changes[entry.name] = tuple(_take(each, draws, total) for each in value)
        elif is_dataclass(value):
            changes[entry.name] = _take(value, draws, total)
        elif isinstance(value, np.ndarray):
            changes[entry.name] = _cut(value, draws, total, ranks.get(entry.name, 2))
    return replace(record, **changes)  # type: ignore[type-var]


def _cut(value: Array, draws: Chosen, total: int, rank: int) -> Array:
    full = value.ndim == rank and value.shape[0] == total and total > 1
    return np.asarray(value[draws] if full else value, order="C")


def either(chosen: NDArray[np.bool_], one: Record, other: Record) -> Record:
    """Draws of one problem where ``chosen (B,)``, of another elsewhere; the two differ in their arrays only."""
    changes: dict[str, Any] = {}
    for entry in fields(one):  # type: ignore[arg-type]
        first, second = getattr(one, entry.name), getattr(other, entry.name)
        if isinstance(first, tuple):
            changes[entry.name] = tuple(either(chosen, a, b) for a, b in zip(first, second, strict=True))
        elif is_dataclass(first):
            changes[entry.name] = either(chosen, first, second)
        elif isinstance(first, np.ndarray) and first is not second:
            rank = RANKS.get(type(one), {}).get(entry.name, 2)
            mask = chosen.reshape(-1, *[1] * (rank - 1))
            changes[entry.name] = np.where(mask, first, second)
    return replace(one, **changes)  # type: ignore[type-var]

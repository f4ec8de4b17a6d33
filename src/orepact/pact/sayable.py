"""What a command may say at all, before anybody asks what it means.

Texts that can be written and read again, finite numbers, no endless nesting. It stands before the fingerprint of a request and before
every check of a record, so that whatever comes in from outside is refused with its place and in words.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from orepact.errors import Problem
from orepact.policy.record import LARGEST

if TYPE_CHECKING:
    from orepact.pact.pact import Command

DEEPEST = 12
"""Records inside records; the deepest of ours has three."""

MOST_VALUES = 20_000
"""Values in one command; they would not go into an event."""

LINES = "\n\r\t"
"""Control characters that texts may hold."""

UNWRITABLE = ("Cc", "Cs")
"""Categories of Unicode of what is no letter: control characters, and halves of characters."""


def unsayable(command: Command) -> list[Problem]:
    """What a command says that cannot be written."""
    found = [*_parts(command)]
    for name in ("data", "evidence"):
        found += _values(getattr(command, name), f"{_place(command)}, {name}")
    return found


def _parts(command: Command) -> Iterator[Problem]:
    place = _place(command)
    for name in ("kind", "verb", "record", "rule", "override"):
        said = getattr(command, name)
        if isinstance(said, str):
            yield from _text(said, f"{place}, {name}")
        elif said is not None:
            yield Problem(
                f"{place}, {name}", "it should be a text", type(said).__name__, "give a text, or leave it out"
            )
    data: Any = command.data
    if not isinstance(data, Mapping):
        yield Problem(f"{place}, data", "it should be fields with values", type(data).__name__, "give a record")
    rows: Any = command.evidence
    if not isinstance(rows, list | tuple) or not all(isinstance(each, Mapping) for each in rows):
        yield Problem(
            f"{place}, evidence", "it should be a list of records", type(rows).__name__, "give a list of records"
        )


def _place(command: Command) -> str:
    return f"{ascii(command.kind)[1:41]}, {ascii(command.verb)[1:41]}".replace("'", "")


def _values(value: Any, place: str) -> list[Problem]:
    """Everything in a value that cannot be written, up to the first few: one by one, so that no depth is too deep for us."""
    found: list[Problem] = []
    left: list[tuple[Any, str, int]] = [(value, place, 0)]
    seen = 0
    while left and len(found) < DEEPEST:
        each, at, depth = left.pop()
        seen += 1
        if seen > MOST_VALUES or depth > DEEPEST:
            more = f"over {MOST_VALUES} values" if depth <= DEEPEST else f"records inside records, over {DEEPEST} deep"
            return [Problem(place, "it is too much for one record", more, "say less at once")]
        if isinstance(each, Mapping):
            left += [(inner, f"{at}, {name}" if _is_name(name) else at, depth + 1) for name, inner in each.items()]
            found += [problem for name in each for problem in _name(name, at)]
        elif isinstance(each, list | tuple | set | frozenset):
            left += [(inner, at, depth + 1) for inner in each]
        else:
            found += _single(each, at)
    return found


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and name.isprintable() and len(name) <= 40


def _name(name: Any, place: str) -> Iterator[Problem]:
    if not isinstance(name, str):
        yield Problem(place, "the name of a field should be a text", type(name).__name__, "give a text")
    else:
        yield from _text(name, place)


def _single(value: Any, place: str) -> Iterator[Problem]:
    if isinstance(value, str):
        yield from _text(value, place)
    elif isinstance(value, float | int):
        if not math.isfinite(value) if isinstance(value, float) else abs(value) > LARGEST:
            found = str(value) if isinstance(value, float) else "a larger one"
            yield Problem(place, f"it should be a finite number up to {LARGEST:g}", found, "correct it")
    elif value is not None and not isinstance(value, date | BaseModel):
        yield Problem(
            place, "it is nothing that a record holds", type(value).__name__, "give a text, a number or a day"
        )


def _text(text: str, place: str) -> Iterator[Problem]:
    bad = next((each for each in text if unicodedata.category(each) in UNWRITABLE and each not in LINES), None)
    if bad is not None:
        todo = "take it out"
        yield Problem(place, "it holds a character that cannot be written", f"U+{ord(bad):04X}", todo)

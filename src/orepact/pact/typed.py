"""What people write in a cell, a form or after ``--set``, as what a verb asks for."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin

from orepact.errors import Problem, unknown_problem
from orepact.pact.kinds import KINDS
from orepact.policy.record import Record

LONGEST_CELL = 20_000
YES, NO = {"yes", "true", "1"}, {"no", "false", "0"}


def typed(kind: str, verb: str, field: str, text: str) -> Any:
    """A text as the value of a field: lists joined by |, records in JSON, nothing for none; what cannot be stays text, to be refused."""
    step = KINDS[kind].verbs.get(verb)
    known = step.asks.model_fields.get(field) if step else None
    if known is None:
        return text
    return value_of(known.annotation, text)


def fields_of(record: type[Record], cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """Fields of a record from texts by name, and what is wrong with the names; an empty text says nothing.

    A field inside another is named ``due.on``.
    """
    found: dict[str, Any] = {}
    problems = []
    for name, cell in cells.items():
        if not cell.strip():
            continue
        outer, _, inner = name.partition(".")
        known = record.model_fields.get(outer)
        nested = record_in(known.annotation) if known is not None and inner else None
        if known is None or (inner and (nested is None or inner not in nested.model_fields)):
            problems.append(unknown_problem(name, "field", name, record.model_fields))
        elif len(cell) > LONGEST_CELL:
            problems.append(Problem(name, "the text is too long", f"{len(cell)} letters", f"give up to {LONGEST_CELL}"))
        elif nested is not None:
            found.setdefault(outer, {})[inner] = value_of(nested.model_fields[inner].annotation, cell)
        else:
            found[outer] = value_of(known.annotation, cell)
    return found, problems


def record_in(annotation: Any) -> type[Record] | None:
    """The record that a field holds; None where it holds none, or several."""
    found = [each for each in _kinds(annotation) if _is_record(each)]
    return found[0] if len(found) == 1 else None


def value_of(annotation: Any, text: str) -> Any:
    """A text as a value of a type."""
    text = text.strip()
    if not text and _may_be_none(annotation):
        return None
    kinds = _kinds(annotation)
    if text[:1] in {"{", "["} and (tuple in kinds or any(_is_record(each) for each in kinds)):
        return _json(text)
    if tuple in kinds:
        return _several(annotation, text)
    if bool in kinds:
        return True if text.lower() in YES else False if text.lower() in NO else text
    if int in kinds or float in kinds:
        return _number(text, whole=float not in kinds)
    return text


def _several(annotation: Any, text: str) -> list[Any]:
    short = short_rows(annotation)
    if short is None:
        return [each.strip() for each in text.split("|") if each.strip()]
    return [_row(short, each) for each in text.replace("\n", "|").split("|") if each.strip()]


def holds_records(annotation: Any) -> bool:
    """Whether a field holds several records."""
    inside = [part for part in get_args(annotation) for part in _kinds(part)] if tuple in _kinds(annotation) else []
    return any(_is_record(each) for each in inside) or any(holds_records(part) for part in _parts(annotation))


MOST_PARTS = 3
"""Fields of a record that goes into one line."""


def short_rows(annotation: Any) -> type[Record] | None:
    """The record of which a field holds several, where each goes into a line, its parts joined by colons: ``Hamburg: 3000``."""
    inside = [part for kind in _alternatives(annotation) if get_origin(kind) is tuple for part in get_args(kind)]
    found = [each for each in inside if _is_record(each)]
    if len(found) != 1 or len(found[0].model_fields) > MOST_PARTS:
        return None
    plain = all(
        not (tuple in (kinds := _kinds(each.annotation)) or any(map(_is_record, kinds)))
        for each in found[0].model_fields.values()
    )
    return found[0] if plain else None


def row_text(said: Mapping[str, Any]) -> str:
    """A record as a line that :func:`value_of` reads."""
    return ": ".join("" if value is None else str(value) for value in said.values())


def _row(record: type[Record], text: str) -> dict[str, Any]:
    fields = list(record.model_fields.items())
    parts = [each.strip() for each in text.split(":")]
    parts = (
        [":".join(parts[: len(parts) - len(fields) + 1]), *parts[len(parts) - len(fields) + 1 :]]
        if len(parts) > len(fields)
        else parts
    )
    return {name: value_of(info.annotation, part) for (name, info), part in zip(fields, parts, strict=False) if part}


def _alternatives(annotation: Any) -> list[Any]:
    """The types that a field may be of, with what stands in them."""
    if get_origin(annotation) in {Union, types.UnionType}:
        return [kind for each in get_args(annotation) for kind in _alternatives(each)]
    return _alternatives(get_args(annotation)[0]) if hasattr(annotation, "__metadata__") else [annotation]


def _parts(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in {Union, types.UnionType} else ()


def is_list(annotation: Any) -> bool:
    """Whether a field holds several values."""
    return tuple in _kinds(annotation)


def _kinds(annotation: Any) -> list[Any]:
    if get_origin(annotation) in {Union, types.UnionType}:
        return [kind for each in get_args(annotation) for kind in _kinds(each)]
    if hasattr(annotation, "__metadata__"):
        return _kinds(get_args(annotation)[0])
    return [get_origin(annotation) or annotation]


def _may_be_none(annotation: Any) -> bool:
    return type(None) in _kinds(annotation) or tuple in _kinds(annotation)


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Record)


def _number(text: str, *, whole: bool) -> Any:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        return text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text

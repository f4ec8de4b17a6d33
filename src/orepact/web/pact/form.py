"""Forms for what can be done to a record, made of the attribute tables of its verb, and what somebody sent with one."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from orepact.errors import BadInput, Problem
from orepact.pact import Command
from orepact.pact.importing import evidence_of
from orepact.pact.kinds import KINDS
from orepact.pact.kinds.base import Kind, PactRecord, Verb
from orepact.pact.state import Kept
from orepact.pact.typed import fields_of, holds_records, is_list, record_in, row_text, short_rows
from orepact.policy.record import Record

Control = Literal["text", "area", "number", "date", "choice", "yesno", "list", "several", "rows"]
LONG = 400
"""Letters from which a text has a box of several lines."""

ACT = ("effective", "under", "evidence", "override", "key", "version")
"""Boxes that say how it is done. No field of a record has one of these names."""

WHO = ("owner", "tier", "readers")
"""Fields that say who keeps and who reads a record; they stand apart."""

SKIPPED = ("id", "demonstration")
NOT_SAID = {"token": {"person", "ended"}, "person": {"ended"}}
"""Fields by kind that no box holds: a token is for whoever makes it, and what ends ends by a verb of its own."""


@dataclass(frozen=True)
class Field:
    """One box. group: the field that it lies in; empty where it stands alone. options: names that can be completed, by kind of record."""

    name: str
    label: str
    control: Control
    meaning: str
    unit: str
    needed: bool
    choices: tuple[str, ...] = ()
    group: str = ""


def boxes_of(kind: Kind, verb: Verb) -> tuple[Field, ...]:
    """The boxes of a verb of a kind: of the record itself without what only other verbs say."""
    left = kind.derived | NOT_SAID.get(kind.name, set()) if verb.asks is kind.record else frozenset()
    return fields(verb, frozenset(left))


def fields(verb: Verb, derived: frozenset[str] = frozenset()) -> tuple[Field, ...]:
    """The boxes of a verb. derived: fields that no box is for. What holds several records has none: verbs state those one at a time."""
    if verb.asked_by:
        return ()
    shown = [
        (name, info)
        for name, info in verb.asks.model_fields.items()
        if name not in SKIPPED
        and name not in derived
        and (short_rows(info.annotation) or not holds_records(info.annotation))
    ]
    shown.sort(key=lambda each: each[0] == "note")
    return tuple(box for name, info in shown for box in _boxes(name, info, verb))


def _boxes(name: str, info: FieldInfo, verb: Verb) -> list[Field]:
    inner = record_in(info.annotation)
    if inner is not None:
        return [
            _box(f"{name}.{each}", field, needed=False, group=name)
            for each, field in inner.model_fields.items()
            if record_in(field.annotation) is None
        ]
    return [_box(name, info, needed=info.is_required() and not verb.partial)]


def _box(name: str, info: FieldInfo, *, needed: bool, group: str = "") -> Field:
    short = short_rows(info.annotation)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    control, choices = _control(info)
    label = name.rpartition(".")[2].replace("_", " ")
    return Field(
        name,
        label[:1].upper() + label[1:],
        control,
        (info.description or "") + (f"; one a line: {': '.join(short.model_fields)}" if short else ""),
        str(extra.get("unit", "")),
        needed,
        choices,
        group,
    )


def _control(info: FieldInfo) -> tuple[Control, tuple[str, ...]]:
    kinds = _plain(info.annotation)
    choices = tuple(str(each) for kind in kinds if get_origin(kind) is Literal for each in get_args(kind))
    if is_list(info.annotation):
        among = tuple(str(each) for each in _several(info.annotation))
        return ("several" if among else "rows" if short_rows(info.annotation) else "list"), among
    if choices:
        return "choice", choices
    if bool in kinds:
        return "yesno", ("yes", "no")
    if date in kinds:
        return "date", ()
    if int in kinds or float in kinds:
        return "number", ()
    longest = max((getattr(each, "max_length", None) or 0 for each in info.metadata), default=0)
    return ("area" if longest >= LONG else "text"), ()


def _plain(annotation: Any) -> list[Any]:
    if get_origin(annotation) in {Union, types.UnionType}:
        return [kind for each in get_args(annotation) for kind in _plain(each)]
    if hasattr(annotation, "__metadata__"):
        return _plain(get_args(annotation)[0])
    return [annotation]


def _several(annotation: Any) -> list[Any]:
    """The values among which a list chooses; nothing where it may hold anything."""
    inside = [each for part in _plain(annotation) if get_origin(part) is tuple for each in get_args(part)]
    return [each for part in inside if get_origin(part) is Literal for each in get_args(part)]


def values(kind: Kind, verb: Verb, kept: Kept | None) -> dict[str, str]:
    """What the boxes hold before anybody types: what the record says, where the verb changes it."""
    if kept is None or not (verb.partial or verb.name == "grant"):
        return {name: _text(list(value) if isinstance(value, tuple) else value) for name, value in _first(verb)}
    return filled(kept.record, boxes_of(kind, verb))


def _first(verb: Verb) -> list[tuple[str, Any]]:
    """What the fields of a verb are when left out."""
    firsts = ((name, info.get_default(call_default_factory=True)) for name, info in verb.asks.model_fields.items())
    return [(name, first) for name, first in firsts if isinstance(first, str | tuple) and first]


def filled(record: PactRecord, boxes: tuple[Field, ...]) -> dict[str, str]:
    """The fields of a record as texts for boxes."""
    said = record.model_dump(mode="json")
    found = {}
    for box in boxes:
        outer, _, inner = box.name.partition(".")
        value = said.get(outer)
        value = value.get(inner) if inner and isinstance(value, dict) else value
        found[box.name] = _text(value)
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "\n".join(map(row_text, value))
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)


def command_of(kind: str, verb: str, record: str | None, sent: Mapping[str, str], kept: Kept | None) -> Command:
    """What somebody sent, as a command. Raises BadInput for boxes that no field has and for what is no day."""
    step = KINDS[kind].verbs[verb]
    said = {name: text for name, text in sent.items() if name not in ACT or name in step.asks.model_fields}
    given, problems = fields_of(step.asks, said)
    if step.partial and kept is not None:
        given |= _emptied(step.asks, said, kept)
        given = {name: value for name, value in given.items() if kept.record.model_dump(mode="json").get(name) != value}
    effective = _day(sent.get("effective", ""), problems)
    expected = _whole(sent.get("version", ""), problems)
    if problems:
        raise BadInput(problems)
    evidence = evidence_of("|".join(sent.get("evidence", "").split()))
    rule, override = sent.get("under", "").strip() or None, sent.get("override", "").strip() or None
    return Command(kind, verb, given, record, effective, rule, evidence, expected=expected, override=override)


def _emptied(asks: type[Record], said: Mapping[str, str], kept: Kept) -> dict[str, Any]:
    """Fields whose box was emptied, back to what they are when left out."""
    before = kept.record.model_dump(mode="json")
    found = {}
    for name, text in said.items():
        info = asks.model_fields.get(name)
        if info is not None and not text.strip() and not info.is_required() and before.get(name):
            found[name] = info.get_default(call_default_factory=True)
    return found


def _day(text: str, problems: list[Problem]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        problems.append(Problem("effective", "it is no day", f"'{text[:40]}'", "give a day like 2026-05-01"))
        return None


def _whole(text: str, problems: list[Problem]) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdigit():
        problems.append(Problem("version", "it is no version", f"'{text[:20]}'", "read the record again"))
        return None
    return int(text)


def field_of(problem: Problem, boxes: tuple[Field, ...]) -> str | None:
    """The box that a problem concerns, by its place; None where it concerns none."""
    names = {box.name for box in boxes} | set(ACT)
    parts = [part.strip() for part in problem.place.split(",")]
    for start in range(len(parts)):
        name = ".".join(parts[start:])
        if name in names:
            return name
    inside = [box.name for box in boxes if box.group and box.group in parts]
    return inside[0] if inside else None

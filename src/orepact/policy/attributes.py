"""The attribute table of a record: every field with its unit, default, meaning and source, written once where it is defined.

Parsing, error messages, documentation, the API's schema and forms all read the same entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Attribute:
    """One field of a record. default is ``None`` where the field must be given."""

    name: str
    unit: str
    default: Any
    meaning: str
    source: str
    needed: bool


def attribute(default: Any = ..., *, unit: str, meaning: str, source: str, **bounds: Any) -> Any:
    """A field of a record with its unit (``"1"`` for a pure number, ``"text"`` for a name), meaning and source.

    bounds: what pydantic checks of a value, such as ``ge=0``.
    """
    if not (unit and meaning and source):
        raise ValueError("an attribute needs a unit, a meaning and a source")
    return Field(default, description=meaning, json_schema_extra={"unit": unit, "source": source}, **bounds)


def attributes(record: type[BaseModel]) -> tuple[Attribute, ...]:
    """The attribute table of a record, in the order in which its fields are written; ``kind`` is not a field to be set."""
    return tuple(_entry(name, field) for name, field in record.model_fields.items() if name != "kind")


def _entry(name: str, field: FieldInfo) -> Attribute:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return Attribute(
        name=name,
        unit=str(extra.get("unit", "")),
        default=None if field.is_required() else field.get_default(call_default_factory=True),
        meaning=field.description or "",
        source=str(extra.get("source", "")),
        needed=field.is_required(),
    )

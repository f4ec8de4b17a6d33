"""What the records of prices, dates and money share: they are frozen, refuse unknown fields, and say all that is wrong at once.

A number is a finite number (never a text or a truth value), a day is written 2025-10-01, a unit is one that is known.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from orepact.errors import BadInput, Problem, unknown_problem
from orepact.policy.attributes import attribute, attributes

MONTHS_A_YEAR = 12
LONGEST_SHOWN = 60
"""Letters of a found value that an error repeats."""

Unit = Literal["t", "kg", "g", "lb", "toz", "mtu"]
UNITS: dict[str, str] = {
    "t": "tonne",
    "kg": "kilogram",
    "g": "gram",
    "lb": "pound",
    "toz": "troy ounce",
    "mtu": "metric ton unit (10 kg of content)",
}
OPTIONS = {"first": "from", "last": "to"}
"""Options of a command that are named otherwise than the field that they fill."""

USER = "given by the user"
"""The source of an attribute that a user's own case supplies."""


def _iso_day(value: Any) -> Any:
    """A day from 2025-10-01; a number or a moment is not a day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("a day that exists") from None
    raise ValueError("a day like 2025-10-01")


Day = Annotated[date, BeforeValidator(_iso_day)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Text = Annotated[str, Field(min_length=1)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Record(BaseModel):
    """A frozen record in which an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def number(default: Any = ..., *, unit: str, meaning: str, source: str, **bounds: Any) -> Any:
    """An attribute that is a finite number: ``True``, ``"5"`` and NaN are refused."""
    return attribute(default, unit=unit, meaning=meaning, source=source, strict=True, allow_inf_nan=False, **bounds)


def not_before(last: date | None, first: date | None) -> date | None:
    """``last``, if it does not lie before ``first``; for validators, whose errors pydantic collects."""
    if last is not None and first is not None and last < first:
        raise ValueError(f"on or after {first}, where it begins")
    return last


def per(currency: str | None, unit: str) -> str:
    """The unit of a price in words: ``EUR per t``."""
    return f"{currency or 'money'} per {unit}"


def inputs_of(record: Record, currency: str | None, unit: str) -> dict[str, dict[str, Any]]:
    """Every field of a record with its value and its unit, in which money and unit of mass are named."""
    named = {"money per unit": per(currency, unit), "unit": unit, "money": currency or "money"}
    given = record.model_dump(mode="json", exclude={"kind"})
    return {
        each.name: {"value": given[each.name], "unit": named.get(each.unit, each.unit)}
        for each in attributes(type(record))
    }


def in_force(on: date | None, first: date | None, last: date | None) -> bool:
    """Whether a day lies within both ends; an end that is not given is open, and no day means one that lies within."""
    return on is None or ((first is None or first <= on) and (last is None or on <= last))


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


Some = TypeVar("Some", bound=Record)


def read(record: type[Some], given: Mapping[str, Any], place: str = "") -> Some:
    """The record of what was given; BadInput with everything that is wrong. place: "" names fields as options."""
    try:
        return record.model_validate(dict(given))
    except ValidationError as error:
        raise BadInput(problems_of(record, error, place)) from None


One = TypeVar("One", bound=Record)
Other = TypeVar("Other", bound=Record)


def read_both(one: type[One], other: type[Other], given: Mapping[str, Any]) -> tuple[One, Other]:
    """Two records of what was given together, such as a rule and what it is put to; BadInput with everything that is wrong."""
    mine = {name: value for name, value in given.items() if name in one.model_fields}
    theirs = {name: value for name, value in given.items() if name in other.model_fields}
    known = [*one.model_fields, *other.model_fields]
    raise_all(
        [
            *wrong_with(one, mine),
            *wrong_with(other, theirs),
            *(unknown_problem(_option([name]), "field", name, known) for name in given if name not in known),
        ]
    )
    return one.model_validate(mine), other.model_validate(theirs)


def wrong_with(record: type[Record], given: Mapping[str, Any], place: str = "") -> list[Problem]:
    """All that keeps what was given from being the record."""
    try:
        record.model_validate(dict(given))
    except ValidationError as error:
        return problems_of(record, error, place)
    return []


def raise_all(problems: Iterable[Problem]) -> None:
    """Raise BadInput with all problems, if there are any."""
    found = list(problems)
    if found:
        raise BadInput(found)


def problems_of(record: type[Record], error: ValidationError, place: str) -> list[Problem]:
    """What pydantic found, in the grammar of errors."""
    return [_problem(record, dict(each), place) for each in error.errors()]


def _problem(record: type[Record], error: dict[str, Any], place: str) -> Problem:
    where = [str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"]]
    spot = ", ".join([place, *where]) if place else _option(where)
    kind, meaning = str(error["type"]), _meanings(record).get(where[0] if where else "", "")
    todo = f"give {meaning}" if meaning else "correct it"
    if kind == "extra_forbidden" and len(where) == 1:
        return unknown_problem(place or spot, "field", where[-1], record.model_fields)
    if kind == "missing":
        return Problem(spot, "it is needed and not given", "nothing", todo)
    if where and where[-1] == "unit" and kind == "literal_error":
        known = ", ".join(f"{short} ({word})" for short, word in UNITS.items())
        return Problem(spot, "there is no unit of that name", _shown(error.get("input")), f"choose one of {known}")
    if kind == "string_pattern_mismatch":
        return Problem(spot, "a code is three capital letters", _shown(error.get("input")), "give one like EUR or CHN")
    words = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input should be ").removeprefix("Input ")
    return Problem(spot, f"it should be {words}", _shown(error.get("input")), todo)


def _option(where: list[str]) -> str:
    """The option that fills a field: ``--from`` for first, ``--cap-rate`` for cap_rate."""
    return "--" + " ".join(OPTIONS.get(part, part) for part in where).replace("_", "-")


def _meanings(record: type[Record]) -> dict[str, str]:
    return {each.name: each.meaning for each in attributes(record)}


def _shown(value: Any) -> str:
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"

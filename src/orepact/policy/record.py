"""What the records of prices, dates and money share: they are frozen, refuse unknown fields, and say all that is wrong at once.

A number is a finite number (never a text or a truth value), a day is written 2025-10-01, a unit is one that is known.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from orepact.errors import BadInput, Problem, unknown_problem
from orepact.policy.attributes import attribute, attributes

MONTHS_A_YEAR = 12
LARGEST = 1e15
"""No amount of money or mass is larger; two of them multiply to a number that can be printed."""

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
OPTIONS = {"first": "from", "last": "to", "day": "on"}
"""Options of a command that are named otherwise than the field that they fill; YAML reads the word on as a truth value."""

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
_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP
CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY
KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XDR XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())
"""Money in use, by ISO 4217, and the special drawing rights of the International Monetary Fund."""


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("a currency in use by its code of ISO 4217, such as EUR, USD or CNY")
    return code


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("more than blanks")
    return text


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$"), AfterValidator(_known_currency)]
Text = Annotated[str, Field(min_length=1), AfterValidator(_not_blank)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Record(BaseModel):
    """A frozen record in which an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def number(default: Any = ..., *, unit: str, meaning: str, source: str, **bounds: Any) -> Any:
    """An attribute that is a finite number: ``True``, ``"5"`` and NaN are refused, and what is larger than any amount."""
    if not {"lt", "le"} & set(bounds):
        bounds["le"] = LARGEST
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
    """What pydantic found, in the grammar of errors; a list is not called too short for rows that are wrong themselves."""
    errors = error.errors()
    inside = {each["loc"][:at] for each in errors for at in range(1, len(each["loc"]))}
    told = [each for each in errors if not (each["type"] == "too_short" and each["loc"] in inside)]
    return [_problem(record, dict(each), place) for each in told]


def _problem(record: type[Record], error: dict[str, Any], place: str) -> Problem:
    where = [str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"]]
    spot = ", ".join([place, *where]) if place else _option(where)
    if error["type"] == "extra_forbidden" and len(where) == 1:
        return unknown_problem(place or spot, "field", where[-1], record.model_fields)
    return Problem(spot, *_words(error, where, _todo(record, where)))


def _words(error: dict[str, Any], where: list[str], todo: str) -> tuple[str, str, str]:
    """What is wrong, what was found, and what to do."""
    found, last = shown(error.get("input")), where[-1] if where else ""
    units = ", ".join(f"{short} ({word})" for short, word in UNITS.items())
    kinds = error.get("ctx", {}).get("expected_tags", "those of its page")
    known = {
        "too_short": ("at least one is needed", "none", todo),
        "string_too_short": ("it is empty", found, todo),
        "model_type": ("it has fields of its own", found, "give each of them with its name"),
        "tuple_type": ("it is a list", found, todo),
        "missing": ("it is needed and not given", "nothing", todo),
        "extra_forbidden": ("there is no field of that name", f"'{last}'", "leave it out"),
        "string_pattern_mismatch": ("a code is three capital letters", found, "give one like EUR or CHN"),
        "union_tag_invalid": ("there is no such kind", found, f"choose one of {kinds}"),
        "union_tag_not_found": ("it has no kind", found, "say which kind it is"),
    }
    if last == "unit" and error["type"] == "literal_error":
        return "there is no unit of that name", found, f"choose one of {units}"
    if error["type"] in known:
        return known[error["type"]]
    words = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input should be ").removeprefix("Input ")
    return (f"it should be {words}" if where else words), found, todo


def _todo(record: type[Record], where: list[str]) -> str:
    """Give what the field means; a field inside another is only to be corrected."""
    meanings = {each.name: each.meaning for each in attributes(record)}
    return f"give {meanings[where[0]]}" if len(where) == 1 and where[0] in meanings else "correct it"


def _option(where: list[str]) -> str:
    """The option that fills a field: ``--from`` for first, ``--cap-rate`` for cap_rate."""
    return "--" + " ".join(OPTIONS.get(part, part) for part in where).replace("_", "-")


def shown(value: Any) -> str:
    """What was found, as somebody would write it: texts in quotes, lists and keys without any marks of a language."""
    text = f"'{value}'" if isinstance(value, str) else _plain(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _plain(value: Any) -> str:
    if value is None or (isinstance(value, Mapping | list | tuple) and not value):
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plain(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain(each) for each in value)
    return str(value)

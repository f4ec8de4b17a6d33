"""Single values of a round's file, read exactly: no figure passes through a rounded number. Each raises BadInput."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from orepact.errors import BadInput, Problem

PARTS = {"%": 10_000_000, "ppm": 1_000, "ppb": 1}
"""Words for a part, with how many parts per billion each is."""

BILLION = 1_000_000_000
PART = re.compile(r"(\d+(?:\.\d+)?)\s*(%|ppm|ppb)")
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
CODE = re.compile(r"[A-Z]{3}")
MOST = 10**15
"""Quantities and prices from which a file is refused: sums of them stay exact."""


def shown(value: Any) -> str:
    """A value as errors repeat it."""
    text = "nothing" if value is None else f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def text(value: Any) -> str:
    """A name; YAML reads NO as false."""
    if isinstance(value, str) and value:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _refused("a name is needed", value, "put it in quotes")


def yes(value: Any) -> bool:
    """Yes or no."""
    if isinstance(value, bool):
        return value
    raise _refused("yes or no is needed", value, "write yes or no")


def currency(value: Any) -> str:
    """The code of a money."""
    if isinstance(value, str) and CODE.fullmatch(value):
        return value
    raise _refused("the code of a money is needed", value, "give one such as USD; all prices of a round are in it")


def whole(value: Any) -> int:
    """A whole number above zero."""
    found = whole_or_none(value)
    if not found:
        raise _refused("a whole number above 0 is needed", value, "leave the bid out, or correct it")
    return found


def whole_or_none(value: Any) -> int:
    """A whole number, 0 or more."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST:
        return value
    raise _refused("a whole number is needed", value, "give it in the round's unit, kg or g, without a decimal point")


def money(value: Any) -> int:
    """Money per tonne, 0 or more, with at most two decimals: in hundredths."""
    found = _decimal(value)
    if found is None or not 0 <= found < MOST:
        raise _refused("money per tonne of content is needed", value, "give a number of 0 or more")
    cents = found * 100
    if cents != cents.to_integral_value():
        raise _refused("money has two decimals at most", value, "round it")
    return int(cents)


def share(value: Any, place: str = "value") -> Fraction:
    """A share from 0 to 1, as 0.65 or 65 %. place: what errors call it."""
    percent = isinstance(value, str) and value.endswith("%")
    found = _decimal(value[:-1].strip() if percent else value)
    if found is not None:
        exact = Fraction(found) / (100 if percent else 1)
        if 0 <= exact <= 1:
            return exact
    raise _refused("a share from 0 to 1 is needed", value, "give one such as 0.65 or 65 %", place)


def part(value: Any) -> int:
    """A grade or an impurity, as 99.9 %, 50 ppm or 3 ppb: in parts per billion."""
    told = PART.fullmatch(value) if isinstance(value, str) else None
    if told is not None:
        exact = Decimal(told[1]) * PARTS[told[2]]
        if exact <= BILLION and exact == exact.to_integral_value():
            return int(exact)
    raise _refused("a part of the whole is needed, to the part per billion", value, "give one such as 99.9 % or 50 ppm")


def month(value: Any) -> int:
    """A month as 2026-11, counted from year 0."""
    found = MONTH.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _refused("a month is needed", value, "give one such as 2026-11")
    return 12 * int(found[1]) + int(found[2]) - 1


def window(value: Any) -> tuple[int, int]:
    """Months as ``2026-11 to 2027-03``, or one month."""
    ends = [each.strip() for each in value.split(" to ")] if isinstance(value, str) else [""]
    months = [month(each) for each in ends if MONTH.fullmatch(each)]
    if len(months) != len(ends) or len(ends) > 2 or months[0] > months[-1]:
        raise _refused("months from first to last are needed", value, "give them such as 2026-11 to 2027-03")
    return months[0], months[-1]


def month_text(number: int) -> str:
    """A month as people write it."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def part_text(number: int) -> str:
    """A part as people write it: in per cent from 0.1 % on, else in ppm."""
    word = "%" if number >= PARTS["%"] // 10 or not number else "ppm"
    return f"{format(Decimal(number) / PARTS[word], 'f')} {word}"


def _decimal(value: Any) -> Decimal | None:
    """A number exactly as it is written."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _refused(wrong: str, value: Any, todo: str, place: str = "value") -> BadInput:
    return BadInput(Problem(place, wrong, shown(value), todo))

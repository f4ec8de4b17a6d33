"""Amounts that add up exactly: masses in whole grams, yields and shares as decimal numbers, all of them fractions when calculated.

A number of a file is taken as it is written. ``0.1`` is one tenth, and not the binary number next to it, so that a balance is met or
broken, and never nearly met.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

GRAMS_A_KG = 1000
LARGEST_KG = Decimal(10) ** 12
"""No batch is larger: a billion tonnes."""

DIGITS = 12
"""Decimal places of a share or yield."""

WRITTEN = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,12})?")


def decimal_of(value: Any) -> Decimal:
    """A number as it is written; ValueError for what is none, for a truth value, and for what has too many digits."""
    text = _text_of(value)
    if not WRITTEN.fullmatch(text):
        raise ValueError("a number of zero or more, with at most twelve decimal places")
    return Decimal(text)


def _text_of(value: Any) -> str:
    """A number without a power of ten; empty for what is no number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return ""
    found = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return format(found, "f") if found.is_finite() and abs(found.adjusted()) < 2 * DIGITS else ""


def _kilograms(value: Any) -> Decimal:
    found = decimal_of(value)
    if found > LARGEST_KG:
        raise ValueError("at most 1e12 kg")
    if found != found.quantize(Decimal("0.001")):
        raise ValueError("kilograms with at most three decimal places: whole grams")
    return found


def _share(value: Any) -> Decimal:
    found = decimal_of(value)
    if found > 1:
        raise ValueError("a share from 0 to 1")
    return found


def plain_text(value: Decimal) -> str:
    """A decimal number without powers of ten and without zeros that say nothing."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


Kilograms = Annotated[Decimal, BeforeValidator(_kilograms), PlainSerializer(plain_text, return_type=str)]
"""A mass in kilograms, whole grams."""

Share = Annotated[Decimal, BeforeValidator(_share), PlainSerializer(plain_text, return_type=str)]
"""A part of one."""

Money = Annotated[Decimal, BeforeValidator(decimal_of), PlainSerializer(plain_text, return_type=str)]
"""An amount of money."""


def kg(amount: Fraction) -> str:
    """An amount in kilograms for people: whole grams, and about where it is none."""
    grams = amount * GRAMS_A_KG
    about = "" if grams.denominator == 1 else "about "
    whole, rest = divmod(round(grams), GRAMS_A_KG)
    return f"{about}{whole:,}".replace(",", "\u2009") + (f".{rest:03d}".rstrip("0") if rest else "") + " kg"


def percentage(share: Fraction) -> str:
    """A share for people, which is never rounded to nothing or to all."""
    value = float(100 * share)
    if share in {0, 1}:
        return f"{value:.0f}\u2009%"
    text = f"{value:.3g}"
    return f"{text}\u2009%" if 0 < float(text) < 100 else ("over 99.9\u2009%" if value > 1 else "under 0.001\u2009%")

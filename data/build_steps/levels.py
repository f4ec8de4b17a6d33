"""Levels picked out of other tables, and the ratio of two of them: the arithmetic of the backtest tables, with its words.

Rows are named as ``column=value`` joined by ``;``, several values by ``|``. Levels of several rows of trade or episodes are
summed. A range that the publisher prints behind a level, as in ``Argus (39,500-40,000)``, becomes its low and high end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from orepact.errors import BadInput, Problem

PRINTED = re.compile(r"\((?:[a-z]+ )?([\d,.]+)-([\d,.]+)( kt)?\)")
CONVERTED = {"USD/lb": ("USD/t", 2204.62262)}


@dataclass(frozen=True)
class Level:
    """A level in its unit with the range that its publisher prints, and where it comes from."""

    value: float
    low: float
    high: float
    unit: str
    words: str
    source: str
    grade: str
    told: str

    @property
    def is_change(self) -> bool:
        """Whether the figure is a change as a share of some base, and not a level."""
        return "change" in self.words


def rows_of(table: pd.DataFrame, where: str, place: str) -> pd.DataFrame:
    """The rows that ``where`` names; BadInput where there are none, or one of its columns does not exist."""
    found = table
    for part in where.split(";"):
        column, _, values = part.partition("=")
        if column not in found:
            raise BadInput(Problem(place, "a column does not exist", f"'{column}'", f"name one of {', '.join(table)}"))
        found = found[found[column].isin(values.split("|"))]
    if found.empty:
        raise BadInput(Problem(place, "no row is as it says", where, "correct the row in data/own"))
    return found


def level_of(table: pd.DataFrame, name: str, where: str, place: str, *, unit_value: bool = False) -> Level:
    """The level in the rows of table ``name`` that ``where`` says; ``unit_value`` divides the value of trade by its tonnes."""
    rows = rows_of(table, where, place)
    if name == "trade":
        return _of_trade(rows, unit_value=unit_value)
    if len(set(rows["unit"])) > 1 or (len(rows) > 1 and name != "episodes"):
        raise BadInput(Problem(place, "more than one level is named", f"{len(rows)} rows for {where}", "name one"))
    value, unit = float(rows["value"].sum()), str(rows["unit"].iloc[0])
    low, high = _printed_range(str(rows["basis"].iloc[0]), value)
    unit, factor = CONVERTED.get(unit, (unit, 1.0))
    told = "; ".join(rows[["basis", "note"]].fillna("").agg("; ".join, axis=1))
    words = f"{_said(rows)}: {factor * value:,.6g} {unit}"
    source, grade = str(rows["source"].iloc[0]), str(rows["grade"].max())
    return Level(factor * value, factor * low, factor * high, unit, words, source, grade, told)


def _said(rows: pd.DataFrame) -> str:
    """What some rows are of and when, in the words of their table; what they do not share is joined by ``and``."""
    said = [
        " and ".join(rows[column].unique())
        for column in ("measure", "scope", "form", "stage", "country")
        if column in rows and not rows[column].str.startswith(("annual average", "average", "concentrate,")).any()
    ]
    return f"{', '.join(said) or rows['form'].iloc[0]}, {' and '.join(rows['period'].unique())}"


def _of_trade(rows: pd.DataFrame, *, unit_value: bool) -> Level:
    tonnes, period = float(rows["value"].sum()), rows["period"].iloc[0]
    value, unit = (1e3 * float(rows["value_usd_k"].sum()) / tonnes, "USD/t") if unit_value else (tonnes, "t")
    codes = ", ".join(sorted(rows["hs6"].unique()))
    words = f"{'unit value' if unit_value else 'gross weight'} of {codes} of {rows['exporter'].iloc[0]} {period}: {value:,.6g} {unit}"
    return Level(value, value, value, unit, words, str(rows["source"].iloc[0]), str(rows["grade"].max()), "")


def _printed_range(basis: str, value: float) -> tuple[float, float]:
    printed = PRINTED.search(basis)
    if printed is None:
        return value, value
    factor = 1e3 if printed[3] else 1.0
    low, high = (factor * float(end.replace(",", "")) for end in printed.groups()[:2])
    return (low, high) if low <= value <= high else (value, value)


def ratio(base: Level | None, reading: Level, stated: str | None, place: str) -> tuple[float, float, float, str]:
    """Low, value and high of the reading as a ratio to the base, and the arithmetic in words.

    Without a base, the reading is itself a change, or ``stated`` is what its publisher says of it: a change (``-6.5%``) or
    the base (``above 0.90``), which must be found in the publisher's words.
    """
    if base is not None:
        if base.unit != reading.unit:
            found = f"{base.unit} and {reading.unit}"
            raise BadInput(Problem(place, "two levels have two units", found, "name levels in one unit"))
        words = f"{reading.words}; over {base.words}"
        return reading.low / base.high, reading.value / base.value, reading.high / base.low, words
    if stated is None:
        if not reading.is_change:
            raise BadInput(Problem(place, "there is nothing to compare with", reading.words, "name a base"))
        return (1 + reading.value,) * 3 + (f"1 + {reading.words}",)
    if stated not in reading.told:
        raise BadInput(Problem(place, f"the publisher does not say '{stated}'", reading.told, "correct 'stated'"))
    number = float(re.sub(r"[^\d.+-]", "", stated))
    value = 1 + number / 100 if stated.endswith("%") else reading.value / number
    return (value,) * 3 + (f"{reading.words}; '{stated}' as its note says",)

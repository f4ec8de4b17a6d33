"""Ranges that no open figure gives: read from the table of parameters, where each has its reason and grade E."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from orepact import facts
from orepact.errors import MissingData, Problem


@dataclass(frozen=True)
class Assumed:
    """A range with its middle, unit, grade and reason."""

    low: float
    value: float
    high: float
    unit: str
    grade: str
    why: str


@cache
def assumed(parameter: str, mineral: str = "*") -> Assumed:
    """The range of a parameter for a mineral, else that for all; MissingData where the table has neither."""
    table = facts.load("parameters")
    rows = table[(table["parameter"] == parameter) & table["mineral"].isin([mineral, "*"])]
    rows = rows.sort_values("mineral", ascending=False)
    if rows.empty:
        todo = "add the row to data/own/parameters.csv"
        raise MissingData(Problem("assumptions", f"there is no range of '{parameter}'", "no row in 'parameters'", todo))
    row = rows.iloc[0]
    low, value, high = (float(row[each]) for each in ("low", "value", "high"))
    return Assumed(low, value, high, str(row["unit"]), str(row["grade"]), str(row["note"]))

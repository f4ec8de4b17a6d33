"""A page of a table's rows: filtered, sorted, each with its address and whether another claim disagrees with it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orepact.errors import BadInput, Problem, unknown_problem
from orepact.facts.address import LEADING, TRAILING, address_columns
from orepact.facts.schemas import SCHEMAS
from orepact.facts.selection import check_tables, select
from orepact.facts.trail import OF_THE_CLAIM

if TYPE_CHECKING:
    import pandas as pd

MOST_LISTED = 1000
"""Rows that one page may hold."""


@dataclass(frozen=True)
class Rows:
    """Some rows of a table. total: rows that meet the conditions; start: position of the first of these, from 0."""

    table: str
    total: int
    start: int
    frame: pd.DataFrame

    @property
    def following(self) -> int | None:
        """Where the next page starts; None on the last."""
        end = self.start + len(self.frame)
        return end if end < self.total else None


def found_rows(
    table: str,
    *,
    mineral: str | None = None,
    country: str | None = None,
    period: str | None = None,
    source: str | None = None,
    where: Sequence[str] = (),
    sort: str | None = None,
    disputed: bool = False,
) -> pd.DataFrame:
    """All rows of ``table`` that meet the conditions of :func:`orepact.facts.select`, sorted.

    sort: a column, with ``-`` before it for the largest first; the table's own order when left out. disputed: only rows of
    things on which another claim of the table says something else.
    """
    check_tables([table])
    frame = select(table, mineral=mineral, country=country, period=period, source=source, where=where)
    if disputed:
        frame = frame[is_disputed(table, frame)]
    if sort is not None:
        column = sort.removeprefix("-")
        if column not in SCHEMAS[table].columns:
            raise BadInput(unknown_problem("sort", "column", column, SCHEMAS[table].columns))
        frame = frame.sort_values(column, ascending=not sort.startswith("-"), kind="stable", na_position="last")
    return frame.reset_index(drop=True)


def page_of(table: str, frame: pd.DataFrame, *, limit: int, offset: int) -> Rows:
    """Rows ``offset`` to ``offset + limit`` of a frame that :func:`found_rows` gave."""
    if not 1 <= limit <= MOST_LISTED:
        raise BadInput(Problem("limit", "the number of rows is out of bounds", str(limit), f"give 1 to {MOST_LISTED}"))
    if offset < 0:
        raise BadInput(Problem("offset", "a page starts at a row", str(offset), "give 0 or more"))
    return Rows(table, len(frame), offset, frame.iloc[offset : offset + limit].reset_index(drop=True))


def thing_columns(table: str) -> list[str]:
    """Columns that say what is measured: the key without those in which two claims on one thing may differ."""
    columns = address_columns(table)
    return [column for column in columns if column not in OF_THE_CLAIM] or list(columns)


def is_disputed(table: str, frame: pd.DataFrame) -> pd.Series:
    """For each row, whether another row of ``frame`` says something else of the same thing in the same unit."""
    import pandas as pd

    if table == "claims":
        from orepact.facts.claims import conflicts

        apart = conflicts()[list(SCHEMAS[table].key)].astype(str).agg("/".join, axis=1)
        return frame[list(SCHEMAS[table].key)].astype(str).agg("/".join, axis=1).isin(set(apart))
    if "value" not in frame or table == "sources":
        return pd.Series(data=False, index=frame.index)
    by = [*thing_columns(table), *(["unit"] if "unit" in frame else [])]
    said: pd.Series = frame.groupby(by, dropna=False)["value"].transform("nunique") > 1
    return said


def address_of(table: str, row: Mapping[Any, Any]) -> str:
    """The address of a row: its table and the values of its key, as :func:`orepact.facts.why` takes it."""
    schema = SCHEMAS[table]
    columns = [each for each in address_columns(table) if each in schema.key or each in (*LEADING, *TRAILING)]
    parts = [_part(column, row.get(column)) for column in columns]
    while parts and parts[-1] == "*":
        parts.pop()
    return "/".join([table, *parts])


def _part(column: str, value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "*"
    said = str(value).strip()
    if "/" in said and not re.fullmatch(r"\d{4}/\d{4}", said):
        return "*"
    return f"{column}=*" if said == "*" else said or "*"

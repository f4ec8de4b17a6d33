"""The address of a figure: a table and values of its columns, as in ``production/cobalt/mine/COD/2024``.

The parts follow the order of :func:`address_columns`: mineral and stage first, then the rest of the table's key, then the
period. A part is taken for the first column, from where the last part stopped, that holds it in the rows left so far; so what
is obvious may be left out (``prices/cobalt/2024``). ``*`` skips one column, ``column=value`` names one. Minerals, stages and
countries may be written as people write them. A text that no column holds whole is looked for inside texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orepact.errors import BadInput, MissingData, OrepactError, Problem, unknown, unknown_problem
from orepact.facts.names import STAGES, country_name, resolve_mineral
from orepact.facts.schemas import PERIOD, SCHEMAS
from orepact.facts.selection import PLACES, resolve_code
from orepact.facts.tables import load, tables

if TYPE_CHECKING:
    import pandas as pd

LEADING, TRAILING = ("mineral", "stage"), ("period",)
MOST_VALUES = 12
"""Valid parts that an error lists."""


@dataclass(frozen=True)
class Found:
    """Rows that an address leads to; ``parts`` is what each column was taken to be."""

    table: str
    parts: dict[str, str]
    rows: pd.DataFrame


def address_columns(table: str) -> tuple[str, ...]:
    """Columns of a table in the order in which an address names them."""
    schema = SCHEMAS[table]
    first = [column for column in LEADING if column in schema.columns and column not in schema.key]
    last = [column for column in TRAILING if column in schema.columns and column not in schema.key]
    return (*first, *schema.key, *last)


def follow(address: str) -> Found:
    """The rows that an address leads to.

    Raises:
        UnknownName: for a table that is none, or a part that is no value anywhere, with the nearest valid ones.
        MissingData: for a part that is a proper value but leads to no row, with the values that lead on.
    """
    table, *parts = [part.strip() for part in address.strip().strip("/").split("/")]
    parts = _joined(parts)
    if table not in SCHEMAS:
        raise unknown("why", "table", table, tables())
    rows, position = load(table), 0
    taken: dict[str, str] = {}
    columns = address_columns(table)
    for part in parts:
        if part in ("*", ""):
            position += 1
            continue
        name, equals, value = part.partition("=")
        if equals and name in SCHEMAS[table].columns:
            kept = rows[_matches(rows, name, value)]
            column = name
        else:
            column, kept = _first(rows, columns, position, part)
            position = columns.index(column) + 1 if column in columns else position
        if kept.empty:
            raise _leads_nowhere(table, rows, columns[position:] or columns, part, taken)
        rows, taken[column] = kept, part
    return Found(table, taken, rows.reset_index(drop=True))


def _joined(parts: list[str]) -> list[str]:
    """Parts with the two halves of a period like ``2016/2020`` put together again."""
    joined: list[str] = []
    for part in parts:
        halves = joined and re.fullmatch(r"\d{4}", joined[-1]) and re.fullmatch(r"\d{4}", part)
        if halves:
            joined[-1] += f"/{part}"
        else:
            joined.append(part)
    return joined


def _first(rows: pd.DataFrame, columns: tuple[str, ...], position: int, part: str) -> tuple[str, pd.DataFrame]:
    """The first column from ``position`` that holds ``part``, and the rows in which it does; no rows where none does."""
    for column in columns[position:]:
        kept = rows[_matches(rows, column, part)]
        if not kept.empty:
            return column, kept
    for column in columns[position:]:
        if column not in (*LEADING, *PLACES, "period") and rows[column].dtype.kind not in "fb":
            kept = rows[rows[column].str.contains(part, case=False, regex=False, na=False)]
            if not kept.empty:
                return column, kept
    return "", rows.iloc[:0]


def _matches(rows: pd.DataFrame, column: str, part: str) -> pd.Series:
    values = rows[column].astype(str)
    plain = values.str.casefold() == part.casefold()
    if plain.any():
        return plain
    try:
        if column == "mineral":
            return values == resolve_mineral(part)
        if column in PLACES:
            return values == resolve_code(part)[0] if len(resolve_code(part)) == 1 else plain
    except OrepactError:
        return plain
    if column == "stage":
        return values == STAGES.get(part.casefold(), part)
    return plain


def _leads_nowhere(
    table: str, rows: pd.DataFrame, columns: tuple[str, ...], part: str, taken: dict[str, str]
) -> OrepactError:
    """The error for a part that leads nowhere: by what it looks like, the nearest values that lead on."""
    place = f"why, {'/'.join([table, *taken.values()])}"
    column = _looks_like(columns, part)
    valid = sorted(rows[column].dropna().astype(str).unique())
    if column == "period" or _is_name(column, part):
        held = _some(valid, column)
        what = f"there is no figure for this {column}"
        return MissingData(Problem(place, what, f"'{part}', and figures for {held}", "choose one of these"))
    nearest = unknown_problem(place, f"{column} or other part", part, _candidates(rows, columns))
    if "choose one of" not in nearest.todo:
        return BadInput(nearest)
    todo = f"choose a {column} among {_some(valid, column)}"
    return BadInput(Problem(place, nearest.wrong, nearest.found, todo))


def _candidates(rows: pd.DataFrame, columns: tuple[str, ...]) -> list[str]:
    """Values that a mistyped part may have meant: countries by name, everything else as the rows have it."""
    values: list[str] = []
    for column in columns:
        if column in PLACES:
            values += [country_name(str(code)) for code in rows[column].dropna().unique()]
        elif rows[column].dtype.kind not in "fb":
            values += [str(value) for value in rows[column].dropna().unique()]
    return values


def _looks_like(columns: tuple[str, ...], part: str) -> str:
    if "period" in columns and re.fullmatch(PERIOD, part):
        return "period"
    for column in columns:
        if _is_name(column, part):
            return column
    return columns[0]


def _is_name(column: str, part: str) -> bool:
    """Whether a part is a proper name of what a column holds, even if no row has it."""
    try:
        if column == "mineral":
            return bool(resolve_mineral(part))
        if column in PLACES:
            return bool(resolve_code(part))
    except OrepactError:
        return False
    return column == "stage" and part.casefold() in STAGES


def _some(valid: list[str], column: str) -> str:
    shown = valid[-MOST_VALUES:] if column == "period" else valid[:MOST_VALUES]
    more = len(valid) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")

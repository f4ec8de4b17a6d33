"""Rows of a table by what a person asks for: a mineral, a place, a period, a source, or any column's value.

Names are resolved as everywhere else (``rare earths``, ``China``, ``EU27``). A filter that the table has no column for is an
error with the columns that it has; a filter that fits no row gives an empty frame, never another row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from orepact.errors import BadInput, MissingData, OrepactError, Problem, unknown_problem
from orepact.facts.names import resolve_mineral, resolve_place
from orepact.facts.schemas import COLUMNS, PERIOD, SCHEMAS
from orepact.facts.tables import load, tables

if TYPE_CHECKING:
    import pandas as pd

PLACES = ("country", "exporter", "importer", "reporter", "origin", "destination", "target")
"""Columns that hold a country."""

GROUP_CODES = ("WLD", "OTH", "ROW", "EU27")
"""Codes of groups that some tables keep beside countries."""

CONDITION = re.compile(r"([a-z_0-9]+)\s*(>=|<=|=|>|<|~)\s*(.*)")
YES = ("yes", "true", "1")


def select(
    table: str,
    *,
    mineral: str | None = None,
    country: str | None = None,
    period: str | None = None,
    source: str | None = None,
    where: Iterable[str] = (),
    columns: Iterable[str] = (),
) -> pd.DataFrame:
    """Rows of ``table`` that meet every condition, in the table's order; all columns unless ``columns`` names some.

    Args:
        table: name of a table.
        mineral: any usual name; rows that hold for all minerals (``*``) are among the answer.
        country: a country, a region or one of the codes WLD, OTH and ROW; looked for in every column that holds a place.
        period: ``2024``, which also finds its quarters and months, ``2024-07``, or a span ``2020..2024``.
        source: id of a source, or its beginning (``usgs_mcs``).
        where: conditions ``column=value``; also ``>``, ``>=``, ``<``, ``<=`` for numbers and ``~`` for part of a text.
        columns: the columns to keep.

    Raises:
        UnknownName: for a table, column, mineral or place that is not known.
        BadInput: for a condition that cannot be read, or asked of a column that the table has not.
    """
    frame = load(table)
    problems: list[Problem] = []
    for column, value, test in (
        ("mineral", mineral, _of_mineral),
        ("country", country, _of_place),
        ("period", period, _of_period),
        ("source", source, _of_source),
    ):
        if value is not None:
            try:
                frame = frame[test(frame, value)]
            except OrepactError as error:
                problems += error.problems
            except KeyError:
                problems.append(_no_column(table, f"--{column}", column))
    for condition in where:
        try:
            frame = frame[_meets(table, frame, condition)]
        except OrepactError as error:
            problems += error.problems
    kept = [column.strip() for column in columns]
    problems += [
        unknown_problem("--columns", "column", column, SCHEMAS[table].columns)
        for column in kept
        if column not in SCHEMAS[table].columns
    ]
    if problems:
        raise BadInput(problems)
    return frame[kept or list(frame.columns)].reset_index(drop=True)


def check_tables(names: Iterable[str], place: str = "facts") -> list[str]:
    """``names`` as they are, or every name that is no table with the nearest ones."""
    found = list(names)
    problems = [unknown_problem(place, "table", name, tables()) for name in found if name not in SCHEMAS]
    if problems:
        raise BadInput(problems)
    return found


def resolve_code(text: str) -> tuple[str, ...]:
    """Codes of a place as tables hold them: a group's own code beside the members of a region."""
    code = text.strip().upper()
    if code in GROUP_CODES:
        return (code, *(resolve_place(code) if code == "EU27" else ()))
    return resolve_place(text)


def within(period: str) -> str:
    """A regular expression of the periods that lie in ``period`` (a year, quarter, month or span of years)."""
    if not re.fullmatch(PERIOD, period):
        found = f"'{period}'"
        raise BadInput(Problem("--period", "that is not a period", found, "give 2024, 2024-Q3, 2024-07 or 2020..2024"))
    return re.escape(period) + (r"(-.*)?" if re.fullmatch(r"\d{4}", period) else "")


def _of_mineral(frame: pd.DataFrame, value: str) -> pd.Series:
    slug = resolve_mineral(value)
    if "mineral" not in frame and "minerals" in frame:
        return frame["minerals"].str.split("|").map(lambda members: slug in members)
    return frame["mineral"].isin([slug, "*"])


def _of_place(frame: pd.DataFrame, value: str) -> pd.Series:
    columns = [column for column in frame if column in PLACES]
    if not columns:
        raise KeyError("country")
    try:
        codes = resolve_code(value)
    except OrepactError as error:
        raise BadInput([Problem("--country", each.wrong, each.found, each.todo) for each in error.problems]) from error
    return frame[columns].isin(codes).any(axis=1)


def _of_period(frame: pd.DataFrame, value: str) -> pd.Series:
    periods = frame["period"]
    first, dots, last = value.partition("..")
    if not dots:
        return periods.str.fullmatch(within(value))
    for end in (first, last):
        within(end)
    return (periods.str[: len(first)] >= first) & (periods.str[: len(last)] <= last)


def _of_source(frame: pd.DataFrame, value: str) -> pd.Series:
    found = frame["source"]
    if value in set(found):
        return found == value
    begins = found.str.startswith(value)
    if not begins.any():
        raise BadInput(unknown_problem("--source", "source of this table", value, found.unique()))
    return begins


def _meets(table: str, frame: pd.DataFrame, condition: str) -> pd.Series:
    matched = CONDITION.fullmatch(condition.strip())
    if matched is None:
        raise BadInput(
            Problem("--where", "a condition cannot be read", f"'{condition}'", "write column=value, as in grade=A")
        )
    column, sign, value = matched.groups()
    if column not in SCHEMAS[table].columns:
        raise BadInput(unknown_problem("--where", "column", column, SCHEMAS[table].columns))
    kind = COLUMNS[column].kind
    if sign == "=" and value == "":
        return frame[column].isna()
    if kind == "flag":
        return frame[column] == (value.casefold() in YES)
    if kind == "number":
        return _compared(frame[column], sign, _number(condition, value))
    if sign == "~":
        return frame[column].str.contains(value, case=False, regex=False, na=False)
    if sign != "=":
        return _compared(frame[column], sign, value)
    return _equal(column, frame[column], value)


def _number(condition: str, value: str) -> float:
    try:
        return float(value.replace(" ", "").replace(",", ""))
    except ValueError:
        todo = "give a number, as in value>1000"
        raise BadInput(Problem("--where", "the column holds numbers", f"'{condition}'", todo)) from None


def _compared(values: pd.Series, sign: str, value: float | str) -> pd.Series:
    compare = {"=": values.eq, ">": values.gt, ">=": values.ge, "<": values.lt, "<=": values.le}
    if sign not in compare:
        raise BadInput(Problem("--where", "~ looks into text, not numbers", f"'~{value}'", "use =, > or <"))
    return compare[sign](value).fillna(value=False).astype(bool)


def _equal(column: str, values: pd.Series, value: str) -> pd.Series:
    plain = values.str.casefold() == value.casefold()
    if plain.any():
        return plain
    if column == "mineral":
        return values == resolve_mineral(value)
    if column in PLACES:
        return values.isin(resolve_code(value))
    return plain


def _no_column(table: str, place: str, column: str) -> Problem:
    columns = ", ".join(SCHEMAS[table].columns)
    return Problem(
        place, f"the table {table} has no column '{column}'", columns, "leave the option out, or use --where"
    )


def check_found(table: str, found: pd.DataFrame) -> None:
    """Raise MissingData where a selection left no row, with what the table does hold."""
    if found.empty:
        held = load(table)
        what = f"{len(held)} rows"
        if "mineral" in held:
            what += f" on {held['mineral'].nunique()} minerals"
        if "period" in held:
            what += f" of {held['period'].min()} to {held['period'].max()}"
        todo = f"ask for less, or list them with 'orepact facts show {table}'"
        raise MissingData(Problem(f"facts, {table}", "no row fits all that was asked for", f"none among {what}", todo))

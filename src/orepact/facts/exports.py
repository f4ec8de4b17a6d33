"""Tables to files that other programs read: CSV, Parquet, and one workbook with a sheet for each table.

Every export carries the records of its sources, with their licences. Files appear whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orepact.errors import BadInput, Problem
from orepact.facts.selection import check_tables
from orepact.facts.tables import load, tables, version
from orepact.files import appearing_together, appearing_whole, check_folder, check_writable

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("csv", "parquet", "xlsx")
MOST_ROWS = 1_048_575
"""Rows under a heading that a sheet can hold."""

SHEET_NAME = 31
WIDEST, MEASURED = 60, 1000
"""Letters of the widest column of a sheet; rows by which a column's width is chosen."""

PLACE = "export"
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}
"""How a workbook is written: text stays text, even where it begins like a formula, a number or an address."""

Progress = Callable[[int], None]


def export(
    target: str | Path, names: Iterable[str] = (), form: str | None = None, progress: Progress | None = None
) -> list[Path]:
    """Write tables to ``target`` and say which files were written.

    Args:
        target: a file (one table, or a workbook) or a folder, which is made where there is none.
        names: tables; all when none is named.
        form: ``csv``, ``parquet`` or ``xlsx``; told by the ending of ``target`` when left out.
        progress: takes the number of tables done.

    Raises:
        UnknownName: for a table that is none. BadInput: for a form or place that cannot be written.
    """
    path = Path(target)
    chosen = check_tables(dict.fromkeys(names), PLACE) or tables()
    form = _form(path, form)
    if form == "xlsx":
        check_writable(path, (".xlsx",), PLACE)
        with appearing_whole(path, (".xlsx",), PLACE) as part:
            _workbook(part, chosen, progress)
        return [path]
    if path.suffix.lower() == f".{form}":
        return [_one_file(path, chosen, form)]
    check_folder(path, PLACE)
    with_sources = [*chosen, *(["sources"] if "sources" not in chosen else [])]
    with appearing_together(path, PLACE) as folder:
        for done, name in enumerate(with_sources, 1):
            table = load(name) if name != "sources" or name in chosen else used_sources(chosen)
            _write(table, folder / f"{name}.{form}", form)
            if progress is not None:
                progress(done)
    return [path / f"{name}.{form}" for name in with_sources]


def used_sources(names: Iterable[str]) -> pd.DataFrame:
    """The records of all sources that some tables name."""
    used = {source for name in names for source in load(name)["source"].unique()}
    table = load("sources")
    return table[table["source"].isin(used)].reset_index(drop=True)


def _form(path: Path, form: str | None) -> str:
    ending = path.suffix.lower().removeprefix(".")
    chosen = (form or ending or "csv").lower()
    if chosen not in FORMATS:
        found = f"'{form}'" if form else f"'{path.name}'"
        raise BadInput(Problem(PLACE, "that is not a form of export", found, f"choose one of {', '.join(FORMATS)}"))
    if ending in FORMATS and ending != chosen:
        todo = f"end the file with .{chosen}, or leave --format out"
        raise BadInput(Problem(PLACE, "the ending of the file is not that of its form", f"'{path.name}'", todo))
    return chosen


def _one_file(path: Path, chosen: list[str], form: str) -> Path:
    if len(chosen) != 1:
        todo = "name one table with --table, or give a folder"
        raise BadInput(Problem(PLACE, f"a .{form} file holds one table", f"{len(chosen)} tables", todo))
    with appearing_whole(path, (f".{form}",), PLACE) as part:
        _write(load(chosen[0]), part, form)
    return path


def write(table: pd.DataFrame, path: Path, place: str = PLACE) -> None:
    """Write one frame as CSV or Parquet, by the ending of ``path``, whole or not at all."""
    with appearing_whole(path, (".csv", ".parquet"), place) as part:
        _write(table, part, path.suffix.lower().removeprefix("."))


def _write(table: pd.DataFrame, path: Path, form: str) -> None:
    if form == "csv":
        table.to_csv(path, index=False, lineterminator="\n")
        return
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("rows", table)
        connection.sql("select * from rows").write_parquet(str(path), compression="zstd")


def _workbook(path: Path, chosen: list[str], progress: Progress | None) -> None:
    try:
        import xlsxwriter
    except ImportError as error:
        found = f"no module {error.name}"
        raise BadInput(Problem(PLACE, "workbooks need the extra 'report'", found, "install orepact[report]")) from error
    sheets = {"sources and licences": used_sources(chosen)}
    sheets |= {name: load(name) for name in chosen if name != "sources"}
    for name, table in sheets.items():
        if len(table) > MOST_ROWS:
            found = f"{len(table)} rows in {name}"
            raise BadInput(Problem(PLACE, f"a sheet holds {MOST_ROWS} rows", found, "export it as Parquet or CSV"))
    with xlsxwriter.Workbook(str(path), AS_TEXT) as book:
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for done, (name, table) in enumerate(sheets.items(), 1):
            sheet = book.add_worksheet(name[:SHEET_NAME])
            above = _read_me(chosen) if done == 1 else []
            _fill(sheet, above, table, heading)
            if progress is not None:
                progress(done)


def _read_me(chosen: list[str]) -> list[str]:
    return [
        f"Orepact facts, version {version()}: {', '.join(chosen)}",
        "Every row of the other sheets names its source. The licence of the figures is that of their source, listed here.",
        "An empty cell means that there is no figure; it never means zero.",
    ]


def _fill(sheet: Any, above: list[str], table: pd.DataFrame, heading: Any) -> None:
    """One sheet: lines above, a frozen heading with filters, and the rows, with numbers as numbers and text as text."""
    top = len(above) + 1 if above else 0
    sheet.freeze_panes(top + 1, 0)
    sheet.autofilter(top, 0, top + len(table), len(table.columns) - 1)
    for column, name in enumerate(table.columns):
        longest = max([len(str(name)), *(len(str(value)) for value in table[name].dropna().head(MEASURED))])
        sheet.set_column(column, column, min(longest + 2, WIDEST))
    for line, text in enumerate(above):
        sheet.write_string(line, 0, text)
    for column, name in enumerate(table.columns):
        sheet.write_string(top, column, str(name), heading)
    kinds = [table[name].dtype.kind for name in table.columns]
    for row, values in enumerate(table.itertuples(index=False, name=None), top + 1):
        for column, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            if value is None or value != value:  # noqa: PLR0124  (a missing figure is not equal to itself)
                continue
            if kind == "f":
                sheet.write_number(row, column, value)
            elif kind == "b":
                sheet.write_boolean(row, column, bool(value))
            else:
                sheet.write_string(row, column, str(value))

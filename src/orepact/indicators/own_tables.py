"""A user's own tables for the indicators: their columns, and one reader for CSV, Parquet and XLSX that refuses what it cannot use.

``TABLES`` is the documentation too: ``orepact indicator`` prints it. Countries may be codes or names in many languages; a
mineral is one of the facts where its name is known there, and itself otherwise. An empty cell of a figure stays missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from orepact import facts
from orepact.errors import BadInput, Problem, UnknownName, unknown_problem

OTHERS = {
    "oth": "OTH", "other": "OTH", "others": "OTH", "other countries": "OTH", "unknown": "OTH",
    "wld": "WLD", "world": "WLD", "world total": "WLD",
}  # fmt: skip
DIMENSIONS = ("VA", "PV", "GE", "RQ", "RL", "CC", "risk")
MOST_FAULTS = 12
IGNORED = ("basis", "source", "grade", "note", "flag", "estimated")
ENDINGS = (".csv", ".parquet", ".xlsx")


@dataclass(frozen=True)
class OwnColumn:
    """A column of a user's table: kind ``mineral``, ``stage``, ``country``, ``text`` or ``number``; whether it may be left out."""

    kind: str
    describes: str
    optional: bool = False
    allowed: tuple[str, ...] = ()


def _column(kind: str, describes: str, *allowed: str, optional: bool = False) -> OwnColumn:
    return OwnColumn(kind, describes, optional=optional, allowed=allowed)


MINERAL = _column("mineral", "mineral, by any name")
STAGE = _column("stage", "mine, intermediate, refined, component or scrap", optional=True)
COUNTRY = _column("country", "country, by code or name; OTH for other countries, WLD for the world total")
PERIOD = _column("text", "year or other period", optional=True)
VALUE = _column("number", "the figure; empty where it is missing")
UNIT = _column("text", "unit of the value; the same in all rows and tables", optional=True)
TONNES = {"mineral": MINERAL, "stage": STAGE, "country": COUNTRY, "period": PERIOD, "value": VALUE, "unit": UNIT}

TABLES: dict[str, dict[str, OwnColumn]] = {
    "production": TONNES,
    "trade": {
        "mineral": MINERAL,
        "stage": STAGE,
        "exporter": COUNTRY,
        "importer": COUNTRY,
        "period": PERIOD,
        "value": VALUE,
        "unit": UNIT,
    },
    "stocks": TONNES,
    "stock_change": TONNES | {"value": _column("number", "added to stocks, below zero where they were drawn")},
    "governance": {
        "country": COUNTRY,
        "period": PERIOD,
        "dimension": _column("text", "VA, PV, GE, RQ, RL or CC (-2.5 weak to 2.5 strong), or risk (0-1)", *DIMENSIONS),
        "value": VALUE,
    },
    "shares": {
        "kind": _column("text", "world_supply or eu_sourcing", "world_supply", "eu_sourcing"),
        "mineral": MINERAL,
        "stage": STAGE,
        "country": COUNTRY,
        "value": _column("number", "share of supply, fraction"),
        "trade_parameter": _column("number", "t of the EU method; 1 where left out", optional=True),
    },
    "terms": {
        "mineral": MINERAL,
        "stage": STAGE,
        "import_reliance": _column("number", "net imports over what is used, fraction", optional=True),
        "eol_rir": _column("number", "end-of-life recycling input rate, fraction", optional=True),
        "si_sr": _column("number", "substitution index of supply risk, 0-1", optional=True),
        "si_ei": _column("number", "substitution index of economic importance, 0-1", optional=True),
    },
    "use": {
        "mineral": MINERAL,
        "sector": _column("text", "sector, NACE Rev. 2"),
        "value": _column("number", "share of use, fraction"),
    },
    "value_added": {
        "sector": _column("text", "sector, as in the table of use"),
        "value": _column("number", "value added of every sector of manufacturing"),
    },
    "sourcing": {
        "mineral": MINERAL,
        "stage": _column("stage", STAGE.describes),
        "origin": COUNTRY,
        "destination": COUNTRY,
        "value": VALUE,
        "unit": UNIT,
    },
}
"""Columns of each table, in the order in which they are documented."""


def read_all(paths: dict[str, Path]) -> dict[str, pd.DataFrame]:
    """Several tables of one user, by name; raises BadInput with the faults of all of them, and where their units differ."""
    found: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for table, path in paths.items():
        try:
            found[table] = read_own(table, path)
        except BadInput as error:
            problems += error.problems
    units = {table: frame.attrs["unit"] for table, frame in found.items() if frame.attrs["unit"]}
    if len(set(units.values())) > 1:
        words = ", ".join(f"{table}: {unit}" for table, unit in units.items())
        problems.append(Problem("tables, unit", "the units differ between tables", words, "convert to one unit"))
    if problems:
        raise BadInput(problems)
    return found


def read_own(table: str, path: Path) -> pd.DataFrame:
    """A user's table with its documented columns, names as the house writes them; absent optional text columns are empty.

    Raises BadInput with every fault: a file that is none, unknown columns with the nearest valid ones, columns that are
    missing, figures that are no numbers, countries that nobody knows, rows that stand twice, units that differ.
    """
    place = f"--{table.replace('_', '-')}, {path.name}"
    raw = _raw(path, place)
    columns = TABLES[table]
    raw.columns = pd.Index([str(name).strip().casefold() for name in raw.columns])
    problems = [
        unknown_problem(place, "column", str(name), columns)
        for name in raw
        if name not in columns and name not in IGNORED
    ]
    absent = [name for name, column in columns.items() if name not in raw and not column.optional]
    if absent:
        found = ", ".join(raw.columns) or "no columns"
        problems.append(Problem(place, f"no column {', '.join(absent)}", found, f"give {', '.join(columns)}"))
    if raw.columns.duplicated().any():
        problems.append(Problem(place, "a column is there twice", ", ".join(raw.columns), "leave one of them out"))
    if problems:
        raise BadInput(problems)
    if raw.empty:
        raise BadInput(Problem(place, "the table has no rows", "a header", "give at least one row"))
    return _cleaned(columns, raw, place)


def _raw(path: Path, place: str) -> pd.DataFrame:
    """The cells as text, empty ones as missing."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise BadInput(Problem(place, "the file is of no known kind", f"'{path.name}'", f"give {', '.join(ENDINGS)}"))
    if not path.is_file():
        raise BadInput(Problem(place, "there is no such file", str(path), "give a file that exists"))
    try:
        return _READERS[ending](path).reset_index(drop=True)
    except (ValueError, KeyError, OSError, pd.errors.ParserError) as error:
        found = (str(error).splitlines() or ["nothing that can be read"])[0]
        raise BadInput(
            Problem(place, f"the file is not a {ending[1:].upper()} table", found, "save it again")
        ) from None


def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""], encoding="utf-8-sig")


def _xlsx(path: Path) -> pd.DataFrame:
    from zipfile import BadZipFile

    try:
        return pd.read_excel(path, dtype="str", keep_default_na=False, na_values=[""])
    except BadZipFile as error:
        raise ValueError(str(error)) from None


def _parquet(path: Path) -> pd.DataFrame:
    import duckdb

    try:
        with duckdb.connect() as connection:
            table: pd.DataFrame = connection.read_parquet(str(path)).df()
    except duckdb.Error as error:
        raise ValueError(str(error)) from None
    return table.astype("object").where(table.notna(), None).map(lambda cell: None if cell is None else str(cell))


_READERS: dict[str, Callable[[Path], pd.DataFrame]] = {".csv": _csv, ".parquet": _parquet, ".xlsx": _xlsx}


def _cleaned(columns: dict[str, OwnColumn], raw: pd.DataFrame, place: str) -> pd.DataFrame:
    problems: list[Problem] = []
    clean = pd.DataFrame(index=raw.index)
    for name, column in columns.items():
        if name not in raw:
            clean[name] = float("nan") if column.kind == "number" else ""
        elif column.kind == "number":
            clean[name] = _numbers(raw[name], f"{place}, {name}", problems)
        else:
            clean[name] = _words(column, raw[name], f"{place}, {name}", problems)
    if not problems:
        problems += _twice(columns, clean, place) + _units(clean, place)
    if problems:
        raise BadInput(problems)
    clean.attrs["unit"] = str(clean["unit"].iloc[0]) if "unit" in clean else ""
    return clean.drop(columns="unit", errors="ignore")


def _numbers(cells: pd.Series, place: str, problems: list[Problem]) -> pd.Series:
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    problems += [
        Problem(f"{place}, row {row + 2}", "the figure is not a number", f"'{cells[row]}'", "correct the cell")
        for row in cells.index[cells.notna() & ~numbers.abs().lt(float("inf"))][:MOST_FAULTS]
    ]
    return numbers


def _words(column: OwnColumn, cells: pd.Series, place: str, problems: list[Problem]) -> pd.Series:
    """Cells in the words of the house; each distinct one is looked up once."""
    text = cells.astype("object").where(cells.notna(), "").astype(str).str.strip()
    if not column.optional and (text == "").any():
        row = int(text.index[text == ""][0]) + 2
        problems.append(Problem(f"{place}, row {row}", "the cell is empty", "nothing", "fill it, or leave the row out"))
    known: dict[str, str] = {"": ""}
    for word in sorted(set(text) - {""}):
        try:
            known[word] = _resolved(column, word)
        except UnknownName as error:
            row = int(text.index[text == word][0]) + 2
            problems += [Problem(f"{place}, row {row}", each.wrong, each.found, each.todo) for each in error.problems]
            known[word] = word
    return text.map(known)


def _resolved(column: OwnColumn, word: str) -> str:
    if column.allowed:
        found = {each.casefold(): each for each in column.allowed}.get(word.casefold())
        if found is None:
            raise UnknownName(unknown_problem("", "such word", word, column.allowed))
        return found
    if column.kind == "stage":
        return facts.resolve_stage(word)
    if column.kind == "country":
        return OTHERS.get(word.casefold()) or facts.resolve_country(word)
    if column.kind == "mineral":
        try:
            return facts.resolve_mineral(word)
        except UnknownName:
            return word.casefold().replace(" ", "_")
    return word


def _twice(columns: dict[str, OwnColumn], clean: pd.DataFrame, place: str) -> list[Problem]:
    keys = [name for name, column in columns.items() if column.kind != "number" and name != "unit"]
    if keys == ["mineral", "sector"]:
        return []
    again = clean.index[clean.duplicated(keys)]
    found = [" ".join(str(cell) for cell in clean.loc[row, keys] if cell) for row in again[:MOST_FAULTS]]
    todo = "add the figures up, or leave one out"
    return [
        Problem(f"{place}, row {row + 2}", "a row stands twice", words, todo)
        for row, words in zip(again[:MOST_FAULTS], found, strict=True)
    ]


def _units(clean: pd.DataFrame, place: str) -> list[Problem]:
    units = sorted(set(clean["unit"])) if "unit" in clean else []
    if len(units) <= 1:
        return []
    found = ", ".join(unit or "none" for unit in units)
    return [Problem(f"{place}, unit", "the units differ", found, "convert to one unit")]

"""An indicator on own tables, as a body."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from orepact.api.media import JSON
from orepact.api.posted import Posted, Told
from orepact.api.safety import LARGEST_BODY
from orepact.errors import BadInput, Problem, unknown, unknown_problem

MOST_ROWS = 20_000
TEXTS, WHOLES, NUMBERS = ("region", "partner"), ("signed", "before", "after", "n"), ("default_risk",)
ROWS = {
    "type": "array",
    "maxItems": MOST_ROWS,
    "items": {"type": "object", "additionalProperties": {"type": ["string", "number", "null"]}},
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "tables": {
            "type": "object",
            "additionalProperties": ROWS,
            "description": "Each table as rows; GET /api/v1/indicator says which there are, and their columns.",
        },
        "region": {
            "type": "string",
            "description": "Countries or regions, joined by commas; every country when left out.",
        },
        "partner": {"type": "string", "description": "Partner country or region (partner-test)."},
        "signed": {"type": "integer", "description": "Year of signature (partner-test)."},
        "before": {"type": "integer", "description": "Years before signature (partner-test; 3)."},
        "after": {"type": "integer", "description": "Years after signature (partner-test; 3)."},
        "n": {"type": "integer", "description": "How many producers (top-share; 1)."},
        "default_risk": {"type": "number", "description": "Risk of a partner that has none, 0-1 (geopolrisk)."},
    },
    "additionalProperties": False,
}
EXAMPLE = {
    "tables": {
        "production": [
            {"mineral": "cobalt", "country": "COD", "value": 170, "unit": "kt"},
            {"mineral": "cobalt", "country": "IDN", "value": 17, "unit": "kt"},
        ]
    }
}


def _indicator(given: Any, words: Mapping[str, str]) -> Told:
    from orepact.indicators.ask import answer
    from orepact.indicators.by_table import INDICATORS
    from orepact.indicators.own_tables import TABLES

    name = words["name"]
    if name not in INDICATORS:
        raise unknown("indicator", "indicator", name[:80], INDICATORS)
    if not isinstance(given, Mapping):
        raise BadInput(Problem("body", "an object is needed", type(given).__name__, "give tables"))
    problems = [
        unknown_problem("body", "key", str(key)[:80], SCHEMA["properties"])
        for key in given
        if key not in SCHEMA["properties"]
    ]
    tables = given.get("tables") or {}
    if not isinstance(tables, Mapping):
        problems.append(Problem("tables", "an object is needed", type(tables).__name__, "give rows by table"))
        tables = {}
    problems += [unknown_problem("tables", "table", str(each)[:80], TABLES) for each in tables if each not in TABLES]
    for table, rows in tables.items():
        problems += _faults(str(table)[:80], rows)
    problems += _wrong_choices(given)
    if problems:
        raise BadInput(problems)
    chosen = {key: value for key, value in given.items() if key != "tables" and value is not None}
    with TemporaryDirectory() as folder:
        paths = {str(table): _written(Path(folder) / f"{table}.csv", rows) for table, rows in tables.items()}
        found = answer(name, paths, chosen)
    return found.to_dict("records"), found


def _faults(table: str, rows: Any) -> list[Problem]:
    """What keeps rows from being a table."""
    place = f"tables, {table}"
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        return [Problem(place, "rows are needed", type(rows).__name__, "give a list of objects, one a row")]
    if len(rows) > MOST_ROWS:
        return [Problem(place, "there are too many rows", str(len(rows)), f"give at most {MOST_ROWS}")]
    for at, row in enumerate(rows, 1):
        for key, value in row.items():
            if isinstance(value, bool) or not isinstance(value, str | int | float | None):
                wrong = "a cell holds text or a number"
                return [Problem(f"{place}, row {at}, {str(key)[:80]}", wrong, repr(value)[:60], "give one of them")]
    return []


def _wrong_choices(given: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for names, kinds, words in (
        (TEXTS, (str,), "text"),
        (WHOLES, (int,), "a whole number"),
        (NUMBERS, (int, float), "a number"),
    ):
        for name in names:
            value = given.get(name)
            if value is not None and (
                isinstance(value, bool) or not isinstance(value, kinds) or abs_of(value) > 10_000
            ):
                problems.append(Problem(name, f"{words} is needed", repr(value)[:60], f"give {words}"))
    return problems


def abs_of(value: Any) -> float:
    """How large a number, or how long a text, is."""
    return float(len(value)) if isinstance(value, str) else abs(value)


def _written(path: Path, rows: list[Mapping[str, Any]]) -> Path:
    """Rows as a CSV file, which is read as a user's own is."""
    columns = list(dict.fromkeys(str(key) for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows([{str(key): "" if value is None else value for key, value in row.items()} for row in rows])
    return path


INDICATOR = Posted(
    name="indicator",
    title="What does an indicator say of your own tables?",
    about="Tables as rows, and the choices of the indicator.",
    types=(JSON,),
    largest=LARGEST_BODY,
    work=_indicator,
    schema=SCHEMA,
    example=EXAMPLE,
    path="/{name}",
    words={"name": ("Name of the indicator.", "hhi")},
)

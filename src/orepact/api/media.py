"""One table in the form that is asked for: CSV, Parquet or XLSX; and JSON in which a figure that cannot be told is null."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orepact.cases.plain import strict

if TYPE_CHECKING:
    import pandas as pd

JSON = "application/json"
CSV = "text/csv"
PARQUET = "application/vnd.apache.parquet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
TABLES = {CSV: "csv", PARQUET: "parquet", XLSX: "xlsx"}
"""Content type of each form of a table, with the ending of its file."""


AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False}
"""Text stays text in a spreadsheet, whatever it begins with."""


FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula where a cell of a CSV file begins with it."""


def flat(record: dict[str, Any], outer: str = "") -> dict[str, Any]:
    """A record as one row: what stands inside another is named ``outer_inner``."""
    row: dict[str, Any] = {}
    for key, value in record.items():
        name = f"{outer}_{key}" if outer else str(key)
        row |= flat(value, name) if isinstance(value, dict) else {name: value}
    return row


def json_bytes(record: Any) -> bytes:
    """A record as JSON text in UTF-8."""
    return json.dumps(strict(record), ensure_ascii=False, allow_nan=False).encode(errors="replace")


def wanted(accept: str, *others: str) -> str:
    """The content type to answer with, from an Accept header: the first of ours (or of ``others``) with the highest weight, else JSON."""
    best, weight = JSON, 0.0
    for part in accept.split(","):
        name, *parameters = [each.strip().casefold() for each in part.split(";")]
        q = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            found = float(q)
        except ValueError:
            found = 0.0
        if name in {*TABLES, JSON, *others} and found > weight:
            best, weight = name, found
    return best


def table_bytes(frame: pd.DataFrame, form: str, *, verbatim: bool = False) -> bytes:
    """A table as the bytes of a file of the content type ``form``.

    In CSV, text that a spreadsheet would run as a formula begins with an apostrophe; not where ``verbatim``, for text that nobody
    sent to us.
    """
    if form == CSV:
        told = frame if verbatim else frame.map(unrun)
        return str(told.to_csv(index=False, lineterminator="\n")).encode(errors="replace")
    if form == PARQUET:
        return _parquet(frame)
    import pandas as pd

    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="xlsxwriter", engine_kwargs={"options": AS_TEXT}) as writer:
        frame.to_excel(writer, index=False)
    return out.getvalue()


def unrun(value: Any) -> Any:
    """A cell that no spreadsheet runs: text that begins like a formula and is no number gets an apostrophe."""
    if not isinstance(value, str) or not value.startswith(FORMULA):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value


def _parquet(frame: pd.DataFrame) -> bytes:
    import duckdb

    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "table.parquet"
        connection.register("table_of_answer", frame)
        connection.execute("COPY table_of_answer TO ? (FORMAT parquet)", [str(path)])
        return path.read_bytes()

"""Cells of a table that somebody brings, CSV or XLSX, as text; nothing is guessed, and what cannot be read is said."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import datetime
from typing import Any, Literal

from orepact.errors import BadInput, Problem

Form = Literal["csv", "xlsx"]
LARGEST_UNPACKED = 100_000_000


def read_cells(content: bytes, form: Form, place: str, most: int) -> list[list[str]]:
    """Rows of cells with the headings first; of a workbook its first sheet.

    Args:
        content: The file.
        form: What it is.
        place: What errors call it.
        most: Rows beyond which no more are read, headings aside; one more tells that there are more.

    Returns:
        Each row as text.

    Raises:
        BadInput: It cannot be read.
    """
    return _csv(content, place) if form == "csv" else _xlsx(content, place, most)


def read_sheets(content: bytes, form: Form, place: str, most: int) -> list[tuple[str, list[list[str]]]]:
    """Rows of cells of every sheet of a workbook, each with its name; of a CSV file its one table, which has none.

    Args and errors are those of :func:`read_cells`; most rows are read of each sheet.
    """
    if form == "csv":
        return [("", _csv(content, place))]
    return [(str(sheet.title), _rows(sheet, most)) for sheet in _workbook(content, place).worksheets]


def _csv(content: bytes, place: str) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.start} that is no UTF-8"
        raise BadInput(Problem(place, "it cannot be read as text", found, "save it as CSV in UTF-8")) from error
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise BadInput(Problem(place, "it is no CSV", str(error), "save it as CSV again")) from error


def _xlsx(content: bytes, place: str, most: int) -> list[list[str]]:
    return _rows(_workbook(content, place).worksheets[0], most)


def _workbook(content: bytes, place: str) -> Any:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(each.file_size for each in packed.infolist())
        if size > LARGEST_UNPACKED:
            raise BadInput(Problem(place, "it is too large when unpacked", f"{size} bytes", "give a smaller one"))
        return load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise BadInput(
            Problem(place, "it is no workbook", type(error).__name__, "give an XLSX or a CSV file")
        ) from error


def _rows(sheet: Any, most: int) -> list[list[str]]:
    return [
        [_cell(cell) for cell in row]
        for _, row in zip(range(most + 2), sheet.iter_rows(values_only=True), strict=False)
    ]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value) if isinstance(value, bool) else str(value)

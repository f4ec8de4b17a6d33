"""An answer as a spreadsheet: the finding and its figures, the tables, what the range hangs on, the sources, and the case.

Every sheet says the units of its columns and the sources of its figures. Text is written as text, whatever it begins with: nothing in
a workbook is a formula or a link.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orepact.errors import BadInput, Problem
from orepact.files import appearing_whole
from orepact.report.note.record import Asked, Certainty, Note, Source, sources_of

if TYPE_CHECKING:
    import pandas as pd

ENDING = (".xlsx",)
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
WIDEST, NARROWEST = 60, 9
LONGEST_NAME = 31
"""Characters of the name of a sheet that spreadsheets take."""

FORMATS = {"1": "0.000", "share": "0.0%", "t of content": "#,##0.0", "USD": "#,##0", "%": "0.0"}
"""How figures of a unit are shown; the cell holds every digit."""


@dataclass(frozen=True)
class Sheet:
    """One table. frame: numbers as numbers; what cannot be told is NaN, and stays an empty cell. units: by column. note: how to read it."""

    name: str
    frame: pd.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    sources: str = ""


@dataclass(frozen=True)
class Workbook:
    """A note's words, figures, sources and case (its pictures are not used), and tables."""

    note: Note
    tables: tuple[Sheet, ...]


def workbook_bytes(book: Workbook) -> bytes:
    """The bytes of an ``.xlsx`` file; needs the extra ``report``. The same answer gives the same bytes."""
    try:
        import xlsxwriter
    except ImportError as error:
        wrong = "spreadsheets need the extra 'report'"
        raise BadInput(Problem("--xlsx", wrong, f"no module {error.name}", "install orepact[report]")) from error
    import datetime as dt

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as file:
        file.set_properties(
            {"title": book.note.title, "author": "Orepact", "created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)}
        )
        writer = _Writer(file)
        writer.answer(book.note)
        for sheet in book.tables:
            writer.table(sheet)
        writer.table(_sources(book.note.sources))
        writer.case(book.note.case)
    return out.getvalue()


def write_workbook(book: Workbook, path: Path, place: str = "--xlsx") -> None:
    """Write a workbook to an ``.xlsx`` file, whole or not at all."""
    with appearing_whole(path, ENDING, place) as part:
        part.write_bytes(workbook_bytes(book))


def plain_workbook(
    name: str, title: str, parameters: Sequence[tuple[str, str, str]], frame: pd.DataFrame, record: Mapping[str, Any]
) -> Workbook:
    """A workbook of a question that has none of its own: parameters (name, value, unit), main table, sources, case."""
    import pandas as pd

    from orepact.cases.versions import versions

    case = record.get("case")
    case = case if isinstance(case, Mapping) else {}
    found = versions()
    note = Note(
        name=name, question=title, title=str(record.get("question", title)), answer="", normal="", figures=(),
        certainty=Certainty(str(record.get("grade", "as each row says")), ""), sources=_named(record, frame),
        case=Asked(
            "", str(case.get("hash", "")), str(case.get("facts_version", found["facts_version"])),
            str(case.get("code_version", found["code_version"])),
        ),
    )  # fmt: skip
    asked = pd.DataFrame(list(parameters), columns=["parameter", "value", "unit"])
    return Workbook(note, (Sheet("Asked", asked, note="What was asked."), Sheet("Table", frame, _units(frame))))


def _units(frame: pd.DataFrame) -> dict[str, str]:
    """Units that the names of columns say: ``use_t`` is tonnes, ``cost_usd`` is dollars."""
    ends = (("_usd_per_t", "USD per t"), ("_usd", "USD"), ("_t", "t"), ("_share", "share"), ("_days", "days"))
    names = [str(column) for column in frame.columns]
    found = {name: next((unit for end, unit in ends if name.endswith(end) or f"{end}_" in name), "") for name in names}
    return {name: unit for name, unit in found.items() if unit}


def _named(record: Mapping[str, Any], frame: pd.DataFrame) -> tuple[Source, ...]:
    """The sources that an answer names, in its record or in a column of its table."""
    given = record.get("sources")
    ids = (
        [row["source"] for row in given if isinstance(row, Mapping) and "source" in row]
        if isinstance(given, list)
        else []
    )
    for column in ("source", "sources"):
        if column in frame.columns:
            ids += [
                part.strip()
                for cell in frame[column].dropna().astype(str)
                for part in cell.replace(",", "|").split("|")
            ]
    return sources_of(ids)


def _sources(sources: Sequence[Source]) -> Sheet:
    import pandas as pd

    columns = ["publisher", "title", "year", "licence", "address", "grade", "source"]
    rows = [[place, *(getattr(each, name) for name in columns)] for place, each in enumerate(sources, 1)]
    return Sheet(
        "Sources",
        pd.DataFrame(rows, columns=["number", *columns]),
        note="Grade: A official and complete to E inferred.",
    )


class _Writer:
    """Writes sheets into one file."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._bold = file.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._title = file.add_format({"bold": True, "font_size": 14})
        self._grey = file.add_format({"font_color": "#5f6368", "italic": True})
        self._wrap = file.add_format({"text_wrap": True, "valign": "top"})
        self._mono = file.add_format({"font_name": "Consolas"})
        self._formats: dict[str, Any] = {}
        self._names: set[str] = set()

    def _sheet(self, name: str) -> Any:
        clean = "".join(" " if letter in "[]:*?/\\'" else letter for letter in name).strip()[:LONGEST_NAME] or "Table"
        number, taken = 2, clean
        while taken.casefold() in self._names:
            taken = f"{clean[: LONGEST_NAME - 3]} {number}"
            number += 1
        self._names.add(taken.casefold())
        return self._file.add_worksheet(taken)

    def answer(self, note: Note) -> None:
        """The finding, and the key figures with unit, range, grade and the numbers of their sources."""
        page = self._sheet("Answer")
        page.set_column(0, 0, 44)
        page.set_column(1, 5, 22)
        page.write_string(0, 0, note.title, self._title)
        row = 1
        for head, text in (("Question", note.question), ("Answer", note.answer), ("Against normal", note.normal),
                           ("Evidence grade", f"{note.certainty.grade}: {note.certainty.words}".removesuffix(": "))):  # fmt: skip
            if text:
                page.write_string(row, 0, head, self._bold)
                page.merge_range(row, 1, row, 5, "", self._wrap)
                page.write_string(row, 1, text, self._wrap)
                page.set_row(row, 15 * math.ceil(len(text) / 105))
                row += 1
        row += 1
        heads = ("Key figure", "Value", "80 % range", "Unit", "Grade", "Sources (numbers in sheet Sources)")
        rows = [
            (each.name, each.value, each.range, each.unit, each.grade, note.numbers(each.sources))
            for each in note.figures
        ]
        for line, cells in enumerate([heads, *rows] if rows else []):
            for column, text in enumerate(cells):
                page.write_string(row + line, column, text, self._bold if line == 0 else None)
        row += len(rows) + 2
        for text in (*note.remarks, *note.certainty.leaves_out):
            page.write_string(row, 0, f"Leaves out: {text}" if text in note.certainty.leaves_out else text, self._grey)
            row += 1

    def table(self, sheet: Sheet) -> None:
        """A table: headings with units, frozen, then the rows."""
        page = self._sheet(sheet.name)
        frame = sheet.frame
        first = sum(bool(text) for text in (sheet.note, sheet.sources))
        for line, text in enumerate(text for text in (sheet.note, sheet.sources) if text):
            page.write_string(line, 0, text, self._grey)
        for column, name in enumerate(map(str, frame.columns)):
            unit = sheet.units.get(name, "")
            head = f"{name.replace('_', ' ')} ({unit})" if unit else name.replace("_", " ")
            page.write_string(first, column, head, self._bold)
            values = frame.iloc[:, column].tolist()
            widest = max((len(str(value)) for value in values if not isinstance(value, float)), default=0)
            page.set_column(column, column, min(max(NARROWEST, widest, len(head) / 2), WIDEST))
            for row, value in enumerate(values, first + 1):
                self._cell(page, row, column, value, unit)
        page.freeze_panes(first + 1, 1)
        if len(frame):
            page.autofilter(first, 0, first + len(frame), len(frame.columns) - 1)

    def _cell(self, page: Any, row: int, column: int, value: Any, unit: str) -> None:
        if isinstance(value, bool):
            page.write_string(row, column, "yes" if value else "no")
        elif isinstance(value, int):
            page.write_number(row, column, value)
        elif isinstance(value, float):
            if math.isfinite(value):
                page.write_number(row, column, value, self._format(unit))
        elif value is not None and value == value:  # noqa: PLR0124  (an empty cell is NaN or NaT)
            page.write_string(row, column, str(value))

    def _format(self, unit: str) -> Any:
        shown = FORMATS.get(unit)
        if shown is None:
            return None
        if shown not in self._formats:
            self._formats[shown] = self._file.add_format({"num_format": shown})
        return self._formats[shown]

    def case(self, case: Asked) -> None:
        """What gives the answer again."""
        page = self._sheet("Case")
        page.set_column(0, 0, 18)
        page.set_column(1, 1, 90)
        about = (
            ("Command", case.command),
            ("Case", case.hash),
            ("Facts version", case.facts_version),
            ("Code version", case.code_version),
        )
        for row, (head, text) in enumerate(each for each in about if each[1]):
            page.write_string(row, 0, head, self._bold)
            page.write_string(row, 1, text, self._mono)
        for row, line in enumerate(case.yaml.splitlines(), len(about) + 1):
            page.write_string(row, 1, line, self._mono)

"""An answer as a file to carry away: the two-page note, and the spreadsheet with units and sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.api.question import Asked, Question
from orepact.errors import BadInput, Problem

PDF = "application/pdf"
ZIP = "application/zip"


def note_of(question: Question[Any, Any], asked: Asked, answer: Any) -> bytes:
    """The note of an answer as a PDF; BadInput where the question has none, or where the extra ``report`` is not there."""
    from orepact.report.note.pdf import note_pdf

    if question.note is None:
        raise BadInput(Problem(question.name, "this question has no note", "no note", "take its table"))
    return note_pdf(question.note(asked, answer))


def workbook_of(question: Question[Any, Any], asked: Asked, answer: Any) -> bytes:
    """The spreadsheet of an answer: the question's own, or one made of its parameters, its table and its sources."""
    from orepact.report.workbook import plain_workbook, workbook_bytes

    if question.workbook is not None:
        return workbook_bytes(question.workbook(asked, answer))
    record = question.record(answer)
    return workbook_bytes(
        plain_workbook(
            question.name, question.title, _parameters(asked), question.frame(answer), record if isinstance(record, Mapping) else {}
        )
    )  # fmt: skip


def _parameters(asked: Asked) -> list[tuple[str, str, str]]:
    """Name, value and unit of every parameter that is set."""
    rows = []
    for name, value in asked.model_dump(mode="json", exclude_none=True).items():
        extra = type(asked).model_fields[name].json_schema_extra
        rows.append((name, str(value), str(extra.get("unit", "")) if isinstance(extra, dict) else ""))
    return rows


def bundle_of(question: Question[Any, Any], _: Asked, answer: Any) -> bytes:
    """The bundle of an answer; BadInput where the question has none."""
    if question.bundle is None:
        raise BadInput(Problem(question.name, "this question has no bundle", "no bundle", "take its spreadsheet"))
    return question.bundle(answer)

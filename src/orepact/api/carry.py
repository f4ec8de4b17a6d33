"""An answer as a file to carry away: the two-page note, and the spreadsheet with units and sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.api.answers import Answers
from orepact.api.media import PDF
from orepact.api.problems import TooMany
from orepact.api.question import Asked, Question
from orepact.errors import BadInput, OrepactError, Problem

ZIP = "application/zip"
__all__ = ["PDF", "ZIP", "bundle_of", "kept_note", "note_of", "workbook_of"]


def note_of(question: Question[Any, Any], asked: Asked, answer: Any, beside: Any = None) -> bytes:
    """The note of an answer as a PDF; BadInput where the question has none, or where the extra ``report`` is not there.

    beside: the second answer that the note is made of too, where it is there.
    """
    from orepact.report.note.pdf import note_pdf

    if question.note is None:
        raise BadInput(Problem(question.name, "this question has no note", "no note", "take its table"))
    if question.note_with is not None and beside is not None:
        return note_pdf(question.note_with(asked, answer, beside))
    return note_pdf(question.note(asked, answer))


def kept_note(answers: Answers, question: Question[Any, Any], asked: Asked, answer: Any, client: str) -> bytes:
    """The note of an answer, kept as answers are; what its page shows later serves it, and is worked out for both."""
    key = (f"{question.name}.pdf", asked.model_dump_json())
    found: bytes | None = answers.peek(key)
    if found is None:
        beside = _beside(answers, question, asked, client)
        found = answers.kept(key, lambda: note_of(question, asked, answer, beside), client)
    return found


def _beside(answers: Answers, question: Question[Any, Any], asked: Asked, client: str) -> Any:
    """The second answer of a question; None where it has none, or where it cannot be told: then the note says why."""
    if question.beside is None:
        return None
    name, work = question.beside
    try:
        return answers.kept(
            (f"{question.name}/{name}", asked.model_dump_json()), lambda: work(asked), client, slow=True
        )
    except TooMany:
        raise
    except OrepactError:
        return None


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

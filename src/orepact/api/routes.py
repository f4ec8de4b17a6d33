"""The routes of the API: ``/api/v1/NAME`` for every question, made from the questions themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from orepact.api.answers import Answers
from orepact.api.carry import kept_note, note_of, workbook_of
from orepact.api.media import CSV, JSON, PARQUET, PDF, TABLES, XLSX, json_bytes, table_bytes, wanted
from orepact.api.own_list import add_own_list
from orepact.api.own_series import add_own_series
from orepact.api.problems import documented
from orepact.api.question import Asked, Question
from orepact.api.questions import QUESTIONS

PREFIX = "/api/v1"
BINARY = {"schema": {"type": "string", "format": "binary"}}


def router() -> APIRouter:
    """Every route of the API."""
    found = APIRouter(prefix=PREFIX)
    for question in QUESTIONS.values():
        found.add_api_route(
            f"/{question.name}",
            _endpoint(question),
            methods=["GET"],
            name=question.name,
            operation_id=question.name,
            summary=question.title,
            response_class=Response,
            responses=responses(question),
        )
    from orepact.api.facts_routes import router as of_facts
    from orepact.api.profile_routes import router as of_profiles

    found.include_router(of_facts())
    found.include_router(of_profiles())
    add_own_list(found, responses(QUESTIONS["projects"]))
    add_own_series(found, responses(QUESTIONS["watch_file"]))
    return found


def responses(question: Question[Any, Any]) -> dict[int | str, dict[str, Any]]:
    """What a route may answer, for the documentation."""
    failures = documented(404, 422, 429, 500)
    forms = forms_of() if question.note is None else {**forms_of(), PDF: BINARY}
    if question.shape is None:
        return {**failures, 200: {"description": "The answer.", "content": forms}}
    content = {form: about for form, about in forms.items() if form != JSON}
    return {**failures, 200: {"model": question.shape, "description": "The answer.", "content": content}}


def forms_of() -> dict[str, Any]:
    """The forms of an answer, for the documentation: its record as JSON, its main table as CSV, Parquet or XLSX."""
    return {
        JSON: {"schema": {"type": ["object", "array"]}},
        CSV: {"schema": {"type": "string"}},
        PARQUET: BINARY,
        XLSX: BINARY,
    }


def _endpoint(question: Question[Any, Any]) -> Callable[..., Response]:
    def endpoint(asked: Asked, request: Request) -> Response:
        answers: Answers = request.app.state.answers
        request.state.question = question
        answer = answers.of(question, asked, client_of(request))
        form = form_of(question, request)
        if form == PDF:
            return note_response(kept_note(answers, question, asked, answer, client_of(request)), question.name)
        return answered(question, answer, form, asked)

    endpoint.__annotations__ = {
        "asked": Annotated[question.asked, Query()], "request": Request, "return": Response,
    }  # fmt: skip
    endpoint.__doc__ = question.asked.__doc__
    return endpoint


def form_of(question: Question[Any, Any], request: Request) -> str:
    """The content type that a request asks for; a note only of a question that has one."""
    return wanted(request.headers.get("accept", ""), *([PDF] if question.note is not None else []))


def note_response(body: bytes, name: str) -> Response:
    """A note as a file to keep."""
    return Response(body, media_type=PDF, headers={"content-disposition": f'attachment; filename="orepact-{name}.pdf"'})


def answered(question: Question[Any, Any], answer: Any, form: str, asked: Asked | None = None) -> Response:
    """An answer as a response in the form that was asked for; a spreadsheet has the parameters too where they are given."""
    if form == JSON:
        return Response(json_bytes(question.record(answer)), media_type=JSON)
    if form == PDF and asked is not None:
        return note_response(note_of(question, asked, answer), question.name)
    if form == XLSX and asked is not None:
        return table_response(workbook_of(question, asked, answer), form, question.name)
    return table_response(table_bytes(question.frame(answer), form), form, question.name)


def table_response(body: bytes, form: str, name: str) -> Response:
    """A table as a file to keep."""
    file = f'attachment; filename="orepact-{name.replace("/", "-")}.{TABLES[form]}"'
    return Response(body, media_type=form, headers={"content-disposition": file})


def client_of(request: Request) -> str:
    """Who asks, for the limit on new answers."""
    return request.client.host if request.client else ""

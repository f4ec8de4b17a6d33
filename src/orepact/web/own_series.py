"""The page of a case file for series that somebody sends: the same page and twins, from a form in place of the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.templating import Jinja2Templates
from starlette.datastructures import FormData, UploadFile

from orepact.api.own_series import EXAMPLES, LARGEST_SERIES, file_from
from orepact.api.questions.watch import WatchFileAsked
from orepact.api.routes import client_of
from orepact.api.safety import LARGEST_BODY
from orepact.errors import BadInput, Problem
from orepact.watch.case_file import CaseFile
from orepact.watch.own_series import refuse_workbook
from orepact.web.page import Sent, one_of, respond, twin_of
from orepact.web.pages.watch_file import WATCH_FILE_PAGE

if TYPE_CHECKING:
    from orepact.watch.own_series import Kind

MOST_FIELDS = 24
FILE = "_file"


@dataclass(frozen=True)
class SentSeries(Sent):
    """What was sent, with the text of each table by kind."""

    texts: Mapping[str, str] = field(default_factory=dict)


def mount_own_series(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add ``POST /watch/file`` and its data twins to an app. What is sent is read in memory and not kept beyond its answer."""

    async def html(request: Request) -> Response:
        sent = await _sent(request)
        return await run_in_threadpool(respond, request, WATCH_FILE_PAGE, shown, sent)

    async def twin(request: Request, ending: str) -> Response:
        sent = await _sent(request)
        return await run_in_threadpool(twin_of, request, WATCH_FILE_PAGE, f".{ending}", sent)

    app.add_api_route(WATCH_FILE_PAGE.address, html, methods=["POST"], include_in_schema=False)
    app.add_api_route(
        f"/watch_file.{{ending:{one_of(WATCH_FILE_PAGE.endings)}}}", twin, methods=["POST"], include_in_schema=False
    )


async def _sent(request: Request) -> SentSeries:
    async with request.form(max_files=len(EXAMPLES), max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY) as given:
        tables = {*EXAMPLES, *(f"{kind}{FILE}" for kind in EXAMPLES)}
        values = {name: value for name, value in given.items() if isinstance(value, str) and name not in tables}
        bodies = {kind: await _body(given, kind) for kind in EXAMPLES}
    client = client_of(request)
    answers = request.app.state.answers

    def answer(asked: WatchFileAsked) -> CaseFile:
        return file_from(answers, asked, _texts(bodies), client)

    shown: dict[str, str] = {
        kind: body[:LARGEST_SERIES].decode("utf-8-sig", errors="replace") for kind, body in bodies.items()
    }
    return SentSeries(values, "", answer, shown)


async def _body(given: FormData, kind: str) -> bytes:
    """The chosen file of a kind, else the text that was pasted."""
    file = given.get(f"{kind}{FILE}")
    if isinstance(file, UploadFile) and file.filename:
        return await file.read(LARGEST_SERIES + 1)
    text = given.get(kind)
    return text.encode() if isinstance(text, str) else b""


def _texts(bodies: Mapping[Kind, bytes]) -> dict[Kind, str]:
    """The tables that hold anything as text; BadInput for bytes that are none."""
    found: dict[Kind, str] = {}
    problems: list[Problem] = []
    for kind, body in bodies.items():
        try:
            refuse_workbook(body, kind)
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            problems.append(
                Problem(kind, "the table cannot be read", "bytes that are no UTF-8 text", "save it as UTF-8")
            )
            continue
        except BadInput as error:
            problems += error.problems
            continue
        if text.strip():
            found[kind] = text.replace("\r\n", "\n")
    if problems:
        raise BadInput(problems)
    return found

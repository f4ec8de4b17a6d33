"""The page of projects for a list that somebody sends: the same page and twins, from a form in place of the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.templating import Jinja2Templates
from starlette.datastructures import FormData, UploadFile

from orepact.api.own_list import LARGEST_LIST, answer_from
from orepact.api.questions.projects import ProjectsAnswer, ProjectsAsked
from orepact.api.routes import client_of
from orepact.api.safety import LARGEST_BODY
from orepact.errors import BadInput, Problem
from orepact.web.page import Sent, one_of, respond, twin_of
from orepact.web.pages.projects import PROJECTS_PAGE

if TYPE_CHECKING:
    from orepact.planning.project_list import Form

MOST_FIELDS = 12
LISTS = {"file", "list"}


def mount_own_projects(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add ``POST /projects`` and its data twins to an app. What is sent is read in memory and not kept beyond its answer."""

    async def html(request: Request) -> Response:
        sent = await _sent(request)
        return await run_in_threadpool(respond, request, PROJECTS_PAGE, shown, sent)

    async def twin(request: Request, ending: str) -> Response:
        sent = await _sent(request)
        return await run_in_threadpool(twin_of, request, PROJECTS_PAGE, f".{ending}", sent)

    app.add_api_route("/projects", html, methods=["POST"], include_in_schema=False)
    app.add_api_route(
        f"/projects.{{ending:{one_of(PROJECTS_PAGE.endings)}}}", twin, methods=["POST"], include_in_schema=False
    )


async def _sent(request: Request) -> Sent:
    async with request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY) as given:
        values = {name: value for name, value in given.items() if isinstance(value, str) and name not in LISTS}
        body, name = await _list(given)
    client = client_of(request)
    answers = request.app.state.answers

    def answer(asked: ProjectsAsked) -> ProjectsAnswer:
        if not body.strip():
            problem = Problem("list", "there is no list of projects", "nothing", "choose a file, or paste its text")
            raise BadInput(problem)
        return answer_from(answers, asked, body, how_written(name, body), client)

    return Sent(values, body[:LARGEST_LIST].decode("utf-8-sig", errors="replace"), answer)


async def _list(given: FormData) -> tuple[bytes, str]:
    """The chosen file, else the text that was pasted, with the name that tells how it is written."""
    file = given.get("file")
    if isinstance(file, UploadFile) and file.filename:
        return await file.read(LARGEST_LIST + 1), file.filename
    text = given.get("list")
    return (text.encode() if isinstance(text, str) else b""), ""


def how_written(name: str, body: bytes) -> Form:
    """CSV or YAML, by the ending of the file's name, else by how the text begins."""
    ending = name.rsplit(".", 1)[-1].casefold()
    if ending in {"yaml", "yml", "json"}:
        return "yaml"
    if ending == "csv":
        return "csv"
    return "yaml" if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"-", b"[", b"#"} else "csv"

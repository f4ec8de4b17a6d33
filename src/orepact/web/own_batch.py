"""The page of eligibility for a file that somebody sends: the same page and twins, from a form in place of the address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.templating import Jinja2Templates
from starlette.datastructures import UploadFile

from orepact.api.questions.eligible import EligibleAsked
from orepact.api.routes import client_of
from orepact.api.safety import LARGEST_BODY
from orepact.errors import BadInput, Problem
from orepact.web.page import Sent, one_of, respond, twin_of
from orepact.web.pages.eligible import ELIGIBLE_PAGE

MOST_FIELDS, MOST_FILES = 12, 3
TEXTS = ("file", "keys", "rules")
"""Parts of a form that hold documents, each as a chosen file or as its text."""


@dataclass(frozen=True)
class SentBatch(Sent):
    """A file that was sent, with the keys and the rules to judge it by."""

    keys: str = ""
    rules: str = ""


def mount_own_batch(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add ``POST /eligible`` and its data twins to an app. What is sent is read in memory and is not kept."""

    async def html(request: Request) -> Response:
        sent = await _sent(request)
        return await run_in_threadpool(respond, request, ELIGIBLE_PAGE, shown, sent)

    async def twin(request: Request, ending: str) -> Response:
        sent = await _sent(request)
        return await run_in_threadpool(twin_of, request, ELIGIBLE_PAGE, f".{ending}", sent)

    app.add_api_route("/eligible", html, methods=["POST"], include_in_schema=False)
    app.add_api_route(
        f"/eligible.{{ending:{one_of(ELIGIBLE_PAGE.endings)}}}", twin, methods=["POST"], include_in_schema=False
    )


async def _sent(request: Request) -> SentBatch:
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY) as given:
        texts = {name: await _text(given.get(f"{name}_file"), given.get(name)) for name in TEXTS}
        known = {*TEXTS, *(f"{name}_file" for name in TEXTS)}
        values = {name: value for name, value in given.items() if isinstance(value, str) and name not in known}
    if not values.get("on", "").strip():
        values["on"] = dt.datetime.now(tz=dt.UTC).date().isoformat()
    answers, client = request.app.state.answers, client_of(request)

    def answer(asked: EligibleAsked) -> Any:
        key = ("eligible of a file", repr(sorted(texts.items())) + asked.model_dump_json())
        return answers.kept(key, lambda: _verdict(asked, texts), client)

    return SentBatch(values, texts["file"], answer, texts["keys"], texts["rules"])


async def _text(file: Any, text: Any) -> str:
    """The chosen file, else the text that was pasted."""
    if isinstance(file, UploadFile) and file.filename:
        return (await file.read(LARGEST_BODY)).decode("utf-8-sig", errors="replace")
    return text if isinstance(text, str) else ""


def _verdict(asked: EligibleAsked, texts: dict[str, str]) -> Any:
    from orepact.api.posts.eligible import verdict_of
    from orepact.custody.batch_file import parse

    if not texts["file"].strip():
        raise BadInput(Problem("file", "there is no chain of custody", "nothing", "choose a file, or paste its text"))
    body: dict[str, Any] = {"file": parse(texts["file"].encode(), _name("file", texts["file"]))}
    for name in ("keys", "rules"):
        if texts[name].strip():
            body[name] = parse(texts[name].encode(), _name(name, texts[name]))
    return verdict_of(body | {"zone": asked.zone, "on": asked.on.isoformat(), "batch": asked.batch})


def _name(part: str, text: str) -> str:
    """What errors call a text; its ending tells how it is written: JSON begins with a brace."""
    return part if text.lstrip()[:1] in {"{", "["} else f"{part}.yaml"

"""What is asked with a body, as the API needs it, and the routes made from it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from orepact.api.answers import Answers
from orepact.api.body import body_within, content_type, parsed
from orepact.api.media import JSON, json_bytes, table_bytes, wanted
from orepact.api.problems import documented
from orepact.api.routes import client_of, forms_of, table_response
from orepact.api.unknown import refuse_unknown

if TYPE_CHECKING:
    import pandas as pd

Told = tuple[Any, "pd.DataFrame"]
"""An answer as its record and its main table; no more of it is kept, for the draws behind it may fill the memory."""

FAILURES = (400, 403, 404, 413, 415, 422, 429, 500)


@dataclass(frozen=True)
class Posted:
    """One address that takes a body.

    name: its word in addresses. title: the question in plain words. about: what the body is. types: content types that are read; what
    is neither JSON nor YAML comes as bytes. largest: bytes of a body. work: the answer to what the body holds, and to the words in the
    address. schema, examples: of the body. path: what follows the name, with what each of its words means.
    operation: its id in the documentation, where the name is taken.
    """

    name: str
    title: str
    about: str
    types: tuple[str, ...]
    largest: int
    work: Callable[[Any, Mapping[str, str]], Told]
    schema: Mapping[str, Any]
    example: Any = None
    path: str = ""
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    operation: str = ""


def router(posts: tuple[Posted, ...]) -> APIRouter:
    """The routes of some of them."""
    found = APIRouter()
    for posted in posts:
        found.add_api_route(
            f"/{posted.name}{posted.path}",
            _endpoint(posted),
            methods=["POST"],
            name=f"post {posted.name}",
            operation_id=posted.operation or (posted.name if not posted.path else f"{posted.name}_of"),
            summary=posted.title,
            response_class=Response,
            responses={200: {"description": "The answer.", "content": forms_of()}, **documented(*FAILURES)},
            openapi_extra=_documentation(posted),
            dependencies=[refuse_unknown()],
        )
    return found


def _documentation(posted: Posted) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for form in posted.types:
        content[form] = {"schema": dict(posted.schema)}
        if posted.example is not None and form == JSON:
            content[form]["example"] = posted.example
    words = [
        {
            "in": "path",
            "name": name,
            "required": True,
            "description": meaning,
            "schema": {"type": "string"},
            "example": example,
        }
        for name, (meaning, example) in posted.words.items()
    ]
    return {"requestBody": {"required": True, "description": posted.about, "content": content}, "parameters": words}


def _endpoint(posted: Posted) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        form = content_type(request, *posted.types)
        content = await body_within(request, posted.largest)
        words = {name: str(value) for name, value in request.path_params.items()}
        return await run_in_threadpool(_respond, request, posted, (form, content, words))

    endpoint.__doc__ = posted.about
    return endpoint


def _respond(request: Request, posted: Posted, given: tuple[str, bytes, dict[str, str]]) -> Response:
    form, content, words = given
    value = parsed(content, form) if posted.schema.get("format") != "binary" else content
    answers: Answers = request.app.state.answers
    key = hashlib.sha256(repr((form, sorted(words.items()))).encode() + content).hexdigest()
    record, frame = answers.kept((posted.name, key), lambda: posted.work(value, words), client_of(request))
    asked_for = wanted(request.headers.get("accept", ""))
    if asked_for == JSON:
        return Response(json_bytes(record), media_type=JSON)
    return table_response(table_bytes(frame, asked_for), asked_for, posted.name)

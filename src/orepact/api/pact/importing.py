"""The route that takes in a table of records: what every row would do, and, when asked to, all of it or nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from orepact.api.body import body_within, content_type
from orepact.api.media import CSV, XLSX
from orepact.api.pact.answer_shapes import PreviewBody, TakingInBody
from orepact.api.pact.bodies import key_of
from orepact.api.pact.said import said
from orepact.api.pact.viewer import Kept, Somebody
from orepact.api.problems import documented
from orepact.api.question import Asked, parameter
from orepact.api.safety import LARGEST_BODY
from orepact.errors import unknown
from orepact.pact.importing import preview, preview_record, read_table, write
from orepact.pact.kinds import KINDS
from orepact.pact.ledger.taking_in import look, take_in

EXAMPLE = "name,kind,home\nExample works (invented),firm,CAN\n"
STEPS = "holder,form,grams,price,effective\nexample-works,cobalt metal,1000000,3000000,2026-05-01\n"


class ImportAsked(Asked):
    """What the rows are, and whether they are written."""

    kind: str = parameter("Kind of the records, in the plural.", unit="name", default="parties")
    write: bool = parameter("yes writes all rows if none is refused; no only looks.", unit="1", default=False)


class StepsAsked(Asked):
    """Whether the steps are booked."""

    write: bool = parameter("yes books all rows if none is refused; no only looks.", unit="1", default=False)


def _body(example: str) -> dict[str, object]:
    content = {
        CSV: {"schema": {"type": "string"}, "example": example},
        XLSX: {"schema": {"type": "string", "format": "binary"}},
    }
    return {"requestBody": {"required": True, "content": content}}


def add_importing(router: APIRouter) -> None:
    """Add the routes."""
    router.add_api_route(
        "/import", endpoint, methods=["POST"], operation_id="pact_import", response_class=Response,
        summary="Take in a table of records, after a preview.", openapi_extra=_body(EXAMPLE),
        responses={
            **documented(400, 401, 403, 404, 409, 413, 415, 422, 500, 503),
            200: {"model": PreviewBody, "description": "What each row does."},
        },
    )  # fmt: skip
    router.add_api_route(
        "/reserves/{record}/import", steps, methods=["POST"], operation_id="pact_reserve_import", response_class=Response,
        summary="Take an opening book, other steps or an auditors' extract into a reserve.", openapi_extra=_body(STEPS),
        responses={
            **documented(400, 401, 403, 404, 409, 413, 415, 422, 500, 503),
            200: {"model": TakingInBody, "description": "What each row does, and what is held before and after."},
        },
    )  # fmt: skip


async def endpoint(asked: Annotated[ImportAsked, Query()], viewer: Somebody, pact: Kept, request: Request) -> Response:
    """What every row would do and what is wrong with it; with write=yes, done for all rows, or for none where one is refused."""
    form = content_type(request, CSV, XLSX)
    content = await body_within(request, LARGEST_BODY)
    key = key_of(request)

    def answer() -> Response:
        plurals = {name: each.name for each in KINDS.values() for name in (each.plural, each.name)}
        if asked.kind not in plurals:
            raise unknown("kind", "kind of record", asked.kind, plurals)
        rows = read_table(content, "xlsx" if form == XLSX else "csv", "body")
        found = preview(pact, viewer, plurals[asked.kind], rows)
        done = write(pact, viewer, found, key) if asked.write and not found.refused else ()
        return said(preview_record(found) | {"written": len(done)})

    return await run_in_threadpool(answer)


async def steps(
    record: Annotated[str, Path(description="Id of the reserve.", examples=["x-0123456789abcdef"], max_length=120)],
    asked: Annotated[StepsAsked, Query()], viewer: Somebody, pact: Kept, request: Request,
) -> Response:  # fmt: skip
    """What every row would book and what is wrong with it; with write=yes, booked for all rows, or for none where one is refused."""
    form = content_type(request, CSV, XLSX)
    content = await body_within(request, LARGEST_BODY)
    key = key_of(request)

    def answer() -> Response:
        found = look(pact, viewer, record, content, "xlsx" if form == XLSX else "csv", "body")
        done = take_in(pact, viewer, found, key) if asked.write and not found.problems else ()
        return said(found.record() | {"written": len(done)})

    return await run_in_threadpool(answer)

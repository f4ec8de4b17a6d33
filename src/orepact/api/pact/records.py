"""The routes of records: list, one, history, add, do; made for every kind from the kinds themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import AwareDatetime

from orepact.api.pact.bodies import change_of, command_of, documented_body, key_of
from orepact.api.pact.said import NOT_MODIFIED, OWN, said, tag_of, told, unchanged
from orepact.api.pact.shapes import EventsBody, bodies_of, event_record, kept_record
from orepact.api.pact.viewer import Anyone, Kept, Somebody, people_of
from orepact.api.problems import documented
from orepact.api.question import Asked, parameter
from orepact.api.routes import PREFIX, forms_of
from orepact.api.unknown import refuse_unknown
from orepact.errors import Problem
from orepact.pact import Denied, Pact, Sight, Viewer
from orepact.pact.acting import act
from orepact.pact.kinds import KINDS
from orepact.pact.kinds.base import Kind
from orepact.pact.pact import found
from orepact.policy.record import Day

MOST, USUAL, DEEPEST = 500, 100, 1_000_000
FAILURES = (401, 403, 404, 422, 500, 503)
CHANGES = (400, 401, 403, 404, 409, 413, 415, 422, 500, 503)
ABOUT = ("id", "version", "effective", "recorded")
EVENT_COLUMNS = (
    "recorded", "effective", "kind", "record", "version", "verb", "actor", "role", "rule", "tier", "readers", "data", "evidence", "hash",
)  # fmt: skip
Name = Annotated[str, Path(description="Id of the record.", examples=["cod"], max_length=120)]


class WhenAsked(Asked):
    """Which state is asked for."""

    as_of: Day | None = parameter(
        "Day as of which it stands; today when left out.", unit="date", default=None, example="2026-05-01"
    )
    known_by: AwareDatetime | None = parameter(
        "Moment up to which what was written counts; everything when left out.",
        unit="date",
        default=None,
        example="2026-05-01T12:00:00Z",
    )


class ListAsked(WhenAsked):
    """Which records of a kind."""

    limit: int = parameter("Most records.", unit="1", default=USUAL, ge=1, le=MOST)
    offset: int = parameter("Records to leave out first.", unit="1", default=0, ge=0, le=DEEPEST)


class PageAsked(Asked):
    """Which events of a record."""

    limit: int = parameter("Most events.", unit="1", default=USUAL, ge=1, le=MOST)
    offset: int = parameter("Events to leave out first.", unit="1", default=0, ge=0, le=DEEPEST)


def add_records(router: APIRouter) -> None:
    """Add the routes of every kind."""
    for kind in KINDS.values():
        _add_reading(router, kind)
        _add_changing(router, kind)


def _add_reading(router: APIRouter, kind: Kind) -> None:
    one, many, _ = bodies_of(kind.record)
    table = {form: about for form, about in forms_of().items() if form != "application/json"}
    add = router.add_api_route
    add(
        f"/{kind.plural}", _listed(kind), methods=["GET"], operation_id=f"pact_list_{kind.name}", response_class=Response,
        summary=f"Records: {kind.meaning}.",
        responses={**documented(*FAILURES), 200: {"model": many, "description": "The records.", "content": table}},
    )  # fmt: skip
    add(
        f"/{kind.plural}/{{id}}", _one(kind), methods=["GET"], operation_id=f"pact_get_{kind.name}", response_class=Response,
        summary=f"One record of the kind {kind.name}, as it stands.",
        responses={**documented(*FAILURES), 200: {"model": one}, NOT_MODIFIED: {"description": "It has not changed."}},
    )  # fmt: skip
    add(
        f"/{kind.plural}/{{id}}/history", _history(kind), methods=["GET"], operation_id=f"pact_history_of_{kind.name}",
        response_class=Response, summary=f"What was done to one record of the kind {kind.name}.",
        responses={**documented(*FAILURES), 200: {"model": EventsBody, "description": "The events.", "content": table}},
    )  # fmt: skip


def _add_changing(router: APIRouter, kind: Kind) -> None:
    one, _, new = bodies_of(kind.record)
    verbs = {name: each for name, each in kind.verbs.items() if name != "add"}
    add = router.add_api_route
    add(
        f"/{kind.plural}", _add(kind), methods=["POST"], operation_id=f"pact_add_{kind.name}", response_class=Response, status_code=201,
        summary=f"Add a record of the kind {kind.name}.", dependencies=[refuse_unknown()],
        responses={**documented(*CHANGES), 201: {"model": new, "description": "The record."}},
        openapi_extra=documented_body(kind, {"add": kind.verbs["add"]}),
    )  # fmt: skip
    if verbs:
        add(
            f"/{kind.plural}/{{id}}/{{verb}}", _do(kind, tuple(verbs)), methods=["POST"], operation_id=f"pact_do_{kind.name}",
            response_class=Response, summary=f"Do something to a record of the kind {kind.name}: {', '.join(verbs)}.",
            dependencies=[refuse_unknown()], responses={**documented(*CHANGES), 200: {"model": one, "description": "The record."}},
            openapi_extra=documented_body(kind, verbs),
        )  # fmt: skip


def sight_of(pact: Pact, viewer: Viewer, asked: WhenAsked) -> Sight:
    """What the asker sees, as of the day and moment asked."""
    return pact.sight(viewer, asked.as_of, asked.known_by)


def following(address: str, asked: Asked, at: int, total: int) -> str | None:
    """Address of the next page of something; None where there is none."""
    state = asked.model_dump()
    after = state["offset"] + at
    return f"{address}?{urlencode(asked.address() | {'offset': str(after)})}" if after < total else None


def _listed(kind: Kind) -> Callable[..., Response]:
    def endpoint(asked: Annotated[ListAsked, Query()], viewer: Anyone, pact: Kept, request: Request) -> Response:
        """Those that the asker may read, in the order in which they were added; as CSV, Parquet or XLSX by content type."""
        sight = sight_of(pact, viewer, asked)
        all_of_them = sight.all(kind.name)
        page = [kept_record(each) for each in all_of_them[asked.offset : asked.offset + asked.limit]]
        record = {
            "kind": kind.name, "as_of": sight.day.isoformat(), "total": len(all_of_them), "limit": asked.limit, "offset": asked.offset,
            "next": following(f"{PREFIX}/pact/{kind.plural}", asked, len(page), len(all_of_them)) if page else None, "records": page,
        }  # fmt: skip
        rows = [{**each, **each["record"]} for each in page]
        return told(request, record, rows, _columns(kind), f"pact-{kind.plural}")

    return endpoint


def _columns(kind: Kind) -> tuple[str, ...]:
    return (*ABOUT, *(each for each in kind.record.model_fields if each not in ABOUT))


def _one(kind: Kind) -> Callable[..., Response]:
    def endpoint(
        id: Name,  # noqa: A002  (the word in the address)
        asked: Annotated[WhenAsked, Query()],
        viewer: Anyone,
        pact: Kept,
        request: Request,
    ) -> Response:
        """The record with its version, which is also its entity tag."""
        kept = found(sight_of(pact, viewer, asked), kind.name, id)
        tag = tag_of(kept.version)
        if unchanged(request, tag):
            return Response(status_code=NOT_MODIFIED, headers={**OWN, "etag": tag})
        return said(kept_record(kept), etag=tag)

    return endpoint


def _history(kind: Kind) -> Callable[..., Response]:
    def endpoint(
        id: Name,  # noqa: A002
        asked: Annotated[PageAsked, Query()],
        viewer: Anyone,
        pact: Kept,
        request: Request,
    ) -> Response:
        """Events of the record that the asker may read, oldest first."""
        found(pact.sight(viewer), kind.name, id)
        seen = [event_record(each) for each in pact.history(viewer, kind.name, id)]
        page = seen[asked.offset : asked.offset + asked.limit]
        address = f"{PREFIX}/pact/{kind.plural}/{id}/history"
        record = {"events": page, "next": following(address, asked, len(page), len(seen)) if page else None}
        return told(request, record, page, EVENT_COLUMNS, f"pact-{kind.name}-history")

    return endpoint


def _add(kind: Kind) -> Callable[..., Any]:
    async def endpoint(viewer: Somebody, pact: Kept, request: Request) -> Response:
        """Put a new record into the register. The answer to a token has its secret, this once."""
        command = command_of(kind, "add", None, await change_of(request), request)

        def add() -> Response:
            if kind.name == "token":
                done, secret = people_of(request).add_token(viewer, command, key_of(request))
            else:
                done, secret = pact.do(viewer, command, key_of(request)), None
            return _done(pact, viewer, kind, done.event.draft.record, secret=secret)

        return await run_in_threadpool(add)

    return endpoint


def _do(kind: Kind, verbs: tuple[str, ...]) -> Callable[..., Any]:
    async def endpoint(id: str, verb: str, viewer: Somebody, pact: Kept, request: Request) -> Response:  # noqa: A002
        """Do it, under the rights of the asker and the guards of the verb."""
        command = command_of(kind, verb, id, await change_of(request), request)

        def doing() -> Response:
            act(pact, viewer, command, key_of(request))
            return _done(pact, viewer, kind, id)

        return await run_in_threadpool(doing)

    endpoint.__annotations__ = {
        "id": Name, "verb": Annotated[Literal[verbs], Path(description="What is done.", examples=[verbs[0]])], "viewer": Somebody,
        "pact": Kept, "request": Request, "return": Response,
    }  # fmt: skip
    return endpoint


def _done(pact: Pact, viewer: Viewer, kind: Kind, record: str, **more: Any) -> Response:
    """The record after a change, as far as whoever made it may read it now."""
    kept = pact.sight(viewer).get(kind.name, record)
    if kept is None:
        todo = "ask whoever may read it"
        raise Denied(Problem(kind.name, "it was done, and is no longer yours to read", "a record of others", todo))
    headers = {"etag": tag_of(kept.version)}
    if more:
        headers["location"] = f"{PREFIX}/pact/{kind.plural}/{record}"
    return said(kept_record(kept) | more, 201 if more else 200, **headers)

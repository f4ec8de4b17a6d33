"""The routes of the log: events and decisions, in pages that tell nothing of what else was written, and whether the chain holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select

from orepact.api.pact.records import EVENT_COLUMNS, MOST, USUAL
from orepact.api.pact.said import said, told
from orepact.api.pact.shapes import EventsBody, VerdictBody, event_record
from orepact.api.pact.viewer import Anyone, Kept, Somebody
from orepact.api.problems import documented
from orepact.api.question import Asked, parameter
from orepact.api.routes import PREFIX, forms_of
from orepact.errors import BadInput, Problem
from orepact.pact import Denied, Pact, Viewer
from orepact.pact.event import Event, read_event
from orepact.pact.listing import is_decision
from orepact.pact.tables import event as log

HASH = r"^[0-9a-f]{64}$"
A_HASH = "25a488e1886bff34da024b4492a933968eb504d01b63f61777e451be323db864"
"""As documentation shows one."""


class EventsAsked(Asked):
    """Which events."""

    after: str | None = parameter(
        "Hash of the last event that you have; from the first when left out.",
        unit="text",
        default=None,
        example=A_HASH,
        pattern=HASH,
    )
    limit: int = parameter("Most events.", unit="1", default=USUAL, ge=1, le=MOST)


class VerifyAsked(Asked):
    """What was noted earlier."""

    noted: str | None = parameter(
        "Hash of a last event that was noted earlier: it must lie in the chain.",
        unit="text",
        default=None,
        example=A_HASH,
        pattern=HASH,
    )


def add_log(router: APIRouter) -> None:
    """Add the routes."""
    table = {form: about for form, about in forms_of().items() if form != "application/json"}
    answers = {
        **documented(401, 403, 422, 500, 503),
        200: {"model": EventsBody, "description": "The events.", "content": table},
    }
    for name, which, summary in (
        ("events", _any, "What was done, as far as you may read it, oldest first."),
        ("decisions", _decides, "Every change of a parameter and every override of a guard, oldest first."),
    ):
        router.add_api_route(
            f"/{name}", _events(name, which), methods=["GET"], operation_id=f"pact_{name}", response_class=Response, summary=summary,
            responses=answers,
        )  # fmt: skip
    router.add_api_route(
        "/verify", _verify, methods=["GET"], operation_id="pact_verify", response_class=Response,
        summary="Whether the log is as it was written; for auditors.",
        responses={**documented(401, 403, 422, 500, 503), 200: {"model": VerdictBody}},
    )  # fmt: skip


def _any(_: Event) -> bool:
    return True


def _decides(event: Event) -> bool:
    """Whether an event is a decision."""
    return is_decision(event)


def _events(name: str, which: Callable[[Event], bool]) -> Callable[..., Response]:
    def endpoint(asked: Annotated[EventsAsked, Query()], viewer: Anyone, pact: Kept, request: Request) -> Response:
        """A page of events; ``after`` takes the hash of the last one that you have."""
        seen = list(islice(filter(which, _seen(pact, viewer, asked.after)), asked.limit + 1))
        page = [event_record(each) for each in seen[: asked.limit]]
        more = len(seen) > asked.limit
        state = urlencode(asked.address() | {"after": page[-1]["hash"]}) if more else ""
        record = {"events": page, "next": f"{PREFIX}/pact/{name}?{state}" if more else None}
        return told(request, record, page, EVENT_COLUMNS, f"pact-{name}")

    return endpoint


def _seen(pact: Pact, viewer: Viewer, after: str | None) -> Iterator[Event]:
    """Events that a viewer may read, after one of them. Raises BadInput in the same words for one that is not there or not theirs."""
    sight = pact.sight(viewer)
    start = 0
    if after is not None:
        with pact.store.database.reading() as connection:
            row = connection.execute(select(log).where(log.c.hash == after)).first()
        if row is None or not sight.sees_event(read_event(row.body, row.previous, row.hash)):
            problem = Problem(
                "after", "there is no event of that hash", f"'{after}'", "give the hash of one that you have"
            )
            raise BadInput(problem)
        start = row.seq
    return (each for each in pact.store.events(after=start) if sight.sees_event(each))


def _verify(asked: Annotated[VerifyAsked, Query()], viewer: Somebody, pact: Kept) -> Response:
    """Every hash, every link, every version, and the state that follows."""
    from orepact.pact.chain import verify

    if not viewer.has("auditor"):
        roles: Any = ", ".join(sorted(viewer.roles)) or "none"
        raise Denied(Problem("verify", "it takes the role auditor", roles, "ask an administrator for it"))
    return said(verify(pact.store, asked.noted).record())

"""The routes that answer what is asked of the pact: clock with calendar and feed, overlaps, agreements side by side, imports, pipeline."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from orepact.api.pact.answer_shapes import (
    AuditBody,
    BesideBody,
    BookBody,
    ClockBody,
    EffectBody,
    FunnelBody,
    MineBody,
    OverlapBody,
    PipelineBody,
    PublishedBody,
)  # fmt: skip
from orepact.api.pact.records import Name, WhenAsked, sight_of
from orepact.api.pact.said import OWN, told
from orepact.api.pact.viewer import Anyone, Kept, Somebody
from orepact.api.problems import documented
from orepact.api.question import parameter
from orepact.api.routes import forms_of
from orepact.pact import Sight
from orepact.pact.calendar import calendar, changes, feed
from orepact.pact.canonical import canonical
from orepact.pact.clock import COLUMNS as CLOCK_COLUMNS
from orepact.pact.clock import Reading, check_asked, chosen, clock, clock_answer, clock_rows, notice_days
from orepact.pact.pipeline import COLUMNS as PIPELINE_COLUMNS
from orepact.pact.pipeline import project_records

PUBLISHED_COLUMNS = ("reserve", "until", "form", "mineral", "stage", "in_store", "inbound", "why")
MINE_COLUMNS = ("reserve", "holder", "form", "grams", "price", "transferable")
LOT_COLUMNS = ("lot", "form", "grams", "purity", "assay", "place", "origin", "custody", "cost", "rotate_by")
FAILURES = (401, 404, 422, 500, 503)
CALENDAR, FEED = "text/calendar", "application/atom+xml"


class ClockAsked(WhenAsked):
    """Which promises."""

    status: str | None = parameter(
        "Only these, joined by commas: open, due, late, met, met late, lapsed, unknown.", unit="name", default=None, example="late,unknown"
    )  # fmt: skip
    party: str | None = parameter("Only promises of this party, by its id.", unit="name", default=None, example="EU")


class OverlapAsked(WhenAsked):
    """Which cells."""

    mineral: str | None = parameter("Only cells of this mineral.", unit="name", default=None, example="cobalt")
    country: str | None = parameter("Only cells in this country.", unit="name", default=None, example="COD")
    region: str = parameter("Buyer whose gaps are looked for.", unit="name", default="EU27")


class BesideAsked(WhenAsked):
    """Which agreements."""

    left: str = parameter(
        "Id of an agreement, or how it begins.", unit="name", example="us-japan-framework", needed=True
    )
    right: str | None = parameter(
        "Id of another, or how it begins.", unit="name", default=None, example="us-australia-framework"
    )


class EffectAsked(WhenAsked):
    """Which signature."""

    agreement: str = parameter(
        "Id of an agreement, or how it begins.", unit="name", example="eu-kazakhstan-partnership", needed=True
    )
    buyer: str | None = parameter(
        "Party whose imports are asked about; the bloc when left out.", unit="name", default=None, example="EU27"
    )
    mineral: str | None = parameter("Only this mineral.", unit="name", default=None, example="aluminium")


def add_answers(router: APIRouter) -> None:
    """Add the routes."""
    table = {form: about for form, about in forms_of().items() if form != "application/json"}

    def add(path: str, endpoint: Callable[..., Response], model: Any, summary: str) -> None:
        answers = {**documented(*FAILURES), 200: {"model": model, "description": "The answer.", "content": table}}
        name = "pact_" + path.strip("/").replace("/{record}/", "_")
        router.add_api_route(
            path,
            endpoint,
            methods=["GET"],
            operation_id=name,
            response_class=Response,
            summary=summary,
            responses=answers,
        )

    add("/clock", clock_route, ClockBody, "Which promises are late, and of which nobody can tell.")
    add("/overlap", overlap_route, OverlapBody, "Which initiatives duplicate, and where nobody acts.")
    add("/beside", beside_route, BesideBody, "Agreements side by side, clause by clause.")
    add("/effect", effect_route, EffectBody, "Imports from a partner before and after a signature.")
    add("/pipeline", pipeline_route, PipelineBody, "Where projects stand, and which time limits run.")
    add("/published", published_route, PublishedBody, "What reserves publish, after their lag.")
    add("/mine", mine_route, MineBody, "What those for whom you act may draw and owe, in every reserve.")
    add("/reserves/{record}/book", book_route, BookBody, "The book of a reserve on a day.")
    add(
        "/reserves/{record}/audit",
        audit_route,
        AuditBody,
        "Every posting of a reserve with its balance, and what does not add up.",
    )
    add("/rounds/{record}/funnel", funnel_route, FunnelBody, "How far a demand round came.")
    for path, endpoint, media in (("/clock/calendar", calendar_route, CALENDAR), ("/clock/feed", feed_route, FEED)):
        answers = {**documented(*FAILURES), 200: {"content": {media: {}}, "description": "The due days."}}
        router.add_api_route(
            path, endpoint, methods=["GET"], operation_id=f"pact{path.replace('/', '_')}", response_class=Response,
            summary="The due days as a calendar." if media == CALENDAR else "Changes of status as a feed.", responses=answers,
        )  # fmt: skip


def _readings(sight: Sight, asked: ClockAsked) -> tuple[Reading, ...]:
    statuses = tuple(each.strip() for each in (asked.status or "").split(",") if each.strip())
    check_asked(sight, statuses, asked.party)
    return tuple(chosen(clock(sight, sight.day), statuses, asked.party))


def clock_route(asked: Annotated[ClockAsked, Query()], viewer: Anyone, pact: Kept, request: Request) -> Response:
    """How every promise that the asker may read stands on a day."""
    sight = sight_of(pact, viewer, asked)
    readings = _readings(sight, asked)
    return told(request, clock_answer(readings, sight.day), clock_rows(readings), CLOCK_COLUMNS, "pact-clock")


def calendar_route(asked: Annotated[ClockAsked, Query()], viewer: Anyone, pact: Kept) -> Response:
    """The due days as iCalendar."""
    sight = sight_of(pact, viewer, asked)
    found = calendar(_readings(sight, asked), notice=notice_days(sight))
    return Response(found, media_type=f"{CALENDAR}; charset=utf-8", headers=OWN)


def feed_route(asked: Annotated[ClockAsked, Query()], viewer: Anyone, pact: Kept) -> Response:
    """Changes of status as an Atom feed, newest first."""
    sight = sight_of(pact, viewer, asked)
    wanted = {each.kept.id for each in _readings(sight, asked)}
    found = feed([each for each in changes(sight, sight.day) if each.reading.kept.id in wanted], sight.day)
    return Response(found, media_type=f"{FEED}; charset=utf-8", headers=OWN)


def overlap_route(asked: Annotated[OverlapAsked, Query()], viewer: Anyone, pact: Kept, request: Request) -> Response:
    """Pairs of initiatives in force that share cells, and cells of a buyer that depend on one third country, with who acts there."""
    from orepact.pact.gaps import gaps, gaps_answer
    from orepact.pact.overlap import PAIR_COLUMNS, overlap, overlap_answer, pair_rows

    sight = sight_of(pact, viewer, asked)
    found = overlap(sight, sight.day, mineral=asked.mineral, country=asked.country)
    missing = gaps(sight, sight.day, region=asked.region, materials=found.mineral or "strategic")
    record = overlap_answer(found) | {"gaps": gaps_answer(missing)}
    return told(request, record, pair_rows(found.pairs), PAIR_COLUMNS, "pact-overlap")


def beside_route(asked: Annotated[BesideAsked, Query()], viewer: Anyone, pact: Kept, request: Request) -> Response:
    """What agreements say of every clause of the library, where they differ, and the deals of a bloc's members."""
    from orepact.pact.beside import COLUMNS, beside, beside_answer, beside_bloc, beside_rows

    sight = sight_of(pact, viewer, asked)
    found = beside(sight, [each for each in (asked.left, asked.right) if each])
    deals = beside_bloc(sight, found.agreements[0])
    return told(request, beside_answer(found, deals), beside_rows(found), COLUMNS, "pact-beside")


def effect_route(asked: Annotated[EffectAsked, Query()], viewer: Anyone, pact: Kept, request: Request) -> Response:
    """Imports in up to three full years before and after; "cannot tell" where there is no full year after."""
    from orepact.pact.beside import agreement_of
    from orepact.pact.partner_effect import COLUMNS, effect_answer, effect_row, partner_effect

    sight = sight_of(pact, viewer, asked)
    said = agreement_of(sight, asked.agreement)
    found = partner_effect(sight, said, sight.day, buyer=asked.buyer, mineral=asked.mineral)
    return told(request, effect_answer(found), [effect_row(each) for each in found.effects], COLUMNS, "pact-effect")


def pipeline_route(asked: Annotated[WhenAsked, Query()], viewer: Anyone, pact: Kept, request: Request) -> Response:
    """State, time limits, permit clock, money and missing guards of every project that the asker may read."""
    sight = sight_of(pact, viewer, asked)
    rows = project_records(sight)
    return told(request, {"as_of": sight.day.isoformat(), "projects": rows}, rows, PIPELINE_COLUMNS, "pact-pipeline")


def published_route(asked: Annotated[WhenAsked, Query()], viewer: Anyone, pact: Kept, request: Request) -> Response:
    """Goods and movements by form, by what was written before the lag of each reserve, without what security holds back."""
    from orepact.pact.ledger import published

    found = plainly(published(pact, sight_of(pact, viewer, asked).day))
    rows = [{"reserve": each["name"], "until": each["until"], **form} for each in found for form in each["forms"]]
    return told(request, {"reserves": found}, rows, PUBLISHED_COLUMNS, "pact-published")


def mine_route(asked: Annotated[WhenAsked, Query()], viewer: Somebody, pact: Kept, request: Request) -> Response:
    """Rights, clocks, invoices and cost of everybody for whom the asker acts."""
    from orepact.pact.ledger import own_parts

    found = plainly(own_parts(pact, viewer, asked.as_of))
    rows = [{"reserve": each["reserve"], "holder": each["holder"], **row} for each in found for row in each["rights"]]
    return told(request, {"parts": found}, rows, MINE_COLUMNS, "pact-mine")


def book_route(
    record: Name, asked: Annotated[WhenAsked, Query()], viewer: Somebody, pact: Kept, request: Request
) -> Response:
    """Lots, rights, clocks, invoices, cost by payer, days of cover, and whether debits equal credits."""
    from orepact.pact.ledger import book_of

    found = plainly(book_of(pact, viewer, record, asked.as_of).answer())
    return told(request, found, found["lots"], LOT_COLUMNS, "pact-book")


def audit_route(
    record: Name, asked: Annotated[WhenAsked, Query()], viewer: Somebody, pact: Kept, request: Request
) -> Response:
    """The postings of every booking, with running balances and the hash of the event."""
    from orepact.pact.ledger import audit
    from orepact.pact.ledger.audit import COLUMNS

    found = audit(pact, viewer, record, asked.as_of)
    return told(request, {"name": found.name, "bookings": found.bookings, "rows": list(found.rows), "wrong": list(found.wrong)},
                found.rows, COLUMNS, "pact-audit")  # fmt: skip


def funnel_route(
    record: Name, asked: Annotated[WhenAsked, Query()], viewer: Anyone, pact: Kept, request: Request
) -> Response:
    """Offers against demand, matches against demand, contracts against matches; what would tell of one firm is left out."""
    from orepact.pact.pact import found
    from orepact.pact.rounds.funnel import funnel

    sight = sight_of(pact, viewer, asked)
    found(sight, "round", record)
    answer = funnel(sight.state, record).record()
    row = {name: value for name, value in answer.items() if name != "reasons"}
    return told(request, answer, [row], list(row), "pact-funnel")


def plainly(answer: Any) -> Any:
    """An answer with its days as text."""
    return json.loads(canonical(answer))

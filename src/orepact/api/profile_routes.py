"""The routes of profiles: one mineral, one country or region, and the lists of both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from orepact.api.media import JSON, json_bytes, table_bytes, wanted
from orepact.api.problems import documented
from orepact.api.routes import client_of, table_response
from orepact.api.unknown import refuse_unknown

if TYPE_CHECKING:
    import pandas as pd

LONGEST_NAME = 80
Mineral = Annotated[str, Path(description="Mineral, by any usual name.", max_length=LONGEST_NAME, examples=["cobalt"])]
Place = Annotated[
    str, Path(description="Country or region, by code or name.", max_length=LONGEST_NAME, examples=["EU27"])
]


def router() -> APIRouter:
    """The routes."""
    found = APIRouter()
    content = {JSON: {"schema": {"type": "object"}}, "text/csv": {"schema": {"type": "string"}}}
    answers = {**documented(404, 422, 429, 500), 200: {"description": "The profile.", "content": content}}
    for path, endpoint, title in (
        ("/mineral/{mineral}", mineral, "One mineral: output, trade, prices, controls, both sides of its table"),
        ("/country/{place}", country, "One country or region, as producer and as buyer"),
    ):
        name = endpoint.__name__
        found.add_api_route(
            path,
            endpoint,
            methods=["GET"],
            operation_id=name,
            summary=title,
            response_class=Response,
            responses=answers,
            dependencies=[refuse_unknown()],
        )
    return found


def mineral(mineral: Mineral, request: Request) -> Response:
    """What the facts and the balanced table say of a mineral."""
    from orepact.report.profile_rows import mineral_frame

    return _answered(request, "mineral", mineral, mineral_record, mineral_frame)


def country(place: Place, request: Request) -> Response:
    """What the facts and the balanced tables say of a country or region."""
    from orepact.report.profile_rows import country_frame

    return _answered(request, "country", place, country_record, country_frame)


def mineral_record(name: str) -> dict[str, Any]:
    """The profile of a mineral today."""
    from orepact.indicators.mineral_profile import mineral_profile

    return mineral_profile(name)


def country_record(name: str) -> dict[str, Any]:
    """The profile of a country or region today."""
    from orepact.indicators.country_profile import country_profile

    return country_profile(name)


def _answered(
    request: Request, kind: str, name: str, work: Callable[[str], Any], frame: Callable[[Any], pd.DataFrame]
) -> Response:
    key = (f"profile {kind}", f"{name} {dt.datetime.now(tz=dt.UTC).date()}")
    record = request.app.state.answers.kept(key, lambda: work(name), client_of(request))
    form = wanted(request.headers.get("accept", ""))
    if form == JSON:
        return Response(json_bytes(record), media_type=JSON)
    return table_response(table_bytes(frame(record), form, verbatim=True), form, kind)

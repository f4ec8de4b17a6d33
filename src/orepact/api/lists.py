"""What can be posted, to look at first: a case of the gallery as a file, the indicators with their tables, and the EU's supply risk."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from orepact.api.answers import Answers
from orepact.api.media import JSON, json_bytes, table_bytes, wanted
from orepact.api.problems import documented
from orepact.api.routes import client_of, forms_of, table_response
from orepact.api.shapes.network import GalleryRow
from orepact.api.unknown import refuse_unknown


class ShippedCase(GalleryRow):
    """A case that is ready to run, with its file."""

    yaml: str = Field(description="Its file: something to begin one's own with.")


def router() -> APIRouter:
    """The routes."""
    found = APIRouter()
    found.add_api_route(
        "/gallery/{name}",
        shipped,
        methods=["GET"],
        operation_id="gallery_case",
        summary="A case that is ready to run, with its file.",
        response_class=Response,
        responses={200: {"model": ShippedCase, "description": "The case."}, **documented(422)},
        dependencies=[refuse_unknown()],
    )
    found.add_api_route(
        "/indicator",
        indicators,
        methods=["GET"],
        operation_id="indicators",
        summary="Which indicators are there, and which tables do they need?",
        response_class=Response,
        responses={
            200: {"description": "Indicators and columns.", "content": {JSON: {"schema": {"type": "object"}}}},
            **documented(422),
        },
        dependencies=[refuse_unknown()],
    )
    found.add_api_route(
        "/indicator/supply-risk",
        supply_risk,
        methods=["GET"],
        operation_id="supply_risk",
        summary="What is the EU's supply risk on the shares of its study of 2023?",
        response_class=Response,
        responses={200: {"description": "The answer.", "content": forms_of()}, **documented(404, 422, 429)},
        dependencies=[refuse_unknown("region")],
    )
    return found


def shipped(name: Annotated[str, Path(description="Name of the case.", examples=["cobalt-quota"])]) -> Response:
    """What it asks, what is a fact and what is assumed, and the case itself in YAML."""
    from orepact.cases.shipped import gallery, text_of

    text = text_of(name)
    return Response(json_bytes({**gallery()[name].row(), "yaml": text}), media_type=JSON)


def indicators() -> Response:
    """Every indicator with the tables and options it takes, and the columns of every table."""
    from orepact.indicators.ask import described

    return Response(json_bytes(described()), media_type=JSON)


def supply_risk(
    request: Request,
    region: Annotated[
        str, Query(description="Region; the study knows the EU alone.", examples=["EU27"], max_length=400)
    ] = "EU27",
) -> Response:
    """One row a mineral and stage, with every input; what is missing is named."""
    from orepact.indicators.ask import answer

    answers: Answers = request.app.state.answers
    found = answers.kept(
        ("supply-risk", region), lambda: answer("supply-risk", {}, {"region": region}), client_of(request)
    )
    form = wanted(request.headers.get("accept", ""))
    if form == JSON:
        rows: list[dict[str, Any]] = found.astype(object).where(found.notna(), None).to_dict("records")
        return Response(json_bytes(rows), media_type=JSON)
    return table_response(table_bytes(found, form), form, "supply-risk")

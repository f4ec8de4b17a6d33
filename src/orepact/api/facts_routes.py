"""The routes of the facts: the tables, rows of one in pages, and why a figure is what it is. Each answer has an entity tag."""

from __future__ import annotations

import json
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from orepact import facts
from orepact.api.media import JSON, json_bytes, table_bytes, wanted
from orepact.api.problems import documented
from orepact.api.question import LONGEST, Asked, parameter
from orepact.api.routes import table_response
from orepact.api.unknown import refuse_unknown
from orepact.api.why import LONGEST_ADDRESS, is_derived, tree
from orepact.facts.paging import MOST_LISTED, Rows
from orepact.version import __version__

USUAL = 100
DEEPEST = 10_000_000
NOT_MODIFIED = 304


Table = Annotated[str, Path(description="Name of a table.", max_length=60, examples=["production"])]


class RowsAsked(Asked):
    """Which rows of a table."""

    mineral: str | None = parameter("Mineral, by any usual name.", unit="name", default=None, example="cobalt")
    country: str | None = parameter(
        "Country or region, in any column of places.", unit="name", default=None, example="COD"
    )
    period: str | None = parameter(
        "2024, 2024-Q3, 2024-07, or a span 2020..2024.", unit="period", default=None, example="2024"
    )
    source: str | None = parameter("Id of a source, or its beginning.", unit="name", default=None, example="usgs_mcs")
    where: str | None = parameter(
        "column=value, several joined by ;. Also > >= < <= and ~ (holds the text).",
        unit="condition",
        default=None,
        example="stage=mine",
    )
    sort: str | None = parameter(
        "Column to sort by; - before it for the largest first.", unit="name", default=None, example="-value"
    )
    disputed: bool = parameter("Only things on which claims differ.", unit="1", default=False)
    limit: int = parameter("Most rows.", unit="1", default=USUAL, ge=1, le=MOST_LISTED)
    offset: int = parameter("Rows to leave out first.", unit="1", default=0, ge=0, le=DEEPEST)

    @property
    def conditions(self) -> dict[str, Any]:
        """What :func:`orepact.facts.found_rows` is given."""
        given = self.model_dump(exclude={"limit", "offset", "where"})
        return given | {"where": [part.strip() for part in (self.where or "").split(";") if part.strip()]}


class TableRecord(BaseModel):
    """One table."""

    table: str
    title: str
    rows: int
    first: str | None = Field(description="First year.")
    last: str | None = Field(description="Last year.")
    sources: int
    licences: dict[str, int] = Field(description="Rows by licence of their source.")
    grades: dict[str, int] = Field(description="Rows by evidence grade.")
    columns: list[str]
    key: list[str]


class TablesBody(BaseModel):
    """All tables, with the version of the facts."""

    version: str
    tables: list[TableRecord]


class RowsBody(BaseModel):
    """One page of rows. next: the address of the next page; null on the last."""

    version: str
    table: str
    title: str
    columns: dict[str, str] = Field(description="Meaning of each column.")
    total: int
    limit: int
    offset: int
    next: str | None
    rows: list[dict[str, Any]]


class WhyBody(BaseModel):
    """Where a figure comes from: its tree, and for a fact the whole trail as ``orepact facts why --json`` prints it."""

    version: str
    address: str
    tree: dict[str, Any]
    trail: dict[str, Any] | None


def router() -> APIRouter:
    """The routes."""
    found = APIRouter()
    unchanged: dict[int | str, dict[str, Any]] = {NOT_MODIFIED: {"description": "The facts have not changed."}}
    answers = {**documented(404, 422, 429, 500), **unchanged}
    found.add_api_route(
        "/facts", tables, methods=["GET"], operation_id="facts", response_class=Response, summary="Which tables there are",
        responses={**answers, 200: {"model": TablesBody}}, dependencies=[refuse_unknown()],
    )  # fmt: skip
    found.add_api_route(
        "/facts/{table}", rows, methods=["GET"], operation_id="facts_rows", response_class=Response, summary="Rows of a table, in pages",
        responses={**answers, 200: {"model": RowsBody}},
    )  # fmt: skip
    found.add_api_route(
        "/why", why, methods=["GET"], operation_id="why", response_class=Response, summary="Why a figure is what it is",
        responses={**answers, 200: {"model": WhyBody}}, dependencies=[refuse_unknown("address")],
    )  # fmt: skip
    return found


def tables(request: Request) -> Response:
    """Every table: title, rows, years, licences and grades of its rows."""
    form = wanted(request.headers.get("accept", ""))
    unchanged = not_modified(request, form)
    if unchanged is not None:
        return unchanged
    records = overview()
    if form != JSON:
        import pandas as pd

        return tagged(
            table_response(table_bytes(pd.DataFrame(map(flat, records)), form, verbatim=True), form, "facts"), form
        )
    return tagged(Response(json_bytes({"version": facts.version(), "tables": records}), media_type=JSON), form)


def rows(table: Table, asked: Annotated[RowsAsked, Query()], request: Request) -> Response:
    """Rows that meet the conditions. As CSV, Parquet or XLSX the same page of rows, by content type."""
    form = wanted(request.headers.get("accept", ""))
    unchanged = not_modified(request, form)
    if unchanged is not None:
        return unchanged
    page = facts.page_of(table, facts.found_rows(table, **asked.conditions), limit=asked.limit, offset=asked.offset)
    if form != JSON:
        return tagged(table_response(table_bytes(page.frame, form, verbatim=True), form, table), form)
    return tagged(Response(json_bytes(rows_record(page, asked)), media_type=JSON), form)


Address = Annotated[
    str,
    Query(
        description="Table and values, or a derived figure.",
        max_length=LONGEST_ADDRESS,
        examples=["production/cobalt/mine/COD/2024"],
    ),
]


def why(address: Address, request: Request) -> Response:
    """The tree of one figure: formula, inputs, sources with grade, address and date, and other claims side by side."""
    unchanged = not_modified(request, JSON)
    return unchanged or tagged(Response(json_bytes(why_record(address)), media_type=JSON), JSON)


def why_record(address: str) -> dict[str, Any]:
    """What ``/api/v1/why`` answers with."""
    from orepact.network.uses import used_in_network

    trail = None if is_derived(address) else facts.why(address, used_in_network).record()
    return {"version": facts.version(), "address": address, "tree": tree(address).record(), "trail": trail}


def rows_record(page: Rows, asked: RowsAsked, base: str = "/api/v1/facts") -> dict[str, Any]:
    """A page of rows in JSON terms, each row with its address."""
    from orepact.facts.schemas import SCHEMAS

    schema, following = SCHEMAS[page.table], page.following
    state = urlencode(asked.address() | {"offset": str(following)})
    records = json.loads(page.frame.to_json(orient="records", date_format="iso", double_precision=15))
    return {
        "version": facts.version(), "table": page.table, "title": schema.title, "columns": schema.describes, "total": page.total,
        "limit": asked.limit, "offset": page.start, "next": None if following is None else f"{base}/{page.table}?{state}",
        "rows": [record | {"address": facts.address_of(page.table, record)} for record in records],
    }  # fmt: skip


@cache
def overview() -> list[dict[str, Any]]:
    """What tables there are, each with its rows by grade."""
    found = []
    for record in facts.overview():
        frame = facts.load(record["table"])
        grades: Any = frame["grade"].value_counts().sort_index() if "grade" in frame else {}
        found.append(record | {"grades": {str(grade): int(count) for grade, count in grades.items()}})
    return found


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """A record of a table with its lists and counts as text."""

    def said(value: Any) -> Any:
        if isinstance(value, dict):
            return "|".join(f"{name}: {count}" for name, count in value.items())
        return "|".join(value) if isinstance(value, list) else value

    return {name: said(value) for name, value in record.items()}


def tag(form: str) -> str:
    """The entity tag of anything that follows from the facts alone, in one form."""
    return f'W/"{facts.version()}-{__version__}-{form.rpartition("/")[2].rpartition(".")[2]}"'


def tagged(response: Response, form: str) -> Response:
    """A response with the tag of the facts."""
    response.headers["etag"] = tag(form)
    response.headers["cache-control"] = "no-cache"
    response.headers["vary"] = "Accept"
    return response


def not_modified(request: Request, form: str) -> Response | None:
    """304 where the asker holds what the facts still say; None otherwise."""
    held = request.headers.get("if-none-match", "")[: 10 * LONGEST]
    names = {each.strip().removeprefix("W/") for each in held.split(",")}
    if "*" in names or tag(form).removeprefix("W/") in names:
        return tagged(Response(status_code=NOT_MODIFIED), form)
    return None

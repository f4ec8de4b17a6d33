"""Pages that are no question but a place to look things up: a list, and one page for each thing on it, with their twins.

``/mineral`` is the list and ``/mineral/cobalt`` one of it; ``/mineral/cobalt.json``, ``.csv`` and ``.xlsx`` are the same as data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.templating import Jinja2Templates

from orepact.api.media import CSV, JSON, XLSX, json_bytes, table_bytes
from orepact.api.problems import kind_of
from orepact.api.routes import client_of, table_response
from orepact.errors import OrepactError

if TYPE_CHECKING:
    import pandas as pd

TWINS = {".json": JSON, ".csv": CSV, ".xlsx": XLSX}
Values = Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """One page: its template and what that is given, and the same as data. record, frame: made only when they are asked for.

    reads: parameters that the page takes; ``state`` of a link is made of these.
    """

    template: str
    context: Mapping[str, Any]
    record: Callable[[], Any]
    frame: Callable[[], pd.DataFrame]
    status: int = 200


@dataclass(frozen=True)
class Profile:
    """A list and its pages. nav: its word in the menu. listed, one: the page for some parameters, or of one thing.

    refused: the page where parameters are wrong, with the errors beside the fields; the usual page of errors when left out. kept:
    whether pages are kept, so that the page and its twins are made once.
    """

    name: str
    nav: str
    listed: Callable[[Values], Shown]
    one: Callable[[str, Values], Shown]
    refused: Callable[[str | None, Values, OrepactError], Shown] | None = None
    kept: bool = True
    parameters: tuple[str, ...] = field(default=())

    @property
    def address(self) -> str:
        """Where its list stands."""
        return f"/{self.name}"


def mount(app: FastAPI, profile: Profile, shown: Jinja2Templates) -> None:
    """Add a profile's pages and their twins to an app."""

    def listed(request: Request) -> Response:
        return respond(request, profile, None, "", shown)

    def listed_as_data(request: Request, ending: str) -> Response:
        return respond(request, profile, None, f".{ending}", shown)

    def one(request: Request, what: str) -> Response:
        name, ending = _split(what)
        return respond(request, profile, name, ending, shown)

    app.add_api_route(f"/{profile.name}", listed, methods=["GET"], include_in_schema=False)
    app.add_api_route(f"/{profile.name}.{{ending}}", listed_as_data, methods=["GET"], include_in_schema=False)
    app.add_api_route(f"/{profile.name}/{{what}}", one, methods=["GET"], include_in_schema=False)


def _split(what: str) -> tuple[str, str]:
    """The name of a thing, and the ending of a twin where there is one."""
    name, dot, ending = what.rpartition(".")
    return (name, f".{ending}") if dot and f".{ending}" in TWINS else (what, "")


def respond(request: Request, profile: Profile, what: str | None, ending: str, shown: Jinja2Templates) -> Response:
    """A page of a profile, or its twin."""
    if ending and ending not in TWINS:
        from starlette.exceptions import HTTPException

        raise HTTPException(404)
    values = {name: value for name, value in request.query_params.items() if value.strip()}
    try:
        found = _made(request, profile, what, values)
    except OrepactError as error:
        if ending or profile.refused is None:
            raise
        found = profile.refused(what, values, error)
    if ending:
        return _twin(found, what or profile.name, ending)
    state = urlencode(values)
    base = f"/{profile.name}/{what}" if what else f"/{profile.name}"
    context = {
        "page": profile, "pages": request.app.state.pages, "values": values, "state": f"?{state}" if state else "", "base": base,
    }  # fmt: skip
    return shown.TemplateResponse(request, found.template, context | dict(found.context), status_code=found.status)


def _made(request: Request, profile: Profile, what: str | None, values: Values) -> Shown:
    def make() -> Shown:
        return profile.listed(values) if what is None else profile.one(what, values)

    unknown = [name for name in values if name not in profile.parameters]
    if unknown:
        from orepact.errors import BadInput, unknown_problem

        raise BadInput(unknown_problem(unknown[0], "parameter", unknown[0], profile.parameters or ["none"]))
    if not profile.kept:
        return make()
    today = dt.datetime.now(tz=dt.UTC).date()
    key = (f"/{profile.name}", f"{what}?{urlencode(sorted(values.items()))} {today}")
    page: Shown = request.app.state.answers.kept(key, make, client_of(request))
    return page


def _twin(found: Shown, name: str, ending: str) -> Response:
    if ending == ".json":
        return Response(json_bytes(found.record()), media_type=JSON)
    form = TWINS[ending]
    return table_response(table_bytes(found.frame(), form, verbatim=True), form, name.lower())


def status_of(error: OrepactError) -> int:
    """HTTP status of a failure."""
    return kind_of(error)[1]

"""What every page of the pact begins with: the pact, who asks, as of which day; and how its twins are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.templating import Jinja2Templates

from orepact.api.media import CSV, JSON, XLSX, json_bytes, table_bytes
from orepact.api.pact.viewer import pact_of, viewer_of
from orepact.api.problems import body_of, kind_of
from orepact.api.question import FILES
from orepact.api.routes import table_response
from orepact.errors import BadInput, OrepactError, Problem, unknown_problem
from orepact.pact import ANYBODY, Pact, Sight, Viewer
from orepact.pact.access import could_do
from orepact.pact.kinds import KINDS
from orepact.pact.kinds.base import Kind
from orepact.web.pact.names import Names

TABLES = {"csv": CSV, "xlsx": XLSX}


@dataclass(frozen=True)
class PactMenu:
    """The pact's place in the menu."""

    name: str = "pact"
    nav: str = "Pact"
    address: str = "/pact"


MENU = PactMenu()


@dataclass(frozen=True)
class Asking:
    """A request to a page of the pact. values: what stands in its address."""

    request: Request
    pact: Pact
    viewer: Viewer
    values: Mapping[str, str]
    as_of: date | None

    @property
    def sight(self) -> Sight:
        """What the viewer sees, as of the day asked."""
        return self.pact.sight(self.viewer, self.as_of)

    @property
    def names(self) -> Names:
        """What the viewer knows records by."""
        return Names(self.sight)

    @property
    def day(self) -> date:
        """The day asked about; today where none is."""
        return self.as_of or self.pact.store.today()


@dataclass(frozen=True)
class Told:
    """What a page answers. template and context for people; record and rows for programs. files: further twins by ending."""

    template: str
    context: Mapping[str, Any]
    record: Callable[[], Any] = dict
    rows: Callable[[], Sequence[Mapping[str, Any]]] = tuple
    columns: Sequence[str] = ()
    files: Mapping[str, tuple[str, Callable[[], bytes]]] | None = None
    status: int = 200


Answer = Callable[[Asking], Told]


def asking_of(request: Request, parameters: Sequence[str]) -> Asking:
    """What was asked. Raises BadInput for parameters that the page does not know and for what is no day."""
    values = {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    unknown = [unknown_problem(name, "parameter", name, parameters) for name in values if name not in parameters]
    unknown += [
        Problem(name, "it is the name of a file, which a page does not read", f"'{value[:40]}'", "give a name")
        for name, value in values.items()
        if value.casefold().endswith(FILES)
    ]
    day = None
    if "as_of" in values and "as_of" in parameters:
        try:
            day = date.fromisoformat(values["as_of"])
        except ValueError:
            unknown.append(Problem("as_of", "it is no day", f"'{values['as_of'][:40]}'", "give a day like 2026-05-01"))
    if unknown:
        raise BadInput(unknown)
    return Asking(request, pact_of(request), viewer_of(request), values, day)


def mount(
    app: FastAPI,
    shown: Jinja2Templates,
    address: str,
    answer: Answer,
    parameters: Sequence[str] = ("as_of",),
    files: Sequence[str] = (),
) -> None:
    """Add a page and its twins (JSON, CSV, XLSX, and further files) at one address, whose state is wholly in it."""

    def html(request: Request) -> Response:
        return page(request, shown, address, answer, parameters)

    def twin(request: Request, ending: str) -> Response:
        told = answer(asking_of(request, parameters))
        return twin_of(told, ending, address.rpartition("/")[2])

    app.add_api_route(address, html, methods=["GET"], include_in_schema=False)
    for ending in ("json", *TABLES, *files):
        app.add_api_route(f"{address}.{ending}", _fixed(twin, ending), methods=["GET"], include_in_schema=False)


def _fixed(twin: Callable[[Request, str], Response], ending: str) -> Callable[[Request], Response]:
    def answered(request: Request) -> Response:
        return twin(request, ending)

    return answered


def page(request: Request, shown: Jinja2Templates, base: str, answer: Answer, parameters: Sequence[str]) -> Response:
    """A page for people; where what was asked is wrong, the page says so in words."""
    context: dict[str, Any] = {
        "page": MENU,
        "pages": request.app.state.pages,
        "base": base,
        "values": dict(request.query_params),
    }
    try:
        told = answer(asking_of(request, parameters))
    except OrepactError as error:
        body, status = body_of(error), kind_of(error)[1]
        context |= {
            "kind": body["error"],
            "sentences": [row["sentence"] for row in body["problems"]],
            "faulty": body["problems"],
        }
        own = {"cache-control": "no-store"}
        return shown.TemplateResponse(request, "failure.html", context, status_code=status, headers=own)
    return respond(request, shown, base, told, context)


def respond(
    request: Request, shown: Jinja2Templates, base: str, told: Told, context: Mapping[str, Any] | None = None
) -> Response:
    """The answer in its template."""
    values = {name: value for name, value in request.query_params.items() if value.strip()}
    state = f"?{urlencode(values)}" if values else ""
    viewer = viewer_of(request)
    more = {
        "page": MENU, "pages": request.app.state.pages, "base": base, "values": values, "state": state, "viewer": viewer,
        "pact_places": places(viewer), "here": base,
    }  # fmt: skip
    response = shown.TemplateResponse(
        request, told.template, dict(context or {}) | more | dict(told.context), status_code=told.status
    )
    response.headers["cache-control"] = "no-store"
    return response


PLACES = (
    ("/pact", "Overview"), ("/pact/clock", "Promises"), ("/pact/overlap", "Overlaps and gaps"), ("/pact/beside", "Side by side"),
    ("/pact/effect", "Partner effect"), ("/pact/projects", "Projects"), ("/pact/rounds", "Rounds"), ("/pact/reserves", "Reserves"),
    ("/pact/investigations", "Investigations"), ("/pact/agreements", "Agreements"), ("/pact/initiatives", "Initiatives"),
    ("/pact/parties", "Parties"), ("/pact/log", "Log"), ("/pact/decisions", "Decisions"),
)  # fmt: skip
"""Places of the pact that are for everybody."""

IMPORT, TOKENS, PEOPLE, PARAMETERS = (
    ("/pact/import", "Import"), ("/pact/tokens", "Tokens"), ("/pact/people", "People"), ("/pact/parameters", "Parameters"),
)  # fmt: skip
NOT_IMPORTED = {"token", "release"}
"""Kinds that no table brings in: a token is made with a secret, and a release by a sum."""


def importable(viewer: Viewer) -> list[Kind]:
    """Kinds of which a viewer may take in a table."""
    every = (kind for kind in KINDS.values() if kind.name not in NOT_IMPORTED)
    return [kind for kind in every if could_do(viewer, kind.verbs["add"], None)]


def places(viewer: Viewer) -> list[tuple[str, str]]:
    """The bar under the menu: what is for everybody, and what a viewer has to do with besides."""
    keeps = viewer.keeper or viewer.has("administrator")
    return [
        *PLACES,
        *([IMPORT] if importable(viewer) else []),
        *([PEOPLE] if keeps or viewer.has("auditor") else []),
        *([] if viewer == ANYBODY else [TOKENS]),
        *([PARAMETERS] if keeps else []),
    ]


def twin_of(told: Told, ending: str, name: str) -> Response:
    """The same answer as data."""
    import pandas as pd
    from pydantic_core import to_jsonable_python

    if ending == "json":
        found = Response(json_bytes(to_jsonable_python(told.record())), media_type=JSON)
    elif ending in TABLES:
        frame = pd.DataFrame([dict(row) for row in told.rows()], columns=list(told.columns) or None)
        found = table_response(table_bytes(frame, TABLES[ending], verbatim=True), TABLES[ending], f"pact-{name}")
    else:
        media, made = (told.files or {})[ending]
        found = Response(made(), media_type=media)
    found.headers["cache-control"] = "no-store"
    return found

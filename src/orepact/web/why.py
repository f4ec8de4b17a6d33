"""Why in place: the tree of any figure as a fragment beside it, as a page of its own, and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.templating import Jinja2Templates

from orepact.api.media import JSON, json_bytes
from orepact.api.problems import body_of, kind_of, read_asked
from orepact.api.question import Asked
from orepact.api.questions.shock import SHOCK
from orepact.api.routes import client_of
from orepact.api.why import tree
from orepact.api.why.tree import Node
from orepact.errors import BadInput, OrepactError, Problem

DEEP = 2
"""Levels of a tree that stand open from the start, on a page of its own."""

LONGEST_FIGURE = 80


def mount(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add ``/why`` and ``/shock/why`` with their twins to an app."""
    for base, asked in (("/why", _of_address), ("/shock/why", _of_shock)):
        _mount(app, shown, base, asked)


def _mount(app: FastAPI, shown: Jinja2Templates, base: str, asked: Callable[[Request], Node]) -> None:
    def page(request: Request) -> Response:
        try:
            return _answer(request, asked(request), shown, base)
        except OrepactError as error:
            if not is_fragment(request):
                raise
            return _refused(request, error, shown)

    def twin(request: Request) -> Response:
        return Response(json_bytes(asked(request).record()), media_type=JSON)

    app.add_api_route(base, page, methods=["GET"], include_in_schema=False)
    app.add_api_route(f"{base}.json", twin, methods=["GET"], include_in_schema=False)


def _of_address(request: Request) -> Node:
    address = request.query_params.get("address", "").strip()
    if not address:
        todo = "give one, as in /why?address=production/cobalt/mine/COD/2024"
        raise BadInput(Problem("address", "no figure is named", "nothing", todo))
    return tree(address)


def _of_shock(request: Request) -> Node:
    """A figure of the answer to a shock: ``figure``, and the state of its page."""
    from orepact.api.why.of_shock import tree_of_shock

    values = dict(request.query_params)
    figure = values.pop("figure", "").strip()[:LONGEST_FIGURE] or "price_abroad"
    request.state.question = SHOCK
    asked = read_asked(SHOCK, values)
    return tree_of_shock(request.app.state.answers.of(SHOCK, asked, client_of(request)), figure)


def shock_link(asked: Asked, figure: str) -> str:
    """The address of the tree of a figure on a page of a shock."""
    return f"/shock/why?{urlencode({'figure': figure, **asked.address()})}"


def _answer(request: Request, node: Node, shown: Jinja2Templates, base: str) -> Response:
    """A tree as a fragment where the page asks for one, as a page of its own otherwise."""
    query = request.url.query
    context: dict[str, Any] = {
        "page": None, "pages": request.app.state.pages, "node": node, "open": DEEP,
        "twin": f"{base}.json?{query}" if query else f"{base}.json",
    }  # fmt: skip
    template = "why_fragment.html" if is_fragment(request) else "why.html"
    return shown.TemplateResponse(request, template, context)


def _refused(request: Request, error: OrepactError, shown: Jinja2Templates) -> Response:
    """What stands in place of a tree that cannot be shown."""
    body = body_of(error)
    context = {"sentences": [row["sentence"] for row in body["problems"]], "kind": body["error"]}
    return shown.TemplateResponse(request, "errors.html", context, status_code=kind_of(error)[1])


def is_fragment(request: Request) -> bool:
    """Whether only a part of a page is asked for."""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"

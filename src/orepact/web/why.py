"""Why in place: the tree of any figure as a fragment beside it, as a page of its own, and as JSON."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.templating import Jinja2Templates

from orepact.api.media import JSON, json_bytes
from orepact.api.why import tree
from orepact.api.why.tree import Node
from orepact.errors import BadInput, OrepactError, Problem

DEEP = 2
"""Levels of a tree that stand open from the start."""


def mount(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add ``/why`` and its twin to an app."""

    def page(request: Request) -> Response:
        node = asked(request)
        return answer(request, node, shown)

    def twin(request: Request) -> Response:
        return Response(json_bytes(asked(request).record()), media_type=JSON)

    app.add_api_route("/why", page, methods=["GET"], include_in_schema=False)
    app.add_api_route("/why.json", twin, methods=["GET"], include_in_schema=False)


def asked(request: Request) -> Node:
    """The tree that a request asks for."""
    address = request.query_params.get("address", "").strip()
    if not address:
        todo = "give one, as in /why?address=production/cobalt/mine/COD/2024"
        raise BadInput(Problem("address", "no figure is named", "nothing", todo))
    return tree(address)


def answer(request: Request, node: Node, shown: Jinja2Templates, *, base: str = "/why") -> Response:
    """A tree as a fragment where the page asks for one, as a page of its own otherwise."""
    fragment = is_fragment(request)
    query = request.url.query
    context = {
        "page": None, "pages": request.app.state.pages, "node": node, "open": DEEP, "fragment": fragment,
        "twin": f"{base}.json?{query}" if query else f"{base}.json",
    }  # fmt: skip
    return shown.TemplateResponse(request, "why_fragment.html" if fragment else "why.html", context)


def refused(request: Request, error: OrepactError, shown: Jinja2Templates, status: int) -> Response:
    """What stands in place of a tree that cannot be shown."""
    context = {
        "sentences": [str(each) for each in error.problems],
        "kind": "missing_data" if status == 404 else "bad_input",
    }
    return shown.TemplateResponse(request, "errors.html", context, status_code=status)


def is_fragment(request: Request) -> bool:
    """Whether only a part of a page is asked for."""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"

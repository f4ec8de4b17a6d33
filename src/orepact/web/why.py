"""Why in place: the tree of any figure as a fragment beside it, as a page of its own, and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.templating import Jinja2Templates

from orepact.api.media import JSON, json_bytes
from orepact.api.problems import body_of, kind_of, read_asked
from orepact.api.question import Asked, Question
from orepact.api.questions.compare import COMPARE
from orepact.api.questions.price import PRICE
from orepact.api.questions.projects import PROJECTS
from orepact.api.questions.reserve import RESERVE
from orepact.api.questions.shock import SHOCK
from orepact.api.routes import client_of
from orepact.api.why import tree
from orepact.api.why.tree import Node
from orepact.errors import BadInput, OrepactError, Problem

DEEP = 2
"""Levels of a tree that stand open from the start, on a page of its own."""

LONGEST_FIGURE = 160


def mount(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add ``/why`` and the ``why`` of every question that has one, with their twins, to an app."""
    _mount(app, shown, "/why", _of_address)
    for each in EXPLAINED:
        _mount(app, shown, f"/{each.question.name}/why", each.asked)


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


@dataclass(frozen=True)
class Explained:
    """A question whose figures have trees: what makes the tree of a figure of its answer, and the figure where none is named."""

    question: Question[Any, Any]
    tree: Callable[[Any, str], Node]
    first: str

    def asked(self, request: Request) -> Node:
        """The tree that a request is about: ``figure``, and the state of the page."""
        values = dict(request.query_params)
        figure = values.pop("figure", "").strip()[:LONGEST_FIGURE] or self.first
        request.state.question = self.question
        asked = read_asked(self.question, values)
        return self.tree(request.app.state.answers.of(self.question, asked, client_of(request)), figure)


def _shock(answer: Any, figure: str) -> Node:
    from orepact.api.why.of_shock import tree_of_shock

    return tree_of_shock(answer, figure)


def _price(answer: Any, figure: str) -> Node:
    from orepact.api.why.of_price import tree_of_price

    return tree_of_price(answer, figure)


def _compare(answer: Any, figure: str) -> Node:
    from orepact.api.why.of_compare import tree_of_comparison

    return tree_of_comparison(answer, figure)


def _reserve(answer: Any, figure: str) -> Node:
    from orepact.api.why.of_reserve import tree_of_reserve

    return tree_of_reserve(answer, figure)


def _projects(answer: Any, figure: str) -> Node:
    from orepact.api.why.of_projects import tree_of_projects

    return tree_of_projects(answer, figure)


EXPLAINED = (
    Explained(SHOCK, _shock, "price_abroad"), Explained(PRICE, _price, "base_price"), Explained(COMPARE, _compare, "base_price"),
    Explained(RESERVE, _reserve, "purchases_usd"), Explained(PROJECTS, _projects, "counts"),
)  # fmt: skip
"""Questions whose pages say of a figure why it is what it is."""


def shock_link(asked: Asked, figure: str) -> str:
    """The address of the tree of a figure on a page of a shock."""
    return figure_link(SHOCK.name, asked, figure)


def figure_link(name: str, asked: Asked, figure: str) -> str:
    """The address of the tree of a figure on the page of a question, in the state of that page."""
    return f"/{name}/why?{urlencode({'figure': figure, **asked.address()})}"


def split(sentence: str, said: str, link: str) -> tuple[str, str, str, str]:
    """A sentence around a figure in it, and the figure's tree: before, the figure, after, link. No figure where it is not in it."""
    before, found, after = sentence.partition(said) if said else (sentence, "", "")
    return before, found, after, link if found else ""


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

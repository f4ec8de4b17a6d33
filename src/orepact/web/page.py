"""A page and its twins at one address: HTML, JSON, CSV, XLSX and a picture, all from one kept answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.templating import Jinja2Templates

from orepact.api.carry import PDF, ZIP, bundle_of, kept_note, note_of, workbook_of
from orepact.api.media import CSV, JSON, XLSX, json_bytes, table_bytes
from orepact.api.problems import body_of, kind_of, read_asked
from orepact.api.question import Asked, Question
from orepact.api.routes import client_of, table_response
from orepact.errors import OrepactError
from orepact.report import numbers
from orepact.version import __version__
from orepact.web.linked import sourced

HERE = Path(__file__).parent
View = Callable[[Any, Any], Mapping[str, Any]]
Picture = Callable[[Any, str], bytes]
FILES: Mapping[str, tuple[str, Callable[..., bytes]]] = {
    ".pdf": (PDF, note_of),
    ".zip": (ZIP, bundle_of),
    ".xlsx": (XLSX, workbook_of),
}
"""Files to carry away: content type, and what makes them."""

LARGE = (".zip",)
"""Files that are made anew each time: every draw is in them, and packing them is quick."""

PICTURES = {".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True)
class Preset:
    """A named real situation."""

    name: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """Something on a page that takes longer than the rest: its own answer to the page's question, in a template of its own.

    name: its word after the page's address. work: parameters to answer. view: what ``PAGE/NAME.html`` is given.
    """

    name: str
    work: Callable[[Any], Any]
    view: View


@dataclass(frozen=True)
class Page:
    """A question as a page.

    view: what the template of the answer is given, from parameters and answer. form: what the sentence is given, from parameters.
    picture: the answer as an ``.svg`` or ``.png``. nav: its word in the menu; empty where another page leads to it. parts: what takes
    longer, asked for by the page once it stands. about: what it answers, for the list on the first page. address: where it stands,
    ``/NAME`` when left out.
    """

    question: Question[Any, Any]
    nav: str
    view: View
    form: Callable[[Any], Mapping[str, Any]]
    picture: Picture | None = None
    presets: tuple[Preset, ...] = field(default=())
    parts: tuple[Part, ...] = field(default=())
    about: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", self.address or f"/{self.question.name}")

    @property
    def endings(self) -> tuple[str, ...]:
        """Of its twins, without the dot."""
        question = self.question
        found = ["json", "csv", "xlsx", *([each[1:] for each in PICTURES] if self.picture else [])]
        return (*found, *(["pdf"] if question.note else []), *(["zip"] if question.bundle else []))

    @property
    def name(self) -> str:
        """Its word in addresses."""
        return self.question.name


@dataclass(frozen=True)
class Sent:
    """What somebody sent to a page in place of an address: parameters, the text of a list, and how it is answered."""

    values: Mapping[str, str]
    text: str
    answer: Callable[[Any], Any]


def templates() -> Jinja2Templates:
    """The templates, with numbers as people read them."""
    found = Jinja2Templates(directory=HERE / "templates")
    found.env.filters |= {
        "tonnes": numbers.tonnes, "money": numbers.money, "ratio": numbers.ratio, "percent": numbers.percent,
        "times": numbers.times, "interval": numbers.interval_of_tonnes, "sentence": lambda text: f"{text[:1].upper()}{text[1:]}",
    }  # fmt: skip
    found.env.filters["sourced"] = sourced
    found.env.globals |= {"version": __version__}
    found.env.trim_blocks = found.env.lstrip_blocks = True
    return found


def mount(app: FastAPI, page: Page, shown: Jinja2Templates) -> None:
    """Add a page and its twins to an app."""

    def html(request: Request) -> Response:
        return respond(request, page, shown)

    def twin(request: Request, ending: str) -> Response:
        return twin_of(request, page, f".{ending}")

    app.add_api_route(page.address, html, methods=["GET"], include_in_schema=False)
    for part in page.parts:
        app.add_api_route(
            f"/{page.name}/{part.name}", _part(page, part, shown), methods=["GET"], include_in_schema=False
        )
    app.add_api_route(f"/{page.name}.{{ending:{one_of(page.endings)}}}", twin, methods=["GET"], include_in_schema=False)


def _part(page: Page, part: Part, shown: Jinja2Templates) -> Callable[[Request], Response]:
    def html(request: Request) -> Response:
        template = f"{page.name}/{part.name}.html"
        try:
            asked = read_asked(page.question, dict(request.query_params))
            key = (f"{page.name}/{part.name}", asked.model_dump_json())
            answer = request.app.state.answers.kept(key, lambda: part.work(asked), client_of(request), slow=True)
            context, status = {"part": part.view(asked, answer)}, 200
        except OrepactError as error:
            context, status, template = _faults(page, error), kind_of(error)[1], "errors.html"
        return shown.TemplateResponse(request, template, context | {"page": page}, status_code=status)

    return html


def one_of(names: Sequence[str]) -> str:
    """The name of a path convertor that takes these names only."""
    from starlette.convertors import Convertor, register_url_convertor

    class Names(Convertor[str]):
        regex = "|".join(names)

        def convert(self, value: str) -> str:
            return value

        def to_string(self, value: str) -> str:
            return value

    name = "_or_".join(names)
    register_url_convertor(name, Names())
    return name


def respond(request: Request, page: Page, shown: Jinja2Templates, sent: Sent | None = None) -> Response:
    """The page, or only its answer where the page asks for that; a broken question shows its errors beside the fields."""
    values = dict(request.query_params) if sent is None else dict(sent.values)
    fragment = (
        request.headers.get("hx-request") == "true" and request.headers.get("hx-history-restore-request") != "true"
    )
    template = f"{page.name}/answer.html" if fragment else f"{page.name}/page.html"
    try:
        asked = read_asked(page.question, values)
        answer = _answer(request, page, asked, sent)
        context = _context(request, page, asked) | {"view": page.view(asked, answer), "problems": {}, "sentences": ()}
        status = 200
    except OrepactError as error:
        context = _context(request, page, _nearest(page, values)) | _faults(page, error)
        status = kind_of(error)[1]
        template = "errors.html" if fragment else template
    if fragment:
        context, template = context | {"inner": template}, "fragment.html"
    return shown.TemplateResponse(
        request, template, context | {"fragment": fragment, "values": values, "sent": sent}, status_code=status
    )


def _answer(request: Request, page: Page, asked: Asked, sent: Sent | None) -> Any:
    if sent is not None:
        return sent.answer(asked)
    return request.app.state.answers.of(page.question, asked, client_of(request))


def _context(request: Request, page: Page, asked: Asked) -> dict[str, Any]:
    state = urlencode(asked.address())
    return {
        "page": page,
        "asked": asked,
        "form": page.form(asked),
        "state": f"?{state}" if state else "",
        "pages": request.app.state.pages,
    }


def _nearest(page: Page, values: Mapping[str, str]) -> Asked:
    """The parameters with what is wrong left at its default, so that the rest of the form stays as it was typed."""
    kept: dict[str, str] = {}
    for name, value in values.items():
        try:
            read_asked(page.question, kept | {name: value})
        except OrepactError:
            continue
        kept[name] = value
    return read_asked(page.question, kept)


def _faults(page: Page, error: OrepactError) -> dict[str, Any]:
    body = body_of(error, page.question)
    by_field: dict[str, list[str]] = {}
    for row in body["problems"]:
        by_field.setdefault(row["field"] or "", []).append(row["sentence"])
    return {
        "view": None,
        "problems": by_field,
        "sentences": [row["sentence"] for row in body["problems"]],
        "faulty": body["problems"],
        "kind": body["error"],
    }


def twin_of(request: Request, page: Page, ending: str, sent: Sent | None = None) -> Response:
    """The same answer as data or as a picture."""
    request.state.question = page.question
    asked = read_asked(page.question, dict(request.query_params) if sent is None else sent.values)
    answer = _answer(request, page, asked, sent)
    if ending == ".json":
        return Response(json_bytes(page.question.record(answer)), media_type=JSON)
    if ending in PICTURES and page.picture is not None:
        name = f'inline; filename="orepact-{page.name}{ending}"'
        return Response(
            page.picture(answer, ending), media_type=PICTURES[ending], headers={"content-disposition": name}
        )
    if ending == ".csv":
        return table_response(table_bytes(page.question.frame(answer), CSV), CSV, page.name)
    return _carried(request, page, asked, answer, ending, sent)


def _carried(request: Request, page: Page, asked: Asked, answer: Any, ending: str, sent: Sent | None) -> Response:
    """The answer as a file to carry away; a note is kept as answers are, but none of what somebody sent."""
    answers, client = request.app.state.answers, client_of(request)
    form, make = FILES[ending]
    made = partial(make, page.question, asked, answer)
    if ending in LARGE or sent is not None:
        body = made()
    elif ending == ".pdf":
        body = kept_note(answers, page.question, asked, answer, client)
    else:
        body = answers.kept((f"{page.name}{ending}", asked.model_dump_json()), made, client)
    name = f'attachment; filename="orepact-{page.name}{ending}"'
    return Response(body, media_type=form, headers={"content-disposition": name})

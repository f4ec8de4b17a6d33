"""The workbench as an ASGI app: pages, API, and what both are held to."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.exceptions import HTTPException

from orepact.api.answers import Answers
from orepact.api.jobs.jobs import Jobs
from orepact.api.jobs.routes import router as jobs_router
from orepact.api.lists import router as lists_router
from orepact.api.media import JSON, json_bytes
from orepact.api.pact.routes import router as pact_router
from orepact.api.pact.sign_in import mount_sign_in
from orepact.api.posted import router as posts_router
from orepact.api.posts import POSTS
from orepact.api.problems import NotAllowed, NotFound, body_of, broken, kind_of, problems_in
from orepact.api.question import Asked, Question
from orepact.api.questions import QUESTIONS
from orepact.api.routes import PREFIX, router
from orepact.api.safety import OwnPages, SafeHeaders, SmallBodies
from orepact.errors import BadInput, OrepactError, Problem
from orepact.pact import Pact
from orepact.pact.aggregates import Aggregates
from orepact.pact.people import People
from orepact.version import __version__
from orepact.web import profile, why
from orepact.web.own_batch import mount_own_batch
from orepact.web.own_projects import mount_own_projects
from orepact.web.own_series import mount_own_series
from orepact.web.pact.asking import MENU as PACT_MENU
from orepact.web.pact.mounting import mount_pact
from orepact.web.page import HERE, mount, templates
from orepact.web.pages import MENU, PAGES, PROFILES

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
NOT_SIGNED_IN, NOT_FOUND = 401, 404
MOST_WARMED = 3
"""Pages whose first answers are worked out when the server starts."""

ABOUT = "Questions of a critical-minerals alliance, each answered by one open calculation on graded facts."


def create_app(
    hosts: Sequence[str] = LOOPBACK,
    answers: Answers | None = None,
    jobs: Jobs | None = None,
    *,
    pact: Pact | None = None,
    warm: bool = False,
) -> FastAPI:
    """The app.

    hosts: names it may be asked under, so that no page elsewhere can speak to it by a name of its own. warm: work out the answers that
    pages open with beside the first requests, so that the first reader waits less. jobs: open ones; without any, the
    routes of jobs say that there are none; the same of the pact.
    """

    @asynccontextmanager
    async def alive(running: FastAPI) -> AsyncIterator[None]:
        if warm:
            threading.Thread(target=_open_with, args=(running,), daemon=True).start()
        yield

    app = FastAPI(
        lifespan=alive,
        title="Orepact",
        version=__version__,
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.answers = answers or Answers()
    app.state.pages = MENU if pact is None else (*MENU, PACT_MENU)
    app.state.jobs = jobs
    app.state.pact = pact
    app.state.people = None if pact is None else People(pact)
    app.state.aggregates = None if pact is None else Aggregates(pact)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    app.add_middleware(SmallBodies)
    app.add_middleware(OwnPages)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(SafeHeaders)
    app.include_router(router())
    for more in (lists_router(), posts_router(POSTS), jobs_router(), pact_router()):
        app.include_router(more, prefix=PREFIX)
    shown = templates()
    for page in PAGES:
        mount(app, page, shown)
    for each in PROFILES:
        profile.mount(app, each, shown)
    mount_pact(app, shown)
    why.mount(app, shown)
    mount_own_projects(app, shown)
    mount_own_batch(app, shown)
    mount_own_series(app, shown)
    mount_sign_in(app, shown)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    _answer_failures(app, shown)
    return app


def _open_with(app: FastAPI) -> None:
    """Work out what the first pages open with; a failure is told to whoever asks, not here."""
    for page in PAGES[:MOST_WARMED]:
        with suppress(OrepactError):
            asked = page.question.asked()
            app.state.answers.of(page.question, asked, "warming")
            for part in page.parts[:1]:
                app.state.answers.kept(
                    (f"{page.name}/{part.name}", asked.model_dump_json()), partial(part.work, asked), "warming"
                )


def _answer_failures(app: FastAPI, shown: Jinja2Templates) -> None:
    """One error body for the API and for data twins; a page in words for people."""

    def answered(request: Request, body: dict[str, Any], status: int) -> Response:
        if wants_data(request):
            own = {"cache-control": "no-store"} | ({"www-authenticate": "Bearer"} if status == NOT_SIGNED_IN else {})
            return Response(json_bytes(body), status, media_type=JSON, headers=own)
        sentences = [row["sentence"] for row in body["problems"]]
        context = {"page": None, "pages": request.app.state.pages, "kind": body["error"], "sentences": sentences}
        own = {"cache-control": "no-store"}
        return shown.TemplateResponse(request, "failure.html", context, status_code=status, headers=own)

    @app.exception_handler(OrepactError)
    def known(request: Request, error: OrepactError) -> Response:
        return answered(request, body_of(error, asked_of(request)), kind_of(error)[1])

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> Response:
        question = asked_of(request)
        asked = Asked if question is None else question.asked
        return known(request, BadInput(problems_in(error.errors(), asked)))

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        place = request.url.path
        if error.status_code == NOT_FOUND:
            pages = ", ".join(page.address for page in request.app.state.pages[1:])
            todo = "read /openapi.json" if wants_data(request) else f"go to one of /, {pages}"
            return known(request, NotFound(Problem(place, "there is no such address", place, todo)))
        problem = Problem(place, str(error.detail).lower(), request.method, "read /openapi.json")
        kept = answered(request, body_of(NotAllowed(problem)), error.status_code)
        kept.headers.update(error.headers or {})
        return kept

    @app.exception_handler(Exception)
    def fell(request: Request, error: Exception) -> Response:
        del error  # the server logs it
        return answered(request, broken(request.url.path), 500)


def asked_of(request: Request) -> Question[Any, Any] | None:
    """The question that a request puts, by the name of its route or of its page; None where it puts none."""
    found = getattr(request.state, "question", None)
    return found or QUESTIONS.get(getattr(request.scope.get("route"), "name", ""))


def wants_data(request: Request) -> bool:
    """Whether the asker reads data and not pages."""
    path = request.url.path
    return path.startswith("/api/") or path.rsplit("/", 1)[-1].count(".") > 0

"""Signing in and out, and the first start: pages with a form, the same by JSON, and sign-in at an issuer where there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from orepact.api.body import body_within, content_type, parsed
from orepact.api.media import JSON, json_bytes
from orepact.api.pact.oidc import Issuer, from_environment
from orepact.api.pact.viewer import COOKIE, people_of, viewer_of
from orepact.api.problems import Malformed, NotFound, body_of, kind_of
from orepact.api.routes import client_of
from orepact.errors import OrepactError, Problem
from orepact.pact import ANYBODY, Viewer
from orepact.pact.people import SESSION_HOURS, NotSignedIn

FORM = "application/x-www-form-urlencoded"
LARGEST = 20_000
MOST_FIELDS = 12
BROWSER = "orepact_sign_in"
"""Cookie by which the browser that began a sign-in at an issuer is known again."""

SEE_OTHER = 303
BACK = "/sign-in/issuer/back"


def mount_sign_in(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add the pages to an app. The issuer is that of the environment."""
    app.state.issuer = from_environment()
    pages = _Pages(shown)
    for path, methods, endpoint in (
        ("/sign-in", ["GET"], pages.sign_in_page),
        ("/sign-in", ["POST"], pages.sign_in),
        ("/sign-out", ["POST"], pages.sign_out),
        ("/set-up", ["GET"], pages.set_up_page),
        ("/set-up", ["POST"], pages.set_up),
        ("/sign-in/issuer", ["GET"], pages.begin),
        (BACK, ["GET"], pages.finish),
    ):
        app.add_api_route(path, endpoint, methods=methods, include_in_schema=False)


def local(address: str) -> str:
    """An address of this workbench: the one that is given, or the first page where that leads anywhere else."""
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    parts = urlsplit(address) if plain else None
    return address if parts is not None and not parts.scheme and not parts.netloc else "/"


@dataclass(frozen=True)
class Given:
    """What was sent, by form or by JSON."""

    json: bool
    fields: Mapping[str, str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


async def _given(request: Request) -> Given:
    form = content_type(request, FORM, JSON)
    body = await body_within(request, LARGEST)
    if form == FORM:
        try:
            return Given(json=False, fields=dict(parse_qsl(body.decode(errors="replace"), max_num_fields=MOST_FIELDS)))
        except ValueError:
            raise Malformed(
                Problem("body", "it has too many fields", f"more than {MOST_FIELDS}", "send fewer")
            ) from None
    found = parsed(body, JSON)
    if not isinstance(found, dict) or not all(isinstance(each, str) and _whole(each) for each in found.values()):
        raise Malformed(
            Problem("body", "it is no record of texts", type(found).__name__, 'send {"name": "…", "password": "…"}')
        )
    return Given(json=True, fields=found)


def _whole(text: str) -> bool:
    """Whether a text can be written in UTF-8."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def _me(viewer: Viewer | None) -> dict[str, Any]:
    return {
        "signed_in": viewer is not None,
        "name": viewer.name if viewer else "",
        "roles": sorted(viewer.roles) if viewer else [],
    }


class _Pages:
    """The endpoints."""

    def __init__(self, shown: Jinja2Templates) -> None:
        self._shown = shown

    def sign_in_page(self, request: Request) -> Response:
        """The form; or who is signed in, with the way out."""
        people = people_of(request)
        viewer = viewer_of(request)
        if viewer == ANYBODY and people.needs_set_up():
            return RedirectResponse("/set-up", SEE_OTHER)
        return self._page(request, "sign_in", {"viewer": None if viewer == ANYBODY else viewer})

    async def sign_in(self, request: Request) -> Response:
        """Sign in by name and password."""
        given = await _given(request)
        people = people_of(request)
        return await run_in_threadpool(
            self._let_in,
            request,
            given,
            "sign_in",
            lambda: people.sign_in(given["name"], given["password"], client_of(request)),
        )

    async def sign_out(self, request: Request) -> Response:
        """Sign out, here and for good."""
        held = request.cookies.get(COOKIE, "")
        if held:
            await run_in_threadpool(people_of(request).sign_out, held)
        found: Response = RedirectResponse("/sign-in", SEE_OTHER)
        if request.headers.get("content-type", "").startswith(JSON):
            found = Response(json_bytes(_me(None)), media_type=JSON)
        found.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https")
        return found

    def set_up_page(self, request: Request) -> Response:
        """The form of the first start; elsewhere the way to sign in."""
        if not people_of(request).needs_set_up():
            return RedirectResponse("/sign-in", SEE_OTHER)
        return self._page(request, "set_up", {"code": request.query_params.get("code", "")[:100]})

    async def set_up(self, request: Request) -> Response:
        """Make the first administrator."""
        given = await _given(request)
        people = people_of(request)
        return await run_in_threadpool(
            self._let_in, request, given, "set_up",
            lambda: people.set_up(given["code"], given["name"], given["shown_name"], given["password"]),
        )  # fmt: skip

    def begin(self, request: Request) -> Response:
        """Send the browser to the issuer."""
        people_of(request)
        issuer = _issuer(request)
        back = str(request.base_url).rstrip("/") + BACK
        address, browser = issuer.begin(back, local(request.query_params.get("next", "/")))
        found = RedirectResponse(address, SEE_OTHER)
        _hold(found, request, BROWSER, browser, 600, path="/sign-in")
        return found

    def finish(self, request: Request) -> Response:
        """Take in whom the issuer vouches for, if a person here is known by that name."""
        people = people_of(request)
        issuer = _issuer(request)
        try:
            subject, then = issuer.finish(dict(request.query_params), request.cookies.get(BROWSER, ""))
            person = people.person_of(issuer.address, subject)
            if person is None:
                todo = "tell both to your administrator, who adds you with them"
                found = f"subject '{subject}' of issuer {issuer.address}"
                raise NotSignedIn(Problem("sign-in", "nobody here is known by that name", found, todo))
        except OrepactError as error:
            return self._failed(request, "sign_in", error, {})
        answer = RedirectResponse(local(then), SEE_OTHER)
        answer.delete_cookie(
            BROWSER, path="/sign-in", httponly=True, samesite="lax", secure=request.url.scheme == "https"
        )
        _hold(answer, request, COOKIE, people.open_session(person), SESSION_HOURS * 3600)
        return answer

    def _let_in(self, request: Request, given: Given, page: str, work: Callable[[], str]) -> Response:
        """A session for whoever ``work`` recognises; what is wrong is told on the page, or in the one error body."""
        people = people_of(request)
        try:
            value = work()
        except OrepactError as error:
            if given.json:
                return Response(json_bytes(body_of(error)), kind_of(error)[1], media_type=JSON)
            kept = {name: given[name] for name in ("name", "shown_name", "code")}
            return self._failed(request, page, error, kept | {"next": local(given["next"])})
        before = request.cookies.get(COOKIE, "")
        if before:
            people.sign_out(before)
        found: Response = RedirectResponse(local(given["next"]), SEE_OTHER)
        if given.json:
            found = Response(json_bytes(_me(people.viewer_of_session(value))), media_type=JSON)
        _hold(found, request, COOKIE, value, SESSION_HOURS * 3600)
        return found

    def _failed(self, request: Request, page: str, error: OrepactError, kept: Mapping[str, str]) -> Response:
        sentences = [row["sentence"] for row in body_of(error)["problems"]]
        kind, status = kind_of(error)
        return self._page(request, page, {**kept, "kind": kind, "sentences": sentences}, status)

    def _page(self, request: Request, page: str, more: Mapping[str, Any], status: int = 200) -> Response:
        context = {
            "page": None, "pages": request.app.state.pages, "issuer": request.app.state.issuer, "viewer": None, "sentences": [],
            "next": local(request.query_params.get("next", "/")), **more,
        }  # fmt: skip
        found = self._shown.TemplateResponse(request, f"pact/{page}.html", context, status_code=status)
        found.headers["cache-control"] = "no-store"
        return found


def _issuer(request: Request) -> Issuer:
    found: Issuer | None = request.app.state.issuer
    if found is None:
        place, todo = request.url.path, "sign in by name and password at /sign-in"
        raise NotFound(Problem(place, "this workbench knows no issuer", "none", todo))
    return found


def _hold(answer: Response, request: Request, name: str, value: str, seconds: int, path: str = "/") -> None:
    """Have the browser hold something that no script reads and no page elsewhere sends."""
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, max_age=seconds, path=path, httponly=True, samesite="lax", secure=secure)
    answer.headers["cache-control"] = "no-store"

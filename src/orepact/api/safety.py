"""What every response carries, and what every request is held to: headers, hosts, and size of bodies."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orepact.api.problems import Refused, TooLarge, body_of
from orepact.errors import Problem

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""No script and no style sheet but our own files; style attributes alone are allowed, which pictures set on their shapes."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""The pages' addresses are told to nobody elsewhere, and to our own: a browser that tells them to nobody says of our own forms too that
they come from nowhere ("Origin: null"), which :class:`OwnPages` refuses."""

LARGEST_BODY = 2_000_000
"""Bytes of a request's body."""


class SafeHeaders:
    """Adds the headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)


class OwnPages:
    """Refuses what would change something and may come from a page elsewhere, told by what the browser says of it.

    Programs say nothing and are let through: a page elsewhere cannot send JSON, YAML or files unasked, which is all that is read, and
    DELETE only after asking, which is never granted.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        own = f"{scope['scheme']}://{headers.get('host', '')}"
        elsewhere = site not in {None, "same-origin", "none"} or (origin is not None and origin != own)
        if not elsewhere:
            await self.app(scope, receive, send)
            return
        found = f"Origin {origin!r}, Sec-Fetch-Site {site!r}"[:200]
        problem = Problem(
            "request", "a page elsewhere may have made it", found, "send it from the workbench's own pages"
        )
        await JSONResponse(body_of(Refused(problem)), 403)(scope, receive, send)


class SmallBodies:
    """Refuses a body that is larger than ``largest`` bytes, told or counted, before it is held in memory."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST_BODY) -> None:
        self.app, self.largest = app, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdigit() or int(told) > self.largest:
            await self._refuse(told, scope, receive, send)
            return
        seen = 0
        begun = False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.largest:
                raise _TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, counted, watched)
        except _TooLarge:
            if begun:
                raise
            await self._refuse(f"more than {self.largest}", scope, receive, send)

    async def _refuse(self, told: str, scope: Scope, receive: Receive, send: Send) -> None:
        problem = Problem("body", "the body is too large", f"{told[:40]} bytes", f"send at most {self.largest} bytes")
        await JSONResponse(body_of(TooLarge(problem)), 413)(scope, receive, send)


class _TooLarge(Exception):
    """More bytes came than a body may have."""

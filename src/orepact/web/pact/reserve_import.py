"""The page that takes an opening book, or other steps, into a reserve: what every row would book, before anything is booked."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates
from starlette.datastructures import UploadFile

from orepact.api.pact.viewer import pact_of, viewer_of
from orepact.api.problems import kind_of
from orepact.api.safety import LARGEST_BODY
from orepact.errors import BadInput, OrepactError, Problem
from orepact.pact.access import could_do
from orepact.pact.kinds.reserves import RESERVE
from orepact.pact.ledger.taking_in import TakingIn, look, take_in
from orepact.pact.pact import NoRecord, found
from orepact.report.pact_ledger_text import mass, taking_in_words
from orepact.web.pact.asking import Told, page, respond

ADDRESS = "/pact/reserves/{record}/import"


def mount_reserve_import(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add the page. A workbook travels with its preview, and is booked only when that is confirmed."""

    def html(request: Request, record: str) -> Response:
        base = f"/pact/reserves/{record}/import"
        return page(request, shown, base, lambda _: Told("pact/reserve_import.html", _context(request, record)), ())

    async def posted(request: Request, record: str) -> Response:
        async with request.form(max_files=1, max_fields=8, max_part_size=2 * LARGEST_BODY) as given:
            sent = {name: value for name, value in given.items() if isinstance(value, str)}
            file = given.get("file")
            content, name = b"", "table.csv"
            if isinstance(file, UploadFile) and file.filename:
                content, name = await file.read(LARGEST_BODY + 1), str(file.filename)
        return await run_in_threadpool(_answer, request, shown, record, sent, content, name)

    app.add_api_route(ADDRESS, html, methods=["GET"], include_in_schema=False)
    app.add_api_route(ADDRESS, posted, methods=["POST"], include_in_schema=False)


def _answer(
    request: Request, shown: Jinja2Templates, record: str, sent: Mapping[str, str], content: bytes, name: str
) -> Response:
    """A preview of what was sent, or, once that was confirmed, the book."""
    pact, viewer, base = pact_of(request), viewer_of(request), f"/pact/reserves/{record}/import"
    status = 200
    try:
        content, name = (content, name) if content else _sent(sent)
        looked = look(
            pact, viewer, record, content, "xlsx" if name.lower().endswith(".xlsx") else "csv", name[:80] or "table"
        )
        if sent.get("confirm") and not looked.problems:
            take_in(pact, viewer, looked, sent.get("key") or None)
            return RedirectResponse(f"/pact/reserves/{record}", status_code=303)
        context = _context(request, record) | _told(looked, content, name)
    except OrepactError as error:
        if isinstance(error, NoRecord):
            return page(request, shown, base, lambda _: Told("", _context(request, record)), ())
        told = {"table": sent.get("table", ""), "sentences": [str(each) for each in error.problems]}
        context, status = _context(request, record) | told, kind_of(error)[1]
    return respond(request, shown, base, Told("pact/reserve_import.html", context, status=status))


def _sent(sent: Mapping[str, str]) -> tuple[bytes, str]:
    """A table that was pasted, or a file that travelled with its preview."""
    name = sent.get("name", "") or "table.csv"
    if sent.get("content"):
        try:
            return base64.b64decode(sent["content"], validate=True), name
        except binascii.Error as error:
            raise BadInput(Problem("table", "it was cut on its way", "no whole file", "choose it again")) from error
    if not sent.get("table", "").strip():
        raise BadInput(Problem("table", "there is no table", "nothing", "choose a file, or paste its rows"))
    return sent["table"].encode(), "table.csv"


def _told(looked: TakingIn, content: bytes, name: str) -> dict[str, Any]:
    stocks = [
        (each.form, *(f"{mass(before)} → {mass(after)}" for before, after in (each.lots, each.inbound, each.rights)))
        for each in looked.stocks
    ]
    return {
        "looked": looked, "finding": taking_in_words(looked), "stocks": stocks, "key": secrets.token_hex(16), "name": name[:80],
        "content": base64.b64encode(content).decode(),
        "table": "" if name.lower().endswith(".xlsx") else content.decode("utf-8-sig", errors="replace"),
        "in_order": [each for each in looked.rows if not each.problems],
    }  # fmt: skip


def _context(request: Request, record: str) -> dict[str, Any]:
    """What stands on the page whatever was sent. Raises NoRecord where the viewer may not read the book."""
    viewer = viewer_of(request)
    kept = found(pact_of(request).sight(viewer), "reserve", record)
    return {"kept": kept, "title": kept.record.title(), "may": could_do(viewer, RESERVE.verbs["receive"], kept)}

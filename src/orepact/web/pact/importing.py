"""The page that takes in a table of records: a preview lists what every row would do and every bad row, before anything is written."""

from __future__ import annotations

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
from orepact.pact.importing import Preview, preview, read_table, write
from orepact.policy.attributes import attributes
from orepact.web.pact.asking import NOT_IMPORTED, Told, importable, respond
from orepact.web.pact.records import kind_of_plural

ADDRESS = "/pact/import"


def mount_import(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add ``/pact/import``. What is sent travels with its preview, and is written only when that is confirmed."""

    def html(request: Request) -> Response:
        return _page(request, shown, {"kind": request.query_params.get("kind", "commitments")})

    async def posted(request: Request) -> Response:
        async with request.form(max_files=1, max_fields=8, max_part_size=LARGEST_BODY) as given:
            sent = {name: value for name, value in given.items() if isinstance(value, str)}
            file = given.get("file")
            named = isinstance(file, UploadFile) and bool(file.filename)
            content = (
                await file.read(LARGEST_BODY + 1)
                if named and isinstance(file, UploadFile)
                else sent.get("table", "").encode()
            )
            name = str(file.filename) if named and isinstance(file, UploadFile) else "table.csv"
        return await run_in_threadpool(_answer, request, shown, sent, content, name)

    app.add_api_route(ADDRESS, html, methods=["GET"], include_in_schema=False)
    app.add_api_route(ADDRESS, posted, methods=["POST"], include_in_schema=False)


def _answer(request: Request, shown: Jinja2Templates, sent: Mapping[str, str], content: bytes, name: str) -> Response:
    """A preview of what was sent, or, once that was confirmed, the list of the kind."""
    pact, viewer = pact_of(request), viewer_of(request)
    try:
        kind = kind_of_plural(sent.get("kind", ""))
        if kind.name in NOT_IMPORTED:
            raise BadInput(Problem("kind", "no table brings these in", kind.plural, "make them one at a time"))
        if not content.strip():
            raise BadInput(Problem("table", "there is no table", "nothing", "choose a file, or paste its rows"))
        rows = read_table(content, "xlsx" if name.lower().endswith(".xlsx") else "csv", name[:80])
        found = preview(pact, viewer, kind.name, rows)
        if sent.get("confirm") and not found.refused:
            write(pact, viewer, found, sent.get("key") or None)
            return RedirectResponse(f"/pact/{kind.plural}", status_code=303)
    except OrepactError as error:
        told = {
            "kind": sent.get("kind", ""),
            "table": _text(content, name),
            "sentences": [str(each) for each in error.problems],
        }
        return _page(request, shown, told, status=kind_of(error)[1])
    return _page(request, shown, {"kind": kind.plural, "table": _as_csv(rows), "preview": found, **_told(found)})


def _told(found: Preview) -> dict[str, Any]:
    counts = {name: found.count(name) for name in ("add", "change", "same", "refused")}
    in_order = sorted(found.rows, key=lambda each: (not each.problems, each.number))
    return {"counts": counts, "in_order": in_order, "key": secrets.token_hex(16)}


def _text(content: bytes, name: str) -> str:
    return "" if name.lower().endswith(".xlsx") else content.decode("utf-8-sig", errors="replace")


def _as_csv(rows: list[dict[str, str]]) -> str:
    """The rows as CSV, so that a workbook too travels with its preview."""
    import csv
    import io

    names = [name for name in rows[0] if name] if rows else []
    text = io.StringIO()
    writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _page(request: Request, shown: Jinja2Templates, told: Mapping[str, Any], status: int = 200) -> Response:
    viewer = viewer_of(request)
    kinds = importable(viewer)
    chosen = next((kind for kind in kinds if kind.plural == told.get("kind")), None)
    columns = [] if chosen is None else [each for each in attributes(chosen.record) if each.name != "demonstration"]
    context = {"kinds": kinds, "chosen": chosen, "columns": columns, **told}
    return respond(request, shown, ADDRESS, Told("pact/import.html", context, status=status))

"""How the pact answers: JSON or a table by content type, never kept by anything in between, with the version as entity tag."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response

from orepact.api.media import JSON, json_bytes, table_bytes, wanted
from orepact.api.question import LONGEST
from orepact.api.routes import table_response

NOT_MODIFIED = 304
OWN = {"cache-control": "private, no-cache", "vary": "Accept, Authorization, Cookie"}
"""One asker's answer is never another's."""


def said(record: Any, status: int = 200, **headers: str) -> Response:
    """An answer in JSON."""
    return Response(json_bytes(record), status, media_type=JSON, headers={**OWN, **headers})


def told(
    request: Request, record: dict[str, Any], rows: Sequence[dict[str, Any]], columns: Sequence[str], name: str
) -> Response:
    """An answer as JSON, or its rows as a table by content type."""
    form = wanted(request.headers.get("accept", ""))
    if form == JSON:
        return said(record)
    import pandas as pd

    frame = pd.DataFrame([[cell(row.get(each)) for each in columns] for row in rows], columns=list(columns))
    found = table_response(table_bytes(frame, form), form, name)
    found.headers.update(OWN)
    return found


def cell(value: Any) -> Any:
    """A value as one cell: lists of words joined by a bar, anything deeper as JSON, nothing as nothing."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "|".join(value) or None
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False) if value else None
    return value


def tag_of(version: int) -> str:
    """The entity tag of a record."""
    return f'"{version}"'


def unchanged(request: Request, tag: str) -> bool:
    """Whether the asker holds what would be said again."""
    held = request.headers.get("if-none-match", "")[: 10 * LONGEST]
    return tag in {each.strip().removeprefix("W/") for each in held.split(",")} or held.strip() == "*"

"""Which tables there are: title, rows, periods, sources and the licences of their rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from orepact.facts.schemas import SCHEMAS
from orepact.facts.tables import load, tables

if TYPE_CHECKING:
    import pandas as pd


def overview(progress: Callable[[int], None] | None = None) -> list[dict[str, Any]]:
    """One record a table: table, title, rows, first and last year, number of sources, licences with their rows, columns.

    ``progress`` takes the number of tables read.
    """
    licence = load("sources").set_index("source")["licence"]
    records = []
    for done, name in enumerate(tables(), 1):
        records.append(_record(name, load(name), licence))
        if progress is not None:
            progress(done)
    return records


def _record(name: str, frame: pd.DataFrame, licence: pd.Series) -> dict[str, Any]:
    first, last = span(frame)
    mix = frame["source"].map(licence).value_counts()
    return {
        "table": name,
        "title": SCHEMAS[name].title,
        "rows": len(frame),
        "first": first,
        "last": last,
        "sources": int(frame["source"].nunique()),
        "licences": {str(each): int(rows) for each, rows in mix.items()},
        "columns": list(SCHEMAS[name].columns),
        "key": list(SCHEMAS[name].key),
    }


def span(frame: pd.DataFrame) -> tuple[str | None, str | None]:
    """First and last year of a frame's periods; none where it has no periods."""
    if "period" not in frame or frame.empty:
        return None, None
    return str(frame["period"].str[:4].min()), str(frame["period"].str[-4:].where(
        frame["period"].str.contains("/"), frame["period"].str[:4]
    ).max())  # fmt: skip

"""Bilateral trade by code and year, read straight from the shipped file without loading the rest of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from orepact.facts.tables import shipped

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    """One in-memory connection for all queries: opening one takes longer than asking it."""
    import duckdb

    return duckdb.connect()


def flows(codes: tuple[str, ...], period: str) -> pd.DataFrame:
    """Recorded flows of some HS 1992 codes in one year: the rows and columns of the table ``trade``. Yours to change.

    codes: six digits each. period: a year like ``2023``. Empty where nothing is recorded.
    """
    return _flows(codes, period).copy(deep=False)


@cache
def _flows(codes: tuple[str, ...], period: str) -> pd.DataFrame:
    # One place a code, so that the reader may skip the parts of the file that hold none of them.
    places = ", ".join("?" * len(codes))
    query = f"SELECT * FROM read_parquet(?) WHERE hs6 IN ({places}) AND period = ? ORDER BY hs6, exporter, importer"  # noqa: S608
    found: pd.DataFrame = _reader().cursor().execute(query, [str(shipped("trade")), *codes, period]).df()
    return found


@cache
def years(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Years in which some flow of the codes is recorded, in order."""
    query = "SELECT DISTINCT period FROM read_parquet(?) WHERE list_contains(?, hs6) ORDER BY period"
    rows = _reader().cursor().execute(query, [str(shipped("trade")), list(codes)]).fetchall()
    return tuple(str(row[0]) for row in rows)

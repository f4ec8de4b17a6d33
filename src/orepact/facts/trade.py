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


@cache
def _asked(query: str, *values: object) -> pd.DataFrame:
    given = [list(value) if isinstance(value, tuple) else value for value in values]
    found: pd.DataFrame = _reader().cursor().execute(query, [str(shipped("trade")), *given]).df()
    return found


def imports_of(members: tuple[str, ...]) -> pd.DataFrame:
    """What countries import from outside: columns hs6, exporter, period, value (t gross), value_usd_k; no suspect flow."""
    return _asked(
        "SELECT hs6, exporter, period, sum(value) AS value, sum(value_usd_k) AS value_usd_k FROM read_parquet(?) "
        "WHERE NOT suspect AND value > 0 AND value_usd_k > 0 AND list_contains(?, importer) AND NOT list_contains(?, exporter) "
        "GROUP BY ALL ORDER BY ALL", members, members
    ).copy(deep=False)  # fmt: skip


def exports_by_country() -> pd.DataFrame:
    """What every country exports to all others: columns hs6, exporter, period, value (t gross), value_usd_k; no suspect flow."""
    return _asked(
        "SELECT hs6, exporter, period, sum(value) AS value, sum(value_usd_k) AS value_usd_k FROM read_parquet(?) "
        "WHERE NOT suspect AND value > 0 GROUP BY ALL ORDER BY ALL"
    ).copy(deep=False)  # fmt: skip


def unit_values(share: float) -> pd.DataFrame:
    """Unit values, USD a tonne gross, of flows of at least that share of a code's trade in a year.

    Columns hs6, period, found (ascending list), middle (median). No suspect flow.
    """
    return _asked(
        "WITH flows AS (SELECT hs6, period, value, 1000 * value_usd_k / value AS paid, sum(value) OVER (PARTITION BY hs6, period) AS world "
        "FROM read_parquet(?) WHERE NOT suspect AND value > 0 AND value_usd_k > 0) "
        "SELECT hs6, period, list(paid ORDER BY paid) AS found, median(paid) AS middle FROM flows WHERE value >= ? * world "
        "GROUP BY ALL ORDER BY ALL", share
    ).copy(deep=False)  # fmt: skip


def exports_of(members: tuple[str, ...]) -> pd.DataFrame:
    """What countries export to all others but themselves: columns hs6, period, value (t gross); no suspect flow."""
    return _asked(
        "SELECT hs6, period, sum(value) AS value FROM read_parquet(?) WHERE NOT suspect AND value > 0 "
        "AND list_contains(?, exporter) AND NOT list_contains(?, importer) GROUP BY ALL ORDER BY ALL", members, members
    ).copy(deep=False)  # fmt: skip

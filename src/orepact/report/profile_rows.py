"""Profiles as one long table for a spreadsheet: what, where, when, how much, how sure, and the address of each figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("section", "what", "stage", "country", "with_country", "period", "value", "unit", "grade", "address")


def mineral_frame(record: dict[str, Any]) -> pd.DataFrame:
    """A mineral's profile as a long table."""
    return _frame(_of_mineral(record))


def country_frame(record: dict[str, Any]) -> pd.DataFrame:
    """A country's profile as a long table."""
    return _frame(_of_country(record))


def _frame(rows: Iterator[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([{column: row.get(column) for column in COLUMNS} for row in rows], columns=list(COLUMNS))


def _of_mineral(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in record["output"]:
        same = {"section": "output", "stage": each["stage"], "period": each["period"]}
        for row in each["rows"]:
            yield {**same, **row, "what": each["basis"], "unit": each["unit"]}
            yield {
                **same,
                **row,
                "what": "share of the world's output",
                "unit": "share",
                "value": row["share"],
                "address": row["share_address"],
            }
    for each in record["world_shares"]:
        for row in each["rows"]:
            yield {"section": "output", "what": "share of world supply in the Commission's study", "unit": "share", "value": row["share"],
                   **{key: each[key] for key in ("stage", "period", "grade")}, **row}  # fmt: skip
    yield from _of_indices(record)
    yield from _of_markets(record)
    yield from _sides(record["network"].get("makers", []), record["network"].get("buyers", []))
    yield from _controls(record["controls"])


def _of_indices(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for row in record["indices"]:
        for end in ("low", "high"):
            yield {**row, "section": "index", "what": f"{row['index']}, {end}", "value": row[end]}


def _of_markets(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    trade = record["trade"] or {"exporters": [], "importers": []}
    for side in ("exporters", "importers"):
        for row in trade[side]:
            yield {**row, "section": "trade", "what": side, **{key: trade[key] for key in ("period", "unit", "grade")}}
    for series in record["prices"]:
        for period, value in zip(series["periods"], series["usd_per_t"], strict=True):
            yield {
                "section": "price",
                "what": series["form"],
                "period": period,
                "value": value,
                "unit": "USD per t",
                "grade": series["grade"],
            }
    reserves = record["reserves"]
    for row in reserves["rows"] if reserves else []:
        yield {
            **row,
            "section": "reserves",
            "what": reserves["basis"],
            **{key: reserves[key] for key in ("period", "unit", "grade")},
        }


def _of_country(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    code = record["code"]
    for row in record["makes"]:
        yield {**row, "section": "output", "what": row["mineral"], "country": code}
        yield {**row, "section": "output", "what": f"{row['mineral']}, share of the world's output", "country": code,
               "value": row["share"], "unit": "share", "address": row["share_address"]}  # fmt: skip
    yield from _sides(record["sells"], record["buys"])
    for row in record["reliance"]:
        yield {
            **row,
            "section": "published import reliance",
            "what": f"{row['mineral']}: {row['what']}",
            "country": code,
        }
    yield from _controls(record["imposes"])
    yield from _controls(record["under"])


def _sides(makers: list[dict[str, Any]], buyers: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for section, rows in (("delivered", makers), ("bought", buyers)):
        for row in rows:
            same = {**row, "section": section, "period": str(row["base_year"])}
            yield {**same, "what": row["mineral"], "value": row["tonnes"], "unit": "t of content"}
            yield {**same, "what": f"{row['mineral']}, share abroad", "value": row["abroad"], "unit": "share"}
            for partner in row["partners"]:
                yield {**same, "what": f"{row['mineral']}, with this country", "with_country": partner["country"],
                "value": partner["tonnes"],
                       "unit": "t of content"}  # fmt: skip


def _controls(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {**row, "section": "control", "what": f"{row['mineral']}: {row['measure']}, {row['now']}", "with_country": row["target"],
               "period": row["start"]}  # fmt: skip

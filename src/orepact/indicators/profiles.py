"""What mineral and country profiles share: names of places, export controls with what is in force on a day, agreements, networks."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.errors import MissingData
from orepact.network import Network, calibrated_minerals, network

if TYPE_CHECKING:
    import pandas as pd

EVERYBODY = "all"
NOT_SEEN = "whether it happened was not seen"


def place_name(code: str) -> str:
    """Name of a country or a region, by code."""
    from orepact.facts.names import region_code

    if region_code(code) is not None and code not in set(facts.load("countries")["country"]):
        table = facts.load("regions")
        return str(table.loc[table["region"] == region_code(code), "name"].iloc[0])
    return facts.country_name(code)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain records in which what is missing is None."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(column): value for column, value in row.items()} for row in rows]


@cache
def table_of(mineral: str) -> Network | str:
    """The balanced table of a mineral in its usual year; what is missing where there is none."""
    try:
        return network(mineral)
    except MissingData as error:
        return "; ".join(each.found.removeprefix("that this is missing: ") for each in error.problems)


def all_tables() -> list[Network]:
    """The balanced tables of all minerals that have one."""
    return [each for each in map(table_of, calibrated_minerals()) if isinstance(each, Network)]


def controls(day: dt.date) -> list[dict[str, Any]]:
    """Every export control with its state on a day and the address of its row."""
    return [
        {**row, "now": state_on(row, day), "active": is_active(row, day), "address": facts.address_of("export_controls", row)}
        for row in records(facts.load("export_controls"))
    ]  # fmt: skip


def control_events(mineral: str) -> list[dict[str, Any]]:
    """What happened to the controls of a mineral, oldest first."""
    table = facts.load("export_control_events")
    rows = table[table["mineral"] == mineral].sort_values("date", na_position="last")
    return [{**row, "address": facts.address_of("export_control_events", row)} for row in records(rows)]


def state_on(row: dict[str, Any], day: dt.date) -> str:
    """What is in force of a control on a day, as far as its record tells."""
    start, end = row["start"], row["end"]
    since, until = row["suspended_from"], row["suspended_until"]
    if end is not None and _passed(end, day):
        return f"ended on {end}"
    if since is not None and _passed(since, day):
        if until is None:
            return f"suspended since {since}"
        if not _passed(until, day):
            return f"suspended from {since} until {until}"
        return f"cannot tell: it was suspended until {until}, and {NOT_SEEN}"
    if start is None:
        return str(row["status"])
    return f"in force since {start}" if _passed(start, day) else f"announced for {start}"


def is_active(row: dict[str, Any], day: dt.date) -> bool:
    """Whether a control is in force on a day, by its record."""
    return state_on(row, day).startswith("in force")


def _passed(date: str, day: dt.date) -> bool:
    """Whether a day, month or year has come, taken to begin with its first day."""
    return date <= day.isoformat()[: len(date)]


def agreements(codes: tuple[str, ...]) -> list[dict[str, Any]]:
    """Agreements on minerals to which one of some countries or regions is a party, latest first."""
    table = facts.load("agreements").sort_values("date", ascending=False, na_position="last")
    wanted = set(codes)
    return [
        {**row, "others": [party for party in str(row["parties"]).split("|") if party not in wanted],
         "address": facts.address_of("agreements", row)}
        for row in records(table)
        if wanted & set(str(row["parties"]).split("|"))
    ]  # fmt: skip


def projects(mineral: str | None = None, countries: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Projects with public backing, of a mineral or in some countries."""
    table = facts.load("projects")
    rows = records(table)
    return [
        {**row, "address": facts.address_of("projects", row)}
        for row in rows
        if (mineral is None or mineral in str(row["minerals"] or "").split("|"))
        and (not countries or set(str(row["parties"] or "").split("|")) & set(countries))
    ]

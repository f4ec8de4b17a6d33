"""Export controls as of a day: what is suspended and until when, and what changed lately."""

from __future__ import annotations

import datetime as dt
from typing import Any

from orepact.facts.names import country_name, mineral_name
from orepact.facts.tables import load

MONTHS_BACK = 18
"""How far back a change counts as lately."""


def suspensions(on: dt.date) -> list[dict[str, Any]]:
    """Controls that are suspended or were until lately, the next to end first.

    Each with mineral, country, stage, measure, target, until (ISO date), days (until it ends; negative where it ended), basis, source,
    grade. Suspensions that ended more than a year before ``on`` are left out.
    """
    table = load("export_controls")
    table = table[table["suspended_until"].notna()]
    rows = []
    for row in table.to_dict("records"):
        until = dt.date.fromisoformat(str(row["suspended_until"]))
        days = (until - on).days
        if days > -366:
            keys = ("mineral", "country", "stage", "measure", "target", "basis", "source", "grade")
            named = {
                "mineral_name": mineral_name(row["mineral"]).replace("_", " "),
                "country_name": country_name(row["country"]),
            }
            rows.append({**{key: row[key] for key in keys}, **named, "until": until.isoformat(), "days": days})
    return sorted(rows, key=lambda row: (row["days"] < 0, abs(row["days"]), row["mineral"], row["stage"]))


def changes(on: dt.date, months: int = MONTHS_BACK) -> list[dict[str, Any]]:
    """Events of the register of export controls in the ``months`` before ``on``, the latest first; what was only scheduled is left out."""
    table = load("export_control_events")
    first = (on - dt.timedelta(days=30 * months)).isoformat()
    table = table[~table["status"].astype(str).str.startswith("scheduled")]
    kept = table[(table["date"].astype(str) <= on.isoformat()) & (table["date"].astype(str) >= first)]
    keys = (
        "mineral",
        "country",
        "stage",
        "measure",
        "target",
        "notice",
        "event",
        "date",
        "status",
        "source",
        "grade",
        "note",
    )
    rows = [
        {
            **{key: None if row[key] != row[key] else row[key] for key in keys},
            "mineral_name": mineral_name(str(row["mineral"])).replace("_", " "),
            "country_name": country_name(str(row["country"])),
        }
        for row in kept.to_dict("records")
    ]
    return sorted(rows, key=lambda row: (str(row["date"]), str(row["mineral"])), reverse=True)

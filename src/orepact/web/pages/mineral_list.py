"""The list of minerals: who mines and refines most, how concentrated output is, controls in force."""

from __future__ import annotations

import datetime as dt
from typing import Any

from orepact import facts
from orepact.web.pages.profile_parts import country_cell, headings, said_exact, said_percent, sorted_rows
from orepact.web.profile import Shown, Values

CONCENTRATED = 0.25
"""Concentration from which competition authorities have called a market highly concentrated."""

LIST_COLUMNS = (
    ("name", "Mineral", False), ("miner", "Largest miner", False), ("miner_share", "Its share", True), ("refiner", "Largest refiner",
    False),
    ("refiner_share", "Its share", True), ("hhi", "Concentration (HHI), last stage", True), ("controls", "Controls in force", True),
    ("lists", "Lists", False),
    ("table", "Balanced table", False),
)  # fmt: skip


def listed(values: Values) -> Shown:
    """All minerals, the most concentrated first."""
    import pandas as pd

    from orepact.indicators.mineral_list import all_minerals

    rows = all_minerals()
    ordered, sort = sorted_rows(rows, values, [key for key, _, _ in LIST_COLUMNS], "-hhi")
    told = [row for row in rows if row["hhi"] is not None]
    most = sum(row["hhi"] >= CONCENTRATED for row in told)
    return Shown(
        template="mineral/list.html",
        context={"headings": headings("/mineral", LIST_COLUMNS, sort), "rows": [_listed(row) for row in ordered],
                 "finding": f"Of {len(told)} minerals whose output by country is published, {most} come from few: "
                             f"concentration {CONCENTRATED} or more at the last "
                            f"published stage. For {len(rows) - len(told)} nobody can tell.",
                 "day": dt.datetime.now(tz=dt.UTC).date().isoformat()},
        record=lambda: list(ordered), frame=lambda: pd.DataFrame(list(ordered)),
    )  # fmt: skip


def _listed(row: Any) -> dict[str, str]:
    def place(key: str) -> dict[str, str]:
        return {key: said_exact(None)} if row[key] is None else country_cell(key, row[key])

    return {
        "name": facts.mineral_name(row["mineral"]), "name.page": f"/mineral/{row['mineral']}", **place("miner"), **place("refiner"),
        "miner_share": said_percent(row["miner_share"]), "miner_share.why": row["miner_address"] or "",
        "refiner_share": said_percent(row["refiner_share"]), "refiner_share.why": row["refiner_address"] or "",
        "hhi": said_exact(None) if row["hhi"] is None else f"{row['hhi']:.2f}", "hhi.why": row["hhi_address"] or "",
        "controls": str(row["controls"]), "lists": row["lists"], "table": row["table"],
    }  # fmt: skip

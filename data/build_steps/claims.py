"""Claims that contradict each other or seem to: those of our list, and shares that follow from the tables by division."""

from __future__ import annotations

import pandas as pd

from build_steps.documents import page_grade, page_id
from build_steps.inputs import Inputs

SHARE = {"subject": "China, rare earths", "attribute": "share", "unit": "share", "stated": None, "primary": "yes"}
COLUMNS = [
    "subject", "attribute", "stage", "scope", "period", "value", "unit", "stated", "stated_on", "basis", "primary", "source", "grade", "note",
]  # fmt: skip


def tables(inputs: Inputs, built: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """``claims``."""
    own = inputs.mine("claims")
    pages = own["address"].notna()
    own = own.assign(
        value=own["value"].astype(float),
        source=own["source"].mask(pages, own.loc[pages, "address"].map(page_id)),
        grade=own["grade"].mask(pages, own.loc[pages, "address"].map(page_grade)),
    )
    derived = pd.DataFrame([*_of_output(built), *_of_shares(built)], columns=COLUMNS)
    table = pd.concat([own[COLUMNS], derived], ignore_index=True)
    return {
        "claims": table.sort_values(["subject", "attribute", "stage", "scope", "period", "source"], ignore_index=True)
    }


def _of_output(built: dict[str, pd.DataFrame]) -> list[dict[str, object]]:
    """China's part of the world totals of one year: all oxides by two editions of USGS, and the magnet elements by the IEA."""
    editions, output = built["production_editions"], built["production"]
    every, magnets = (
        "world output of all rare earths, oxide",
        "world output of praseodymium, neodymium, terbium and dysprosium",
    )
    cases = [
        (editions[editions["source"] == "usgs_mcs2025"], "rare_earths", "mine", every, "2025-01"),
        (editions[editions["source"] == "usgs_mcs2026"], "rare_earths", "mine", every, "2026-02"),
        (output[output["source"] == "iea_cmd_2025"], "rare_earths_magnet", "mine", magnets, "2025"),
        (output[output["source"] == "iea_cmd_2025"], "rare_earths_magnet", "refined", magnets, "2025"),
    ]
    rows = []
    for table, mineral, stage, scope, stated_on in cases:
        part = table[(table["mineral"] == mineral) & (table["stage"] == stage) & (table["period"] == "2024")].set_index(
            "country"
        )
        china, world = part.loc["CHN"], part.loc["WLD"]
        said = {
            "stage": stage, "period": "2024", "value": china["value"] / world["value"], "grade": max(china["grade"], world["grade"]),
            "basis": f"{china['value']:,.0f} t of {world['value']:,.0f} t", "source": china["source"], "note": china["note"],
        }  # fmt: skip
        rows.append(SHARE | said | {"scope": scope, "stated_on": stated_on})
    return rows


def _of_shares(built: dict[str, pd.DataFrame]) -> list[dict[str, object]]:
    """China's shares as the Commission's study and the USGS's table of import sources print them."""
    shares = built["shares"]
    china = shares[(shares["country"] == "CHN") & (shares["main"] == "yes")]
    wanted = [
        ("world_supply", "neodymium", "world supply of neodymium", "2023"), ("world_supply", "dysprosium", "world supply of dysprosium", "2023"),
        ("eu_sourcing", "neodymium", "sourcing of the EU, neodymium", "2023"), ("us_imports", "rare_earths", "US imports of compounds and metals", "2026-02"),
    ]  # fmt: skip
    copied = ["stage", "period", "value", "basis", "source", "grade", "note"]
    return [
        SHARE | said | {"scope": scope, "stated_on": stated_on}
        for kind, mineral, scope, stated_on in wanted
        for said in china.loc[(china["kind"] == kind) & (china["mineral"] == mineral), copied].to_dict("records")
    ]

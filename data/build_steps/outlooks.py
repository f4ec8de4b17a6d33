"""What the IEA's dataset projects for supply and demand; a model's projection is graded D, its base year B."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

STAGES = {"mine": "mine", "refinery": "refined"}
NAMES = {
    "graphite_all": ("graphite", "natural and artificial graphite"), "battery_grade_graphite": ("graphite", "battery-grade graphite"),
    "pgms_other_than_iridum": ("platinum_group", "platinum-group metals other than iridium"),
    "total_rare_earth_elements": ("rare_earths", "all rare-earth elements"), "titanium": ("titanium_minerals", "titanium"),
}  # fmt: skip
BASE_YEAR = "base year"


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``projections``."""
    table = pd.concat([_supply(inputs), _demand(inputs)], ignore_index=True)
    table = table.assign(
        unit="t", source="iea_cmd_2025", grade=(table["scenario"] == BASE_YEAR).map({True: "B", False: "D"})
    )
    keys = ["kind", "mineral", "stage", "basis", "country", "use", "scenario", "period"]
    return {"projections": table.sort_values(keys, ignore_index=True)}


def _supply(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("minerals/iea_supply.csv")
    return pd.DataFrame(
        {
            "mineral": inputs.slug(raw["mineral"]), "kind": "supply", "stage": raw["stage"].map(STAGES), "country": raw["country_iso3"], "use": "all",
            "scenario": raw["status"].str.replace("projection, ", ""), "period": raw["year"].astype(str), "value": raw["quantity_kt"] * 1e3, "basis": raw["product"],
        }
    )  # fmt: skip


def _demand(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("minerals/iea_demand.csv")
    raw = raw[raw["mineral"] != "total"]
    basis = raw["mineral"].map({name: words for name, (_, words) in NAMES.items()}).fillna(raw["mineral"])
    return pd.DataFrame(
        {
            "mineral": inputs.slug(raw["mineral"].replace({name: slug for name, (slug, _) in NAMES.items()})), "kind": "demand", "stage": "*", "country": "WLD",
            "use": raw["use"], "scenario": raw["scenario"], "period": raw["year"].astype(str), "value": raw["demand_kt"] * 1e3, "basis": basis,
        }
    )  # fmt: skip

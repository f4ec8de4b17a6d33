"""Output by country and stage, capacity, consumption, and the United States' balance."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

STAGES = {"mine": "mine", "refinery": "refined", "smelter": "refined", "primary": "refined"}
TONNES = {
    "t": 1.0, "metric tons": 1.0, "metric dry tons": 1.0, "thousand metric tons": 1e3, "thousand metric dry tons": 1e3,
    "million metric tons": 1e6, "kilograms": 1e-3, "kt": 1e3,
}  # fmt: skip
BETWEEN = "crude and anode slimes|concentrate|copper telluride"
"""Refinery capacity that ends before the metal; all other capacity that USGS prints is of smelters and refineries."""

LATEST_ESTIMATE = {"usgs_mcs2026": 2025}


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``production``, ``capacity``, ``use`` and ``us_balance``."""
    return {
        "production": _production(inputs),
        "capacity": _capacity(inputs),
        "use": pd.concat([_us_use(inputs), _world_use(inputs)], ignore_index=True),
        "us_balance": _us_balance(inputs),
    }


def _production(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("minerals/production.csv")
    raw = raw.assign(mineral=inputs.slug(raw["mineral"]), stage=raw["stage"].map(STAGES)).dropna(
        subset=["mineral", "stage"]
    )
    keys = ["mineral", "stage", "country_iso3", "year", "source", "product", "unit"]
    table = raw.groupby(keys, as_index=False, dropna=False).agg(
        value=("quantity", lambda found: found.sum(min_count=1)),
        estimated=("estimated", "max"),
        flag=("flag", "first"),
        note=("note", "first"),
    )
    table["grade"] = [_output_grade(row) for row in table.itertuples()]
    table["estimated"] = table["estimated"].map({1: "yes", 0: "no"})
    table = table.rename(columns={"country_iso3": "country", "year": "period", "product": "basis"})
    table["period"] = table["period"].astype(str)
    columns = [
        "mineral",
        "stage",
        "country",
        "period",
        "value",
        "unit",
        "basis",
        "estimated",
        "flag",
        "source",
        "grade",
        "note",
    ]
    return table[columns]


def _output_grade(row: object) -> str:
    """A reported; B estimated by the agency; C the first estimate of the latest year, or a group of unnamed countries."""
    if row.source == "iea_cmd_2025":
        return "B"
    if LATEST_ESTIMATE.get(row.source) == row.year or row.country_iso3 == "OTH":
        return "C"
    return "B" if row.estimated == 1 else "A"


def _capacity(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("minerals/capacity.csv")
    raw = raw.assign(mineral=inputs.slug(raw["mineral"])).dropna(subset=["mineral"])
    between = raw["product"].str.contains(BETWEEN)
    table = pd.DataFrame(
        {
            "mineral": raw["mineral"], "stage": between.map({True: "intermediate", False: "refined"}), "country": raw["country_iso3"],
            "period": raw["year"].astype(str), "value": raw["quantity"], "unit": raw["unit"], "basis": raw["product"], "flag": raw["flag"], "source": raw["source"], "grade": "B", "note": raw["note"],
        }
    )  # fmt: skip
    return table.drop_duplicates(["mineral", "country", "period", "basis", "source"])


def _salient(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("minerals/us_salient.csv")
    return raw.assign(mineral=inputs.slug(raw["mineral"])).dropna(subset=["mineral"])


def _us_use(inputs: Inputs) -> pd.DataFrame:
    """Published consumption of the United States, in tonnes; rows in units that are no mass are left in ``us_balance``."""
    raw = _salient(inputs)
    raw = raw[(raw["measure"] == "consumption") & raw["unit"].isin(TONNES)]
    measure = (
        raw["detail"].str.lower().str.extract("(apparent|reported|estimated)")[0].fillna("reported") + " consumption"
    )
    table = pd.DataFrame(
        {
            "mineral": raw["mineral"], "country": "USA", "period": raw["year"].astype(str), "measure": measure,
            "value": raw["value"] * raw["unit"].map(TONNES), "unit": "t", "basis": raw["detail"], "main": "no", "flag": raw["flag"],
            "source": raw["source"], "grade": raw["estimated"].map({1: "C", 0: "B"}), "note": raw["note"],
        }
    )  # fmt: skip
    rank = table["measure"].map({"apparent consumption": 0, "reported consumption": 1, "estimated consumption": 2})
    order = table.assign(rank=rank, narrow=table["basis"].str.len()).sort_values(["rank", "narrow"], kind="stable")
    first = order[order["value"].notna()].drop_duplicates(["mineral", "period"]).index
    table.loc[first, "main"] = "yes"
    return table.drop_duplicates(["mineral", "country", "period", "measure", "basis", "source"])


def _world_use(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("minerals/iea_demand.csv")
    raw = raw[raw["scenario"] == "base year"]
    raw = raw.assign(mineral=inputs.slug(raw["mineral"])).dropna(subset=["mineral"])
    raw = raw[~raw["use"].str.lower().str.contains("total|subtotal")]
    total = raw.groupby(["mineral", "year"], as_index=False)["demand_kt"].sum(min_count=1)
    return pd.DataFrame(
        {
            "mineral": total["mineral"], "country": "WLD", "period": total["year"].astype(str), "measure": "demand",
            "value": total["demand_kt"] * 1e3, "unit": "t", "basis": "sum of uses, base year", "main": "no", "flag": None,
            "source": "iea_cmd_2025", "grade": "B", "note": None,
        }
    )  # fmt: skip


def _us_balance(inputs: Inputs) -> pd.DataFrame:
    raw = _salient(inputs)
    raw = raw[raw["measure"].isin(["imports", "exports", "production", "stocks", "net_import_reliance", "recycling"])]
    raw = raw[raw["unit"].notna()]
    table = pd.DataFrame(
        {
            "mineral": raw["mineral"], "country": "USA", "period": raw["year"].astype(str), "measure": raw["measure"],
            "value": raw["value"], "unit": raw["unit"], "basis": raw["detail"], "flag": raw["flag"], "source": raw["source"],
            "grade": raw["estimated"].map({1: "C", 0: "B"}), "note": raw["note"],
        }
    )  # fmt: skip
    return table.drop_duplicates(["mineral", "period", "measure", "basis", "source"])

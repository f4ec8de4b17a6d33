"""Shares of use by region: the Commission's study with sectors and their value added, the IEA's world, USGS chapters."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

REGIONS = {"US": "USA", "World": "WLD"}
NAMES = {"graphite_all": "graphite"}
KEYS = ["mineral", "country", "use", "sector", "period", "source"]


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``end_use``."""
    table = pd.concat([_european(inputs), _others(inputs)], ignore_index=True)
    table = table.groupby(KEYS, as_index=False, dropna=False, sort=False).agg(
        {column: "sum" if column == "value" else "first" for column in table.columns if column not in KEYS}
    )
    return {"end_use": table.sort_values(["mineral", "country", "source", "use"], ignore_index=True)}


def _european(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("parameters/eu_use_shares_2023.csv")
    return pd.DataFrame(
        {
            "mineral": inputs.slug(raw["material"]), "country": "EU27", "use": raw["application"], "sector": raw["nace2_sector"].str.replace(r"\s+", " ", regex=True),
            "period": "2016/2020", "value": raw["share"], "unit": "share", "value_added": raw["value_added_meur"],
            "basis": "share of EU use of " + raw["material"] + ", as printed " + raw["share_as_printed"], "source": "ec_crm_study_2023", "grade": "B", "note": None,
        }
    )  # fmt: skip


def _others(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("minerals/end_use.csv")
    raw = raw[raw["region"].isin(REGIONS)].dropna(subset=["share"])
    basis = (
        raw["note"].fillna("share of use").str.replace("demand by use / total demand", "share of demand", regex=False)
    )
    graphite = raw["mineral"].map({"graphite_all": "natural and artificial graphite together"})
    return pd.DataFrame(
        {
            "mineral": inputs.slug(raw["mineral"].replace(NAMES)), "country": raw["region"].map(REGIONS), "use": raw["end_use"], "sector": raw["sector"],
            "period": raw["year"].astype(str), "value": raw["share"], "unit": "share", "value_added": None, "basis": basis, "source": raw["source"],
            "grade": raw["source"].map({"iea_cmd_2025": "B"}).fillna("C"), "note": graphite,
        }
    )  # fmt: skip

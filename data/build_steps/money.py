"""Prices in nominal US dollars, with the basis of each quote."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

TUNGSTEN_TRIOXIDE = 0.79297
KG_OF_TRIOXIDE_IN_UNIT = 10.0


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``prices``: annual, quarterly and monthly since 1990."""
    raw = inputs.read("minerals/prices.csv")
    raw = raw.assign(mineral=inputs.slug(raw["mineral"])).dropna(subset=["mineral", "price"])
    raw = raw[raw["period"].str[:4].astype(int) >= 1990]
    per_tonne = raw["price_usd_per_t"].copy()
    unit = raw["unit"] == "dollars per dry metric ton unit"
    per_tonne[unit] = raw.loc[unit, "price"] / (KG_OF_TRIOXIDE_IN_UNIT * TUNGSTEN_TRIOXIDE) * 1000
    table = pd.DataFrame(
        {
            "mineral": raw["mineral"], "form": raw["price_basis"], "period": raw["period"], "frequency": raw["frequency"],
            "value": raw["price"], "unit": raw["unit"], "usd_per_t": per_tonne, "basis": raw["price_basis"],
            "source": raw["source"], "grade": raw["estimated"].map({1: "C"}).fillna("B"), "note": raw["note"],
        }
    )  # fmt: skip
    table.loc[unit, "note"] = "per tonne of tungsten: price of a unit of 10 kg WO3 over 7.93 kg W"
    table.loc[table["source"].str.startswith("worldbank") & (table["grade"] == "B"), "grade"] = "A"
    return {"prices": table.drop_duplicates(["mineral", "form", "period", "frequency", "source"])}

"""Bilateral trade, the content of traded forms, and the world's unit values."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

SMALLEST_USD_K, SMALLEST_T = 1.0, 0.01
PROVISIONAL = "2024"


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``trade``, ``trade_world``, ``trade_codes``."""
    codes = inputs.mine("trade_codes")
    for column in ("content", "content_low", "content_high"):
        codes[column] = codes[column].astype(float)
    codes = codes.assign(unit="t of content per t", source="orepact_forms")
    trade = _trade(inputs, codes)
    return {"trade": trade, "trade_world": _world(trade), "trade_codes": codes}


def _trade(inputs: Inputs, codes: pd.DataFrame) -> pd.DataFrame:
    raw = inputs.parquet("trade/trade_2010_2024.parquet")
    ours = codes.set_index("hs6")
    raw = raw[raw["hs6"].isin(ours.index) & (raw["exporter_iso3"] != raw["importer_iso3"])]
    raw = raw[(raw["value_usd_k"] >= SMALLEST_USD_K) | (raw["quantity_t"] >= SMALLEST_T)]
    period = raw["year"].astype(str)
    table = pd.DataFrame(
        {
            "mineral": raw["hs6"].map(ours["mineral"]), "stage": raw["hs6"].map(ours["stage"]), "hs6": raw["hs6"],
            "exporter": raw["exporter_iso3"], "importer": raw["importer_iso3"], "period": period, "value": raw["quantity_t"],
            "unit": "t", "basis": "gross weight", "value_usd_k": raw["value_usd_k"], "suspect": raw["uv_flag"] == 1, "source": "baci",
        }
    )  # fmt: skip
    pure = table["hs6"].map(ours["purity"]) == "exclusive"
    table["grade"] = "B"
    table.loc[~pure | (period == PROVISIONAL) | table["suspect"], "grade"] = "C"
    table = table[table["exporter"].str.fullmatch("[A-Z]{3}") & table["importer"].str.fullmatch("[A-Z]{3}")]
    return table.sort_values(["hs6", "period", "exporter", "importer"], ignore_index=True)


def _world(trade: pd.DataFrame) -> pd.DataFrame:
    """World totals of each code and year, and a unit value from the flows that are not suspect."""
    sound = trade[~trade["suspect"] & (trade["value"] > 0)]
    total = sound.groupby(["hs6", "period"], as_index=False).agg(
        value=("value", "sum"), value_usd_k=("value_usd_k", "sum")
    )
    total["unit_value"] = 1000.0 * total["value_usd_k"] / total["value"]
    return total.assign(
        unit="t", unit_of_unit_value="USD per t", basis="gross weight, flows not suspect", source="baci", grade="B"
    )

"""Tariff lines of the United States, and tariffs imposed, exempted and ended."""

from __future__ import annotations

import pandas as pd

from build_steps.controls import STAGES
from build_steps.documents import page_id
from build_steps.inputs import Inputs

NAMES = {
    "all_critical": None, "iridium_osmium_ruthenium": "iridium|ruthenium", "strontium_barium": "strontium", "precious_metals": None,
}  # fmt: skip
"""Names of the tariff table that are no mineral of ours, with the minerals of ours inside."""

WORDS = {
    "graphite": "graphite", "tungsten": "tungsten", "uranium": "uranium", "manganese": "manganese", "cobalt": "cobalt", "rare earths": "rare_earths",
    "rare_earths": "rare_earths", "permanent_magnets": "rare_earths_magnet", "gallium": "gallium", "germanium": "germanium", "lithium-ion": "lithium",
    "steel": "steel", "aluminium": "aluminium", "copper": "copper", "gold bullion": "gold",
}  # fmt: skip


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``us_tariffs`` and ``tariff_actions``."""
    return {"us_tariffs": _lines(inputs), "tariff_actions": _actions(inputs)}


def _slugs(inputs: Inputs, name: object) -> str | None:
    listed = NAMES.get(str(name), str(name))
    found = inputs.slug(pd.Series((listed or "").split("|"))).dropna().drop_duplicates()
    return "|".join(found) or None


def _lines(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("policy/tariffs_us.csv", dtype={"hts8": str, "hs6": str})
    minerals = raw["mineral"].map(lambda name: _slugs(inputs, name))
    table = pd.DataFrame(
        {
            "importer": raw["importer"], "hts8": raw["hts8"], "hs6": raw["hs6"], "mineral": minerals.mask(minerals.str.contains("|", regex=False, na=False)),
            "minerals": minerals.fillna(raw["mineral"]), "stage": raw["stage"].replace(STAGES), "description": raw["description"],
            "value": raw["mfn_ad_valorem_pct"], "unit": "percent of value", "rate": raw["mfn_rate"], "special": raw["special_rate"],
            "column2": raw["column2_rate"], "section301": raw["section301_china_pct_list_2025"], "period": raw["as_of"],
            "basis": "most favoured nation; empty where the rate is specific or compound", "source": "usitc_hts_2025_04", "grade": "A",
        }
    )  # fmt: skip
    return table.sort_values("hts8", ignore_index=True)


def _actions(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("policy/tariff_actions.csv")
    named = [
        "|".join(dict.fromkeys(slug for word, slug in WORDS.items() if word in text)) or None
        for text in raw["minerals"]
    ]
    start, end = raw["start"].astype("string"), raw["end"].astype("string")
    return pd.DataFrame(
        {
            "importer": raw["importer"], "origin": raw["origin"], "minerals": named, "scope": raw["minerals"], "instrument": raw["instrument"],
            "value": raw["rate_pct"], "unit": "percent of value", "start": start, "end": end,
            "period": start.fillna(end).str[:4].fillna("2025"), "basis": raw["details"].fillna("ad valorem"),
            "source": raw["source_url"].map(page_id), "grade": "C",
        }
    )  # fmt: skip

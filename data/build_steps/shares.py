"""Supply and sourcing shares: the Commission's study of 2023 and the United States' import sources."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

STAGES = {"extraction": "mine", "processing": "refined"}
AT_MINE = "ore|concentrate|bauxite|chromite|celestite"
MAIN = {
    "antimony": "Total metal and oxide", "chromium": "Chromite (ores and concentrates)", "copper": "Refined copper",
    "germanium": "Combined total", "manganese": "Manganese ore", "magnesium": "Combined total", "niobium": "Ferroniobium and niobium metal",
    "nickel": "Primary nickel", "rare_earths": "Rare-earth compounds and metals", "silicon": "Silicon metal", "tantalum": "Total",
    "tin": "Refined tin", "tungsten": "Ores, concentrates, and other forms", "vanadium": "Total", "zinc": "Refined metal",
    "zirconium": "Zirconium ores and concentrates", "molybdenum": "Molybdenum ore and concentrates", "titanium_minerals": "All",
    "lead": "Refined metal", "selenium": "Selenium",
}  # fmt: skip
ONE_STAGE_AT_MINE = [
    "graphite",
    "fluorspar",
    "barite",
    "feldspar",
    "phosphate_rock",
    "platinum",
    "palladium",
    "vanadium",
    "tantalum",
]


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``shares``."""
    table = pd.concat([_european(inputs), _american(inputs)], ignore_index=True)
    return {"shares": table.drop_duplicates(["kind", "mineral", "stage", "reporter", "country", "basis"])}


def _european(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("eu/eu_crm_2023.csv")
    raw = raw.assign(mineral=inputs.slug(raw["material"]), stage=raw["stage"].map(STAGES)).dropna(
        subset=["mineral", "iso3"]
    )
    ore = (raw["mineral"] == "aluminium") & (raw["stage"] == "mine")
    raw.loc[ore, "mineral"] = "bauxite"
    kind = raw["scope"].map({"global": "world_supply", "eu_sourcing": "eu_sourcing"})
    return pd.DataFrame(
        {
            "kind": kind, "mineral": raw["mineral"], "stage": raw["stage"], "reporter": kind.map({"world_supply": "WLD", "eu_sourcing": "EU27"}),
            "country": raw["iso3"], "value": raw["share_pct"] / 100, "unit": "share", "period": "2016/2020",
            "basis": raw["material"], "main": "yes", "flag": raw["less_than"].map({1: "upper bound", 0: None}),
            "trade_parameter": raw["trade_parameter_t"], "source": "ec_crm_study_2023", "grade": "B", "note": None,
        }
    )  # fmt: skip


def _american(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("minerals/us_import_sources.csv")
    mineral = inputs.slug(raw["commodity"].str.replace(r" \(natural\)$", "", regex=True, case=False))
    mineral = mineral.where(~raw["commodity"].str.lower().eq("graphite (natural)"), "graphite")
    raw = raw.assign(mineral=mineral).dropna(subset=["mineral"])
    at_mine = raw["detail"].str.lower().str.contains(AT_MINE, regex=True) & ~raw["detail"].str.contains(
        "and other forms"
    )
    at_mine |= raw["mineral"].isin(ONE_STAGE_AT_MINE)
    wanted = raw["mineral"].map(MAIN).fillna("All")
    only = raw.groupby("mineral")["detail"].transform("nunique") == 1
    starts = [str(detail).startswith(want) for detail, want in zip(raw["detail"], wanted, strict=True)]
    main = only | pd.Series(starts, index=raw.index)
    return pd.DataFrame(
        {
            "kind": "us_imports", "mineral": raw["mineral"], "stage": at_mine.map({True: "mine", False: "refined"}), "reporter": "USA",
            "country": raw["country_iso3"], "value": raw["share_pct"] / 100, "unit": "share", "period": raw["period"].str.replace("-", "/"),
            "basis": raw["detail"], "main": main.map({True: "yes", False: "no"}), "flag": raw["flag"], "trade_parameter": None,
            "source": raw["source"], "grade": "A", "note": raw["note"],
        }
    )  # fmt: skip

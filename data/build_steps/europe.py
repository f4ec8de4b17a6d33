"""The EU's criticality assessments of 2017 and 2023 in one long table, and the benchmarks of its regulation."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

MEASURES_2017 = {
    "SR": ("supply_risk", "1"), "EI": ("economic_importance", "1"), "import_reliance_pct": ("import_reliance", "share"),
    "eol_rir_pct": ("eol_rir", "share"), "SI_EI": ("si_ei", "1"), "SI_SR": ("si_sr", "1"), "HHI_WGI_t_GS": ("hhi_gs", "1"),
    "HHI_WGI_t_EU": ("hhi_eu", "1"), "SR_GS_only": ("supply_risk_gs_only", "1"), "SR_EU_only": ("supply_risk_eu_only", "1"),
    "SR_GS_and_EU": ("supply_risk_gs_and_eu", "1"),
}  # fmt: skip
"""Columns of the study's tables, with the measure and unit that each becomes; the terms of HHI are as printed."""

STAGES = {"Extraction": "mine", "Processing": "refined", "extraction": "mine", "processing": "refined"}
COLUMNS = [
    "edition",
    "material",
    "mineral",
    "stage",
    "measure",
    "value",
    "unit",
    "period",
    "basis",
    "source",
    "grade",
    "note",
]


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``eu_assessments`` and ``benchmarks``."""
    parts = [_study_2017(inputs), _reliance_2023(inputs), _substitution_2023(inputs), _recycling_2023(inputs)]
    table = pd.concat(parts, ignore_index=True).dropna(subset=["value"])
    table["mineral"] = inputs.slug(table["material"])
    table["value"] = table["value"].where(table["unit"] != "percent", table["value"] / 100)
    table["unit"] = table["unit"].replace("percent", "share")
    table = table[COLUMNS].sort_values(["edition", "material", "stage", "measure"], ignore_index=True)
    return {"eu_assessments": table, "benchmarks": _benchmarks(inputs)}


def _study_2017(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("parameters/eu_criticality_2017.csv")
    frames = []
    for column, (measure, unit) in MEASURES_2017.items():
        frame = raw[["material"]].assign(
            stage=raw["stage"].map(STAGES), measure=measure, value=raw[column], unit="percent" if column.endswith("_pct") else unit,
            note="supply used: " + raw["supply_used"],
        )  # fmt: skip
        frames.append(frame)
    table = pd.concat(frames, ignore_index=True)
    return table.assign(
        edition="2017",
        period="2010/2014",
        basis="as printed, tables 3, 18 and 19",
        source="ec_crm_study_2017",
        grade="B",
    )


def _reliance_2023(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("parameters/eu_import_reliance_2023.csv")
    frames = [
        raw[["material"]].assign(
            stage=STAGES[stage], measure="import_reliance", value=raw[f"import_reliance_{stage}_pct"], unit="percent"
        )
        for stage in ("extraction", "processing")
    ]
    return pd.concat(frames, ignore_index=True).assign(**_of_2023("results annex; stages assessed by the study"))


def _substitution_2023(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("parameters/substitutability.csv")
    frames = [
        raw[["material"]].assign(stage="*", measure=measure, value=raw[column], unit="1")
        for column, measure in (("SI_EI_2023", "si_ei"), ("SI_SR_2023", "si_sr"))
    ]
    return pd.concat(frames, ignore_index=True).assign(**_of_2023("1 is not substitutable, lower is easier to replace"))


def _recycling_2023(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("parameters/recycling.csv")
    raw = raw[(raw["metric"] == "EoL-RIR (EU)") & (raw["year"] == 2023)]
    table = raw[["material"]].assign(stage="*", measure="eol_rir", value=raw["value"], unit="share")
    return table.assign(**_of_2023("old scrap over total input, EU"))


def _of_2023(basis: str) -> dict[str, str]:
    return {"edition": "2023", "period": "2016/2020", "basis": basis, "source": "ec_crm_study_2023", "grade": "B"}


def _benchmarks(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("eu/crma_benchmarks.csv")
    bound = raw["value"].str.extract(r"^(at least|at most) ([\d.]+)%$")
    word = raw["benchmark"].str.split(" ").str[0]
    return pd.DataFrame(
        {
            "benchmark": word.replace({"share": "single_country"}), "region": "EU27", "bound": bound[0], "value": bound[1].astype(float) / 100,
            "unit": "share of annual consumption", "period": raw["year"].astype(str), "basis": raw["benchmark"], "source": "eu_2024_1252", "grade": "A",
            "note": "Article 5(1): " + raw["benchmark"].str.contains("third country").map({True: "point (b), at any relevant stage of processing", False: "point (a)"}),
        }
    )  # fmt: skip

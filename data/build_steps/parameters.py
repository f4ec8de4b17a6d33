"""Elasticities, yields, recycling rates, the ranges that draws are taken from, and what a reserve assumes."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

OTHER = "other materials"
"""Group of woods, stones and sums that the EU study assesses; no elasticity of metals is borrowed for them."""


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``elasticities``, ``yields``, ``parameters``, ``recycling``, ``reserve_scenarios``, ``reserve_terms``, ``stop_probabilities``."""
    return {
        "elasticities": _elasticities(inputs),
        "yields": _yields(inputs),
        "parameters": _numbers(inputs.mine("parameters"), "low", "value", "high"),
        "recycling": _recycling(inputs),
        "reserve_scenarios": _numbers(inputs.mine("reserve_scenarios"), "cut", "months", "value"),
        "stop_probabilities": _numbers(
            inputs.mine("stop_probabilities"), "governance_from", "governance_to", "cut", "months", "value"
        ),
        "reserve_terms": _numbers(inputs.mine("reserve_terms"), "value"),
    }


def _numbers(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The table with some of its columns as numbers."""
    return table.assign(**{column: table[column].astype(float) for column in columns})


def _elasticities(inputs: Inputs) -> pd.DataFrame:
    """One range for each mineral, kind and horizon; a mineral without literature borrows the pooled base metals."""
    raw = inputs.read("parameters/default_elasticities.csv")
    raw = (
        raw.assign(mineral=inputs.slug(raw["mineral"]))
        .dropna(subset=["mineral"])
        .drop_duplicates(["mineral", "kind", "horizon"])
    )
    pooled = raw[raw["status"] == "borrowed"].drop_duplicates(["kind", "horizon"])
    own = inputs.mine("minerals")
    missing = sorted(set(own.loc[own["group"] != OTHER, "mineral"]) - set(raw["mineral"]))
    borrowed = pd.concat([pooled.assign(mineral=mineral) for mineral in missing], ignore_index=True)
    raw = pd.concat([raw, borrowed], ignore_index=True)
    table = pd.DataFrame(
        {
            "mineral": raw["mineral"], "kind": raw["kind"], "horizon": raw["horizon"], "value": raw["value"], "low": raw["low"],
            "high": raw["high"], "unit": "1", "period": "1950/2020", "basis": raw["rule"] + "; median and quartiles",
            "status": raw["status"], "source": "ryter_glombo", "grade": raw["status"].map({"own": "B", "borrowed": "D"}), "note": raw["caution"],
        }
    )  # fmt: skip
    return table.sort_values(["mineral", "kind", "horizon"], ignore_index=True)


def _yields(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("parameters/stage_yields.csv")
    raw = raw.assign(mineral=inputs.slug(raw["mineral"])).dropna(subset=["mineral", "value"])
    country = raw["stage_step"].str.startswith("same, China").map({True: "CHN", False: "WLD"})
    step = raw["stage_step"].where(country == "WLD", "share of mine output without a smelter stage, China")
    table = pd.DataFrame(
        {
            "mineral": raw["mineral"], "step": step, "country": country, "value": raw["value"], "low": pd.to_numeric(raw["low"], errors="coerce"),
            "high": pd.to_numeric(raw["high"], errors="coerce"), "unit": "share", "period": "2010/2023", "basis": raw["source_title"],
            "source": "atlas_yields", "grade": raw["grade"], "note": raw["note"],
        }
    )  # fmt: skip
    return table.drop_duplicates(["mineral", "step"])


def _recycling(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("parameters/recycling.csv")
    raw = raw.assign(mineral=inputs.slug(raw["material"])).dropna(subset=["mineral", "value"])
    region = (
        raw["metric"]
        .str.extract(r"\((EU|world|China)")[0]
        .map({"EU": "EU27", "world": "WLD", "China": "CHN"})
        .fillna("WLD")
    )
    study = raw["year"].map({2017: "ec_crm_study_2017", 2023: "ec_crm_2023_rir"})
    source = study.where(raw["metric"].str.startswith("EoL-RIR"), "ryter_glombo")
    table = pd.DataFrame(
        {
            "mineral": raw["mineral"], "country": region, "measure": raw["metric"], "value": raw["value"], "unit": "share",
            "period": raw["year"].astype(str), "basis": raw["definition"], "source": source,
            # A recycling rate of the Commission is modelled and printed in whole percent: B, though the study is official.
            "grade": raw["grade"].where(~raw["metric"].str.startswith("EoL-RIR"), "B"),
        }
    )  # fmt: skip
    return table.drop_duplicates(["mineral", "country", "measure", "period"])

"""The European supply risk of every material and stage whose shares the study of 2023 prints, with the inputs of each row."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from orepact.errors import MissingData
from orepact.indicators.eu_criticality import LEAST_NAMED, supply_risk_from_terms, weighted_hhi
from orepact.indicators.inputs import TERMS, StudyInputs, study_inputs

COLUMNS = (
    "material", "stage", "sr", "hhi_gs", "hhi_eu", "import_reliance", "eol_rir", "si_sr", "used", "grade", "period", "sources",
    "missing",
)  # fmt: skip
WORDS = {"import_reliance": "import reliance", "eol_rir": "EoL-RIR", "si_sr": "SI_SR"}
TABLES = {"world_supply": "world", "eu_sourcing": "EU"}


def supply_risk_table(inputs: StudyInputs | None = None) -> pd.DataFrame:
    """Supply risk of the EU, one row per mineral and stage, in the columns of ``COLUMNS``.

    sr: supply risk, no unit; empty where an input is missing, which ``missing`` names. hhi_gs, hhi_eu: concentration
    weighted by governance and trade; empty where the share table is missing or poor, and ``used`` says which it was.
    import_reliance, eol_rir: fractions; si_sr: index, 0-1. grade: the worst grade among the inputs. period: of the shares.
    """
    given = study_inputs() if inputs is None else inputs
    rows = [
        _row(given, str(mineral), str(stage), shares)
        for (mineral, stage), shares in given.shares.groupby(["mineral", "stage"])
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


@cache
def risks_of_the_study() -> pd.DataFrame:
    """:func:`supply_risk_table` on the shipped inputs, kept while the program runs; not to be changed."""
    return supply_risk_table()


def _row(given: StudyInputs, mineral: str, stage: str, shares: pd.DataFrame) -> dict[str, Any]:
    row: dict[str, Any] = {"material": mineral, "stage": stage, "period": "; ".join(sorted(set(shares["period"])))}
    names = set(shares["basis"].str.casefold())
    found = {name: given.term(name, names, mineral, stage) for name in TERMS}
    terms = {name: None if term is None else float(term["value"]) for name, term in found.items()}
    concentration: dict[str, float | None] = {}
    notes, missing = [], []
    for kind, table in TABLES.items():
        value, why = _concentration(given, shares[shares["kind"] == kind])
        concentration[kind] = value
        notes += [f"{table} shares {why}"] if value is None and not why.startswith("governance") else []
        missing += [why] if why.startswith("governance") else []
    gs, eu = concentration["world_supply"], concentration["eu_sourcing"]
    needed = [name for name in TERMS if name != "import_reliance" or (gs is not None and eu is not None)]
    missing += [WORDS[name] for name in needed if terms[name] is None]
    missing += ["shares"] if gs is None and eu is None and not missing else []
    row |= {"hhi_gs": gs, "hhi_eu": eu, **terms, "missing": "; ".join(dict.fromkeys(missing))}
    if not missing:
        risk = supply_risk_from_terms(gs, eu, terms["import_reliance"], terms["eol_rir"], terms["si_sr"])
        row |= {"sr": risk.value, "used": risk.used + (f" ({'; '.join(notes)})" if notes else "")}
    told = [term for term in found.values() if term is not None]
    grades = [*shares["grade"], given.governance_grade, *(str(term["grade"]) for term in told)]
    sources = [*shares["source"], given.governance_source, *(str(term["source"]) for term in told)]
    return row | {"grade": max(grades), "sources": "|".join(dict.fromkeys(sources))}


def _concentration(given: StudyInputs, shares: pd.DataFrame) -> tuple[float | None, str]:
    """The weighted concentration of one share table, or None and why not."""
    if shares.empty or shares["value"].isna().any():
        return None, "missing"
    supply = shares.groupby("country")[["value", "trade_parameter"]].agg({"value": "sum", "trade_parameter": "first"})
    named = float(supply["value"].sum())
    if named < LEAST_NAMED:
        return None, f"name {named:.0%}"
    try:
        return weighted_hhi(supply["value"], given.governance, supply["trade_parameter"]), ""
    except MissingData as error:
        return None, "; ".join(f"governance of {problem.found}" for problem in error.problems)

"""The EU's criticality assessments with one column a measure, as a formula wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orepact.errors import unknown
from orepact.facts.tables import load

if TYPE_CHECKING:
    import pandas as pd


def assessments(edition: str = "2023") -> pd.DataFrame:
    """One row a material and stage of the study of ``edition`` (2017, 2023), one column a measure, shares between 0 and 1.

    Columns: material, mineral, stage, and the measures that the edition has: ``import_reliance``, ``eol_rir``, ``si_ei``,
    ``si_sr``; in 2017 also ``supply_risk``, ``economic_importance``, ``hhi_gs``, ``hhi_eu``, the supply risks by one supply
    alone, and ``supply_used`` in words. A measure that the study gives for the material as a whole stands at each of its
    stages; one that it does not give is missing.
    """
    table = load("eu_assessments")
    editions = sorted(table["edition"].unique())
    if edition not in editions:
        raise unknown("facts, assessments", "edition", edition, editions)
    table = table[table["edition"] == edition]
    by_stage = _wide(table[table["stage"] != "*"], ["material", "mineral", "stage"])
    whole = _wide(table[table["stage"] == "*"], ["material", "mineral"])
    found = by_stage.merge(whole, on=["material", "mineral"], how="left") if len(whole) else by_stage
    notes = table.dropna(subset=["note"]).drop_duplicates("material").set_index("material")["note"]
    if len(notes):
        found["supply_used"] = found["material"].map(notes).str.removeprefix("supply used: ")
    return found.sort_values(["material", "stage"], ignore_index=True)


def _wide(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    wide = table.pivot_table(index=keys, columns="measure", values="value", aggfunc="first").reset_index()
    wide.columns.name = None
    return wide

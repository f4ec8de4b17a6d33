"""Capacity of a region: the law asks for what could be extracted, processed and recycled, not for what was."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from orepact import facts
from orepact.indicators.figures import Figure, Gap, Known, between, exact
from orepact.indicators.members import Region
from orepact.network.evidence import worst

NEARLY_ALL = 0.98
"""Share of the world's total that countries must add up to before one that is not listed counts as having none."""


def capacity(region: Region, mineral: str, stage: str, year: int | None) -> Known:
    """Year-end capacity of the region's members, tonnes a year, with unnamed countries as the open part.

    A member that has output at the stage and no capacity figure makes the sum a gap that names it.
    """
    table = facts.load("capacity")
    rows = table[(table["mineral"] == mineral) & (table["stage"] == stage) & (table["unit"] == "t")]
    if year is not None:
        rows = rows[rows["period"] == str(year)]
    if rows.empty:
        return Gap(f"capacity of {mineral} by country at {stage}" + (f" in {year}" if year is not None else ""))
    latest = rows[rows["period"] == rows["period"].max()]
    named = latest[latest["country"].isin(region.members)]
    absent = sorted(
        set(named.loc[named["value"].isna(), "country"]) | (_producers(region, mineral, stage) - set(named["country"]))
    )
    if absent:
        return Gap(f"capacity of {mineral} at {stage} of {', '.join(absent)}")
    unnamed = latest.loc[latest["country"] == "OTH", "value"]
    if unnamed.isna().any():
        return Gap(f"capacity of {mineral} at {stage} of the countries that no publisher names")
    if named.empty and not _complete(latest):
        return Gap(f"capacity of {mineral} at {stage}: no member is named, and the named do not add up to the world")
    period, source = str(latest["period"].iloc[0]), str(latest["source"].iloc[0])
    total = float(named["value"].sum())
    grade = worst(*latest["grade"])
    trail = f"capacity of the members at {stage}: {total:,.0f} t ({source}, {period})"
    found = exact(total, grade=grade, year=period, sources=(source,), trail=trail)
    return _with_unnamed(found, float(unnamed.sum()))


def _complete(rows: pd.DataFrame) -> bool:
    """Whether the countries of a table, unnamed ones included, add up to the world's total."""
    world = rows.loc[rows["country"] == "WLD", "value"]
    listed = rows.loc[rows["country"] != "WLD", "value"]
    return bool(world.notna().any() and listed.notna().all() and listed.sum() >= NEARLY_ALL * world.sum())


def _with_unnamed(found: Figure, unnamed: float) -> Figure:
    if unnamed <= 0:
        return found
    why = f"countries that no publisher names have {unnamed:,.0f} t of capacity"
    return replace(between(found, found.value, found.value + unnamed, why), nothing_named=found.value <= 0)


def _producers(region: Region, mineral: str, stage: str) -> set[str]:
    """Members with output of the mineral at the stage in any period that is held."""
    table = facts.load("production")
    rows = table[(table["mineral"] == mineral) & (table["stage"] == stage) & (table["value"] > 0)]
    return set(rows["country"]) & set(region.members)

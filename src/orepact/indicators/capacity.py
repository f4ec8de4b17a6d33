"""Capacity of a region: the law asks for what could be extracted, processed and recycled, not for what was."""

from __future__ import annotations

from orepact import facts
from orepact.indicators.figures import Figure, Gap, Known, between, exact
from orepact.indicators.members import Region

WORST_FIRST = "EDCBA"


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
    period, source = str(latest["period"].iloc[0]), str(latest["source"].iloc[0])
    total = float(named["value"].sum())
    grade = min(latest["grade"], key=WORST_FIRST.index)
    found = exact(
        total,
        grade=grade,
        year=period,
        sources=(source,),
        trail=f"capacity of the members at {stage}: {total:,.0f} t ({source}, {period})",
    )
    unnamed = latest.loc[latest["country"] == "OTH", "value"]
    if unnamed.isna().any():
        return Gap(f"capacity of {mineral} at {stage} of the countries that no publisher names")
    return _with_unnamed(found, float(unnamed.sum()))


def _with_unnamed(found: Figure, unnamed: float) -> Figure:
    if unnamed <= 0:
        return found
    return between(
        found,
        found.value,
        found.value + unnamed,
        f"countries that no publisher names have {unnamed:,.0f} t of capacity",
    )


def _producers(region: Region, mineral: str, stage: str) -> set[str]:
    """Members with output of the mineral at the stage in any period that is held."""
    table = facts.load("production")
    rows = table[(table["mineral"] == mineral) & (table["stage"] == stage) & (table["value"] > 0)]
    return set(rows["country"]) & set(region.members)

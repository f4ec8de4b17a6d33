"""How first figures of output moved in later editions: table ``production_editions``, one row a figure.

A figure is the output of a mineral, stage and country in a year on one basis. Its revision is latest over first, less one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orepact.errors import MissingData, Problem
from orepact.facts.tables import load

if TYPE_CHECKING:
    import pandas as pd

FIGURE = ["mineral", "stage", "country", "period", "basis", "unit"]
GROUPS = ("WLD", "OTH")
"""World totals and unnamed countries: sums and remainders, in which revisions cancel or pile up."""

CHANGED_BASIS = ("boron", "magnesite")
"""Minerals whose basis differs between countries (boron) or editions (magnesite): their changes are no revisions."""


def revisions(mineral: str | None = None, stage: str | None = None) -> pd.DataFrame:
    """First and latest estimate of every figure that two editions or more print, tonnes (or the figure's own unit).

    Columns: the figure (mineral, stage, country, period, basis, unit), ``first_edition``, ``first``, ``latest_edition``,
    ``latest``, ``editions`` (how many print a value), ``revision`` (latest / first - 1; missing where the first is zero) and
    ``counted`` (part of :func:`median_revision`). A withheld figure is not an estimate and is left out.
    """
    table = load("production_editions").dropna(subset=["value"])
    for column, wanted in (("mineral", mineral), ("stage", stage)):
        if wanted is not None:
            table = table[table[column] == wanted]
    found = (
        table.sort_values("edition")
        .groupby(FIGURE, as_index=False)
        .agg(
            first_edition=("edition", "first"),
            first=("value", "first"),
            latest_edition=("edition", "last"),
            latest=("value", "last"),
            editions=("value", "size"),
        )
    )
    found = found[found["editions"] > 1].reset_index(drop=True)
    found["revision"] = (found["latest"] / found["first"] - 1.0).where(found["first"] > 0)
    named = ~found["country"].isin(GROUPS) & ~found["mineral"].isin(CHANGED_BASIS)
    found["counted"] = named & found["revision"].notna()
    return found


def median_revision(found: pd.DataFrame | None = None) -> float:
    """Median absolute revision of first estimates, as a share; of all minerals when ``found`` is left out.

    Counted: named countries whose first estimate is above zero. Not counted: world totals and "other countries", and boron
    and magnesite, whose basis changes.
    """
    table = revisions() if found is None else found
    counted = table.loc[table["counted"], "revision"]
    if counted.empty:
        raise MissingData(
            Problem(
                "facts, revisions", "no figure has two editions", "no row to count", "choose another mineral or stage"
            )
        )
    return float(counted.abs().median())

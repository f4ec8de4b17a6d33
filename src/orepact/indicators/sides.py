"""The two sides of a balanced table for some countries: what they deliver and to whom, what they buy and from whom."""

from __future__ import annotations

from typing import Any

import numpy as np

from orepact.indicators.reliance import net_import_reliance
from orepact.network import Network, StageTable

SMALLEST = 0.005
"""Tonnes below which a place is taken to have no part in a stage."""

MOST_PARTNERS = 3
NOWHERE = ("ROW", "OTH")
"""Codes of the table that stand for no one country."""


def sold(found: Network, table: StageTable, members: tuple[str, ...], code: str) -> dict[str, Any] | None:
    """What some countries deliver of a stage in the base year, and to whom; None where nothing."""
    rows = [index for index, each in enumerate(table.producers) if each in members]
    delivered = table.flows[rows].sum(axis=0) if rows else np.zeros(len(table.buyers))
    total = float(delivered.sum())
    if total <= SMALLEST:
        return None
    abroad = {
        each: float(amount)
        for each, amount in zip(table.buyers, delivered, strict=True)
        if each not in members and amount > SMALLEST
    }
    return _side(found, table, code, total, abroad) | {
        "share": total / float(table.flows.sum()), "grade": carried_grade(table, rows, range(len(table.buyers))),
        "address": f"network/{found.mineral}/{found.base_year}/{table.stage}/{code}/*",
    }  # fmt: skip


def bought(
    found: Network, table: StageTable, members: tuple[str, ...], code: str, *, reliance: bool = True
) -> dict[str, Any] | None:
    """What some countries buy of a stage in the base year, and from whom; None where nothing. reliance: whether to work it out."""
    columns = [index for index, each in enumerate(table.buyers) if each in members]
    taken = table.flows[:, columns].sum(axis=1) if columns else np.zeros(len(table.producers))
    total = float(taken.sum())
    if total <= SMALLEST:
        return None
    abroad = {
        each: float(amount)
        for each, amount in zip(table.producers, taken, strict=True)
        if each not in members and amount > SMALLEST
    }
    rows = [index for index, each in enumerate(table.producers) if each in members]
    relied = _reliance(table, rows, taken, total) if reliance else None
    return _side(found, table, code, total, abroad) | {
        "net_import_reliance": relied,
        "grade": carried_grade(table, range(len(table.producers)), columns),
        "address": f"network/{found.mineral}/{found.base_year}/{table.stage}/*/{code}",
    }  # fmt: skip


def _reliance(table: StageTable, rows: list[int], taken: Any, total: float) -> float | None:
    """Net import reliance at a stage; None where nobody can tell."""
    output = float(table.flows[rows].sum()) if rows else 0.0
    at_home = float(taken[rows].sum()) if rows else 0.0
    found = net_import_reliance(output, total - at_home, max(output - at_home, 0.0), 0.0)
    return None if np.isnan(found) else float(found)


def _side(found: Network, table: StageTable, code: str, total: float, abroad: dict[str, float]) -> dict[str, Any]:
    """What both views share: tonnes, the part abroad, and the largest partners."""
    ranked = sorted(abroad.items(), key=lambda each: -each[1])
    named = [each for each in ranked if each[0] not in NOWHERE]
    return {
        "mineral": found.mineral, "stage": table.stage, "base_year": found.base_year, "country": code, "tonnes": total,
        "abroad": sum(abroad.values()) / total, "inferred": found.inferred_use and table is found.stages[-1],
        "partners": [{"country": partner, "tonnes": amount, "share": amount / total} for partner, amount in ranked[:MOST_PARTNERS]],
        "largest": named[0][0] if named else None, "largest_share": named[0][1] / total if named else 0.0,
    }  # fmt: skip


def carried_grade(table: StageTable, rows: Any, columns: Any) -> str:
    """The worst grade that carries at least a tenth of some cells' tonnes."""
    part, grades = table.flows[np.ix_(list(rows), list(columns))], table.grades[np.ix_(list(rows), list(columns))]
    total, carried = float(part.sum()), 0.0
    for grade in "EDCBA":
        carried += float(part[grades == grade].sum())
        if carried >= 0.1 * total:
            return grade
    return "E"

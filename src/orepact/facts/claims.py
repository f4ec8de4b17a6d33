"""Claims that contradict each other are kept side by side; one rule says which of them is used.

**Rule.** Claims conflict only if they are about the same subject, attribute, stage, scope and period, in the same unit, and
say different things. Claims that differ in stage, scope or period are not in conflict and are never merged. Among claims in
conflict the preferred one is, in this order:

1. the one with the better evidence grade;
2. the one of a primary source (the body that decided, measured or published first);
3. the one stated later (a claim without a date counts as the earliest);
4. the one that more sources give.

If two claims that say different things are still level, neither is preferred: the question is undecided, and every value
stays on the table.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from orepact.facts.tables import load

if TYPE_CHECKING:
    import pandas as pd

QUESTION = ["subject", "attribute", "stage", "scope", "period", "unit"]
"""Claims that agree in all of these answer the same question."""

SAME = 9
"""Significant digits to which two numbers are the same claim."""


def claims(table: pd.DataFrame | None = None) -> pd.DataFrame:
    """All claims (or those of ``table``, with its columns), each with ``preferred`` and ``verdict``.

    ``verdict``: ``only claim``, ``claims agree``, ``preferred``, ``not preferred`` or ``undecided``. Where claims agree, all
    are preferred, for they say the same.
    """
    found = (load("claims") if table is None else table).reset_index(drop=True)
    found["verdict"] = "only claim"
    for _, group in found.groupby(QUESTION, dropna=False, sort=False):
        found.loc[group.index, "verdict"] = _verdicts(group)
    found["preferred"] = found["verdict"].isin(["only claim", "claims agree", "preferred"])
    return found


def conflicts(table: pd.DataFrame | None = None) -> pd.DataFrame:
    """The claims that contradict another one, with what the rule says of each."""
    found = claims(table)
    return found[found["verdict"].isin(["preferred", "not preferred", "undecided"])].reset_index(drop=True)


def _verdicts(group: pd.DataFrame) -> list[str]:
    said = [_said(value, words) for value, words in zip(group["value"], group["stated"], strict=True)]
    if len(set(said)) == 1:
        return ["only claim" if len(said) == 1 else "claims agree"] * len(said)
    ranks = [
        (-ord(grade), primary == "yes", on if isinstance(on, str) else "", said.count(what))
        for grade, primary, on, what in zip(group["grade"], group["primary"], group["stated_on"], said, strict=True)
    ]
    best = {what for what, rank in zip(said, ranks, strict=True) if rank == max(ranks)}
    chosen = "preferred" if len(best) == 1 else "undecided"
    return [chosen if what in best else "not preferred" for what in said]


def _said(value: float, words: object) -> str:
    """A claim's content: its number, or its words where it is no number."""
    return str(words).strip() if math.isnan(value) else f"{value:.{SAME}g}"

"""The register of agreements: initiatives, kinds of clauses, clauses, commitments and public stakes, from our own lists.

A row names its page in ``address``; its grade is that of the page unless the list gives another, as it does for drafts.
"""

from __future__ import annotations

import pandas as pd

from build_steps.documents import page_grade, page_id
from build_steps.inputs import Inputs
from orepact.facts.schemas import SCHEMAS

PAGED = ("initiatives", "clauses", "commitments", "equity_stakes")
"""Tables whose rows name web pages; ``clause_templates`` is our own."""


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """The five tables, each in the order of its key."""
    found = {name: with_pages(inputs.mine(name)) for name in PAGED}
    found["clause_templates"] = inputs.mine("clause_templates").assign(source="orepact_templates", grade="E")
    return {name: _ordered(name, table) for name, table in found.items()}


def with_pages(own: pd.DataFrame) -> pd.DataFrame:
    """``own`` with source and grade of the page that each row names; a grade that the row gives stands."""
    grade = own["address"].map(page_grade)
    given = own["grade"] if "grade" in own else pd.Series(pd.NA, own.index)
    return own.assign(source=own["address"].map(page_id), grade=given.fillna(grade)).drop(columns="address")


def _ordered(name: str, table: pd.DataFrame) -> pd.DataFrame:
    schema = SCHEMAS[name]
    return table[list(schema.columns)].sort_values(list(schema.key), ignore_index=True)

"""The schemes that vouch for sites and the criteria that each covers, from our own lists; each row names its page."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs
from build_steps.pact import with_pages
from orepact.facts.schemas import SCHEMAS

TABLES = ("schemes", "scheme_criteria")


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """Both tables, each in the order of its key."""
    return {name: _ordered(name, with_pages(inputs.mine(name))) for name in TABLES}


def _ordered(name: str, table: pd.DataFrame) -> pd.DataFrame:
    schema = SCHEMAS[name]
    return table[list(schema.columns)].sort_values(list(schema.key), ignore_index=True)

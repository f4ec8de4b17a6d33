"""Corridors on land, their figures and the law of passages, from our own lists; each row names the page it was read on."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs
from build_steps.pact import with_pages
from orepact.facts.schemas import SCHEMAS

TABLES = ("corridors", "corridor_figures", "passage_terms")


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """The three tables, each in the order of its key."""
    found = {name: with_pages(inputs.mine(name)) for name in TABLES}
    figures = found["corridor_figures"]
    found["corridor_figures"] = figures.assign(
        **{name: figures[name].astype(float) for name in ("value", "low", "high")}
    )
    return {
        name: table[list(SCHEMAS[name].columns)].sort_values(list(SCHEMAS[name].key), ignore_index=True)
        for name, table in found.items()
    }

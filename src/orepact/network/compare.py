"""How a table stands against published sourcing shares, those that its fit did not use above all (network.md rule 6)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from orepact import facts
from orepact.network.evidence import Evidence
from orepact.network.inferred import REPORTER_OF, sourcing_shares
from orepact.network.model import StageTable

SMALLEST_SHOWN = 0.005
"""Share of purchases below which an origin that no publisher names is left out of the comparison."""

COLUMNS = ["reporter", "stage", "origin", "share", "published", "used_in_fit"]


def compare_sourcing(evidence: Evidence, stages: tuple[StageTable, ...], used: set[str]) -> pd.DataFrame:
    """Shares of origins in what the EU and the United States buy, in the table and as published.

    Columns: reporter, stage, origin, share (fraction, of the table), published (fraction, missing where the publisher
    names no figure), used_in_fit. EU shares include what it makes itself; US shares are shares of imports.
    """
    frames = []
    for table in stages:
        for kind, reporter in REPORTER_OF.items():
            published = sourcing_shares(evidence, kind, table.stage)
            inside = np.isin(table.buyers, facts.resolve_place(reporter))
            if published.empty or not inside.any():
                continue
            bought = pd.Series(table.flows[:, inside].sum(axis=1), index=list(table.producers))
            if kind == "us_imports":
                bought = bought.drop(index=[reporter], errors="ignore")
            if bought.sum() <= 0:
                continue
            frame = pd.DataFrame({"share": bought / bought.sum(), "published": published})
            frame["share"] = frame["share"].fillna(0.0)
            frame = frame[(frame["share"] >= SMALLEST_SHOWN) | frame["published"].notna()]
            frame = frame.rename_axis("origin").reset_index()
            frames.append(frame.assign(reporter=reporter, stage=table.stage, used_in_fit=table.stage in used))
    return pd.concat(frames, ignore_index=True)[COLUMNS] if frames else pd.DataFrame(columns=COLUMNS)


def distances(comparison: pd.DataFrame) -> pd.DataFrame:
    """Share of purchases that the table attributes to another origin than the publisher does, per reporter and stage.

    Half the sum of absolute differences (total variation), after scaling the published shares to sum to one.
    """
    rows = []
    for (reporter, stage, used), part in comparison.groupby(["reporter", "stage", "used_in_fit"]):
        published = part["published"].fillna(0.0)
        if published.sum() > 0:
            apart = float((part["share"] - published / published.sum()).abs().sum() / 2)
            rows.append({"reporter": reporter, "stage": stage, "apart": apart, "used_in_fit": used})
    return pd.DataFrame(rows, columns=["reporter", "stage", "apart", "used_in_fit"])

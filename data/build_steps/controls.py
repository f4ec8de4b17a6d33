"""Export controls: one row a measure, with its suspension as dates and not as a deletion."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs
from build_steps.places import page_id

STAGES = {"ore_concentrate": "mine", "semi_finished": "component"}


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``export_controls``."""
    raw = inputs.read("policy/export_restrictions.csv")
    dates = raw["status"].str.extract(r"suspended (\d{4}-\d{2}-\d{2}) to (\d{4}-\d{2}-\d{2})")
    suspended = dates[0].notna()
    mineral = inputs.slug(raw["mineral"])
    table = pd.DataFrame(
        {
            "mineral": mineral.fillna(raw["mineral"]), "country": raw["country"], "stage": raw["stage"].replace(STAGES),
            "measure": raw["measure_type"], "target": raw["target"], "start": raw["start"].astype("string"),
            "suspended_from": dates[0], "suspended_until": dates[1], "end": raw["end"].where(~suspended).astype("string"),
            "status": raw["status"].str.replace(r"suspended .*", "suspended", regex=True), "basis": raw["details"],
            "source": raw["source_url"].map(page_id), "grade": "C",
        }
    )  # fmt: skip
    return {"export_controls": table.sort_values(["country", "mineral", "start", "measure"], ignore_index=True)}

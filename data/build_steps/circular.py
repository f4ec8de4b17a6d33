"""Our own tables for scrap and projects: which products a use becomes, and how projects like this one have fared."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

NUMBERS = ["value", "low", "high"]


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``use_groups`` and ``reference_classes``."""
    groups = inputs.mine("use_groups").sort_values(["mineral", "use"], ignore_index=True)
    classes = inputs.mine("reference_classes").sort_values(["stage", "state", "measure"], ignore_index=True)
    return {"use_groups": groups, "reference_classes": classes.astype(dict.fromkeys(NUMBERS, float))}

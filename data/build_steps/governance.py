"""The World Bank's governance indicators; two releases with different methods are two sources and never one series."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

RELEASES = {"WGI 2024 update (data to 2023)": "wgi_2024", "WGI 2025 release (PV only)": "wgi_2025"}


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``governance``."""
    raw = inputs.read("governance/governance.csv.gz")
    raw = raw[raw["iso3"].str.fullmatch("[A-Z]{3}")]
    table = pd.DataFrame(
        {
            "country": raw["iso3"], "period": raw["year"].astype(str), "dimension": raw["dimension"], "value": raw["estimate"],
            "unit": "standard normal units, -2.5 weak to 2.5 strong", "standard_error": raw["std_error"], "underlying": raw["n_sources"],
            "percentile": raw["percentile_rank"], "basis": "aggregate of surveys and ratings", "source": raw["release"].map(RELEASES), "grade": "B",
        }
    )  # fmt: skip
    return {"governance": table.sort_values(["country", "dimension", "source", "period"], ignore_index=True)}

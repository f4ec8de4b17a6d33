"""The peer's side of the race; runs in the peer's own environment and is never imported by Orepact.

``peer.py FOLDER YEAR``: scores every importer of the peer's country list for the fifty minerals, times it, and writes to
FOLDER its scores (``peer.csv``), the inputs that it used (``trade.csv``, ``codes.csv``, ``production.csv``, ``risk.csv``,
``importers.csv``), and ``peer.json`` with seconds and the peak memory of this process before the inputs were written.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

FUELS_LEFT_OUT = ("Natural gas", "Crude oil", "Lignite")
"""Of the 53 materials that have a product code, the three that leave fifty."""


def main(folder: Path, year: int) -> None:
    """Race, then hand over the inputs."""
    begun = time.perf_counter()
    from geopolrisk.assessment.database import databases
    from geopolrisk.assessment.main import gprs_calc
    from geopolrisk.assessment.utils import Mapping

    read = time.perf_counter()
    minerals = [name for name in Mapping() if name not in FUELS_LEFT_OUT]
    importers = databases.production["Country_ISO"]["Country"].tolist()
    result = gprs_calc([year], importers, minerals)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"read_s": read - begun, "score_s": done - read, "whole_s": done - begun, "peak_mb": peak}
    (folder / "peer.json").write_text(json.dumps(found | {"minerals": len(minerals), "importers": len(importers)}))
    result.to_csv(folder / "peer.csv", index=False)
    _hand_over(folder, year, databases, {name: Mapping()[name] for name in minerals})


def _hand_over(folder: Path, year: int, databases, codes: dict[str, list[int]]) -> None:
    """Write what the peer read, as the publishers give it: an estimate that is absent stays absent."""
    import pandas as pd

    trade = databases.baci_trade
    trade = trade[trade["period"].astype(int) == year]
    trade[["reporterCode", "partnerCode", "cmdCode", "qty"]].to_csv(folder / "trade.csv", index=False)
    rows = [(name, code) for name, several in codes.items() for code in several]
    pd.DataFrame(rows, columns=["mineral", "cmdCode"]).to_csv(folder / "codes.csv", index=False)
    sheets = databases.production["HS Code Map"].drop_duplicates("Reference ID").set_index("Reference ID")["Sheet_name"]
    output = [
        databases.production[sheets[name]][["Country_Code", str(year), "unit"]]
        .set_axis(["country", "value", "unit"], axis=1)
        .assign(mineral=name)
        for name in codes
    ]
    pd.concat(output).to_csv(folder / "production.csv", index=False)
    _risk(databases, year).to_csv(folder / "risk.csv", index=False)
    databases.production["Country_ISO"].to_csv(folder / "importers.csv", index=False)


def _risk(databases, year: int):
    """Risk by partner as the peer's trade table carries it, which is older than its table of estimates."""
    trade = databases.baci_trade
    risk = trade[trade["period"].astype(int) == year][["partnerCode", "partnerISO", "partnerWGI"]]
    return risk.drop_duplicates("partnerCode").set_axis(["country", "iso3", "risk"], axis=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

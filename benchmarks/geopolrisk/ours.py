"""Orepact's side of the race: reads what the peer's environment wrote, scores every cell, and says how long it took.

``ours.py FOLDER``: writes ``ours.csv`` (strict: a missing input leaves the cell empty, with the reason), ``told.csv`` (the same
after the caller has named what the peer assumes: risk 0.5 for a partner without one, no output where the figure is empty)
and ``ours.json``: seconds from the start of this process's work, imports included, and its peak memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

BEGUN = time.perf_counter()
PER_TONNE = {"metr. t": 1.0, "kg": 0.001}
PEER_DEFAULT = 0.5


def main(folder: Path) -> None:
    """Read, score, write."""
    import pandas as pd

    from orepact.indicators import geopolrisk_all

    imported = time.perf_counter()
    trade = pd.read_csv(folder / "trade.csv").set_axis(["importer", "exporter", "code", "value"], axis=1)
    codes = pd.read_csv(folder / "codes.csv").set_axis(["mineral", "code"], axis=1)
    keys = ["mineral", "importer", "exporter"]
    flows = trade.merge(codes, on="code").groupby(keys, sort=False, as_index=False)["value"].sum(min_count=1)
    output = pd.read_csv(folder / "production.csv")
    output["value"] *= output["unit"].map(PER_TONNE)
    output = output[output["country"] != "DELETE"].astype({"country": "int64"})
    output = output.groupby(["mineral", "country"], as_index=False)["value"].sum(min_count=1)
    partners = pd.read_csv(folder / "risk.csv")
    importers = pd.read_csv(folder / "importers.csv")["ISO"]
    iso3 = dict(zip(partners["country"], partners["iso3"], strict=True))
    words = {code: iso3.get(code, str(code)) for code in {*importers, *output["country"], *flows["importer"], *iso3}}
    flows[["importer", "exporter"]] = flows[["importer", "exporter"]].apply(lambda column: column.map(words))
    output["country"] = output["country"].map(words)
    risk = partners.set_index("iso3")["risk"]
    who = [words[code] for code in importers]
    read = time.perf_counter()
    strict = geopolrisk_all(output, flows, risk, importers=who)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = {"import_s": imported - BEGUN, "read_s": read - imported, "score_s": done - read, "whole_s": done - BEGUN}
    (folder / "ours.json").write_text(json.dumps(seconds | {"peak_mb": peak}))
    strict.to_csv(folder / "ours.csv", index=False)
    told = geopolrisk_all(output.fillna({"value": 0.0}), flows, risk, importers=who, default_risk=PEER_DEFAULT)
    told.to_csv(folder / "told.csv", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

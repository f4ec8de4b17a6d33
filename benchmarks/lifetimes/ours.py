"""Our side of the same case, in a process of its own."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import numpy as np
from inputs import drawn, repeated

from orepact.planning.lifetimes import Lifetime, products_in_use


def main(folder: Path) -> None:
    """Compute several times, and write down the last."""
    case = drawn()
    seconds = repeated(lambda: products_in_use(case["inflow"], Lifetime(case["shape"], case["scale"])), 15)
    found = products_in_use(case["inflow"], Lifetime(case["shape"], case["scale"]))
    np.savez(folder / "ours.npz", stock=found.stock, scrap=found.scrap)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer = {"seconds": seconds, "peak_mb": peak, "imbalance": found.imbalance()}
    (folder / "ours.json").write_text(json.dumps(answer))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

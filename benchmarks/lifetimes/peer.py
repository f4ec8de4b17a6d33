"""flodym's side, run in its own environment: the same case through ``InflowDrivenDSM``; stock, scrap and times to a folder."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import flodym
import numpy as np
from inputs import MATERIALS, PRODUCTS, YEARS, drawn, repeated


def main(folder: Path) -> None:
    """Build and compute several times, and write down the last."""
    case = drawn()
    dims = flodym.DimensionSet(
        dim_list=[
            flodym.Dimension(name="time", letter="t", items=list(range(1900, 1900 + YEARS)), dtype=int),
            flodym.Dimension(name="product", letter="p", items=[f"p{n}" for n in range(PRODUCTS)], dtype=str),
            flodym.Dimension(name="material", letter="m", items=[f"m{n}" for n in range(MATERIALS)], dtype=str),
        ]
    )
    inflow = flodym.StockArray(dims=dims, values=case["inflow"].copy(), name="inflow")
    kept: list[flodym.InflowDrivenDSM] = []

    def compute() -> None:
        kept.clear()
        lifetime = flodym.WeibullLifetime(dims=dims, weibull_shape=case["shape"], weibull_scale=case["scale"])
        stock = flodym.InflowDrivenDSM(dims=dims, inflow=inflow, lifetime_model=lifetime, name="use")
        stock.compute()
        kept.append(stock)

    seconds = repeated(compute, 3)
    np.savez(folder / "peer.npz", stock=kept[0].stock.values, scrap=kept[0].outflow.values)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (folder / "peer.json").write_text(json.dumps({"seconds": seconds, "peak_mb": peak}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""How long the whole scoreboard of a region takes after import: each run in a process of its own, nothing remembered.

./run python benchmarks/scoreboard.py            # EU27, seven processes
./run python benchmarks/scoreboard.py USA MSP
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

RUNS = 7
ONE = """
import json, resource, sys, time
start = time.perf_counter()
import duckdb, numpy, pandas, scipy.optimize, scipy.sparse
from orepact.indicators.scoreboard import scoreboard
imported = time.perf_counter()
board = scoreboard(sys.argv[1])
made = time.perf_counter()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"import": imported - start, "board": made - imported, "cells": len(board.cells), "peak": peak}))
"""


def main(regions: list[str]) -> None:
    """Print one line a region: median and range of the seconds after import, cells and peak memory."""
    for region in regions:
        runs = [
            json.loads(subprocess.run([sys.executable, "-c", ONE, region], capture_output=True, check=True).stdout)  # noqa: S603
            for _ in range(RUNS)
        ]
        seconds = [run["board"] for run in runs]
        print(
            f"{region}: {statistics.median(seconds):.2f} s after import ({min(seconds):.2f} to {max(seconds):.2f} in {RUNS} processes), "
            f"{runs[0]['cells']} cells, peak {max(run['peak'] for run in runs):.0f} MB; "
            f"imports {statistics.median(run['import'] for run in runs):.2f} s"
        )


if __name__ == "__main__":
    main(sys.argv[1:] or ["EU27"])

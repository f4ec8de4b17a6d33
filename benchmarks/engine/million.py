"""A million certified markets in one command: ``./run python benchmarks/engine/million.py [--markets N] [--workers N]``.

Each worker makes its markets from a seed, solves and certifies them, and sends back a summary, so that memory does not grow
with their number. Prints markets a second, the worst certificate, and the peak memory of this process and of a worker.
"""

from __future__ import annotations

import argparse
import resource
import time
from functools import partial

import numpy as np
from cases import the_case
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

from orepact.market import Solution, solve_many

DRAWS = 512


def summary(solution: Solution) -> tuple[int, float, float, int]:
    """Failures, the worst certificate, the median price of the last stage, and the peak memory of this worker, kB."""
    certificate = solution.certificate
    worst = max(certificate.max_balance, certificate.max_complementarity)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return solution.failed, worst, float(np.median(solution.stages[-1].price)), peak


def main() -> None:
    """Solve, and print what came of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--markets", type=int, default=1_000_000)
    options.add_argument("--workers", type=int, default=2)
    asked = options.parse_args()
    markets = (partial(the_case, seed) for seed in range(-(-asked.markets // DRAWS)))
    begun, done, failed, worst, most = time.perf_counter(), 0, 0, 0.0, 0
    with Progress(*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn()) as bar:
        task = bar.add_task("Solving", total=asked.markets)
        for misses, miss, _, peak in solve_many(markets, outcome=summary, workers=asked.workers):
            done, failed, worst = done + DRAWS, failed + misses, max(worst, miss)
            most = max(most, peak)
            bar.update(task, completed=min(done, asked.markets))
    seconds = time.perf_counter() - begun
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{done:,} markets in {seconds:.1f} s: {done / seconds:,.0f} a second with {asked.workers} workers; {failed} failed; "
        f"worst certificate {worst:.1e}; peak memory {here / 1024:.0f} MB here, {most / 1024:.0f} MB in a worker"
    )


if __name__ == "__main__":
    main()

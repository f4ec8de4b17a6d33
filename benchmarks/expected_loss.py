"""How long an expected loss takes: every exporting country x mineral x stage, stopped for a year and for a quarter, twelve months each.

./run python benchmarks/expected_loss.py             # --draws N --workers N --one-period --minerals gallium,cobalt
"""

from __future__ import annotations

import argparse
import resource
import time

from orepact.planning.expected_loss import expected_loss


def main() -> None:
    """Solve, and print scenarios, markets, seconds and the worst certificate."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--draws", type=int, default=8)
    ask.add_argument("--workers", type=int)
    ask.add_argument("--minerals")
    ask.add_argument("--one-period", action="store_true")
    given = ask.parse_args()
    began = time.perf_counter()
    found = expected_loss(given.minerals, draws=given.draws, workers=given.workers, monthly=not given.one_period)
    took = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    periods = "one period each" if given.one_period else "12 months each"
    minerals = len({stop.mineral for stop in found.stops})
    print(f"{len(found.stops)} stops of {minerals} minerals, {periods}, {given.draws} draws: {took:.1f} s")
    print(
        f"{found.solved} markets solved, none failed; worst node {found.balance:.1e}, worst cap {found.complementarity:.1e}"
    )
    print(f"peak memory of the first process {memory:.0f} MB; expected loss {found.total()['mean']:.6g} USD a year")


if __name__ == "__main__":
    main()

"""How long a verdict on the demonstration's batch takes, signatures included: ``./run python benchmarks/custody/verdict.py``."""

from __future__ import annotations

import statistics
import time

from orepact.custody.batch_file import read_batch_file
from orepact.custody.eligible import eligible
from orepact.custody.example import DAY, example
from orepact.custody.keys import keys_of

TIMES = 30


def main() -> None:
    """Print the median and the longest of thirty verdicts, after one that warms up."""
    files = example().files
    keys = keys_of(files["keys.json"], "keys")
    taken = []
    for _ in range(TIMES + 1):
        start = time.perf_counter()
        found = eligible(read_batch_file(files["batch.json"]), on=DAY, keys=keys)
        taken.append(time.perf_counter() - start)
    print(f"{found.outcome}: median {statistics.median(taken[1:]) * 1000:.0f} ms, longest {max(taken[1:]) * 1000:.0f} ms, "
          f"first {taken[0] * 1000:.0f} ms")  # fmt: skip


if __name__ == "__main__":
    main()

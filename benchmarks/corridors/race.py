"""Race: ways at sea, ours in a batch against searoute one by one, on searoute's own network; lengths beside times.

./run python benchmarks/corridors/race.py            # 1,000 pairs x 6 sets of closed passages, 600 of them by searoute too
./run python benchmarks/corridors/race.py --pairs 100 --theirs 60
"""

from __future__ import annotations

import argparse
import random
import time
import warnings

import numpy as np

from orepact.corridors import sea

CLOSURES = ((), ("suez",), ("suez", "babalmandab"), ("malacca",), ("panama",), ("ormuz",))


def main() -> None:
    """Run the race and print it."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--pairs", type=int, default=1000)
    reader.add_argument("--theirs", type=int, default=600)
    asked = reader.parse_args()
    gates = [code for codes in sea.gateways().values() for code in codes]
    drawn = random.Random(1)  # noqa: S311  (a seeded draw of ports)
    pairs = [tuple(drawn.sample(gates, 2)) for _ in range(asked.pairs)]
    began = time.perf_counter()
    sea.sea()
    read = time.perf_counter() - began
    for port in sea.ports().values():
        if port.code in gates:
            _ = port.node
    began = time.perf_counter()
    found = sea.legs(pairs, CLOSURES)
    cold = time.perf_counter() - began
    began = time.perf_counter()
    sea.legs(pairs, CLOSURES)
    warm = time.perf_counter() - began
    routes = len(pairs) * len(CLOSURES)
    print(f"ours: network read in {read:.2f} s; {routes} routes in {cold:.2f} s, {1e3 * cold / routes:.3f} ms a route")
    print(f"ours again, with the searches kept: {1e3 * warm / routes:.3f} ms a route")
    chosen = drawn.sample(
        [(which, at) for which in range(len(CLOSURES)) for at in range(len(pairs))], min(asked.theirs, routes)
    )
    theirs, worst, without = _theirs(pairs, chosen, found.km)
    print(
        f"searoute: {1e3 * theirs / len(chosen):.1f} ms a route over {len(chosen)}; ratio {theirs / len(chosen) / (cold / routes):.0f}"
    )
    print(f"largest difference of a length: {worst:.1e} km; routes that neither has: {without}")


def _theirs(pairs: list[tuple[str, str]], chosen: list[tuple[int, int]], km: np.ndarray) -> tuple[float, float, int]:
    """Seconds of searoute over the chosen routes, the largest difference in km, and how many have no way in both."""
    import searoute

    known, worst, without, spent = sea.ports(), 0.0, 0, 0.0
    for which, at in chosen:
        one, other = (known[code] for code in pairs[at])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            began = time.perf_counter()
            answer = searoute.searoute(
                [one.longitude, one.latitude],
                [other.longitude, other.latitude],
                restrictions=[*CLOSURES[which], sea.ARCTIC],
            )
            spent += time.perf_counter() - began
        if not answer["geometry"]["coordinates"]:
            worst = max(worst, 0.0 if np.isinf(km[which, at]) else np.inf)
            without += 1
            continue
        worst = max(worst, abs(answer["properties"]["length"] - km[which, at]))
    return spent, worst, without


if __name__ == "__main__":
    main()

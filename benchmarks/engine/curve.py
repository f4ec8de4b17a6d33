"""How cost grows with draws and with producers, and how far it is from the floor: ``./run python benchmarks/engine/curve.py``."""

from __future__ import annotations

import numpy as np
from cases import shaken, timed

from orepact.market import solve


def per_draw(producers: int, users: int, draws: int) -> tuple[float, float]:
    """Microseconds of processor time a draw, and Newton iterations a draw, on one core."""
    problem = shaken(stages=2, producers=producers, users=users, draws=draws)
    _, processor = timed(lambda: solve(problem, workers=1), 5)
    return 1e6 * processor / draws, float(solve(problem, workers=1).iterations.mean())


def main() -> None:
    """Print both curves."""
    print("| draws (20 x 20 x 60) | microseconds a draw |\n|--:|--:|")
    for draws in (1, 16, 128, 512, 2048, 8192):
        print(f"| {draws} | {per_draw(20, 60, draws)[0]:,.0f} |")
    print(
        "| producers a stage (and three times the users) | microseconds a draw | exponent | iterations |\n|--:|--:|--:|--:|"
    )
    before = None
    for producers in (10, 20, 40, 80, 160):
        cost, iterations = per_draw(producers, 3 * producers, 256 if producers < 80 else 32)
        grown = "" if before is None else f"{np.log2(cost / before):.1f}"
        print(f"| {producers} | {cost:,.0f} | {grown} | {iterations:.1f} |")
        before = cost


if __name__ == "__main__":
    main()

"""Ours against ``scipy.optimize.root`` on the vectorised residual of the same market: ``./run python benchmarks/engine/root.py``.

SciPy is at its best documented options: Powell's hybrid method, with the analytic Jacobian and without, in prices relative to
base and residuals relative to each node. Both sides solve the same draws in one thread; prices are compared.
"""

from __future__ import annotations

import time

import numpy as np
from cases import the_case, timed
from scipy.optimize import root

from orepact.market import Problem, solve
from orepact.market.newton import scales_of, split
from orepact.market.system import System, evaluate, excess, jacobian, system_of, take
from orepact.market.workers import one_thread

DRAWS, PEER_DRAWS = 512, 60
NONE = np.zeros((1, 0))


def by_scipy(problem: Problem, *, derivative: bool) -> np.ndarray:
    """Prices of one draw."""
    system = system_of(problem, 1)
    base = np.concatenate([np.asarray(stage.price, dtype=float) for stage in problem.stages])
    node = scales_of(system).node[0]

    def states(ratio: np.ndarray) -> tuple[System, tuple]:
        return system, evaluate(system, split(system, (ratio * base)[None]), NONE)

    found = root(
        lambda ratio: excess(states(ratio)[1])[0] / node,
        np.ones_like(base),
        jac=(lambda ratio: jacobian(*states(ratio))[0] * base / node[:, None]) if derivative else None,
        method="hybr",
        tol=1e-11,
    )
    return found.x * base if found.success else np.full_like(base, np.nan)


def main() -> None:
    """Race and print."""
    problem = the_case(1, DRAWS)
    clock, processor = timed(lambda: solve(problem, workers=1), 5)
    prices = np.concatenate([stage.price for stage in solve(problem, workers=1).require().stages], axis=1)
    ours = clock / DRAWS
    print(
        f"| Orepact | {1e6 * ours:.0f} | {1 / ours:,.0f} | 1 | | {DRAWS} of {DRAWS} |  (processor: {DRAWS / processor:,.0f} a second)"
    )
    single = [take(problem, slice(draw, draw + 1), DRAWS) for draw in range(PEER_DRAWS)]
    with one_thread():
        for derivative in (True, False):
            begun = time.perf_counter()
            found = np.stack([by_scipy(each, derivative=derivative) for each in single])
            theirs = (time.perf_counter() - begun) / PEER_DRAWS
            apart = np.nanmax(np.abs(found / prices[:PEER_DRAWS] - 1))
            solved = int(np.isfinite(found[:, 0]).sum())
            name = "root, with our Jacobian" if derivative else "root, differences"
            print(
                f"| {name} | {1e6 * theirs:.0f} | {1 / theirs:,.0f} | {theirs / ours:.0f} | {apart:.0e} | {solved} of {PEER_DRAWS} |"
            )


if __name__ == "__main__":
    main()

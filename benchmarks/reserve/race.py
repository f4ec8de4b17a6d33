"""The dynamic programme of a reserve against quantecon's DiscreteDP: the same problem, the same value, in how many seconds.

    ./run python benchmarks/reserve/race.py

quantecon is installed in an environment of its own under a temporary folder and never imported here; where it cannot be, the race
is skipped.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from orepact.planning.reserve_path import StockProblem, best_path, chances

PEER = """
import sys, time
import numpy as np
from quantecon.markov import DiscreteDP
given = np.load(sys.argv[1])
losses, chances, beta = given["losses"], given["chances"], float(given["beta"])
states, stocks = losses.shape[:2]
state, action = np.nonzero(np.isfinite(losses.reshape(states * stocks, stocks)))
reward = -losses.reshape(states * stocks, stocks)[state, action]
arrive = np.zeros((len(state), states * stocks))
for to in range(states):
    arrive[np.arange(len(state)), to * stocks + action] = chances[state // stocks, to]
for _ in range(2):
    begin = time.perf_counter()
    solved = DiscreteDP(reward, arrive, beta, state, action).solve(method="policy_iteration")
    spent = time.perf_counter() - begin
np.savez(sys.argv[2], value=-solved.v.reshape(states, stocks), move=solved.sigma.reshape(states, stocks), spent=spent)
"""


def problem(stocks: int) -> StockProblem:
    """A stock of ``stocks`` sizes and six scenarios, in which a tonne released spares less the more is released."""
    rng = np.random.default_rng(1)
    spared = np.cumsum(np.sort(rng.uniform(0, 8, (6, stocks - 1)), axis=1)[:, ::-1], axis=1)
    cost = np.vstack([np.zeros(stocks), np.hstack([np.zeros((6, 1)), -spared])])
    odds = chances(np.array([0.01, 0.02, 0.05, 0.01, 0.01, 0.02]), 0.3)
    return StockProblem(np.arange(stocks, dtype=float), cost, 1.0, 0.02, 5.0, odds, 1 / 1.05)


def main() -> int:
    """Run the race and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "peer" / "bin" / "python"
        if not installed(folder, python):
            print("skipped: quantecon cannot be installed here")
            return 0
        print("stocks  states  ours, s  quantecon, s  largest difference of values, share  moves that differ")
        for stocks in (13, 37, 61):
            race(Path(folder), python, stocks)
    return 0


def installed(folder: str, python: Path) -> bool:
    """Whether the peer could be installed in an environment of its own."""
    made = subprocess.run([sys.executable, "-m", "venv", folder + "/peer"], capture_output=True, check=False)  # noqa: S603
    if made.returncode:
        return False
    command = [python, "-m", "pip", "install", "-q", "quantecon"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def race(folder: Path, python: Path, stocks: int) -> None:
    """One size: solve here, solve there, compare."""
    given = problem(stocks)
    best_path(given)
    begin = time.perf_counter()
    ours = best_path(given)
    spent = time.perf_counter() - begin
    np.savez(folder / "in.npz", losses=given.losses(), chances=given.chances, beta=given.discount)
    subprocess.run([python, "-c", PEER, folder / "in.npz", folder / "out.npz"], check=True)  # noqa: S603
    theirs = np.load(folder / "out.npz")
    apart = np.abs(ours.value - theirs["value"]).max() / np.abs(ours.value).max()
    moved = int((ours.move != theirs["move"]).sum())
    print(
        f"{stocks:6d}  {ours.value.size:6d}  {spent:7.4f}  {float(theirs['spent']):12.4f}  {apart:35.1e}  {moved:17d}"
    )


if __name__ == "__main__":
    sys.exit(main())

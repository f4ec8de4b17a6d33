"""One mineral, three stages, many countries: one answer with labels, and 1,000 capacity shocks, against PyPSA, PIQP and cvxpy.

``./run python benchmarks/engine/race.py [--countries 40] [--keep FOLDER]`` installs the peers, pinned, in an environment of their
own under a temporary folder, runs them there on the same inputs, and prints the tables of ``benchmarks/README.md``. A peer that
cannot be installed is skipped, which is not a failure.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from cases import shaken, timed

from orepact.market import Problem, solve
from orepact.market.curves import FULLEST
from orepact.market.system import take

STAGES, SHOCKS, USED_BY_PEER = 3, 1000, {"pypsa": 3, "piqp": 100, "cvxpy": 20}
PINNED = (
    "pypsa==1.4.0", "linopy==0.10.1", "highspy==1.16.0", "piqp==0.7.0", "cvxpy==1.9.3", "clarabel==0.11.1", "numpy==2.4.6",
    "scipy==1.17.1",
)  # fmt: skip
HERE = Path(__file__).resolve().parent


def main() -> int:
    """Race and print; 0 also when there is nobody to race against."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--countries", type=int, default=40)
    options.add_argument("--python", type=Path, help="an environment that has the peers already")
    asked = options.parse_args()
    problem = shaken(stages=STAGES, producers=asked.countries, users=asked.countries, draws=SHOCKS)
    once, many = one_answer(problem, asked.countries), shocks(problem)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        np.savez(folder / "market.npz", **arrays(problem))
        python = asked.python or environment(folder)
        found = {peer: raced(python, folder, peer) for peer in USED_BY_PEER}
    print(f"{asked.countries} countries, {STAGES} stages\n\n| | seconds | ratio | worst node |\n|---|--:|--:|--:|")
    print(f"| Orepact: arrays to labelled prices | {once:.4f} | 1 | {many[1]:.0e} |")
    if found["pypsa"]:
        print(f"| PyPSA, linopy, HiGHS | {found['pypsa']['each_s']:.2f} | {found['pypsa']['each_s'] / once:.0f} | |")
    print(f"| Orepact: {SHOCKS:,} shocks | {many[0]:.2f} | 1 | {many[1]:.0e} |")
    for peer in ("piqp", "cvxpy"):
        if each := found[peer]:
            whole = SHOCKS * each["each_s"]
            counted = f"{each['solved']} of {USED_BY_PEER[peer]} solved"
            print(
                f"| {peer}: {SHOCKS:,} re-solves ({counted}) | {whole:.1f} | {whole / many[0]:.0f} | {each['apart']:.0e} |"
            )
    return 0


def one_answer(problem: Problem, countries: int) -> float:
    """Seconds from arrays to prices with labels, certified: one draw."""
    single = take(problem, slice(0, 1), SHOCKS)
    names = [f"country {number}" for number in range(countries)]

    def labelled() -> pd.DataFrame:
        found = solve(single).require()
        return pd.DataFrame({f"stage {at}": stage.price[0] for at, stage in enumerate(found.stages)}, index=names)

    return timed(labelled, 21)[0]


def shocks(problem: Problem) -> tuple[float, float]:
    """Seconds for all draws on one core, and the worst certificate."""
    seconds = timed(lambda: solve(problem, workers=1), 3)[0]
    return seconds, solve(problem, workers=1).require().certificate.max_balance


def arrays(problem: Problem) -> dict[str, np.ndarray]:
    """What the peers are given: the base market and the losses of every shock; means where a parameter is drawn."""
    last = problem.stages[-1]
    users = last.users
    data = {"stages": np.array(len(problem.stages)), "count": np.array(len(last.price)), "use": users.use}
    data |= {
        "demand": np.mean(users.elasticity),
        "recovery": np.stack([each.refining.recovery for each in problem.stages[1:]]),
    }
    for at, stage in enumerate(problem.stages):
        used = min(float(np.mean(stage.supply.utilisation)), FULLEST)
        data |= {
            f"price{at}": np.array(stage.price[0]), f"output{at}": stage.supply.output, f"capacity{at}": stage.supply.output / used,
            f"elasticity{at}": np.mean(stage.supply.elasticity), f"left{at}": stage.supply.remaining,
            f"freight{at}": stage.levy[0] + 0.01 * stage.price[0] * np.random.default_rng(at).random(stage.weights.shape),
        }  # fmt: skip
        if stage.refining is not None:
            plants = stage.refining
            data |= {
                f"plants{at}": plants.throughput / float(np.mean(plants.utilisation)),
                f"plants_left{at}": plants.remaining,
            }
    return data


def environment(folder: Path) -> Path | None:
    """The peers' own environment, or None where they cannot be installed."""
    python = folder / "peers" / "bin" / "python"
    done = ran([sys.executable, "-m", "venv", str(folder / "peers")])
    if done and ran([str(python), "-m", "pip", "install", "--quiet", *PINNED]):
        return python
    print("skipped: the peers cannot be installed here")
    return None


def raced(python: Path | None, folder: Path, peer: str) -> dict[str, float] | None:
    """A peer's figures, or None where it is skipped."""
    command = [str(python), str(HERE / "peer_qp.py"), str(folder), peer, str(USED_BY_PEER[peer])]
    if python is None or not ran(command):
        print(f"skipped: {peer}")
        return None
    found: dict[str, float] = json.loads((folder / f"{peer}.json").read_text())
    return found


def ran(command: list[str]) -> bool:
    """Whether a command ended well; what it complained of is shown where it did not."""
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if found.returncode != 0:
        print(found.stderr.strip()[-600:], file=sys.stderr)
    return found.returncode == 0


if __name__ == "__main__":
    sys.exit(main())

"""150 years of 50 products and 20 materials through Weibull lifetimes: Orepact against flodym, on the same inflow.

``./run python benchmarks/lifetimes/race.py`` installs the peer in an environment of its own under a temporary folder and prints
the table of ``benchmarks/README.md``. Ends with 1 where the two differ by more than 1e-10 of a series' largest figure. When the
peer cannot be installed the race is skipped, which is not a failure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

PEER = "flodym==1.1.0"
HERE = Path(__file__).resolve().parent
SAME = 1e-10
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def main() -> int:
    """Race and print; 0 also when there is nobody to race against."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        python = _peer_environment(folder)
        if python is None:
            return 0
        home = os.environ | ONE_THREAD | {"HOME": temporary}
        if not _ran([str(python), str(HERE / "peer.py"), temporary], home):
            print("skipped: the peer did not finish")
            return 0
        if not _ran([sys.executable, str(HERE / "ours.py"), temporary], os.environ | ONE_THREAD):
            return 1
        apart = {name: _apart(folder, name) for name in ("stock", "scrap")}
        print(_report(folder, apart))
    return int(max(apart.values()) > SAME)


def _peer_environment(folder: Path) -> Path | None:
    python = folder / "peer" / "bin" / "python"
    if _ran([sys.executable, "-m", "venv", str(folder / "peer")]) and _ran(
        [str(python), "-m", "pip", "install", "--quiet", PEER]
    ):
        return python
    print(f"skipped: {PEER} cannot be installed here")
    return None


def _ran(command: list[str], environment: dict[str, str] | None = None) -> bool:
    found = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    if found.returncode != 0:
        print(found.stderr.strip()[-500:], file=sys.stderr)
    return found.returncode == 0


def _apart(folder: Path, name: str) -> float:
    """Largest difference of any year, as a share of the largest figure of its series."""
    ours, peer = (np.load(folder / f"{side}.npz")[name] for side in ("ours", "peer"))
    return float((np.abs(ours - peer).max(axis=0) / np.abs(peer).max(axis=0)).max())


def _report(folder: Path, apart: dict[str, float]) -> str:
    ours, peer = (json.loads((folder / f"{side}.json").read_text()) for side in ("ours", "peer"))
    ends = {name: (side["seconds"][0], side["seconds"][-1]) for name, side in (("ours", ours), ("peer", peer))}
    return "\n".join(
        [
            "| 150 years, 50 products, 20 materials | flodym | Orepact | ratio |",
            "|---|--:|--:|--:|",
            f"| processor time on one core, fastest run, s | {ends['peer'][0]:.2f} | {ends['ours'][0]:.4f} | "
            f"{ends['peer'][0] / ends['ours'][0]:.0f} |",
            f"| slowest run, s | {ends['peer'][1]:.2f} | {ends['ours'][1]:.4f} | {ends['peer'][1] / ends['ours'][1]:.0f} |",
            f"| peak memory, MB | {peer['peak_mb']:.0f} | {ours['peak_mb']:.0f} | {peer['peak_mb'] / ours['peak_mb']:.0f} |",
            f"\nLargest difference: stock {apart['stock']:.1e}, scrap {apart['scrap']:.1e}; "
            f"inflow - change of stock - scrap: {ours['imbalance']:.1e} of the largest inflow.",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())

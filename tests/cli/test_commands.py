"""The command as people run it: a process, its streams, its exit code, and what it leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import pytest

from orepact.cli.app import main

BASE = ("shock", "--from", "CHN", "--mineral", "rare_earths", "--stage", "refined", "--months", "12")
KEYS = {
    "price_abroad", "price_home", "unserved_t", "rent_usd", "losses", "replaced_by", "drivers", "certificate", "sources",
}  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str


def orepact(*arguments: str) -> Ran:
    """The command in this process, through the entry point that people's shells call."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "argv", ["orepact", *arguments]):
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


def as_process(*arguments: str, cwd: Path | None = None) -> Ran:
    """The command as a process of its own, with warnings as errors."""
    command = [sys.executable, "-W", "error", "-m", "orepact", *arguments]
    found = subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, timeout=120)  # noqa: S603
    return Ran(found.returncode, found.stdout, found.stderr)


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    found = orepact(*BASE, "--json")
    assert found.code == 0, found.stderr
    return json.loads(found.stdout)


def test_json_has_the_keys_that_others_rely_on(answer: dict[str, Any]) -> None:
    assert set(answer) >= KEYS
    for key in ("price_abroad", "price_home", "unserved_t", "rent_usd"):
        assert set(answer[key]) == {"median", "low", "high"}
        assert answer[key]["low"] <= answer[key]["median"] <= answer[key]["high"]
    assert set(answer["losses"][0]) >= {"country", "use_t", "lost_t"}
    assert set(answer["replaced_by"][0]) >= {"country", "gained_t"}
    assert set(answer["certificate"]) == {"max_balance", "max_complementarity", "solved", "failed"}
    assert answer["price_abroad"]["low"] > 1 > answer["price_home"]["high"]
    assert answer["certificate"]["solved"] >= 500


def test_text_answers_the_five_questions() -> None:
    found = orepact(*BASE)
    assert found.code == 0
    for part in (
        "If China stops exports of refined rare earths", "Price paid abroad", "Price paid at home", "unserved", "Who runs short",
        "Japan", "Who replaces the lost supply", "Malaysia", "How sure this is", "grade E", "What moves the price", "Certificate",
        "Sources:", "U.S. Geological Survey",
    ):  # fmt: skip
        assert part in found.stdout, part
    assert max(map(len, found.stdout.splitlines())) <= 100


@pytest.mark.slow
def test_a_process_ends_as_the_function_does(tmp_path: Path) -> None:
    good = as_process(*BASE, cwd=tmp_path)
    assert (good.code, good.stderr) == (0, "")
    assert "Buyers abroad pay" in good.stdout
    bad = as_process("shock", "--from", "Chyna", "--mineral", "gallium", cwd=tmp_path)
    assert (bad.code, bad.stdout) == (2, "")
    assert "Traceback" not in bad.stderr
    missing = as_process("network", "scandium", cwd=tmp_path)
    assert (missing.code, missing.stdout) == (4, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_an_old_terminal_gets_plain_characters_and_a_full_disk_one_sentence() -> None:
    command = [sys.executable, "-m", "orepact", *BASE, "--draws", "20"]
    old = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    found = subprocess.run(command, capture_output=True, env=old, check=False, timeout=120)  # noqa: S603
    assert found.returncode == 0, found.stderr
    assert b"?" not in found.stdout
    assert b"Buyers abroad pay" in found.stdout
    if Path("/dev/full").exists():
        with Path("/dev/full").open("w") as full:
            found = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, timeout=120)  # noqa: S603
        assert found.returncode == 2
        assert found.stderr.decode().startswith("(output) the answer cannot be written; found No space left")
        assert len(found.stderr.splitlines()) == 1


def test_two_files_are_written_together_or_not_at_all(in_folder: Path) -> None:
    with patch("orepact.report.shock_chart.picture", side_effect=OSError(28, "No space left on device")):
        found = orepact(*BASE, "--draws", "20", "--save", "a.nc", "--plot", "b.svg")
    assert found.code == 2
    assert "No space left" in found.stderr
    assert list(in_folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--from TUR --mineral cobalt --stage mine --cut 1%", "No measurable effect"),
        ("--from JPN --mineral gallium", "Buyers at home pay more, not less"),
        ("--from CHN --mineral lithium --cut 90%", "holds the rent of the exports that remain"),
        ("--from COD --mineral tantalum --stage mine", "there is no such buyer in the table"),
        ("--from BRA --mineral niobium --against FIN --cut 95%", "Those cut off pay 1.1"),
        ("--from CHN --mineral graphite", "exports of mined natural graphite"),
        ("--from CHN --mineral gallium --against USA,EU27", "to the EU and the United States"),
        ("--from CHN --mineral gallium", "nothing tests it from outside"),
        ("--from CHN --mineral rare_earths", "EU27, refined 20 %; USA, refined 10 %"),
        ("--from CHN --mineral gallium --cut 99.9999%", "cuts 99.9999 % of its exports"),
        ("--from CHN --mineral gallium --against EU27", "exports of refined gallium to the EU for 12 months"),
        ("--from CHN --mineral rare_earths", "Japan, the United States and the Philippines lose"),
    ],
)
def test_the_text_says_what_would_puzzle_its_reader(arguments: str, words: str) -> None:
    found = orepact("shock", *arguments.split(), "--draws", "40")
    assert found.code == 0, found.stderr
    assert words in " ".join(found.stdout.split())


def test_csv_is_one_table() -> None:
    table = pd.read_csv(StringIO(orepact(*BASE, "--csv").stdout))
    assert table.loc[0, "name"] == "Japan"


def test_files_are_written_where_asked(in_folder: Path) -> None:
    found = orepact(*BASE, "--draws", "50", "--save", "a.nc", "--plot", "b.svg", "--csv")
    assert found.code == 0, found.stderr
    assert sorted(path.name for path in in_folder.iterdir()) == ["a.nc", "b.svg"]


def test_network_prints_the_table_and_what_was_moved() -> None:
    text = orepact("network", "rare earths").stdout
    for part in ("mine: from (down) to (across)", "settling output moved", "not used in the fit", "CHN", "grade E"):
        assert part in text, part
    table = pd.read_csv(StringIO(orepact("network", "rare earths", "--csv").stdout))
    assert list(table.columns) == ["stage", "origin", "destination", "tonnes", "grade"]
    whole = json.loads(orepact("network", "rare earths", "--json").stdout)
    assert whole["moved_t"].keys() == whole["settled_t"].keys() == {"mine", "refined"}
    assert whole["settled_t"]["refined"] > 15_000


def test_minerals_lists_what_can_be_asked_and_what_cannot() -> None:
    text = orepact("minerals").stdout
    assert "rare_earths" in text
    assert "Cannot tell" in text
    rows = json.loads(orepact("minerals", "--json").stdout)
    assert sum(1 for row in rows if not row["missing"]) >= 20


BAD = [
    (("--from", "Chyna"), 2, "China"),
    (("--mineral", "rare_erth"), 2, "rare_earths"),
    (("--mineral", "unobtainium"), 2, "no mineral of that name"),
    (("--stage", "refind"), 2, "refined"),
    (("--stage", "component"), 2, "no such stage"),
    (("--cut", "-5%"), 2, "above 0 % and at most 100 %"),
    (("--cut", "140%"), 2, "'140%'"),
    (("--cut", "lots"), 2, "'lots'"),
    (("--cut", "0"), 2, "above 0 %"),
    (("--cut", "nan"), 2, "above 0 %"),
    (("--months", "0"), 2, "1 to 60"),
    (("--months", "nan"), 2, "1 to 60"),
    (("--draws", "3"), 2, "10 to 100"),
    (("--seed", "-1"), 2, "0 to"),
    (("--against", "CHN"), 2, "cannot cut off itself"),
    (("--against", "Atlantis"), 2, "--against"),
    (("--from", "JPN,"), 2, "empty"),
    (("--from", ","), 2, "empty"),
    (("--against", ""), 2, "empty"),
    (("--cut", "60%%"), 2, "'60%%'"),
    (("--cut", "1"), 2, "say 100% or 1%"),
    (("--base-year", "20"), 4, "2023"),
    (("--plot", f"{'x' * 300}.svg"), 2, "cannot be written"),
    (("--from", "ISL"), 4, "no exports to cut"),
    (("--base-year", "1995"), 4, "2023"),
    (("--mineral", "scandium"), 4, "cannot tell"),
    (("--save", "answer.txt"), 2, ".nc"),
    (("--save", "nowhere/answer.nc"), 2, "folder"),
    (("--plot", "answer.pdf"), 2, ".svg"),
    (("--json", "--csv"), 2, "one of them"),
]


@pytest.mark.parametrize(
    ("change", "code", "words"), BAD, ids=lambda value: "".join(value) if isinstance(value, tuple) else ""
)
def test_bad_input_is_one_sentence_and_an_exit_code(
    in_folder: Path, change: tuple[str, ...], code: int, words: str
) -> None:
    arguments = list(BASE)
    if change[0] in arguments:
        arguments[arguments.index(change[0]) + 1] = change[1]
    else:
        arguments += change
    found = orepact(*arguments)
    assert found.code == code, found.stderr
    assert "Traceback" not in found.stderr
    assert found.stdout == ""
    (sentence,) = found.stderr.strip().splitlines()
    assert sentence.startswith("(")
    assert "; found " in sentence
    assert words in sentence
    assert list(in_folder.iterdir()) == []


def test_all_problems_are_told_at_once() -> None:
    found = orepact(
        *["shock", "--from", "Chyna", "--mineral", "galium", "--cut", "140%", "--months", "99", "--stage", "x"]
    )
    assert found.code == 2
    assert len(found.stderr.strip().splitlines()) == 5


def test_a_file_that_cannot_be_written_leaves_the_old_one(in_folder: Path) -> None:
    old = in_folder / "answer.nc"
    old.mkdir()
    found = orepact(*BASE, "--save", "answer.nc")
    assert found.code == 2
    assert "folder of that name" in found.stderr
    assert [path.name for path in in_folder.iterdir()] == ["answer.nc"]


@pytest.mark.parametrize("arguments", [("--help",), ("shock", "--help"), ("network", "--help"), ("--version",)])
def test_help_is_there(arguments: tuple[str, ...]) -> None:
    found = orepact(*arguments)
    assert found.code == 0
    assert found.stdout


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, orepact.cli.app as app\n"
        "heavy = {'pandas', 'xarray', 'scipy', 'numpy', 'pandera', 'duckdb', 'pydantic', 'altair'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert found.returncode == 0, found.stderr


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, orepact; assert not {'pandas', 'xarray', 'numpy'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603

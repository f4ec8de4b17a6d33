"""``orepact solve`` as people run it: text, JSON and CSV, exit codes, and one sentence for each thing that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_commands import as_process, orepact

TEXT = """
sourcing: {classical: true}
stages: [good]
producers: [{name: A, stage: good, supply: {kind: linear, intercept: 9, slope: 1}}]
users: [{name: C, stage: good, demand: {kind: linear, intercept: 42, slope: 2}}]
routes: [{from: A, to: C, freight: 3, tariff: 0.1, cap: 4}]
"""


def written(tmp_path: Path, text: str = TEXT) -> str:
    path = tmp_path / "market.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_text_json_and_csv(tmp_path: Path) -> None:
    path = written(tmp_path)
    text = orepact("solve", path)
    assert text.code == 0, text.stderr
    for part in (
        "Producer",
        "Price delivered",
        "A to C",
        "Rent per unit",
        "Revenue",
        "Certificate: solved within tolerance",
    ):
        assert part in text.stdout, part
    answer = json.loads(orepact("solve", path, "--json").stdout)
    assert answer["prices"]["users"]["C"] == pytest.approx(34)
    assert answer["certificate"]["balance"] <= 1e-9
    rows = orepact("solve", path, "--csv").stdout.splitlines()
    assert rows[0] == "from,to,quantity,price,delivered,freight,tariff_paid,wedge_paid,rent_paid"
    assert rows[1].startswith("A,C,4.0,13.0")
    assert orepact("solve", path, "--json", "--csv").code == 2


def test_exit_codes(tmp_path: Path) -> None:
    assert orepact("solve", str(tmp_path / "none.yaml")).code == 2
    bad = orepact("solve", written(tmp_path, TEXT.replace("freight", "frieght").replace("slope: 2", "slop: 2")))
    assert bad.code == 2
    assert "did you mean freight?" in bad.stderr
    assert "did you mean slope?" in bad.stderr
    unsolved = orepact(
        "solve", written(tmp_path, TEXT.replace("linear, intercept: 42, slope: 2", "fixed, quantity: 5"))
    )
    assert unsolved.code == 3
    assert "user C" in unsolved.stderr


def test_as_a_process_without_warnings(tmp_path: Path) -> None:
    good = as_process("solve", written(tmp_path), "--json", cwd=tmp_path)
    assert (good.code, good.stderr) == (0, "")

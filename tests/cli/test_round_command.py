"""``orepact round match`` as people run it: text, JSON, CSV, options that do not go together, and a file that is wrong."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from test_commands import as_process, orepact


def test_text_json_and_csv_say_the_same() -> None:
    text = orepact("round", "match")
    assert text.code == 0, text.stderr
    for part in ("invented", "What 65\u2009% costs", "Shadow price", "Not matched, or not wholly", "Proof"):
        assert part in text.stdout, part
    answer = json.loads(orepact("round", "match", "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(orepact("round", "match", "--csv").stdout)))
    assert sum(int(row["quantity"]) for row in rows) == answer["kpis"]["matched"] == 11_428
    assert answer["diversity_cap"]["binds"] is True
    assert json.loads(orepact("round", "match", "--no-cap", "--json").stdout)["kpis"]["matched"] == 13_000


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    assert orepact("round", "match", str(tmp_path / "none.yaml")).code == 2
    for options in (("--json", "--csv"), ("--cap", "0.5", "--no-cap"), ("--cap", "2"), ("--rule", "costt")):
        assert orepact("round", "match", *options).code == 2, options
    empty = tmp_path / "round.yaml"
    empty.write_text("name: x\ncurrency: dollars\ndemands: []\noffers: [1]\n", encoding="utf-8")
    refused = orepact("round", "match", str(empty))
    assert refused.code == 2
    assert "line 2, currency" in refused.stderr
    assert "line 4, offers, 1" in refused.stderr


def test_as_a_process_without_warnings(tmp_path: Path) -> None:
    good = as_process("round", "match", "--json", cwd=tmp_path)
    assert (good.code, good.stderr) == (0, "")

"""``orepact ladder`` and ``orepact expected-loss`` as people and programs call them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orepact.cli.app import app

LADDER = ["ladder", "--mineral", "gallium", "--from", "China", "--months", "3", "--draws", "10"]
EXPECTED = ["expected-loss", "--minerals", "gallium,boron", "--draws", "4"]


def run(*words: str) -> str:
    found = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert found.exit_code == 0
    return found.stdout.replace("\u2009", " ")


@pytest.mark.parametrize(
    ("ask", "parts"),
    [
        (LADDER, ("L0 arithmetic", "L1 one period", "L4 months", "Who is hit first", "What would help", "hangs on")),
        (EXPECTED, ("By mineral", "By who stops", "By who is hit", "grade E", "Cannot tell: boron", "Certificate")),
    ],
)
def test_the_answer_is_one_page(ask: list[str], parts: tuple[str, ...]) -> None:
    text = run(*ask)
    assert all(part in text for part in parts)
    assert len(text.splitlines()) < 60
    assert all(len(line) <= 100 for line in text.splitlines())


def test_json_has_every_rung_and_the_confidence() -> None:
    answer = json.loads(run(*LADDER, "--json"))
    assert [row["rung"] for row in answer["rungs"]] == ["L0", "L1", "L4"]
    assert {"agree", "factor", "words", "reason", "when", "pairs"} == set(answer["confidence"])
    assert answer["value_added"].startswith("cannot tell")


def test_json_keeps_probabilities_apart_from_losses() -> None:
    answer = json.loads(run(*EXPECTED, "--json"))
    assert {"lost_t", "usd", "probability", "expected_usd"} <= set(answer["stops"][0])
    assert answer["probabilities"]["grade"] == "E"
    assert answer["cannot_tell"][0]["what"] == "boron"


def test_csv_has_a_row_a_rung_and_a_row_a_stop(tmp_path: Path) -> None:
    assert [row["rung"] for row in csv.DictReader(io.StringIO(run(*LADDER, "--csv")))] == ["L0", "L1", "L4"]
    mine = tmp_path / "mine.yaml"
    mine.write_text("- {country: China, mineral: gallium, cut: 50%, months: 6, probability: 0.2, source: us}\n")
    rows = list(csv.DictReader(io.StringIO(run(*EXPECTED, "--probabilities", str(mine), "--csv"))))
    assert [(row["origin"], row["cut"], row["source"]) for row in rows] == [("CHN", "0.5", "us")]

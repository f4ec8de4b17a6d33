"""``orepact reserve`` as people and programs call it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from orepact.cli.app import app

ASK = ["reserve", "--budget", "12e9", "--region", "USA", "--minerals", "gallium,niobium,boron", "--draws", "20"]


def run(*more: str) -> str:
    found = CliRunner().invoke(app, [*ASK, *more], catch_exceptions=False)
    assert found.exit_code == 0
    return found.stdout.replace("\u2009", " ")


def test_the_page_says_what_to_hold_when_to_release_and_what_cannot_be_told() -> None:
    text = run()
    for part in (
        "What to hold",
        "Release when",
        "What it avoids",
        "Cannot tell",
        "boron",
        "full after",
        "Before you act",
    ):
        assert part in text
    assert len(text.splitlines()) < 60


def test_json_has_holdings_pace_triggers_and_what_is_avoided() -> None:
    answer = json.loads(run("--json"))
    assert {"holdings", "pace", "triggers", "avoided", "inputs", "sources", "grades", "notes", "cannot_tell"} <= set(
        answer
    )
    assert {"mineral", "tonnes", "days", "cost"} <= set(answer["holdings"][0])


@pytest.mark.slow
def test_csv_has_a_row_for_each_mineral() -> None:
    rows = list(csv.DictReader(io.StringIO(run("--csv"))))
    assert [row["mineral"] for row in rows] == ["gallium", "niobium"]
    assert all(float(row["days"]) > 0 for row in rows)


@pytest.mark.slow
def test_a_value_of_ones_own_moves_the_answer() -> None:
    low, high = (json.loads(run("--json", "--values", f"gallium={value}")) for value in ("1", "1e9"))
    assert low["avoided"]["a_year"]["unserved_usd_expected"] < high["avoided"]["a_year"]["unserved_usd_expected"]


def test_wrong_values_are_told_together() -> None:
    found = CliRunner().invoke(app, [*ASK, "--values", "gallium,unobtainium=3"])
    assert [each.place for each in found.exception.problems] == ["--values", "--values"]


def test_the_page_says_that_the_worth_waits_for_the_purchases_and_who_pays() -> None:
    text = " ".join(run().split())
    money = json.loads(run("--json"))["money"]
    assert f"once all of it is bought, after {money['full_after_months']:.0f} months at this pace" in text
    assert 0 < money["worth_first_year_usd"] < money["worth_usd_a_year"]
    assert "Who pays and who loses - the treasury behind the reserve: purchases and carrying" in text
    assert "in every release: they sell at a lower price" in text

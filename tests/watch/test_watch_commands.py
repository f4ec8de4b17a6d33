"""``orepact watch`` as people and programs call it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orepact.cli.app import app
from orepact.errors import BadInput


def run(*words: str) -> str:
    found = CliRunner().invoke(app, ["watch", *words], catch_exceptions=False)
    assert found.exit_code == 0
    return found.stdout


def test_all_minerals_are_looked_at_and_the_first_line_is_the_answer() -> None:
    text = run()
    first = " ".join(text.split("\n\n")[0].split())
    assert "leads on" in first
    assert first.endswith("A screen is a lead, not proof.")
    assert "Cannot tell" in text


def test_a_look_at_all_minerals_runs_every_screen_on_each() -> None:
    from orepact.watch.looking import watch
    from orepact.watch.shipped import evidence, minerals

    found = watch([evidence(each, "JPN") for each in minerals()], region="JPN")
    assert len(found.latest) == 15 * len(minerals())


def test_json_and_csv_say_the_same() -> None:
    answer = json.loads(run("--mineral", "graphite", "--json"))
    rows = list(csv.DictReader(io.StringIO(run("--mineral", "graphite", "--csv"))))
    assert {each["screen"] for each in answer["findings"]} == {row["screen"] for row in rows}
    told = [each for each in answer["findings"] if each["p"] is not None]
    assert all(each["q"] >= each["p"] for each in told)
    assert sum(answer["counts"].values()) == 15


def test_screens_are_listed_with_formula_threshold_and_false_alarms() -> None:
    rows = json.loads(run("screens", "--json"))
    assert len(rows) == 15
    for row in rows:
        assert all(
            row[key]
            for key in ("formula", "threshold", "false_alarms", "false_positive", "source", "needs", "frequency")
        )
    assert len(list(csv.DictReader(io.StringIO(run("screens", "--csv"))))) == 15
    assert "fires where nothing changes" in run("screens")


def test_the_case_file_begins_with_the_verdict() -> None:
    text = " ".join(run("file", "--mineral", "graphite", "--dissent", "Users [object]").split())
    assert text.startswith("Watch for natural graphite: one lead (new-transit)")
    for part in ("legal test", "Innocent explanations", "What it costs to act", "Users [object]"):
        assert part in text
    assert json.loads(run("file", "--mineral", "graphite", "--json"))["mineral"] == "graphite"


def test_own_prices_turn_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    values = [300.0 * (1.02 if at % 2 else 1.0) for at in range(60)] + [300.0 * 0.9 ** (at + 1) for at in range(12)]
    lines = [f"{2020 + at // 12}-{at % 12 + 1:02d},{value:.3f},USD/kg" for at, value in enumerate(values)]
    path.write_text("\n".join(["period,price,unit", *lines]) + "\n")
    found = json.loads(run("--mineral", "gallium", "--prices", str(path), "--reference", "290000", "--json"))
    leads = {each["screen"]: each for each in found["findings"] if each["state"] == "lead"}
    assert {"cumulative-fall", "change-point", "below-reference"} <= set(leads)
    assert leads["cumulative-fall"]["stands"]


def test_own_series_without_a_mineral_and_misplaced_options_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("period,price,unit\n")
    for words, said in (
        (["--prices", str(path)], "are of one mineral"),
        (["--region", "USA", "screens"], "stand before the command"),
    ):
        with pytest.raises(BadInput, match=said):
            CliRunner().invoke(app, ["watch", *words], catch_exceptions=False)
    with pytest.raises(BadInput, match="there is no row"):
        CliRunner().invoke(app, ["watch", "--mineral", "gallium", "--prices", str(path)], catch_exceptions=False)


@pytest.mark.slow
def test_performance_is_measured_again() -> None:
    found = json.loads(run("performance", "--draws", "50", "--series", "10", "--json"))
    assert {"rates", "detection", "controls"} <= set(found)


def test_answers_are_drawn(tmp_path: Path) -> None:
    run("--mineral", "graphite", "--plot", str(tmp_path / "grid.svg"))
    run("file", "--mineral", "graphite", "--plot", str(tmp_path / "case.svg"))
    grid, case = ((tmp_path / name).read_text(encoding="utf-8") for name in ("grid.svg", "case.svg"))
    assert "low-unit-value" in grid
    assert "China: export licensing" in case
    with pytest.raises(BadInput, match="ending"):
        CliRunner().invoke(app, ["watch", "--plot", "grid.doc"], catch_exceptions=False)

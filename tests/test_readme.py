"""The README's commands are those that run, in CI too, and every path and picture it names is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

import orepact
from orepact.cli.app import app
from orepact.indicators.scoreboard import scoreboard
from orepact.network import calibrated_minerals, reasons_for_none

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"

if not README.is_file():  # pragma: no cover
    pytest.skip("only in a checkout", allow_module_level=True)


def commands() -> list[str]:
    return re.findall(r"^    (\./run .*)$", README.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_two_commands_are_the_first_two() -> None:
    assert commands()[:2] == [
        "./run orepact shock --from CHN --mineral rare_earths --stage refined --months 12",
        "./run pytest",
    ]


LONG = (
    "shock", "price", "compare", "backtest", "scrap", "projects", "reserve", "scoreboard", "run", "diff", "ladder", "expected-loss",
)  # fmt: skip
"""Commands that solve markets or make many tables: they run in the full run."""


SERVE = "./run orepact serve"
"""It serves until it is stopped: tests/web starts it, in a process of its own."""


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(line, marks=[pytest.mark.slow] if line.split(" ")[2] in LONG else [])
        for line in commands()
        if line.startswith("./run orepact ") and line != SERVE
    ],
)
def test_every_orepact_command_of_the_readme_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(app, shlex.split(command)[2:], catch_exceptions=False)
    assert found.exit_code == 0
    assert found.stdout


def test_the_readme_names_the_workbench() -> None:
    assert SERVE in commands()


def test_ci_reads_its_commands_from_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for pattern in re.findall(r"sed -n 's/(\^.*?)/", script):
        assert pattern.startswith("^    ")
    assert script.count("README.md") >= 2
    assert "./check" in script
    assert "./lock --check" in script


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        *[str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").rglob("*.md"))],
    ],
)
def test_links_to_files_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert ((ROOT / page).parent / target).exists(), target


def test_the_readmes_figures_and_picture_are_those_of_today() -> None:
    answer = orepact.shock("rare earths", origin="China", stage="refined", months=12)
    price = answer.summary()["price_abroad"]
    text = README.read_text(encoding="utf-8")
    assert f"{{'median': {price['median']:.2f}, 'low': {price['low']:.2f}, 'high': {price['high']:.2f}}}" in text
    picture = (ROOT / "docs" / "pictures" / "rare_earths_stop.svg").read_text(encoding="utf-8")
    assert f"Case {answer.case.hash}" in picture
    assert f"pay {price['median']:.2f} ({price['low']:.2f} to {price['high']:.2f}) times" in picture
    assert f"pay {price['median']:.2f} times" in text


def test_the_readme_counts_what_minerals_lists() -> None:
    text = README.read_text(encoding="utf-8") + (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(\d+) minerals that have", text)) == {str(len(calibrated_minerals()))}
    assert re.findall(r"for\s+(\d+) others", text) == [str(len(reasons_for_none()))]


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[a-z-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))
    for name in listed:
        assert "\nStatus: " in (folder / name).read_text(encoding="utf-8")


def test_the_scoreboards_picture_and_the_counts_that_are_quoted_are_those_of_today() -> None:
    board = scoreboard("EU27")
    picture = (ROOT / "docs" / "pictures" / "scoreboard_eu27.svg").read_text(encoding="utf-8")
    told = [
        f"{cell.value:.0f} % {cell.grade}"
        for cell in board.cells
        if cell.value is not None and cell.method != "capacity"
    ]
    assert {text for text in told if f">{text}" not in picture} == set()
    decision = (ROOT / "docs" / "decisions" / "0401-verdicts.md").read_text(encoding="utf-8")
    untold = [cell for cell in board.cells if cell.verdict == "cannot tell"]
    capacity = [cell for cell in untold if cell.method == "capacity"]
    assert f"{len(untold)} of {len(board.cells)} cells cannot be told, {len(capacity)} of them" in decision.replace(
        "\n", " "
    )

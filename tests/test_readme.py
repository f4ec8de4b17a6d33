"""The README's commands are those that run, in CI too, and every path and picture it names is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orepact.cli.app import app

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


@pytest.mark.parametrize("command", [line for line in commands() if line.startswith("./run orepact ")])
def test_every_orepact_command_of_the_readme_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(app, shlex.split(command)[2:], catch_exceptions=False)
    assert found.exit_code == 0
    assert found.stdout


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
        *[f"docs/{name}" for name in ("model.md", "limits.md", "evidence-grades.md")],
    ],
)
def test_links_to_files_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert ((ROOT / page).parent / target).exists(), target

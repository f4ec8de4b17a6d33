"""docs/cases.md followed to the letter in an empty folder: every file on it is written, every command run in its order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orepact.cases.case_file import read_case
from orepact.cli.app import app
from orepact.errors import BadInput

PAGE = Path(__file__).parents[2] / "docs" / "cases.md"
TEXT = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""

pytestmark = pytest.mark.skipif(not TEXT, reason="only in a checkout")


def commands() -> list[str]:
    return re.findall(r"^    (orepact .*)$", TEXT, re.MULTILINE)


def files() -> dict[str, str]:
    names = re.finditer(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    return {re.findall(r"`([\w-]+\.yaml)`", TEXT[: each.start()])[-1]: each[1] for each in names}


def test_the_page_shows_files_and_commands() -> None:
    assert list(files()) == ["case.yaml", "first.yaml", "second.yaml", "third.yaml", "trigger.yaml"]
    assert len(commands()) >= 10


def test_every_file_of_the_page_is_a_case(tmp_path: Path) -> None:
    for name, text in files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert read_case(tmp_path / name).name


def test_the_fault_that_the_page_shows_is_answered_as_it_says(tmp_path: Path) -> None:
    path = tmp_path / "third.yaml"
    path.write_text(files()["third.yaml"].replace("mineral: gallium", "mineral: galium"), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_case(path)
    said = re.sub(r"\s+", " ", re.findall(r"\*(\(third\.yaml.*?)…\?\*", TEXT, re.DOTALL)[0]).strip()
    assert str(caught.value).startswith(said)


@pytest.mark.slow
def test_the_page_works_when_it_is_followed_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in files().items():
        Path(name).write_text(text, encoding="utf-8")
    said = {}
    for command in commands():
        line, _, target = command.partition(" > ")
        found = CliRunner().invoke(app, shlex.split(line)[1:], catch_exceptions=False)
        assert found.exit_code == 0, f"{command}: {found.output}"
        assert found.stdout, command
        said[command] = found.stdout
        if target:
            Path(target).write_text(found.stdout, encoding="utf-8")
    assert "1.00 (1.00 to 1.00)" in said["orepact run first.yaml"]
    assert "reserve of Japan" in said["orepact diff second.yaml third.yaml"]
    assert "same bytes" in said["orepact replay second.nc"]
    for written in ("second.svg", "difference.svg", "second.nc", "mine.yaml"):
        assert Path(written).stat().st_size > 100, written

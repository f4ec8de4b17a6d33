"""The site builds without a warning and without a network, its notebooks run, its commands run, and its reference is today's."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orepact.api.questions import QUESTIONS
from orepact.cli.app import app
from orepact.policy import INSTRUMENTS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
OUTSIDE = re.compile(
    r"""<(?:script|link|img|iframe|source|object)\b[^>]*\b(?:src|href|data)\s*=\s*["'](?:https?:)?//[^"']*["']"""
)

if not DOCS.is_dir():  # pragma: no cover
    pytest.skip("only in a checkout", allow_module_level=True)


def commands() -> list[tuple[str, str]]:
    pages = [DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("*.md"))]
    return [
        (page.stem, line) for page in pages for line in re.findall(r"^    \./run (orepact .*)$", page.read_text("utf-8"), re.MULTILINE)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as CONTRIBUTING says that it is built, with no way to a network but the machine's own."""
    out = tmp_path_factory.mktemp("site")
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(DOCS), str(out)]
    done = subprocess.run(command, env=os.environ | nowhere, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr[-4000:]
    return out


def text(site: Path, page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", (site / page).read_text(encoding="utf-8")))


@pytest.mark.slow
def test_every_page_is_in_the_site(site: Path) -> None:
    for page in DOCS.rglob("*.md"):
        assert (site / page.relative_to(DOCS).with_suffix(".html")).is_file(), page


@pytest.mark.slow
def test_no_page_asks_anything_of_the_outside(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert OUTSIDE.findall(page.read_text(encoding="utf-8")) == [], page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"""(?:@import|url\()\s*["']?(?:https?:)?//""", sheet.read_text(encoding="utf-8")), sheet


@pytest.mark.slow
def test_notebooks_were_run(site: Path) -> None:
    assert "ShockResult If China stops exports of refined gallium" in text(site, "notebooks/shock.html")
    assert "copper/processing/output" in text(site, "notebooks/scoreboard.html")
    for name in ("shock", "scoreboard"):
        page = (site / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
        cells = (DOCS / "notebooks" / f"{name}.md").read_text(encoding="utf-8").count("{code-cell}")
        assert page.count("cell_output docutils") == cells


@pytest.mark.slow
def test_the_reference_names_every_parameter_command_and_instrument(site: Path) -> None:
    said = text(site, "reference/questions.html").replace("\u2019", "'")
    for question in QUESTIONS.values():
        assert question.title in said
        for name, field in question.asked.model_fields.items():
            assert name in said
            assert str(field.json_schema_extra["unit"]) in said  # type: ignore[index, call-overload]
            assert field.description in said  # type: ignore[operator]
    kinds = text(site, "reference/instruments.html")
    assert all(each.model_fields["kind"].default in kinds for each in INSTRUMENTS)
    told = text(site, "reference/commands.html")
    assert all(f"orepact {each.name}" in told for each in app.registered_commands)
    assert "--bundle" in told


def test_the_how_tos_have_commands() -> None:
    assert {page for page, _ in commands()} == {path.stem for path in (DOCS / "how-to").glob("*.md")} - {"index"} | {
        "tutorial"
    }


@pytest.mark.slow
@pytest.mark.parametrize("page", sorted({page for page, _ in commands()}))
def test_the_commands_of_a_page_run_in_their_order(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in [line for name, line in commands() if name == page and "serve" not in line]:
        found = CliRunner().invoke(app, shlex.split(line)[1:], catch_exceptions=False)
        assert found.exit_code == 0, line
        assert found.stdout

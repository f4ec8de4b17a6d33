"""docs/watch.md gives the figures that are kept beside the code, and names every screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.watch.performance import of_controls
from orepact.watch.published import stored
from orepact.watch.screens import SCREENS

PAGE = Path(__file__).parents[2] / "docs" / "watch.md"

if not PAGE.is_file():  # pragma: no cover
    pytest.skip("only in a checkout", allow_module_level=True)

TEXT = PAGE.read_text(encoding="utf-8")


def test_every_rate_of_the_page_is_the_one_that_is_kept() -> None:
    for row in stored()["rates"]:
        share, low, high = (f"{100 * row[key]:.1f}" for key in ("share", "low", "high"))
        assert (
            f"| `{row['screen']}` | {row['frequency']} | {row['drawn']:,} series | {share} ({low} to {high}) |" in TEXT
        )


def test_every_delay_of_the_page_is_the_one_that_is_kept() -> None:
    lines = {line.split("|")[1].strip(): line for line in TEXT.splitlines() if line.startswith("| ")}
    for row in stored()["detection"]["rows"]:
        assert f"{100 * row['seen']:.0f} %" in lines[row["meaning"]]


def test_every_screen_is_named() -> None:
    assert all(f"`{each.name}`" in TEXT for each in SCREENS)


def test_what_the_page_says_of_dated_controls_is_so() -> None:
    rows = of_controls()
    told = [row for row in rows if row["state"] != "cannot tell"]
    leads = [row for row in told if row["state"] == "lead"]
    assert f"make {len(rows)}: {len(told)} could be told" in TEXT
    assert len(leads) == 2
    assert "two were leads" in TEXT
    assert f"{len(rows) - len(told)} looks could not be told" in TEXT
    assert not [row for row in leads if row["screen"] == "export-spike"]

"""Readable cases: each YAML file beside this one is a question and its recorded answer, within half a percent."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import orepact
from orepact.cases import ShockResult

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
TOLERANCE = 5e-3


@cache
def asked(path: Path) -> tuple[dict[str, Any], ShockResult]:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    return case, orepact.shock(**case["question"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_recorded_answer(path: Path) -> None:
    case, result = asked(path)
    answer, expect = result.summary(), case["expect"]
    found = {**{key: answer[key] for key in ("price_abroad", "price_home", "rent_usd")}, **answer["where_it_went"]}
    for key, interval in expect.items():
        if isinstance(interval, dict):
            assert found[key] == pytest.approx(interval, rel=TOLERANCE), key
    assert answer["grade"] == expect["grade"]
    assert answer["inferred_use"] is expect["inferred_use"]
    assert [row["country"] for row in answer["losses"][:3]] == expect["largest_losers"]
    assert [row["country"] for row in answer["replaced_by"][:3]] == expect["first_to_replace"]
    assert answer["drivers"][0]["parameter"] == expect["first_driver"]
    assert answer["certificate"]["failed"] == 0
    assert answer["certificate"]["max_balance"] <= 1e-9
    assert answer["certificate"]["max_complementarity"] <= 1e-9


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_says_why_it_is_there(path: Path) -> None:
    case, _ = asked(path)
    assert set(case) == {"title", "why", "question", "expect"}
    assert len(case["why"]) > 80


def test_there_are_cases() -> None:
    assert len(FILES) >= 4

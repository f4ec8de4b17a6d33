"""Readable cases of reserves: each YAML file in ``reserves/`` is a rule set with its source, events, and what is decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from orepact.policy.reserve import POLICIES, ReserveState, policy, run
from orepact.policy.reserve.events import Anything

FILES = sorted((Path(__file__).parent / "reserves").glob("*.yaml"))

KINDS = {"base metal": {"base_metal": True}, "rare metal": {}, "high risk": {"high_risk": True}}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_a_rule_set_decides(path: Path) -> None:
    case: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    rules = policy(case["policy"], **case.get("terms", {}))
    state = ReserveState(mineral="gallium", objective=case["objective"])
    events = [TypeAdapter(Anything).validate_python(each) for each in case["events"]]
    after, decided = run(rules, state, events)
    assert [each.kind for each in decided] == [each["kind"] for each in case["expect"]["decisions"]]
    for found, expected in zip(decided, case["expect"]["decisions"], strict=True):
        for name, value in expected.items():
            assert getattr(found, name) == (pytest.approx(value) if name == "money" else value), (name, found)
    assert after.held == case["expect"]["held"]
    assert rules.published(after) == case["expect"].get("published", rules.published(after))
    assert {kind: rules.cover(**KINDS[kind]) for kind in case.get("cover", {})} == case.get("cover", {})


def test_every_rule_set_has_a_case() -> None:
    told = {yaml.safe_load(path.read_text(encoding="utf-8"))["policy"] for path in FILES}
    assert told == set(POLICIES)

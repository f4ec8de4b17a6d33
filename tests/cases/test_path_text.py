"""How a case in time is printed: who pays whom in the direction in which money flows, and nothing said twice."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

import orepact
from orepact.report import path_text


def printed(monkeypatch: pytest.MonkeyPatch, *rows: dict[str, Any]) -> str:
    out = StringIO()
    monkeypatch.setattr(path_text, "Console", lambda **options: Console(file=out, **options))
    case = {"name": "x", "mineral": "tungsten", "start": "2026-11-01", "months": 4, "draws": 10}
    path_text.print_path(orepact.run({**case, "instruments": list(rows)}))
    return out.getvalue()


def test_money_that_comes_back_is_paid_by_who_pays_it(monkeypatch: pytest.MonkeyPatch) -> None:
    floor = {
        "kind": "price_floor", "countries": ["USA"], "stage": "refined", "strike": 1000, "clawback": 0.3, "payer": "Allied fund",
    }  # fmt: skip
    text = printed(monkeypatch, floor)
    row = next(
        line for line in text.splitlines() if "Allied fund" in line and "producers" in line and "For" not in line
    )
    assert row.index("producers in United States") < row.index("Allied fund")
    assert "-" not in row


def test_an_instrument_is_named_once_above_its_payments(monkeypatch: pytest.MonkeyPatch) -> None:
    tariff = {"kind": "tariff", "importers": ["EU27"], "stage": "refined", "rate": 0.1}
    text = printed(monkeypatch, tariff)
    assert text.count("tariff of the EU") == 1
    assert text.count("treasury of") > 3


def test_periods_in_which_nothing_changes_are_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(monkeypatch)
    assert "2026-11-01 …" in text
    assert "2027-02-01" in text
    assert "2026-12-01" not in text
    assert list(path_text.alike([("a", ("1",)), ("b", ("2",)), ("c", ("2",)), ("d", ("1",))])) == [
        ("a", ("1",)), ("b …\nc", ("2",)), ("d", ("1",)),
    ]  # fmt: skip

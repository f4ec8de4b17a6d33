"""The README's answer as a person reads it, line by line; recorded beside this file and read before it is recorded again."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import orepact
from orepact.report import shock_text

RECORDED = Path(__file__).with_name("rare_earths_stop.txt")


def test_the_printed_answer_is_the_recorded_one(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = StringIO()
    monkeypatch.setattr(shock_text, "Console", lambda **options: Console(file=printed, **options))
    shock_text.print_answer(orepact.shock("rare earths", origin="China", stage="refined", months=12))
    found = [line.rstrip() for line in printed.getvalue().splitlines()]
    # The hash of the case follows the facts; everything else is the answer.
    assert [line for line in found if "Case " not in line] == [
        line for line in RECORDED.read_text(encoding="utf-8").splitlines() if "Case " not in line
    ]

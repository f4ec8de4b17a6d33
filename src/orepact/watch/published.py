"""What is said of each screen: its formula, threshold and limits, with the rate of false alarms that was measured and is kept beside it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from orepact.watch.screens import SCREENS

STORED = Path(__file__).with_name("published.json")
"""Rates and delays as ``benchmarks/watch/measure.py`` wrote them."""


@cache
def stored() -> dict[str, Any]:
    """The figures that are published: ``rates`` and ``detection``."""
    found: dict[str, Any] = json.loads(STORED.read_text(encoding="utf-8"))
    return found


def false_alarms(screen: str) -> dict[str, dict[str, float]]:
    """Share of firing where nothing changes, with its 95 % interval, by frequency."""
    return {
        row["frequency"]: {key: row[key] for key in ("share", "low", "high")}
        for row in stored()["rates"]
        if row["screen"] == screen
    }


def described() -> list[dict[str, Any]]:
    """One record a screen, in JSON terms."""
    return [
        {
            "screen": each.name, "title": each.title, "formula": each.formula, "threshold": each.threshold, "needs": list(each.needs),
            "frequency": each.frequency, "annual": each.annual or "cannot tell", "false_alarms": false_alarms(each.name),
            "no_change": each.null, "false_positive": each.false_positive, "source": each.source,
        }
        for each in SCREENS
    ]  # fmt: skip

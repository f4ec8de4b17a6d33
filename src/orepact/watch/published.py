"""What is said of each screen: its formula, threshold and limits, with the rate of false alarms that was measured."""

from __future__ import annotations

from typing import Any

from orepact.watch.screens import SCREENS


def described() -> list[dict[str, Any]]:
    """One record a screen, in JSON terms."""
    return [
        {
            "screen": each.name, "title": each.title, "formula": each.formula, "threshold": each.threshold, "needs": list(each.needs),
            "frequency": each.frequency, "annual": each.annual or "cannot tell", "false_positive": each.false_positive,
            "source": each.source,
        }
        for each in SCREENS
    ]  # fmt: skip

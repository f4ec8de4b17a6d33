"""Numbers as people read them: three significant figures, thin spaces, a range beside every uncertain figure."""

from __future__ import annotations

import math

SMALLEST = 0.005
"""Tonnes that print as none: less than five kilograms is below what any of these figures resolve."""

WIDTH = 100
"""Columns of printed text."""


def tonnes(value: float) -> str:
    """Tonnes to three significant figures with thin spaces: ``41 200``."""
    if not math.isfinite(value):
        return "cannot tell"
    if abs(value) < SMALLEST:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(digits, 0)}f}".replace(",", "\u2009")


def money(usd: float) -> str:
    """USD in words: ``1.2 bn``, ``340 m``."""
    for size, word in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(usd) >= size:
            return f"{usd / size:.3g} {word}"
    return f"{usd:.3g}"


def times(found: dict[str, float]) -> str:
    """A ratio with its range: ``2.21 (1.6 to 3.9)``; ``cannot tell`` where there is no such buyer."""
    if not math.isfinite(found["median"]):
        return "cannot tell (no such buyer)"
    return f"{found['median']:.3g} ({found['low']:.3g} to {found['high']:.3g})"


def ranged(found: dict[str, float]) -> str:
    """Tonnes with their range."""
    return f"{tonnes(found['median'])} ({tonnes(found['low'])} to {tonnes(found['high'])})"

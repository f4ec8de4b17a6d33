"""Numbers as people read them: three significant figures, thin spaces, a range beside every uncertain figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

SMALLEST = 0.005
"""Tonnes that print as none: less than five kilograms is below what any of these figures resolve."""

SMALLEST_SHARE = 0.0005
ONE_PERCENT = 0.0095
"""Shares below which (or this near to all) a percentage is printed with one decimal, and as less than one tenth."""

NEARLY_ALL = 0.9995

LARGE = 1e10
"""Figures from which ten digits no longer reach to the decimal point."""

WIDTH = 100
"""Columns of printed text."""

UNTOLD = "cannot tell"
BESIDE = "\u2013"
"""What stands for a question that does not arise: a dash."""


def tonnes(value: float) -> str:
    """Tonnes to three significant figures with thin spaces: ``41 200``."""
    if not math.isfinite(value):
        return UNTOLD
    if abs(value) < SMALLEST:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(digits, 0)}f}".replace(",", "\u2009")


def exact(value: float) -> str:
    """A figure as published, with up to ten digits, with thin spaces: ``181\u2009796.3``."""
    if not math.isfinite(value):
        return UNTOLD
    text = f"{value:,.10g}" if abs(value) < LARGE else f"{value:,.0f}"
    return text.replace(",", "\u2009")


def money(usd: float) -> str:
    """USD in words to three significant figures: ``1.2 bn``, ``340 m``; less than a dollar is ``0``."""
    if not math.isfinite(usd):
        return UNTOLD
    if abs(usd) < 1:
        return "0"
    usd = float(f"{usd:.3g}")
    for size, word in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(usd) >= size:
            told = f"{usd / size:.3g}" if abs(usd) < 1e3 * size else f"{usd / size:,.0f}".replace(",", "\u2009")
            return f"{told} {word}"
    return f"{usd:.3g}"


def money_range(found: Mapping[str, float]) -> str:
    """The range of an amount of money: ``479 k to 1.6 m``."""
    return f"{money(found['low'])} to {money(found['high'])}"


def ratio(value: float) -> str:
    """A ratio to base to three significant figures; ``cannot tell`` where there is no such buyer."""
    return f"{value:#.3g}" if math.isfinite(value) else UNTOLD


def percent(share: float) -> str:
    """A share as a percentage with a thin space: ``6 %``; one decimal below 1 %."""
    if not math.isfinite(share):
        return UNTOLD
    if 0 < abs(share) < SMALLEST_SHARE:
        return "<\u20090.1\u2009%"
    if NEARLY_ALL < share < 1:
        return ">\u200999.9\u2009%"
    digits = 1 if 0 < abs(share) < ONE_PERCENT or 1 - ONE_PERCENT < share < 1 else 0
    return f"{100 * share:.{digits}f}\u2009%"


def counted(number: int, word: str, many: str | None = None) -> str:
    """A number of things: ``1 mineral``, ``3 minerals``, ``2 countries``."""
    return f"{number} {word if number == 1 else many or word + 's'}"


def times(found: dict[str, float]) -> str:
    """A ratio with its range: ``2.21 (1.60 to 3.90)``."""
    return f"{ratio(found['median'])} ({ratio(found['low'])} to {ratio(found['high'])})"


def interval_of_tonnes(found: dict[str, float]) -> str:
    """Tonnes with their range."""
    return f"{tonnes(found['median'])} ({tonnes(found['low'])} to {tonnes(found['high'])})"


def signed(value: float, said: Callable[[float], str], smallest: float = 0.0) -> str:
    """A difference with its sign, the figure itself as ``said`` says it; ``0`` where it is not above ``smallest``."""
    if not math.isfinite(value):
        return UNTOLD
    text = said(abs(value))
    return "0" if abs(value) <= smallest or text == "0" else f"{'+' if value > 0 else '-'}{text}"


def signed_range(found: dict[str, float], said: Callable[[float], str], smallest: float = 0.0) -> str:
    """A difference with its range: ``+1.05 (0 to +3.80)``; ``0`` where there is none in any draw."""
    median, low, high = (signed(found[key], said, smallest) for key in ("median", "low", "high"))
    return "0" if median == low == high == "0" else f"{median} ({low} to {high})"

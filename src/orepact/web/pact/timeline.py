"""The due days of promises as a strip of months, each promise a small block that shows how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from orepact.pact.clock import Reading
from orepact.report.numbers import counted

BEFORE, AFTER = 18, 18
"""Months shown before and after the day asked."""

ROOM = 4
"""Months that the label of a year takes on a narrow page."""

NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Month:
    """A month of the strip. blocks: status and words of each promise that is due in it; year: told where one begins."""

    name: str
    year: str
    now: bool
    blocks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Timeline:
    """The strip. left_out: promises that are due outside it or on a day that nobody knows, in words."""

    months: tuple[Month, ...]
    left_out: str


def timeline(readings: Sequence[Reading], day: date) -> Timeline:
    """Promises by the month in which they are due, around a day."""
    now = day.year * 12 + day.month - 1
    first, last = now - BEFORE, now + AFTER
    by_month: dict[int, list[tuple[str, str]]] = {}
    for each in readings:
        if each.due is not None:
            words = f"{each.due}: {each.commitment.text} ({each.status})"
            by_month.setdefault(each.due.year * 12 + each.due.month - 1, []).append((each.status, words))
    months = tuple(
        Month(
            f"{NAMES[at % 12]} {at // 12}",
            str(at // 12) if at % 12 == 0 or at == first < (first // 12 + 1) * 12 - ROOM else "",
            at == now,
            tuple(by_month.get(at, ())),
        )
        for at in range(first, last + 1)
    )
    earlier = sum(len(found) for at, found in by_month.items() if at < first)
    later = sum(len(found) for at, found in by_month.items() if at > last)
    undated = sum(each.due is None for each in readings)
    told = [
        f"{counted(earlier, 'promise')} due earlier" if earlier else "",
        f"{counted(later, 'promise')} due later" if later else "",
        f"{undated} due on a day that is not known" if undated else "",
    ]
    return Timeline(months, ", ".join(each for each in told if each))

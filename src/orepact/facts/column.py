"""What a column of a table may hold."""

from __future__ import annotations

from dataclasses import dataclass

DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
ISO3 = r"[A-Z]{3}"
YES_NO = ("yes", "no")


@dataclass(frozen=True)
class Column:
    """What a column holds: ``kind`` text, number or flag; allowed values, a pattern, or bounds."""

    describes: str
    kind: str = "text"
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    low: float | None = None
    high: float | None = None

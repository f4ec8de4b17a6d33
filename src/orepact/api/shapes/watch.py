"""What the screens say, as JSON."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orepact.api.shapes.common import Shape


class FindingShape(Shape):
    """What one screen says of one mineral at the end of one period."""

    mineral: str
    screen: str
    state: Literal["lead", "quiet", "cannot tell"]
    period: str
    frequency: str
    value: float | None = Field(description="The figure of the screen's formula.")
    p: float | None = Field(description="Chance of as much where nothing changes.")
    q: float | None = Field(description="The same when all looks are counted (Benjamini and Hochberg).")
    stands: bool = Field(description="A lead whose q is at most the rate that was asked for.")
    words: str
    missing: list[str] = Field(description="What is missing where nobody can tell.")
    families: list[str] = Field(description="Data it read; two screens that share one are not independent.")
    sources: list[str]
    grade: str


class Counts(Shape):
    """Minerals times screens by state."""

    lead: int
    quiet: int
    cannot_tell: int = Field(alias="cannot tell")


class WatchedMineral(Shape):
    """Where one mineral stands."""

    mineral: str
    name: str
    state: Literal["signal", "watch", "quiet", "cannot tell"] = Field(
        description="Two independent leads; a lead; no lead in what could be looked at; no screen could be run."
    )
    leads: list[str]
    independent: list[str] = Field(description="The most leads of which no two read the same data.")
    tested: int
    screens: int


class WatchAnswer(Shape):
    """What the screens say of every mineral."""

    question: str
    region: str
    fdr: float
    facts: str
    counts: Counts
    tests: int
    standing_leads: int
    minerals: list[WatchedMineral]
    findings: list[FindingShape] = Field(description="The last finding of every mineral and screen.")
    earlier: list[FindingShape] = Field(
        description="Leads of earlier periods: months of the last year, or three years."
    )

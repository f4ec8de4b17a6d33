"""One screen: what it reads, when it fires, what that is worth; and what it found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from orepact.watch.series import Evidence, Series

State = Literal["lead", "quiet", "cannot tell"]
LEAD: State = "lead"
QUIET: State = "quiet"
UNTOLD: State = "cannot tell"


MOST_CHANCE = 0.1
"""A lead is less likely than this where nothing changes, whatever the threshold of its screen."""

RARE = 0.05
"""What is as unlikely as this is a lead although its threshold is not passed: nothing so rare is called quiet."""


@dataclass(frozen=True)
class Measured:
    """What a screen measured.

    fires: the threshold is passed; a lead also needs p at or below ``MOST_CHANCE``. p: probability of as much where nothing changes.
    value: the figure of the formula. words: a sentence with the figures. families: what data it read.
    """

    fires: bool
    p: float
    value: float
    words: str
    families: frozenset[str]
    sources: tuple[str, ...] = ()
    grade: str = "E"


@dataclass(frozen=True)
class TooLittle:
    """A screen that has its inputs, but too little of them: what is missing."""

    missing: str


@dataclass(frozen=True)
class Screen:
    """A screen.

    formula, threshold: in words and signs. needs: fields of the evidence that must be there. clock: the field whose last period dates the
    finding. frequency: what it was designed for. annual: how it reads annual data; empty where it cannot. families: what it reads.
    false_positive: what ordinary thing makes it fire. source: law or literature. null: how "no change" is drawn for its rate of
    false alarms. measure: takes what it needs, in that order.
    """

    name: str
    title: str
    formula: str
    threshold: str
    needs: tuple[str, ...]
    clock: str
    frequency: str
    annual: str
    false_positive: str
    source: str
    null: str
    measure: Callable[..., Measured | TooLittle]


@dataclass(frozen=True)
class Finding:
    """What one screen says of one mineral at the end of one period."""

    mineral: str
    screen: str
    state: State
    period: str
    frequency: str = ""
    value: float | None = None
    p: float | None = None
    q: float | None = None
    stands: bool = False
    words: str = ""
    missing: tuple[str, ...] = ()
    families: frozenset[str] = field(default_factory=frozenset)
    sources: tuple[str, ...] = ()
    grade: str = ""

    def record(self) -> dict[str, Any]:
        """In JSON terms."""
        return {
            "mineral": self.mineral, "screen": self.screen, "state": self.state, "period": self.period, "frequency": self.frequency,
            "value": self.value, "p": self.p, "q": self.q, "stands": self.stands, "words": self.words, "missing": list(self.missing),
            "families": sorted(self.families), "sources": list(self.sources), "grade": self.grade,
        }  # fmt: skip


LACKING: Mapping[str, str] = {
    "price": "a price series of the mineral (give --prices)",
    "held_price": "a price on the terms of the reference price or the costs (give --prices)",
    "reference": "a reference price (give --reference)",
    "cost90": "cash costs of at least 10 producers (give --costs)",
    "imports": "imports by code: no code of the customs holds this mineral alone (give --trade)",
    "import_price": "the value of imports (give --trade)",
    "flows": "flows between countries by code: no code of the customs holds this mineral alone",
    "local_share": "output and net imports of the region at one stage, year by year",
    "capacity": "capacity of the world, year by year (from 2021 for a few minerals)",
    "demand": "use of the world, year by year",
    "gap": "a price inside the controlling country beside one outside (give --prices with the column market)",
    "band": "freight and tax between the two markets",
    "control": "a dated export control on the mineral",
    "arrivals": "exports of countries that make none, before and after a control",
    "exports": "exports of the controlling country before the control",
    "reported_exports": "what the exporter reports; the shipped trade is already reconciled (give --trade with the column reporter)",
    "reported_imports": "what the importer reports; the shipped trade is already reconciled (give --trade with the column reporter)",
    "stocks": "exchange stocks, month by month (give --stocks)",
    "spread": "cash price less three months, month by month (give --stocks with the column spread)",
    "submissions": "who submits prices to the benchmark, and how often (give --submitters)",
}


def look(screen: Screen, evidence: Evidence) -> Finding:
    """What a screen says at the end of the evidence; "cannot tell" with what is missing, never silence."""
    absent = [name for name in screen.needs if getattr(evidence, name) is None]
    period = last_period(screen, evidence)
    if absent:
        missing = tuple(dict.fromkeys(evidence.missing.get(name, LACKING[name]) for name in absent))
        return Finding(evidence.mineral, screen.name, UNTOLD, period, missing=missing)
    clock = getattr(evidence, screen.clock)
    frequency = clock.frequency if isinstance(clock, Series) else "annual"
    found = screen.measure(*(getattr(evidence, name) for name in screen.needs))
    if isinstance(found, TooLittle):
        return Finding(evidence.mineral, screen.name, UNTOLD, period, frequency, missing=(found.missing,))
    state = LEAD if found.p <= (MOST_CHANCE if found.fires else RARE) else QUIET
    return Finding(
        evidence.mineral, screen.name, state, period, frequency, found.value, min(found.p, 1.0),
        words=found.words, families=found.families, sources=found.sources, grade=found.grade,
    )  # fmt: skip


def last_period(screen: Screen, evidence: Evidence) -> str:
    """The period that a finding is about; empty where nothing is there."""
    clock = getattr(evidence, screen.clock)
    if isinstance(clock, Series):
        return clock.periods[-1] if clock.periods else ""
    if screen.clock == "flows" and clock:
        return max((year for each in clock for year in each.largest), default="")
    if screen.clock == "arrivals" and clock:
        return max((series.periods[-1] for _, series in clock if series.periods), default="")
    return ""

"""A look at many minerals: every screen at the last periods of every mineral, corrected for how often it was looked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.watch.fdr import adjusted
from orepact.watch.judge import independent, standing
from orepact.watch.screen import LEAD, QUIET, UNTOLD, Finding, Screen, look
from orepact.watch.screens import SCREENS
from orepact.watch.series import Evidence, Series

if TYPE_CHECKING:
    import pandas as pd

FDR = 0.1
MONTHS, YEARS = 12, 3
"""How far back is looked, by the frequency of what a screen reads."""

COLUMNS = (
    "mineral",
    "screen",
    "state",
    "period",
    "frequency",
    "value",
    "p",
    "q",
    "stands",
    "words",
    "missing",
    "grade",
)


@dataclass(frozen=True)
class Look:
    """What all screens say. findings: one for each mineral, screen and period, the last period of each first."""

    region: str
    fdr: float
    findings: tuple[Finding, ...]
    evidence: tuple[Evidence, ...]

    @cached_property
    def latest(self) -> dict[tuple[str, str], Finding]:
        """The finding of each mineral and screen at its last period."""
        found: dict[tuple[str, str], Finding] = {}
        for each in self.findings:
            found.setdefault((each.mineral, each.screen), each)
        return found

    def of(self, mineral: str) -> tuple[Finding, ...]:
        """The last finding of every screen on a mineral."""
        return tuple(each for (name, _), each in self.latest.items() if name == mineral)

    def frame(self) -> pd.DataFrame:
        """One row for each finding."""
        import pandas as pd

        rows = [{**each.record(), "missing": "; ".join(each.missing)} for each in self.findings]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def summary(self) -> dict[str, Any]:
        """The answer in JSON terms."""
        latest = tuple(self.latest.values())
        tested = [each for each in self.findings if each.p is not None]
        return {
            "question": f"What do the screens say of imports into {self.region}?",
            "region": self.region, "fdr": self.fdr, "facts": facts.version(),
            "counts": {state: sum(each.state == state for each in latest) for state in (LEAD, QUIET, UNTOLD)},
            "tests": len(tested), "standing_leads": sum(each.stands for each in latest),
            "minerals": [_mineral(each, self.of(each.mineral)) for each in self.evidence],
            "findings": [each.record() for each in latest],
            "earlier": [each.record() for each in self.findings if each.state == LEAD and each not in latest],
        }  # fmt: skip


def _mineral(evidence: Evidence, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "mineral": evidence.mineral, "name": evidence.name, "state": standing(findings),
        "leads": [each.screen for each in findings if each.state == LEAD],
        "independent": [each.screen for each in independent(findings)],
        "tested": sum(each.state != UNTOLD for each in findings), "screens": len(findings),
    }  # fmt: skip


def watch(
    evidence: Iterable[Evidence], *, region: str, fdr: float = FDR, screens: Sequence[Screen] = SCREENS,
    progress: Callable[[int], None] = lambda _done: None,
) -> Look:  # fmt: skip
    """Run every screen on every mineral at the last periods, and correct across minerals, screens and periods."""
    held = tuple(evidence)
    found: list[Finding] = []
    for done, each in enumerate(held, start=1):
        for screen in screens:
            found += history(screen, each)
        progress(done)
    return Look(region, fdr, corrected(found, fdr), held)


def history(screen: Screen, evidence: Evidence) -> list[Finding]:
    """What a screen says now and at the end of the periods before, the last first; one finding where it cannot tell."""
    first = look(screen, evidence)
    clock = getattr(evidence, screen.clock)
    if first.state == UNTOLD or not isinstance(clock, Series):
        return [first]
    back = MONTHS if clock.frequency == "monthly" else YEARS
    earlier = [look(screen, evidence.until(period)) for period in clock.periods[-back:-1][::-1]]
    return [first, *(each for each in earlier if each.state != UNTOLD)]


def corrected(findings: Sequence[Finding], fdr: float) -> tuple[Finding, ...]:
    """The findings with q and whether each lead stands, over all of them that have a probability."""
    tested = [index for index, each in enumerate(findings) if each.p is not None]
    values = adjusted([findings[index].p or 0.0 for index in tested])
    found = list(findings)
    for index, q in zip(tested, values, strict=True):
        found[index] = replace(found[index], q=q, stands=found[index].state == LEAD and q <= fdr)
    return tuple(found)

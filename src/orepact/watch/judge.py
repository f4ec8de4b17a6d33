"""From leads to a signal: two leads that read no data in common, by a rule that anybody can apply again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Literal

from orepact.watch.screen import LEAD, UNTOLD, Finding

Standing = Literal["signal", "watch", "quiet", "cannot tell"]
"""``signal``: two independent leads or more. ``watch``: a lead, no two such. ``quiet``: no lead. ``cannot tell``: no screen could be run.
What follows (case, decision, measure, review) is people's."""


def independent(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The most leads of which no two read the same family of data; the first found among equals."""
    leads = [each for each in findings if each.state == LEAD]
    for size in range(len(leads), 0, -1):
        for chosen in combinations(leads, size):
            if all(a.families.isdisjoint(b.families) for a, b in combinations(chosen, 2)):
                return chosen
    return ()


def standing(findings: Iterable[Finding]) -> Standing:
    """Where a mineral stands: ``signal`` with two independent leads or more; ``cannot tell`` where no screen could be run."""
    held = list(findings)
    if all(each.state == UNTOLD for each in held):
        return "cannot tell"
    agree = len(independent(held))
    return "signal" if agree >= 2 else "watch" if agree else "quiet"

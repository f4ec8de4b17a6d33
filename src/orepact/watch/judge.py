"""From leads to a signal: two leads that read no data in common, by a rule that anybody can apply again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Literal, TypeVar

from orepact.watch.screen import LEAD, UNTOLD, Finding

Standing = Literal["signal", "watch", "quiet", "cannot tell"]
"""``signal``: two independent leads or more. ``watch``: a lead, no two such. ``quiet``: no lead. ``cannot tell``: no screen could be run.
What follows (case, decision, measure, review) is people's."""


Some = TypeVar("Some")


def read_apart(items: Sequence[Some], families: Callable[[Some], Iterable[str]]) -> tuple[Some, ...]:
    """The most of some things of which no two read the same family of data; the first found among equals.

    families: what each reads. Every choice is tried, so there should be no more than a dozen or two.
    """
    read = [frozenset(families(each)) for each in items]
    for size in range(len(items), 0, -1):
        for chosen in combinations(range(len(items)), size):
            if all(read[one].isdisjoint(read[other]) for one, other in combinations(chosen, 2)):
                return tuple(items[at] for at in chosen)
    return ()


def independent(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The most leads of which no two read the same family of data; the first found among equals."""
    return read_apart([each for each in findings if each.state == LEAD], lambda each: each.families)


def standing(findings: Iterable[Finding]) -> Standing:
    """Where a mineral stands: ``signal`` with two independent leads or more; ``cannot tell`` where no screen could be run."""
    held = list(findings)
    if all(each.state == UNTOLD for each in held):
        return "cannot tell"
    agree = len(independent(held))
    return "signal" if agree >= 2 else "watch" if agree else "quiet"

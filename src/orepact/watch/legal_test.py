"""The legal test behind duties on dumped imports and safeguards, element by element, with the figures that speak to each.

Regulation (EU) 2016/1036: Article 1(1) (a duty on a dumped product that causes injury) and 1(2) (export price below a comparable price
at home) and Article 21 (Union interest) were read; Article 3 (injury, causation) is recalled, not read. Regulation (EU) 2015/478,
Article 15 (greatly increased quantities that cause or threaten serious injury) was read. Elsewhere the WTO's agreements ask much the
same. What stands here is a sorting of figures, not a finding of law.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from orepact.watch.explanations import DOES_NOT, EXPLAINS, Explanation
from orepact.watch.screen import LEAD, QUIET, UNTOLD, Finding

Met = Literal["met", "not met", "cannot tell"]
MET: Met = "met"
NOT_MET: Met = "not met"
OPEN: Met = "cannot tell"

INJURY = ("share-loss", "below-cost")
"""Screens that speak to injury: share lost, or prices that do not cover costs."""


@dataclass(frozen=True)
class Element:
    """One element. law: the article, with whether it was read. figures: what speaks to it."""

    name: str
    law: str
    verdict: Met
    figures: tuple[str, ...]


def legal_test(
    findings: Sequence[Finding], explained: Sequence[Explanation], costs: Mapping[str, Any]
) -> tuple[Element, ...]:
    """All elements: dumping, increase, injury, causation, Union interest."""
    held = {each.screen: each for each in findings}
    dumping = _by_screens(
        "dumping (export price below the price at home)",
        "Regulation (EU) 2016/1036, Article 1(2), read",
        held,
        ("price-gap",),
    )
    increase = _by_screens("increase of imports", "Regulation (EU) 2015/478, Article 15, read", held, ("import-surge",))
    injury = _by_screens("injury to local producers", "Regulation (EU) 2016/1036, Article 3, recalled", held, INJURY)
    return (dumping, increase, injury, causation(increase, injury, explained), interest(costs))


def _by_screens(name: str, law: str, held: Mapping[str, Finding], screens: tuple[str, ...]) -> Element:
    """Met where one of the screens fires, not met where all that could be run are quiet."""
    found = [held[each] for each in screens if each in held]
    figures = tuple(each.words or f"{each.screen}: cannot tell; missing: {'; '.join(each.missing)}" for each in found)
    states = {each.state for each in found}
    verdict = MET if LEAD in states else NOT_MET if states == {QUIET} else OPEN
    if verdict == OPEN and QUIET in states and UNTOLD in states:
        figures = (*figures, "what could be looked at is quiet, but not all could be looked at")
    return Element(name, law, verdict, figures)


def causation(increase: Element, injury: Element, explained: Sequence[Explanation]) -> Element:
    """Met where imports rose, producers were hurt, and no innocent explanation holds or stays open."""
    law = "Regulation (EU) 2016/1036, Article 3, recalled: other known factors are to be set apart"
    holding = [each.name for each in explained if each.verdict == EXPLAINS]
    open_ones = [each.name for each in explained if each.verdict not in {EXPLAINS, DOES_NOT}]
    unlikely = sum(each.verdict == DOES_NOT for each in explained)
    figures = (
        f"explains it: {', '.join(holding) or 'none'}; does not: {unlikely} of {len(explained)}; "
        f"cannot tell: {', '.join(open_ones) or 'none'}",
    )
    if holding or NOT_MET in {increase.verdict, injury.verdict}:
        return Element("causation", law, NOT_MET, figures)
    told = increase.verdict == injury.verdict == MET and not open_ones
    return Element("causation", law, MET if told else OPEN, figures)


def _usd(value: float) -> str:
    """Money in words: ``-2.3 m``."""
    size, word = next(
        ((size, word) for size, word in ((1e9, " bn"), (1e6, " m"), (1e3, " k")) if abs(value) >= size), (1.0, "")
    )
    return f"{value / size:.3g}{word}"


def interest(costs: Mapping[str, Any]) -> Element:
    """By the 80 % range of what the region gains or loses together: met above zero, cannot tell where it spans zero.

    Below zero it is not met where acting keeps no output; where it keeps some, people must weigh.
    """
    name, law = (
        "interest of the region as a whole",
        "Regulation (EU) 2016/1036, Article 21, read in a decision that applies it",
    )
    if costs["cannot_tell"]:
        return Element(name, law, OPEN, (f"the case cannot be run: {costs['cannot_tell']}",))
    acting = costs["acting"]
    sums = {each["who"]: each["amount"]["median"] for each in acting["payers"] if each["who"].endswith("in the zone")}
    net, kept = acting["region_usd"], acting["output_t"]["median"]
    moved = acting["transfer_usd"]["median"]
    figures = (
        f"{acting['what']}: " + ", ".join(f"{who} {_usd(value)} USD a year" for who, value in sums.items()),
        f"together {_usd(net['median'])} USD a year "
        f"(80 % range {_usd(net['low'])} to {_usd(net['high'])}); apart from it {_usd(moved)} only "
        f"moves from users to treasuries of the region; local output {kept:+,.0f} t a year",
    )
    if net["low"] >= 0:
        return Element(name, law, MET, figures)
    if net["high"] >= 0:
        return Element(name, law, OPEN, (*figures, "the range spans zero: whether the region gains cannot be told"))
    if kept <= 0:
        return Element(name, law, NOT_MET, figures)
    per_tonne = f"each added tonne costs the region {_usd(-net['median'] / kept)} USD"
    return Element(name, law, OPEN, (*figures, f"{per_tonne}: whether it is worth that is for people to say"))

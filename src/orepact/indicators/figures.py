"""A figure with what is not known of it, and the arithmetic of such figures: a gap stays a gap, and never becomes a zero.

A :class:`Figure` is a value between a floor and a ceiling, its grade, its period and the trail of where it comes from. Floor
and ceiling are hard: what producers that nobody names might add, what a study leaves open. The spread that the grade itself
means comes on top, in :meth:`Figure.band`. A :class:`Gap` says what is missing. Combining anything with a gap is a gap.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from orepact.network.balance import ERROR_OF_GRADE

TENTH = 1.2815515655446004
"""Standard normal quantile of the 90th percentile: bands hold 80 %."""


@dataclass(frozen=True)
class Figure:
    """A known figure: tonnes or a share (a fraction).

    value lies from floor to ceiling. errors: relative standard errors of its parts, by grade. year: period of the evidence.
    trail: one line for each input, with its source; sources: ids. nothing_named: the value is 0 only because nothing of what
    there may be is given to a country by name, so that it is no figure.
    """

    value: float
    floor: float
    ceiling: float
    grade: str
    year: str
    sources: tuple[str, ...]
    trail: tuple[str, ...]
    errors: tuple[float, ...] = ()
    why_open: str = ""
    is_share: bool = False
    nothing_named: bool = False

    def band(self) -> tuple[float, float]:
        """Low and high end of an 80 % band: floor and ceiling, widened by the errors that the grades stand for.

        A ratio is widened by a factor ``exp(1.28 error)``; a share of a whole by that factor of its odds, so that it stays
        between 0 and 1 and the same error moves 97 % less than 50 %.
        """
        factor = math.exp(TENTH * math.hypot(*self.errors)) if self.errors else 1.0
        if not self.is_share:
            return self.floor / factor, self.ceiling * factor
        return _by_odds(self.floor, 1.0 / factor), _by_odds(self.ceiling, factor)

    def capped(self, most: float) -> Figure:
        """The same with nothing above ``most``: a share of a whole cannot pass 1."""
        return replace(self, value=min(self.value, most), floor=min(self.floor, most), ceiling=min(self.ceiling, most))


@dataclass(frozen=True)
class Gap:
    """What is missing, in words that say what to look for.

    applies: False where nothing is missing, but the question does not arise; ``missing`` then says why.
    """

    missing: str
    applies: bool = True


Known = Figure | Gap


def _by_odds(share: float, factor: float) -> float:
    """The share whose odds are ``factor`` times those of ``share``."""
    return 1.0 if share >= 1.0 else share * factor / (1.0 - share + share * factor)


def exact(value: float, *, grade: str, year: str, sources: Iterable[str], trail: str, is_share: bool = False) -> Figure:
    """A figure without unknown parts; its error is that of its grade."""
    return Figure(
        value, value, value, grade, year, tuple(sorted(set(sources))), (trail,), (ERROR_OF_GRADE[grade],), "", is_share
    )


def between(figure: Figure, floor: float, ceiling: float, why: str) -> Figure:
    """The figure with hard ends, and why they are open."""
    return replace(figure, floor=min(floor, figure.value), ceiling=max(ceiling, figure.value), why_open=why)


def all_gaps(found: Iterable[Known]) -> Gap | None:
    """Everything that is missing; that the question does not arise where one says so; None where nothing is missing."""
    gaps = [each for each in found if isinstance(each, Gap)]
    if not gaps:
        return None
    beside = [each for each in gaps if not each.applies]
    return beside[0] if beside else Gap("; ".join(dict.fromkeys(each.missing for each in gaps)))


def over(top: Known, bottom: Known) -> Known:
    """``top / bottom``, with the worst of floors and ceilings; a gap where either is one or there is nothing to divide by."""
    if isinstance(top, Gap) or isinstance(bottom, Gap):
        return all_gaps((top, bottom)) or Gap("")
    if not bottom.value > 0 or not math.isfinite(top.value / bottom.value):
        return Gap("a figure above none of what is used at this stage")
    return Figure(
        value=top.value / bottom.value,
        floor=top.floor / bottom.ceiling,
        ceiling=top.ceiling / bottom.floor if bottom.floor > 0 else math.inf,
        grade=max(top.grade, bottom.grade),
        year=top.year if top.year == bottom.year else f"{top.year}, {bottom.year}",
        sources=tuple(sorted({*top.sources, *bottom.sources})),
        trail=(*top.trail, *bottom.trail),
        errors=(*top.errors, *bottom.errors),
        why_open="; ".join(dict.fromkeys(each for each in (top.why_open, bottom.why_open) if each)),
        nothing_named=top.nothing_named,
    )


def times(left: Known, right: Known) -> Known:
    """``left * right`` of two shares, with what is open of both; a gap where either is one."""
    if isinstance(left, Gap) or isinstance(right, Gap):
        return all_gaps((left, right)) or Gap("")
    return Figure(
        value=left.value * right.value,
        floor=left.floor * right.floor,
        ceiling=left.ceiling * right.ceiling,
        grade=max(left.grade, right.grade),
        year=left.year,
        sources=tuple(sorted({*left.sources, *right.sources})),
        trail=(*left.trail, *right.trail),
        errors=(*left.errors, *right.errors),
        why_open="; ".join(dict.fromkeys(each for each in (left.why_open, right.why_open) if each)),
        is_share=True,
    )


def better(candidates: Iterable[Known]) -> Known:
    """The figure with the best grade, then the latest period, then the first; all that is missing where there is none.

    What the others say stays in its trail.
    """
    listed = list(candidates)
    figures = [each for each in listed if isinstance(each, Figure)]
    if figures:
        latest = sorted(figures, key=lambda each: each.year, reverse=True)
        best = min(latest, key=lambda each: (each.nothing_named, each.grade))
        others = [each for each in figures if each is not best and not each.nothing_named]
        said = tuple(
            f"not used: {each.value:.0%}, grade {each.grade}, {each.year} ({each.trail[0]})" for each in others
        )
        return replace(best, trail=(*best.trail, *said))
    return all_gaps(listed) or Gap("")

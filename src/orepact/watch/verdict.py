"""What all screens together allow to say of one mineral: dumping-like, watch, ordinary, or that nobody can tell.

``dumping-like``: two leads of low prices or too much supply that read no data in common. ``watch``: a lead, and no two such.
``ordinary``: no screen fires, and screens of ``LEAST_KINDS`` kinds of data could be run. ``cannot tell``: no screen fires, and fewer could.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from orepact.watch.judge import independent
from orepact.watch.screen import LEAD, UNTOLD, Finding

NOT_PROOF = "A screen is a lead, not proof."
LEAST_KINDS = 3
"""Kinds of data (prices, costs, trade, output, capacity, ...) that screens must have read before "ordinary" is said."""

MOST_NAMED = 4

DUMPING_LIKE = (
    "below-reference", "below-cost", "import-surge", "low-unit-value", "share-loss", "capacity-outruns", "price-gap", "cumulative-fall",
    "change-point",
)  # fmt: skip
"""Screens that speak of low prices or of too much supply; the others speak of manipulation or of ways round a control."""

Verdict = Literal["dumping-like", "watch", "ordinary", "cannot tell"]


def judged(name: str, findings: Sequence[Finding], explained: Sequence[str]) -> tuple[Verdict, str]:
    """The verdict and its sentence, from what the screens say and which innocent explanations hold."""
    told = [each for each in findings if each.state != UNTOLD]
    fired = [each for each in told if each.state == LEAD]
    like = [each for each in fired if each.screen in DUMPING_LIKE]
    if len(independent(like)) >= 2:
        return "dumping-like", f"Dumping-like for {name}: {_fired(fired, told, findings)}.{_but(explained)} {NOT_PROOF}"
    if fired:
        return "watch", f"Watch for {name}: {_watched(fired, like, told, findings)}.{_but(explained)} {NOT_PROOF}"
    kinds = kinds_of(told)
    none = f"none of {len(told)} screens that could be run fires"
    if len(kinds) >= LEAST_KINDS:
        lack = f"{len(findings) - len(told)} of {len(findings)} lack their data"
        return (
            "ordinary",
            f"Ordinary as far as can be told for {name}: {none}; they read {_and(kinds)}; {lack}. {NOT_PROOF}",
        )
    read = f"{none}, and they read {_and(kinds)} only" if told else "no screen could be run"
    needed = f"{LEAST_KINDS} kinds of data are needed to say ordinary"
    return "cannot tell", f"Cannot tell for {name}: {read}; {needed}. Missing: {lacking(findings)}. {NOT_PROOF}"


def kinds_of(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The kinds of data that screens read, by name."""
    return tuple(sorted(frozenset().union(*(each.families for each in findings))))


def lacking(findings: Sequence[Finding]) -> str:
    """The screens that lack their data, the first few by name."""
    names = [each.screen for each in findings if each.state == UNTOLD]
    rest = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return (
        f"what {', '.join(names[:MOST_NAMED])}{rest} need{'' if len(names) > 1 else 's'}"
        if names
        else "nothing that a screen here reads"
    )


def _watched(
    fired: Sequence[Finding], like: Sequence[Finding], told: Sequence[Finding], findings: Sequence[Finding]
) -> str:
    """Why leads are no more than something to watch, and what would tell."""
    if len(independent(fired)) >= 2:
        side = "but no two of low prices or too much supply" if like else "but none of low prices or too much supply"
        return f"{_fired(fired, told, findings)}; independent leads agree, {side}: look for manipulation or ways round a control"
    strength = "One strong lead" if any(each.stands for each in fired) else "One lead"
    if len(fired) > 1:
        strength = f"{len(fired)} leads that read the same data"
    others = len({*kinds_of(told)} - {*kinds_of(fired)})
    quiet = (
        f"screens of {others} other kinds of data are" if others > 1 else "the screens of one other kind of data are"
    )
    rest = f"{quiet} quiet" if others else "nothing else could be tested"
    names = ", ".join(each.screen for each in fired)
    return (
        f"{strength[:1].lower()}{strength[1:]} ({names}); {rest}: neither ordinary nor dumping-like can be said; to tell, give "
        f"{lacking(findings)}"
    )


def _fired(fired: Sequence[Finding], told: Sequence[Finding], findings: Sequence[Finding]) -> str:
    names, stand = ", ".join(each.screen for each in fired), sum(each.stands for each in fired)
    return (
        f"{len(fired)} of {len(told)} screens that could be run fire ({names}), of which {stand} stand when all looks are counted; "
        f"{len(findings) - len(told)} of {len(findings)} lack their data"
    )


def _but(explained: Sequence[str]) -> str:
    if not explained:
        return ""
    return f" But {_and(explained)}: that explains half of the fall or more, so it may be ordinary."


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "nothing"

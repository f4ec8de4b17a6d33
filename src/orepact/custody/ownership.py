"""Ownership: what part of a firm is held, through others, by parties that a zone excludes.

Equation P1 (own proposal; who holds more than half of a firm holds all of it, as it alone decides):
``held(f) = 1 if f is excluded, else Σ w(share) * held(owner)``, ``w(s) = 1 for s > 1/2, else s``, at most 1. Owners that are not named
may all be excluded, or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from orepact.custody.origin import Bounds
from orepact.custody.records import Party
from orepact.errors import BadInput, Problem

HALF = Fraction(1, 2)
ONE, NONE = Fraction(1), Fraction(0)


def held_by(party: str, parties: Mapping[str, Party], excluded: frozenset[str], place: str = "file") -> Bounds:
    """P1: the part of a firm that excluded parties hold, between two ends; BadInput where firms hold each other in a circle."""
    return _held(party, parties, excluded, (), place)


def _held(
    party: str, parties: Mapping[str, Party], excluded: frozenset[str], above: tuple[str, ...], place: str
) -> Bounds:
    if party in above:
        circle = " → ".join([*above[above.index(party) :], party])
        todo = "give the holders from outside the circle"
        raise BadInput(Problem(f"{place}, parties", "firms hold each other in a circle", circle, todo))
    found = parties[party]
    if found.country in excluded:
        return Bounds(ONE, ONE)
    if found.owners is None:
        return Bounds(NONE, ONE)
    if not found.owners:
        return Bounds(NONE, NONE if found.country else ONE)
    low = high = known = NONE
    for each in found.owners:
        share = Fraction(each.share)
        known += share
        weight = ONE if share > HALF else share
        inner = _held(each.owner, parties, excluded, (*above, party), place)
        low, high = low + weight * inner.low, high + weight * inner.high
    if known > 1:
        todo = "give shares that add up to at most 1"
        raise BadInput(
            Problem(f"{place}, parties, {party}, owners", "they hold more than there is", str(float(known)), todo)
        )
    rest = ONE - known
    return Bounds(min(low, ONE), min(high + (ONE if rest > HALF else rest), ONE))


def untold(party: str, parties: Mapping[str, Party], above: tuple[str, ...] = ()) -> list[str]:
    """Parties up the chain whose owners, or whose country, are not given."""
    if party in above:
        return []
    found = parties[party]
    if found.owners is None or (not found.owners and not found.country):
        return [party]
    missing = [name for each in found.owners for name in untold(each.owner, parties, (*above, party))]
    if found.owners and sum(each.share for each in found.owners) < 1:
        missing.append(party)
    return list(dict.fromkeys(missing))

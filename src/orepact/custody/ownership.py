"""Ownership: what part of a firm is held, through others, by parties that a zone excludes.

Equation P1 (own proposal; who holds more than half of a firm holds all of it, as it alone decides):
``held(f) = 1 if f is excluded, else Σ w(share) * held(owner)``, ``w(s) = 1 for s > 1/2, else s``, at most 1. Owners that are not named
may all be excluded, or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter

from orepact.custody.chain import circle
from orepact.custody.origin import Bounds
from orepact.custody.records import Party
from orepact.errors import BadInput, Problem

HALF = Fraction(1, 2)
ONE, NONE = Fraction(1), Fraction(0)


def held_by(party: str, parties: Mapping[str, Party], excluded: frozenset[str], place: str = "file") -> Bounds:
    """P1: the part of a firm that excluded parties hold, between two ends; BadInput where firms hold each other in a circle."""
    found: dict[str, Bounds] = {}
    for name in _owners_first(party, parties, place):
        found[name] = _held(parties[name], found, excluded, place)
    return found[party]


def _owners_first(party: str, parties: Mapping[str, Party], place: str) -> list[str]:
    """A party and everybody above it, each after its owners; BadInput with the circle where there is one."""
    above: dict[str, list[str]] = {}
    ahead = [party]
    while ahead:
        name = ahead.pop()
        if name not in above:
            above[name] = [each.owner for each in parties[name].owners or ()]
            ahead += above[name]
    try:
        return list(TopologicalSorter(above).static_order())
    except CycleError as error:
        todo = "give the holders from outside the circle"
        raise BadInput(Problem(f"{place}, parties", "firms hold each other in a circle", circle(error), todo)) from None


def _held(party: Party, found: Mapping[str, Bounds], excluded: frozenset[str], place: str) -> Bounds:
    """What excluded parties hold of one party, from what they hold of its owners."""
    if party.country in excluded:
        return Bounds(ONE, ONE)
    if party.owners is None:
        return Bounds(NONE, ONE)
    if not party.owners:
        return Bounds(NONE, NONE if party.country else ONE)
    low = high = known = NONE
    for each in party.owners:
        share = Fraction(each.share)
        known += share
        weight = ONE if share > HALF else share
        low, high = low + weight * found[each.owner].low, high + weight * found[each.owner].high
    if known > 1:
        wrong, todo = "they hold more than there is", "give shares that add up to at most 1"
        raise BadInput(Problem(f"{place}, parties, {party.id}, owners", wrong, str(float(known)), todo))
    rest = ONE - known
    return Bounds(min(low, ONE), min(high + (ONE if rest > HALF else rest), ONE))


def untold(party: str, parties: Mapping[str, Party]) -> list[str]:
    """Parties up the chain whose owners, or whose country, are not given, or not in full."""
    missing, seen, ahead = [], {party}, [party]
    while ahead:
        found = parties[ahead.pop()]
        whole = found.owners is not None and (
            sum(each.share for each in found.owners) == 1 if found.owners else bool(found.country)
        )
        if not whole:
            missing.append(found.id)
        for each in found.owners or ():
            if each.owner not in seen:
                seen.add(each.owner)
                ahead.append(each.owner)
    return missing

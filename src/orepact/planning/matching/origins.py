"""Where what is matched comes from: by country of last refining, and as far as offers say by country of mining."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from orepact.planning.matching.clear import Pair
from orepact.planning.matching.fit import Fit


@dataclass(frozen=True)
class Origin:
    """What is matched of a mineral from a country. mineral: None for the round. third: whether the cap holds for it."""

    mineral: str | None
    country: str
    third: bool
    quantity: int
    share: Fraction


def origins(found: Fit, pairs: tuple[Pair, ...]) -> tuple[Origin, ...]:
    """Every mineral and country that is matched, and every country over the round, the largest first."""
    offers = {each.id: each for each in found.offers}
    units, whole = Counter[tuple[str | None, str]](), Counter[str | None]()
    for pair in pairs:
        offer = offers[pair.offer]
        for mineral in (None, offer.mineral):
            units[mineral, offer.origin] += pair.quantity
            whole[mineral] += pair.quantity
    order = sorted(units.items(), key=lambda each: (each[0][0] or "", -each[1], each[0][1]))
    return tuple(
        Origin(mineral, country, found.round.third(country), part, Fraction(part, whole[mineral]))
        for (mineral, country), part in order
    )


def mined(found: Fit, pairs: tuple[Pair, ...]) -> tuple[dict[str, Fraction], int]:
    """Units by country of mining, and units of which no country of mining is given."""
    offers = {each.id: each for each in found.offers}
    units: dict[str, Fraction] = {}
    untold = Fraction(0)
    for pair in pairs:
        vector = offers[pair.offer].mined
        untold += pair.quantity * (1 - sum((share for _, share in vector), Fraction(0)))
        for country, share in vector:
            units[country] = units.get(country, Fraction(0)) + pair.quantity * share
    return dict(sorted(units.items(), key=lambda each: (-each[1], each[0]))), round(untold)

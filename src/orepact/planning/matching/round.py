"""A demand round as it is matched: sealed bids of buyers and suppliers, and the rules of the round. Every figure is exact.

Quantities are whole kilograms or whole grams of content, prices whole hundredths of the round's money per tonne of content, grades
and impurities whole parts per billion, months counted from year 0 (12 x year + month - 1), shares fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

UNITS = {"kg": 1_000, "g": 1_000_000}
"""Units of mass a round may be counted in, with how many make a tonne."""

CAP = Fraction(65, 100)
"""Largest share of what is matched that one third country may have, where the round names none (CRMA, Art. 5)."""

SANCTIONED_SHARE = Fraction(1, 2)
"""Share held by sanctioned parties together from which a party counts as sanctioned, where the round names none."""


@dataclass(frozen=True)
class Demand:
    """What a buyer wants.

    Attributes:
        id: Name of the bid, unique in the round.
        buyer: The firm.
        mineral: Slug of the mineral.
        stage: Stage word of the house.
        grade: Least grade, parts per billion.
        impurities: Largest part of each named impurity, parts per billion.
        quantity: Most that is wanted, in the round's unit.
        limit: Most that is paid per tonne of content, delivered, in hundredths of the money.
        places: Where it may be delivered.
        first: First month of the window.
        last: Last month of it.
        lot: Least that is taken, or nothing; 0 where any quantity will do.
        small: Whether the buyer is a small or medium firm; None where the file does not say.
    """

    id: str
    buyer: str
    mineral: str
    stage: str
    grade: int
    impurities: tuple[tuple[str, int], ...]
    quantity: int
    limit: int
    places: tuple[str, ...]
    first: int
    last: int
    lot: int = 0
    small: bool | None = None


@dataclass(frozen=True)
class Owner:
    """Who holds a share of a supplier. country: None where the file does not say whose."""

    name: str
    country: str | None
    share: Fraction


@dataclass(frozen=True)
class Offer:
    """What a supplier has.

    Attributes:
        id: Name of the bid, unique in the round.
        supplier: The firm.
        mineral: Slug of the mineral.
        stage: Stage word of the house.
        grade: Grade, parts per billion.
        impurities: Part of each impurity that the supplier states, parts per billion.
        capacity: Most that can be had, in the round's unit.
        reserve: Least price per tonne of content at the gate, in hundredths of the money.
        delivered: Cost of delivery per tonne of content to each place that is served, in hundredths.
        first: First month in which it can be delivered.
        last: Last such month.
        origin: Country of the last refining (of mining, where it is ore), by code.
        lot: Least that is sold, or nothing.
        mined: Share of each country in which the ore was mined; empty where not given.
        owners: Who owns the supplier; None where not given.
    """

    id: str
    supplier: str
    mineral: str
    stage: str
    grade: int
    impurities: tuple[tuple[str, int], ...]
    capacity: int
    reserve: int
    delivered: tuple[tuple[str, int], ...]
    first: int
    last: int
    origin: str
    lot: int = 0
    mined: tuple[tuple[str, Fraction], ...] = ()
    owners: tuple[Owner, ...] | None = None


@dataclass(frozen=True)
class Concern:
    """Foreign entities of concern: a supplier is left out where these countries hold ``share`` or more of it together."""

    countries: tuple[str, ...]
    share: Fraction


@dataclass(frozen=True)
class Round:
    """A round: its rules and its bids.

    Attributes:
        name: What it is called.
        currency: Code of the money of all prices.
        unit: kg or g.
        own: Countries that count as one's own: the cap does not hold for them.
        cap: Largest share of one third country; None where there is no cap.
        sanctioned: Names of parties that may not trade.
        sanctioned_share: Share that they hold together from which a party is sanctioned itself.
        concern: The rule on foreign entities of concern; None where there is none.
        demands: Bids of buyers.
        offers: Bids of suppliers.
        invented: Whether the file says that its bids are invented.
    """

    name: str
    currency: str
    unit: str
    own: frozenset[str]
    demands: tuple[Demand, ...]
    offers: tuple[Offer, ...]
    cap: Fraction | None = CAP
    sanctioned: frozenset[str] = field(default_factory=frozenset)
    sanctioned_share: Fraction = SANCTIONED_SHARE
    concern: Concern | None = None
    invented: bool = False

    @property
    def per_tonne(self) -> int:
        """How many of the round's units make a tonne."""
        return UNITS[self.unit]

    def third(self, country: str) -> bool:
        """Whether the cap holds for a country."""
        return country not in self.own

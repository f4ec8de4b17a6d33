"""Who may trade at all, and which offers fit which demand: exclusions, grade, impurities, window and place, all in whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from orepact import facts
from orepact.planning.matching.round import Concern, Demand, Offer, Owner, Round
from orepact.planning.matching.values import month_text, part_text

ABSENT = -1
"""Stands in arrays for a cost to a place that is not served and for an impurity that is not stated."""


@dataclass(frozen=True)
class Pool:
    """Demands that the same offers fit at the same costs.

    Attributes:
        mineral: Slug of the mineral.
        demands: Indices into the fit's demands.
        offers: Indices into the fit's offers, by cost, then as they stand there.
        costs: Reserve and delivery of each, in hundredths per tonne, ascending.
    """

    mineral: str
    demands: tuple[int, ...]
    offers: tuple[int, ...]
    costs: tuple[int, ...]


@dataclass(frozen=True)
class Fit:
    """A round's bids in the order of their ids, with what is excluded and what fits.

    Attributes:
        round: The round.
        demands: Demands by id.
        offers: Offers by id.
        excluded: Why a bid may not trade, by its id.
        pools: Demands grouped by what fits them; every demand that may trade is in one, be it a pool without offers.
    """

    round: Round
    demands: tuple[Demand, ...]
    offers: tuple[Offer, ...]
    excluded: dict[str, str]
    pools: tuple[Pool, ...]

    @cached_property
    def pool_of(self) -> dict[int, int]:
        """The pool of each demand that may trade."""
        return {demand: at for at, pool in enumerate(self.pools) for demand in pool.demands}


def plainly(name: str) -> str:
    """A name without case and without blanks around or doubled: so are places, firms and sanctions compared."""
    return " ".join(name.split()).casefold()


def fit(given: Round) -> Fit:
    """Hold every demand against every offer of its mineral and stage. Nobody buys from himself."""
    demands = tuple(sorted(given.demands, key=lambda each: each.id))
    offers = tuple(sorted(given.offers, key=lambda each: each.id))
    excluded = {each.id: why for each in demands if (why := _of_buyer(each, given))}
    excluded |= {each.id: why for each in offers if (why := _of_supplier(each, given))}
    shelves = _shelves(offers, excluded)
    sellers = {plainly(each.supplier) for each in offers}
    found: dict[tuple[str, tuple[int, ...], tuple[int, ...]], list[int]] = {}
    known: dict[tuple[object, ...], tuple[tuple[int, ...], tuple[int, ...]]] = {}
    for at, demand in enumerate(demands):
        if demand.id in excluded:
            continue
        itself = plainly(demand.buyer) if plainly(demand.buyer) in sellers else ""
        want = (
            demand.mineral, demand.stage, demand.grade, demand.impurities, demand.places, demand.first, demand.last, itself,
        )  # fmt: skip
        if want not in known:
            shelf = shelves.get((demand.mineral, demand.stage))
            known[want] = shelf.fitting(demand) if shelf else ((), ())
        found.setdefault((demand.mineral, *known[want]), []).append(at)
    pools = [Pool(mineral, tuple(inside), which, costs) for (mineral, which, costs), inside in found.items()]
    return Fit(given, demands, offers, excluded, tuple(pools))


def _shelves(offers: tuple[Offer, ...], excluded: dict[str, str]) -> dict[tuple[str, str], Shelf]:
    groups: dict[tuple[str, str], list[int]] = {}
    for at, offer in enumerate(offers):
        if offer.id not in excluded:
            groups.setdefault((offer.mineral, offer.stage), []).append(at)
    return {key: Shelf(tuple(offers[at] for at in which), np.array(which)) for key, which in groups.items()}


class Shelf:
    """The offers of one mineral and stage as columns."""

    def __init__(self, offers: tuple[Offer, ...], which: np.ndarray) -> None:
        self.offers, self.which = offers, which
        self.grade = np.array([each.grade for each in offers], dtype=np.int64)
        self.first = np.array([each.first for each in offers], dtype=np.int64)
        self.last = np.array([each.last for each in offers], dtype=np.int64)
        self.reserve = np.array([each.reserve for each in offers], dtype=np.int64)
        self.impurities = self._columns(lambda each: each.impurities)
        self.delivered = self._columns(_served)
        self.supplier = np.array([plainly(each.supplier) for each in offers])

    def _columns(self, of: Callable[[Offer], tuple[tuple[str, int], ...]]) -> dict[str, np.ndarray]:
        found: dict[str, np.ndarray] = {}
        for at, offer in enumerate(self.offers):
            for name, value in of(offer):
                found.setdefault(name, np.full(len(self.offers), ABSENT, dtype=np.int64))[at] = value
        return found

    def fitting(self, demand: Demand) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The offers that fit a demand, by cost, and the cost of each delivered to the cheapest of its places."""
        good = (self.grade >= demand.grade) & (self.first <= demand.last) & (self.last >= demand.first)
        good &= self.supplier != plainly(demand.buyer)
        nothing = np.full(len(self.offers), ABSENT, dtype=np.int64)
        for name, most in demand.impurities:
            part = self.impurities.get(name, nothing)
            good &= (part != ABSENT) & (part <= most)
        costs = np.array([self.delivered.get(plainly(place), nothing) for place in demand.places])
        costs = np.where(costs == ABSENT, np.iinfo(np.int64).max, costs).min(axis=0)
        good &= costs < np.iinfo(np.int64).max
        inside = np.flatnonzero(good)
        total = self.reserve[inside] + costs[inside]
        order = np.argsort(total, kind="stable")
        return tuple(self.which[inside[order]].tolist()), tuple(total[order].tolist())


def _served(offer: Offer) -> tuple[tuple[str, int], ...]:
    """Cost of delivery by place; where a place is there twice in other letters, the least."""
    found: dict[str, int] = {}
    for place, cost in offer.delivered:
        found[plainly(place)] = min(cost, found.get(plainly(place), cost))
    return tuple(found.items())


def unfitting(demand: Demand, offer: Offer) -> list[str]:
    """Every condition of a demand that an offer of its mineral and stage does not meet, with what was asked and what is offered."""
    wrong = []
    if offer.grade < demand.grade:
        wrong.append(f"grade: at least {part_text(demand.grade)} is wanted, {part_text(offer.grade)} offered")
    stated = dict(offer.impurities)
    for name, most in demand.impurities:
        if name not in stated:
            wrong.append(f"{name}: at most {part_text(most)} is wanted, and the offer does not state it")
        elif stated[name] > most:
            wrong.append(f"{name}: at most {part_text(most)} is wanted, {part_text(stated[name])} offered")
    if offer.first > demand.last or offer.last < demand.first:
        wrong.append(f"window: {_months(demand)} is wanted, {_months(offer)} offered")
    if plainly(demand.buyer) == plainly(offer.supplier):
        wrong.append("party: nobody buys from himself")
    if not {plainly(each) for each in demand.places} & {place for place, _ in _served(offer)}:
        served = ", ".join(place for place, _ in offer.delivered)
        wrong.append(f"place: {' or '.join(demand.places)} is wanted, {served} served")
    return wrong


def _months(bid: Demand | Offer) -> str:
    first, last = month_text(bid.first), month_text(bid.last)
    return first if first == last else f"{first} to {last}"


def _listed(name: str, given: Round) -> bool:
    return plainly(name) in {plainly(each) for each in given.sanctioned}


def _of_buyer(demand: Demand, given: Round) -> str | None:
    return f"{demand.buyer} is on the round's list of sanctioned parties" if _listed(demand.buyer, given) else None


def _of_supplier(offer: Offer, given: Round) -> str | None:
    """Why a supplier may not trade. Owners who are not given are no owners without concern: what cannot be told is said."""
    if _listed(offer.supplier, given):
        return f"{offer.supplier} is on the round's list of sanctioned parties"
    owners = offer.owners or ()
    held = sum((each.share for each in owners if _listed(each.name, given)), Fraction(0))
    if held and held >= given.sanctioned_share:
        return f"sanctioned parties hold {_percent(held)} of {offer.supplier}, at or above {_percent(given.sanctioned_share)}"
    return None if given.concern is None else _of_concern(offer, given.concern)


def _of_concern(offer: Offer, rule: Concern) -> str | None:
    """Why a supplier is an entity of concern, or may be one."""
    if offer.owners is None:
        return (
            f"cannot tell who owns {offer.supplier}: no owners are given, and the round leaves out entities of concern"
        )
    owners = offer.owners
    concern = sum((each.share for each in owners if each.country in rule.countries), Fraction(0))
    if concern >= rule.share:
        countries = ", ".join(
            sorted({facts.country_name(_of(each)) for each in owners if each.country in rule.countries})
        )
        return (
            f"owners from {countries} hold {_percent(concern)} of {offer.supplier}, at or above {_percent(rule.share)}"
        )
    untold = 1 - sum((each.share for each in owners if each.country is not None), Fraction(0))
    if concern + untold >= rule.share:
        return (
            f"cannot tell whether owners of concern hold {_percent(rule.share)} of {offer.supplier}: no country is given for "
            f"{_percent(untold)}"
        )
    return None


def _of(owner: Owner) -> str:
    return owner.country or ""


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.6g}\u2009%"

"""Our own check of a match, in whole numbers and from the bids alone: it knows nothing of how the match was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from orepact.errors import NotSolved, Problem
from orepact.planning.matching.fit import Fit, plainly, unfitting
from orepact.planning.matching.round import Demand, Offer

if TYPE_CHECKING:
    from orepact.planning.matching.clear import Pair


def check(found: Fit, pairs: Iterable[Pair], cap: Fraction | None) -> None:
    """NotSolved with everything that a match breaks: fits, limits, quantities, lots, cap, exclusions."""
    pairs = tuple(pairs)
    demands = {each.id: each for each in found.demands}
    offers = {each.id: each for each in found.offers}
    wrong = [each for pair in pairs for each in _of_pair(found, pair, demands[pair.demand], offers[pair.offer])]
    got, sold = Counter[str](), Counter[str]()
    for pair in pairs:
        got[pair.demand] += pair.quantity
        sold[pair.offer] += pair.quantity
    for name, units in got.items():
        bid = demands[name]
        if not max(1, bid.lot) <= units <= bid.quantity:
            wrong.append((f"demand {name}", f"{units} of {bid.quantity}, in lots of {bid.lot} or more"))
    for name, units in sold.items():
        offer = offers[name]
        if not max(1, offer.lot) <= units <= offer.capacity:
            wrong.append((f"offer {name}", f"{units} of {offer.capacity}, in lots of {offer.lot} or more"))
    wrong += _cap(found, sold, cap)
    if wrong:
        todo = "report the round file; no match is given out"
        raise NotSolved(
            Problem(f"round, {place}", "the match breaks a rule of the round", what, todo) for place, what in wrong
        )


def _of_pair(found: Fit, pair: Pair, demand: Demand, offer: Offer) -> list[tuple[str, str]]:
    """What is wrong with one pair."""
    wrong = list(unfitting(demand, offer))
    wrong += [f"{each.id} is excluded" for each in (demand, offer) if each.id in found.excluded]
    if (demand.mineral, demand.stage) != (offer.mineral, offer.stage):
        wrong.append("another mineral or stage")
    places = {plainly(each) for each in demand.places}
    costs = [cost for place, cost in offer.delivered if plainly(place) in places]
    if costs and pair.cost != offer.reserve + min(costs):
        wrong.append(f"a cost of {pair.cost}")
    if not pair.cost <= pair.paid <= demand.limit or not offer.reserve <= pair.cost:
        wrong.append(f"{pair.paid} paid, between {pair.cost} and {demand.limit}")
    if pair.quantity < 1:
        wrong.append(f"{pair.quantity} units")
    return [(f"{offer.id} to {demand.id}", each) for each in wrong]


def _cap(found: Fit, sold: Counter[str], cap: Fraction | None) -> list[tuple[str, str]]:
    """Each third country's share of each mineral and of the round, by cross-multiplication."""
    if cap is None:
        return []
    of: Counter[tuple[str, str]] = Counter()
    all_of: Counter[str] = Counter()
    offers = {each.id: each for each in found.offers}
    for name, units in sold.items():
        offer = offers[name]
        for scope in ("the round", offer.mineral):
            all_of[scope] += units
            if found.round.third(offer.origin):
                of[scope, offer.origin] += units
    return [
        (f"{scope}, {country}", f"{units} of {all_of[scope]}")
        for (scope, country), units in of.items()
        if units * cap.denominator > all_of[scope] * cap.numerator
    ]

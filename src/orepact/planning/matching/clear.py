"""Clears a round: solves its program, adds lots only where a bid would break its own, shares ties, and pairs bids."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from orepact.planning.matching.fit import Fit
from orepact.planning.matching.program import Program, program
from orepact.planning.matching.sharing import paired, shared
from orepact.planning.matching.solve import Certificate, Solver


@dataclass(frozen=True)
class Pair:
    """An offer matched with a demand.

    Attributes:
        offer: Id of the offer.
        demand: Id of the demand.
        quantity: In the round's unit.
        cost: Reserve price and delivery, hundredths per tonne.
        paid: What the buyer pays per tonne, delivered; under the rule of least cost the indicative cost.
        received: What the supplier receives per tonne, before he pays delivery.
    """

    offer: str
    demand: str
    quantity: int
    cost: int
    paid: Fraction
    received: Fraction


@dataclass(frozen=True)
class Cleared:
    """What a round comes to. duals: of the rows ``under`` of the program, of its first objective."""

    program: Program
    pairs: tuple[Pair, ...]
    certificates: tuple[Certificate, ...]
    duals: np.ndarray
    lots_looked_at: int

    def got(self) -> dict[str, int]:
        """Units of every matched bid, by its id."""
        found: dict[str, int] = {}
        for pair in self.pairs:
            for bid in (pair.offer, pair.demand):
                found[bid] = found.get(bid, 0) + pair.quantity
        return found

    @property
    def quantity(self) -> int:
        """Units matched."""
        return sum(each.quantity for each in self.pairs)

    @property
    def cost(self) -> int:
        """Indicative cost: hundredths per tonne times units."""
        return sum(each.quantity * each.cost for each in self.pairs)


def clear(found: Fit, *, by_worth: bool) -> Cleared:
    """The match of the most at least cost, or of what is worth most.

    Lots make the problem hard, and few bids are cut by them: a lot enters only when the match without it would break it. A match
    of the problem with fewer conditions that keeps all of them is the best of the whole problem too.
    """
    made = program(found)
    active: frozenset[int] = frozenset()
    while True:
        solver = Solver(made, active)
        solution = solver.worth_most() if by_worth else solver.most_then_cheapest()
        arcs, wants = shared(made, solution.columns, limits_rank=by_worth)
        broken = _broken(made, arcs, wants)
        if not broken:
            break
        active |= broken
    demands, offers = found.demands, found.offers
    pairs = tuple(
        Pair(offers[offer].id, demands[demand].id, units, cost, Fraction(cost), Fraction(cost))
        for offer, demand, units, cost in paired(made, arcs, wants)
    )
    return Cleared(made, pairs, solution.certificates, solution.duals, len(active))


def _broken(made: Program, arcs: list[int], wants: list[int]) -> frozenset[int]:
    """Openings of bids that trade less than their lot."""
    sold: dict[int, int] = {}
    for (offer, _, _), units in zip(made.arcs, arcs, strict=True):
        sold[offer] = sold.get(offer, 0) + units
    got = dict(zip(made.wants, wants, strict=True))
    broken = set()
    for at, (kind, bid) in enumerate(made.opens):
        units, lot = (
            (got[bid], made.fit.demands[bid].lot) if kind == "demand" else (sold[bid], made.fit.offers[bid].lot)
        )
        if 0 < units < lot:
            broken.add(at)
    return frozenset(broken)

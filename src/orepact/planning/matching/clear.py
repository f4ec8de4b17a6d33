"""Clears a round: solves its program, adds lots only where a bid would break its own, shares ties, and pairs bids."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from orepact.planning.matching.fit import Fit, Pool
from orepact.planning.matching.program import Program, program
from orepact.planning.matching.sharing import paired, shared
from orepact.planning.matching.solve import Certificate, Solver, summed


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
class Part:
    """A program that was solved, with the duals of its rows ``under`` for its first objective, and how many lots were looked at."""

    program: Program
    duals: np.ndarray
    lots: int


@dataclass(frozen=True)
class Cleared:
    """What a round comes to.

    parts: one a mineral, or one in all where the cap on the round ties minerals together. apart: the same for each mineral, where
    they were cleared by themselves.
    """

    fit: Fit
    parts: tuple[Part, ...]
    pairs: tuple[Pair, ...]
    certificates: tuple[Certificate, ...]
    apart: tuple[Cleared, ...] = ()

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


def clear(found: Fit, *, by_worth: bool, free: Cleared | None = None, like: Cleared | None = None) -> Cleared:
    """The match of the most at least cost, or of what is worth most.

    Only the cap on the round ties minerals together. So each is cleared by itself first, and if the cap on the round holds then, that
    is the best of all; otherwise all are cleared together. Likewise a match without the cap that keeps it is the best under it.

    Args:
        found: The bids.
        by_worth: Whether worth is what counts.
        free: The match of the same bids without the cap, where it is known: minerals that keep the cap in it are not solved again.
        like: Another match of the same bids; programs that it made under the same cap are not made again.
    """
    made = {each.fit.pools[0].mineral: each.parts[0].program for each in like.apart} if like else {}
    known = {each.fit.pools[0].mineral: each for each in free.apart} if free else {}
    parts = [
        _of_mineral(replace(found, pools=pools), known.get(mineral), made.get(mineral), by_worth=by_worth)
        for mineral, pools in _by_mineral(found).items()
    ]
    apart = Cleared(
        found, tuple(part for each in parts for part in each.parts), tuple(pair for each in parts for pair in each.pairs),
        tuple(map(summed, zip(*(each.certificates for each in parts), strict=True))), tuple(parts),
    )  # fmt: skip
    return apart if parts and _within_cap(apart) else _clear(found, by_worth=by_worth)


def _by_mineral(found: Fit) -> dict[str, tuple[Pool, ...]]:
    return {
        mineral: tuple(pool for pool in found.pools if pool.mineral == mineral)
        for mineral in sorted({pool.mineral for pool in found.pools})
    }


def _of_mineral(found: Fit, known: Cleared | None, made: Program | None, *, by_worth: bool) -> Cleared:
    """One mineral; as it is known without the cap where it keeps it."""
    if known is not None:
        same = replace(known, fit=found)
        if _within_cap(same):
            return same
    return _clear(found, by_worth=by_worth, made=made if made and made.fit.round.cap == found.round.cap else None)


def _within_cap(cleared: Cleared) -> bool:
    """Whether no third country has more of the round than the cap allows."""
    given = cleared.fit.round
    if given.cap is None:
        return True
    origin = {each.id: each.origin for each in cleared.fit.offers}
    units: dict[str, int] = {}
    for pair in cleared.pairs:
        units[origin[pair.offer]] = units.get(origin[pair.offer], 0) + pair.quantity
    return all(part <= given.cap * cleared.quantity for country, part in units.items() if given.third(country))


def _clear(found: Fit, *, by_worth: bool, made: Program | None = None) -> Cleared:
    """The match of one program.

    Lots make the problem hard, and few bids are cut by them: a lot enters only when the match without it would break it. A match
    of the problem with fewer conditions that keeps all of them is the best of the whole problem too.
    """
    made = made or program(found)
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
    return Cleared(found, (Part(made, solution.duals, len(active)),), pairs, solution.certificates)


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

"""Ties: bids that the match cannot tell apart share what they get pro rata, in whole units; and who is matched with whom.

A remainder goes unit by unit to the largest fraction left, then to the larger bid, then to the id that comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from orepact.planning.matching.program import Program


def pro_rata(total: int, sizes: Sequence[int]) -> list[int]:
    """Whole shares of ``total`` in proportion to sizes, none above its size; ``total`` is at most their sum."""
    whole = sum(sizes)
    if not whole:
        return [0] * len(sizes)
    shares = [total * size // whole for size in sizes]
    left = [total * size % whole for size in sizes]
    order = sorted(range(len(sizes)), key=lambda at: (-left[at], -sizes[at], at))
    for at in order[: total - sum(shares)]:
        shares[at] += 1
    return shares


def shared(program: Program, columns: Sequence[int], *, limits_rank: bool) -> tuple[list[int], list[int]]:
    """Flows of arcs and wants with ties shared.

    Args:
        program: The program.
        columns: A whole solution of it.
        limits_rank: Whether a higher limit comes first, as in an auction. If not, all demands of a pool share, as far as their
            limits reach the offers that supply it.

    Returns:
        Units of each arc, and of each want.
    """
    arcs = list(columns[: len(program.arcs)])
    wants = list(columns[program.at_wants : program.at_totals])
    _share_offers(program, arcs)
    _share_demands(program, arcs, wants, limits_rank=limits_rank)
    return arcs, wants


def _share_offers(program: Program, arcs: list[int]) -> None:
    """Offers of one origin at the same costs in the same pools share by capacity."""
    offers = program.fit.offers
    of_offer: dict[int, list[int]] = {}
    for at, (offer, _, _) in enumerate(program.arcs):
        of_offer.setdefault(offer, []).append(at)
    alike: dict[tuple[object, ...], list[int]] = {}
    for offer, which in sorted(of_offer.items()):
        key = (offers[offer].mineral, offers[offer].origin, tuple(program.arcs[at][1:] for at in which))
        alike.setdefault(key, []).append(offer)
    for group in alike.values():
        if len(group) == 1:
            continue
        sold = [sum(arcs[at] for at in of_offer[offer]) for offer in group]
        parts = pro_rata(sum(sold), [offers[offer].capacity for offer in group])
        if all(_in_lot(part, offers[offer].lot) for part, offer in zip(parts, group, strict=True)):
            _spread([of_offer[offer] for offer in group], parts, arcs)


def _spread(rows: list[list[int]], parts: list[int], arcs: list[int]) -> None:
    """Give each offer its part, pool by pool, so that what comes into each pool stays what it was."""
    pools = [sum(arcs[row[at]] for row in rows) for at in range(len(rows[0]))]
    for row, part in zip(rows, parts, strict=True):
        for at, column in enumerate(row):
            arcs[column] = min(part, pools[at])
            part -= arcs[column]  # noqa: PLW2901  (what is left of it)
            pools[at] -= arcs[column]


def _share_demands(program: Program, arcs: list[int], wants: list[int], *, limits_rank: bool) -> None:
    demands = program.fit.demands
    in_pool: dict[int, list[int]] = {}
    for at, demand in enumerate(program.wants):
        in_pool.setdefault(program.fit.pool_of[demand], []).append(at)
    supply: dict[int, list[tuple[int, int]]] = {}
    for at, (_, pool, cost) in enumerate(program.arcs):
        if arcs[at]:
            supply.setdefault(pool, []).append((cost, arcs[at]))
    for pool, which in sorted(in_pool.items()):
        if limits_rank:
            groups: dict[int, list[int]] = {}
            for at in which:
                groups.setdefault(demands[program.wants[at]].limit, []).append(at)
            found = {at: part for group in groups.values() for at, part in _even(program, group, wants)}
        else:
            found = _water(program, which, supply.get(pool, []))
        if all(_in_lot(part, demands[program.wants[at]].lot) for at, part in found.items()):
            for at, part in found.items():
                wants[at] = part


def _even(program: Program, group: list[int], wants: list[int]) -> list[tuple[int, int]]:
    sizes = [program.fit.demands[program.wants[at]].quantity for at in group]
    return list(zip(group, pro_rata(sum(wants[at] for at in group), sizes), strict=True))


def _water(program: Program, which: list[int], supply: list[tuple[int, int]]) -> dict[int, int]:
    """Shares of a pool that are as even as limits allow: the lowest limits get less only where offers at their cost run out.

    With limits in ascending order, the first buyers together get at most what costs no more than the limit of the last of
    them. Of these bounds the one that is tightest by quantity is met evenly, and the rest is shared after it likewise.
    """
    bids = [program.fit.demands[program.wants[at]] for at in which]
    limits = sorted({each.limit for each in bids})
    groups = [[at for at, bid in zip(which, bids, strict=True) if bid.limit == limit] for limit in limits]
    sizes = [sum(program.fit.demands[program.wants[at]].quantity for at in group) for group in groups]
    reach = [sum(units for cost, units in supply if cost <= limit) for limit in limits]
    total, done, first = reach[-1], 0, 0
    found: dict[int, int] = {}
    while first < len(groups):
        best, at_best, wanted = Fraction(2), first, 0
        for at in range(first, len(groups)):
            wanted += sizes[at]
            ratio = Fraction(min(reach[at], total) - done, wanted)
            if ratio <= best:
                best, at_best = ratio, at
        together = [at for group in groups[first : at_best + 1] for at in group]
        parts = pro_rata(reach[at_best] - done, [program.fit.demands[program.wants[at]].quantity for at in together])
        found |= dict(zip(together, parts, strict=True))
        done, first = reach[at_best], at_best + 1
    return found


def _in_lot(part: int, lot: int) -> bool:
    return part == 0 or part >= lot


def paired(program: Program, arcs: Sequence[int], wants: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Who is matched with whom: offer, demand, units and cost per tonne, in each pool the cheapest with the lowest limit first.

    That order never puts an offer before a buyer who would not pay its cost, and makes few pairs.
    """
    demands = program.fit.demands
    coming: dict[int, list[list[int]]] = {}
    for at, (offer, pool, cost) in enumerate(program.arcs):
        if arcs[at]:
            coming.setdefault(pool, []).append([cost, offer, arcs[at]])
    drawing: dict[int, list[list[int]]] = {}
    for at, demand in enumerate(program.wants):
        if wants[at]:
            drawing.setdefault(program.fit.pool_of[demand], []).append([demands[demand].limit, demand, wants[at]])
    pairs = []
    for pool in sorted(drawing):
        offers, buyers = sorted(coming.get(pool, []), reverse=True), sorted(drawing[pool], reverse=True)
        while offers and buyers:
            units = min(offers[-1][2], buyers[-1][2])
            pairs.append((offers[-1][1], buyers[-1][1], units, offers[-1][0]))
            for side in (offers, buyers):
                side[-1][2] -= units
                if not side[-1][2]:
                    side.pop()
    return pairs

"""Two double auctions over a round, in markets where one good has one price: uniform price, and McAfee's trade reduction.

Uniform price: the match of greatest worth at one price a market, in the middle of the interval in which no bid wants another outcome:
from the dearest cost that trades (or the highest limit left unserved) to the lowest limit that trades (or the cheapest cost left unsold).
Trade reduction (McAfee 1992; for bids of many units Huang, Scheller-Wolf and Sycara 2002): the bids at the margin do not trade unless
the bids beyond them give a price between theirs; so no price that anybody pays is his own, and a true price is each one's best bid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from orepact.errors import BadInput, NotSolved, Problem
from orepact.planning.matching.clear import Cleared, Pair
from orepact.planning.matching.fit import Fit, Pool
from orepact.planning.matching.sharing import pro_rata


@dataclass(frozen=True)
class Price:
    """The price of one market, per tonne of content delivered, in hundredths.

    Attributes:
        market: Mineral and stage with the demands in it.
        demands: Ids of the demands of the market.
        paid: What buyers pay.
        received: What suppliers receive; less than is paid only under McAfee's rule.
        low: Lower end of the interval.
        high: Upper end.
        clears: Whether the interval leaves no bid wanting another outcome; a cap or lots may keep bids out that would trade at
            the price, and then the interval is the one in which nobody loses.
        quantity: Units traded.
    """

    market: str
    demands: tuple[str, ...]
    paid: Fraction
    received: Fraction
    low: int
    high: int
    clears: bool
    quantity: int


def check_markets(found: Fit) -> None:
    """Refuse a round in which one good has several prices: an offer that fits demands which not all the same offers fit."""
    at: dict[int, int] = {}
    problems = []
    for number, pool in enumerate(found.pools):
        for offer in pool.offers:
            if at.setdefault(offer, number) != number:
                one, other = (found.demands[found.pools[each].demands[0]].id for each in (at[offer], number))
                wrong = "one price needs one good: the same offers at the same costs of delivery for each demand of a market"
                what = f"{found.offers[offer].id} fits {one} and {other}, which other offers or costs set apart"
                todo = "match by --rule cost, or let the bids of a market ask for one form, window and place"
                problems.append(Problem("rule", wrong, what, todo))
                break
    if problems:
        raise BadInput(problems[0])


def uniform(found: Fit, cleared: Cleared) -> tuple[tuple[Pair, ...], tuple[Price, ...]]:
    """The pairs of a match of greatest worth at one price a market, and the prices."""
    got = cleared.got()
    pairs: list[Pair] = []
    prices: list[Price] = []
    by_demand: dict[str, list[Pair]] = {}
    for pair in cleared.pairs:
        by_demand.setdefault(pair.demand, []).append(pair)
    for pool in found.pools:
        inside = [pair for at in pool.demands for pair in by_demand.get(found.demands[at].id, [])]
        if not inside:
            continue
        price = _price(found, pool, got)
        prices.append(price)
        pairs += [replace(pair, paid=price.paid, received=price.received) for pair in inside]
    return tuple(pairs), tuple(prices)


def _price(found: Fit, pool: Pool, got: dict[str, int]) -> Price:
    demands = [found.demands[at] for at in pool.demands]
    offers = [(found.offers[at], cost) for at, cost in zip(pool.offers, pool.costs, strict=True)]
    sold = [cost for offer, cost in offers if got.get(offer.id)]
    bought = [each.limit for each in demands if got.get(each.id)]
    low, high = max(sold), min(bought)
    if low > high:
        wrong = "no one price clears the market under the cap and the lots"
        what = f"a cost of {low / 100:g} and a limit of {high / 100:g} that both trade"
        raise NotSolved(Problem(_named(found, pool), wrong, what, "match by --rule cost, or without the cap"))
    unserved = [each.limit for each in demands if got.get(each.id, 0) < each.quantity]
    unsold = [cost for offer, cost in offers if got.get(offer.id, 0) < offer.capacity]
    tight = max([low, *unserved]), min([high, *unsold])
    clears = tight[0] <= tight[1]
    low, high = tight if clears else (low, high)
    middle = Fraction(low + high, 2)
    units = sum(got.get(each.id, 0) for each in demands)
    return Price(
        _named(found, pool),
        tuple(each.id for each in demands),
        middle,
        middle,
        low,
        high,
        clears=clears,
        quantity=units,
    )


def _named(found: Fit, pool: Pool) -> str:
    demand = found.demands[pool.demands[0]]
    return f"{demand.mineral}, {demand.stage}"


def check_plain(found: Fit) -> None:
    """McAfee's rule knows neither lots nor a cap: refuse them, for with them a true price need not be the best bid."""
    problems = []
    if found.round.cap is not None:
        what = f"a cap of {float(100 * found.round.cap):g}\u2009%"
        problems.append(Problem("rule", "McAfee's rule keeps no diversity cap", what, "give --no-cap, or another rule"))
    lots = [each.id for each in found.demands if each.lot] + [each.id for each in found.offers if each.lot]
    if lots:
        problems.append(Problem("rule", "McAfee's rule keeps no minimum lots", ", ".join(lots[:5]), "leave out lot"))
    if problems:
        raise BadInput(problems)


def reduced(found: Fit) -> tuple[tuple[Pair, ...], tuple[Price, ...]]:
    """Pairs and prices by McAfee's rule."""
    pairs: list[Pair] = []
    prices: list[Price] = []
    for pool in found.pools:
        traded, price = _reduced(found, pool)
        pairs += traded
        prices += [price] if price else []
    return tuple(pairs), tuple(prices)


@dataclass
class _Side:
    """One side of a market from the best bid on: id, price, quantity."""

    bids: list[tuple[str, int, int]]

    def units(self, before: int) -> int:
        return sum(units for _, _, units in self.bids[:before])

    def margin(self, total: int) -> int:
        """Place of the bid at which the units reach a total."""
        done = 0
        for at, (_, _, units) in enumerate(self.bids):
            done += units
            if done >= total:
                return at
        return len(self.bids) - 1


def _reduced(found: Fit, pool: Pool) -> tuple[list[Pair], Price | None]:
    demands = [found.demands[at] for at in pool.demands]
    buy = _Side(
        sorted(((each.id, each.limit, each.quantity) for each in demands), key=lambda each: (-each[1], each[0]))
    )
    offers = [(found.offers[at], cost) for at, cost in zip(pool.offers, pool.costs, strict=True)]
    sell = _Side(sorted(((each.id, cost, each.capacity) for each, cost in offers), key=lambda each: (each[1], each[0])))
    total = _efficient(buy, sell)
    if not total:
        return [], None
    last_buyer, last_seller = buy.margin(total), sell.margin(total)
    limit, cost = buy.bids[last_buyer][1], sell.bids[last_seller][1]
    middle = _beyond(buy, sell, last_buyer, last_seller, total)
    if middle is not None and cost <= middle <= limit:
        buyers, sellers, paid, received = last_buyer + 1, last_seller + 1, middle, middle
    else:
        buyers, sellers, paid, received = last_buyer, last_seller, Fraction(limit), Fraction(cost)
    units = min(buy.units(buyers), sell.units(sellers))
    pairs = _pairs(buy.bids[:buyers], sell.bids[:sellers], units, paid, received)
    ids = tuple(each.id for each in demands)
    return pairs, Price(_named(found, pool), ids, paid, received, cost, limit, clears=paid == received, quantity=units)


def _efficient(buy: _Side, sell: _Side) -> int:
    """Units that trade where every unit has a limit of at least its cost."""
    best = 0
    for at, (_, limit, _) in enumerate(buy.bids):
        supply = sum(units for _, cost, units in sell.bids if cost <= limit)
        best = max(best, min(buy.units(at + 1), supply))
    return best


def _beyond(buy: _Side, sell: _Side, buyer: int, seller: int, total: int) -> Fraction | None:
    """The middle of the first bids that do not trade; None where a bid trades in part or there is none beyond."""
    whole = buy.units(buyer + 1) == total == sell.units(seller + 1)
    if not whole or buyer + 1 >= len(buy.bids) or seller + 1 >= len(sell.bids):
        return None
    return Fraction(buy.bids[buyer + 1][1] + sell.bids[seller + 1][1], 2)


def _pairs(
    buyers: list[tuple[str, int, int]],
    sellers: list[tuple[str, int, int]],
    units: int,
    paid: Fraction,
    received: Fraction,
) -> list[Pair]:
    """Each side shares what trades pro rata to its quantities."""
    got, sold = pro_rata(units, _sizes(buyers)), pro_rata(units, _sizes(sellers))
    pairs = []
    buyer = seller = 0
    while buyer < len(got) and seller < len(sold):
        part = min(got[buyer], sold[seller])
        if part:
            name, cost, _ = sellers[seller]
            pairs.append(Pair(name, buyers[buyer][0], part, cost, paid, received))
        got[buyer] -= part
        sold[seller] -= part
        buyer, seller = buyer + (not got[buyer]), seller + (not sold[seller])
    return pairs


def _sizes(side: list[tuple[str, int, int]]) -> list[int]:
    return [each[2] for each in side]

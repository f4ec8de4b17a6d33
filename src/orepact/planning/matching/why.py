"""Why a bid was not matched, or not wholly, and the fewest changes that would have helped, where they are easily told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orepact.planning.matching.auction import Price
from orepact.planning.matching.clear import Cleared
from orepact.planning.matching.fit import Fit, Pool, unfitting
from orepact.planning.matching.round import Demand, Offer

REASONS = (
    "matched",
    "excluded",
    "shut out",
    "no fit",
    "priced out",
    "cap",
    "minimum lot",
    "trade reduction",
    "capacity gone",
    "demand gone",
)


@dataclass(frozen=True)
class Outcome:
    """What came of a bid.

    Attributes:
        id: The bid.
        side: demand or offer.
        party: Buyer or supplier.
        quantity: What it was for.
        matched: Units matched.
        reason: One of ``REASONS`` for what is not matched; "matched" where all is.
        why: The reason in words.
        change: What would have helped; empty where it is not easily told.
    """

    id: str
    side: str
    party: str
    quantity: int
    matched: int
    reason: str
    why: str
    change: str = ""


def outcomes(found: Fit, made: Cleared, prices: tuple[Price, ...], free: Cleared | None) -> tuple[Outcome, ...]:
    """The outcome of every bid, demands first, each in the order of ids."""
    told = _Told(found, made, prices, free)
    return (
        *(told.of_demand(at, each) for at, each in enumerate(found.demands)),
        *map(told.of_offer, range(len(found.offers))),
    )


class _Told:
    """Finds reasons in one match."""

    def __init__(self, found: Fit, made: Cleared, prices: tuple[Price, ...], free: Cleared | None) -> None:
        self.fit, self.got, self.free = found, made.got(), {} if free is None else free.got()
        self.reduced = {bid for price in prices if price.paid != price.received for bid in price.demands}
        self.by_worth = made.certificates[0].objective == "worth"
        self.pools_of: dict[int, list[Pool]] = {}
        for pool in found.pools:
            for offer in pool.offers:
                self.pools_of.setdefault(offer, []).append(pool)
        self.served = {
            id(pool): [found.demands[at].limit for at in pool.demands if self.got.get(found.demands[at].id)]
            for pool in found.pools
        }

    def of_demand(self, at: int, bid: Demand) -> Outcome:
        """The outcome of a demand."""
        got = self.got.get(bid.id, 0)
        reason, why, change = (
            ("matched", "all of it is matched", "") if got == bid.quantity else self._of_demand(at, bid, got)
        )
        return Outcome(bid.id, "demand", bid.buyer, bid.quantity, got, reason, why, change)

    def _of_demand(self, at: int, bid: Demand, got: int) -> tuple[str, str, str]:  # noqa: PLR0911  (one for each reason)
        if bid.id in self.fit.excluded:
            return "excluded", self.fit.excluded[bid.id], ""
        pool = self.fit.pools[self.fit.pool_of[at]]
        if not pool.offers:
            return self._nearest(bid)
        if bid.limit < pool.costs[0]:
            short = pool.costs[0] - bid.limit
            why = f"the cheapest offer that fits costs {_money(pool.costs[0])} delivered, the limit is {_money(bid.limit)}"
            return "priced out", why, f"raise the limit by {_money(short)} per tonne"
        if self.free.get(bid.id, 0) > got:
            return (
                "cap",
                f"without the cap {self.free[bid.id]} would be matched, not {got}",
                "an offer from another country",
            )
        if bid.id in self.reduced:
            return "trade reduction", "the rule leaves out the bids at the margin", ""
        unsold = self._unsold(pool, bid.limit)
        if unsold:
            return self._held_back(bid.lot if not got else 0, unsold)
        reach = sum(cost <= bid.limit for cost in pool.costs)
        why = f"the offers that fit at its limit ({reach}) are matched with others" + (
            " that share alike" if got else ""
        )
        return "capacity gone", why, self._dearer(pool, bid)

    def _dearer(self, pool: Pool, bid: Demand) -> str:
        """The next offer beyond the limit that still has units, or under a rule by worth the limit of the last served."""
        for at, cost in zip(pool.offers, pool.costs, strict=True):
            offer = self.fit.offers[at]
            if cost > bid.limit and self.got.get(offer.id, 0) < offer.capacity:
                return f"raise the limit by {_money(cost - bid.limit)} per tonne, which reaches {offer.id}"
        least = min(self.served[id(pool)], default=bid.limit)
        if self.by_worth and least > bid.limit:
            return f"raise the limit above {_money(least)} per tonne, the lowest that was served"
        return ""

    def _unsold(self, pool: Pool, limit: int) -> list[Offer]:
        """The offers of a pool within a limit that still have units."""
        offers = [self.fit.offers[at] for at, cost in zip(pool.offers, pool.costs, strict=True) if cost <= limit]
        return [each for each in offers if self.got.get(each.id, 0) < each.capacity]

    def _open(self, pool: Pool, cost: int) -> list[Demand]:
        """The demands of a pool that would pay a cost and still want units."""
        demands = [self.fit.demands[at] for at in pool.demands]
        return [each for each in demands if each.limit >= cost and self.got.get(each.id, 0) < each.quantity]

    def _held_back(self, lot: int, others: Sequence[Offer | Demand], origin: str | None = None) -> tuple[str, str, str]:
        """What keeps a bid from others that have room: its own lot, theirs, or the cap. origin: that of an offer."""
        if lot:
            return (
                "minimum lot",
                f"what is left is less than its lot of {lot}, or serves more without it",
                "lower the lot",
            )
        lots = [each for each in others if each.lot and not self.got.get(each.id)]
        countries = (
            [origin] if origin else [each.origin for each in others if isinstance(each, Offer) and each not in lots]
        )
        if self.fit.round.cap is not None and any(self.fit.round.third(each) for each in countries):
            return "cap", "the cap lets no more of a third country through", "more from other countries"
        if lots:
            least = min(lots, key=lambda each: (each.lot, each.id))
            return (
                "minimum lot",
                f"the lot of {least.id}, {least.lot}, is larger than what is left for it",
                "wait for a smaller lot",
            )
        if any(each.lot for each in self.fit.demands) or any(each.lot for each in self.fit.offers):
            return "minimum lot", "what is left would break a lot of another bid", ""
        return "priced out", "limit and cost are the same, so that nobody gains by it", ""

    def _nearest(self, bid: Demand) -> tuple[str, str, str]:
        near = [each for each in self.fit.offers if (each.mineral, each.stage) == (bid.mineral, bid.stage)]
        shut = [each for each in near if each.id in self.fit.excluded]
        near = [each for each in near if each.id not in self.fit.excluded]
        if any(not unfitting(bid, each) for each in shut):
            return (
                "shut out",
                "the offers that fit are shut out by sanctions or by who owns them",
                "wait for another round",
            )
        if not near:
            return "no fit", self._none("offer", bid, shut), "wait for another round"
        return _fewest([(each.id, unfitting(bid, each)) for each in near])

    @staticmethod
    def _none(side: str, bid: Demand | Offer, shut: Sequence[Demand | Offer]) -> str:
        """That the other side has nothing of a form, or nothing that may trade."""
        may = " that may trade" if shut else ""
        return f"there is no {side} of {bid.mineral}, {bid.stage},{may}".removesuffix(",")

    def of_offer(self, at: int) -> Outcome:
        """The outcome of an offer."""
        bid = self.fit.offers[at]
        got = self.got.get(bid.id, 0)
        reason, why, change = (
            ("matched", "all of it is matched", "") if got == bid.capacity else self._of_offer(at, bid, got)
        )
        return Outcome(bid.id, "offer", bid.supplier, bid.capacity, got, reason, why, change)

    def _of_offer(self, at: int, bid: Offer, got: int) -> tuple[str, str, str]:  # noqa: PLR0911  (one for each reason)
        if bid.id in self.fit.excluded:
            return "excluded", self.fit.excluded[bid.id], ""
        pools = self.pools_of.get(at, [])
        if not pools:
            return self._nearest_demand(bid)
        gaps = [
            pool.costs[pool.offers.index(at)] - self.fit.demands[each].limit for pool in pools for each in pool.demands
        ]
        if min(gaps) > 0:
            why = f"it costs {_money(min(gaps))} per tonne more, delivered, than any buyer whom it fits would pay"
            return "priced out", why, f"lower the reserve price by {_money(min(gaps))} per tonne"
        if self.free.get(bid.id, 0) > got:
            return (
                "cap",
                f"without the cap {self.free[bid.id]} would be matched, not {got}",
                "an origin in another country",
            )
        if any(self.fit.demands[each].id in self.reduced for pool in pools for each in pool.demands):
            return "trade reduction", "the rule leaves out the bids at the margin", ""
        wanting = [each for pool in pools for each in self._open(pool, pool.costs[pool.offers.index(at)])]
        if wanting:
            return self._held_back(bid.lot if not got else 0, wanting, bid.origin)
        return "demand gone", "the demands that it fits are matched with offers that cost no more, or share alike", ""

    def _nearest_demand(self, bid: Offer) -> tuple[str, str, str]:
        near = [each for each in self.fit.demands if (each.mineral, each.stage) == (bid.mineral, bid.stage)]
        shut = [each for each in near if each.id in self.fit.excluded]
        near = [each for each in near if each.id not in self.fit.excluded]
        if any(not unfitting(each, bid) for each in shut):
            return "shut out", "the demands that it fits are shut out by sanctions", "wait for another round"
        if not near:
            return "no fit", self._none("demand", bid, shut), "wait for another round"
        return _fewest([(each.id, unfitting(each, bid)) for each in near])


def _fewest(near: list[tuple[str, list[str]]]) -> tuple[str, str, str]:
    """The bid on the other side with the fewest conditions in the way; of several the first by id."""
    name, wrong = min(near, key=lambda each: (len(each[1]), each[0]))
    return (
        "no fit",
        f"nearest is {name}: {'; '.join(wrong)}",
        f"change {' and '.join(each.split(':')[0] for each in wrong)}",
    )


def _money(hundredths: int) -> str:
    return f"{hundredths / 100:,.2f}".removesuffix(".00").replace(",", "\u2009")

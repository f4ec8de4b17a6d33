"""A round as a linear program over a network, with whole numbers where lots and the cap ask for them.

Columns: flow of an offer into a pool (``arcs``); flow up the ladder of a pool, whose rungs are the buyers' limits, so that a buyer is
only ever served from offers that cost no more than he pays (``ladder``); what a demand gets (``wants``); what is taken of each country
of origin and mineral (``totals``); and, for bids with a minimum lot, whether they trade (``opens``). Rows: balance of every rung,
definition of the totals, capacities, cap, lots. With totals and openings fixed what is left is a network with whole bounds, whose
corners are whole: so few columns have to be whole, and every solution is made exact.

HiGHS is reached through scipy, which is a dependency already and gives duals for the certificate; nothing here needs its warm starts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from orepact.planning.matching.fit import Fit


@dataclass(frozen=True)
class Total:
    """What is matched of a mineral from one country; every country of one's own together is None."""

    mineral: str
    country: str | None


@dataclass
class Rows:
    """Rows of a table under construction: entries, and the right side of each row."""

    entries: list[tuple[int, int, int]] = field(default_factory=list)
    right: list[int] = field(default_factory=list)

    def add(self, entries: list[tuple[int, int]], right: int) -> int:
        """Add a row of (column, value) and return its number."""
        at = len(self.right)
        self.entries += [(at, column, value) for column, value in entries]
        self.right.append(right)
        return at

    def table(self, columns: int) -> sparse.csr_array:
        """The rows as a sparse table."""
        if not self.entries:
            return sparse.csr_array((len(self.right), columns))
        row, column, value = (np.array(part) for part in zip(*self.entries, strict=True))
        return sparse.csr_array((value.astype(float), (row, column)), shape=(len(self.right), columns))


@dataclass(frozen=True)
class Program:
    """The program of a round, in whole numbers.

    Attributes:
        fit: The bids.
        arcs: Offer, pool and cost of each arc; its column is its place.
        wants: Demand of each column from ``at_wants`` on.
        at_wants: Where they begin.
        totals: Totals of the columns from ``at_totals`` on.
        at_totals: Where they begin.
        opens: Bids with a minimum lot, ("demand" or "offer", index), from ``at_opens`` on.
        at_opens: Where they begin.
        upper: Largest value of every column; the least is 0.
        equal: Rows that hold with equality: table, right side.
        under: Rows that hold up to the right side.
        caps: Row of ``under`` for the cap on a country, by mineral (None for the round) and country.
        lots: Rows of ``under`` of the lot of each opening.
        tied: Per demand of a pool, how many of its offers cost no more than the limit: demands alike in it have the same rung.
    """

    fit: Fit
    arcs: tuple[tuple[int, int, int], ...]
    wants: tuple[int, ...]
    at_wants: int
    totals: tuple[Total, ...]
    at_totals: int
    opens: tuple[tuple[str, int], ...]
    at_opens: int
    upper: np.ndarray
    equal: tuple[sparse.csr_array, list[int]]
    under: tuple[sparse.csr_array, list[int]]
    caps: dict[tuple[str | None, str], int]
    lots: tuple[tuple[int, ...], ...]

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.upper)

    def costs(self) -> np.ndarray:
        """What each column costs: hundredths per tonne on arcs."""
        found = np.zeros(self.columns)
        found[: len(self.arcs)] = [cost for _, _, cost in self.arcs]
        return found

    def quantity(self) -> np.ndarray:
        """One for each unit matched: of what demands get."""
        found = np.zeros(self.columns)
        found[self.at_wants : self.at_totals] = 1
        return found

    def limits(self) -> np.ndarray:
        """What buyers would pay at most for each unit they get: hundredths per tonne."""
        found = np.zeros(self.columns)
        found[self.at_wants : self.at_totals] = [self.fit.demands[each].limit for each in self.wants]
        return found


def program(found: Fit) -> Program:
    """The program of a round under its cap."""
    return _Builder(found).program()


class _Builder:
    """Collects columns, then rows."""

    def __init__(self, found: Fit) -> None:
        self.fit, self.equal, self.under = found, Rows(), Rows()
        self.arcs: list[tuple[int, int, int]] = []
        self.wants: list[int] = []
        self.rungs: list[tuple[list[int], list[int]]] = []
        self.ladder: list[tuple[int, int]] = []
        self.bounds: list[int] = []
        for at, pool in enumerate(found.pools):
            self._rungs(at, np.array(pool.costs, dtype=np.int64), pool.offers, pool.demands)

    def _rungs(self, at: int, costs: np.ndarray, offers: tuple[int, ...], demands: tuple[int, ...]) -> None:
        """The rungs of a pool from the lowest limit up: which arcs come in, which demands draw; those priced out are on none."""
        reach = np.searchsorted(costs, [self.fit.demands[each].limit for each in demands], side="right")
        below = 0
        for number in sorted(set(reach.tolist()) - {0}):
            arcs = list(range(len(self.arcs), len(self.arcs) + number - below))
            self.arcs += [(offers[each], at, int(costs[each])) for each in range(below, number)]
            drawing = [each for each, reached in zip(demands, reach.tolist(), strict=True) if reached == number]
            if below:
                self.ladder.append((len(self.rungs) - 1, len(self.rungs)))
            self.rungs.append((arcs, list(range(len(self.wants), len(self.wants) + len(drawing)))))
            self.wants += drawing
            below = number

    def program(self) -> Program:
        """All columns and rows."""
        found, arcs = self.fit, len(self.arcs)
        at_wants = arcs + len(self.ladder)
        at_totals = at_wants + len(self.wants)
        wanted = [found.demands[each].quantity for each in self.wants]
        upper = [found.offers[offer].capacity for offer, _, _ in self.arcs] + [sum(wanted)] * len(self.ladder) + wanted
        of_total: dict[Total, list[int]] = {}
        of_offer: dict[int, list[int]] = {}
        for at, (offer, _, _) in enumerate(self.arcs):
            bid = found.offers[offer]
            of_offer.setdefault(offer, []).append(at)
            of_total.setdefault(Total(bid.mineral, bid.origin if found.round.third(bid.origin) else None), []).append(
                at
            )
        totals = sorted(of_total, key=lambda each: (each.mineral, each.country or ""))
        upper += [sum(upper[at] for at in of_total[each]) for each in totals]
        at_opens = at_totals + len(totals)
        opens = [("demand", each) for each in self.wants if found.demands[each].lot]
        opens += [("offer", each) for each in of_offer if found.offers[each].lot]
        upper += [1] * len(opens)
        self._balance(arcs, at_wants)
        for number, each in enumerate(totals):
            self.equal.add([*((at, 1) for at in of_total[each]), (at_totals + number, -1)], 0)
        for offer, which in of_offer.items():
            if len(which) > 1:
                self.under.add([(at, 1) for at in which], found.offers[offer].capacity)
        caps = self._caps(totals, at_totals)
        columns_of = {("demand", each): [at_wants + at] for at, each in enumerate(self.wants)}
        columns_of |= {("offer", each): which for each, which in of_offer.items()}
        lots = tuple(self._lot(each, columns_of[each], at_opens + at) for at, each in enumerate(opens))
        size = len(upper)
        return Program(
            found, tuple(self.arcs), tuple(self.wants), at_wants, tuple(totals), at_totals, tuple(opens), at_opens,
            np.array(upper, dtype=float), (self.equal.table(size), self.equal.right), (self.under.table(size), self.under.right),
            caps, lots,
        )  # fmt: skip

    def _balance(self, arcs: int, at_wants: int) -> None:
        up: dict[int, list[tuple[int, int]]] = {}
        for at, (lower, higher) in enumerate(self.ladder):
            up.setdefault(lower, []).append((arcs + at, -1))
            up.setdefault(higher, []).append((arcs + at, 1))
        for at, (coming, drawing) in enumerate(self.rungs):
            self.equal.add(
                [*((each, 1) for each in coming), *up.get(at, []), *((at_wants + each, -1) for each in drawing)], 0
            )

    def _caps(self, totals: list[Total], at: int) -> dict[tuple[str | None, str], int]:
        """The cap on each third country, in each mineral and in the round, in whole coefficients."""
        share = self.fit.round.cap
        if share is None:
            return {}
        rows: dict[tuple[str | None, str], int] = {}
        minerals = sorted({each.mineral for each in totals})
        for mineral in [*minerals, *([None] if len(minerals) > 1 else [])]:
            inside = [(at + number, each) for number, each in enumerate(totals) if mineral in {None, each.mineral}]
            for country in sorted({each.country for _, each in inside if each.country}):
                entries = [
                    (column, (share.denominator if each.country == country else 0) - share.numerator)
                    for column, each in inside
                ]
                rows[mineral, country] = self.under.add(entries, 0)
        return rows

    def _lot(self, bid: tuple[str, int], columns: list[int], opening: int) -> tuple[int, ...]:
        """The lot of a bid: nothing while it is not open, from the lot to the most while it is."""
        kind, at = bid
        demand, offer = (self.fit.demands[at], None) if kind == "demand" else (None, self.fit.offers[at])
        most = demand.quantity if demand else offer.capacity if offer else 0
        lot = demand.lot if demand else offer.lot if offer else 0
        return (
            self.under.add([*((each, 1) for each in columns), (opening, -most)], 0),
            self.under.add([*((each, -1) for each in columns), (opening, lot)], 0),
        )

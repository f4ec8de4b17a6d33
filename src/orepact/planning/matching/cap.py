"""What the diversity cap costs: its shadow price, and the difference that a match without it makes, side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace

from orepact.planning.matching.clear import Cleared, clear
from orepact.planning.matching.fit import Fit

NOTHING = 1e-6
"""Shadow prices a point up to this are none."""


@dataclass(frozen=True)
class Binding:
    """A cap that binds.

    Attributes:
        mineral: None for the cap on the round.
        country: The third country.
        units_per_point: Units more that would be matched per percentage point of the cap, by the dual of the largest match; None
            under a rule by worth.
        worth_per_point: Hundredths of money more that limits less costs would come to per point, by the dual of the greatest worth.
    """

    mineral: str | None
    country: str
    units_per_point: float | None
    worth_per_point: float


@dataclass(frozen=True)
class CapCost:
    """What a cap costs.

    Attributes:
        bindings: Caps whose shadow price is not zero.
        quantity: Units that would be matched without the cap, less those matched.
        cost: The same of the indicative cost, hundredths per tonne times units.
        worth_with: Greatest worth under the cap, minimum lots aside (limits less costs, hundredths per tonne times units).
        worth_without: The same without it.
        more: Units more that each bid would have without the cap, by its id; only those with more.
        less: Units less, likewise.
    """

    bindings: tuple[Binding, ...]
    quantity: int
    cost: int
    worth_with: int
    worth_without: int
    more: dict[str, int]
    less: dict[str, int]


def cap_cost(found: Fit, made: Cleared, free: Cleared) -> CapCost:
    """Compare a match with that without the cap, and read the duals."""
    by_quantity = made.certificates[0].objective == "quantity"
    plain = _without_lots(found)
    loose = clear(without_cap(plain), by_worth=True, like=free if plain is found else None)
    worth = clear(plain, by_worth=True, free=loose, like=made if plain is found else None)
    got, had = made.got(), free.got()
    change = {bid: had.get(bid, 0) - got.get(bid, 0) for bid in sorted({*got, *had})}
    return CapCost(
        _bindings(made if by_quantity else None, worth), free.quantity - made.quantity, free.cost - made.cost,
        worth.certificates[0].value, loose.certificates[0].value,
        {bid: units for bid, units in change.items() if units > 0},
        {bid: -units for bid, units in change.items() if units < 0},
    )  # fmt: skip


def without_cap(found: Fit) -> Fit:
    """The same bids in a round without a cap."""
    return replace(found, round=replace(found.round, cap=None))


def _without_lots(found: Fit) -> Fit:
    """The same bids without their minimum lots, themselves where none has one: only then is a dual a price."""
    if not any([*(each.lot for each in found.demands), *(each.lot for each in found.offers)]):
        return found
    demands = tuple(replace(each, lot=0) for each in found.demands)
    return replace(found, demands=demands, offers=tuple(replace(each, lot=0) for each in found.offers))


def _bindings(most: Cleared | None, worth: Cleared) -> tuple[Binding, ...]:
    """Duals per percentage point: room for a country grows by a hundredth of all that is matched in the scope of the cap."""
    by_units = {} if most is None else _per_point(most)
    by_worth = _per_point(worth)
    return tuple(
        Binding(
            mineral,
            country,
            None if most is None else by_units.get((mineral, country), 0.0),
            by_worth.get((mineral, country), 0.0),
        )
        for mineral, country in sorted({*by_units, *by_worth}, key=lambda each: (each[0] or "", each[1]))
    )


def _per_point(cleared: Cleared) -> dict[tuple[str | None, str], float]:
    """What a percentage point of each cap gives that gives anything: rows count in parts of the share's denominator."""
    share = cleared.fit.round.cap
    of = {each.id: each.mineral for each in cleared.fit.offers}
    units: dict[str | None, int] = {}
    for pair in cleared.pairs:
        for scope in (None, of[pair.offer]):
            units[scope] = units.get(scope, 0) + pair.quantity
    found = {}
    for part in cleared.parts:
        for (mineral, country), row in part.program.caps.items():
            gain = -float(part.duals[row]) * (share.denominator if share else 1) * units.get(mineral, 0) / 100
            if gain > NOTHING:
                found[mineral, country] = gain
    return found

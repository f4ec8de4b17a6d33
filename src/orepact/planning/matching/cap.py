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
        worth_with: Greatest worth under the cap (limits less costs, hundredths per tonne times units).
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
    worth = clear(found, by_worth=True) if by_quantity else made
    loose = clear(replace(found, round=replace(found.round, cap=None)), by_worth=True) if by_quantity else free
    got, had = made.got(), free.got()
    change = {bid: had.get(bid, 0) - got.get(bid, 0) for bid in sorted({*got, *had})}
    return CapCost(
        _bindings(made if by_quantity else None, worth), free.quantity - made.quantity, free.cost - made.cost,
        worth.certificates[0].value, loose.certificates[0].value,
        {bid: units for bid, units in change.items() if units > 0},
        {bid: -units for bid, units in change.items() if units < 0},
    )  # fmt: skip


def _bindings(most: Cleared | None, worth: Cleared) -> tuple[Binding, ...]:
    """Duals per percentage point: room for a country grows by a hundredth of all that is matched in the scope of the cap."""
    share = worth.program.fit.round.cap
    found = []
    for key, row in worth.program.caps.items():
        mineral, country = key
        by_worth = -float(worth.duals[row]) * _point(worth, mineral, share.denominator if share else 1)
        by_units = -float(most.duals[row]) * _point(most, mineral, share.denominator if share else 1) if most else None
        if by_worth > NOTHING or (by_units or 0.0) > NOTHING:
            found.append(Binding(mineral, country, by_units, by_worth))
    return tuple(found)


def _point(cleared: Cleared, mineral: str | None, denominator: int) -> float:
    """Right side that one percentage point of the cap adds to a row: the row counts in parts of the share's denominator."""
    of = {each.id: each.mineral for each in cleared.program.fit.offers}
    units = sum(each.quantity for each in cleared.pairs if mineral in {None, of[each.offer]})
    return denominator * units / 100

"""A match in JSON terms: quantities in the round's unit, prices per tonne, money in the round's currency."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from orepact.planning.matching.origins import mined

if TYPE_CHECKING:
    from orepact.planning.matching.matching import Matching


def record(found: Matching) -> dict[str, Any]:
    """Everything that a match says."""
    given, per = found.fit.round, found.fit.round.per_tonne

    def rate(value: Fraction | int) -> float:
        return float(Fraction(value) / 100)

    def amount(value: Fraction | int) -> float:
        return float(Fraction(value) / (100 * per))

    return {
        "round": given.name,
        "invented": given.invented,
        "rule": found.rule,
        "currency": given.currency,
        "unit": given.unit,
        "cap": None if given.cap is None else float(given.cap),
        "kpis": kpis(found),
        "money": {
            "cost": amount(sum(each.quantity * each.cost for each in found.pairs)),
            "paid": amount(sum(each.quantity * each.paid for each in found.pairs)),
            "received": amount(sum(each.quantity * each.received for each in found.pairs)),
            "worth": amount(found.worth),
            "worth_lost": amount(found.worth_lost),
        },
        "pairs": [
            {**vars(each), "cost": rate(each.cost), "paid": rate(each.paid), "received": rate(each.received)} for each in found.pairs
        ],
        "prices": [
            {
                **vars(each), "demands": list(each.demands), "paid": rate(each.paid), "received": rate(each.received),
                "low": rate(each.low), "high": rate(each.high),
            }
            for each in found.prices
        ],
        "origins": [{**vars(each), "share": float(each.share)} for each in found.origins],
        "mined_in": _mined(found),
        "outcomes": [vars(each) for each in found.outcomes],
        "diversity_cap": _cap(found),
        "certificates": [{**vars(each), "dual": float(each.dual), "bound": float(each.bound)} for each in found.certificates],
        "checked": True,
    }  # fmt: skip


def kpis(found: Matching) -> dict[str, Any]:
    """The funnel: what was wanted, offered and matched, and the part of small firms; None where a file does not say who is small."""
    demands = found.fit.demands
    wanted, offered = sum(each.quantity for each in demands), sum(each.capacity for each in found.fit.offers)
    got: dict[str, int] = {}
    for pair in found.pairs:
        got[pair.demand] = got.get(pair.demand, 0) + pair.quantity
    told = all(each.small is not None for each in demands)
    small = sum(each.quantity for each in demands if each.small)
    small_got = sum(got.get(each.id, 0) for each in demands if each.small)
    return {
        "demand": wanted,
        "offers": offered,
        "matched": found.quantity,
        "offers_per_demand": offered / wanted,
        "matched_per_demand": found.quantity / wanted,
        "buyers": len({each.buyer for each in demands}),
        "suppliers": len({each.supplier for each in found.fit.offers}),
        "demands_matched": len(got),
        "small_share_of_demand": small / wanted if told else None,
        "small_share_of_matched": small_got / found.quantity if told and found.quantity else None,
    }


def _mined(found: Matching) -> dict[str, Any]:
    units, untold = mined(found.fit, found.pairs)
    return {"quantity": {country: float(each) for country, each in units.items()}, "untold": untold}


def _cap(found: Matching) -> dict[str, Any] | None:
    cap, per = found.cap, found.fit.round.per_tonne
    if cap is None:
        return None
    money = 100 * per
    return {
        "binds": bool(cap.bindings or cap.more),
        "shadow_prices": [
            {
                "mineral": each.mineral, "country": each.country, "quantity_per_point": each.units_per_point,
                "money_per_point": each.worth_per_point / money,
            }
            for each in cap.bindings
        ],
        "without": {
            "quantity": cap.quantity, "cost": cap.cost / money, "worth_with_cap": cap.worth_with / money,
            "worth_without_cap": cap.worth_without / money, "worth_lost": (cap.worth_without - cap.worth_with) / money,
            "more": cap.more, "less": cap.less,
        },
    }  # fmt: skip

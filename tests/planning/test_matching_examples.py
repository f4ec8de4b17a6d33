"""Matching of demand rounds against examples worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from orepact.errors import BadInput
from orepact.planning.matching import Demand, Matching, Offer, Round, match, parse_round, read_round
from orepact.planning.matching import matching as engine

SHIPPED = Path(engine.__file__).with_name("demonstration.yaml")


def demand(name: str, quantity: int, limit: int, **more: Any) -> Demand:
    """A plain demand; limit in whole money per tonne."""
    plain: dict[str, Any] = {
        "id": name, "buyer": f"buyer {name}", "mineral": "gallium", "stage": "refined", "grade": 0, "impurities": (),
        "quantity": quantity, "limit": 100 * limit, "places": ("P",), "first": 10, "last": 20,
    }  # fmt: skip
    return Demand(**{**plain, **more})


def offer(name: str, capacity: int, reserve: int, origin: str = "DEU", **more: Any) -> Offer:
    """A plain offer that is delivered for nothing."""
    plain: dict[str, Any] = {
        "id": name, "supplier": f"supplier {name}", "mineral": "gallium", "stage": "refined", "grade": 0, "impurities": (),
        "capacity": capacity, "reserve": 100 * reserve, "delivered": (("P", 0),), "first": 10, "last": 20, "origin": origin,
    }  # fmt: skip
    return Offer(**{**plain, **more})


def a_round(demands: list[Demand], offers: list[Offer], **more: Any) -> Round:
    """A round in kilograms and USD with the EU's Germany and France as its own."""
    rules: dict[str, Any] = {"name": "test", "currency": "USD", "unit": "kg", "own": frozenset({"DEU", "FRA"})}
    return Round(demands=tuple(demands), offers=tuple(offers), **{**rules, **more})


def got(found: Matching) -> dict[str, int]:
    return {each.id: each.matched for each in found.outcomes}


def reasons(found: Matching) -> dict[str, str]:
    return {each.id: each.reason for each in found.outcomes}


def test_the_shipped_round() -> None:
    """The cap lets China have 13/7 of the 4,000 kg of others: 7,428 kg; so 11,428 of 13,000 kg that fit are matched."""
    found = match(read_round(SHIPPED))
    assert found.fit.round.invented
    assert (found.quantity, got(found)["S1"]) == (11_428, 7_428)
    assert got(found) | {"S2": 2500, "S3": 1500} == got(found)
    assert found.cap is not None
    assert found.cap.quantity == 13_000 - 11_428
    assert found.cap.less == {"S2": 2500, "S3": 1500}
    assert reasons(found) == {
        "D1": "cap", "D2": "cap", "D3": "matched", "D4": "no fit", "S1": "cap", "S2": "matched", "S3": "matched",
    }  # fmt: skip
    (binding,) = found.cap.bindings
    # Q = 4000 / (1 - s): dQ/ds = 4000 / 0.35^2 a unit of share, a hundredth of that a point.
    assert binding.units_per_point == pytest.approx(4000 / 0.35**2 / 100, rel=1e-4)  # of whole kilograms


def test_most_comes_before_cheapest_and_ties_are_shared_pro_rata() -> None:
    """100 at 10 and 60 at 20 for buyers of 100 and 100: all 160 match, 80 each, for both would pay both."""
    bids = [demand("A", 100, 25), demand("B", 100, 30)], [offer("X", 100, 10), offer("Y", 60, 20)]
    found = match(a_round(*bids))
    assert got(found) == {"A": 80, "B": 80, "X": 100, "Y": 60}
    assert sum(each.quantity * each.cost for each in found.pairs) == 100 * (100 * 10 + 60 * 20)


def test_a_cap_that_lets_nothing_through_is_proved_too() -> None:
    """All is of one third country, so nothing may be matched: worth is 0, and no gap is measured against that."""
    found = match(a_round([demand(name, 1100, 451_037) for name in "ABC"], [offer("S", 3900, 151_111, "CHN")]))
    assert (found.quantity, found.cap is not None) == (0, True)


def test_a_remainder_goes_to_the_largest_fraction() -> None:
    found = match(a_round([demand("A", 50, 25), demand("B", 30, 25), demand("C", 20, 25)], [offer("X", 17, 10)]))
    assert got(found) == {"A": 9, "B": 5, "C": 3, "X": 17}  # 8.5, 5.1, 3.4: the unit left goes to A


def test_a_low_limit_shares_as_far_as_it_reaches() -> None:
    """A pays no more than 12, so it shares only the 30 at 10; evenly it would have 50 of 100."""
    found = match(a_round([demand("A", 100, 12), demand("B", 100, 30)], [offer("X", 30, 10), offer("Y", 70, 20)]))
    assert got(found) == {"A": 30, "B": 70, "X": 30, "Y": 70}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"grade": 1}, "grade"),
        ({"impurities": (("iron", 5),)}, "iron"),
        ({"first": 21, "last": 22}, "window"),
        ({"places": ("Q",)}, "place"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], word: str) -> None:
    found = match(a_round([demand("A", 10, 25, **change)], [offer("X", 10, 10)]))
    assert found.quantity == 0
    assert [each.reason for each in found.outcomes] == ["no fit", "no fit"]
    assert all(word in each.why and each.change == f"change {word}" for each in found.outcomes)


def test_lots_trade_wholly_or_not_at_all() -> None:
    """Of 70, A takes at least 60 and B at least 40: either may trade, not both; A and 10 of nothing else is the most: 70."""
    found = match(a_round([demand("A", 80, 25, lot=60), demand("B", 50, 25, lot=40)], [offer("X", 70, 10)]))
    assert got(found) == {"A": 70, "B": 0, "X": 70}
    assert reasons(found)["B"] != "matched"


def test_uniform_price_lies_in_the_dual_interval() -> None:
    """Limits 30, 25, 12 against costs 10, 20, 28, ten each: two trade; the price is between 20 and 25."""
    bids = (
        [demand("A", 10, 30), demand("B", 10, 25), demand("C", 10, 12)],
        [offer("X", 10, 10), offer("Y", 10, 20), offer("Z", 10, 28)],
    )
    found = match(a_round(*bids, cap=None), rule="uniform")
    assert got(found) == {"A": 10, "B": 10, "C": 0, "X": 10, "Y": 10, "Z": 0}
    (price,) = found.prices
    assert (price.low, price.high, price.paid, price.received, price.clears) == (2000, 2500, 2250, 2250, True)
    assert found.worth == 100 * 10 * (30 + 25 - 10 - 20)


def test_mcafee_trades_all_where_the_bids_beyond_give_a_price() -> None:
    """The next limit and cost, 12 and 28, have 20 as their middle, between 20 and 25: both trades stand at 20."""
    bids = (
        [demand("A", 10, 30), demand("B", 10, 25), demand("C", 10, 12)],
        [offer("X", 10, 10), offer("Y", 10, 20), offer("Z", 10, 28)],
    )
    found = match(a_round(*bids), rule="mcafee", cap=None)
    assert {each.paid for each in found.pairs} == {each.received for each in found.pairs} == {Fraction(2000)}
    assert (found.quantity, found.worth_lost) == (20, 0)


def test_mcafee_gives_up_the_trade_at_the_margin() -> None:
    """Without a third buyer nothing stands beyond: B and Y do not trade, A pays B's 25, X receives Y's 20."""
    bids = [demand("A", 10, 30), demand("B", 10, 25)], [offer("X", 10, 10), offer("Y", 10, 20)]
    found = match(a_round(*bids), rule="mcafee", cap=None)
    assert [(each.offer, each.demand, each.quantity, each.paid, each.received) for each in found.pairs] == [
        ("X", "A", 10, 2500, 2000)
    ]
    assert found.worth_lost == 100 * 10 * (25 - 20)
    assert reasons(found)["B"] == "trade reduction"


def test_rules_that_do_not_suit_a_round_are_refused() -> None:
    capped = a_round([demand("A", 10, 30, lot=5)], [offer("X", 10, 10)])
    with pytest.raises(BadInput, match="keeps no diversity cap") as refused:
        match(capped, rule="mcafee")
    assert len(refused.value.problems) == 2
    mixed = a_round(
        [demand("A", 10, 30, grade=5), demand("B", 10, 30)], [offer("X", 10, 10, grade=9), offer("Y", 10, 10)]
    )
    with pytest.raises(BadInput, match="one price needs one good"):
        match(mixed, rule="uniform")


def test_all_that_is_wrong_with_a_file_is_said_with_its_line(tmp_path: Path) -> None:
    text = (
        SHIPPED.read_text(encoding="utf-8")
        .replace("quantity: 6000", "quantity: 6000.5")
        .replace("reserve: 410000", "reserve: dear")
    )
    path = tmp_path / "round.yaml"
    path.write_text(
        text.replace("cap: 65 %", "cap: 165 %").replace("refined_in: JPN", "refnied_in: JPN"), encoding="utf-8"
    )
    with pytest.raises(BadInput) as refused:
        read_round(path)
    places = [each.place for each in refused.value.problems]
    assert any("line 8, cap" in place for place in places)
    assert any("demands, 2, quantity" in place for place in places)
    assert any("offers, 1, reserve" in place for place in places)
    assert any("did you mean refined_in" in str(each) for each in refused.value.problems)
    with pytest.raises(BadInput):
        parse_round({})

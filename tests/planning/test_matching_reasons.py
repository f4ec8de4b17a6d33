"""The reason that a bid is told is the one that kept it out: each cause alone, and nothing else in the way."""

from __future__ import annotations

from fractions import Fraction

from test_matching_examples import a_round, demand, got, offer, reasons

from orepact.planning.matching import Concern, Owner, match
from orepact.planning.matching.why import REASONS


def test_a_lot_larger_than_what_is_wanted_is_the_reason_on_both_sides() -> None:
    found = match(a_round([demand("A", 100, 25)], [offer("X", 200, 10, lot=150)]))
    assert reasons(found) == {"A": "minimum lot", "X": "minimum lot"}
    assert "the lot of X, 150" in found.outcomes[0].why
    found = match(a_round([demand("A", 200, 25, lot=150)], [offer("X", 100, 10)]))
    assert reasons(found) == {"A": "minimum lot", "X": "minimum lot"}
    assert "the lot of A, 150" in found.outcomes[1].why


def test_where_nothing_is_matched_for_the_cap_it_is_the_cap() -> None:
    found = match(a_round([demand("A", 100, 25)], [offer("X", 200, 10, "CHN")]))
    assert reasons(found) == {"A": "cap", "X": "cap"}


def test_the_cap_is_the_reason_of_everybody_whom_it_stops() -> None:
    """100 kg of Germany allow 185 kg of China: 285 of 400 kg wanted, though China has 500."""
    found = match(
        a_round([demand("A", 200, 25), demand("B", 200, 25)], [offer("X", 500, 10, "CHN"), offer("Y", 100, 20)])
    )
    assert sum(got(found)[each] for each in "AB") == 285
    assert [reasons(found)[each] for each in "ABX"] == ["cap"] * 3


def test_capacity_gone_is_said_where_all_that_fits_is_sold_and_demand_gone_where_all_is_served() -> None:
    found = match(a_round([demand("A", 100, 25), demand("B", 100, 25)], [offer("X", 100, 10)]))
    assert reasons(found) == {"A": "capacity gone", "B": "capacity gone", "X": "matched"}
    found = match(a_round([demand("A", 100, 25)], [offer("X", 100, 10), offer("Y", 100, 20)]))
    assert reasons(found) == {"A": "matched", "X": "matched", "Y": "demand gone"}


def test_an_offer_beyond_the_limit_makes_no_lot_the_reason() -> None:
    bids = [demand("A", 100, 25), demand("B", 50, 15, lot=50)], [offer("X", 100, 10), offer("Y", 100, 20)]
    assert reasons(match(a_round(*bids)))["B"] != "priced out"
    alone = match(a_round([demand("A", 10, 5)], [offer("X", 10, 10)]))
    assert reasons(alone) == {"A": "priced out", "X": "priced out"}


def test_a_side_that_is_shut_out_is_the_reason_of_the_other() -> None:
    bids = [demand("A", 10, 25)], [offer("X", 10, 10)]
    found = match(a_round(*bids, sanctioned=frozenset({"buyer A"})))
    assert reasons(found) == {"A": "excluded", "X": "shut out"}
    found = match(a_round(*bids, sanctioned=frozenset({"supplier X"})))
    assert reasons(found) == {"A": "shut out", "X": "excluded"}
    owned = [offer("X", 10, 10, owners=(Owner("O", "PRK", Fraction(1)),))]
    found = match(a_round(bids[0], owned, concern=Concern(("PRK",), Fraction(1, 4))))
    assert reasons(found) == {"A": "shut out", "X": "excluded"}
    other = match(a_round([demand("A", 10, 25, grade=9)], bids[1], sanctioned=frozenset({"buyer A"})))
    assert "no demand of gallium, refined, that may trade" in other.outcomes[1].why


def test_no_lot_is_named_in_an_auction_without_lots() -> None:
    """Cost and limit are 20: nobody gains by the trade, and whether it is made or not no lot is in the way."""
    found = match(a_round([demand("A", 10, 20)], [offer("X", 10, 20)], cap=None), rule="uniform")
    assert set(reasons(found).values()) <= {"matched", "priced out"}


def test_no_reason_is_told_in_the_pact_without_words() -> None:
    from orepact.pact.rounds.clearing import TOLD

    assert set(REASONS) == set(TOLD)

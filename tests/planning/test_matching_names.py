"""Names in a round are compared without case and blanks, and nobody is matched with himself."""

from __future__ import annotations

import pytest
from test_matching_examples import a_round, demand, offer

from orepact.planning.matching import match


@pytest.mark.parametrize("place", ["p", " P ", "P"])
def test_a_place_is_one_whatever_its_letters(place: str) -> None:
    assert match(a_round([demand("A", 10, 25, places=(place,))], [offer("X", 10, 10)])).quantity == 10


def test_nobody_is_matched_with_himself() -> None:
    bids = [demand("A", 10, 25, buyer="Same Ltd"), demand("B", 10, 25)], [offer("X", 15, 10, supplier="same  LTD")]
    found = match(a_round(*bids))
    assert [(each.demand, each.quantity) for each in found.pairs] == [("B", 10)]
    alone = match(a_round([bids[0][0]], bids[1]))
    assert alone.quantity == 0
    assert "nobody buys from himself" in alone.outcomes[0].why


@pytest.mark.parametrize("name", ["supplier x", " SUPPLIER  X"])
def test_a_sanction_holds_for_any_spelling(name: str) -> None:
    found = match(a_round([demand("A", 10, 25)], [offer("X", 10, 10)], sanctioned=frozenset({name})))
    assert [each.reason for each in found.outcomes][1] == "excluded"

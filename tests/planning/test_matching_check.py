"""Our own check of a match refuses a match that breaks any rule of its round, whoever made it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from test_matching_examples import a_round, demand, offer

from orepact.errors import NotSolved
from orepact.planning.matching.check import check
from orepact.planning.matching.clear import Pair
from orepact.planning.matching.fit import fit

CAP = Fraction(65, 100)
GOOD = (
    Pair("X", "A", 65, 1000, Fraction(1000), Fraction(1000)),
    Pair("Y", "B", 35, 2000, Fraction(2000), Fraction(2000)),
)


def found(**of_offer: Any) -> Any:
    """A round in which ``GOOD`` is a match that the cap only just allows."""
    demands = [demand("A", 65, 12, lot=65), demand("B", 40, 25)]
    offers = [offer("X", 66, 10, "CHN"), offer("Y", 35, 20, **of_offer)]
    return fit(a_round(demands, offers, sanctioned=frozenset({"supplier Z"})))


def test_a_good_match_passes() -> None:
    check(found(), GOOD, CAP)


@pytest.mark.parametrize(
    ("at", "change", "words"),
    [
        (0, {"quantity": 66}, "demand A"),
        (0, {"quantity": 64}, "lots of 65"),
        (1, {"quantity": 36}, "offer Y"),
        (1, {"quantity": 34}, "CHN"),  # 65 of 99 is more than 65 %
        (0, {"paid": Fraction(1201)}, "1201 paid"),
        (0, {"paid": Fraction(999)}, "999 paid"),
        (0, {"cost": 999}, "a cost of 999"),
        (1, {"quantity": 0}, "0 units"),
    ],
)
def test_each_broken_rule_is_named(at: int, change: dict[str, Any], words: str) -> None:
    pairs = tuple(replace(each, **change) if here == at else each for here, each in enumerate(GOOD))
    with pytest.raises(NotSolved, match=words):
        check(found(), pairs, CAP)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first": 21, "last": 22}, "window"),
        ({"supplier": "supplier Z"}, "Y is excluded"),
        ({"mineral": "tungsten"}, "another mineral"),
    ],
)
def test_an_offer_that_may_not_trade_is_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(NotSolved, match=words):
        check(found(**change), GOOD, CAP)

"""A reference price too far from the base price is refused as that, with one that was solved."""

from __future__ import annotations

import re

import pytest

import orepact
from orepact.cases.reach import within_reach
from orepact.errors import NotSolved, Problem


@pytest.mark.parametrize("limit", [1.7e3, 4.4e4, 9e8, 3e11])
def test_what_is_named_was_solved_and_is_near_the_limit(limit: float) -> None:
    solved: list[float] = []

    def attempt(price: float) -> None:
        if price > limit:
            raise NotSolved(Problem("market", "not solved", "a gap", "give another"))
        solved.append(price)

    best = within_reach(attempt, 1e3, 1e14)
    assert best == max(solved)
    assert limit / 1.7 <= best <= limit


def test_nothing_is_named_where_nothing_was_solved() -> None:
    def attempt(_: float) -> None:
        raise NotSolved(Problem("market", "not solved", "a gap", "give another"))

    assert within_reach(attempt, 1e3, 1e6) is None


@pytest.mark.slow
def test_a_price_beyond_reach_says_so_and_the_one_it_names_is_answered() -> None:
    asked = {"zone": "EU27,USA,JPN", "draws": 20}
    with pytest.raises(NotSolved) as told:
        orepact.price("rare_earths", reference=5e6, **asked)  # type: ignore[arg-type]
    (problem,) = told.value.problems
    assert problem.place == "--reference"
    assert "too far from the base price" in problem.wrong
    assert "base figures" not in str(problem)
    named = re.search(r"tried, ([\d\u2009]+) is the highest", problem.todo)
    assert named is not None
    assert orepact.price("rare_earths", reference=float(named[1].replace("\u2009", "")), **asked).summary()["binds"]  # type: ignore[arg-type]

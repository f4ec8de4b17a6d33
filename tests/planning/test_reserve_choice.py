"""What to buy first: the greedy answer is the linear programme's, more money never makes it worse, and the newsvendor is the textbook's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from orepact.planning.reserve_choice import Option, choose, newsvendor, segments, worth_of


def options(seed: int, count: int) -> list[Option]:
    """Minerals whose worth is concave in what is held."""
    rng = np.random.default_rng(seed)
    found = []
    for at in range(count):
        stock = np.concatenate([[0.0], np.cumsum(rng.uniform(1, 5, 5))])
        slopes = np.sort(rng.uniform(0, 10, 5))[::-1]
        worth = np.concatenate([[0.0], np.cumsum(slopes * np.diff(stock))])
        found.append(Option(f"m{at}", stock, worth, float(rng.uniform(1, 20)), float(rng.uniform(0, 5))))
    return found


def net(found: list[Option], held: dict[str, float]) -> float:
    return sum(worth_of(each, held[each.mineral]) - each.carry * held[each.mineral] for each in found)


seeds, counts, budgets = st.integers(0, 2**31), st.integers(1, 5), st.floats(0.1, 400)


@given(seeds, counts, budgets)
def test_it_is_the_answer_of_the_linear_programme(seed: int, count: int, budget: float) -> None:
    found = options(seed, count)
    slopes = [-(np.diff(each.worth) / np.diff(each.stock) - each.carry) for each in found]
    costs = [np.full(5, each.cost) for each in found]
    bounds = [(0.0, width) for each in found for width in np.diff(each.stock)]
    exact = linprog(np.concatenate(slopes), A_ub=[np.concatenate(costs)], b_ub=[budget], bounds=bounds, method="highs")
    assert net(found, choose(found, budget)) == pytest.approx(-exact.fun, rel=1e-9, abs=1e-9)


@given(seeds, counts, budgets, st.floats(1, 3), st.booleans())
def test_more_money_never_makes_it_worse_and_is_never_overspent(
    seed: int, count: int, budget: float, times: float, worth_only: bool
) -> None:
    found = options(seed, count)
    less, more = (choose(found, money, only_if_worth=worth_only) for money in (budget, times * budget))
    assert all(more[each] >= less[each] - 1e-9 for each in less)
    assert (
        sum(worth_of(each, more[each.mineral]) for each in found)
        >= sum(worth_of(each, less[each.mineral]) for each in found) - 1e-9
    )
    assert sum(each.cost * less[each.mineral] for each in found) <= budget * (1 + 1e-12)
    if worth_only:
        assert net(found, more) >= net(found, less) - 1e-9


def test_nothing_is_held_that_is_not_worth_its_carrying() -> None:
    dear = Option("dear", np.array([0.0, 1.0]), np.array([0.0, 2.0]), cost=1.0, carry=3.0)
    assert choose([dear], 100.0) == {"dear": 0.0}
    assert choose([dear], 0.5, only_if_worth=False) == {"dear": 0.5}


def test_a_dent_is_bridged_by_the_least_concave_cover() -> None:
    dented = Option("m", np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 4.0]), cost=1.0, carry=0.0)
    assert [(piece.tonnes, piece.per_dollar) for piece in segments(dented)] == [(2.0, 2.0)]
    curved = Option("m", np.array([0.0, 1.0, 2.0]), np.array([0.0, 3.0, 4.0]), cost=1.0, carry=0.0)
    assert [piece.per_dollar for piece in segments(curved)] == [3.0, 1.0]


def test_the_newsvendor_holds_the_quantile_of_the_textbook() -> None:
    need, weight = np.arange(1.0, 101.0), np.ones(100)
    assert newsvendor(need, weight, carry=10, probability=0.1, value=1000) == 90.0
    assert newsvendor(need, weight, carry=50, probability=0.1, value=1000) == 50.0
    assert newsvendor(need, weight, carry=100, probability=0.1, value=1000) == 0.0
    assert newsvendor(np.array([[5.0, 1.0]]), np.array([[1.0, 9.0]]), carry=20, probability=0.1, value=1000) == 1.0

"""Year after year: policy iteration is value iteration, a case solved by hand, and what more risk or dearer storage does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.planning.reserve_path import StockProblem, best_path, chances, iterated_value


def problem(seed: int, *, stocks: int = 6) -> StockProblem:
    """Two scenarios in which each tonne released spares less than the one before."""
    rng = np.random.default_rng(seed)
    spared = np.cumsum(np.sort(rng.uniform(0, 30, (2, stocks - 1)), axis=1)[:, ::-1], axis=1)
    cost = np.vstack([np.zeros(stocks), np.hstack([np.zeros((2, 1)), -spared])])
    odds = chances(rng.uniform(0.01, 0.3, 2), float(rng.uniform(0, 0.8)))
    return StockProblem(
        np.arange(stocks, dtype=float), cost, price=float(rng.uniform(1, 8)), storage=float(rng.uniform(0, 0.5)),
        most_bought=float(rng.integers(1, stocks)), chances=odds, discount=float(rng.uniform(0.8, 0.97)),
    )  # fmt: skip


@given(st.integers(0, 2**31))
def test_policy_iteration_gives_the_value_of_value_iteration(seed: int) -> None:
    given_problem = problem(seed)
    np.testing.assert_allclose(best_path(given_problem).value, iterated_value(given_problem), rtol=1e-7, atol=1e-7)


@given(st.integers(0, 2**31))
def test_dearer_storage_never_raises_the_stock_and_costs_more(seed: int) -> None:
    cheap = problem(seed)
    dear = replace(cheap, storage=cheap.storage + 0.3)
    assert best_path(dear).target <= best_path(cheap).target
    assert (best_path(dear).value >= best_path(cheap).value - 1e-9).all()


@given(st.integers(0, 2**31))
def test_calm_years_release_nothing_and_others_buy_nothing(seed: int) -> None:
    given_problem = problem(seed)
    change = given_problem.stock[best_path(given_problem).move] - given_problem.stock
    assert (change[0] >= 0).all()
    assert (change[0] <= given_problem.most_bought).all()
    assert (change[1:] <= 0).all()
    losses = given_problem.losses()
    assert not np.isfinite(losses[1:, 0, 1:]).any()
    assert not np.isfinite(losses[0, 1:, 0]).any()
    assert np.isfinite(losses[0, 0, : int(given_problem.most_bought) + 1]).all()
    assert not np.isfinite(losses[0, 0, int(given_problem.most_bought) + 1 :]).any()


def test_one_tonne_by_hand() -> None:
    """Calm turns into a halt with 1/2 and back at once; a tonne costs 4 and spares 10 when released; beta = 1/2.

    Holding it: V_halt(1) = -10 + V_calm(0)/2. Buying in calm: V_calm(0) = 4 + (V_calm(1) + V_halt(1))/4, V_calm(1) = (V_calm(1) +
    V_halt(1))/4. With a = V_calm(0), b = V_calm(1), c = V_halt(1): b = c/3, a = 4 + c/3, c = -10 + a/2, so c = -9.6 and a = 0.8: it
    costs more than it spares, and a calm reserve buys nothing. At a price of 2: c = -10.8, a = -1.6: it buys.
    """
    cost = np.array([[0.0, 0.0], [0.0, -10.0]])
    odds = chances(np.array([0.5]), 0.0)
    base = StockProblem(np.array([0.0, 1.0]), cost, 4.0, 0.0, 1.0, odds, 0.5)
    assert best_path(base).target == 0.0
    cheap = best_path(replace(base, price=2.0))
    assert cheap.target == 1.0
    assert cheap.value[0, 0] == pytest.approx(-1.6)
    assert cheap.value[1, 1] == pytest.approx(-10.8)
    assert cheap.released(1.0) == pytest.approx([1.0])


def test_rows_of_chances_add_up() -> None:
    table = chances(np.array([0.01, 0.05]), 0.3)
    np.testing.assert_allclose(table.sum(axis=1), 1.0)
    assert table[0, 0] == pytest.approx(0.94)
    assert table[1, 1] == table[2, 2] == 0.3
    assert table[1, 2] == 0.0

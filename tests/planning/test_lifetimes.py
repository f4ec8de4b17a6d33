"""Products in use: nothing is lost between inflow, stock and scrap, and a case small enough to follow by hand."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from orepact.errors import BadInput
from orepact.planning.lifetimes import Array, Lifetime, fixed, inflow_for, products_in_use, weibull

flows = arrays(float, st.tuples(st.integers(1, 30), st.integers(1, 3), st.integers(1, 2)), elements=st.floats(0, 1e6))
means, narrow, points = st.floats(0.2, 100), st.floats(0.05, 2.0), st.floats(0, 1)


def test_by_hand() -> None:
    # 100 t in year 0 and 50 t in year 1; exponential life of scale 2 (shape 1), entering at the start of a year.
    # In use at the end of the first year of life: exp(-1/2) = 0.60653; of the second: exp(-1) = 0.36788.
    found = products_in_use([100.0, 50.0, 0.0], Lifetime(np.array(1.0), np.array(2.0)), enters=0.0)
    one, two, three = math.exp(-0.5), math.exp(-1.0), math.exp(-1.5)
    assert found.stock == pytest.approx([100 * one, 100 * two + 50 * one, 100 * three + 50 * two], rel=1e-14)
    assert found.scrap == pytest.approx(
        [100 * (1 - one), 100 * (one - two) + 50 * (1 - one), 100 * (two - three) + 50 * (one - two)], rel=1e-14
    )


def test_products_that_last_three_years_come_back_three_years_later() -> None:
    found = products_in_use([7.0, 0.0, 5.0, 0.0, 0.0, 0.0], fixed(3.0))
    assert found.scrap.tolist() == [0.0, 0.0, 0.0, 7.0, 0.0, 5.0]


@given(flows, means, narrow, points)
def test_nothing_is_lost(inflow: Array, mean: float, spread: float, enters: float) -> None:
    found = products_in_use(inflow, weibull(mean, mean * spread), enters=enters)
    assert found.imbalance() <= 1e-12 * len(inflow)
    assert (found.stock >= 0).all()
    assert (found.scrap >= 0).all()
    left = inflow.sum(axis=0) - found.scrap.sum(axis=0)
    assert found.stock[-1] == pytest.approx(left, rel=1e-9, abs=1e-9 * max(inflow.max(), 1.0))


@given(flows, means, narrow, st.floats(1.01, 3))
def test_longer_lives_never_bring_scrap_sooner(inflow: Array, mean: float, spread: float, longer: float) -> None:
    short, long = (products_in_use(inflow, weibull(each, each * spread)) for each in (mean, mean * longer))
    slack = 1e-9 * max(inflow.max(), 1.0)
    assert (np.cumsum(long.scrap, axis=0) <= np.cumsum(short.scrap, axis=0) + slack).all()


@given(flows, means, narrow, st.floats(0.1, 1000))
def test_the_unit_does_not_matter(inflow: Array, mean: float, spread: float, factor: float) -> None:
    life = weibull(mean, mean * spread)
    one, other = products_in_use(inflow, life), products_in_use(factor * inflow, life)
    assert other.scrap == pytest.approx(factor * one.scrap, rel=1e-9, abs=1e-12)


@given(means, narrow)
def test_a_weibull_has_the_mean_and_spread_that_were_asked_for(mean: float, spread: float) -> None:
    life = weibull(mean, mean * spread)
    first, second = (math.gamma(1 + power / float(life.shape)) for power in (1, 2))
    assert float(life.scale) * first == pytest.approx(mean, rel=1e-9)
    assert float(life.scale) * math.sqrt(second - first**2) == pytest.approx(mean * spread, rel=1e-6)


@given(flows, st.floats(2, 60), st.floats(0.1, 0.5))
def test_the_inflow_of_a_stock_is_found_again(inflow: Array, mean: float, spread: float) -> None:
    life = weibull(mean, mean * spread)
    found = inflow_for(products_in_use(inflow, life).stock, life)
    assert found.inflow == pytest.approx(inflow, abs=1e-6 * max(inflow.max(), 1.0))


def test_one_series_at_a_time_gives_the_same() -> None:
    random = np.random.default_rng(1)
    inflow, mean = random.uniform(0, 9, (40, 3, 2)), random.uniform(2, 20, (3, 2))
    together = products_in_use(inflow, weibull(mean, 0.3 * mean))
    for row, column in np.ndindex(3, 2):
        alone = products_in_use(inflow[:, row, column], weibull(mean[row, column], 0.3 * mean[row, column]))
        assert together.scrap[:, row, column] == pytest.approx(alone.scrap, rel=1e-12)


def test_refusals_are_said_in_one_sentence_each() -> None:
    with pytest.raises(BadInput, match="products last some time"):
        weibull([10.0, 0.0], 1.0)
    with pytest.raises(BadInput, match="no Weibull lifetime has that spread"):
        weibull(10.0, 200.0)
    with pytest.raises(BadInput, match="every year needs a figure"):
        products_in_use([1.0, math.nan], fixed(2.0))
    with pytest.raises(BadInput, match="an inflow cannot be below 0"):
        products_in_use([1.0, -1.0], fixed(2.0))
    with pytest.raises(BadInput, match="lifetimes and inflow differ in shape"):
        products_in_use(np.ones((5, 3)), weibull([1.0, 2.0], 0.5))
    with pytest.raises(BadInput, match="no inflow keeps a stock"):
        inflow_for([1.0, 2.0], fixed(0.2))
    with pytest.raises(BadInput) as refused:
        products_in_use([math.nan], fixed(2.0), enters=2.0)
    assert len(refused.value.problems) == 2


def test_a_century_and_a_half_of_a_thousand_series_takes_no_time() -> None:
    random = np.random.default_rng(2)
    inflow, mean = random.uniform(0, 9, (150, 50, 20)), random.uniform(2, 60, (50, 20))
    life = weibull(mean, 0.3 * mean)
    taken = []
    for _ in range(5):
        start = time.process_time()
        products_in_use(inflow, life)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.1  # measured 0.011; the allowance is for slow machines

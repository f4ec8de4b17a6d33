"""One example per equation, with numbers that a reader can check on paper; and no equation without one."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from orepact.market import Cap, Problem, Stage, Stocks, Supply, Users, curves, solve, sourcing

ONE = np.ones(1)
ALL = np.ones((1, 1))
"""Every buyer keeps all of its sourcing."""


def test_hill() -> None:
    # Utilisation 0.8 and elasticity 0.2: k = 0.2 / (1 - 0.8) = 1, c = 100 (1/0.8 - 1) = 25, K = 80 / 0.8 = 100.
    supply, slope = curves.hill(
        np.array([100.0, 25.0, 75.0]), np.array(100.0), np.array(80.0), 0.2 * ONE, 0.8 * ONE, ONE
    )
    np.testing.assert_allclose(supply, [80.0, 50.0, 75.0])
    # At base the elasticity is the one given: slope * price / supply = 0.2.
    assert slope[0] * 100.0 / supply[0] == pytest.approx(0.2)


def test_hill_with_half_of_the_capacity_lost() -> None:
    supply, _ = curves.hill(np.array([1e9]), np.array(100.0), np.array(80.0), 0.2 * ONE, 0.8 * ONE, 0.5 * ONE)
    assert supply[0] == pytest.approx(50.0, rel=1e-6)


def test_refining() -> None:
    # Reference 1000, utilisation 0.75, elasticity 1: b = 250; the base margin gives the base throughput of 60 t of K = 80 t.
    bought, slope = curves.refining(
        np.array([0.0, 250 * np.log(3), -250 * np.log(3)]), 1000.0 * ONE, 60.0 * ONE, ONE, 0.75 * ONE, ONE
    )
    # logit(0.75) = ln 3, so a margin b ln 3 higher gives logistic(2 ln 3) = 0.9, one b ln 3 lower logistic(0) = 0.5.
    np.testing.assert_allclose(bought, [60.0, 72.0, 40.0])
    # The throughput answers with elasticity 1 relative to the price of the product: 60 / 1000 t per USD.
    assert slope[0] == pytest.approx(0.06)


def test_demand() -> None:
    # 100 t at elasticity 0.5: at four times the price half is wanted; below the floor of 0.05 the curve is a line.
    wanted, slope = curves.demand(np.array([1.0, 4.0, 0.05, 0.0]), 100.0 * ONE, 0.5 * ONE)
    np.testing.assert_allclose(wanted[:2], [100.0, 50.0])
    assert wanted[3] == pytest.approx(wanted[2] - 0.05 * slope[2])


def test_still_buying() -> None:
    # Half of the use stops at the median ceiling of 8 times base; everybody buys at base and below.
    share, slope = curves.still_buying(np.array([0.5, 1.0, 8.0]), 8.0 * ONE, 0.7 * ONE)
    np.testing.assert_allclose(share, [1.0, 1.0, 0.5])
    np.testing.assert_allclose(slope[:2], 0.0)


def test_stock_offer() -> None:
    # 100 t held with response 1: at twice the price 50 t are wanted, so 50 t are on offer; at half, 100 t are bought.
    offer, _ = curves.stock_offer(np.array([1.0, 2.0, 0.5]), 100.0 * ONE, ONE)
    np.testing.assert_allclose(offer, [0.0, 50.0, -100.0])


def test_bounded_release() -> None:
    # With as much on offer as is used the smooth minimum takes 2^(-1/4) of it; a purchase passes unchanged.
    release, by_offer, by_use = curves.bounded_release(np.array([100.0, -30.0, 1.0]), np.array([100.0, 100.0, 100.0]))
    np.testing.assert_allclose(release, [100 * 2**-0.25, -30.0, 1.0], rtol=1e-8)
    assert by_offer[1] == 1.0
    assert by_use[1] == 0.0


def test_purchases() -> None:
    # At four times the price: 100 t fall to 50 t, ceilings of one thousand stop nobody, stock of 20 t offers 15 t of it.
    bought, _ = curves.purchases(np.array([4.0]), 100.0 * ONE, 0.5 * ONE, 1000.0 * ONE, 0.5 * ONE, 20.0 * ONE, ONE)
    release, _, _ = curves.bounded_release(np.array([15.0]), np.array([50.0]))
    np.testing.assert_allclose(bought, 50.0 - release)


def _market(**changes: object) -> Stage:
    """Two producers (60 t and 40 t) and one user of 100 t at 1000 USD; sigma 5, so theta is 0.005 per USD."""
    zero = np.zeros((2, 1))
    fields: dict[str, object] = {
        "price": np.array([1000.0, 1000.0]),
        "supply": Supply(np.array([60.0, 40.0]), np.array([0.2]), np.array([0.8]), np.ones(2)),
        "refining": None,
        "stocks": Stocks(np.zeros(2), np.ones(1)),
        "weights": np.array([[0.6], [0.4]]),
        "sourcing": np.array([5.0]),
        "users": Users(np.array([100.0]), np.array([0.5]), 8.0 * ONE, ONE, Stocks(np.zeros(1), np.ones(1))),
        "freight": zero,
        "base_tariff": zero,
        "tariff": zero,
        "levy": zero,
    }
    return Stage(**{**fields, **changes})  # type: ignore[arg-type]


def test_anchor() -> None:
    fixed = sourcing.anchor(_market(freight=np.array([[100.0], [0.0]]), base_tariff=np.array([[0.1], [0.0]])), ALL)
    np.testing.assert_allclose(fixed.delivered[0, :, 0], [1210.0, 1000.0])
    assert fixed.paid[0, 0] == pytest.approx(0.6 * 1210 + 0.4 * 1000)
    assert fixed.theta[0, 0, 0] == pytest.approx(0.005)


def test_anchor_relieves_the_buyer_of_the_variety_that_a_stop_takes() -> None:
    stage = _market(stopped=np.array([[True], [False]]))
    fixed = sourcing.anchor(stage, np.array([[0.4]]))
    inclusive = sourcing.choose(fixed, stage, np.atleast_2d(stage.price), 0.0).inclusive
    # At base prices the inclusive price has risen by ln(1/0.4)/theta = 183 USD; the felt price has not moved.
    assert inclusive[0, 0] == pytest.approx(1000 + np.log(2.5) / 0.005)
    assert inclusive[0, 0] - fixed.relief[0, 0] == pytest.approx(1000.0)


def test_delivered_price() -> None:
    stage = _market(freight=np.full((2, 1), 50.0), tariff=np.array([[0.2], [0.0]]), levy=np.array([[0.0], [30.0]]))
    found = sourcing.delivered_price(stage, np.array([[1000.0, 900.0]]), 7.0)
    np.testing.assert_allclose(found[0, :, 0], [1.2 * 1050 + 7, 950 + 30 + 7])


def test_choose() -> None:
    stage = _market()
    dear = stage.price + np.array([[np.log(2.0) / 0.005, 0.0]])
    found = sourcing.choose(sourcing.anchor(stage, ALL), stage, dear, 0.0)
    # The weight of the first halves: 0.3 against 0.4; Z = 0.7 and P = 1000 + ln(1/0.7)/theta.
    np.testing.assert_allclose(found.shares[0, :, 0], [3 / 7, 4 / 7])
    assert found.inclusive[0, 0] == pytest.approx(1000 - np.log(0.7) / 0.005)
    # Of 70 t the first sells 30 t.
    np.testing.assert_allclose(found.sold(np.array([[70.0]])), [[30.0, 40.0]])


def test_choose_is_the_same_in_factors_and_route_by_route() -> None:
    duty = np.array([[0.2], [0.0]])
    stage = _market(tariff=duty, levy=np.array([[0.0], [30.0]]), freight=np.array([[10.0], [0.0]]))
    fixed, price = sourcing.anchor(stage, ALL), np.array([[1300.0, 900.0]])
    factors, routes = (sourcing.choose(fixed, stage, price, rent) for rent in (0.0, np.zeros((1, 2, 1))))
    assert not np.array_equal(factors.own, routes.own)
    np.testing.assert_allclose(factors.shares, routes.shares, rtol=1e-13)
    np.testing.assert_allclose(factors.inclusive, routes.inclusive, rtol=1e-13)


def test_choose_at_prices_that_no_product_of_exponentials_could_hold() -> None:
    # The first costs 1000 times base: its weight is exp(-0.005 * 999000), 0; all is bought of the second at 1000 USD.
    stage = _market()
    found = sourcing.choose(sourcing.anchor(stage, ALL), stage, np.array([[1e6, 1e3]]), 0.0)
    np.testing.assert_allclose(found.shares[0, :, 0], [0.0, 1.0])
    assert found.inclusive[0, 0] == pytest.approx(1000 - np.log(0.4) / 0.005)


def test_logistic() -> None:
    # 1 / (1 + exp(-ln 3)) = 3/4; what it lacks is kept to full precision where 1 less the value would be 0.
    value, lacks = curves.logistic(np.array([np.log(3.0), -np.log(3.0), 50.0]))
    np.testing.assert_allclose(value, [0.75, 0.25, 1.0])
    np.testing.assert_allclose(lacks, [0.25, 0.75, np.exp(-50.0)])


def test_a_cap_earns_the_rent_that_makes_buyers_want_no_more() -> None:
    cap = Cap(stage=0, covered=np.array([[True], [False]]), limit=np.array(30.0), name="half of the first")
    found = solve(Problem((_market(),), (cap,))).require()
    flows = found.stages[0].flows[0, :, 0]
    assert flows[0] == pytest.approx(30.0)
    # What the two cost delivered explains their shares: ln(30/60 * 40/other) = -theta (L1 - L2).
    gap = (found.stages[0].price[0, 0] + found.rent_per_tonne[0][0]) - found.stages[0].price[0, 1]
    assert np.log(flows[0] / 60 * 40 / flows[1]) == pytest.approx(-0.005 * gap)
    assert found.rent[0][0] == pytest.approx(30.0 * found.rent_per_tonne[0][0])


def test_no_equation_lacks_an_example() -> None:
    equations = {
        name
        for module in (curves, sourcing)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    examples = {name for name in globals() if name.startswith("test_")}
    assert {name for name in equations if not any(f"test_{name}" in test for test in examples)} == set()

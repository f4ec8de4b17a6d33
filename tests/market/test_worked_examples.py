"""One example per equation, with numbers that a reader can check on paper; and no equation without one."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from orepact.market import (
    Cap,
    Levy,
    Problem,
    Purchase,
    Refining,
    Reserve,
    Stage,
    Stocks,
    Supply,
    Support,
    Users,
    curves,
    solve,
    sourcing,
)  # fmt: skip

ONE = np.ones(1)
ALL = np.ones((1, 1))
"""Every buyer keeps all of its sourcing."""


def test_hill() -> None:
    # Utilisation 0.8 and elasticity 0.2: k = 0.2 / (1 - 0.8) = 1, c = 100 (1/0.8 - 1) = 25, K = 80 / 0.8 = 100.
    supply, slope = curves.hill(
        np.array([100.0, 25.0, 75.0]), np.array(100.0), Supply(np.array(80.0), 0.2 * ONE, 0.8 * ONE, ONE)
    )
    np.testing.assert_allclose(supply, [80.0, 50.0, 75.0])
    # At base the elasticity is the one given: slope * price / supply = 0.2.
    assert slope[0] * 100.0 / supply[0] == pytest.approx(0.2)


def test_hill_with_half_of_the_capacity_lost() -> None:
    supply, _ = curves.hill(np.array([1e9]), np.array(100.0), Supply(np.array(80.0), 0.2 * ONE, 0.8 * ONE, 0.5 * ONE))
    assert supply[0] == pytest.approx(50.0, rel=1e-6)


def test_refining() -> None:
    # Reference 1000, utilisation 0.75, elasticity 1: b = 250; the base margin gives the base throughput of 60 t of K = 80 t.
    plant = Refining(60.0 * ONE, ONE, ONE, 0.75 * ONE, ONE)
    change = np.array([0.0, 250 * np.log(3), -250 * np.log(3)])
    bought, slope, _ = curves.refining(change, ONE, 1000.0 * ONE, plant)
    # logit(0.75) = ln 3, so a margin b ln 3 higher gives logistic(2 ln 3) = 0.9, one b ln 3 lower logistic(0) = 0.5.
    np.testing.assert_allclose(bought, [60.0, 72.0, 40.0])
    # The throughput answers with elasticity 1 relative to the price of the product: 60 / 1000 t per USD.
    assert slope[0] == pytest.approx(0.06)


def test_refining_winds_down_below_a_twentieth_of_the_base_price() -> None:
    plant = Refining(60.0 * ONE, ONE, ONE, 0.75 * ONE, ONE)
    bought, _, _ = curves.refining(np.zeros(3), np.array([0.05, 0.025, 0.0]), 1000.0 * ONE, plant)
    np.testing.assert_allclose(bought, [60.0, 30.0, 0.0])


def test_a_project_runs_on_its_producers_curve() -> None:
    # 50 t of capacity added where there was none make 0.8 of it at base, and 75 % at 75 USD, as in the first example.
    mine = Supply(np.zeros(1), 0.2 * ONE, 0.8 * ONE, ONE, 50.0 * ONE)
    supply, _ = curves.hill(np.array([100.0, 75.0]), np.array(100.0), mine)
    np.testing.assert_allclose(supply, [40.0, 37.5])


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
    offer, _ = curves.stock_offer(np.array([1.0, 2.0, 0.5]), Stocks(100.0 * ONE, ONE))
    np.testing.assert_allclose(offer, [0.0, 50.0, -100.0])


def test_stock_offer_of_a_stock_that_was_drawn_down() -> None:
    # 40 t are left of 100 t: at twice the price 50 t are wished and a tenth of the missing 10 t is bought back this period.
    stocks = Stocks(100.0 * ONE, ONE, 40.0 * ONE, 0.1 * ONE)
    offer, slope = curves.stock_offer(np.array([2.0, 4.0]), stocks)
    np.testing.assert_allclose(offer, [-1.0, 15.0])
    np.testing.assert_allclose(slope, [0.1 * 100 / 4, 100 / 16])


def test_positive() -> None:
    # A kink rounded over 4: a parabola from 0 at -2 to the line at 2, one eighth of the width at the kink itself.
    value, slope = curves.positive(np.array([-2.0, 0.0, 2.0, 10.0, -3.0]), 4.0 * ONE)
    np.testing.assert_array_equal(value, [0.0, 0.5, 2.0, 10.0, 0.0])
    np.testing.assert_array_equal(slope, [0.0, 0.5, 1.0, 1.0, 0.0])


def test_ramp() -> None:
    value, slope = curves.ramp(np.array([-1.0, 0.5, 1.0, 2.0]))
    np.testing.assert_array_equal(value, [0.0, 0.5, 1.0, 1.0])
    np.testing.assert_array_equal(slope, [0.0, 1.5, 0.0, 0.0])


def test_lifted() -> None:
    # Reference 2408 per tonne: 1235 pays 1173 (Regulation (EU) 2025/2351); at a bound rate of 20 % it pays 247; 2500 nothing.
    before, reference, width = np.array([1235.0, 2500.0]), 2408.0 * ONE, 12.0 * ONE
    np.testing.assert_array_equal(curves.lifted(before, reference, width, np.inf)[0], [1173.0, 0.0])
    levy, slope = curves.lifted(before, reference, width, 0.2)
    np.testing.assert_allclose(levy, [247.0, 0.0])
    np.testing.assert_allclose(slope, [0.2, 0.0])


def test_supported() -> None:
    # A strike of 110 with 30 % paid back above: 54 earns 110, 123 earns 123 - 3.9; a subsidy of 5 comes on top of both.
    support = Support(0, ONE, 110.0 * ONE, 0.3 * ONE, np.array([0.0]), ONE, "floor")
    earned, slope = curves.supported(np.array([54.0, 123.0]), support)
    np.testing.assert_allclose(earned, [[110.0, 119.1]])
    np.testing.assert_allclose(slope, [[0.0, 0.7]])
    plain = Support(0, ONE, 0.0 * ONE, 0.0 * ONE, np.array([5.0]), ONE, "subsidy")
    np.testing.assert_allclose(curves.supported(np.array([54.0, 123.0]), plain)[0], [[59.0, 128.0]])


def test_bounded_release() -> None:
    # With as much on offer as is used the smooth minimum takes 2^(-1/4) of it; a purchase passes unchanged.
    release, by_offer, by_use = curves.bounded_release(np.array([100.0, -30.0, 1.0]), np.array([100.0, 100.0, 100.0]))
    np.testing.assert_allclose(release, [100 * 2**-0.25, -30.0, 1.0], rtol=1e-8)
    assert by_offer[1] == 1.0
    assert by_use[1] == 0.0


def test_purchases() -> None:
    # At four times the price: 100 t fall to 50 t, ceilings of one thousand stop nobody, stock of 20 t offers 15 t of it.
    users = Users(100.0 * ONE, 0.5 * ONE, 1000.0 * ONE, 0.5 * ONE, Stocks(20.0 * ONE, ONE))
    found = curves.purchases(np.array([4.0]), users)
    release, _, _ = curves.bounded_release(np.array([15.0]), np.array([50.0]))
    np.testing.assert_allclose(found.bought, 50.0 - release)


def test_purchases_with_a_reserve_that_buys_and_one_that_releases() -> None:
    # At base the reserve buys its 10 t and 5 t fill a longer way; at three times the price it releases all of its 40 t.
    reserve = Reserve(10.0 * ONE, 1.1 * ONE, 40.0 * ONE, 2.0 * ONE, 0.5 * ONE)
    users = Users(
        100.0 * ONE, 0.5 * ONE, 1e6 * ONE, 0.5 * ONE, Stocks(0.0 * ONE, ONE), filling=5.0 * ONE, reserve=reserve
    )
    found = curves.purchases(np.array([1.0, 3.0]), users)
    freed, _, _ = curves.bounded_release(40.0 * ONE, found.used[1:])
    np.testing.assert_allclose(found.bought, [115.0, found.used[1] - freed[0] + 5.0])
    np.testing.assert_allclose(found.reserve_release, [0.0, freed[0]])
    np.testing.assert_allclose(found.reserve_purchase, [10.0, 0.0])


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


def test_landed_price() -> None:
    stage = _market(
        freight=np.array([[100.0], [0.0]]), detour=np.array([[0.0], [30.0]]), tariff=np.array([[0.0], [0.1]])
    )
    price = np.array([[1000.0, 900.0]])
    np.testing.assert_allclose(sourcing.landed_price(stage, price)[0, :, 0], [1100.0, 930.0])
    # A tariff is levied on freight too, that of a detour included.
    np.testing.assert_allclose(sourcing.delivered_price(stage, price, 0.0)[0, :, 0], [1100.0, 1023.0])


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


def test_a_cap_on_a_share_is_a_certificate_that_buyers_trade() -> None:
    covered, every = np.array([[True], [False]]), np.ones((2, 1), dtype=bool)
    cap = Cap(stage=0, covered=covered, limit=np.zeros(()), name="half", share=0.5, of=every)
    found = solve(Problem((_market(),), (cap,))).require()
    flows = found.stages[0].flows[0, :, 0]
    # The first may bring no more than the second; what it pays for its certificates is what the second is paid.
    assert flows[0] == pytest.approx(flows[1])
    assert found.rent_per_tonne[0][0] > 0
    assert found.rent[0][0] == pytest.approx(0.0, abs=1e-9 * found.rent_per_tonne[0][0] * flows[0])
    loose = Cap(stage=0, covered=covered, limit=np.zeros(()), name="loose", share=0.7, of=every)
    np.testing.assert_array_equal(solve(Problem((_market(),), (loose,))).rent_per_tonne[0], [0.0])


def test_a_levy_lifts_what_is_imported_to_the_reference_price() -> None:
    levy = Levy(0, np.array([[True], [False]]), np.array(1500.0), np.array(5.0), "reference")
    found = solve(Problem((_market(),), levies=(levy,))).require()
    stage = found.stages[0]
    assert stage.price[0, 0] < 1000 < stage.price[0, 1] < 1500
    # Delivered, the first costs 1500 whatever its maker asks: the shares say so.
    gap = 1500.0 - stage.price[0, 1]
    assert np.log(stage.flows[0, 0, 0] / 60 * 40 / stage.flows[0, 1, 0]) == pytest.approx(-0.005 * gap)


def test_a_levy_with_a_quota_lays_on_only_what_holds_the_quota() -> None:
    covered = np.array([[True], [False]])
    levy = Levy(0, covered, np.array(1500.0), np.array(5.0), "reference", quota=np.array(50.0))
    found = solve(Problem((_market(),), levies=(levy,))).require()
    # Free of the levy 60 t come, under all of it about 40: so the quota is just full, and a part of the levy holds it.
    assert found.stages[0].flows[0, 0, 0] == pytest.approx(50.0)
    assert 0 < found.quota_fraction[0][0] < 1
    wide = Levy(0, covered, np.array(1500.0), np.array(5.0), "wide", quota=np.array(70.0))
    free = solve(Problem((_market(),), levies=(wide,))).require()
    np.testing.assert_allclose(free.quota_fraction[0], [0.0], atol=1e-9)
    narrow = Levy(0, covered, np.array(1500.0), np.array(5.0), "narrow", quota=np.array(1.0))
    full = solve(Problem((_market(),), levies=(narrow,))).require()
    np.testing.assert_allclose(full.quota_fraction[0], [1.0])


def test_a_support_pays_the_gap_on_the_tonnes_it_covers() -> None:
    support = Support(
        0, np.array([0.0, 0.5]), np.array([0.0, 1400.0]), np.zeros(2), np.zeros(2), np.array(5.0), "floor"
    )
    found = solve(Problem((_market(),), supports=(support,))).require()
    # Half of the second's capacity of 50 t runs at 1400, whatever the price: 25 t / (1 + 0.25 (1000/1400)^1).
    assert found.supported[0][0, 1] == pytest.approx(25.0 / (1 + 0.25 / 1.4))
    assert found.stages[0].price[0, 1] < 1000
    assert found.supported[0][0, 0] == 0.0


def test_a_buyer_of_last_resort_holds_the_price() -> None:
    glut = _market(
        supply=Supply(np.array([60.0, 40.0]), np.array([0.2]), np.array([0.8]), np.ones(2), np.array([60.0, 0]))
    )
    free = solve(Problem((glut,))).require().stages[0]
    assert free.price[0, 0] < 800
    floor = Purchase(0, 0, np.array(800.0), np.array(np.inf), "floor")
    held = solve(Problem((glut,), purchases=(floor,))).require()
    assert held.stages[0].price[0, 0] == pytest.approx(800.0)
    assert held.purchased[0][0] > 0
    small = Purchase(0, 0, np.array(800.0), np.array(1.0), "one tonne")
    some = solve(Problem((glut,), purchases=(small,))).require()
    np.testing.assert_allclose(some.purchased[0], [1.0])
    assert free.price[0, 0] < some.stages[0].price[0, 0] < 800
    low = Purchase(0, 0, np.array(300.0), np.array(np.inf), "too low")
    np.testing.assert_array_equal(solve(Problem((glut,), purchases=(low,))).purchased[0], [0.0])


def test_a_second_supply_has_a_curve_of_its_own() -> None:
    scrap = Supply(np.array([0.0, 20.0]), np.array([0.4]), np.array([0.8]), np.ones(2))
    stage = _market(
        supply=Supply(np.array([60.0, 20.0]), np.array([0.2]), np.array([0.8]), np.ones(2)), secondary=scrap
    )
    found = solve(Problem((stage,))).require().stages[0]
    np.testing.assert_allclose(found.secondary[0], [0.0, 20.0])
    np.testing.assert_allclose(found.supply[0], [60.0, 20.0])


def test_no_equation_lacks_an_example() -> None:
    equations = {
        name
        for module in (curves, sourcing)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    examples = {name for name in globals() if name.startswith("test_")}
    assert {name for name in equations if not any(f"test_{name}" in test for test in examples)} == set()

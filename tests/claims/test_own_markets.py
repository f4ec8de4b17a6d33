"""Claims about a user's own market: what other solvers find, and what must hold whatever the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_networks import by_least_distance, cost_network, cost_of, least_cost, linear_network, mixed_network, welfare

from orepact.market.own import Isoelastic, Linear, OwnMarket, Route, Step, solve_own

seeds = st.integers(0, 2**32 - 1)
SIGMAS = st.sampled_from([None, 4.0])


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_prices_and_welfare_of_200_linear_networks_are_those_of_another_solver(block: int) -> None:
    for seed in range(50 * block, 50 * block + 50):
        market = linear_network(seed)
        found = solve_own(market).values
        price, paid = by_least_distance(market)
        np.testing.assert_allclose(found.price, price, rtol=1e-8, err_msg=str(seed))
        np.testing.assert_allclose(found.paid, paid, rtol=1e-8, err_msg=str(seed))
        sold = [(p - each.supply.intercept) / each.supply.slope for p, each in zip(price, market.producers, strict=True) if isinstance(each.supply, Linear)]  # fmt: skip  # noqa: E501
        np.testing.assert_allclose(found.sold, sold, rtol=1e-8, atol=1e-8, err_msg=str(seed))
        gained = welfare(market, found.sold, found.bought, found.flows)
        assert gained == pytest.approx(_dual_welfare(market, price, paid), rel=1e-8, abs=1e-8)


def _dual_welfare(market: OwnMarket, price: np.ndarray, paid: np.ndarray) -> float:
    """By duality welfare is the sum of the surpluses, whatever the flows."""
    made = [(p - each.supply.intercept) ** 2 / each.supply.slope / 2 for p, each in zip(price, market.producers, strict=True) if isinstance(each.supply, Linear)]  # fmt: skip  # noqa: E501
    used = [(each.demand.intercept - p) ** 2 / each.demand.slope / 2 for p, each in zip(paid, market.users, strict=True) if isinstance(each.demand, Linear)]  # fmt: skip  # noqa: E501
    return float(sum(made) + sum(used))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_costs_of_200_networks_of_steps_refiners_and_caps_are_the_least(block: int) -> None:
    for seed in range(50 * block, 50 * block + 50):
        market = cost_network(seed)
        found = solve_own(market).values
        cost = cost_of(market, found.sold, found.bought, found.flows)
        assert cost == pytest.approx(least_cost(market), rel=1e-8), seed


@given(seed=seeds, sigma=SIGMAS)
def test_money_paid_is_money_received(seed: int, sigma: float | None) -> None:
    market = mixed_network(seed, sigma=sigma)
    found = solve_own(market)
    values = found.values
    freight = sum(route.freight * flow for route, flow in zip(market.routes, values.flows, strict=True))
    rent = float((values.rents * found.cap_flows).sum())
    received = float((values.price * values.sold).sum() + found.tariff_revenue.sum() + found.wedge_revenue.sum())
    paid = float((values.paid * values.bought).sum())
    assert paid == pytest.approx(received + freight + rent, rel=1e-8)


@given(seed=seeds, sigma=SIGMAS)
def test_units_scale_out(seed: int, sigma: float | None) -> None:
    market = mixed_network(seed, sigma=sigma)
    kilograms, cents = 1000.0, 100.0
    other = _in_units(market, kilograms, cents)
    here, there = solve_own(market).values, solve_own(other).values
    np.testing.assert_allclose(there.price, here.price * cents / kilograms, rtol=1e-7)
    np.testing.assert_allclose(there.sold, here.sold * kilograms, rtol=1e-7, atol=1e-9 * here.sold.max() * kilograms)


def _in_units(market: OwnMarket, quantity: float, money: float) -> OwnMarket:
    from orepact.market.own.build import Scale, scaled

    return scaled(market, Scale(price=quantity / money, quantity=1 / quantity))


@given(seed=seeds, sigma=SIGMAS)
@pytest.mark.slow
def test_order_does_not_matter(seed: int, sigma: float | None) -> None:
    market = mixed_network(seed, sigma=sigma)
    makers, last = len(market.producers), len(market.producers) - 1
    turned = replace(
        market,
        producers=market.producers[::-1],
        routes=tuple(
            replace(route, origin=last - route.origin if route.origin < makers else route.origin)
            for route in market.routes[::-1]
        ),
        caps=tuple(replace(cap, routes=tuple(len(market.routes) - 1 - at for at in cap.routes)) for cap in market.caps),
    )
    here, there = solve_own(market).values, solve_own(turned).values
    np.testing.assert_allclose(there.paid, here.paid, rtol=1e-7)
    np.testing.assert_allclose(there.bought, here.bought, rtol=1e-7, atol=1e-9 * here.bought.max())


@given(seed=seeds, raised=st.floats(0.01, 0.5))
def test_a_tariff_never_raises_the_imports_it_covers(seed: int, raised: float) -> None:
    market = linear_network(seed, tariffs=True)
    if not market.routes:
        return
    user = market.routes[0].buyer
    taxed = replace(
        market, routes=tuple(_taxed(route, raised) if route.buyer == user else route for route in market.routes)
    )
    before, after = solve_own(market).values, solve_own(taxed).values
    assert after.bought[user] <= before.bought[user] + 1e-9 * max(before.bought.max(), 1e-9)


def _taxed(route: Route, raised: float) -> Route:
    return replace(route, tariff=route.tariff + raised)


@given(seed=seeds, more=st.floats(1.01, 3.0))
def test_more_supply_raises_no_price(seed: int, more: float) -> None:
    market = linear_network(seed, tariffs=True)
    first = market.producers[0]
    assert isinstance(first.supply, Linear)
    flatter = replace(first, supply=Linear(first.supply.intercept, first.supply.slope / more))
    before, after = (
        solve_own(market).values,
        solve_own(replace(market, producers=(flatter, *market.producers[1:]))).values,
    )
    assert (after.paid <= before.paid * (1 + 1e-9)).all()


@given(seed=seeds, tighter=st.floats(0.1, 0.99))
def test_a_tighter_cap_lets_less_through(seed: int, tighter: float) -> None:
    market = mixed_network(seed)
    narrow = replace(market, caps=tuple(replace(cap, quantity=cap.quantity * tighter) for cap in market.caps))
    for cap, flow in zip(market.caps, solve_own(narrow).cap_flows, strict=True):
        assert flow <= cap.quantity * tighter * (1 + 1e-9)


def test_a_large_market_is_solved_in_seconds() -> None:
    rng = np.random.default_rng(1)
    size = 60
    base = linear_network(3)
    producers = tuple(replace(base.producers[0], name=f"P{at}", supply=Linear(rng.uniform(0, 30), rng.uniform(0.1, 3))) for at in range(size))  # fmt: skip  # noqa: E501
    users = tuple(replace(base.users[0], name=f"U{at}", demand=Isoelastic(1.0, rng.uniform(20, 60), 0.5)) for at in range(size))  # fmt: skip  # noqa: E501
    routes = tuple(Route(at, to, rng.uniform(0, 12), 0.1) for at in range(size) for to in range(size))
    found = solve_own(OwnMarket(("good",), (*producers, replace(base.producers[0], name="step", supply=Step(1.0, 5.0))), users, routes))  # fmt: skip  # noqa: E501
    assert max(found.certificate.balance, found.certificate.complementarity) <= 1e-9

"""Markets whose solution is known: from the literature, or worked out by hand in the docstring of the test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from orepact.errors import NotSolved
from orepact.market.own import (
    Curve,
    Fixed,
    Floor,
    Hill,
    Isoelastic,
    Linear,
    OwnCap,
    OwnMarket,
    OwnSolution,
    OwnStatus,
    Producer,
    Refiner,
    Route,
    Step,
    User,
    solve_own,
)  # fmt: skip

EXACT = 1e-9


def one(supply: Curve, demand: Curve, route: Route | None = None, **changes: object) -> OwnMarket:
    """One producer, one user, one route."""
    market = OwnMarket(("good",), (Producer("A", 0, supply),), (User("C", 0, demand),), (route or Route(0, 0),))
    return replace(market, **changes)


def certified(market: OwnMarket) -> OwnSolution:
    found = solve_own(market)
    assert max(found.certificate.balance, found.certificate.complementarity) <= EXACT
    return found


SEATTLE = (2.5, 1.7, 1.8)
SAN_DIEGO = (2.5, 1.8, 1.4)
NEEDS = {"New York": 325.0, "Chicago": 300.0, "Topeka": 275.0}


def transport(demands: tuple[Curve, ...]) -> OwnMarket:
    """Dantzig's transport problem (1963, chapter 3-3), as in the first model of the GAMS library: 90 USD per case and 1000 miles."""
    plants = (Producer("Seattle", 0, Step(0.0, 350.0)), Producer("San Diego", 0, Step(0.0, 600.0)))
    users = tuple(User(name, 0, demand) for name, demand in zip(NEEDS, demands, strict=True))
    routes = tuple(
        Route(origin, buyer, freight=0.09 * miles)
        for origin, row in enumerate((SEATTLE, SAN_DIEGO))
        for buyer, miles in enumerate(row)
    )
    return OwnMarket(("cases",), plants, users, routes)


def test_dantzigs_transport_problem() -> None:
    """Its least cost is 153.675 thousand USD, and the prices of needs 0.225, 0.153 and 0.126; its flows are not unique."""
    found = certified(transport(tuple(Fixed(need) for need in NEEDS.values())))
    cost = sum(
        route.freight * flow for route, flow in zip(found.market.routes, found.values.flows.tolist(), strict=True)
    )
    assert cost == pytest.approx(153.675, rel=1e-12)
    np.testing.assert_allclose(found.values.paid, [0.225, 0.153, 0.126], rtol=1e-12)
    np.testing.assert_allclose(found.values.price, 0.0, atol=1e-12)
    assert found.certificate.status is OwnStatus.OTHER_FLOWS


def test_the_transport_problem_with_elastic_ends() -> None:
    """Demand through the optimum with the elasticities 1.5, 1.2 and 2 (Rutherford's MCP form, ``transmcp``) leaves it where it is."""
    prices, elasticities = (0.225, 0.153, 0.126), (1.5, 1.2, 2.0)
    demands = tuple(
        Isoelastic(need, price, each) for need, price, each in zip(NEEDS.values(), prices, elasticities, strict=True)
    )
    found = certified(transport(demands))
    np.testing.assert_allclose(found.values.bought, list(NEEDS.values()), rtol=1e-9)
    np.testing.assert_allclose(found.values.paid, prices, rtol=1e-9)


def test_two_regions_trade_until_prices_differ_by_freight() -> None:
    """Enke (1951) and Samuelson (1952). Region 1: supply 4 + q, demand 16 - q; alone 10. Region 2: 12 + q, 32 - q; alone 22.

    With freight 2 region 1 exports x. Its excess supply at price p is (p - 4) - (16 - p) = 2 p - 20, the excess demand of region 2
    at p + 2 is (32 - p - 2) - (p + 2 - 12) = 40 - 2 p. So p = 15, x = 10; region 2 pays 17.
    """
    market = OwnMarket(
        ("good",),
        (Producer("1", 0, Linear(4, 1)), Producer("2", 0, Linear(12, 1))),
        (User("1", 0, Linear(16, 1)), User("2", 0, Linear(32, 1))),
        (Route(0, 0), Route(0, 1, freight=2), Route(1, 0, freight=2), Route(1, 1)),
    )
    found = certified(market)
    np.testing.assert_allclose(found.values.price, [15, 17])
    np.testing.assert_allclose(found.values.flows, [1, 10, 0, 5], atol=1e-12)
    assert found.certificate.status is OwnStatus.SOLVED
    assert not found.values.flows[2]


def test_freight_above_the_difference_stops_trade() -> None:
    """The same regions with freight 12, the difference of the prices of each alone: nothing moves, and each pays its own price."""
    market = OwnMarket(
        ("good",),
        (Producer("1", 0, Linear(4, 1)), Producer("2", 0, Linear(12, 1))),
        (User("1", 0, Linear(16, 1)), User("2", 0, Linear(32, 1))),
        (Route(0, 0), Route(0, 1, freight=12), Route(1, 0, freight=12), Route(1, 1)),
    )
    np.testing.assert_allclose(certified(market).values.paid, [10, 22])
    np.testing.assert_allclose(certified(market).values.flows, [6, 0, 0, 10], atol=1e-9)


def test_three_regions_with_one_exporter() -> None:
    """Supply q at price q; users 20 - q at freight 2 and 30 - q at freight 4: q = (18 - p) + (26 - p), so p = 44/3."""
    market = OwnMarket(
        ("good",),
        (Producer("A", 0, Linear(0, 1)),),
        (User("B", 0, Linear(20, 1)), User("C", 0, Linear(30, 1))),
        (Route(0, 0, freight=2), Route(0, 1, freight=4)),
    )
    found = certified(market).values
    np.testing.assert_allclose(found.price, [44 / 3])
    np.testing.assert_allclose(found.flows, [18 - 44 / 3, 26 - 44 / 3])


def test_ad_valorem_tariff_by_hand() -> None:
    """Delivered 1.5 (p + 3): 42 - 2 q = 1.5 (9 + q + 3) gives q = 24/3.5; revenue 0.5 (p + 3) q."""
    found = certified(one(Linear(9, 1), Linear(42, 2), Route(0, 0, freight=3, tariff=0.5)))
    q = 24 / 3.5
    np.testing.assert_allclose(found.values.flows, [q])
    np.testing.assert_allclose(found.tariff_revenue, [0.5 * (9 + q + 3) * q])


def test_ad_valorem_tariffs_that_no_welfare_maximiser_solves() -> None:
    """Two producers and two users with a tariff of its own on every route.

    Prices 10 at A and 12 at B. A to C: 1.5 (10 + 2) = 18. B to C: 1.25 (12 + 4) - 2 = 18. B to D: 2 (12 + 0) = 24. A to D:
    1.5 (10 + 8) = 27, above 24, so unused. With flows 6, 2 and 4: A sells 6 at 4 + 6, B sells 6 at 6 + 6, C buys 8 at 34 - 2 x 8 = 18
    and D buys 4 at 32 - 2 x 4 = 24.
    """
    market = OwnMarket(
        ("good",),
        (Producer("A", 0, Linear(4, 1)), Producer("B", 0, Linear(6, 1))),
        (User("C", 0, Linear(34, 2)), User("D", 0, Linear(32, 2))),
        (
            Route(0, 0, freight=2, tariff=0.5),
            Route(1, 0, freight=4, tariff=0.25, wedge=-2),
            Route(0, 1, freight=8, tariff=0.5),
            Route(1, 1, tariff=1.0),
        ),
    )
    found = certified(market)
    np.testing.assert_allclose(found.values.price, [10, 12])
    np.testing.assert_allclose(found.values.paid, [18, 24])
    np.testing.assert_allclose(found.values.flows, [6, 2, 0, 4], atol=1e-12)


def test_a_cap_has_the_rent_of_its_scarcity() -> None:
    """At 4 units the user pays 42 - 8 = 34, the producer asks 13, freight is 3: the rent is 18, and at a cap of 12 nothing."""
    tight = certified(one(Linear(9, 1), Linear(42, 2), Route(0, 0, freight=3, cap=4)))
    np.testing.assert_allclose([*tight.values.price, *tight.values.paid, *tight.values.rents], [13, 34, 18])
    loose = certified(one(Linear(9, 1), Linear(42, 2), Route(0, 0, freight=3, cap=12)))
    np.testing.assert_allclose([*loose.values.flows, *loose.values.rents], [10, 0], atol=1e-12)


def test_a_cap_of_zero_closes_a_route_and_tells_what_the_first_unit_is_worth() -> None:
    found = certified(one(Linear(9, 1), Linear(42, 2), Route(0, 0, freight=3, cap=0)))
    np.testing.assert_allclose([*found.values.price, *found.values.paid, *found.values.rents], [9, 42, 30])
    group = certified(one(Linear(9, 1), Linear(42, 2), Route(0, 0, freight=3), caps=(OwnCap("all", (0,), 0.0),)))
    np.testing.assert_allclose(group.values.rents, [30])


def test_a_cap_on_two_routes() -> None:
    """Two equal users behind a cap of 6: 3 each, so 30 - 3 = 27 delivered, 3 + 6 = 9 asked, and the rent is 18."""
    market = OwnMarket(
        ("good",),
        (Producer("A", 0, Linear(3, 1)),),
        (User("B", 0, Linear(30, 1)), User("C", 0, Linear(30, 1))),
        (Route(0, 0), Route(0, 1)),
        caps=(OwnCap("exports of A", (0, 1), 6.0),),
    )
    found = certified(market)
    np.testing.assert_allclose(found.values.flows, [3, 3])
    np.testing.assert_allclose(found.values.rents, [18])


def test_a_refiner_passes_on_its_yield_and_cost() -> None:
    """Yield 1/2, cost 3: p' / 2 = p + 3. With r bought: p = 2 + r and p' = 60 - r / 2, so 30 - r / 4 = 5 + r and r = 20."""
    market = OwnMarket(
        ("ore", "metal"),
        (Producer("M", 0, Linear(2, 1)),),
        (User("C", 1, Linear(60, 1)),),
        (Route(0, 1), Route(1, 0)),
        (Refiner("R", 0, 1, 0.5, 3.0),),
    )
    found = certified(market)
    np.testing.assert_allclose(found.values.price, [22, 50])
    np.testing.assert_allclose(found.values.bought, [10, 20])
    full = certified(replace(market, refiners=(Refiner("R", 0, 1, 0.5, 3.0, capacity=12.0),)))
    np.testing.assert_allclose(full.values.price, [14, 54])


def test_a_refiner_that_answers_to_its_margin_runs_half_where_the_margin_is_its_cost() -> None:
    """Ore at 5 and metal at 20 in any quantity, yield 1/2, cost 5: margin 10 - 5 is the cost, so 50 of 100."""
    market = OwnMarket(
        ("ore", "metal"),
        (Producer("M", 0, Linear(5, 0)),),
        (User("C", 1, Linear(20, 0)),),
        (Route(0, 1), Route(1, 0)),
        (Refiner("R", 0, 1, 0.5, 5.0, capacity=100.0, elasticity=2.0),),
        base_price=(None, 20.0),
    )
    np.testing.assert_allclose(certified(market).values.bought, [25, 50])


def test_a_buyer_of_last_resort_holds_the_floor() -> None:
    """At 25 the producer makes 16, the user takes 8.5, and 7.5 are left; a floor of 20 does nothing, for the price is 20 + 0."""
    found = certified(one(Linear(9, 1), Linear(42, 2), floors=(Floor(0, 25.0),)))
    np.testing.assert_allclose([*found.values.price, *found.values.resort], [25, 7.5])
    low = certified(one(Linear(9, 1), Linear(42, 2), floors=(Floor(0, 12.0),)))
    np.testing.assert_allclose([*low.values.price, *low.values.resort], [20, 0], atol=1e-12)


@pytest.mark.parametrize(
    ("supply", "demand", "price", "quantity"),
    [
        (Step(5, 10), Linear(42, 2), 22, 10),  # at capacity the price is what the user pays for it
        (Step(5, 20), Linear(25, 2), 5, 10),  # below capacity it is the cost
        (Step(5, 10), Linear(25, 2), 5, 10),  # at the kink both hold
        (Step(5, 10), Fixed(10), 5, 10),  # many prices hold: the lowest
        (Fixed(10), Linear(42, 2), 22, 10),
        (Fixed(30), Linear(42, 2), -18, 30),  # sold whatever the price
        (Isoelastic(8, 2, 1), Isoelastic(8, 8, 1), 4, 16),  # 4 p = 64 / p
        (
            Hill(50, 100, 0.2, 62.5),
            Linear(75, 1),
            25,
            31.25,
        ),  # K = 62.5, k = 1, c = 25: half of it at 25 ... and demand 50
        (Linear(9, 1), Linear(9, 1), 9, 0),  # the first unit is worth what it costs
    ],
)
def test_curves(supply: Curve, demand: Curve, price: float, quantity: float) -> None:
    if isinstance(supply, Hill):
        demand = Linear(25 + 31.25, 1)
    found = certified(one(supply, demand))
    np.testing.assert_allclose(found.values.price, [price], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.values.sold, [quantity], rtol=1e-9, atol=1e-9)


def test_a_price_that_could_be_another_is_the_lowest_and_says_so() -> None:
    found = certified(one(Step(5, 10), Fixed(10)))
    assert found.certificate.status is OwnStatus.OTHER_PRICES


def test_nobody_can_trade() -> None:
    found = certified(OwnMarket(("good",), (Producer("A", 0, Linear(9, 1)),), (User("C", 0, Linear(42, 2)),), ()))
    np.testing.assert_allclose([*found.values.price, *found.values.paid], [9, 42])


def test_capacities_of_zero() -> None:
    found = certified(one(Step(5, 0), Linear(42, 2)))
    assert found.values.sold[0] == 0
    assert found.values.paid[0] == 42


@pytest.mark.parametrize(
    ("market", "words"),
    [
        (one(Step(5, 10), Fixed(11)), ("user C", "cannot all be supplied")),
        (one(Fixed(11), Fixed(10)), ("fixed quantity cannot all be",)),
        (one(Step(5, 0), Fixed(1)), ("user C", "nobody can supply it")),
        (one(Linear(1, 1), Isoelastic(1, 1, 1), Route(0, 0, cap=0)), ("user C", "nobody can supply it")),
        (one(Fixed(1), Linear(9, 1), Route(0, 0, cap=0)), ("producer A", "nobody can buy")),
        (one(Linear(9, 0), Linear(42, 0)), ("producer A", "not solved within its tolerance")),
    ],
)
def test_what_has_no_solution_is_refused_by_name(market: OwnMarket, words: tuple[str, ...]) -> None:
    with pytest.raises(NotSolved) as refused:
        solve_own(market)
    for word in words:
        assert word in str(refused.value)


def test_dispersed_sourcing_by_hand() -> None:
    """Two producers of any quantity at 10 and 12, theta = 5 / 10, equal weights: the shares are as exp(1) to 1."""
    market = OwnMarket(
        ("good",),
        (Producer("A", 0, Linear(10, 0)), Producer("B", 0, Linear(12, 0))),
        (User("C", 0, Fixed(100)),),
        (Route(0, 0), Route(1, 0)),
        base_price=(10.0,),
        sigma=5.0,
    )
    share = np.e / (np.e + 1)
    found = certified(market).values
    np.testing.assert_allclose(found.flows, [100 * share, 100 * (1 - share)])
    np.testing.assert_allclose(found.paid, [10 * share + 12 * (1 - share)])
    np.testing.assert_allclose(found.felt, [-np.log((np.exp(-5) + np.exp(-6)) / 2) / 0.5])


def test_base_shares_hold_at_base_prices() -> None:
    market = OwnMarket(
        ("good",),
        (Producer("A", 0, Linear(10, 0)), Producer("B", 0, Linear(10, 0))),
        (User("C", 0, Fixed(100)),),
        (Route(0, 0, freight=3, share=0.3), Route(1, 0, freight=1, tariff=0.2, share=0.7)),
        base_price=(10.0,),
        sigma=5.0,
    )
    np.testing.assert_allclose(certified(market).values.flows, [30, 70])


@pytest.mark.parametrize("sigma", [30.0, 1000.0, 30_000.0])
def test_dispersed_sourcing_tends_to_the_classical_kind(sigma: float) -> None:
    market = OwnMarket(
        ("good",),
        (Producer("A", 0, Linear(9, 1)), Producer("B", 0, Linear(5, 2))),
        (User("C", 0, Linear(42, 2)), User("D", 0, Linear(30, 1))),
        (Route(0, 0, 3), Route(1, 0, 5), Route(0, 1, 1, 0.2), Route(1, 1, 4, cap=3.0)),
        base_price=(20.0,),
    )
    exact, near = certified(market).values, certified(replace(market, sigma=sigma)).values
    np.testing.assert_allclose(near.price, exact.price, rtol=2 / sigma)
    np.testing.assert_allclose(near.paid, exact.paid, rtol=2 / sigma)
    np.testing.assert_allclose(near.rents, exact.rents, rtol=20 / sigma)

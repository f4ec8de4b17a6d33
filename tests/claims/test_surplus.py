"""Gains, losses and what treasuries take close against the change of welfare, worked out along a path of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from claims.markets import base_flows, depths, names_of, random_market, seeds
from hypothesis import given
from hypothesis import strategies as st

from orepact.market import Problem, accounts, gains, solve, surplus
from orepact.policy import OutputSubsidy, PriceFloor, ReferenceDuty, Tariff

STEPS, SHARES = np.polynomial.legendre.leggauss(12)


def with_specific(problem: Problem, tables: list[np.ndarray], part: float) -> Problem:
    stages = tuple(
        replace(stage, levy=stage.levy + part * table[0]) for stage, table in zip(problem.stages, tables, strict=True)
    )
    return replace(problem, stages=stages)


@given(seeds, depths, st.floats(1.02, 1.6))
def test_gains_and_revenue_of_a_reference_duty_close_against_welfare(seed: int, depth: int, lift: float) -> None:
    """``sum of gains = -∫ x dtau`` along any path of wedges that ends at those of the duty: here a straight one."""
    base = random_market(seed, stages=depth, producers=4)
    labels, at = names_of(base), depth - 1
    duty = ReferenceDuty(
        importers=(labels.buyers[at][0], labels.buyers[at][1]), stage=labels.stages[at],
        reference=float(lift * base.stages[at].price[0]),
    )  # fmt: skip
    problem = duty.apply(base, labels, base_flows(base, at))
    found = solve(problem, tolerance=1e-12).require()
    parts = gains(problem, found)
    total = sum(each.sum() for group in (parts.producers, parts.refiners, parts.users) for each in group)
    money = accounts(problem, found)
    wedges = [
        sum((paid.treasury for paid in stage.duties), np.zeros_like(flows)) / np.maximum(flows, 1e-300)
        for stage, flows in ((money.stages[k], found.stages[k].flows) for k in range(depth))
    ]
    path = 0.0
    for node, share in zip(STEPS, SHARES, strict=True):
        there = solve(with_specific(base, wedges, (node + 1) / 2), tolerance=1e-12).require()
        path -= (
            share / 2 * sum(float((each.flows * wedge).sum()) for each, wedge in zip(there.stages, wedges, strict=True))
        )
    revenue = sum(float(paid.treasury.sum()) for stage in money.stages for paid in stage.duties)
    assert abs(total - path) <= 1e-6 * max(revenue, 1e-6 * float(money.stages[-1].paid.sum()))
    # What everybody together has after the treasury's part is less than before: the duty costs more than it brings.
    assert total + revenue <= 1e-9 * float(money.stages[-1].paid.sum())


@given(seeds, depths)
def test_a_small_tariff_costs_nothing_at_first_order(seed: int, depth: int) -> None:
    base = random_market(seed, stages=depth, producers=4)
    labels, at = names_of(base), depth - 1

    def lost(rate: float) -> tuple[float, float]:
        tariff = Tariff(
            importers=(labels.buyers[at][0],), stage=labels.stages[at], per_tonne=rate * float(base.stages[at].price[0])
        )
        problem = tariff.apply(base, labels, base_flows(base, at))
        found = solve(problem, tolerance=1e-12).require()
        parts = gains(problem, found)
        total = sum(each.sum() for group in (parts.producers, parts.refiners, parts.users) for each in group)
        revenue = float(accounts(problem, found).stages[at].levy.sum())
        return total + revenue, revenue

    (small, one), (large, two) = lost(1e-4), lost(1e-3)
    assert small <= 1e-9 * one
    # Ten times the rate costs about a hundred times as much.
    assert abs(large) >= 20 * abs(small) - 1e-9 * two


@given(seeds, st.floats(1.1, 1.6))
def test_what_a_treasury_pays_producers_and_users_gain_part_of(seed: int, lift: float) -> None:
    base = random_market(seed, producers=4)
    labels, price = names_of(base), float(base.stages[0].price[0])
    country = labels.producers[0][1]
    for paid in (
        PriceFloor(countries=(country,), stage="refined", strike=lift * price, payer="USA"),
        OutputSubsidy(countries=(country,), stage="refined", per_tonne=(lift - 1) * price, payer="USA"),
    ):
        problem = paid.apply(base, labels, base_flows(base, 0))
        found = solve(problem, tolerance=1e-12).require()
        parts = gains(problem, found)
        cost = float(accounts(problem, found).supports[0].sum())
        total = parts.producers[0].sum() + parts.users[0].sum()
        assert parts.producers[0][0, 1] >= -1e-9 * cost
        assert parts.users[0].sum() >= -1e-9 * cost
        assert 0 <= total <= cost * (1 + 1e-9)


@pytest.mark.parametrize("high", [2.0, 100.0, 1e6])
def test_areas_are_exact_however_far_a_price_moves(high: float) -> None:
    """Under ``x = p^-3/2`` the area from 1 to P is ``2 (1 - P^-1/2)``, by hand; and the other way round its negative."""
    low, top = np.ones((1, 1)), np.full((1, 1), high)
    area = 2 * (1 - high**-0.5)
    assert surplus._area(lambda price: price**-1.5, low, top)[0, 0] == pytest.approx(area, rel=1e-12)
    assert surplus._area(lambda price: price**-1.5, top, low)[0, 0] == pytest.approx(-area, rel=1e-12)

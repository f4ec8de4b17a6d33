"""The base year reproduces itself, in any unit and any order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from claims.markets import base_flows, depths, random_market, seeds, sizes
from hypothesis import given
from hypothesis import strategies as st

from orepact.market import Problem, Stage, Stocks, solve
from orepact.market.sourcing import anchor


@given(seeds, depths, sizes, st.booleans())
def test_nothing_happens_when_nothing_happens(seed: int, depth: int, size: int, wedges: bool) -> None:
    problem = random_market(seed, stages=depth, producers=size, draws=3, wedges=wedges)
    solution = solve(problem, tolerance=1e-12)
    assert solution.failed == 0
    for at, (stage, found) in enumerate(zip(problem.stages, solution.stages, strict=True)):
        np.testing.assert_allclose(found.price, np.broadcast_to(stage.price, found.price.shape), rtol=1e-12)
        np.testing.assert_allclose(found.flows, np.broadcast_to(base_flows(problem, at), found.flows.shape), rtol=1e-12)
        np.testing.assert_allclose(found.stock_release, 0.0, atol=1e-12 * found.flows.sum())
        np.testing.assert_allclose(found.paid_price, found.base_paid_price, rtol=1e-12)
    last = solution.stages[-1]
    assert np.all(np.abs(last.given_up) <= 1e-12 * last.base_use)
    assert np.all(last.unserved == 0.0)


@given(seeds, depths)
def test_prices_from_elsewhere_come_back_to_base(seed: int, depth: int) -> None:
    problem = random_market(seed, stages=depth, wedges=True)
    rng = np.random.default_rng(seed + 1)
    start = tuple(
        np.atleast_2d(stage.price) * rng.uniform(0.3, 3.0, (1, np.size(stage.price))) for stage in problem.stages
    )
    for stage, found in zip(problem.stages, solve(problem, start=start).stages, strict=True):
        np.testing.assert_allclose(found.price[0], stage.price, rtol=1e-8)


def _in_units(problem: Problem, tonnes: float, money: float) -> Problem:
    """The same market counted in another unit of mass (``tonnes`` of them to the old one) and of money."""
    price = money / tonnes

    def stocks(held: Stocks) -> Stocks:
        return replace(held, held=held.held * tonnes)

    def stage(old: Stage) -> Stage:
        users = replace(old.users, use=old.users.use * tonnes, stocks=stocks(old.users.stocks))
        plants = old.refining and replace(old.refining, throughput=old.refining.throughput * tonnes)
        return replace(
            old,
            price=old.price * price,
            freight=old.freight * price,
            levy=old.levy * price,
            supply=replace(old.supply, output=old.supply.output * tonnes),
            stocks=stocks(old.stocks),
            users=users,
            refining=plants,
        )

    return Problem(tuple(map(stage, problem.stages)))


def _shocked(problem: Problem) -> Problem:
    first = problem.stages[0]
    lost = np.ones(len(first.price))
    lost[0] = 0.3
    return replace(problem, stages=(replace(first, supply=replace(first.supply, remaining=lost)), *problem.stages[1:]))


@given(seeds, depths)
def test_units_scale_out(seed: int, depth: int) -> None:
    problem = _shocked(random_market(seed, stages=depth, wedges=True))
    found = solve(problem, tolerance=1e-12)
    scaled = solve(_in_units(problem, tonnes=1000.0, money=0.001), tolerance=1e-12)
    for old, new in zip(found.stages, scaled.stages, strict=True):
        np.testing.assert_allclose(new.price, old.price * 1e-6, rtol=1e-9)
        np.testing.assert_allclose(new.flows, old.flows * 1000.0, rtol=1e-8)


@given(seeds)
def test_order_of_countries_does_not_matter(seed: int) -> None:
    problem = _shocked(random_market(seed, producers=5, wedges=True))
    stage = problem.stages[0]
    order = np.random.default_rng(seed).permutation(5)
    mixed = replace(
        stage,
        supply=replace(stage.supply, output=stage.supply.output[order], remaining=stage.supply.remaining[order]),
        stocks=replace(stage.stocks, held=stage.stocks.held[:, order]),
        weights=stage.weights[order],
        freight=stage.freight[order],
        base_tariff=stage.base_tariff[order],
        tariff=stage.tariff[order],
    )
    straight = solve(problem, tolerance=1e-12).stages[0]
    turned = solve(Problem((mixed,)), tolerance=1e-12).stages[0]
    np.testing.assert_allclose(turned.price, straight.price[:, order], rtol=1e-10)
    np.testing.assert_allclose(turned.paid_price, straight.paid_price, rtol=1e-10)


def test_draws_do_not_touch_each_other() -> None:
    problem = _shocked(random_market(5, stages=2, draws=130))
    together = solve(problem)
    stage = problem.stages[1]
    assert anchor(stage, np.ones((1, 1))).theta.shape[0] == 130
    from orepact.market.system import take

    alone = solve(take(problem, np.array([97]), 130))
    for whole, single in zip(together.stages, alone.stages, strict=True):
        np.testing.assert_allclose(single.price[0], whole.price[97], rtol=1e-12)

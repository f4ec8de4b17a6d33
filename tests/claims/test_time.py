"""What must hold from one period to the next, on any market."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from claims.markets import base_flows, depths, names_of, random_market, seeds, sizes
from hypothesis import given
from hypothesis import strategies as st

from orepact.market import Problem, Solution, Speeds, at_base, carried_in, carried_out, solve
from orepact.market.carry import Carry, part_of_the_way
from orepact.policy import ExportCut, NewProject

DRAWS, MONTH = 2, 1 / 12


def speeds(years: float = 3.0) -> Speeds:
    column = np.full((DRAWS, 1), years)
    return Speeds(0.3 * np.ones((DRAWS, 1)), 0.5 * np.ones((DRAWS, 1)), column, column, column, column / 3, column / 6)


def monthly(seed: int, depth: int, size: int) -> Problem:
    """A random market of a month: its stocks are those of a year's market, so they last for months."""
    return random_market(seed, stages=depth, producers=size, draws=DRAWS)


def walked(problem: Problem, periods: int, cut_for: int, pace: Speeds) -> tuple[list[Solution], list[Carry]]:
    """Some periods, the first of them with half of a producer's exports cut."""
    labels = names_of(problem)
    cut = ExportCut(origins=(labels.producers[-1][0],), stage=labels.stages[-1], cut=0.5)
    flows = base_flows(problem, len(problem.stages) - 1)
    carry, solutions, carries = at_base(problem, DRAWS), [], []
    for at in range(periods):
        market = carried_in(problem, carry, pace, MONTH)
        if at < cut_for:
            market = cut.apply(market, labels, flows)
        found = solve(market).require()
        carries.append(carry)
        carry = carried_out(problem, found, carry, pace, MONTH)
        solutions.append(found)
    return solutions, [*carries, carry]


@given(seeds, depths, sizes)
def test_nothing_moves_in_time_when_nothing_happens(seed: int, depth: int, size: int) -> None:
    problem = monthly(seed, depth, size)
    solutions, carries = walked(problem, 3, 0, speeds())
    for found in solutions:
        for stage, base in zip(found.stages, problem.stages, strict=True):
            np.testing.assert_allclose(stage.price, np.broadcast_to(base.price, stage.price.shape), rtol=1e-10)
    for one, other in zip(carries[0], carries[-1], strict=True):
        for before, after in zip(vars(one).values(), vars(other).values(), strict=True):
            np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-9 * float(np.abs(before).max(initial=1.0)))


@given(seeds, depths, sizes)
def test_tonnes_balance_over_the_whole_time(seed: int, depth: int, size: int) -> None:
    """What was made and drawn from stocks over all periods is what was used: at the last stage, of all countries together."""
    problem = monthly(seed, depth, size)
    solutions, carries = walked(problem, 4, 2, speeds())
    made = sum(found.stages[-1].output.sum(axis=1) for found in solutions)
    used = sum(found.stages[-1].use.sum(axis=1) for found in solutions)
    first, last = carries[0][-1], carries[-1][-1]
    drawn = (first.producer_stock - last.producer_stock).sum(axis=1) + (first.user_stock - last.user_stock).sum(axis=1)
    np.testing.assert_allclose(made + drawn, used, rtol=1e-8)
    for carry in carries:
        for stage in carry:
            assert np.all(stage.user_stock >= -1e-9 * stage.user_stock.max(initial=1.0))
            np.testing.assert_allclose(stage.shares.sum(axis=1), 1.0, rtol=1e-12)


@given(seeds, sizes)
def test_stocks_run_down_under_a_cut_and_come_back_after_it(seed: int, size: int) -> None:
    problem = monthly(seed, 1, size)
    _, carries = walked(problem, 6, 3, speeds())
    abroad = [carry[0].user_stock[:, 1:].sum(axis=1) for carry in carries]
    assert np.all(abroad[3] <= abroad[0] * (1 + 1e-9))
    assert np.all(abroad[6] >= abroad[3] * (1 - 1e-9))


@given(seeds, sizes)
def test_the_inclusive_price_abroad_rises_month_by_month_under_a_steady_cut(seed: int, size: int) -> None:
    """With stocks running down and nothing else answering."""
    problem = monthly(seed, 1, size)
    never = np.full((DRAWS, 1), 1e9)
    still = Speeds(np.zeros((DRAWS, 1)), np.zeros((DRAWS, 1)), never, never, never, never, never)
    solutions, _ = walked(problem, 4, 4, still)
    use = problem.stages[0].users.use[1:]
    prices = [(found.stages[0].inclusive_price[:, 1:] * use).sum(axis=1) / use.sum() for found in solutions]
    for earlier, later in pairwise(prices):
        assert np.all(later >= earlier * (1 - 1e-9))


@given(seeds, depths, sizes)
def test_a_warm_start_finds_the_same(seed: int, depth: int, size: int) -> None:
    problem = monthly(seed, depth, size)
    solutions, carries = walked(problem, 2, 2, speeds())
    labels = names_of(problem)
    cut = ExportCut(origins=(labels.producers[-1][0],), stage=labels.stages[-1], cut=0.5)
    market = cut.apply(carried_in(problem, carries[1], speeds(), MONTH), labels, base_flows(problem, depth - 1))
    before = solutions[0]
    warm = solve(market, start=(*(stage.price for stage in before.stages), before.bounded)).require()
    cold = solve(market).require()
    for one, other in zip(warm.stages, cold.stages, strict=True):
        np.testing.assert_allclose(one.price, other.price, rtol=1e-7)


@given(seeds)
def test_demand_and_capacity_go_to_their_long_run_answer(seed: int) -> None:
    """At a price held twice as high, the factors end at 2^-(long less short) and 2^(long less short)."""
    problem = monthly(seed, 1, 3)
    pace, carry = speeds(0.5), at_base(problem, DRAWS)
    found = solve(carried_in(problem, carry, pace, MONTH)).require()
    stage = found.stages[0]
    dear = replace(found, stages=(replace(stage, price=2 * stage.price, paid_price=2 * stage.base_paid_price),))
    for _ in range(120):
        carry = carried_out(problem, dear, carry, pace, MONTH)
    np.testing.assert_allclose(carry[0].wanted, 2.0**-0.3, rtol=1e-6)
    np.testing.assert_allclose(carry[0].capacity, 2.0**0.5, rtol=1e-6)


@given(st.floats(0.01, 10), st.floats(0.1, 20))
def test_two_halves_of_a_period_go_as_far_as_the_whole(years: float, to_go: float) -> None:
    half, whole = (float(part_of_the_way(each, np.array(to_go))) for each in (years / 2, years))
    assert abs(1 - (1 - half) ** 2 - whole) < 1e-12


def test_what_is_carried_enters_the_next_market() -> None:
    """Capacity, habit, stocks, expectations and demand of a carry are those of the problem; a fall of price is not expected to last."""
    problem, pace = monthly(5, 2, 3), speeds()
    carry = at_base(problem, DRAWS)
    moved = tuple(
        replace(
            each,
            capacity=each.capacity * 1.1,
            wanted=each.wanted * 0.9,
            shares=np.roll(each.shares, 1, axis=1),
            producer_stock=each.producer_stock * 0.5,
            producer_expects=each.producer_expects * 2.0,
        )
        for each in carry
    )
    market = carried_in(problem, moved, pace, MONTH)
    for base, stage, each in zip(problem.stages, market.stages, moved, strict=True):
        np.testing.assert_allclose(stage.supply.remaining, base.supply.remaining * 1.1 * np.ones((DRAWS, 1)))
        np.testing.assert_array_equal(stage.weights_now, each.shares)
        np.testing.assert_array_equal(stage.habit, each.shares)
        np.testing.assert_allclose(stage.stocks.held, base.stocks.held * 2.0**base.stocks.response)
        np.testing.assert_allclose(
            stage.stocks.level, np.broadcast_to(base.stocks.held * 0.5, stage.stocks.level.shape)
        )
        np.testing.assert_allclose(stage.users.wanted, 0.9)
        if stage.refining is not None:
            np.testing.assert_allclose(stage.refining.remaining, 1.1)
    found = solve(carried_in(problem, carry, pace, MONTH)).require()
    cheap = replace(
        found,
        stages=tuple(
            replace(each, price=0.5 * each.price, paid_price=0.5 * each.base_paid_price) for each in found.stages
        ),
    )
    for each in carried_out(problem, cheap, carry, pace, MONTH):
        np.testing.assert_array_equal(each.producer_expects, 1.0)
        np.testing.assert_array_equal(each.user_expects, 1.0)
        assert np.all(each.capacity < 1.0)


def test_habit_counts_no_project_twice() -> None:
    """A project that sells its share month after month, with nothing else going on, keeps it: prices stay where they settle."""
    problem = random_market(7, producers=3, draws=DRAWS)
    labels, flows = names_of(problem), base_flows(problem, 0)
    project = NewProject(country=labels.producers[0][0], stage="refined", capacity=float(0.2 * flows.sum()))
    pace, carry, shares = speeds(1.0), at_base(problem, DRAWS), []
    for _ in range(24):
        market = project.apply(carried_in(problem, carry, pace, MONTH), labels, flows)
        found = solve(market).require()
        shares.append(found.stages[0].flows[0, 0].sum() / found.stages[0].flows[0].sum())
        carry = carried_out(problem, found, carry, pace, MONTH)
    # Habit may follow what cheaper goods gain, and no more: without it the share would be that of the first month.
    assert abs(shares[-1] - shares[0]) < 0.25 * shares[0]

"""From one period to the next: what is carried over, and how it enters the next market (market-model, section 4).

Stocks are what was in hand less what was released. Demand and capacity have answered only in part to the prices of the periods
before (a partial adjustment, Nerlove 1958): with a share ``a = 1 - exp(-dt / tau)`` of the way gone in a period of ``dt`` years,

    ln m' = (1 - a) ln m - a (long-run less short-run elasticity) ln(price / base)          demand
    ln g' = (1 - a) ln g + a (long-run less short-run elasticity) ln(price / base)          capacity
    ln e' = (1 - a) ln e + a ln(price / base)                                               expectation
    w' = (1 - a) w + a s                                                                    habit

``m`` multiplies what users want, ``g`` the capacity of mines and plants, ``w`` are the shares that sourcing is anchored on. ``e`` is the
price that holders of stocks take to last (adaptive expectations, Cagan 1956; Nerlove 1958): the stock wished is
``held (price / (base e))^-response``, so that a price that has been high for long calls out no more stock, and stocks are built up
again at it. A price below base is taken to come back: ``e`` is never below 1. All four
are known when a period begins, so each period is an ordinary market.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from orepact.market.problem import Problem, Stage, Stocks, Users
from orepact.market.solution import Solution, StageSolution

Array = NDArray[np.float64]

LEAST_RATIO = 0.05
"""Ratio to base below which a price is taken for this in slow answers: additive sourcing can make a felt price negative."""


@dataclass(frozen=True)
class Speeds:
    """How fast things answer. Years to go two thirds of the way, ``(B, 1)``; infinite for never. Elasticities ``(B, 1)``.

    demand, supply: long-run less short-run elasticity, positive where the long run is larger.
    demand_years, supply_years, habit_years, rebuild_years, expect_years: of slow demand, capacity, habit, buying back
    stocks, and taking a price to last.
    """

    demand: Array
    supply: Array
    demand_years: Array
    supply_years: Array
    habit_years: Array
    rebuild_years: Array
    expect_years: Array


@dataclass(frozen=True)
class StageCarry:
    """What one stage carries.

    producer_stock, user_stock: in hand, tonnes, ``(B, n)`` and ``(B, J)``. wanted: factor on what users want ``(B, J)``. capacity:
    factor on that of mines and plants ``(B, n)``. shares: what sourcing is anchored on ``(B, n, b)``. producer_expects, user_expects:
    ratio to base of the price that holders take to last.
    """

    producer_stock: Array
    user_stock: Array
    wanted: Array
    capacity: Array
    shares: Array
    producer_expects: Array
    user_expects: Array


Carry = tuple[StageCarry, ...]


def at_base(problem: Problem, draws: int) -> Carry:
    """What is carried into the first period: stocks as wished, nothing answered yet, base shares."""
    return tuple(_stage_at_base(stage, draws) for stage in problem.stages)


def _stage_at_base(stage: Stage, draws: int) -> StageCarry:
    count, users = int(np.shape(stage.price)[-1]), int(np.shape(stage.users.use)[-1])
    weights = np.asarray(stage.weights)
    return StageCarry(
        producer_stock=np.broadcast_to(stage.stocks.held, (draws, count)).astype(float),
        user_stock=np.broadcast_to(stage.users.stocks.held, (draws, users)).astype(float),
        wanted=np.ones((draws, users)),
        capacity=np.ones((draws, count)),
        shares=np.broadcast_to(weights, (draws, *weights.shape[-2:])).astype(float),
        producer_expects=np.ones((draws, count)),
        user_expects=np.ones((draws, users)),
    )


def part_of_the_way(years: float, to_go: Array) -> Array:
    """``1 - exp(-years / to_go)``: how far something goes in a period."""
    way: Array = -np.expm1(-years / np.asarray(to_go, dtype=float))
    return way


def carried_in(problem: Problem, carry: Carry, speeds: Speeds, years: float) -> Problem:
    """The market of a period of ``years`` with what is carried into it; instruments are put on afterwards."""
    rebuild = np.maximum(part_of_the_way(years, speeds.rebuild_years), 1e-9)
    stages = tuple(_stage_in(stage, each, rebuild) for stage, each in zip(problem.stages, carry, strict=True))
    return replace(problem, stages=stages)


def _stage_in(stage: Stage, carry: StageCarry, rebuild: Array) -> Stage:
    refining = stage.refining
    if refining is not None:
        refining = replace(refining, remaining=refining.remaining * carry.capacity)
    users: Users = replace(
        stage.users,
        wanted=stage.users.wanted * carry.wanted,
        stocks=_stocks_in(stage.users.stocks, carry.user_stock, carry.user_expects, rebuild),
    )
    return replace(
        stage,
        supply=replace(stage.supply, remaining=stage.supply.remaining * carry.capacity),
        refining=refining,
        users=users,
        stocks=_stocks_in(stage.stocks, carry.producer_stock, carry.producer_expects, rebuild),
        weights_now=carry.shares,
        habit=carry.shares,
    )


def _stocks_in(stocks: Stocks, level: Array, expected: Array, rebuild: Array) -> Stocks:
    """Stocks of a period: what is in hand, and what is wished at a price beside the one that is expected."""
    return replace(stocks, held=stocks.held * expected**stocks.response, level=np.maximum(level, 0.0), rebuild=rebuild)


def carried_out(problem: Problem, solution: Solution, carry: Carry, speeds: Speeds, years: float) -> Carry:
    """What the next period begins with, after a period of ``years`` that ended as ``solution``."""
    return tuple(
        _stage_out(stage, found, each, speeds, years)
        for stage, found, each in zip(problem.stages, solution.stages, carry, strict=True)
    )


def _stage_out(stage: Stage, found: StageSolution, carry: StageCarry, speeds: Speeds, years: float) -> StageCarry:
    demand = part_of_the_way(years, speeds.demand_years)
    supply = part_of_the_way(years, speeds.supply_years)
    habit = part_of_the_way(years, speeds.habit_years)[..., None]
    users = carry.wanted.shape[1]
    paid = found.paid_price[:, found.paid_price.shape[1] - users :]
    before = found.base_paid_price[:, found.base_paid_price.shape[1] - users :]
    dearer = np.log(np.maximum(paid / before, LEAST_RATIO))
    worth = np.log(np.maximum(found.price / stage.price, LEAST_RATIO))
    lasts = part_of_the_way(years, speeds.expect_years)
    return StageCarry(
        producer_stock=carry.producer_stock - found.stock_release,
        user_stock=carry.user_stock - found.user_stock_release,
        wanted=np.exp((1 - demand) * np.log(carry.wanted) - demand * speeds.demand * dearer),
        capacity=np.exp((1 - supply) * np.log(carry.capacity) + supply * speeds.supply * worth),
        shares=(1 - habit) * carry.shares + habit * _bought_shares(found, carry.shares),
        producer_expects=_expected(carry.producer_expects, worth, lasts),
        user_expects=_expected(carry.user_expects, dearer, lasts),
    )


def _expected(before: Array, seen: Array, lasts: Array) -> Array:
    """The price taken to last, after a period at which ``seen`` is the logarithm of the ratio to base; never below base."""
    return np.asarray(np.maximum(np.exp((1 - lasts) * np.log(before) + lasts * seen), 1.0))


def _bought_shares(found: StageSolution, before: Array) -> Array:
    """Shares of what each buyer bought; those it had where it bought nothing."""
    bought = found.flows.sum(axis=1, keepdims=True)
    shares = np.divide(found.flows, bought, out=before.copy(), where=bought > 0)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))

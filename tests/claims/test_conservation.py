"""Tonnes and money add up, whatever happens to the market."""

from __future__ import annotations

import numpy as np
from claims.markets import base_flows, depths, names_of, random_market, seeds
from hypothesis import given
from hypothesis import strategies as st

from orepact.market import Problem, Solution, solve
from orepact.policy import CapacityLoss, ExportCut, Labels, Shock, Tariff

TOLERANCE = 1e-9


def shocked(problem: Problem, labels: Labels, seed: int) -> tuple[Problem, Shock]:
    """The market with one random event in it, and the event."""
    rng = np.random.default_rng(seed)
    at = int(rng.integers(len(labels.stages)))
    who = str(rng.choice(labels.producers[at][:3]))
    stage = labels.stages[at]
    event: Shock = (
        ExportCut(origins=(who,), stage=stage, cut=float(rng.choice([0.2, 0.6, 0.95, 1.0]))),
        CapacityLoss(countries=(who,), stage=stage, lost=float(rng.uniform(0.1, 0.9))),
        Tariff(importers=(who,), stage=stage, rate=float(rng.uniform(0.05, 0.8)), per_tonne=float(rng.uniform(0, 500))),
    )[int(rng.integers(3))]
    return event.apply(problem, labels, base_flows(problem, at)), event


def solved(seed: int, depth: int) -> tuple[Problem, Solution]:
    problem = random_market(seed, stages=depth, draws=4, wedges=True)
    changed, _ = shocked(problem, names_of(problem), seed)
    solution = solve(changed)
    assert solution.failed == 0
    return changed, solution


@given(seeds, depths)
def test_what_is_made_and_released_is_shipped(seed: int, depth: int) -> None:
    _, solution = solved(seed, depth)
    for stage in solution.stages:
        shipped = stage.flows.sum(axis=2)
        scale = np.maximum(shipped, 1e-6 * shipped.max(axis=1, keepdims=True))
        assert np.all(np.abs(stage.output + stage.stock_release - shipped) <= TOLERANCE * scale)
    assert solution.certificate.max_balance <= TOLERANCE
    assert solution.certificate.max_complementarity <= TOLERANCE


@given(seeds, st.integers(2, 3))
def test_refiners_make_what_they_buy_times_their_yield(seed: int, depth: int) -> None:
    problem, solution = solved(seed, depth)
    for at in range(1, depth):
        plants = problem.stages[at].refining
        assert plants is not None
        bought = solution.stages[at - 1].flows.sum(axis=1)[:, : plants.throughput.size]
        np.testing.assert_allclose(bought, solution.stages[at].throughput, rtol=1e-10)
        made = solution.stages[at].output - solution.stages[at].supply
        np.testing.assert_allclose(made, plants.recovery * bought, rtol=1e-9, atol=1e-9 * made.max())


@given(seeds, depths)
def test_every_tonne_of_use_is_bought_drawn_given_up_or_unserved(seed: int, depth: int) -> None:
    _, solution = solved(seed, depth)
    last = solution.stages[-1]
    bought = last.flows.sum(axis=1)[:, -last.use.shape[1] :]
    np.testing.assert_allclose(last.use + last.given_up + last.unserved, last.base_use, rtol=1e-10)
    np.testing.assert_allclose(bought + last.user_stock_release, last.use, rtol=1e-9, atol=1e-9 * last.use.max())


@given(seeds, depths)
def test_money_paid_is_money_received(seed: int, depth: int) -> None:
    problem, solution = solved(seed, depth)
    for at, (stage, found) in enumerate(zip(problem.stages, solution.stages, strict=True)):
        paid = (found.paid_price * found.flows.sum(axis=1)).sum(axis=1)
        factory = (found.price[:, :, None] * found.flows).sum(axis=(1, 2))
        freight = (stage.freight * found.flows).sum(axis=(1, 2))
        duty = (stage.tariff * (found.price[:, :, None] + stage.freight) * found.flows).sum(axis=(1, 2))
        levy = (stage.levy * found.flows).sum(axis=(1, 2))
        here = [rent for rent, cap in zip(solution.rent, problem.caps, strict=True) if cap.stage == at]
        np.testing.assert_allclose(paid, factory + freight + duty + levy + sum(here), rtol=1e-9)


@given(seeds, depths)
def test_stocks_never_release_more_than_they_hold_nor_than_is_used(seed: int, depth: int) -> None:
    problem, solution = solved(seed, depth)
    last, users = solution.stages[-1], problem.stages[-1].users
    assert np.all(last.user_stock_release <= np.minimum(users.stocks.held, last.use) + 1e-12)
    for stage, found in zip(problem.stages, solution.stages, strict=True):
        assert np.all(found.stock_release <= stage.stocks.held * (1 + 1e-12))

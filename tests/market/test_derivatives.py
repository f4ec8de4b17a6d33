"""The Jacobian is the derivative: against finite differences, with caps, wedges, stocks and several stages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from claims.markets import base_flows, random_market
from claims.measures import burdened_market

from orepact.market import Cap, Problem
from orepact.market.bounded import bounds_of, slacks
from orepact.market.jacobian import filling, jacobian
from orepact.market.newton import split
from orepact.market.system import System, evaluate, excess, system_of

STEP = 1e-5


def _problem(seed: int, depth: int) -> Problem:
    problem = random_market(seed, stages=depth, producers=3, users=4, draws=2, wedges=True)
    caps = []
    for at in range(depth):
        flows = base_flows(problem, at)
        covered = np.zeros(flows.shape, dtype=bool)
        covered[0, 1:] = True
        caps.append(Cap(at, covered, np.asarray(0.5 * flows[0, 1:].sum()), f"cap {at}"))
        caps.append(Cap(at, np.ones_like(covered), np.asarray(flows.sum()), f"wide cap {at}"))
    return replace(problem, caps=tuple(caps))


def _value(system: System, unknowns: np.ndarray) -> np.ndarray:
    count = system.starts[-1]
    states = evaluate(system, split(system, unknowns[:, :count]), unknowns[:, count:])
    flows = [filling(limit, states[limit.stage])[0] for limit in system.limits]
    return np.concatenate([excess(system, states, unknowns[:, count:]), -np.stack(flows, axis=1)], axis=1)


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_jacobian_against_finite_differences(seed: int, depth: int) -> None:
    problem = _problem(seed, depth)
    system = system_of(problem, 2)
    rng = np.random.default_rng(seed)
    prices = np.concatenate([stage.price * rng.uniform(0.6, 2.5, (2, 3)) for stage in problem.stages], axis=1)
    rents = rng.uniform(0.0, 0.5, (2, len(problem.caps))) * prices.mean()
    unknowns = np.concatenate([prices, rents], axis=1)
    states = evaluate(system, split(system, prices), rents)
    exact = jacobian(system, states)
    for column in range(unknowns.shape[1]):
        move = np.zeros_like(unknowns)
        move[:, column] = STEP * prices.mean()
        numeric = (_value(system, unknowns + move) - _value(system, unknowns - move)) / (2 * move[:, [column]])
        np.testing.assert_allclose(exact[:, :, column], numeric, rtol=1e-5, atol=1e-7 * np.abs(exact).max())


@pytest.mark.parametrize("seed", range(60))
def test_jacobian_of_a_market_with_everything_on_it(seed: int) -> None:
    problem = burdened_market(seed, draws=2)
    system, rng = system_of(problem, 2), np.random.default_rng(seed)
    prices = np.concatenate(
        [stage.price * rng.uniform(0.6, 2.5, (2, len(stage.price))) for stage in problem.stages], axis=1
    )
    unit = bounds_of(system, np.ones((2, prices.shape[1]))).unit
    unknowns = np.concatenate([prices, rng.uniform(0.1, 0.5, unit.shape) * unit], axis=1)
    count = prices.shape[1]

    def rows(at: np.ndarray) -> np.ndarray:
        states = evaluate(system, split(system, at[:, :count]), at[:, count:])
        free, unit = slacks(system, states)
        free[:, len(system.limits) :] *= unit[:, len(system.limits) :]
        return np.concatenate([excess(system, states, at[:, count:]), free], axis=1)

    states = evaluate(system, split(system, prices), unknowns[:, count:])
    exact = jacobian(system, states)
    _, per_tonne = slacks(system, states)
    limits = slice(count, count + len(system.limits))
    exact[:, limits] /= per_tonne[:, : len(system.limits), None]
    for column in range(unknowns.shape[1]):
        move = np.zeros_like(unknowns)
        move[:, column] = 1e-6 * np.maximum(unknowns[:, column], 1e-3)
        numeric = (rows(unknowns + move) - rows(unknowns - move)) / (2 * move[:, [column]])
        in_row = np.abs(exact * np.abs(unknowns[:, None, :])).max(axis=2) / np.maximum(unknowns[:, [column]], 1e-3)
        assert np.all(np.abs(exact[:, :, column] - numeric) <= 1e-4 * np.abs(numeric) + 1e-6 * in_row)


def test_jacobian_is_symmetric_without_ad_valorem_wedges() -> None:
    problem = random_market(3, stages=3, producers=3, users=4)
    system = system_of(problem, 1)
    prices = tuple(np.atleast_2d(stage.price) * np.array([[0.8, 1.1, 1.6]]) for stage in problem.stages)
    matrix = jacobian(system, evaluate(system, prices, np.zeros((1, 0))))[0]
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-10, atol=1e-12 * np.abs(matrix).max())


def test_jacobian_is_an_m_matrix_in_which_tonnes_are_conserved() -> None:
    problem = random_market(7, stages=2, producers=4, users=5)
    system = system_of(problem, 1)
    prices = tuple(np.atleast_2d(stage.price) * np.array([[0.9, 1.2, 1.5, 2.0]]) for stage in problem.stages)
    matrix = jacobian(system, evaluate(system, prices, np.zeros((1, 0))))[0]
    assert np.all(matrix - np.diag(np.diag(matrix)) <= 1e-15)
    assert np.all(np.linalg.inv(matrix) >= 0)

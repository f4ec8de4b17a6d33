"""Derivatives of outcomes by one adjoint solve: against finite differences of whole solutions, with stops and caps too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from claims.markets import Array, base_flows, random_market

from orepact.market import Cap, Problem, Stage, Stocks, solve
from orepact.market.gradient import Gradient, derivatives

STEP = 1e-5


def shocked(seed: int, depth: int, restricted: str) -> Problem:
    """A market with losses, duties and levies, and a stop or two caps that overlap (one of them does not bind)."""
    rng = np.random.default_rng(seed)
    problem = random_market(seed, stages=depth, producers=3, users=4, draws=2, wedges=True)
    stages = [
        replace(
            stage,
            supply=replace(stage.supply, remaining=rng.uniform(0.6, 1.0, 3)),
            tariff=stage.base_tariff + rng.uniform(0.0, 0.1, np.shape(stage.tariff)),
            levy=rng.uniform(0.0, 0.05, np.shape(stage.levy)) * stage.price[0],
        )
        for stage in problem.stages
    ]
    if depth > 1 and stages[-1].refining is not None:
        stages[-1] = replace(stages[-1], refining=replace(stages[-1].refining, remaining=rng.uniform(0.7, 1.0, 3)))
    flows = base_flows(problem, depth - 1)
    caps: tuple[Cap, ...] = ()
    if restricted == "stop":
        stages[-1] = replace(stages[-1], stopped=np.arange(12).reshape(3, 4) == 1)
    if restricted == "caps":
        first, wide = np.zeros((3, 4), dtype=bool), np.zeros((3, 4), dtype=bool)
        first[0, 1:], wide[0] = True, True
        caps = (
            Cap(depth - 1, first, np.asarray(0.5 * flows[first].sum()), "tight"),
            Cap(depth - 1, wide, np.asarray(5.0 * flows[wide].sum()), "wide"),
        )
    return Problem(tuple(stages), caps)


def outcome(problem: Problem, weights: tuple[Array, ...]) -> Array:
    """The outcome itself, from a whole solution."""
    found = solve(problem, tolerance=1e-12).require()
    return sum((stage.price * weight).sum(axis=1) for stage, weight in zip(found.stages, weights, strict=True))


def _moved(problem: Problem, change: Callable[[Stage], Stage]) -> Problem:
    return replace(problem, stages=(*problem.stages[:-1], change(problem.stages[-1])))


def _more(stocks: Stocks, share: float) -> Stocks:
    return replace(stocks, held=stocks.held * (1 + share))


Change = Callable[[Problem, float], Problem]
CHANGES: dict[str, tuple[Change, Callable[[Gradient, Problem], Array]]] = {
    "capacity": (
        lambda p, h: _moved(p, lambda s: replace(s, supply=replace(s.supply, remaining=s.supply.remaining + h))),
        lambda g, _: g.stages[-1].capacity.sum(axis=1),
    ),
    "plants": (
        lambda p, h: _moved(
            p, lambda s: replace(s, refining=replace(s.refining, remaining=s.refining.remaining + h))
        ),
        lambda g, _: g.stages[-1].plants.sum(axis=1),
    ),
    "tariff of one route": (
        lambda p, h: _moved(p, lambda s: replace(s, tariff=s.tariff + h * (np.arange(12).reshape(3, 4) == 5))),
        lambda g, _: g.stages[-1].tariff[:, 1, 1],
    ),
    "levy on one buyer": (
        lambda p, h: _moved(p, lambda s: replace(s, levy=s.levy + h * s.price[0] * (np.arange(4) == 2))),
        lambda g, p: g.stages[-1].levy[:, :, 2].sum(axis=1) * p.stages[-1].price[0],
    ),
    "elasticity of demand": (
        lambda p, h: _moved(p, lambda s: replace(s, users=replace(s.users, elasticity=s.users.elasticity + h))),
        lambda g, _: g.stages[-1].demand_elasticity.sum(axis=1),
    ),
    "stocks of users": (
        lambda p, h: _moved(p, lambda s: replace(s, users=replace(s.users, stocks=_more(s.users.stocks, h)))),
        lambda g, p: (g.stages[-1].user_stock * p.stages[-1].users.stocks.held).sum(axis=1),
    ),
    "stocks of producers": (
        lambda p, h: _moved(p, lambda s: replace(s, stocks=_more(s.stocks, h))),
        lambda g, p: (g.stages[-1].producer_stock * p.stages[-1].stocks.held).sum(axis=1),
    ),
    "limit": (
        lambda p, h: replace(p, caps=tuple(replace(cap, limit=cap.limit * (1 + h)) for cap in p.caps)),
        lambda g, p: sum((each * cap.limit for each, cap in zip(g.limit, p.caps, strict=True)), np.zeros(2)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("restricted", ["", "stop", "caps"])
@pytest.mark.parametrize(
    ("name", "depth"),
    # The first stage has no plants.
    [(name, depth) for name in CHANGES for depth in (1, 2, 3) if (name, depth) != ("plants", 1)],
)
def test_derivatives_against_finite_differences(name: str, depth: int, restricted: str) -> None:
    change, read = CHANGES[name]
    for seed in range(3):
        problem = shocked(seed, depth, restricted)
        rng = np.random.default_rng(seed)
        weights = tuple(rng.uniform(-1.0, 1.0, 3) for _ in problem.stages)
        exact = read(derivatives(problem, solve(problem, tolerance=1e-12).require(), weights), problem)
        there, back = (outcome(change(problem, step), weights) for step in (STEP, -STEP))
        scale = 1e-5 * float(np.mean(problem.stages[-1].price))
        np.testing.assert_allclose(exact, (there - back) / (2 * STEP), rtol=2e-5, atol=1e-2 * scale)


def test_the_derivative_of_a_rent() -> None:
    problem = shocked(1, 2, "caps")
    exact = derivatives(problem, solve(problem, tolerance=1e-12), (np.zeros(3), np.zeros(3)), (np.ones(1), np.zeros(1)))
    change, read = CHANGES["limit"]
    there, back = (solve(change(problem, step), tolerance=1e-12).rent_per_tonne[0] for step in (STEP, -STEP))
    np.testing.assert_allclose(read(exact, problem), (there - back) / (2 * STEP), rtol=1e-5)

"""The slope of any outcome in anything: against solving again a step ahead and a step back, with everything on the market."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from claims.measures import burdened_market

from orepact.market import Problem, Solution, Stage, slope, solve

STEP = 1e-5
Change = Callable[[Stage, float], Stage]


def _each(problem: Problem, change: Change, h: float) -> Problem:
    return replace(problem, stages=tuple(change(stage, h) for stage in problem.stages))


def _users(stage: Stage, **fields: object) -> Stage:
    return replace(stage, users=replace(stage.users, **fields))  # type: ignore[arg-type]


CHANGES: dict[str, Callable[[Problem, float], Problem]] = {
    "capacity": lambda p, h: _each(
        p, lambda s, e: replace(s, supply=replace(s.supply, remaining=s.supply.remaining * (1 + e))), h
    ),
    "elasticity of supply": lambda p, h: _each(
        p, lambda s, e: replace(s, supply=replace(s.supply, elasticity=s.supply.elasticity * (1 + e))), h
    ),
    "utilisation": lambda p, h: _each(
        p, lambda s, e: replace(s, supply=replace(s.supply, utilisation=s.supply.utilisation - e)), h
    ),
    "sourcing": lambda p, h: _each(p, lambda s, e: replace(s, sourcing=s.sourcing * (1 + e)), h),
    "ceilings": lambda p, h: _each(p, lambda s, e: _users(s, ceiling=s.users.ceiling * (1 + e)), h),
    "demand": lambda p, h: _each(p, lambda s, e: _users(s, wanted=s.users.wanted * (1 + e)), h),
    "elasticity of demand": lambda p, h: _each(p, lambda s, e: _users(s, elasticity=s.users.elasticity * (1 + e)), h),
    "levies": lambda p, h: _each(p, lambda s, e: replace(s, levy=s.levy + e * s.price[0]), h),
    "detours": lambda p, h: _each(p, lambda s, e: replace(s, detour=s.detour + e * s.price[0]), h),
    "limits": lambda p, h: replace(p, caps=tuple(replace(cap, limit=cap.limit * (1 + h)) for cap in p.caps)),
    "shares": lambda p, h: replace(
        p, caps=tuple(replace(cap, share=cap.share * (1 + h)) if cap.of is not None else cap for cap in p.caps)
    ),
    "references": lambda p, h: replace(
        p, levies=tuple(replace(levy, reference=levy.reference * (1 + h)) for levy in p.levies)
    ),
    "quotas": lambda p, h: replace(
        p,
        levies=tuple(
            levy if levy.quota is None else replace(levy, quota=levy.quota * (1 + h)) for levy in p.levies
        ),
    ),
    "strikes": lambda p, h: replace(
        p, supports=tuple(replace(each, strike=each.strike * (1 + h)) for each in p.supports)
    ),
    "floors": lambda p, h: replace(
        p, purchases=tuple(replace(each, price=each.price * (1 + h)) for each in p.purchases)
    ),
}  # fmt: skip


QUICK = {"limits", "references", "ceilings"}
"""Changes that are looked at every time; all of them are in the full run."""


def outcome(problem: Problem, solution: Solution) -> np.ndarray:
    """Something of every kind: prices paid, use lost, output, rents, purchases and supported tonnes; scaled to order one."""
    last = solution.stages[-1]
    price = float(problem.stages[-1].price[0])
    use = last.base_use.sum(axis=1)
    total = (last.flows.sum(axis=1) * last.paid_price).sum(axis=1) / (price * use)
    total = total + last.unserved.sum(axis=1) / use + solution.stages[0].output.sum(axis=1) / use
    total = total + sum((rent / (price * use) for rent in solution.rent), np.zeros(len(use)))
    total = total + sum((tonnes / use for tonnes in solution.purchased), np.zeros(len(use)))
    return np.asarray(total + sum((made.sum(axis=1) / use for made in solution.supported), np.zeros(len(use))))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in CHANGES]
)
def test_any_outcome_in_anything_against_solving_again(name: str) -> None:
    moved, off = 0, []
    for seed in range(40):
        problem = burdened_market(seed, draws=2)
        found = solve(problem, tolerance=1e-12)
        if found.failed:
            continue
        change = partial(CHANGES[name], problem)
        exact = slope(problem, found, change, outcome)
        sides = [(changed, solve(changed, tolerance=1e-12)) for changed in (change(STEP), change(-STEP))]
        numeric = (outcome(*sides[0]) - outcome(*sides[1])) / (2 * STEP)
        moved += int(np.any(np.abs(numeric) > 1e-6))
        if not np.allclose(exact, numeric, rtol=1e-3, atol=1e-5):
            off.append((seed, exact, numeric))
    assert moved >= 3
    # At a kink (a cap that only just binds, a stock at its turning point) the two sides differ, and so may the slope.
    assert len(off) <= 1, off

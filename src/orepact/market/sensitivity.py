"""How fast any outcome moves with anything in a problem: a tangent to the equilibrium, without solving again.

A change is a function from a small number to a problem, ``p(0)`` being the problem that was solved. With ``F(x, p) = 0``,

    dx/dp = -J^-1 dF/dp        dO/dp = (O(x + h dx, p(h)) - O(x - h dx, p(-h))) / 2h

so that one linear solve gives the slope of every outcome there is (market-model, section 6); ``gradient`` gives the slope of one
outcome in many parameters at once. The shares that stops and caps leave each buyer move with the market without them, by a
tangent of their own. Slopes are those of one branch: what is bounded stays at its bound, or stays off it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from orepact.market.batches import solve
from orepact.market.bounded import BINDING, between, bounds_of
from orepact.market.jacobian import filling, jacobian
from orepact.market.newton import scales_of, split
from orepact.market.outcome import stage_solutions, supported_output
from orepact.market.problem import Problem
from orepact.market.relief import is_restricted, left_by_restrictions, without_restrictions
from orepact.market.solution import Solution
from orepact.market.system import System, evaluate, excess, system_of
from orepact.market.workers import one_thread

Array = NDArray[np.float64]
Left = tuple[Array, ...]

STEP = 1e-6
"""Size of the small number: changes should be of order one for one unit of it."""


@dataclass(frozen=True)
class _Tangent:
    """A solved market and its slope: unknowns and their derivatives, ``(B, N + K)``."""

    point: Array
    slope: Array


def slope(
    problem: Problem,
    solution: Solution,
    change: Callable[[float], Problem],
    outcome: Callable[[Problem, Solution], Array],
) -> Array:
    """``dO/dp`` of any outcome for any change of a problem, in the shape of the outcome; by draw.

    problem, solution: a market and what :func:`~orepact.market.solve` returned for it. change: the problem at a small number.
    outcome: what is wanted of a problem and its solution; prices, flows, losses, money.
    """
    draws = len(solution.iterations)
    there, back = change(STEP), change(-STEP)
    with one_thread():
        sides = _left(problem, solution, (there, back))
        tangent = _tangent(problem, solution.left, solution, (there, back), sides)
        values = [
            outcome(changed, _at(changed, draws, left, tangent.point + step * tangent.slope, solution))
            for changed, left, step in zip((there, back), sides, (STEP, -STEP), strict=True)
        ]
    return np.asarray((values[0] - values[1]) / (2 * STEP))


def _left(problem: Problem, solution: Solution, changed: tuple[Problem, Problem]) -> tuple[Left, Left]:
    """What stops and caps leave each buyer, a step ahead and a step back."""
    if not is_restricted(problem):
        return solution.left, solution.left
    free, draws = solve(without_restrictions(problem), tolerance=1e-12, workers=1), len(solution.iterations)
    opened = tuple(without_restrictions(each) for each in changed)
    tangent = _tangent(without_restrictions(problem), free.left, free, (opened[0], opened[1]), (free.left, free.left))
    rents = np.stack(solution.rent_per_tonne, axis=1) if problem.caps else np.zeros((draws, 0))
    system = system_of(problem, draws)
    binds = rents > BINDING * bounds_of(system, scales_of(system).node).unit[:, : len(problem.caps)]
    sides = []
    for each, loose, step in zip(changed, opened, (STEP, -STEP), strict=True):
        system = system_of(loose, draws)
        prices, bounded = _cut(system, tangent.point + step * tangent.slope)
        sides.append(left_by_restrictions(each, evaluate(system, split(system, prices), bounded), binds))
    return sides[0], sides[1]


def _tangent(
    problem: Problem, left: Left, solution: Solution, changed: tuple[Problem, Problem], sides: tuple[Left, Left]
) -> _Tangent:
    """The slope of all unknowns: a linear solve with the Jacobian at the solution."""
    draws = len(solution.iterations)
    point = np.concatenate([*(stage.price for stage in solution.stages), solution.bounded], axis=1)
    system = system_of(problem, draws, left)
    prices, bounded = _cut(system, point)
    matrix = jacobian(system, evaluate(system, split(system, prices), bounded))
    free = between(bounded, scales_of(system).bounds)
    count = system.starts[-1]
    for index in range(system.bounded):
        fixed = ~free[:, index]
        matrix[fixed, count + index, :] = 0.0
        matrix[fixed, count + index, count + index] = 1.0
    values = [_equations(system_of(each, draws, side), point, free) for each, side in zip(changed, sides, strict=True)]
    moved = (values[0] - values[1]) / (2 * STEP)
    return _Tangent(point, -np.asarray(np.linalg.solve(matrix, moved[:, :, None])[:, :, 0]))


def _equations(system: System, point: Array, free: NDArray[np.bool_]) -> Array:
    """Excess supply, what is allowed less what flows under a limit in use, a price less what a purchase pays; ``(B, N + K)``.

    What stands at its upper bound moves with that bound.
    """
    prices, bounded = _cut(system, point)
    states = evaluate(system, split(system, prices), bounded)
    rows = [excess(system, states, bounded)]
    for index, limit in enumerate(system.limits):
        flow, allowed = filling(limit, states[limit.stage])
        rows.append(np.where(free[:, index], allowed - flow, 0.0)[:, None])
    for index, purchase in enumerate(system.problem.purchases, start=len(system.limits)):
        above = states[purchase.stage].price[:, purchase.producer] - purchase.price
        most = np.broadcast_to(np.asarray(purchase.most, dtype=float), above.shape)
        full = np.isfinite(most) & (bounded[:, index] > 0.5 * most)
        rows.append(np.where(free[:, index], above, np.where(full, -most, 0.0))[:, None])
    return np.concatenate(rows, axis=1)


def _cut(system: System, point: Array) -> tuple[Array, Array]:
    count = system.starts[-1]
    return point[:, :count], point[:, count:]


def _at(problem: Problem, draws: int, left: Left, point: Array, solution: Solution) -> Solution:
    """What a solution would say at a point beside it; its certificate is that of the solution."""
    system = system_of(problem, draws, left)
    prices, bounded = _cut(system, point)
    states = evaluate(system, split(system, prices), bounded)
    stages = stage_solutions(system, states, bounded)
    caps, limits = len(problem.caps), len(system.limits)
    levels = tuple(bounded.T)
    rent = tuple(
        level * (cap.wedge * stages[cap.stage].flows).sum(axis=(1, 2))
        for level, cap in zip(levels[:caps], problem.caps, strict=True)
    )
    return replace(
        solution,
        stages=stages,
        rent_per_tonne=levels[:caps],
        rent=rent,
        quota_fraction=levels[caps:limits],
        purchased=levels[limits:],
        supported=supported_output(system, states),
        left=left,
    )

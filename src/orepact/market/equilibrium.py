"""Solve a market for every draw, and certify what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from orepact.market.certificate import certify
from orepact.market.checks import check
from orepact.market.newton import Outcome, Point, newton, split
from orepact.market.outcome import stage_solutions
from orepact.market.problem import Problem
from orepact.market.solution import Solution, Status
from orepact.market.system import System, count_draws, evaluate, system_of, take

Array = NDArray[np.float64]

MARGIN = 100.0
"""Newton goes this much further than the tolerance that the certificate is held to, because they scale nodes differently."""

CHUNK = 64
"""Draws solved together: few enough that a chunk's arrays stay in cache."""

STEPS = (0.25, 0.5, 0.75, 0.9, 0.97, 0.99, 0.997, 1.0)
"""Shares of the shock at which a stubborn draw is solved in turn."""


def solve(
    problem: Problem,
    *,
    start: tuple[Array, ...] | None = None,
    tolerance: float = 1e-9,
    max_iterations: int = 80,
    progress: Callable[[int], None] | None = None,
) -> Solution:
    """The equilibrium of ``problem`` for every draw.

    start: prices to begin from, one ``(B, n)`` array a stage; the base prices when left out. tolerance: largest relative
    imbalance of a node and breach of a cap. progress: called with the number of draws done. Raises BadInput for a problem
    that cannot be one. Draws that miss the tolerance have the status ``FAILED``: see :meth:`Solution.require`.
    """
    check(problem)
    total = count_draws(problem)
    parts: list[Outcome] = []
    stepped = np.zeros(total, dtype=bool)
    with threadpool_limits(limits=1, user_api="blas"):
        for first in range(0, total, CHUNK):
            chosen = np.arange(first, min(first + CHUNK, total))
            part = take(problem, chosen, total)
            point = _start(
                system_of(part, len(chosen)), None if start is None else tuple(each[chosen] for each in start)
            )
            outcome, by_steps = _solve_chunk(part, point, tolerance / MARGIN, max_iterations)
            parts.append(outcome)
            stepped[chosen] = by_steps
            if progress is not None:
                progress(int(chosen[-1]) + 1)
    return _solution(problem, total, parts, stepped, tolerance)


def _start(system: System, given: tuple[Array, ...] | None) -> Point:
    base = tuple(
        np.broadcast_to(np.atleast_2d(stage.price), (system.draws, size)).astype(float)
        for stage, size in zip(system.problem.stages, system.sizes, strict=True)
    )
    prices = np.concatenate(base if given is None else given, axis=1)
    return Point(prices, np.zeros((system.draws, len(system.problem.caps))))


def _solve_chunk(part: Problem, point: Point, tolerance: float, most: int) -> tuple[Outcome, NDArray[np.bool_]]:
    """Solve one chunk; draws that stall are approached from a milder problem in steps."""
    draws = len(point.prices)
    outcome = newton(system_of(part, draws), point, tolerance=tolerance, most=most)
    stalled = np.flatnonzero(outcome.residual > tolerance)
    by_steps = np.zeros(draws, dtype=bool)
    if len(stalled) == 0:
        return outcome, by_steps
    hard = take(part, stalled, draws)
    current = _start(system_of(hard, len(stalled)), None)
    for share in STEPS:
        last = newton(system_of(_milder(hard, share), len(stalled)), current, tolerance=tolerance, most=most)
        current = last.point
    prices, rents, residual = outcome.point.prices, outcome.point.rents, outcome.residual
    prices[stalled], rents[stalled], residual[stalled] = last.point.prices, last.point.rents, last.residual
    by_steps[stalled] = True
    used = outcome.iterations.copy()
    used[stalled] += last.iterations
    return Outcome(Point(prices, rents), residual, used), by_steps


def _milder(problem: Problem, share: float) -> Problem:
    """The same problem with only a share of its shock: routes closed in part, caps loosened, wedges and losses scaled."""
    if share == 1.0:
        return problem
    stages = []
    for stage in problem.stages:
        weights = np.asarray(stage.weights)
        missing = np.maximum(1.0 - weights.sum(axis=-2, keepdims=True), 0.0)
        closed = weights == 0.0
        spare = np.where(closed, missing / np.maximum(closed.sum(axis=-2, keepdims=True), 1), 0.0)
        refining = stage.refining
        if refining is not None:
            refining = replace(refining, remaining=1.0 - share * (1.0 - np.asarray(refining.remaining)))
        stages.append(
            replace(
                stage,
                weights=weights + (1.0 - share) * spare,
                supply=replace(stage.supply, remaining=1.0 - share * (1.0 - np.asarray(stage.supply.remaining))),
                refining=refining,
                tariff=stage.base_tariff + share * (stage.tariff - stage.base_tariff),
                levy=share * stage.levy,
                available=1.0 - share * (1.0 - np.asarray(stage.available)),
            )
        )
    caps = tuple(replace(cap, limit=np.asarray(cap.limit) / share**3) for cap in problem.caps)
    return Problem(tuple(stages), caps)


def _solution(
    problem: Problem, total: int, parts: list[Outcome], stepped: NDArray[np.bool_], tolerance: float
) -> Solution:
    point = Point(
        np.concatenate([part.point.prices for part in parts]), np.concatenate([part.point.rents for part in parts])
    )
    system = system_of(problem, total)
    states = evaluate(system, split(system, point.prices), point.rents)
    stages = stage_solutions(system, states)
    certificate = certify(problem, stages, point.rents)
    broken = ~(np.maximum(certificate.balance, certificate.complementarity) <= tolerance)
    status = tuple(
        Status.FAILED if bad else Status.SOLVED_BY_STEPS if steps else Status.SOLVED
        for bad, steps in zip(broken, stepped, strict=True)
    )
    per_tonne = tuple(np.maximum(point.rents[:, index], 0.0) for index in range(len(problem.caps)))
    rent = tuple(
        each * np.where(cap.covered, stages[cap.stage].flows, 0.0).sum(axis=(1, 2))
        for each, cap in zip(per_tonne, problem.caps, strict=True)
    )
    iterations = np.concatenate([part.iterations for part in parts])
    return Solution(stages, per_tonne, rent, status, iterations, certificate)

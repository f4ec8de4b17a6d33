"""One chunk of draws: solve it, take what is wanted out of its states, and certify what comes out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orepact.market.certificate import certify
from orepact.market.newton import Outcome, Point, newton, scales_of, split
from orepact.market.outcome import stage_solutions
from orepact.market.problem import Problem, Stage
from orepact.market.relief import is_restricted, left_by_restrictions, without_restrictions
from orepact.market.solution import Solution, Status
from orepact.market.system import System, evaluate, narrowed, system_of

Array = NDArray[np.float64]

MARGIN = 100.0
"""Newton goes this much further than the tolerance that the certificate is held to, because they scale nodes differently."""

SLACK_RENT = 1e-9
"""Rent, of the reference price, below which a cap does not bind."""

STEPS = (0.25, 0.5, 0.75, 0.9, 0.97, 0.99, 0.997, 1.0)
"""Shares of the shock at which a stubborn draw is solved in turn."""


def solve_chunk(part: Problem, draws: int, start: tuple[Array, ...] | None, *, tolerance: float, most: int) -> Solution:
    """The equilibrium of all ``draws`` draws of a checked problem at once; each is untouched by the others."""
    system = system_of(part, draws)
    system, outcome, stepped = _restricted(system, _start(system, start), tolerance / MARGIN, most)
    return _solution(system, outcome, stepped, tolerance)


def _start(system: System, given: tuple[Array, ...] | None) -> Point:
    base = tuple(
        np.broadcast_to(np.atleast_2d(stage.price), (system.draws, size)).astype(float)
        for stage, size in zip(system.problem.stages, system.sizes, strict=True)
    )
    prices = np.concatenate(base if given is None else given, axis=1)
    return Point(prices, np.zeros((system.draws, len(system.problem.caps))))


def _restricted(system: System, point: Point, tolerance: float, most: int) -> tuple[System, Outcome, NDArray[np.bool_]]:
    """Solve first the market without its stops and caps, to know what they take, then the market itself."""
    part, draws = system.problem, system.draws
    if not is_restricted(part):
        return system, *_settled(system, point, tolerance, most)
    free = system_of(without_restrictions(part), draws)
    open_market, _ = _settled(free, Point(point.prices, np.zeros((draws, 0))), tolerance, most)
    states = evaluate(free, split(free, open_market.point.prices), open_market.point.rents)
    binds = np.ones((draws, len(part.caps)), dtype=bool)
    used = open_market.iterations.copy()
    for _ in range(len(part.caps) + 1):
        system = system_of(part, draws, left_by_restrictions(part, states, binds))
        outcome, by_steps = _settled(system, point, tolerance, most)
        used += outcome.iterations
        slack = binds & (outcome.point.rents <= SLACK_RENT * scales_of(system).rent)
        if not slack.any():
            break
        # A cap that earns no rent takes nothing; without what it seemed to take, buyers want less, so it stays slack.
        binds &= ~slack
        point = outcome.point
    failed = open_market.residual > tolerance
    residual = np.where(failed, np.maximum(outcome.residual, open_market.residual), outcome.residual)
    return system, Outcome(outcome.point, residual, used), by_steps


def _settled(system: System, point: Point, tolerance: float, most: int) -> tuple[Outcome, NDArray[np.bool_]]:
    """Newton from ``point``; draws that stall are approached from a milder problem in steps."""
    outcome = newton(system, point, tolerance=tolerance, most=most)
    stalled = np.flatnonzero(outcome.residual > tolerance)
    by_steps = np.zeros(system.draws, dtype=bool)
    if len(stalled) == 0:
        return outcome, by_steps
    hard = narrowed(system, stalled)
    current = _start(hard, None)
    for share in STEPS:
        last = newton(_milder(hard, share), current, tolerance=tolerance, most=most)
        current = last.point
    prices, rents, residual = outcome.point.prices, outcome.point.rents, outcome.residual
    prices[stalled], rents[stalled], residual[stalled] = last.point.prices, last.point.rents, last.residual
    by_steps[stalled] = True
    used = outcome.iterations.copy()
    used[stalled] += last.iterations
    return Outcome(Point(prices, rents), residual, used), by_steps


def _milder(system: System, share: float) -> System:
    """The same market with only a share of its shock: routes closed in part, caps loosened, wedges and losses scaled."""
    if share == 1.0:
        return system
    stages = tuple(_milder_stage(stage, share) for stage in system.problem.stages)
    caps = tuple(replace(cap, limit=np.asarray(cap.limit) / share**3) for cap in system.problem.caps)
    left = tuple(1.0 - share * (1.0 - each) for each in system.left)
    return system_of(Problem(stages, caps), system.draws, left)


def _milder_stage(stage: Stage, share: float) -> Stage:
    refining = stage.refining
    if refining is not None:
        refining = replace(refining, remaining=1.0 - share * (1.0 - np.asarray(refining.remaining)))
    return replace(
        stage,
        weights=np.where(stage.stopped, (1.0 - share) * np.asarray(stage.weights), stage.weights),
        stopped=np.zeros((1, 1), dtype=bool),
        supply=replace(stage.supply, remaining=1.0 - share * (1.0 - np.asarray(stage.supply.remaining))),
        refining=refining,
        tariff=stage.base_tariff + share * (stage.tariff - stage.base_tariff),
        levy=share * stage.levy,
    )


def _solution(system: System, found: Outcome, stepped: NDArray[np.bool_], tolerance: float) -> Solution:
    problem, point = system.problem, found.point
    states = evaluate(system, split(system, point.prices), point.rents)
    stages = stage_solutions(system, states, point.rents)
    certificate = certify(problem, stages, point.rents, system.left)
    worst = np.maximum(certificate.balance, certificate.complementarity)
    broken = (found.residual > tolerance) | ~(worst <= tolerance)
    status = tuple(
        Status.FAILED if bad else Status.SOLVED_BY_STEPS if steps else Status.SOLVED
        for bad, steps in zip(broken, stepped, strict=True)
    )
    per_tonne = tuple(np.maximum(point.rents[:, index], 0.0) for index in range(len(problem.caps)))
    rent = tuple(
        each * np.where(cap.covered, stages[cap.stage].flows, 0.0).sum(axis=(1, 2))
        for each, cap in zip(per_tonne, problem.caps, strict=True)
    )
    return Solution(stages, per_tonne, rent, status, found.iterations, system.left, certificate)

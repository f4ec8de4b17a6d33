"""One chunk of draws: solve it, take what is wanted out of its states, and certify what comes out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orepact.market.certificate import certify
from orepact.market.milder import milder
from orepact.market.newton import Outcome, Point, newton, scales_of, split
from orepact.market.outcome import stage_solutions, supported_output
from orepact.market.problem import Problem
from orepact.market.relief import is_restricted, left_by_restrictions, without_restrictions
from orepact.market.solution import Solution, Status
from orepact.market.system import System, evaluate, narrowed, system_of

Array = NDArray[np.float64]
Start = tuple[Array, ...] | None
"""Prices of every stage, and after them the bounded unknowns ``(B, K)`` of a problem with the same bounds."""

MARGIN = 100.0
"""Newton goes this much further than the tolerance that the certificate is held to, because they scale nodes differently."""

LAST_DIGITS, POLISHING = 1e-15, 6
"""How far, and in how many steps, Newton goes on where the certificate still misses."""

SLACK_RENT = 1e-9
"""Rent, of the reference price, below which a cap does not bind."""

STEPS = (0.25, 0.5, 0.75, 0.9, 0.97, 0.99, 0.997, 1.0)
"""Shares of the shock at which a stubborn draw is solved in turn."""


def solve_chunk(part: Problem, draws: int, start: Start, *, tolerance: float, most: int) -> Solution:
    """The equilibrium of all ``draws`` draws of a checked problem at once; each is untouched by the others."""
    system = system_of(part, draws)
    system, outcome, stepped = _restricted(system, _start(system, start), tolerance / MARGIN, most)
    found = _solution(system, outcome, stepped, tolerance)
    if found.failed and np.any(outcome.residual <= tolerance / MARGIN):
        found = _solution(system, _polished(system, outcome), stepped, tolerance)
    return found


def _polished(system: System, outcome: Outcome) -> Outcome:
    """The same point after a few more steps: a node that shrank to a trace is certified against the trace."""
    last = newton(system, outcome.point, tolerance=LAST_DIGITS, most=POLISHING)
    residual = np.minimum(last.residual, outcome.residual)
    return Outcome(last.point, residual, outcome.iterations + last.iterations)


def _start(system: System, given: Start) -> Point:
    """Base prices with nothing bounded in use; or the prices of another solution, and what it used of the same bounds."""
    if given is None:
        base = tuple(
            np.broadcast_to(np.atleast_2d(stage.price), (system.draws, size)).astype(float)
            for stage, size in zip(system.problem.stages, system.sizes, strict=True)
        )
        return Point(np.concatenate(base, axis=1), np.zeros((system.draws, system.bounded)))
    bounded = np.zeros((system.draws, system.bounded))
    if len(given) > len(system.sizes):
        bounded = bounded + given[-1]
    return Point(np.concatenate(given[: len(system.sizes)], axis=1), bounded)


def _restricted(system: System, point: Point, tolerance: float, most: int) -> tuple[System, Outcome, NDArray[np.bool_]]:
    """Solve first the market without its stops and caps, to know what they take, then the market itself."""
    part, draws = system.problem, system.draws
    if not is_restricted(part):
        return system, *_settled(system, point, tolerance, most)
    caps = len(part.caps)
    free = system_of(without_restrictions(part), draws)
    open_market, _ = _settled(free, Point(point.prices, point.bounded[:, caps:]), tolerance, most)
    states = evaluate(free, split(free, open_market.point.prices), open_market.point.bounded)
    binds = np.ones((draws, caps), dtype=bool)
    used = open_market.iterations.copy()
    for _ in range(caps + 1):
        system = system_of(part, draws, left_by_restrictions(part, states, binds))
        outcome, by_steps = _settled(system, point, tolerance, most)
        used += outcome.iterations
        slack = binds & (outcome.point.bounded[:, :caps] <= SLACK_RENT * scales_of(system).bounds.unit[:, :caps])
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
    prices, bounded, residual = outcome.point.prices, outcome.point.bounded, outcome.residual
    prices[stalled], bounded[stalled], residual[stalled] = last.point.prices, last.point.bounded, last.residual
    by_steps[stalled] = True
    used = outcome.iterations.copy()
    used[stalled] += last.iterations
    return Outcome(Point(prices, bounded), residual, used), by_steps


def _milder(system: System, share: float) -> System:
    """The same market with only a share of what happens to it."""
    if share == 1.0:
        return system
    left = tuple(1.0 - share * (1.0 - each) for each in system.left)
    return system_of(milder(system.problem, share), system.draws, left)


def _solution(system: System, found: Outcome, stepped: NDArray[np.bool_], tolerance: float) -> Solution:
    problem, point = system.problem, found.point
    states = evaluate(system, split(system, point.prices), point.bounded)
    stages = stage_solutions(system, states, point.bounded)
    supported = supported_output(system, states)
    certificate = certify(problem, stages, point.bounded, supported, system.left)
    worst = np.maximum(certificate.balance, certificate.complementarity)
    broken = (found.residual > tolerance) | ~(worst <= tolerance)
    status = tuple(
        Status.FAILED if bad else Status.SOLVED_BY_STEPS if steps else Status.SOLVED
        for bad, steps in zip(broken, stepped, strict=True)
    )
    levels = tuple(np.maximum(point.bounded[:, index], 0.0) for index in range(system.bounded))
    caps, limits = len(problem.caps), len(system.limits)
    rent = tuple(
        each * (cap.wedge * stages[cap.stage].flows).sum(axis=(1, 2))
        for each, cap in zip(levels[:caps], problem.caps, strict=True)
    )
    return Solution(
        stages=stages,
        rent_per_tonne=levels[:caps],
        rent=rent,
        quota_fraction=tuple(np.minimum(each, 1.0) for each in levels[caps:limits]),
        purchased=levels[limits:],
        supported=supported,
        status=status,
        iterations=found.iterations,
        left=system.left,
        certificate=certificate,
    )

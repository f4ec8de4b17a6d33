"""One chunk of draws: solve it, take what is wanted out of its states, and certify what comes out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orepact.market.answer import Answer, answer_of, in_use, milder_of
from orepact.market.draws import take
from orepact.market.milder import milder
from orepact.market.newton import Outcome, Point, newton, scales_of, split
from orepact.market.problem import Problem
from orepact.market.relief import is_restricted, left_by_restrictions, without_restrictions
from orepact.market.solution import Certificate, Solution, Status
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
    answer = _answer(part, draws, start, tolerance / MARGIN, most)
    certificate = answer.certificate(part)
    missed = np.flatnonzero((_worst(certificate) > tolerance) & (answer.residual <= tolerance / MARGIN))
    if len(missed):
        some = take(part, missed, draws)
        polished = _polished(some, answer, missed)
        better = np.flatnonzero(_worst(polished.certificate(some)) < _worst(certificate)[missed])
        answer = answer.with_draws(missed[better], polished.of(better))
        certificate = answer.certificate(part)
    return _solution(part, answer, certificate, tolerance)


def _worst(certificate: Certificate) -> Array:
    return np.maximum(certificate.balance, certificate.complementarity)


def _answer(part: Problem, draws: int, start: Start, tolerance: float, most: int) -> Answer:
    """Solve first without what may not bind; draws in which none of it does are left as they are, to the byte."""
    system = system_of(part, draws)
    if not (part.caps or part.levies or part.supports or part.purchases):
        return _solved(system, _start(system, start), tolerance, most)
    milder_part, taken_off = milder_of(part)
    plain = _answer(milder_part, draws, None if start is None else start[: len(part.stages)], tolerance, most)
    plain = plain.with_measures(part)
    breached = np.flatnonzero(in_use(taken_off, plain.stages) | (plain.residual > tolerance))
    if not len(breached):
        return plain
    some = system_of(take(part, breached, draws), len(breached))
    bounded = np.zeros((draws, system.bounded)) if start is None or len(start) == len(part.stages) else start[-1]
    prices = np.concatenate([stage.price for stage in plain.stages], axis=1)
    usable = np.isfinite(plain.residual) & (plain.residual <= tolerance)
    prices = np.where(usable[:, None], prices, _start(system, None).prices)
    hard = _solved(some, Point(prices[breached], bounded[breached]), tolerance, most)
    return plain.with_draws(breached, hard.after(plain.iterations[breached]))


def _solved(system: System, point: Point, tolerance: float, most: int) -> Answer:
    system, outcome, stepped = _restricted(system, point, tolerance, most)
    return answer_of(system, outcome, stepped)


def _polished(part: Problem, answer: Answer, missed: NDArray[np.intp]) -> Answer:
    """The same draws after a few more steps: a node that shrank to a trace is certified against the trace."""
    system = system_of(part, len(missed), tuple(left[missed] for left in answer.left))
    prices = np.concatenate([stage.price[missed] for stage in answer.stages], axis=1)
    last = newton(system, Point(prices, answer.bounded[missed]), tolerance=LAST_DIGITS, most=POLISHING)
    residual = np.minimum(last.residual, answer.residual[missed])
    used = answer.iterations[missed] + last.iterations
    return answer_of(system, Outcome(last.point, residual, used), answer.stepped[missed])


def _start(system: System, given: Start) -> Point:
    """Base prices, or those of another solution, with nothing bounded in use."""
    base = tuple(
        np.broadcast_to(np.atleast_2d(stage.price), (system.draws, size)).astype(float)
        for stage, size in zip(system.problem.stages, system.sizes, strict=True)
    )
    return Point(np.concatenate(base if given is None else given, axis=1), np.zeros((system.draws, system.bounded)))


def _restricted(system: System, point: Point, tolerance: float, most: int) -> tuple[System, Outcome, NDArray[np.bool_]]:
    """Solve first the market without its stops and caps, to know what they take, then the market itself."""
    part, draws = system.problem, system.draws
    if not is_restricted(part):
        return system, *_settled(system, point, tolerance, most)
    caps = len(part.caps)
    free = system_of(without_restrictions(part), draws)
    open_market, _ = _settled(free, Point(point.prices, np.zeros((draws, 0))), tolerance, most)
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


def _solution(problem: Problem, answer: Answer, certificate: Certificate, tolerance: float) -> Solution:
    broken = (answer.residual > tolerance) | ~(_worst(certificate) <= tolerance)
    status = tuple(
        Status.FAILED if bad else Status.SOLVED_BY_STEPS if steps else Status.SOLVED
        for bad, steps in zip(broken, answer.stepped, strict=True)
    )
    levels = tuple(np.maximum(column, 0.0) for column in answer.bounded.T)
    caps, purchases = len(problem.caps), len(levels) - len(problem.purchases)
    rent = tuple(
        each * (cap.wedge * answer.stages[cap.stage].flows).sum(axis=(1, 2))
        for each, cap in zip(levels[:caps], problem.caps, strict=True)
    )
    return Solution(
        stages=answer.stages,
        rent_per_tonne=levels[:caps],
        rent=rent,
        quota_fraction=tuple(np.minimum(each, 1.0) for each in levels[caps:purchases]),
        purchased=levels[purchases:],
        supported=answer.supported,
        status=status,
        iterations=answer.iterations,
        left=answer.left,
        certificate=certificate,
    )

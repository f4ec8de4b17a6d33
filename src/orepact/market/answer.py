"""The answer of some draws before it is certified, and how answers of different draws are put together."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact.market.certificate import certify
from orepact.market.newton import Outcome, split
from orepact.market.outcome import stage_solutions, supported_output
from orepact.market.problem import Problem
from orepact.market.solution import Certificate, StageSolution
from orepact.market.system import System, evaluate

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """What was found for ``B`` draws: as in a solution, with the residual left, and whether it was approached in steps."""

    stages: tuple[StageSolution, ...]
    bounded: Array
    supported: tuple[Array, ...]
    left: tuple[Array, ...]
    residual: Array
    iterations: NDArray[np.intp]
    stepped: NDArray[np.bool_]

    def certificate(self, problem: Problem) -> Certificate:
        """Our own certificate of these numbers."""
        return certify(problem, self.stages, self.bounded, self.supported, self.left)

    def bounded_by(self, number: int) -> Answer:
        """The same answer to a problem with bounds, none of which is in use."""
        return replace(self, bounded=np.zeros((len(self.residual), number)))

    def after(self, iterations: NDArray[np.intp]) -> Answer:
        """The same answer, with what was spent before it."""
        return replace(self, iterations=self.iterations + iterations)

    def with_draws(self, draws: NDArray[np.intp], other: Answer) -> Answer:
        """This answer with some draws taken from another."""

        def put(one: Any, two: Any) -> Any:
            merged = np.array(one)
            merged[draws] = two
            return merged

        stages = tuple(
            StageSolution(
                **{entry.name: put(getattr(one, entry.name), getattr(two, entry.name)) for entry in fields(one)}
            )
            for one, two in zip(self.stages, other.stages, strict=True)
        )
        pairs: dict[str, Any] = {
            name: tuple(put(one, two) for one, two in zip(getattr(self, name), getattr(other, name), strict=True))
            for name in ("supported", "left")
        }
        arrays: dict[str, Any] = {
            name: put(getattr(self, name), getattr(other, name))
            for name in ("bounded", "residual", "iterations", "stepped")
        }
        return Answer(stages=stages, **pairs, **arrays)


def answer_of(system: System, found: Outcome, stepped: NDArray[np.bool_]) -> Answer:
    """What a system's outcome says, worked out at its point."""
    point = found.point
    states = evaluate(system, split(system, point.prices), point.bounded)
    return Answer(
        stages=stage_solutions(system, states, point.bounded),
        bounded=point.bounded,
        supported=supported_output(system, states),
        left=system.left,
        residual=found.residual,
        iterations=found.iterations,
        stepped=stepped,
    )


def without_bounds(problem: Problem) -> Problem:
    """The same market without what has bounds: caps, levies with a quota, and purchases."""
    levies = tuple(levy for levy in problem.levies if levy.quota is None)
    return replace(problem, caps=(), levies=levies, purchases=())


def breaches(problem: Problem, stages: tuple[StageSolution, ...]) -> NDArray[np.bool_]:
    """Draws in which a cap or quota is exceeded, or a producer's price lies below what a purchase would pay, ``(B,)``."""
    breached = np.zeros(len(stages[0].price), dtype=bool)
    for cap in problem.caps:
        flows = stages[cap.stage].flows
        allowed = np.asarray(cap.limit, dtype=float)
        if cap.of is not None:
            allowed = allowed + cap.share * np.where(cap.of, flows, 0.0).sum(axis=(1, 2))
        breached |= np.where(cap.covered, flows, 0.0).sum(axis=(1, 2)) > allowed
    for levy in problem.levies:
        if levy.quota is not None:
            breached |= np.where(levy.covered, stages[levy.stage].flows, 0.0).sum(axis=(1, 2)) > levy.quota
    for purchase in problem.purchases:
        breached |= stages[purchase.stage].price[:, purchase.producer] < purchase.price
    return breached

"""The answer of some draws before it is certified, and how answers of different draws are put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact.market import curves
from orepact.market.certificate import certify
from orepact.market.newton import Outcome, split
from orepact.market.outcome import stage_solutions, supported_output
from orepact.market.problem import Problem
from orepact.market.solution import Certificate, StageSolution
from orepact.market.system import System, evaluate, levy_on

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

    def with_measures(self, problem: Problem) -> Answer:
        """The same answer to a problem with measures, none of which is in use; supports cover their share, and pay nothing.

        A quota may be exceeded where its duty is nothing: then all of that nothing is laid.
        """
        made = self.supported
        if not made:
            made = tuple(each.share * self.stages[each.stage].output for each in problem.supports)
        columns = [np.zeros(len(self.residual)) for _ in problem.caps]
        for levy in problem.levies:
            if levy.quota is not None:
                flow = np.where(levy.covered, self.stages[levy.stage].flows, 0.0).sum(axis=(1, 2))
                columns.append((flow > levy.quota).astype(float))
        columns += [np.zeros(len(self.residual)) for _ in problem.purchases]
        bounded = np.stack(columns, axis=1) if columns else np.zeros((len(self.residual), 0))
        return replace(self, bounded=bounded, supported=made)

    def after(self, iterations: NDArray[np.intp]) -> Answer:
        """The same answer, with what was spent before it."""
        return replace(self, iterations=self.iterations + iterations)

    def with_draws(self, draws: NDArray[np.intp], other: Answer) -> Answer:
        """This answer with some draws taken from another."""

        def put(one: Any, two: Any) -> Any:
            merged = np.array(one)
            merged[draws] = two
            return merged

        return self._mapped(put, other)

    def of(self, draws: NDArray[np.intp]) -> Answer:
        """Some draws of this answer."""
        return self._mapped(lambda one, _: one[draws], self)

    def _mapped(self, change: Callable[[Any, Any], Any], other: Answer) -> Answer:
        """An answer of the arrays that ``change`` makes of those of this one and another."""
        stages = tuple(
            StageSolution(
                **{entry.name: change(getattr(one, entry.name), getattr(two, entry.name)) for entry in fields(one)}
            )
            for one, two in zip(self.stages, other.stages, strict=True)
        )
        pairs: dict[str, Any] = {
            name: tuple(change(one, two) for one, two in zip(getattr(self, name), getattr(other, name), strict=True))
            for name in ("supported", "left")
        }
        arrays: dict[str, Any] = {
            name: change(getattr(self, name), getattr(other, name))
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


def milder_of(problem: Problem) -> tuple[Problem, Problem]:
    """The same market without what may not bind, and a market with only that on it.

    What has bounds goes first (caps, quotas, purchases), and where there is none, adjustable duties and supports.
    """
    quotas = tuple(levy for levy in problem.levies if levy.quota is not None)
    if problem.caps or quotas or problem.purchases:
        plain = tuple(levy for levy in problem.levies if levy.quota is None)
        return replace(problem, caps=(), levies=plain, purchases=()), replace(problem, levies=quotas, supports=())
    return replace(problem, levies=(), supports=()), problem


def in_use(problem: Problem, stages: tuple[StageSolution, ...]) -> NDArray[np.bool_]:
    """Draws in which one of them binds at a solution without them, ``(B,)``.

    A cap or quota that is exceeded, a duty or support that is not nothing, a price below what a purchase would pay.
    """
    used = np.zeros(len(stages[0].price), dtype=bool)
    for cap in problem.caps:
        flows = stages[cap.stage].flows
        allowed = np.asarray(cap.limit, dtype=float)
        if cap.of is not None:
            allowed = allowed + cap.share * np.where(cap.of, flows, 0.0).sum(axis=(1, 2))
        used |= np.where(cap.covered, flows, 0.0).sum(axis=(1, 2)) > allowed
    for levy in problem.levies:
        flows = np.where(levy.covered, stages[levy.stage].flows, 0.0)
        value, _ = levy_on(problem.stages[levy.stage], levy, stages[levy.stage].price)
        over = flows.sum(axis=(1, 2)) > (-np.inf if levy.quota is None else levy.quota)
        used |= over & (value > 0).any(axis=(1, 2))
    for support in problem.supports:
        price = stages[support.stage].price
        earned, _ = curves.supported(price, support)
        used |= ((earned != price) & (support.share > 0)).any(axis=1)
    for purchase in problem.purchases:
        used |= stages[purchase.stage].price[:, purchase.producer] < purchase.price
    return used

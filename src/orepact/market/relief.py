"""What stops and caps take from each buyer: the share of its sourcing that they leave, of what it would be without them.

What enters: a problem, the states of the same market without its stops and caps, and which caps bind. What leaves: for each
stage an array ``(B, b)`` above 0 and at most 1. A cap that does not bind takes nothing; two covers of one flow take what the
tighter one takes; so stops and caps compose in any order, and beside any duty or loss of capacity (docs/decisions/0301). A
cap on a share of purchases takes nothing: it moves purchases to other suppliers, and what that costs is its own doing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orepact.market.problem import Problem
from orepact.market.system import StageState, covered_by

Array = NDArray[np.float64]

LEAST_LEFT = 1e-12
"""Share that a buyer counts as left with when all of its sourcing is stopped but a trace."""


def is_restricted(problem: Problem) -> bool:
    """Whether the problem has a stop or a cap in tonnes."""
    return any(cap.share == 0 for cap in problem.caps) or any(np.any(stage.stopped) for stage in problem.stages)


def without_restrictions(problem: Problem) -> Problem:
    """The same market with every route open and nothing on it that may not bind; fixed duties and losses stay.

    Adjustable duties, supports and purchases go too: one that is idle in the market itself may be busy in the open one, and
    would then move what a stop is taken to take.
    """
    stages = tuple(replace(stage, stopped=np.zeros((1, 1), dtype=bool)) for stage in problem.stages)
    return replace(problem, stages=stages, caps=(), levies=(), supports=(), purchases=())


def left_by_restrictions(problem: Problem, free: tuple[StageState, ...], binds: NDArray[np.bool_]) -> tuple[Array, ...]:
    """The share of each buyer's sourcing in the unrestricted market ``free`` that stops and caps leave it, ``(B, b)``.

    ``binds`` says of every draw and cap whether it counts, ``(B, C)``.
    """
    taken = [
        np.where(stage.stopped, 1.0, np.zeros((len(state.price), *np.shape(stage.weights)[-2:])))
        for stage, state in zip(problem.stages, free, strict=True)
    ]
    for index, cap in enumerate(problem.caps):
        if cap.share:
            continue
        flow = covered_by(cap, free[cap.stage])
        beyond = np.where(binds[:, index], np.maximum(1.0 - np.asarray(cap.limit) / np.maximum(flow, 1e-300), 0.0), 0.0)
        taken[cap.stage] = np.maximum(taken[cap.stage], np.where(cap.covered, beyond[:, None, None], 0.0))
    return tuple(
        np.maximum(1.0 - (state.sourcing.shares * part).sum(axis=1), LEAST_LEFT)
        for state, part in zip(free, taken, strict=True)
    )

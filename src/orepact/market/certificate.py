"""The certificate: how well returned numbers solve a problem, worked out from them and not from the solver's loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orepact.market.problem import Problem
from orepact.market.solution import Certificate, StageSolution

Array = NDArray[np.float64]

SMALLEST_NODE = 1e-6
"""A node is measured against at least this share of the largest node of its stage."""


def certify(problem: Problem, stages: tuple[StageSolution, ...], rents: Array) -> Certificate:
    """The certificate of a solution: balance of tonnes at every node, and complementarity of every cap, per draw."""
    balances, places = [], []
    for at, found in enumerate(stages):
        shipped = found.flows.sum(axis=2)
        offered = found.output + found.stock_release
        largest = np.maximum(shipped, found.output).max(axis=1, keepdims=True)
        scale = np.maximum(np.maximum(shipped, found.output), SMALLEST_NODE * largest)
        balances.append(np.abs(offered - shipped) / scale)
        places += [f"stage {at}, producer {row}" for row in range(shipped.shape[1])]
    balance = np.nan_to_num(np.concatenate(balances, axis=1), nan=np.inf)
    breaches = np.nan_to_num(_breaches(problem, stages, rents), nan=np.inf)
    places += [f"cap {cap.name}" for cap in problem.caps]
    worst = np.concatenate([balance, breaches], axis=1).argmax(axis=1)
    largest_breach = breaches.max(axis=1, initial=0.0)
    return Certificate(balance.max(axis=1), largest_breach, tuple(places[index] for index in worst))


def _breaches(problem: Problem, stages: tuple[StageSolution, ...], rents: Array) -> Array:
    """How far each cap is from complementarity, ``(B, C)``: relative to its limit and to the price."""
    table = np.zeros((len(rents), len(problem.caps)))
    for index, cap in enumerate(problem.caps):
        flow = np.where(cap.covered, stages[cap.stage].flows, 0.0).sum(axis=(1, 2))
        free = (np.asarray(cap.limit) - flow) / np.asarray(cap.limit)
        reference = np.atleast_2d(problem.stages[cap.stage].price).mean(axis=1)
        dear = rents[:, index] / reference
        table[:, index] = np.maximum(np.maximum(-free, -dear), np.minimum(np.abs(free), np.abs(dear)))
    return table

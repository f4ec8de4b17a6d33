"""When to buy and when to release one mineral, year after year: a stochastic dynamic programme on the tabulated loss.

    V(k, w) = min_k' { C_w(k - k') + price (k' - k)+ + storage k' + beta sum_w' Q(w, w') V(k', w') }

``k`` is the stock, ``w`` calm or one of the scenarios, ``C_w(r)`` what a year in ``w`` costs the region when ``r`` is released. Nothing is
released in calm years, nothing bought in others, and no more is bought a year than the pace allows (Williams and Wright 1991;
Teisberg 1981). Solved by policy iteration (Howard 1960), which ends at the exact optimum of the finite problem.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.errors import NotSolved
from orepact.errors import Problem as Wrong

Array = NDArray[np.float64]
MOST_ROUNDS = 200


@dataclass(frozen=True)
class StockProblem:
    """A finite problem of storage. ``K`` stocks, ``W`` states of the market, the first of them calm. Tonnes, USD, years.

    stock ``(K,)``, evenly spaced from 0. cost ``(W, K)``: of a year in a state when so many steps are released. price: USD per tonne
    bought; storage: USD per tonne and year; most_bought: tonnes a year. chances ``(W, W)``: of next year's state. discount: of a year.
    """

    stock: Array
    cost: Array
    price: float
    storage: float
    most_bought: float
    chances: Array
    discount: float

    def losses(self) -> Array:
        """What a year costs, ``(W, K, K')``: infinite for a move that is not allowed."""
        step = self.stock[None, :] - self.stock[:, None]
        steps = np.rint(step / (self.stock[1] - self.stock[0])).astype(int)
        bought, released = np.maximum(step, 0.0), np.maximum(-steps, 0)
        loss = self.cost[:, released] + self.price * bought + self.storage * self.stock
        loss[0] = np.where(steps < 0, np.inf, loss[0])
        loss[1:] = np.where(steps > 0, np.inf, loss[1:])
        return np.where(bought > self.most_bought * (1 + 1e-9), np.inf, loss)


@dataclass(frozen=True)
class Path:
    """The best moves: value ``(W, K)`` in USD, and the position of the stock to go to, ``(W, K)``."""

    problem: StockProblem
    value: Array
    move: NDArray[np.intp]
    rounds: int

    @property
    def target(self) -> float:
        """The stock at which a calm reserve stops buying, tonnes, coming from nothing."""
        at = 0
        for _ in range(len(self.problem.stock)):
            at = int(self.move[0, at])
        return float(self.problem.stock[at])

    def released(self, stock: float) -> Array:
        """Share of a stock that is released in the first year of each scenario, ``(W - 1,)``; the nearest tabulated stock is used."""
        at = int(np.argmin(np.abs(self.problem.stock - stock)))
        if at == 0:
            return np.zeros(len(self.move) - 1)
        return np.asarray(1.0 - self.problem.stock[self.move[1:, at]] / self.problem.stock[at])


def best_path(problem: StockProblem) -> Path:
    """Policy iteration: solve the value of a policy exactly, improve it, until it stays; ties go to the smallest stock."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return _improved(problem, problem.losses())


def _improved(problem: StockProblem, losses: Array) -> Path:
    """Policies one after another, each better than the last, until none is."""
    states, stocks = losses.shape[:2]
    move = np.tile(np.arange(stocks), (states, 1))
    for rounds in range(1, MOST_ROUNDS + 1):
        value = _value_of(problem, losses, move)
        ahead = losses + problem.discount * (problem.chances @ value)[:, None, :]
        kept = np.take_along_axis(ahead, move[:, :, None], axis=2)[:, :, 0]
        best = ahead.min(axis=2)
        better = best < kept - 1e-12 * np.abs(kept).max()
        if not better.any():
            return Path(problem, value, move, rounds)
        move = np.where(better, ahead.argmin(axis=2), move)
    raise NotSolved(
        Wrong("reserve, path", "the best path was not found", f"{MOST_ROUNDS} rounds", "use a coarser grid of stocks")
    )


def iterated_value(problem: StockProblem, *, tolerance: float = 1e-10, most: int = 100_000) -> Array:
    """The same value by value iteration, to check the other: slow, and with nothing in common but the losses."""
    losses = problem.losses()
    value = np.zeros(losses.shape[:2])
    for _ in range(most):
        after = (losses + problem.discount * (problem.chances @ value)[:, None, :]).min(axis=2)
        if np.abs(after - value).max() <= tolerance * max(np.abs(after).max(), 1.0) * (1 - problem.discount):
            return np.asarray(after)
        value = after
    raise NotSolved(Wrong("reserve, path", "values still move", f"{most} rounds", "use a lower discount factor"))


def chances(probability: Array, persistence: float) -> Array:
    """Next year's state by this year's: calm turns into a scenario by its probability, and a scenario lasts or ends in calm."""
    count = len(probability)
    table = np.zeros((count + 1, count + 1))
    table[0, 0], table[0, 1:] = 1.0 - probability.sum(), probability
    table[1:, 0] = 1.0 - persistence
    table[np.arange(1, count + 1), np.arange(1, count + 1)] = persistence
    return table


def _value_of(problem: StockProblem, losses: Array, move: NDArray[np.intp]) -> Array:
    """The value of always moving so: one linear system."""
    states, stocks = move.shape
    now = np.take_along_axis(losses, move[:, :, None], axis=2)[:, :, 0]
    step = np.zeros((states, stocks, states, stocks))
    for state in range(states):
        for to in range(states):
            step[state, np.arange(stocks), to, move[state]] = problem.chances[state, to]
    size = states * stocks
    system = np.eye(size) - problem.discount * step.reshape(size, size)
    return np.asarray(np.linalg.solve(system, now.ravel()).reshape(states, stocks))

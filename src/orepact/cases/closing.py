"""The books closed: what all parties gain and lose, against the change of welfare along a path of duties of its own.

``dW = -∫ x dtau`` (market-model, section 2) holds along any path of wedges ``tau`` from none to those of the answer, because the
flows are the gradient of a convex function. The path taken is ``tau(s) = c ((1 + w/c)^s - 1)`` for a wedge ``w``, with ``c`` the price
over which buyers answer: even steps of a duty's logarithm, so that a duty that nobody pays any more is followed down to where they
still did. It is split until the integral no longer moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orepact.errors import NotSolved, Problem
from orepact.market import Problem as Market
from orepact.market import Solution, solve

Array = NDArray[np.float64]

CLOSED = 1e-6
"""Largest gap that an answer may have, as a share of all that is gained and lost."""

STILL = 1e-6
"""Change of the integral, as such a share, below which a part of the path is not split any more."""

LEAST = 1e-6
"""Share of the money that moves in the base year below which gains and losses are the noise of solving, and count as this much."""

DEEPEST = 8
"""Times that a part of the path may be halved."""

NODES, SHARES = np.polynomial.legendre.leggauss(8)


def closing_gap(
    base: Market,
    before: Solution,
    solution: Solution,
    wedges: tuple[Array, ...],
    payers: Mapping[str, Array],
    revenue: Array,
) -> float:
    """The largest gap over the draws, as a share of all that is gained and lost (or of ``LEAST`` of the money that moves).

    wedges: what is charged on each tonne of each flow, USD, by stage. payers: gains by party, USD; revenue: of it the duty, USD.
    NotSolved where the gap is above ``CLOSED``. Where nothing is charged and no price has moved by a bit, there is none to close.
    """
    if not any(np.any(wedge) for wedge in wedges) and _same(before, solution):
        return 0.0
    scale = np.sum([np.abs(each) for each in payers.values()], axis=0)
    turnover = np.sum([(each.price * each.flows.sum(axis=2)).sum(axis=1) for each in before.stages], axis=0)
    scale = np.maximum(scale, LEAST * turnover)
    path = _Path(base, before, wedges, scale).integral()
    gap = float((np.abs(np.sum(list(payers.values()), axis=0) - revenue - path) / scale).max())
    if not gap <= CLOSED:
        raise NotSolved(
            Problem(
                "price, closing", "gains and losses do not close against the change of welfare", f"a gap of {gap:.1e} of all of them",
                f"a gap of {CLOSED:g} is let pass: give a reference price nearer to the base price",
            )
        )  # fmt: skip
    return gap


def _same(before: Solution, solution: Solution) -> bool:
    return all(
        one.price.tobytes() == other.price.tobytes() and one.flows.tobytes() == other.flows.tobytes()
        for one, other in zip(before.stages, solution.stages, strict=True)
    )


class _Path:
    """The integral ``-∫ x dtau`` by draw, ``(B,)``; each part of the path starts from the prices of the one before."""

    def __init__(self, base: Market, before: Solution, wedges: tuple[Array, ...], scale: Array) -> None:
        self.base, self.wedges, self.scale = base, wedges, scale
        self.start = tuple(stage.price for stage in before.stages)
        self.widths = [
            np.mean(stage.price, axis=1).reshape(-1, 1, 1) / np.reshape(problem.sourcing, (-1, 1, 1))
            for stage, problem in zip(before.stages, base.stages, strict=True)
        ]

    def integral(self) -> Array:
        """The whole of it."""
        return self._split(0.0, 1.0, self._part(0.0, 1.0), DEEPEST)

    def _split(self, low: float, high: float, whole: Array, depth: int) -> Array:
        middle = (low + high) / 2
        left, right = self._part(low, middle), self._part(middle, high)
        if depth == 0 or np.all(np.abs(left + right - whole) <= STILL * self.scale):
            return left + right
        return self._split(low, middle, left, depth - 1) + self._split(middle, high, right, depth - 1)

    def _part(self, low: float, high: float) -> Array:
        total = np.zeros_like(self.scale)
        for node, share in zip(NODES, SHARES, strict=True):
            total = total - share * (high - low) / 2 * self._charged(low + (high - low) * (node + 1) / 2)
        return total

    def _charged(self, at: float) -> Array:
        """``sum x dtau/ds`` at a point of the path."""
        logs = [np.log1p(wedge / width) for wedge, width in zip(self.wedges, self.widths, strict=True)]
        levies = [width * np.expm1(at * log) for width, log in zip(self.widths, logs, strict=True)]
        stages = [replace(stage, levy=stage.levy + levy) for stage, levy in zip(self.base.stages, levies, strict=True)]
        there = solve(Market(tuple(stages)), start=self.start).require()
        self.start = tuple(stage.price for stage in there.stages)
        rises = [log * (width + levy) for log, width, levy in zip(logs, self.widths, levies, strict=True)]
        charged = [(each.flows * rise).sum(axis=(1, 2)) for each, rise in zip(there.stages, rises, strict=True)]
        return np.asarray(np.sum(charged, axis=0))

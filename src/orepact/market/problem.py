"""The arrays that define one market: a :class:`Problem` is what enters the engine, and it knows no country and no law.

Everything is in tonnes of contained element per period and in one currency unit per tonne. ``B`` is the number of
draws, ``n`` the producers of a stage, ``m`` the producers of the next stage that buy from it (its refiners), ``J`` the
final users of the stage. Buyers of a stage are ordered refiners first, then final users. Every array may leave out
the draw axis, or have length 1 there, when it is the same in all draws; shapes broadcast.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Supply:
    """Mine or secondary supply on a Hill curve (market-model, section 1). Shapes ``(B, n)`` or ``(n,)``.

    output: base output, tonnes per period (0 where a producer has none).
    elasticity: price elasticity of supply at the base point.
    utilisation: base output over capacity; values above 0.98 are clamped there.
    remaining: share of the capacity that is left (1 = no loss); below the base utilisation the producer must shrink.
    """

    output: Array
    elasticity: Array
    utilisation: Array
    remaining: Array


@dataclass(frozen=True)
class Refining:
    """Plants that buy the previous stage and make this one. Shapes ``(B, n)`` or ``(n,)``.

    throughput: base purchases of the previous stage, tonnes per period (0 where a country has no plant).
    recovery: tonnes of this stage made of one tonne of the previous one (the yield), above 0 and at most 1.
    elasticity: response of throughput to the margin, relative to the stage's reference price.
    utilisation: base throughput over capacity.
    remaining: share of the capacity that is left.
    """

    throughput: Array
    recovery: Array
    elasticity: Array
    utilisation: Array
    remaining: Array


@dataclass(frozen=True)
class Stocks:
    """Commercial stocks: ``held`` tonnes at the base price, ``response`` the exponent of desired stock in price."""

    held: Array
    response: Array


@dataclass(frozen=True)
class Users:
    """Final users of a stage. Shapes ``(B, J)`` or ``(J,)``.

    use: base use, tonnes per period.
    elasticity: size of the price elasticity of demand, positive.
    ceiling: median price ceiling, as a multiple of the base price (above 1).
    spread: standard deviation of the logarithm of (ceiling - 1) over the uses of one user.
    stocks: stocks at users.
    """

    use: Array
    elasticity: Array
    ceiling: Array
    spread: Array
    stocks: Stocks


@dataclass(frozen=True)
class Stage:
    """One stage of the market with its producers, and with the buyers of what they make.

    price: base free-on-board price of each producer, ``(n,)`` or ``(B, n)``; positive.
    supply: mine or secondary supply at these producers.
    refining: plants that make this stage of the one before; ``None`` at the first stage.
    stocks: stocks at producers, ``(B, n)``.
    weights: base sourcing shares, ``(n, m + J)`` or ``(B, n, m + J)``; each buyer's column sums to 1.
    sourcing: elasticity of sourcing sigma, ``(B,)`` or scalar; theta = sigma / mean base price of the stage.
    users: final users of the stage (``J`` may be 0).
    freight: freight ``f``, specific, ``(n, m + J)``, part of the base.
    base_tariff: ad valorem wedge ``t`` in force in the base year, ``(n, m + J)``.
    tariff: ad valorem wedge ``t`` of the problem, ``(n, m + J)``; equal to ``base_tariff`` where nothing changes.
    levy: specific wedge ``d`` on top of the base, ``(n, m + J)``.
    stopped: routes that are closed, boolean ``(n, m + J)``; the weights of the others are not rescaled, because the loss
        is the shock.
    """

    price: Array
    supply: Supply
    refining: Refining | None
    stocks: Stocks
    weights: Array
    sourcing: Array
    users: Users
    freight: Array
    base_tariff: Array
    tariff: Array
    levy: Array
    stopped: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((1, 1), dtype=bool))


@dataclass(frozen=True)
class Cap:
    """A true quantity cap ``0 <= rent per tonne  complementary to  limit - sum of covered flows >= 0``.

    stage: index of the stage. covered: boolean ``(n, m + J)``. limit: tonnes per period, positive, scalar or ``(B,)``.
    name: what an error or a certificate calls it.
    """

    stage: int
    covered: NDArray[np.bool_]
    limit: Array
    name: str


@dataclass(frozen=True)
class Problem:
    """A market to solve: its stages from the first to the last, and the caps on flows."""

    stages: tuple[Stage, ...]
    caps: tuple[Cap, ...] = field(default=())

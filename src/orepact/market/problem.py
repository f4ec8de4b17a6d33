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

FULLEST = 0.98
"""Highest base utilisation: nearer to one the supply curve is a cliff and the Jacobian singular."""


@dataclass(frozen=True)
class Supply:
    """Mine or secondary supply on a Hill curve (market-model, section 1). Shapes ``(B, n)`` or ``(n,)``.

    output: base output, tonnes per period (0 where a producer has none).
    elasticity: price elasticity of supply at the base point.
    utilisation: base output over capacity; values above 0.98 are clamped there.
    remaining: share of the capacity that is left (1 = no loss); below the base utilisation the producer must shrink.
    added: capacity that the base year did not have, tonnes per period: a project. It runs on the same curve, so at base prices
        it makes ``utilisation * added``. limit: most that there can be of all this, whatever the price, tonnes per period: what a
        host allows its by-product; infinite where nothing does.
    """

    output: Array
    elasticity: Array
    utilisation: Array
    remaining: Array
    added: Array = field(default_factory=lambda: np.zeros(1))
    limit: Array = field(default_factory=lambda: np.full(1, np.inf))

    @property
    def capacity(self) -> Array:
        """``min(remaining * output / utilisation + added, limit)``, tonnes per period."""
        used = np.minimum(self.utilisation, FULLEST)
        whole: Array = np.minimum(self.remaining * self.output / used + self.added, self.limit)
        return whole


@dataclass(frozen=True)
class Refining:
    """Plants that buy the previous stage and make this one. Shapes ``(B, n)`` or ``(n,)``.

    throughput: base purchases of the previous stage, tonnes per period (0 where a country has no plant).
    recovery: tonnes of this stage made of one tonne of the previous one (the yield), above 0 and at most 1.
    elasticity: response of throughput to the margin, relative to the stage's reference price.
    utilisation: base throughput over capacity.
    remaining: share of the capacity that is left.
    added: capacity to buy the previous stage that the base year did not have, tonnes per period.
    """

    throughput: Array
    recovery: Array
    elasticity: Array
    utilisation: Array
    remaining: Array
    added: Array = field(default_factory=lambda: np.zeros(1))


@dataclass(frozen=True)
class Stocks:
    """Commercial stocks: what holders wish to hold at a price, and what they hold when the period begins.

    held: tonnes wished at the base price. response: exponent of desired stock in price. level: tonnes in hand at the start of
    the period; what is wished at the base price when left out. A period releases ``level - held ratio^-response``. rebuild:
    share of what is missing from the stock wished that is bought within the period.
    """

    held: Array
    response: Array
    level: Array | None = None
    rebuild: Array = field(default_factory=lambda: np.ones(1))


@dataclass(frozen=True)
class Reserve:
    """A public reserve at a user, bought and released along straight ramps in the price felt. Shapes ``(B, J)`` or ``(J,)``.

    buy: most that is bought in the period, tonnes; buy_below: ratio to base from which it buys less, and nothing a
    ``width`` above. release: most that is released, tonnes; release_above: ratio to base from which it releases, all of it a
    ``width`` above. buy_width: the same for buying; ``width`` when left out. The ramps fall in price as demand does, so the
    problem stays convex (market-model, section 3).
    """

    buy: Array
    buy_below: Array
    release: Array
    release_above: Array
    width: Array
    buy_width: Array | None = None


@dataclass(frozen=True)
class Users:
    """Final users of a stage. Shapes ``(B, J)`` or ``(J,)``.

    use: base use, tonnes per period.
    elasticity: size of the price elasticity of demand, positive.
    ceiling: median price ceiling, as a multiple of the base price (above 1).
    spread: standard deviation of the logarithm of (ceiling - 1) over the uses of one user.
    stocks: stocks at users.
    wanted: what users want at the base price, as a multiple of base use: 1 but where demand has shifted, or has answered to the
        prices of earlier periods.
    filling: tonnes bought beside what is used, such as what fills a longer way, by those whose ceiling is not passed.
    reserve: a public reserve at these users.

    A country with several classes of use has a column for each, with the same weights: they add no unknowns.
    """

    use: Array
    elasticity: Array
    ceiling: Array
    spread: Array
    stocks: Stocks
    wanted: Array = field(default_factory=lambda: np.ones(1))
    filling: Array = field(default_factory=lambda: np.zeros(1))
    reserve: Reserve | None = None


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
    detour: freight on top of the base's, specific, ``(n, m + J)``; a tariff is levied on it too.
    weights_now: sourcing shares at base prices where the structure has changed for good (a project, habit), columns summing to
        1; the base weights when left out.
    secondary: a second supply at these producers with a curve of its own (scrap), beside ``supply``.
    habit: sourcing shares that buyers are used to by now, before projects make room for themselves; the base weights when left out.
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
    detour: Array = field(default_factory=lambda: np.zeros((1, 1)))
    weights_now: Array | None = None
    secondary: Supply | None = None
    habit: Array | None = None


@dataclass(frozen=True)
class Cap:
    """A true cap on flows: ``0 <= rent per tonne  complementary to  limit + share * (flows of) - (covered flows) >= 0``.

    stage: index of the stage. covered: boolean ``(n, m + J)``. limit: tonnes per period, scalar or ``(B,)``; positive, or zero
    where ``share`` is positive. name: what an error or a certificate calls it. share: what the cap grows by for a tonne of the
    flows in ``of``, boolean ``(n, m + J)``, so that a limit of 0 and a share of 0.65 hold the covered flows to 65 % of the
    others'. The rent is paid on covered flows and ``share`` of it paid out on those in ``of``, as by certificates that buyers
    trade: with a limit of 0 the payments close among them, and the problem stays the gradient of a convex function.
    """

    stage: int
    covered: NDArray[np.bool_]
    limit: Array
    name: str
    share: float = 0.0
    of: NDArray[np.bool_] | None = None

    @property
    def wedge(self) -> Array:
        """What one unit of rent adds to the delivered price of each flow, ``(n, m + J)``."""
        covered = self.covered.astype(float)
        return covered if self.of is None else covered - self.share * self.of


@dataclass(frozen=True)
class Levy:
    """An adjustable duty that lifts a delivered price, before other wedges, to a reference price.

    ``levy_ij = max(0, reference - (price_i + freight + detour))``, at most ``bound_rate`` of the price before it, smoothed over
    ``width`` (market-model, section 3). stage: index of the stage. covered: boolean ``(n, m + J)``. reference, width: currency per
    tonne, scalar or ``(B,)``. bound_rate: largest share of the price before the levy; infinite for none. quota: tonnes per
    period that enter free of it; none when left out. In quota the wedge is a fraction of the levy,
    ``0 <= fraction <= 1  complementary to  quota - flow``: none while the quota is not full, all of it beyond.
    """

    stage: int
    covered: NDArray[np.bool_]
    reference: Array
    width: Array
    name: str
    bound_rate: float = np.inf
    quota: Array | None = None


@dataclass(frozen=True)
class Support:
    """A contract for difference or a subsidy on a share of some producers' output. Arrays ``(B, n)`` or ``(n,)``.

    stage: index of the stage. share: covered share of output, 0 where none; of all supports together at most 1. strike:
    price that is made up to, 0 for none. clawback: share of the price above the strike that is paid back, 0 (one-way) to below 1.
    subsidy: paid per tonne at any price. width: price over which the kink at the strike is smoothed, ``(B,)`` or scalar.
    The covered share runs at ``price + subsidy + max(0, strike - price) - clawback * max(0, price - strike)``.
    """

    stage: int
    share: Array
    strike: Array
    clawback: Array
    subsidy: Array
    width: Array
    name: str


@dataclass(frozen=True)
class Purchase:
    """A buyer at one producer's gate: of last resort, or of a reserve that is filled under a price cap.

    ``0 <= bought <= most  complementary to  price_producer - limit_price``: nothing above the limit price, all it may below, and in
    between as much as holds the price there. stage, producer: position. price: currency per tonne; most: tonnes per
    period, infinite for a buyer of last resort; scalar or ``(B,)``.
    """

    stage: int
    producer: int
    price: Array
    most: Array
    name: str


@dataclass(frozen=True)
class Problem:
    """A market to solve: its stages from the first to the last, and what governments put on it."""

    stages: tuple[Stage, ...]
    caps: tuple[Cap, ...] = field(default=())
    levies: tuple[Levy, ...] = field(default=())
    supports: tuple[Support, ...] = field(default=())
    purchases: tuple[Purchase, ...] = field(default=())

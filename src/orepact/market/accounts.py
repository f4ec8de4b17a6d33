"""Where the money goes: what buyers pay, and who receives every part of it.

For each stage, in the problem's currency per period and by draw,

    paid by buyers = earned by producers + freight + tariffs + specific levies + rents of caps + adjustable duties

is an identity, not an equation that is solved: the left side is what the returned prices say, the right side is worked out from
flows and rates. Supports and purchases are paid by a treasury to producers beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.market import curves
from orepact.market.problem import Levy, Problem
from orepact.market.solution import Solution
from orepact.market.sourcing import landed_price
from orepact.market.system import levy_on

Array = NDArray[np.float64]
ROUNDING = 1e-6
"""A levy whose fraction is this near to all of it is levied in full: the solver leaves 1e-13 or so."""


@dataclass(frozen=True)
class DutyPaid:
    """What one adjustable duty takes on each flow, ``(B, n, b)``: to the treasury, and as rent of those who hold its quota.

    While the quota is not exceeded all of it is rent; once it is, rent is what the tonnes in quota are spared.
    """

    treasury: Array
    rent: Array


@dataclass(frozen=True)
class StageAccounts:
    """One stage's money.

    paid: by each buyer ``(B, b)``. earned: by each producer from them ``(B, n)``. freight, tariff, levy: on
    each flow ``(B, n, b)``. rents: on each flow, one ``(B, n, b)`` for each cap of the problem, 0 for those of other stages; a
    cap on a share pays out as much as it takes in. duties: for each levy of the problem.
    """

    paid: Array
    earned: Array
    freight: Array
    tariff: Array
    levy: Array
    rents: tuple[Array, ...]
    duties: tuple[DutyPaid, ...]

    @property
    def gap(self) -> Array:
        """What is paid less what is received, relative to all money that moves, ``(B,)``: zero but for rounding."""
        received = self.earned.sum(axis=1)
        moved = received + self.paid.sum(axis=1)
        parts = (self.freight, self.tariff, self.levy, *self.rents)
        for part in (*parts, *(each for duty in self.duties for each in (duty.treasury, duty.rent))):
            received = received + part.sum(axis=(1, 2))
            moved = moved + np.abs(part).sum(axis=(1, 2))
        gap: Array = (self.paid.sum(axis=1) - received) / np.maximum(moved, 1e-300)
        return gap


@dataclass(frozen=True)
class Accounts:
    """The money of a solved market: its stages, what each support pays each producer ``(B, n)``, and each purchase ``(B,)``.

    A support pays less than nothing where producers pay back more than they are paid.
    """

    stages: tuple[StageAccounts, ...]
    supports: tuple[Array, ...]
    purchases: tuple[Array, ...]


def accounts(problem: Problem, solution: Solution) -> Accounts:
    """The money of a solution; see :class:`Accounts`."""
    stages = tuple(_stage(problem, solution, at) for at in range(len(problem.stages)))
    supports = []
    for support, made in zip(problem.supports, solution.supported, strict=True):
        price = solution.stages[support.stage].price
        value, _ = curves.supported(price, support)
        supports.append(made * (value - price))
    purchases = tuple(
        tonnes * solution.stages[each.stage].price[:, each.producer]
        for each, tonnes in zip(problem.purchases, solution.purchased, strict=True)
    )
    return Accounts(stages, tuple(supports), purchases)


def _stage(problem: Problem, solution: Solution, at: int) -> StageAccounts:
    stage, found = problem.stages[at], solution.stages[at]
    flows = found.flows
    none = np.zeros_like(flows)
    rents = tuple(
        per_tonne[:, None, None] * cap.wedge * flows if cap.stage == at else none
        for cap, per_tonne in zip(problem.caps, solution.rent_per_tonne, strict=True)
    )
    fractions = iter(solution.quota_fraction)
    duties = []
    for levy in problem.levies:
        fraction = next(fractions) if levy.quota is not None else np.ones(len(flows))
        duties.append(_duty(problem, solution, levy, fraction) if levy.stage == at else DutyPaid(none, none))
    return StageAccounts(
        paid=found.paid_price * flows.sum(axis=1),
        earned=found.price * flows.sum(axis=2),
        freight=flows * (stage.freight + stage.detour),
        tariff=flows * stage.tariff * landed_price(stage, found.price),
        levy=flows * stage.levy,
        rents=rents,
        duties=tuple(duties),
    )


def _duty(problem: Problem, solution: Solution, levy: Levy, fraction: Array) -> DutyPaid:
    stage, found = problem.stages[levy.stage], solution.stages[levy.stage]
    value, _ = levy_on(stage, levy, found.price)
    taken = found.flows * value * fraction[:, None, None]
    if levy.quota is None:
        return DutyPaid(taken, np.zeros_like(taken))
    flow = np.where(levy.covered, found.flows, 0.0).sum(axis=(1, 2))
    over = np.maximum(1.0 - levy.quota / np.maximum(flow, 1e-300), 0.0)
    over = np.where(fraction < 1.0 - ROUNDING, 0.0, over)[:, None, None]
    return DutyPaid(taken * over, taken * (1.0 - over))

"""What one instrument takes on each flow of a solved market, in the problem's currency per period, ``(B, n, b)``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orepact.market import Problem, Solution, Stage, accounts
from orepact.market.sourcing import landed_price
from orepact.market.system import levy_on

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def import_price(stage: Stage, flows: Array, price: Array, covered: Mask) -> Array:
    """What the covered flows cost on average before duties, ``sum x (price + freight) / sum x``, ``(B,)``; NaN where nothing flows.

    flows ``(B, n, b)`` or ``(n, b)``, tonnes; price ``(B, n)`` or ``(n,)``, currency per tonne on board.
    """
    bought = np.where(covered, flows, 0.0)
    spent = (bought * landed_price(stage, np.atleast_2d(price))).sum(axis=(1, 2))
    tonnes = np.broadcast_to(bought.sum(axis=(-2, -1)), spent.shape)
    price_paid: Array = np.divide(spent, tonnes, out=np.full(spent.shape, np.nan), where=tonnes > 0)
    return price_paid


def duty_on(problem: Problem, solution: Solution, at: int, covered: Mask, rate: float, per_tonne: float) -> Array:
    """A duty of ``rate`` on the landed price and ``per_tonne`` on the tonnes of the covered flows."""
    stage, found = problem.stages[at], solution.stages[at]
    return np.asarray(found.flows * covered * (rate * landed_price(stage, found.price) + per_tonne))


def rent_of(problem: Problem, solution: Solution, name: str, at: int) -> Array:
    """The rents of every cap of a name on the flows of a stage."""
    total = np.zeros_like(solution.stages[at].flows)
    for cap, per_tonne in zip(problem.caps, solution.rent_per_tonne, strict=True):
        if cap.name == name and cap.stage == at:
            total = total + per_tonne[:, None, None] * cap.wedge * solution.stages[at].flows
    return total


def levy_of(problem: Problem, solution: Solution, name: str, at: int) -> tuple[Array, Array]:
    """What an adjustable duty of a name takes: for the treasury, and as rent of those who bring what enters in quota."""
    found = accounts(problem, solution).stages[at].duties
    none = np.zeros_like(solution.stages[at].flows)
    treasury, rent = none, none
    for levy, paid in zip(problem.levies, found, strict=True):
        if levy.name == name and levy.stage == at:
            treasury, rent = treasury + paid.treasury, rent + paid.rent
    return treasury, rent


def levy_per_tonne(problem: Problem, solution: Solution, name: str, at: int) -> Array:
    """What an adjustable duty of a name adds to a tonne of each flow of a stage: what the engine charges, with its rounded kink."""
    total = np.zeros_like(solution.stages[at].flows)
    fractions = iter(solution.quota_fraction)
    for levy in problem.levies:
        fraction = next(fractions)[:, None, None] if levy.quota is not None else 1.0
        if levy.name == name and levy.stage == at:
            total = total + fraction * levy_on(problem.stages[at], levy, solution.stages[at].price)[0]
    return np.asarray(total)


def support_of(problem: Problem, solution: Solution, name: str, at: int) -> Array:
    """What supports of a name pay each producer of a stage, ``(B, n)``; below zero where producers pay back."""
    total = np.zeros_like(solution.stages[at].price)
    for support, paid in zip(problem.supports, accounts(problem, solution).supports, strict=True):
        if support.name == name and support.stage == at:
            total = total + paid
    return total


def purchases_of(problem: Problem, solution: Solution, name: str, at: int) -> Array:
    """What purchases of a name pay each producer of a stage, ``(B, n)``."""
    total = np.zeros_like(solution.stages[at].price)
    for purchase, paid in zip(problem.purchases, accounts(problem, solution).purchases, strict=True):
        if purchase.name == name and purchase.stage == at:
            total[:, purchase.producer] += paid
    return total

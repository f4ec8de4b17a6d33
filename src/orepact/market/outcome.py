"""From the states of a solved system to what a reader wants: use, losses, stocks and the two prices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orepact.market import curves
from orepact.market.problem import Stage
from orepact.market.solution import StageSolution
from orepact.market.sourcing import delivered_price
from orepact.market.system import StageState, System, rents_on

Array = NDArray[np.float64]


def stage_solutions(system: System, states: tuple[StageState, ...], rents: Array) -> tuple[StageSolution, ...]:
    """Every stage's solution at its state; ``rents (B, C)`` are part of what buyers pay."""
    return tuple(
        _stage_solution(
            stage, system.anchors[at].paid, state, delivered_price(stage, state.price, rents_on(system, at, rents))
        )
        for at, (stage, state) in enumerate(zip(system.problem.stages, states, strict=True))
    )


def _stage_solution(stage: Stage, base_paid: Array, state: StageState, delivered: Array) -> StageSolution:
    users = stage.users
    draws, buyers = state.felt.shape
    shares = state.sourcing.shares
    paid = (shares * delivered).sum(axis=1)
    flows = np.multiply(shares, state.bought[:, None, :], out=shares)
    refiners = buyers - int(np.shape(users.use)[-1])
    base_paid = np.broadcast_to(base_paid, (draws, buyers))
    ratio = state.felt[:, refiners:] / base_paid[:, refiners:]
    wanted, _ = curves.demand(ratio, users.use, users.elasticity)
    share, _ = curves.still_buying(ratio, users.ceiling, users.spread)
    used = wanted * share
    offer, _ = curves.stock_offer(ratio, users.stocks.held, users.stocks.response)
    release, _, _ = curves.bounded_release(offer, used)
    base_use = np.broadcast_to(users.use, used.shape)
    return StageSolution(
        price=state.price,
        output=state.supply + state.made,
        supply=state.supply,
        throughput=state.throughput,
        stock_release=state.release,
        flows=flows,
        inclusive_price=state.sourcing.inclusive,
        paid_price=paid,
        base_paid_price=base_paid,
        base_use=base_use,
        use=used,
        given_up=base_use - wanted,
        unserved=wanted - used,
        user_stock_release=release,
    )

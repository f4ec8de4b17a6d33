"""From the states of a solved system to what a reader wants: use, losses, stocks and the two prices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orepact.market import curves
from orepact.market.problem import Stage
from orepact.market.solution import StageSolution
from orepact.market.system import StageState, System

Array = NDArray[np.float64]


def stage_solutions(system: System, states: tuple[StageState, ...]) -> tuple[StageSolution, ...]:
    """Every stage's solution at its state."""
    return tuple(
        _stage_solution(stage, system.anchors[at].paid, state)
        for at, (stage, state) in enumerate(zip(system.problem.stages, states, strict=True))
    )


def _stage_solution(stage: Stage, base_paid: Array, state: StageState) -> StageSolution:
    users = stage.users
    draws, buyers = state.inclusive.shape
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
        flows=state.flows,
        inclusive_price=state.inclusive,
        paid_price=(state.shares * state.delivered).sum(axis=1),
        base_paid_price=base_paid,
        base_use=base_use,
        use=used,
        given_up=base_use - wanted,
        unserved=wanted - used,
        user_stock_release=release,
    )

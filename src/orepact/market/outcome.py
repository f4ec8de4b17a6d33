"""From the states of a solved system to what a reader wants: use, losses, stocks and the two prices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orepact.market import curves
from orepact.market.problem import Stage
from orepact.market.solution import StageSolution
from orepact.market.sourcing import delivered_price
from orepact.market.system import StageState, System, offer, wedges_on

Array = NDArray[np.float64]


def stage_solutions(system: System, states: tuple[StageState, ...], bounded: Array) -> tuple[StageSolution, ...]:
    """Every stage's solution at its state; rents and levies are part of what buyers pay."""
    return tuple(
        _stage_solution(
            stage,
            system.anchors[at].paid,
            state,
            delivered_price(stage, state.price, wedges_on(system, at, state.price, bounded)[0]),
        )
        for at, (stage, state) in enumerate(zip(system.problem.stages, states, strict=True))
    )


def supported_output(system: System, states: tuple[StageState, ...]) -> tuple[Array, ...]:
    """What is made under each support, ``(B, n)``, tonnes."""
    found = []
    for support in system.problem.supports:
        at = support.stage
        stage, state = system.problem.stages[at], states[at]
        value, _ = curves.supported(state.price, support)
        made = offer(system, at, value, states[at - 1].felt if at > 0 else None)
        recovery = 0.0 if stage.refining is None else stage.refining.recovery
        found.append(support.share * (made.supply + made.secondary + recovery * made.throughput))
    return tuple(found)


def _stage_solution(stage: Stage, base_paid: Array, state: StageState, delivered: Array) -> StageSolution:
    users = stage.users
    draws, buyers = state.felt.shape
    shares = state.sourcing.shares
    paid = (shares * delivered).sum(axis=1)
    flows = np.multiply(shares, state.bought[:, None, :], out=shares)
    refiners = buyers - int(np.shape(users.use)[-1])
    base_paid = np.broadcast_to(base_paid, (draws, buyers))
    found = curves.purchases(state.felt[:, refiners:] / base_paid[:, refiners:], users)
    base_use = np.broadcast_to(users.use, found.used.shape)
    return StageSolution(
        price=state.price,
        output=state.supply + state.secondary + state.made,
        supply=state.supply,
        secondary=state.secondary,
        throughput=state.throughput,
        stock_release=state.release,
        flows=flows,
        inclusive_price=state.sourcing.inclusive,
        paid_price=paid,
        base_paid_price=base_paid,
        base_use=base_use,
        use=found.used,
        given_up=base_use - found.wanted,
        unserved=found.wanted - found.used,
        user_stock_release=found.stock_release,
        reserve_release=np.broadcast_to(found.reserve_release, found.used.shape),
        reserve_purchase=np.broadcast_to(found.reserve_purchase, found.used.shape),
    )

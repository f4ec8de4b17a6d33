"""The derivative of the system: of excess supply at every producer and of the flow under every limit.

Columns are the unknowns: prices of all producers, then rents of caps, fractions of levies in quota, and purchases. A price
moves a delivered price by ``1 + tariff`` plus the slope of the levies; a rent by what the cap lays on the flow; a fraction by the levy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.market.problem import Cap, Levy, Stage
from orepact.market.sourcing import Anchor
from orepact.market.system import StageState, System, covered_by, levy_on

Array = NDArray[np.float64]


@dataclass(frozen=True)
class _Pass:
    """How prices pass into shares: ``s_ij dL_ij/dprice_i = own_i pull_ij / total_j``, and each buyer's two answers to a price.

    turn: ``theta bought``, what it moves between suppliers. all: ``turn`` plus the slope of what it buys. ``(B, b)``.
    """

    own: Array
    pull: Array
    turn: Array
    all: Array


@dataclass(frozen=True)
class Limit:
    """One limit of flows in the matrix: its row and column, and its weights on flows ``(B, n, b)`` or ``(n, b)``.

    counts: by how much a tonne of each flow fills the limit. lays: what one unit of its unknown adds to each delivered price.
    """

    row: int
    counts: Array
    lays: Array


def filling(limit: Cap | Levy, state: StageState) -> tuple[Array, Array]:
    """What flows under a limit, and what it allows, ``(B,)``, tonnes."""
    flow = covered_by(limit, state)
    if isinstance(limit, Levy):
        return flow, np.broadcast_to(np.asarray(limit.quota, dtype=float), flow.shape)
    allowed = np.broadcast_to(np.asarray(limit.limit, dtype=float), flow.shape)
    if limit.of is not None:
        allowed = allowed + limit.share * np.where(limit.of, state.flows, 0.0).sum(axis=(1, 2))
    return flow, allowed


def limits_of(system: System, at: int, state: StageState) -> list[Limit]:
    """The limits of a stage's flows. A share cap's own growth is scaled, so that its row is ``flow d ln(flow / allowed)``."""
    found = []
    for index, limit in enumerate(system.limits):
        if limit.stage != at:
            continue
        counts = limit.covered.astype(float)
        if isinstance(limit, Levy):
            lays, _ = levy_on(system.problem.stages[at], limit, state.price)
        else:
            lays = limit.wedge
            if limit.of is not None:
                flow, allowed = filling(limit, state)
                counts = counts - limit.share * limit.of * (flow / np.maximum(allowed, 1e-300))[:, None, None]
        found.append(Limit(system.starts[-1] + index, counts, lays))
    return found


def jacobian(system: System, states: tuple[StageState, ...]) -> Array:
    """Derivative of ``(excess, less the flow under each limit, price of each purchase)`` in all unknowns, ``(B, U, U)``."""
    starts = system.starts
    size = starts[-1] + system.bounded
    result = np.zeros((states[0].price.shape[0], size, size))
    for at, state in enumerate(states):
        through = _pass_through(system.problem.stages[at], system.anchors[at], state)
        own = slice(starts[at], starts[at + 1])
        result[:, own, own] = _own_block(state, through)
        limits = limits_of(system, at, state)
        if limits:
            _limit_terms(result, state, through, own, limits)
        if at + 1 < len(states):
            _next_stage_terms(system, result, at, states, through, limits)
    first = starts[-1] + len(system.limits)
    for index, purchase in enumerate(system.problem.purchases):
        node = starts[purchase.stage] + purchase.producer
        result[:, node, first + index] = -1.0
        result[:, first + index, node] = 1.0
    return result


def _pass_through(stage: Stage, fixed: Anchor, state: StageState) -> _Pass:
    turn = fixed.theta[:, 0, :] * state.bought
    own, pull = state.sourcing.own, state.sourcing.pull
    duty = np.asarray(stage.tariff)
    if state.eased is not None:
        pull = pull * (1.0 + duty + state.eased)
    elif np.any(duty):
        if fixed.pull is None:
            pull = pull * (1.0 + duty)
        else:
            own = own * (1.0 + duty[..., 0])
    return _Pass(own, pull, turn, turn + state.bought_slope)


def _own_block(state: StageState, through: _Pass) -> Array:
    """``diag(own slope + sum_j s p turn) - sum_j s_j all_j (s_j p_j)'``, multiplied out of the factors."""
    total, pull = state.sourcing.total, state.sourcing.pull
    diagonal = state.own_slope + through.own * (through.pull @ (through.turn / total)[:, :, None])[:, :, 0]
    block: Array = (pull * (through.all / -(total**2))[:, None, :]) @ through.pull.swapaxes(1, 2)
    block *= state.sourcing.own[:, :, None]
    block *= through.own[:, None, :]
    rows = np.arange(state.price.shape[1])
    block[:, rows, rows] += diagonal
    return block


def _limit_terms(result: Array, state: StageState, through: _Pass, own: slice, limits: list[Limit]) -> None:
    """Rents and fractions move shares as prices do, on the flows that they lie on."""
    shares = state.sourcing.shares
    passed = through.own[:, :, None] * through.pull / state.sourcing.total[:, None, :]
    turn, pull = through.turn[:, None, :], through.all
    laid = [(limit.row, limit.lays * shares) for limit in limits]
    for column, inside in laid:
        mean = (pull * inside.sum(axis=1))[:, None, :]
        result[:, own, column] += (turn * inside - mean * shares).sum(axis=2)
    for limit in limits:
        counted = limit.counts * shares
        fraction = pull * counted.sum(axis=1)
        result[:, limit.row, own] += (turn * limit.counts * passed - fraction[:, None, :] * passed).sum(axis=2)
        for column, inside in laid:
            both = (turn * limit.counts * inside).sum(axis=1)
            result[:, limit.row, column] += (both - fraction * inside.sum(axis=1)).sum(axis=1)


def _next_stage_terms(
    system: System,
    result: Array,
    at: int,
    states: tuple[StageState, ...],
    through: _Pass,
    limits: list[Limit],
) -> None:
    """A dearer product makes its refiners buy more; dearer ore makes them deliver less."""
    later, plant, chosen = states[at + 1], system.problem.stages[at + 1].refining, states[at].sourcing
    if plant is None:
        return
    starts = system.starts
    own, after = slice(starts[at], starts[at + 1]), slice(starts[at + 1], starts[at + 2])
    count = later.price.shape[1]
    total = chosen.total[:, :count]
    bought = (later.throughput_by_price / total)[:, None, :]
    result[:, own, after] = chosen.pull[:, :, :count] * -bought * chosen.own[:, :, None]
    delivered = plant.recovery * later.throughput_slope
    less = (delivered / total)[:, None, :]
    result[:, after, own] = (through.pull[:, :, :count] * -less * through.own[:, :, None]).swapaxes(1, 2)
    for limit in limits:
        shares = chosen.shares[:, :, :count]
        counted = (np.broadcast_to(limit.counts, chosen.shares.shape)[:, :, :count] * shares).sum(axis=1)
        laid = (np.broadcast_to(limit.lays, chosen.shares.shape)[:, :, :count] * shares).sum(axis=1)
        result[:, limit.row, after] -= counted * later.throughput_by_price
        result[:, after, limit.row] -= laid * delivered

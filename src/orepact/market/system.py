"""The equilibrium as a system of equations: excess supply at every producer, flow under every cap, and its Jacobian.

Unknowns are the prices of all producers, stage after stage, and the rent per tonne of every cap. Without ad valorem wedges
the system is the gradient of a convex function and its Jacobian is symmetric (market-model, section 2).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import accumulate
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from orepact.market import curves
from orepact.market.problem import Cap, Problem, Stage
from orepact.market.sourcing import Anchor, Sourcing, anchor, choose

Array = NDArray[np.float64]
Record = TypeVar("Record")


RANKS = {"weights": 3, "freight": 3, "base_tariff": 3, "tariff": 3, "levy": 3, "stopped": 3, "sourcing": 1, "limit": 1}
"""Dimensions of an array that has a draw axis, by its name; 2 where it is not named here."""


@dataclass(frozen=True)
class System:
    """A problem with everything worked out that no price changes.

    left: for each stage the share of each buyer's sourcing that stops and caps leave it, ``(B, b)``. sizes: producers of
    each stage.
    """

    problem: Problem
    left: tuple[Array, ...]
    anchors: tuple[Anchor, ...]
    sizes: tuple[int, ...]
    draws: int

    @property
    def starts(self) -> tuple[int, ...]:
        """Position of each stage's first price among the unknowns; the last entry is that of the first cap."""
        return (0, *accumulate(self.sizes))


@dataclass(frozen=True)
class StageState:
    """One stage at given prices: ``B`` draws, ``n`` producers, ``b`` buyers. Tonnes per period, currency per tonne.

    sourcing: shares in factors. supply, release, made: own supply, release of producers' stock, refined output ``(B, n)``.
    throughput: purchases of the stage before ``(B, n)``. felt: the price that each buyer answers to ``(B, b)``.
    bought, bought_slope: purchases of this stage by each buyer and their derivative in its felt price ``(B, b)``.
    own_slope: derivative of everything offered in own price. sold: what buyers take of each producer ``(B, n)``.
    """

    price: Array
    sourcing: Sourcing
    felt: Array
    supply: Array
    release: Array
    made: Array
    throughput: Array
    throughput_slope: Array
    own_slope: Array
    bought: Array
    bought_slope: Array
    sold: Array

    @property
    def flows(self) -> Array:
        """Tonnes from each producer to each buyer, ``(B, n, b)``, multiplied out at every call."""
        flows: Array = self.sourcing.shares
        flows *= self.bought[:, None, :]
        return flows


def system_of(problem: Problem, draws: int, left: tuple[Array, ...] | None = None) -> System:
    """The system of a problem for ``draws`` draws; ``left`` is all of every buyer's sourcing when left out."""
    if left is None:
        left = tuple(np.ones((draws, int(np.shape(stage.weights)[-1]))) for stage in problem.stages)
    anchors = tuple(anchor(stage, share) for stage, share in zip(problem.stages, left, strict=True))
    return System(problem, left, anchors, tuple(_size(stage) for stage in problem.stages), draws)


def narrowed(system: System, draws: NDArray[np.intp]) -> System:
    """The system of some of its draws only."""
    part = take(system.problem, draws, system.draws)
    anchors = tuple(rows(fixed, draws, system.draws) for fixed in system.anchors)
    return System(part, tuple(share[draws] for share in system.left), anchors, system.sizes, len(draws))


def rows(record: Record, draws: NDArray[np.intp], total: int) -> Record:
    """A record of arrays whose first axis is always that of the draws, or 1, cut to some draws."""
    changes: dict[str, object] = {}
    for entry in fields(record):  # type: ignore[arg-type]
        value = getattr(record, entry.name)
        if is_dataclass(value):
            changes[entry.name] = rows(value, draws, total)
        elif value is not None and len(value) == total > 1:
            changes[entry.name] = value[draws]
    return replace(record, **changes)  # type: ignore[type-var]


def _size(stage: Stage) -> int:
    return int(np.shape(stage.price)[-1])


def count_draws(problem: Problem) -> int:
    """Number of draws: the longest first axis of any array that has one."""
    found = [1]
    for stage in problem.stages:
        for name, value in _leaves(stage):
            if np.ndim(value) >= RANKS.get(name, 2):
                found.append(int(np.shape(value)[0]))
    found += [int(np.size(cap.limit)) for cap in problem.caps]
    return max(found)


def _leaves(record: object) -> list[tuple[str, Array]]:
    leaves: list[tuple[str, Array]] = []
    if record is None or not is_dataclass(record):
        return leaves
    for entry in fields(record):
        value = getattr(record, entry.name)
        leaves += _leaves(value) if is_dataclass(value) else [(entry.name, value)] if value is not None else []
    return leaves


def take(problem: Problem, draws: NDArray[np.intp] | slice, total: int) -> Problem:
    """The problem of some draws only: every array with a full draw axis is cut to them, and all are laid out row by row."""
    stages = tuple(_take(stage, draws, total) for stage in problem.stages)
    caps = tuple(replace(cap, limit=_cut("limit", cap.limit, draws, total)) for cap in problem.caps)
    return Problem(stages, caps)


def _take(record: Record, draws: NDArray[np.intp] | slice, total: int) -> Record:
    changes = {}
    for entry in fields(record):  # type: ignore[arg-type]
        value = getattr(record, entry.name)
        if value is None:
            continue
        changes[entry.name] = (
            _take(value, draws, total) if is_dataclass(value) else _cut(entry.name, value, draws, total)
        )
    return replace(record, **changes)  # type: ignore[type-var]


def _cut(name: str, value: Array, draws: NDArray[np.intp] | slice, total: int) -> Array:
    rank = RANKS.get(name, 2)
    value = np.asarray(value)
    full = value.ndim == rank and value.shape[0] == total and total > 1
    return np.asarray(value[draws] if full else value, order="C")


def rents_on(system: System, at: int, rents: Array) -> Array | float:
    """Rent per tonne on every flow of a stage, ``(B, n, b)``, from the rents of all caps ``(B, C)``."""
    total: Array | float = 0.0
    for index, cap in enumerate(system.problem.caps):
        if cap.stage == at:
            total = total + rents[:, index, None, None] * cap.covered
    return total


def evaluate(system: System, prices: tuple[Array, ...], rents: Array) -> tuple[StageState, ...]:
    """Every stage at given prices ``(B, n)`` and rents ``(B, C)``."""
    chosen = [
        choose(system.anchors[at], stage, prices[at], rents_on(system, at, rents))
        for at, stage in enumerate(system.problem.stages)
    ]
    states: list[StageState] = []
    for at in range(len(prices) - 1, -1, -1):
        later = states[0] if states else None
        before = chosen[at - 1].inclusive - system.anchors[at - 1].relief if at > 0 else None
        states.insert(0, _stage_state(system, at, prices[at], chosen[at], before, later))
    return tuple(states)


def _stage_state(
    system: System, at: int, price: Array, chosen: Sourcing, before: Array | None, later: StageState | None
) -> StageState:
    stage, fixed = system.problem.stages[at], system.anchors[at]
    felt = chosen.inclusive - fixed.relief
    mine = stage.supply
    supply, slope = curves.hill(price, stage.price, mine.output, mine.elasticity, mine.utilisation, mine.remaining)
    ratio = price / stage.price
    release, release_slope = curves.stock_offer(ratio, stage.stocks.held, stage.stocks.response)
    slope = slope + release_slope / stage.price
    made = throughput = throughput_slope = np.zeros_like(price)
    if stage.refining is not None and before is not None:
        plant, feed = stage.refining, system.anchors[at - 1]
        count = price.shape[1]
        change = plant.recovery * (price - stage.price) - (before[:, :count] - feed.paid[:, :count])
        throughput, throughput_slope = curves.refining(
            change, fixed.reference, plant.throughput, plant.elasticity, plant.utilisation, plant.remaining
        )
        made = plant.recovery * throughput
        slope = slope + plant.recovery**2 * throughput_slope
    bought, bought_slope = _bought(stage, fixed, felt, later)
    return StageState(
        price, chosen, felt, supply, release, made, throughput, throughput_slope, slope, bought, bought_slope,
        chosen.sold(bought),
    )  # fmt: skip


def _bought(stage: Stage, fixed: Anchor, felt: Array, later: StageState | None) -> tuple[Array, Array]:
    """Purchases of every buyer, refiners first, and their slope in the felt price."""
    users, count = stage.users, int(np.shape(stage.users.use)[-1])
    refiners = felt.shape[1] - count
    if count == 0 and later is not None:
        return later.throughput, -later.throughput_slope
    start = fixed.paid[:, refiners:]
    bought, slope = curves.purchases(
        felt[:, refiners:] / start,
        users.use,
        users.elasticity,
        users.ceiling,
        users.spread,
        users.stocks.held,
        users.stocks.response,
    )
    slope = slope / start
    if later is None:
        return bought, slope
    return np.concatenate([later.throughput, bought], axis=1), np.concatenate([-later.throughput_slope, slope], axis=1)


def excess(states: tuple[StageState, ...]) -> Array:
    """Excess supply at every producer of every stage, ``(B, N)``, tonnes."""
    return np.concatenate([state.supply + state.release + state.made - state.sold for state in states], axis=1)


def covered_flow(system: System, states: tuple[StageState, ...]) -> Array:
    """What flows under each cap, ``(B, C)``, tonnes."""
    columns = [covered_by(cap, states[cap.stage]) for cap in system.problem.caps]
    return np.stack(columns, axis=1) if columns else np.zeros((system.draws, 0))


def covered_by(cap: Cap, state: StageState) -> Array:
    """What flows under one cap, ``(B,)``, tonnes."""
    flow: Array = np.where(cap.covered, state.flows, 0.0).sum(axis=(1, 2))
    return flow


@dataclass(frozen=True)
class _Pass:
    """How prices pass into shares: ``s_ij (1 + t_ij) = own_i pull_ij / total_j``, and each buyer's two answers to a price.

    turn: ``theta bought``, what it moves between suppliers. all: ``turn`` plus the slope of what it buys. ``(B, b)``.
    """

    own: Array
    pull: Array
    turn: Array
    all: Array


def _pass_through(stage: Stage, fixed: Anchor, state: StageState) -> _Pass:
    turn = fixed.theta[:, 0, :] * state.bought
    own, pull = state.sourcing.own, state.sourcing.pull
    duty = np.asarray(stage.tariff)
    if np.any(duty):
        if fixed.pull is None:
            pull = pull * (1.0 + duty)
        else:
            own = own * (1.0 + duty[..., 0])
    return _Pass(own, pull, turn, turn + state.bought_slope)


def jacobian(system: System, states: tuple[StageState, ...]) -> Array:
    """Derivative of ``(excess, less the flow under each cap)`` in ``(prices, rents)``, ``(B, N + C, N + C)``."""
    starts, caps = system.starts, system.problem.caps
    size = starts[-1] + len(caps)
    result = np.zeros((states[0].price.shape[0], size, size))
    for at, state in enumerate(states):
        through = _pass_through(system.problem.stages[at], system.anchors[at], state)
        own = slice(starts[at], starts[at + 1])
        result[:, own, own] = _own_block(state, through)
        covers = [(starts[-1] + index, cap) for index, cap in enumerate(caps) if cap.stage == at]
        if covers:
            _cap_terms(result, state, through, own, covers)
        if at + 1 < len(states):
            _next_stage_terms(system, result, at, states, through, covers)
    return result


def _own_block(state: StageState, through: _Pass) -> Array:
    """``diag(own slope + sum_j s (1+t) turn) - sum_j s_j all_j (s_j (1+t_j))'``, multiplied out of the factors."""
    total, pull = state.sourcing.total, state.sourcing.pull
    diagonal = state.own_slope + through.own * (through.pull @ (through.turn / total)[:, :, None])[:, :, 0]
    block: Array = (pull * (through.all / -(total**2))[:, None, :]) @ through.pull.swapaxes(1, 2)
    block *= state.sourcing.own[:, :, None]
    block *= through.own[:, None, :]
    rows = np.arange(state.price.shape[1])
    block[:, rows, rows] += diagonal
    return block


def _cap_terms(result: Array, state: StageState, through: _Pass, own: slice, covers: list[tuple[int, Cap]]) -> None:
    """Rents move shares as prices do, on the flows that a cap covers."""
    shares = state.sourcing.shares
    passed = through.own[:, :, None] * through.pull / state.sourcing.total[:, None, :]
    turn, pull = through.turn, through.all
    for row, cap in covers:
        inside = np.where(cap.covered, shares, 0.0)
        fraction = inside.sum(axis=1)
        result[:, own, row] += (turn[:, None, :] * inside - (pull * fraction)[:, None, :] * shares).sum(axis=2)
        covered = np.where(cap.covered, passed, 0.0)
        result[:, row, own] += (turn[:, None, :] * covered - (pull * fraction)[:, None, :] * passed).sum(axis=2)
        for column, other in covers:
            shared = np.where(other.covered, inside, 0.0).sum(axis=1)
            others = np.where(other.covered, shares, 0.0).sum(axis=1)
            result[:, row, column] += (turn * shared - pull * fraction * others).sum(axis=1)


def _next_stage_terms(
    system: System,
    result: Array,
    at: int,
    states: tuple[StageState, ...],
    through: _Pass,
    covers: list[tuple[int, Cap]],
) -> None:
    """A dearer product makes its refiners buy more; dearer ore makes them deliver less."""
    later, plant, chosen = states[at + 1], system.problem.stages[at + 1].refining, states[at].sourcing
    if plant is None:
        return
    starts = system.starts
    own, after = slice(starts[at], starts[at + 1]), slice(starts[at + 1], starts[at + 2])
    count = later.price.shape[1]
    answer = plant.recovery * later.throughput_slope
    reached = (answer / chosen.total[:, :count])[:, None, :]
    result[:, own, after] = chosen.pull[:, :, :count] * -reached * chosen.own[:, :, None]
    result[:, after, own] = (through.pull[:, :, :count] * -reached * through.own[:, :, None]).swapaxes(1, 2)
    for row, cap in covers:
        fraction = np.where(cap.covered, chosen.shares, 0.0).sum(axis=1)[:, :count]
        result[:, row, after] -= fraction * answer
        result[:, after, row] -= fraction * answer

"""What moves an outcome: its derivative with respect to every parameter, for the cost of one more linear solve.

The equilibrium ``F(x, p) = 0`` in prices and rents ``x`` makes them a function of the parameters ``p``. For an outcome ``O(x)``

    J' mu = dO/dx        dO/dp = -mu' dF/dp        J = dF/dx

so that one adjoint solve a draw gives all of them (market-model, section 6). ``F`` is excess supply at every producer, and
``limit - flow`` for every cap that binds; the rent of a cap that does not bind stays zero. A market with stops or caps is
solved twice, because the share of its sourcing that a buyer is left with is read off the market without them
(docs/decisions/0301): that dependence is carried through by a second adjoint solve on that market.

Derivatives are those of one branch: where a cap only just binds, the other side differs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.market import curves
from orepact.market.batches import solve
from orepact.market.problem import Problem, Stage
from orepact.market.relief import LEAST_LEFT, is_restricted, without_restrictions
from orepact.market.solution import Solution
from orepact.market.system import StageState, System, covered_by, evaluate, jacobian, system_of
from orepact.market.workers import one_thread

Array = NDArray[np.float64]

BINDING = 1e-9
"""Rent, relative to the stage's reference price, above which a cap binds."""


@dataclass(frozen=True)
class StageGradient:
    """Change of the outcome for one unit more of each parameter of a stage, in the outcome's unit; by draw.

    capacity: of the share of own capacity remaining ``(B, n)``. plants: of the share of plants remaining, zero at the first
    stage ``(B, n)``. producer_stock, user_stock: of a tonne held ``(B, n)``, ``(B, J)``. demand_elasticity ``(B, J)``.
    tariff: of the ad valorem wedge. levy: of one unit of currency per tonne ``(B, n, b)``. Add over what one instrument
    covers.
    """

    capacity: Array
    plants: Array
    producer_stock: Array
    user_stock: Array
    demand_elasticity: Array
    tariff: Array
    levy: Array


@dataclass(frozen=True)
class Gradient:
    """Derivatives of one outcome: by stage, and for each cap of a tonne more of its limit, ``(B,)``."""

    stages: tuple[StageGradient, ...]
    limit: tuple[Array, ...]


@dataclass(frozen=True)
class _Weights:
    """A linear outcome of a stage's state: weights of its shares ``(B, n, b)``, purchases ``(B, b)``, what is offered ``(B, n)``."""

    shares: Array
    bought: Array
    offered: Array


def derivatives(
    problem: Problem, solution: Solution, by_price: tuple[Array, ...], by_rent: tuple[Array, ...] | None = None
) -> Gradient:
    """``dO/dp = -mu' dF/dp`` with ``J' mu = dO/dx``, for an outcome given by its derivatives in prices and rents.

    problem, solution: a market and what :func:`~orepact.market.solve` returned for it. by_price: ``dO/d price``, one array
    ``(B, n)`` or ``(n,)`` a stage: a one at a producer asks what moves its price. by_rent: ``dO/d rent per tonne`` of each cap.
    """
    draws = len(solution.iterations)
    prices = tuple(stage.price for stage in solution.stages)
    rents = np.stack(solution.rent_per_tonne, axis=1) if problem.caps else np.zeros((draws, 0))
    wanted = np.concatenate(
        [np.broadcast_to(each, price.shape) for each, price in zip(by_price, prices, strict=True)], 1
    )
    priced = np.stack([np.broadcast_to(each, draws) for each in by_rent], 1) if by_rent else np.zeros_like(rents)
    with one_thread():
        system = system_of(problem, draws, solution.left)
        states = evaluate(system, prices, rents)
        weights, limits = _adjoint(system, states, rents, np.concatenate([wanted, priced], axis=1))
        found = Gradient(
            tuple(_stage_gradient(system, states, at, weights) for at in range(len(states))), tuple(limits.T)
        )
    if not is_restricted(problem):
        return found
    by_left = tuple(_by_left(system, states, at, weights) for at in range(len(states)))
    return _added(found, _through_left(problem, solution, by_left))


def _adjoint(
    system: System, states: tuple[StageState, ...], rents: Array, wanted: Array
) -> tuple[tuple[_Weights, ...], Array]:
    """Weights of ``-mu' F`` on the state of every stage, and on the limits of caps ``(B, C)``."""
    starts, caps = system.starts, system.problem.caps
    matrix = jacobian(system, states)
    for index, cap in enumerate(caps):
        row = starts[-1] + index
        slack = rents[:, index] <= BINDING * system.anchors[cap.stage].reference[:, 0]
        matrix[slack, row, :] = 0.0
        matrix[slack, row, row] = 1.0
    mu = np.asarray(np.linalg.solve(matrix.swapaxes(1, 2), wanted[:, :, None])[:, :, 0], dtype=np.float64)
    binds = [rents[:, i] > BINDING * system.anchors[cap.stage].reference[:, 0] for i, cap in enumerate(caps)]
    nu = np.where(np.stack(binds, axis=1), mu[:, starts[-1] :], 0.0) if caps else np.zeros((len(mu), 0))
    weights = []
    for at, state in enumerate(states):
        here = mu[:, starts[at] : starts[at + 1]]
        route = np.broadcast_to(here[:, :, None], (*here.shape, state.felt.shape[1])).copy()
        for index, cap in enumerate(caps):
            if cap.stage == at:
                route += nu[:, index, None, None] * cap.covered
        worth = (route * state.sourcing.shares).sum(axis=1)
        weights.append(_Weights(route * state.bought[:, None, :], worth, -here))
    return tuple(weights), -nu


def _by_felt(system: System, states: tuple[StageState, ...], at: int, weights: tuple[_Weights, ...]) -> Array:
    """Derivative of the outcome in the price that each buyer feels ``(B, b)``: by what it buys, and makes of it."""
    worth = weights[at].bought.copy()
    if at + 1 < len(states):
        plant = system.problem.stages[at + 1].refining
        if plant is not None:
            count = states[at + 1].price.shape[1]
            worth[:, :count] += plant.recovery * weights[at + 1].offered
    by_felt: Array = states[at].bought_slope * worth
    return by_felt


def _by_delivered(system: System, states: tuple[StageState, ...], at: int, weights: tuple[_Weights, ...]) -> Array:
    """Derivative of the outcome in every delivered price ``(B, n, b)``: ``ds_kj/dL_ij = -theta s_kj (1_ki - s_ij)``."""
    shares, own = states[at].sourcing.shares, weights[at].shares
    mean = (own * shares).sum(axis=1, keepdims=True)
    by_felt = _by_felt(system, states, at, weights)
    moved: Array = shares * (by_felt[:, None, :] - system.anchors[at].theta * (own - mean))
    return moved


def _by_left(system: System, states: tuple[StageState, ...], at: int, weights: tuple[_Weights, ...]) -> Array:
    """Derivative of the outcome in the share of its sourcing that each buyer is left with, ``(B, b)``."""
    by_left: Array = _by_felt(system, states, at, weights) / (system.anchors[at].theta[:, :, 0] * system.left[at])
    return by_left


def _by_own_price(system: System, states: tuple[StageState, ...], at: int, weights: tuple[_Weights, ...]) -> Array:
    """Derivative of the outcome in the producers' prices of a stage, ``(B, n)``."""
    stage, state = system.problem.stages[at], states[at]
    delivered = _by_delivered(system, states, at, weights) * (1.0 + stage.tariff)
    moved: Array = delivered.sum(axis=2) + weights[at].offered * state.own_slope
    if stage.refining is not None:
        count = state.price.shape[1]
        moved = moved + weights[at - 1].bought[:, :count] * stage.refining.recovery * state.throughput_slope
    return moved


def _stage_gradient(
    system: System, states: tuple[StageState, ...], at: int, weights: tuple[_Weights, ...]
) -> StageGradient:
    """The outcome's derivatives in the parameters of a stage, its state's weights given."""
    stage, state = system.problem.stages[at], states[at]
    delivered = _by_delivered(system, states, at, weights)
    offered = weights[at].offered
    plants = np.zeros_like(state.price)
    if stage.refining is not None:
        fed = weights[at - 1].bought[:, : state.price.shape[1]] + stage.refining.recovery * offered
        plants = fed * state.throughput / stage.refining.remaining
    per_tonne, _ = curves.stock_offer(state.price / stage.price, np.ones(1), stage.stocks.response)
    by_stock, by_elasticity = _by_user(stage, system.anchors[at].paid, state)
    first = state.felt.shape[1] - by_stock.shape[1]
    return StageGradient(
        capacity=offered * state.supply / stage.supply.remaining,
        plants=plants,
        producer_stock=offered * per_tonne,
        user_stock=weights[at].bought[:, first:] * by_stock,
        demand_elasticity=weights[at].bought[:, first:] * by_elasticity,
        tariff=delivered * (state.price[:, :, None] + stage.freight),
        levy=delivered,
    )


def _by_user(stage: Stage, paid: Array, state: StageState) -> tuple[Array, Array]:
    """Derivatives of what each user buys in its stock and in its elasticity of demand, ``(B, J)``."""
    users = stage.users
    first = state.felt.shape[1] - int(np.shape(users.use)[-1])
    ratio = state.felt[:, first:] / paid[:, first:]
    wanted, slope = curves.demand(ratio, users.use, users.elasticity)
    share, _ = curves.still_buying(ratio, users.ceiling, users.spread)
    offer, _ = curves.stock_offer(ratio, users.stocks.held, users.stocks.response)
    per_tonne, _ = curves.stock_offer(ratio, np.ones(1), users.stocks.response)
    _, by_offer, by_use = curves.bounded_release(offer, wanted * share)
    inside = np.maximum(ratio, curves.PRICE_FLOOR)
    by_elasticity = -np.log(inside) * wanted + slope * (ratio - inside) / users.elasticity
    return -by_offer * per_tonne, by_elasticity * share * (1.0 - by_use)


def _through_left(problem: Problem, solution: Solution, by_left: tuple[Array, ...]) -> Gradient:
    """What reaches the outcome through the shares that buyers are left with, read off the market without restrictions."""
    open_problem = without_restrictions(problem)
    free = solve(open_problem, tolerance=1e-12, workers=1)
    draws = len(free.iterations)
    with one_thread():
        system, none = system_of(open_problem, draws), np.zeros((draws, 0))
        states = evaluate(system, tuple(stage.price for stage in free.stages), none)
        direct, limit = _weights_of_left(problem, states, solution.left, by_left)
        every = range(len(states))
        wanted = np.concatenate([_by_own_price(system, states, at, direct) for at in every], axis=1)
        indirect, _ = _adjoint(system, states, none, wanted)
        parts = [
            Gradient(tuple(_stage_gradient(system, states, at, each) for at in every), limit)
            for each in (direct, indirect)
        ]
    return _added(parts[0], Gradient(parts[1].stages, tuple(np.zeros(draws) for _ in limit)))


def _weights_of_left(
    problem: Problem, free: tuple[StageState, ...], left: tuple[Array, ...], by_left: tuple[Array, ...]
) -> tuple[tuple[_Weights, ...], tuple[Array, ...]]:
    """Weights of ``sum by_left left`` with ``left_j = 1 - sum_i s_ij taken_ij``, and its derivatives in the caps' limits."""
    limit = [np.zeros(len(left[0])) for _ in problem.caps]
    weights = []
    for at, (stage, state) in enumerate(zip(problem.stages, free, strict=True)):
        shares = state.sourcing.shares
        felt = np.where(left[at] > LEAST_LEFT, by_left[at], 0.0)
        taken = np.where(stage.stopped, 1.0, np.zeros_like(shares))
        tighter: list[tuple[int, NDArray[np.bool_], Array]] = []
        for index, cap in enumerate(problem.caps):
            if cap.stage == at:
                flow = covered_by(cap, state)
                beyond = np.where(cap.covered, np.maximum(1.0 - np.asarray(cap.limit) / flow, 0.0)[:, None, None], 0.0)
                tighter = [(other, where & (beyond <= taken), tonnes) for other, where, tonnes in tighter]
                tighter.append((index, beyond > taken, flow))
                taken = np.maximum(taken, beyond)
        by_share, by_bought = -felt[:, None, :] * taken, np.zeros_like(felt)
        for index, where, flow in tighter:
            lost = (np.where(where, shares, 0.0) * -felt[:, None, :]).sum(axis=(1, 2))
            limit[index] += -lost / flow
            by_flow = (lost * np.asarray(problem.caps[index].limit) / flow**2)[:, None, None] * problem.caps[
                index
            ].covered
            by_share = by_share + by_flow * state.bought[:, None, :]
            by_bought = by_bought + (by_flow * shares).sum(axis=1)
        weights.append(_Weights(by_share, by_bought, np.zeros_like(state.price)))
    return tuple(weights), tuple(limit)


def _added(one: Gradient, other: Gradient) -> Gradient:
    stages = tuple(
        StageGradient(**{name: value + getattr(second, name) for name, value in vars(first).items()})
        for first, second in zip(one.stages, other.stages, strict=True)
    )
    return Gradient(stages, tuple(first + second for first, second in zip(one.limit, other.limit, strict=True)))

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
from orepact.market.bounded import BINDING, between
from orepact.market.jacobian import jacobian, limits_of
from orepact.market.newton import scales_of
from orepact.market.problem import FULLEST, Problem, Stage, Stocks
from orepact.market.relief import LEAST_LEFT, is_restricted, without_restrictions
from orepact.market.solution import Solution, StageSolution
from orepact.market.sourcing import landed_price
from orepact.market.system import StageState, System, covered_by, evaluate, system_of
from orepact.market.workers import one_thread

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StageGradient:
    """Change of the outcome for one unit more of each parameter of a stage, in the outcome's unit; by draw.

    capacity: of the share of own capacity remaining ``(B, n)``. plants: of the share of plants remaining, zero at the first
    stage ``(B, n)``. producer_stock, user_stock: of a tonne in hand ``(B, n)``, ``(B, J)``. demand_elasticity ``(B, J)``.
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
    wanted = np.concatenate(
        [np.broadcast_to(each, price.shape) for each, price in zip(by_price, prices, strict=True)], 1
    )
    priced = np.zeros_like(solution.bounded)
    for index, each in enumerate(by_rent or ()):
        priced[:, index] = each
    with one_thread():
        system = system_of(problem, draws, solution.left)
        states = evaluate(system, prices, solution.bounded)
        weights, limits = _adjoint(system, states, solution.bounded, np.concatenate([wanted, priced], axis=1))
        found = Gradient(
            tuple(_stage_gradient(system, states, at, weights) for at in range(len(states))), tuple(limits.T)
        )
    if not is_restricted(problem):
        return found
    by_left = tuple(_by_left(system, states, at, weights) for at in range(len(states)))
    return _added(found, _through_left(problem, solution, by_left))


def _adjoint(
    system: System, states: tuple[StageState, ...], bounded: Array, wanted: Array
) -> tuple[tuple[_Weights, ...], Array]:
    """Weights of ``-mu' F`` on the state of every stage, and on the limits of caps ``(B, C)``."""
    starts, caps = system.starts, len(system.problem.caps)
    matrix = jacobian(system, states)
    active = between(bounded, scales_of(system).bounds)
    for index in range(system.bounded):
        row, idle = starts[-1] + index, ~active[:, index]
        matrix[idle, row, :] = 0.0
        matrix[idle, row, row] = 1.0
    mu = np.asarray(np.linalg.solve(matrix.swapaxes(1, 2), wanted[:, :, None])[:, :, 0], dtype=np.float64)
    nu = np.where(active, mu[:, starts[-1] :], 0.0)
    weights = []
    for at, state in enumerate(states):
        here = mu[:, starts[at] : starts[at + 1]]
        route = np.broadcast_to(here[:, :, None], (*here.shape, state.felt.shape[1])).copy()
        for limit in limits_of(system, at, state):
            route += nu[:, limit.row - starts[-1], None, None] * limit.counts
        worth = (route * state.sourcing.shares).sum(axis=1)
        weights.append(_Weights(route * state.bought[:, None, :], worth, -here))
    return tuple(weights), -nu[:, :caps]


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
    passed = 1.0 + stage.tariff + (0.0 if state.eased is None else state.eased)
    delivered = _by_delivered(system, states, at, weights) * passed
    moved: Array = delivered.sum(axis=2) + weights[at].offered * state.own_slope
    if stage.refining is not None:
        count = state.price.shape[1]
        moved = moved + weights[at - 1].bought[:, :count] * state.throughput_by_price
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
        plant = stage.refining
        plants = fed * state.throughput * _first(plant.throughput, plant.utilisation, plant.remaining, plant.added)
    mine = stage.supply
    by_stock, by_elasticity = _by_user(stage, system.anchors[at].paid, state)
    first = state.felt.shape[1] - by_stock.shape[1]
    return StageGradient(
        capacity=np.where(
            mine.capacity < mine.limit,
            offered * state.supply * _first(mine.output, mine.utilisation, mine.remaining, mine.added),
            0.0,
        ),
        plants=plants,
        producer_stock=offered * _per_tonne(state.price / stage.price, stage.stocks),
        user_stock=weights[at].bought[:, first:] * by_stock,
        demand_elasticity=weights[at].bought[:, first:] * by_elasticity,
        tariff=delivered * landed_price(stage, state.price),
        levy=delivered,
    )


def _first(output: Array, utilisation: Array, remaining: Array, added: Array) -> Array:
    """Share of what is made that the base year's capacity makes, for one unit more of what remains of it."""
    per_unit = output / np.minimum(utilisation, FULLEST)
    whole = remaining * per_unit + added
    return np.divide(per_unit, whole, out=np.zeros(np.shape(whole)), where=whole > 0)


def _per_tonne(ratio: Array, stocks: Stocks) -> Array:
    """What one tonne more in hand adds to what stocks offer."""
    if stocks.level is None:
        return curves.stock_offer(ratio, Stocks(np.ones(1), stocks.response))[0]
    offer, _ = curves.stock_offer(ratio, stocks)
    return np.where(offer > 0, 1.0, np.broadcast_to(stocks.rebuild, offer.shape))


def _by_user(stage: Stage, paid: Array, state: StageState) -> tuple[Array, Array]:
    """Derivatives of what each user buys in its stock and in its elasticity of demand, ``(B, J)``."""
    users = stage.users
    first = state.felt.shape[1] - int(np.shape(users.use)[-1])
    ratio = state.felt[:, first:] / paid[:, first:]
    found = curves.purchases(ratio, users)
    wanted, slope = curves.demand(ratio, users.use * users.wanted, users.elasticity)
    share, _ = curves.still_buying(ratio, users.ceiling, users.spread)
    offer, _ = curves.stock_offer(ratio, users.stocks)
    _, by_offer, by_net = curves.bounded_release(offer, found.used - found.reserve_release)
    inside = np.maximum(ratio, curves.PRICE_FLOOR)
    by_elasticity = (-np.log(inside) * wanted + slope * (ratio - inside) / users.elasticity) * share
    if users.reserve is not None:
        freed, _ = curves.ramp((ratio - users.reserve.release_above) / users.reserve.width)
        _, _, by_use = curves.bounded_release(users.reserve.release * freed, found.used)
        by_elasticity = by_elasticity * (1.0 - by_use)
    return -by_offer * _per_tonne(ratio, users.stocks), by_elasticity * (1.0 - by_net)


def _through_left(problem: Problem, solution: Solution, by_left: tuple[Array, ...]) -> Gradient:
    """What reaches the outcome through the shares that buyers are left with, read off the market without restrictions."""
    open_problem = without_restrictions(problem)
    free = solve(open_problem, tolerance=1e-12, workers=1)
    draws = len(free.iterations)
    with one_thread():
        system = system_of(open_problem, draws)
        states = evaluate(system, tuple(stage.price for stage in free.stages), free.bounded)
        binds = [rent > BINDING * state.price.mean(axis=1) for rent, state in _rents(problem, solution)]
        direct, limit = _weights_of_left(problem, states, solution.left, by_left, binds)
        every = range(len(states))
        wanted = np.concatenate([_by_own_price(system, states, at, direct) for at in every], axis=1)
        indirect, _ = _adjoint(
            system, states, free.bounded, np.concatenate([wanted, np.zeros_like(free.bounded)], axis=1)
        )
        parts = [
            Gradient(tuple(_stage_gradient(system, states, at, each) for at in every), limit)
            for each in (direct, indirect)
        ]
    return _added(parts[0], Gradient(parts[1].stages, tuple(np.zeros(draws) for _ in limit)))


def _rents(problem: Problem, solution: Solution) -> list[tuple[Array, StageSolution]]:
    """The rent of every cap with the stage that it stands at."""
    pairs = zip(solution.rent_per_tonne, problem.caps, strict=True)
    return [(rent, solution.stages[cap.stage]) for rent, cap in pairs]


def _weights_of_left(
    problem: Problem,
    free: tuple[StageState, ...],
    left: tuple[Array, ...],
    by_left: tuple[Array, ...],
    binds: list[NDArray[np.bool_]],
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
            if cap.stage == at and not cap.share:
                flow = covered_by(cap, state)
                over = np.where(binds[index], np.maximum(1.0 - np.asarray(cap.limit) / flow, 0.0), 0.0)
                beyond = np.where(cap.covered, over[:, None, None], 0.0)
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

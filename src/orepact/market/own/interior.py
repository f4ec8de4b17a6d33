"""An interior-point method for markets of activities (Mehrotra's predictor and corrector; Wright 1997), and one linear solve.

It needs no welfare function, so ad valorem tariffs are no different from freight, and where several flows solve a market it ends
inside their set, the same whatever the order of the input. Prices may be non-unique and caps may bind exactly; both are usual.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from orepact.market.own.system import Local, Point, System, curve_miss

Array = NDArray[np.float64]

MOST = 200
"""Iterations after which it gives up."""

CLOSE = 1e-12
"""Scaled misses and complementarity products at which the active sets are told and Newton finishes."""

BACK = 0.995
"""Share of the way to the nearest bound that a step may go."""

HALVINGS = 25
GROWTH = 3.0
"""How much misses may grow in one step, relative to the larger of what they were and the complementarity."""

FIRM = 1e-10
"""Added to a node that nothing holds, so that its price stays where it is."""


SHORT = 0.1
"""Share of the way to where products would be nothing, below which a step only halves them."""

LOOSE = 1.0
"""Miss of a curve, in logarithms, that a step may always leave."""


@dataclass(frozen=True)
class State:
    """An interior point: levels with slack ``s``, upper bounds with slack ``t`` and rent ``m``, caps with slack ``w``."""

    point: Point
    slack: Array
    room: Array
    bound_rent: Array
    cap_slack: Array


@dataclass(frozen=True)
class Ended:
    """Where the method ended: its state, the largest scaled miss, and the iterations it took."""

    state: State
    miss: float
    iterations: int


@dataclass(frozen=True)
class Misses:
    """What a state leaves of every linear and curve equation."""

    stationary: Array
    curve: Array
    curve_slope: Array
    node: Array
    cap: Array
    bound: Array

    @property
    def largest(self) -> float:
        """The largest of all; infinite where a number is none."""
        parts = (self.stationary, self.curve, self.node, self.cap, self.bound)
        found = max((float(np.abs(part).max()) for part in parts if part.size), default=0.0)
        return found if np.isfinite(found) else float("inf")

    def within(self, allowed: float) -> bool:
        """Whether no miss is above ``allowed``; those of curves, which are in logarithms, may reach ``LOOSE``."""
        parts = (self.stationary, self.node, self.cap, self.bound)
        curve = float(np.abs(self.curve).max(initial=0.0))
        return curve <= max(allowed, LOOSE) and all(float(np.abs(part).max(initial=0.0)) <= allowed for part in parts)


def begin(system: System, at: Point | None = None, gap: float = 1.0) -> State:
    """An interior state around a point (levels and prices to begin from, when left out), with products of about ``gap``."""
    acts = system.activities
    root = np.sqrt(gap)
    if at is None:
        at = Point(acts.start, system.start_prices, np.full(len(system.limits), root))
    levels = np.where(acts.is_curve, at.levels, np.clip(at.levels, root, np.maximum(0.9 * acts.upper, 0.5 * root)))
    levels = np.minimum(levels, 0.999 * np.where(acts.is_curve, acts.capacity, np.inf))
    has = np.isfinite(acts.upper)
    room = np.where(has, np.maximum(acts.upper - levels, 0.1 * np.minimum(root, acts.upper)), 1.0)
    point = Point(levels, at.prices, np.maximum(at.rents, root))
    local = system.at(point)
    short = acts.intercept + acts.slope * levels - local.earned
    slack = np.maximum(np.abs(short), root)
    cap_slack = np.maximum(system.limits - local.shipped, 0.1 * np.minimum(root, system.limits))
    return State(point, slack, room, np.where(has, root, 0.0), cap_slack)


def misses_of(system: System, state: State, local: Local) -> Misses:
    """What a state leaves of every equation; complementarity products apart."""
    acts, levels = system.activities, state.point.levels
    on = acts.is_curve
    miss, by_level, by_earned = curve_miss(acts, levels, local.earned)
    stationary = acts.intercept + acts.slope * levels - local.earned + state.bound_rent - state.slack
    return Misses(
        stationary=np.where(on, 0.0, stationary),
        curve=np.where(on, miss, 0.0),
        curve_slope=np.stack([by_level, by_earned]),
        node=local.excess,
        cap=system.limits - local.shipped - state.cap_slack,
        bound=np.where(np.isfinite(acts.upper), acts.upper - levels - state.room, 0.0),
    )


class Reduced:
    """The linear system of a step at one point, factorised once: reduced to nodes and caps by eliminating the levels."""

    def __init__(self, local: Local, stiffness: Array, cap_give: Array, free: NDArray[np.bool_]) -> None:
        """``free``: levels that may move; ``stiffness``: their slope of price by level; ``cap_give``: slack by rent of caps."""
        self._local, self._give = local, np.where(free, 1.0 / stiffness, 0.0)
        rows = sparse.vstack([local.by_level, local.under_cap]).tocsr()
        columns = sparse.vstack([local.by_price, -local.under_cap]).tocsr()
        matrix = (rows @ sparse.diags_array(self._give) @ columns.T).toarray()
        if local.answer is not None:
            matrix += local.answer
        nodes = local.by_level.shape[0]
        firm = np.concatenate([np.full(nodes, FIRM), -cap_give - FIRM])
        matrix[np.diag_indices_from(matrix)] += firm
        self._size = np.maximum(np.sqrt(np.abs(matrix.diagonal())), FIRM)
        self._factors, self._order, _ = lapack.dgetrf(matrix / self._size / self._size[:, None])
        self._matrix, self._rows, self._columns, self._nodes = matrix, rows, columns, nodes

    def solve(self, stationary: Array, node: Array, cap: Array) -> tuple[Array, Array, Array, Array]:
        """Changes of levels, prices, rents and net prices that make up for these right-hand sides."""
        right = np.concatenate([node, cap]) - self._rows @ (self._give * stationary)
        change = self._back(right)
        change = change + self._back(right - self._matrix @ change)
        earned = self._columns.T @ change
        levels = self._give * (stationary + earned)
        return levels, change[: self._nodes], change[self._nodes :], earned

    def _back(self, right: Array) -> Array:
        found, _ = lapack.dgetrs(self._factors, self._order, right / self._size)
        solved: Array = np.asarray(found, dtype=float) / self._size
        return solved


def _largest_step(values: Array, change: Array, share: float) -> float:
    down = change < 0
    return float(min(1.0, share * np.min(-values[down] / change[down]))) if down.any() else 1.0


@dataclass(frozen=True)
class _Move:
    levels: Array
    prices: Array
    rents: Array
    earned: Array
    slack: Array
    room: Array
    bound_rent: Array
    cap_slack: Array


class _Iteration:
    """One iteration: the linear system at a state, and moves for any target of the complementarity products."""

    def __init__(self, system: System, state: State, local: Local, misses: Misses) -> None:
        acts, levels = system.activities, state.point.levels
        self.system, self.state, self.local, self.misses = system, state, local, misses
        self.on, self.has = acts.is_curve, np.isfinite(acts.upper)
        by_level, by_earned = misses.curve_slope
        stiff = acts.slope + state.slack / np.where(self.on, 1.0, levels) + state.bound_rent / state.room
        stiffness = np.where(self.on, by_level / by_earned, stiff)
        self.give = state.cap_slack / state.point.rents
        self.linear = Reduced(local, stiffness, self.give, np.ones(len(levels), dtype=bool))

    def move(self, level_product: Array, bound_product: Array, cap_product: Array) -> _Move:
        """The change that makes up for all misses and brings the products to these targets."""
        state, misses = self.state, self.misses
        levels, rents = state.point.levels, state.point.rents
        to_slack = (level_product - levels * state.slack) / levels
        to_bound = np.where(self.has, (bound_product - state.room * state.bound_rent) / state.room, 0.0)
        by_bound = np.where(self.has, state.bound_rent / state.room, 0.0)
        right = -misses.stationary + to_slack - to_bound + by_bound * misses.bound
        right = np.where(self.on, -misses.curve / misses.curve_slope[1], right)
        to_cap = (cap_product - rents * state.cap_slack) / rents
        change, prices, rent, earned = self.linear.solve(right, -misses.node, misses.cap - to_cap)
        room = np.where(self.has, misses.bound - change, 0.0)
        return _Move(
            change, prices, rent, earned,
            np.where(self.on, 0.0, to_slack - state.slack / levels * change),
            room, to_bound - by_bound * room, to_cap - self.give * rent,
        )  # fmt: skip

    def longest(self, move: _Move, share: float) -> float:
        """Longest step that keeps everything positive that must be."""
        acts, state = self.system.activities, self.state
        levels = state.point.levels
        logs, tops = self.on & acts.in_logs, self.on & np.isfinite(acts.capacity)
        pairs = [
            (levels, move.levels),
            (state.slack[~self.on], move.slack[~self.on]),
            (state.room[self.has], move.room[self.has]),
            (state.bound_rent[self.has], move.bound_rent[self.has]),
            (state.point.rents, move.rents),
            (state.cap_slack, move.cap_slack),
            ((acts.capacity - levels)[tops], -move.levels[tops]),
            ((acts.sign * self.local.earned)[logs], (acts.sign * move.earned)[logs]),
        ]
        return min(_largest_step(values, change, share) for values, change in pairs)

    def moved(self, move: _Move, step: float) -> State:
        """The state after a step."""
        state, point = self.state, self.state.point
        return State(
            Point(
                point.levels + step * move.levels, point.prices + step * move.prices, point.rents + step * move.rents
            ),
            state.slack + step * move.slack,
            state.room + step * move.room,
            state.bound_rent + step * move.bound_rent,
            state.cap_slack + step * move.cap_slack,
        )

    def products(self, state: State) -> Array:
        """All complementarity products of a state."""
        levels = (state.point.levels * state.slack)[~self.on]
        bounds = (state.room * state.bound_rent)[self.has]
        return np.concatenate([levels, bounds, state.point.rents * state.cap_slack])


def follow(system: System, state: State, close: float = CLOSE, most: int = MOST) -> Ended:
    """Follow the central path until misses and products are below ``close``, or no further."""
    best, stale, previous = Ended(state, float("inf"), 0), 0, float("inf")
    for iteration in range(most):
        local = system.at(state.point)
        misses = misses_of(system, state, local)
        with np.errstate(all="ignore"):
            now = _Iteration(system, state, local, misses)
            products = now.products(state)
            measure = max(misses.largest, float(products.max(initial=0.0)))
            stale = 0 if measure < 0.9 * previous else stale + 1
            previous = min(previous, measure)
            if measure <= best.miss:
                best = Ended(state, measure, iteration)
            if measure <= close or stale > 30 or not np.isfinite(measure):
                break
            state = _advance(now, products)
    return best


def _advance(now: _Iteration, products: Array) -> State:
    """Predictor, corrector, and a step that lets no miss grow much."""
    zero, gap = np.zeros(1), float(products.mean()) if products.size else 0.0
    aim = now.move(zero, zero, zero)
    reach = now.longest(aim, 1.0)
    left = float(now.products(now.moved(aim, reach)).mean()) if products.size else 0.0
    target = gap * min(1.0, (left / gap) ** 3 if gap > 0 else 0.0) if reach > SHORT else 0.5 * gap
    second = reach**2
    move = now.move(
        target - second * aim.levels * aim.slack,
        target - second * aim.room * aim.bound_rent,
        target - second * aim.rents * aim.cap_slack,
    )
    step = now.longest(move, BACK)
    allowed = GROWTH * max(now.misses.largest, gap, 1e-13)
    for _ in range(HALVINGS):
        then = now.moved(move, step)
        if misses_of(now.system, then, now.system.at(then.point)).within(allowed):
            break
        step /= 2
    return then

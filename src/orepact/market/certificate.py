"""The certificate: how well returned numbers solve a problem, worked out again from prices and the problem alone.

Nothing of the solver is used here, neither its curves nor its states: every equation is written a second time in its
textbook form, so that an error in the engine cannot certify itself. What enters: a problem, the returned prices, rents and
quantities, and the shares that stops and caps leave each buyer, which are taken as the solution gives them (what they must
be is a claim of its own, in the tests). What leaves: per draw the largest relative miss of any node (mines and plants, buyers,
and every returned quantity against the equation it stands for) and the largest breach of a cap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfc

from orepact.market.curves import PRICE_FLOOR, SHARPNESS, STOCK_FLOOR
from orepact.market.problem import FULLEST, Cap, Levy, Problem, Stage, Stocks, Supply, Support, Users
from orepact.market.solution import Certificate, StageSolution

Array = NDArray[np.float64]

SMALLEST_NODE = 1e-6
"""A node is measured against at least this share of the largest node of its stage."""


@dataclass(frozen=True)
class _Again:
    """One stage worked out again: ``B`` draws, ``n`` producers, ``b`` buyers. Tonnes per period.

    shares ``(B, n, b)``; base_paid, inclusive, felt ``(B, b)``; release ``(B, n)``.
    """

    shares: Array
    base_paid: Array
    inclusive: Array
    felt: Array
    release: Array


@dataclass(frozen=True)
class _Used:
    """What users do, ``(B, J)``: as in the solution, and what they buy."""

    wanted: Array
    met: Array
    release: Array
    freed: Array
    put_by: Array
    bought: Array


def certify(
    problem: Problem,
    stages: tuple[StageSolution, ...],
    bounded: Array,
    supported: tuple[Array, ...],
    left: tuple[Array, ...],
) -> Certificate:
    """The certificate of a solution, per draw: balance of tonnes at every node, and complementarity of every bound."""
    again = [_stage_again(problem, at, found.price, bounded, left[at]) for at, found in enumerate(stages)]
    misses, places = [], []
    for at, found in enumerate(stages):
        feed = again[at - 1] if at > 0 else None
        nodes, buyers = _stage_misses(problem, at, found, again[at], feed, stages, bounded, supported)
        misses += [nodes, buyers]
        places += [f"stage {at}, producer {row}" for row in range(nodes.shape[1])]
        places += [f"stage {at}, buyer {column}" for column in range(buyers.shape[1])]
    balance = np.nan_to_num(np.concatenate(misses, axis=1), nan=np.inf)
    breaches = np.nan_to_num(_breaches(problem, stages, bounded), nan=np.inf)
    places += [f"cap {cap.name}" for cap in problem.caps] + [f"quota {levy.name}" for levy in _quotas(problem)]
    places += [f"purchase {purchase.name}" for purchase in problem.purchases]
    worst = np.concatenate([balance, breaches], axis=1).argmax(axis=1)
    return Certificate(balance.max(axis=1), breaches.max(axis=1, initial=0.0), tuple(places[index] for index in worst))


def _quotas(problem: Problem) -> list[Levy]:
    return [levy for levy in problem.levies if levy.quota is not None]


def _stage_again(problem: Problem, at: int, price: Array, bounded: Array, left: Array) -> _Again:
    """Prices to shares, and what producers offer of their stocks."""
    stage = problem.stages[at]
    base = np.atleast_2d(stage.price)
    before = (1 + stage.base_tariff) * (base[:, :, None] + stage.freight)
    after = (1 + stage.tariff) * (price[:, :, None] + stage.freight + stage.detour) + stage.levy
    after = after + _laid(problem, at, price, bounded)
    theta = np.reshape(np.asarray(stage.sourcing, dtype=float), (-1, 1, 1)) / base.mean(axis=1)[:, None, None]
    weights = stage.weights if stage.weights_now is None else stage.weights_now
    open_weights = np.where(stage.stopped, 0.0, weights)
    dearer = theta * (after - before)
    if not np.all(open_weights > 0):
        dearer = np.where(open_weights > 0, dearer, np.inf)
    least = dearer.min(axis=-2, keepdims=True)
    pull = open_weights * np.exp(least - dearer)
    total = pull.sum(axis=1, keepdims=True)
    base_paid = (stage.weights * before).sum(axis=-2) / np.sum(stage.weights, axis=-2)
    inclusive = base_paid - (np.log(total) - least)[:, 0, :] / theta[:, 0, :]
    felt = inclusive + np.log(left) / theta[:, 0, :]
    return _Again(pull / total, base_paid, inclusive, felt, _offered(stage.stocks, price / base))


def _laid(problem: Problem, at: int, price: Array, bounded: Array) -> Array | float:
    """What caps and adjustable duties lay on each flow of a stage, per tonne."""
    total: Array | float = 0.0
    for index, cap in enumerate(problem.caps):
        if cap.stage == at:
            rent = bounded[:, index, None, None]
            total = total + rent * cap.covered
            if cap.of is not None:
                total = total - rent * cap.share * cap.of
    quotas = iter(range(len(problem.caps), bounded.shape[1]))
    for levy in problem.levies:
        fraction = 1.0 if levy.quota is None else bounded[:, next(quotas), None, None]
        if levy.stage == at:
            stage = problem.stages[at]
            landed = price[:, :, None] + stage.freight + stage.detour
            total = total + fraction * levy.covered * _lift(landed, levy)
    return total


def _lift(landed: Array, levy: Levy) -> Array:
    """``max(0, reference - landed)``, at most a share of ``landed``, kinks rounded over ``width``."""
    reference, width = (np.reshape(each, (-1, 1, 1)) for each in (levy.reference, levy.width))
    lift = _rounded(reference - landed, width)
    if np.isfinite(levy.bound_rate):
        lift = lift - _rounded(lift - levy.bound_rate * landed, width)
    return lift


def _rounded(amount: Array, width: Array) -> Array:
    """The positive part, its kink a parabola."""
    half = width / 2
    return np.select([amount <= -half, amount >= half], [0.0 * amount, amount], (amount + half) ** 2 / (2 * width))


def _tranches(problem: Problem, at: int, price: Array) -> list[tuple[Array | float, Array]]:
    """Shares of a stage's output and the price that each of them earns; what no support covers comes first."""
    supports = [support for support in problem.supports if support.stage == at]
    free = 1.0 - sum((np.asarray(support.share) for support in supports), np.zeros(1))
    return [(free, price), *((support.share, _earned(support, price)) for support in supports)]


def _earned(support: Support, price: Array) -> Array:
    """Price, strike and clawback, subsidy: what a supported tonne earns."""
    width = np.reshape(np.asarray(support.width), (-1, 1))
    gap = _rounded(support.strike - price, width) - support.clawback * _rounded(price - support.strike, width)
    return price + support.subsidy + np.where(support.strike > 0, gap, 0.0)


def _mined(mine: Supply | None, base: Array, price: Array) -> Array:
    """``K / (1 + (c/price)^k)`` in the form of a power."""
    if mine is None:
        return np.zeros_like(price)
    used = np.minimum(mine.utilisation, FULLEST)
    steepness = mine.elasticity / (1 - used)
    capacity = np.minimum(mine.remaining * mine.output / used + mine.added, mine.limit)
    supply: Array = capacity / (1 + (1 / used - 1) * (base / price) ** steepness)
    return supply


def _offered(stocks: Stocks, ratio: Array) -> Array:
    """Stock in hand less what is wished, ``held ratio^-response``, straight below the floor."""
    inside = np.maximum(ratio, STOCK_FLOOR)
    wished = stocks.held * inside**-stocks.response
    slope = stocks.held * stocks.response * inside ** (-stocks.response - 1)
    level = stocks.held if stocks.level is None else stocks.level
    offered = np.asarray(level - wished + slope * (ratio - inside))
    pace = 1.0 if stocks.level is None else np.where(offered < 0, stocks.rebuild, 1.0)
    return np.asarray(offered * pace, dtype=np.float64)


def _plants(stage: Stage, price: Array, feed: _Again) -> Array:
    """Throughput ``K / (1 + exp(-(change of margin) / width) (1/u - 1))`` where output earns ``price``."""
    plant = stage.refining
    if plant is None:
        return np.zeros_like(price)
    count = price.shape[1]
    margin = plant.recovery * (price - stage.price) - (feed.felt[:, :count] - feed.base_paid[:, :count])
    used = np.minimum(plant.utilisation, FULLEST)
    width = np.atleast_2d(stage.price).mean(axis=1, keepdims=True) * (1 - used) / plant.elasticity
    capacity = plant.remaining * plant.throughput / used + plant.added
    with np.errstate(over="ignore"):
        throughput: Array = capacity / (1 + (1 / used - 1) * np.exp(-margin / width))
    return throughput * _smoothstep(price / stage.price / PRICE_FLOOR)


def _throughput(problem: Problem, at: int, price: Array, feed: _Again | None) -> Array:
    if feed is None:
        return np.zeros_like(price)
    parts = _tranches(problem, at, price)
    return sum((share * _plants(problem.stages[at], earned, feed) for share, earned in parts), np.zeros_like(price))


def _use(users: Users, again: _Again) -> _Used:
    """What users want, use, draw from stocks and buy, ``(B, J)``."""
    first = again.felt.shape[1] - int(np.shape(users.use)[-1])
    ratio = again.felt[:, first:] / again.base_paid[:, first:]
    inside = np.maximum(ratio, PRICE_FLOOR)
    wanted = users.wanted * users.use * inside**-users.elasticity * (1 - users.elasticity * (ratio - inside) / inside)
    above = np.maximum(ratio - 1, 1e-300)
    buying = np.where(ratio > 1, erfc(np.log(above / (users.ceiling - 1)) / (users.spread * np.sqrt(2))) / 2, 1.0)
    met = wanted * buying
    freed = put_by = np.zeros_like(met)
    reserve = users.reserve
    if reserve is not None:
        freed = _bounded(reserve.release * _smoothstep((ratio - reserve.release_above) / reserve.width), met)
        span = reserve.width if reserve.buy_width is None else reserve.buy_width
        put_by = reserve.buy * _smoothstep(1 - (ratio - reserve.buy_below) / span)
    release = _bounded(_offered(users.stocks, ratio), met - freed)
    return _Used(wanted, met, release, freed, put_by, met - freed - release + users.filling * buying + put_by)


def _smoothstep(part: Array) -> Array:
    inside: Array = np.minimum(np.maximum(part, 0.0), 1.0)
    smooth: Array = inside**2 * (3 - 2 * inside)
    return smooth


def _bounded(offer: Array, use: Array) -> Array:
    """The smooth minimum of an offer and what is used; an offer below zero is a purchase."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        least = offer / (1 + (np.maximum(offer, 0) / use) ** SHARPNESS) ** (1 / SHARPNESS)
    return np.where(offer > 0, np.where(use > 0, least, 0.0), offer)


def _stage_misses(
    problem: Problem,
    at: int,
    found: StageSolution,
    again: _Again,
    feed: _Again | None,
    stages: tuple[StageSolution, ...],
    bounded: Array,
    supported: tuple[Array, ...],
) -> tuple[Array, Array]:
    """Relative misses of producers ``(B, n)`` and of buyers ``(B, b)`` of one stage."""
    stage, base = problem.stages[at], problem.stages[at].price
    recovery = 0.0 if stage.refining is None else stage.refining.recovery
    parts = _tranches(problem, at, found.price)
    nothing = np.zeros_like(found.price)
    supply = sum((share * _mined(stage.supply, base, earned) for share, earned in parts), nothing)
    secondary = sum((share * _mined(stage.secondary, base, earned) for share, earned in parts), nothing)
    throughput = _throughput(problem, at, found.price, feed)
    output = supply + secondary + recovery * throughput
    used = _use(stage.users, again)
    bought = used.bought
    if at + 1 < len(stages):
        bought = np.concatenate([_throughput(problem, at + 1, stages[at + 1].price, again), bought], axis=1)
    flows = again.shares * bought[:, None, :]
    shipped, received = flows.sum(axis=2), found.flows.sum(axis=1)
    taken = _purchased(problem, at, nothing, bounded)
    node = _scale(np.maximum(shipped + taken, output))
    covered = np.zeros_like(nothing)
    for support, made in zip(problem.supports, supported, strict=True):
        if support.stage == at:
            earned = _earned(support, found.price)
            mined = _mined(stage.supply, base, earned) + _mined(stage.secondary, base, earned)
            plants = nothing if feed is None else recovery * _plants(stage, earned, feed)
            covered = np.maximum(covered, np.abs(made - support.share * (mined + plants)))
    nodes = np.maximum.reduce(
        [
            np.abs(output + again.release - shipped - taken) / node,
            np.abs(found.output - output) / node,
            np.abs(found.supply - supply) / node,
            np.abs(found.secondary - secondary) / node,
            np.abs(found.throughput - throughput) / _scale(np.maximum(throughput, output)),
            np.abs(found.stock_release - again.release) / node,
            np.abs(found.flows - flows).max(axis=2) / node,
            covered / node,
        ]
    )
    buyers = np.abs(received - bought) / _scale(bought)
    buyers = np.maximum(buyers, np.abs(found.inclusive_price - again.inclusive) / again.base_paid)
    return nodes, np.maximum(buyers, _user_misses(found, used, buyers.shape[1]))


def _purchased(problem: Problem, at: int, nothing: Array, bounded: Array) -> Array:
    """What buyers at the gate take of each producer, ``(B, n)``."""
    taken = nothing.copy()
    first = bounded.shape[1] - len(problem.purchases)
    for index, purchase in enumerate(problem.purchases):
        if purchase.stage == at:
            taken[:, purchase.producer] += bounded[:, first + index]
    return taken


def _user_misses(found: StageSolution, used: _Used, buyers: int) -> Array:
    """Relative misses of what users are said to use, give up, lack and draw from stock; 0 for refiners, ``(B, b)``."""
    scale = _scale(np.maximum(found.base_use, used.met)) if used.met.shape[1] else used.met
    parts = (
        found.use - used.met,
        found.base_use - used.wanted - found.given_up,
        used.wanted - used.met - found.unserved,
        found.user_stock_release - used.release,
        found.reserve_release - used.freed,
        found.reserve_purchase - used.put_by,
    )
    missed = np.maximum.reduce([np.abs(part) / scale for part in parts])
    return np.concatenate([np.zeros((len(used.met), buyers - used.met.shape[1])), missed], axis=1)


def _scale(tonnes: Array) -> Array:
    """What a miss is measured against: the node's own tonnes, and at least a trace of the largest one."""
    largest = tonnes.max(axis=1, keepdims=True)
    scale: Array = np.maximum(np.maximum(tonnes, SMALLEST_NODE * largest), 1e-300)
    return scale


def _breaches(problem: Problem, stages: tuple[StageSolution, ...], bounded: Array) -> Array:
    """How far each bound is from complementarity, ``(B, K)``: slack relative to what is allowed, or to the price."""
    columns = []
    limits: list[Cap | Levy] = [*problem.caps, *_quotas(problem)]
    for index, limit in enumerate(limits):
        flows = stages[limit.stage].flows
        flow = np.where(limit.covered, flows, 0.0).sum(axis=(1, 2))
        allowed = np.asarray(limit.limit if isinstance(limit, Cap) else limit.quota, dtype=float)
        if isinstance(limit, Cap) and limit.of is not None:
            allowed = allowed + limit.share * np.where(limit.of, flows, 0.0).sum(axis=(1, 2))
        reference = np.atleast_2d(problem.stages[limit.stage].price).mean(axis=1)
        unit, top = (reference, np.inf) if isinstance(limit, Cap) else (1.0, 1.0)
        columns.append(_breach(bounded[:, index] / unit, (allowed - flow) / np.maximum(allowed, 1e-300), top))
    first = len(columns)
    for index, purchase in enumerate(problem.purchases):
        stage, found = problem.stages[purchase.stage], stages[purchase.stage]
        scale = _scale(found.output)[:, purchase.producer]
        above = (found.price[:, purchase.producer] - purchase.price) / np.atleast_2d(stage.price).mean(axis=1)
        most = np.asarray(purchase.most, dtype=float) / scale
        columns.append(_breach(bounded[:, first + index] / scale, above, most))
    return np.stack(columns, axis=1) if columns else np.zeros((len(bounded), 0))


def _breach(level: Array, free: Array, top: Array | float) -> Array:
    """How far ``0 <= level <= top`` is from complementarity with ``free``: positive at 0, negative at the top, zero between."""
    below = np.maximum(-level, np.minimum(np.abs(level), np.maximum(free, 0.0)))
    over = np.maximum(level - top, np.minimum(np.abs(top - level), np.maximum(-free, 0.0)))
    return np.maximum(np.maximum(below, over), 0.0)

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

from orepact.market.curves import FULLEST, PRICE_FLOOR, SHARPNESS, STOCK_FLOOR
from orepact.market.problem import Problem, Stage, Stocks
from orepact.market.solution import Certificate, StageSolution

Array = NDArray[np.float64]

SMALLEST_NODE = 1e-6
"""A node is measured against at least this share of the largest node of its stage."""


@dataclass(frozen=True)
class _Again:
    """One stage worked out again: ``B`` draws, ``n`` producers, ``b`` buyers. Tonnes per period.

    shares ``(B, n, b)``; base_paid, inclusive, felt ``(B, b)``; supply, release ``(B, n)``.
    """

    shares: Array
    base_paid: Array
    inclusive: Array
    felt: Array
    supply: Array
    release: Array


def certify(problem: Problem, stages: tuple[StageSolution, ...], rents: Array, left: tuple[Array, ...]) -> Certificate:
    """The certificate of a solution, per draw: balance of tonnes at every node, and complementarity of every cap."""
    again = [_stage_again(problem, at, found.price, rents, left[at]) for at, found in enumerate(stages)]
    misses, places = [], []
    for at, found in enumerate(stages):
        feed = again[at - 1] if at > 0 else None
        nodes, buyers = _stage_misses(problem, at, found, again[at], feed, stages)
        misses += [nodes, buyers]
        places += [f"stage {at}, producer {row}" for row in range(nodes.shape[1])]
        places += [f"stage {at}, buyer {column}" for column in range(buyers.shape[1])]
    balance = np.nan_to_num(np.concatenate(misses, axis=1), nan=np.inf)
    breaches = np.nan_to_num(_breaches(problem, stages, rents), nan=np.inf)
    places += [f"cap {cap.name}" for cap in problem.caps]
    worst = np.concatenate([balance, breaches], axis=1).argmax(axis=1)
    return Certificate(balance.max(axis=1), breaches.max(axis=1, initial=0.0), tuple(places[index] for index in worst))


def _stage_again(problem: Problem, at: int, price: Array, rents: Array, left: Array) -> _Again:
    """Prices to shares, and what producers offer of their own."""
    stage = problem.stages[at]
    base = np.atleast_2d(stage.price)
    before = (1 + stage.base_tariff) * (base[:, :, None] + stage.freight)
    after = (1 + stage.tariff) * (price[:, :, None] + stage.freight) + stage.levy
    for index, cap in enumerate(problem.caps):
        if cap.stage == at:
            after = after + rents[:, index, None, None] * cap.covered
    theta = np.reshape(np.asarray(stage.sourcing, dtype=float), (-1, 1, 1)) / base.mean(axis=1)[:, None, None]
    open_weights = np.where(stage.stopped, 0.0, stage.weights)
    dearer = theta * (after - before)
    if not np.all(open_weights > 0):
        dearer = np.where(open_weights > 0, dearer, np.inf)
    least = dearer.min(axis=-2, keepdims=True)
    pull = open_weights * np.exp(least - dearer)
    total = pull.sum(axis=1, keepdims=True)
    base_paid = (stage.weights * before).sum(axis=-2) / np.sum(stage.weights, axis=-2)
    inclusive = base_paid - (np.log(total) - least)[:, 0, :] / theta[:, 0, :]
    felt = inclusive + np.log(left) / theta[:, 0, :]
    return _Again(pull / total, base_paid, inclusive, felt, _mined(stage, price), _offered(stage.stocks, price / base))


def _mined(stage: Stage, price: Array) -> Array:
    """``K / (1 + (c/price)^k)`` in the form of a power."""
    mine = stage.supply
    used = np.minimum(mine.utilisation, FULLEST)
    steepness = mine.elasticity / (1 - used)
    supply: Array = mine.remaining * mine.output / used / (1 + (1 / used - 1) * (stage.price / price) ** steepness)
    return supply


def _offered(stocks: Stocks, ratio: Array) -> Array:
    """Fall in desired stock ``held (1 - ratio^-response)``, straight below the floor."""
    inside = np.maximum(ratio, STOCK_FLOOR)
    slope = stocks.held * stocks.response * inside ** (-stocks.response - 1)
    offered: Array = stocks.held * (1 - inside**-stocks.response) + slope * (ratio - inside)
    return offered


def _plants(stage: Stage, price: Array, feed: _Again) -> Array:
    """Throughput ``K / (1 + exp(-(change of margin) / width) (1/u - 1))``."""
    plant = stage.refining
    if plant is None:
        return np.zeros_like(price)
    count = price.shape[1]
    margin = plant.recovery * (price - stage.price) - (feed.felt[:, :count] - feed.base_paid[:, :count])
    used = np.minimum(plant.utilisation, FULLEST)
    width = np.atleast_2d(stage.price).mean(axis=1, keepdims=True) * (1 - used) / plant.elasticity
    with np.errstate(over="ignore"):
        throughput: Array = plant.remaining * plant.throughput / used / (1 + (1 / used - 1) * np.exp(-margin / width))
    return throughput


def _use(stage: Stage, again: _Again) -> tuple[Array, Array, Array]:
    """Use wanted, use met, and release from users' stocks, ``(B, J)``."""
    users = stage.users
    first = again.felt.shape[1] - int(np.shape(users.use)[-1])
    ratio = again.felt[:, first:] / again.base_paid[:, first:]
    inside = np.maximum(ratio, PRICE_FLOOR)
    wanted = users.use * inside**-users.elasticity * (1 - users.elasticity * (ratio - inside) / inside)
    above = np.maximum(ratio - 1, 1e-300)
    buying = np.where(ratio > 1, erfc(np.log(above / (users.ceiling - 1)) / (users.spread * np.sqrt(2))) / 2, 1.0)
    met = wanted * buying
    offer = _offered(users.stocks, ratio)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        bounded = offer / (1 + (np.maximum(offer, 0) / met) ** SHARPNESS) ** (1 / SHARPNESS)
    release = np.where(offer > 0, np.where(met > 0, bounded, 0.0), offer)
    return wanted, met, release


def _stage_misses(
    problem: Problem,
    at: int,
    found: StageSolution,
    again: _Again,
    feed: _Again | None,
    stages: tuple[StageSolution, ...],
) -> tuple[Array, Array]:
    """Relative misses of producers ``(B, n)`` and of buyers ``(B, b)`` of one stage."""
    stage = problem.stages[at]
    throughput = _plants(stage, found.price, feed) if feed is not None else np.zeros_like(found.price)
    recovery = 0.0 if stage.refining is None else stage.refining.recovery
    output = again.supply + recovery * throughput
    wanted, met, release = _use(stage, again)
    later = problem.stages[at + 1] if at + 1 < len(stages) else None
    bought = met - release
    if later is not None:
        bought = np.concatenate([_plants(later, stages[at + 1].price, again), bought], axis=1)
    flows = again.shares * bought[:, None, :]
    shipped, received = flows.sum(axis=2), found.flows.sum(axis=1)
    node = _scale(np.maximum(shipped, output))
    nodes = np.maximum.reduce(
        [
            np.abs(output + again.release - shipped) / node,
            np.abs(found.output - output) / node,
            np.abs(found.throughput - throughput) / _scale(np.maximum(throughput, output)),
            np.abs(found.stock_release - again.release) / node,
            np.abs(found.flows - flows).max(axis=2) / node,
        ]
    )
    buyers = np.abs(received - bought) / _scale(bought)
    buyers = np.maximum(buyers, np.abs(found.inclusive_price - again.inclusive) / again.base_paid)
    return nodes, np.maximum(buyers, _user_misses(found, wanted, met, release, buyers.shape[1]))


def _user_misses(found: StageSolution, wanted: Array, met: Array, release: Array, buyers: int) -> Array:
    """Relative misses of what users are said to use, give up, lack and draw from stock; 0 for refiners, ``(B, b)``."""
    scale = _scale(np.maximum(found.base_use, met)) if met.shape[1] else met
    parts = (
        found.use - met,
        found.base_use - wanted - found.given_up,
        wanted - met - found.unserved,
        found.user_stock_release - release,
    )
    missed = np.maximum.reduce([np.abs(part) / scale for part in parts])
    return np.concatenate([np.zeros((len(met), buyers - met.shape[1])), missed], axis=1)


def _scale(tonnes: Array) -> Array:
    """What a miss is measured against: the node's own tonnes, and at least a trace of the largest one."""
    largest = tonnes.max(axis=1, keepdims=True)
    scale: Array = np.maximum(np.maximum(tonnes, SMALLEST_NODE * largest), 1e-300)
    return scale


def _breaches(problem: Problem, stages: tuple[StageSolution, ...], rents: Array) -> Array:
    """How far each cap is from complementarity, ``(B, C)``: relative to its limit and to the price."""
    table = np.zeros((len(rents), len(problem.caps)))
    for index, cap in enumerate(problem.caps):
        flow = np.where(cap.covered, stages[cap.stage].flows, 0.0).sum(axis=(1, 2))
        free = (np.asarray(cap.limit) - flow) / np.asarray(cap.limit)
        reference = np.atleast_2d(problem.stages[cap.stage].price).mean(axis=1)
        dear = rents[:, index] / reference
        table[:, index] = np.maximum(np.maximum(-free, -dear), np.minimum(np.abs(free), np.abs(dear)))
    return table

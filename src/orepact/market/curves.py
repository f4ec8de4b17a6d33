"""The curves of one market: what producers supply, refiners buy, users want and stocks release at a price.

Every function takes arrays that broadcast over draws and nodes and returns the value and its derivative. Tonnes per period
and currency per tonne throughout. All curves are smooth, and each continues in a straight line below a floor, because
the additive form of sourcing can drive a buyer's inclusive price to zero or below (market-model, section 1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Array = NDArray[np.float64]

FULLEST = 0.98
"""Highest base utilisation: nearer to one the supply curve is a cliff and the Jacobian singular."""

PRICE_FLOOR = 0.05
"""Ratio to base below which demand continues in a straight line."""

STOCK_FLOOR = 0.2
"""Ratio to base below which desired stock continues in a straight line."""

SHARPNESS = 4.0
"""Exponent of the smooth minimum of stock on offer and use to be met; worked out there as squares and square roots."""

SQRT_TWO_PI = float(np.sqrt(2 * np.pi))


def logistic(exponent: Array) -> tuple[Array, Array]:
    """``1 / (1 + exp(-x))`` and what it lacks of 1, both to full relative precision."""
    small = np.exp(-np.abs(exponent))
    larger = 1.0 / (1.0 + small)
    smaller = small * larger
    above = exponent >= 0
    return np.where(above, larger, smaller), np.where(above, smaller, larger)


def hill(
    price: Array, base_price: Array, output: Array, elasticity: Array, utilisation: Array, remaining: Array
) -> tuple[Array, Array]:
    """Supply in tonnes, and its slope: ``S = K / (1 + (c / price)^k)`` through the base point with the given elasticity.

    ``k = elasticity / (1 - u)``, ``c = base_price (1/u - 1)^(1/k)``, ``K = remaining * output / u`` (market-model, section 1).
    Zero output stays zero at every price.
    """
    used = np.minimum(utilisation, FULLEST)
    steepness = elasticity / (1.0 - used)
    exponent = steepness * np.log(price / base_price) + np.log(used / (1.0 - used))
    fill, spare = logistic(exponent)
    supply = (remaining * output / used) * fill
    return supply, supply * spare * (steepness / price)


def refining(
    margin_change: Array, reference: Array, throughput: Array, elasticity: Array, utilisation: Array, remaining: Array
) -> tuple[Array, Array]:
    """Purchases of the previous stage by refiners, tonnes, and their slope in the margin.

    ``R = K logistic((m - a) / b)`` with ``b = reference (1 - u) / elasticity`` and ``a`` such that the base margin gives the
    base throughput (market-model, section 1). ``margin_change`` is the margin less the base margin, so that costs that do
    not change drop out.
    """
    used = np.minimum(utilisation, FULLEST)
    width = reference * (1.0 - used) / elasticity
    exponent = margin_change / width + np.log(used / (1.0 - used))
    fill, spare = logistic(exponent)
    bought = (remaining * throughput / used) * fill
    return bought, bought * spare / width


def demand(ratio: Array, use: Array, elasticity: Array) -> tuple[Array, Array]:
    """Use wanted at a price ``ratio`` to base, tonnes, and its slope in the ratio: ``use ratio^-elasticity``."""
    inside = np.maximum(ratio, PRICE_FLOOR)
    value = use * inside**-elasticity
    slope = -elasticity * value / inside
    return value + slope * (ratio - inside), slope


def still_buying(ratio: Array, ceiling: Array, spread: Array) -> tuple[Array, Array]:
    """Share of use whose price ceiling is not passed, and its slope in the price ratio.

    Ceilings lie above base: ``ceiling - 1`` is lognormal, so the share is exactly 1, with all derivatives 0, at base.
    """
    above = np.maximum(ratio - 1.0, 0.0)
    safe = np.where(above > 0, above, 1.0)
    score = np.log(safe / (ceiling - 1.0)) / spread
    share = np.where(above > 0, ndtr(-score), 1.0)
    density = np.exp(-0.5 * (score * score))
    return share, np.where(above > 0, density / (safe * (-SQRT_TWO_PI * spread)), 0.0)


def stock_offer(ratio: Array, held: Array, response: Array) -> tuple[Array, Array]:
    """Fall in desired stock, tonnes, and its slope: ``held (1 - ratio^-response)``; negative (a purchase) below base."""
    inside = np.maximum(ratio, STOCK_FLOOR)
    power = inside**-response
    slope = (held * response) * power / inside
    return held * (1.0 - power) + slope * (ratio - inside), slope


def bounded_release(offer: Array, use: Array) -> tuple[Array, Array, Array]:
    """What users take from their stocks: the smooth minimum of what is on offer and what they use.

    Returns the release and its derivatives in offer and in use. ``r (1 + (r/u)^p)^(-1/p)`` for an offer above zero, the
    offer itself (a purchase for stock) below: once differentiable, below both, and rising in both.
    """
    positive = np.maximum(offer, 0.0)
    safe_use = np.maximum(use, 1e-300)
    square = np.minimum(positive / safe_use, 1e60) ** 2
    whole = 1.0 + square * square
    shrink = 1.0 / np.sqrt(np.sqrt(whole))
    release = np.where(offer > 0, positive * shrink, offer)
    taken = np.where(offer > 0, release / safe_use, 0.0)
    return release, np.where(offer > 0, shrink / whole, 1.0), taken * (taken * taken) ** 2


def purchases(
    ratio: Array, use: Array, elasticity: Array, ceiling: Array, spread: Array, held: Array, response: Array
) -> tuple[Array, Array]:
    """What users buy, tonnes, and its slope in the price ratio: use wanted and still affordable, less release of stock."""
    wanted, wanted_slope = demand(ratio, use, elasticity)
    share, share_slope = still_buying(ratio, ceiling, spread)
    used = wanted * share
    used_slope = wanted_slope * share + wanted * share_slope
    offer, offer_slope = stock_offer(ratio, held, response)
    release, by_offer, by_use = bounded_release(offer, used)
    return used - release, used_slope * (1.0 - by_use) - by_offer * offer_slope

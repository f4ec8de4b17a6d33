"""The curves of one market: what producers supply, refiners buy, users want and stocks release at a price.

Every function takes arrays that broadcast over draws and nodes and returns the value and its derivative. Tonnes per period
and currency per tonne throughout. All curves are smooth, and each continues in a straight line below a floor, because
the additive form of sourcing can drive a buyer's inclusive price to zero or below (market-model, section 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from orepact.market.problem import FULLEST, Refining, Reserve, Stocks, Supply, Support, Users

Array = NDArray[np.float64]

PRICE_FLOOR = 0.05
"""Ratio to base below which demand continues in a straight line, and plants wind down."""

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


def hill(price: Array, base_price: Array, mine: Supply) -> tuple[Array, Array]:
    """Supply in tonnes, and its slope: ``S = K / (1 + (c / price)^k)`` through the base point with the given elasticity.

    ``k = elasticity / (1 - u)``, ``c = base_price (1/u - 1)^(1/k)``, ``K = remaining * output / u + added``, at most the
    limit (market-model, section 1). No capacity stays zero at every price.
    """
    used = np.minimum(mine.utilisation, FULLEST)
    steepness = mine.elasticity / (1.0 - used)
    exponent = steepness * np.log(price / base_price) + np.log(used / (1.0 - used))
    fill, spare = logistic(exponent)
    supply = mine.capacity * fill
    return supply, supply * spare * (steepness / price)


def refining(margin_change: Array, ratio: Array, reference: Array, plant: Refining) -> tuple[Array, Array, Array]:
    """Purchases of the previous stage by refiners, tonnes, and their slopes in the margin and in the product's ratio to base.

    ``R = K logistic((m - a) / b)`` with ``b = reference (1 - u) / elasticity`` and ``a`` such that the base margin gives the
    base throughput (market-model, section 1). ``margin_change`` is the margin less the base margin, so that costs that do
    not change drop out. Below ``PRICE_FLOOR`` of its base price a product is made less and less whatever its ore costs, and
    none at a price of zero: a logistic alone would go on.
    """
    used = np.minimum(plant.utilisation, FULLEST)
    width = reference * (1.0 - used) / plant.elasticity
    exponent = margin_change / width + np.log(used / (1.0 - used))
    fill, spare = logistic(exponent)
    bought = (plant.remaining * plant.throughput / used + plant.added) * fill
    by_margin = bought * spare / width
    if np.min(ratio) >= PRICE_FLOOR:
        return bought, by_margin, np.zeros(1)
    kept, slope = ramp(ratio / PRICE_FLOOR)
    return bought * kept, by_margin * kept, bought * slope / PRICE_FLOOR


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


def stock_offer(ratio: Array, stocks: Stocks) -> tuple[Array, Array]:
    """What is in hand less the stock wished, tonnes, and its slope: ``level - held ratio^-response``.

    Negative (a purchase) below base, and where a stock that was drawn down is being rebuilt.
    """
    inside = np.maximum(ratio, STOCK_FLOOR)
    power = inside**-stocks.response
    slope = (stocks.held * stocks.response) * power / inside
    if stocks.level is None:
        return stocks.held * (1.0 - power) + slope * (ratio - inside), slope
    offer = stocks.level - stocks.held * power + slope * (ratio - inside)
    pace = np.where(offer > 0, 1.0, stocks.rebuild)
    return offer * pace, slope * pace


def positive(amount: Array, width: Array) -> tuple[Array, Array]:
    """``max(0, amount)`` with its kink rounded by a parabola over ``width``, and its slope; exactly 0 below ``-width / 2``."""
    inside = np.clip(amount / width + 0.5, 0.0, 1.0)
    return np.where(inside < 1.0, 0.5 * width * inside * inside, amount), inside


def ramp(part: Array) -> tuple[Array, Array]:
    """0 below 0, 1 above 1 and ``3 x^2 - 2 x^3`` between them, and its slope."""
    inside = np.clip(part, 0.0, 1.0)
    return inside * inside * (3.0 - 2.0 * inside), 6.0 * inside * (1.0 - inside)


def lifted(before: Array, reference: Array, width: Array, bound_rate: float) -> tuple[Array, Array]:
    """The levy that lifts a price ``before`` to the reference, and its slope in that price: 0 at a reference that is met.

    ``max(0, reference - before)``, at most ``bound_rate * before``, both kinks rounded over ``width``.
    """
    levy, slope = positive(reference - before, width)
    slope = -slope
    if np.isfinite(bound_rate):
        over, by_over = positive(levy - bound_rate * before, width)
        levy, slope = levy - over, slope - by_over * (slope - bound_rate)
    return levy, slope


def supported(price: Array, support: Support) -> tuple[Array, Array]:
    """The price at which a supported tonne is made, and its slope: the strike, the clawback above it, and the subsidy."""
    width = np.reshape(support.width, (-1, 1))
    below, by_below = positive(support.strike - price, width)
    above, by_above = positive(price - support.strike, width)
    made_up = support.strike > 0
    value = price + support.subsidy + np.where(made_up, below - support.clawback * above, 0.0)
    return value, 1.0 - np.where(made_up, by_below + support.clawback * by_above, 0.0)


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
    release = np.where(offer > 0, np.minimum(positive * shrink, use), offer)
    taken = np.where(offer > 0, np.minimum(release / safe_use, 1.0), 0.0)
    return release, np.where(offer > 0, shrink / whole, 1.0), taken * (taken * taken) ** 2


@dataclass(frozen=True)
class Bought:
    """What users do at a price, tonnes ``(B, J)``: wanted, used, drawn from their own and from public stock, put by; and the sum.

    bought: used less both releases, plus what fills a way (as far as it is still affordable) and what a reserve buys. slope: of
    ``bought`` in the ratio to base.
    """

    wanted: Array
    used: Array
    stock_release: Array
    reserve_release: Array
    reserve_purchase: Array
    bought: Array
    slope: Array


def purchases(ratio: Array, users: Users) -> Bought:
    """What users buy at a price ``ratio`` to base: use wanted and still affordable, less what comes from stocks."""
    wanted, wanted_slope = demand(ratio, users.use * users.wanted, users.elasticity)
    share, share_slope = still_buying(ratio, users.ceiling, users.spread)
    used = net = wanted * share
    slope = wanted_slope * share + wanted * share_slope
    freed = put_by = np.zeros(1)
    if users.reserve is not None:
        freed, freed_slope, put_by, put_slope = _reserve(ratio, users.reserve)
        freed, by_offer, by_use = bounded_release(freed, used)
        net, slope = used - freed, slope * (1.0 - by_use) - by_offer * freed_slope
    offer, offer_slope = stock_offer(ratio, users.stocks)
    release, by_offer, by_use = bounded_release(offer, net)
    slope = slope * (1.0 - by_use) - by_offer * offer_slope
    slope = slope + users.filling * share_slope
    if users.reserve is not None:
        slope = slope + put_slope
    return Bought(wanted, used, release, freed, put_by, net - release + users.filling * share + put_by, slope)


def _reserve(ratio: Array, reserve: Reserve) -> tuple[Array, Array, Array, Array]:
    """What a reserve offers and buys at a price, with their slopes: two smooth ramps, each over ``width``."""
    out, out_slope = ramp((ratio - reserve.release_above) / reserve.width)
    width = reserve.width if reserve.buy_width is None else reserve.buy_width
    over, over_slope = ramp((ratio - reserve.buy_below) / width)
    release, buy = reserve.release, reserve.buy
    return release * out, release * out_slope / reserve.width, buy * (1.0 - over), -buy * over_slope / width

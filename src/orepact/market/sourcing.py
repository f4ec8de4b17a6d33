"""Sourcing: the conditional logit anchored on base shares, and the prices that it gives each buyer.

``s_ij = w_ij exp(-theta (L_ij - L0_ij)) / Z_j``, ``P_j = P0_j - ln(Z_j) / theta`` (market-model, section 1; Harker 1988; the
dispersed form of Samuelson's spatial equilibrium). Three prices of one buyer:

- paid, the flow-weighted delivered price;
- inclusive, ``P_j``, which counts the loss of variety when a supplier is gone (weights are not renormalised after a loss);
- felt, ``P_j + ln(left_j) / theta``, to which demand, stocks and refiners answer: the inclusive price less the loss of
  variety that a stop or cap itself imposes. ``left_j`` is the share of the buyer's sourcing that stops and caps leave it, of
  what it would be without them (see ``relief``). Without that correction buyers would answer to a stop before any price
  had moved, and could be left paying less than at base (docs/decisions/0301).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.market.problem import Stage

Array = NDArray[np.float64]


LONGEST = 150.0
"""Largest spread of logarithms that is multiplied out as a product: beyond it a square of the result could overflow."""


@dataclass(frozen=True)
class Anchor:
    """What does not change while a stage is solved; ``B`` draws (or 1), ``n`` producers, ``b`` buyers.

    delivered: base delivered price ``(B, n, b)``. paid: base price paid ``(B, b)``, the anchor of the inclusive price.
    relief: what the felt price lies below the inclusive one, ``(B, b)``.
    log_weights: ``(B, n, b)``, minus infinity where a route is closed. theta: ``(B, 1, 1)``. reference: ``(B, 1)``.
    pull: ``w exp(-theta (L - L0))`` at base prices of producers and today's wedges, the largest of each buyer 1, and ``top``
    the logarithms that this took out, ``(B, b)``; ``None`` where duties differ between the buyers of one producer, or where
    weights are too far apart to be multiplied out.
    """

    delivered: Array
    paid: Array
    relief: Array
    log_weights: Array
    theta: Array
    reference: Array
    pull: Array | None
    top: Array


@dataclass(frozen=True)
class Sourcing:
    """Shares in factors: ``s_ij = own_i pull_ij / total_j``, with ``own (B, n)``, ``pull (B, n, b)``, ``total (B, b)``.

    Without caps and with one duty a producer, ``exp(-theta (pi_i + tau_ij)) = a_i b_ij``: only ``own`` moves with prices,
    so that an iteration takes ``n`` exponentials and matrix products. Otherwise ``own`` is 1 and ``pull`` moves.
    """

    own: Array
    pull: Array
    total: Array
    inclusive: Array

    @property
    def shares(self) -> Array:
        """Shares ``(B, n, b)``, which sum to one for each buyer."""
        shares: Array = self.own[:, :, None] * self.pull
        shares /= self.total[:, None, :]
        return shares

    def sold(self, bought: Array) -> Array:
        """``sum_j s_ij bought_j``: what each producer sells of what buyers take ``(B, b)``; ``(B, n)``."""
        sold: Array = self.own * (self.pull @ (bought / self.total)[:, :, None])[:, :, 0]
        return sold


def anchor(stage: Stage, left: Array, *, levied: bool = False) -> Anchor:
    """The anchor of a stage: base delivered prices at the base tariff, and theta = sigma over the mean base price.

    ``left`` is the share of each buyer's sourcing that stops and caps leave it, ``(B, b)`` or ``(1, b)``. ``levied``: whether an
    adjustable duty answers to the producers' prices, so that every route needs an exponential of its own.
    """
    price = np.atleast_2d(stage.price)
    delivered = (1.0 + stage.base_tariff) * (price[:, :, None] + stage.freight)
    weights = _each_draw(stage.weights)
    total = np.maximum(weights.sum(axis=1), 1e-300)
    paid = (weights * delivered).sum(axis=1) / total
    reference = price.mean(axis=1, keepdims=True)
    theta = np.atleast_1d(np.asarray(stage.sourcing, dtype=float))[:, None, None] / reference[:, :, None]
    now = weights if stage.weights_now is None else _each_draw(stage.weights_now)
    with np.errstate(divide="ignore"):
        log_weights = np.log(np.where(stage.stopped, 0.0, now))
    relief = -np.log(left) / theta[:, :, 0]
    pull, top = None, np.zeros((1, log_weights.shape[2]))
    if not levied and _one_duty_each(stage):
        pull, top = _at_base(stage, price, delivered, log_weights, theta)
    return Anchor(delivered, paid, relief, log_weights, theta, reference, pull, top)


def _each_draw(weights: Array) -> Array:
    return np.atleast_3d(weights) if np.ndim(weights) == 3 else np.asarray(weights)[None]


def _at_base(
    stage: Stage, price: Array, delivered: Array, log_weights: Array, theta: Array
) -> tuple[Array | None, Array]:
    """The factor of the shares that no price changes, and the logarithms taken out of it."""
    none = np.zeros((1, log_weights.shape[2]))
    wedge = delivered_price(stage, price, 0.0) - delivered
    exponent = log_weights - theta * wedge if np.any(wedge) else log_weights
    top = exponent.max(axis=1, keepdims=True)
    exponent = exponent - top
    lowest = np.min(exponent, initial=0.0, where=np.isfinite(exponent))
    return (np.exp(exponent), top[:, 0, :]) if lowest >= -LONGEST else (None, none)


def _one_duty_each(stage: Stage) -> bool:
    duty = np.asarray(stage.tariff)
    return not np.any(duty) or duty.shape[-1] == 1 or bool(np.all(duty == duty[..., :1]))


def delivered_price(stage: Stage, price: Array, wedge: Array | float) -> Array:
    """``L_ij = (1 + t_ij)(price_i + f_ij) + d_ij + wedge``, ``(B, n, b)``; ``wedge``: rents of caps and adjustable duties."""
    return (1.0 + stage.tariff) * landed_price(stage, price) + stage.levy + wedge


def landed_price(stage: Stage, price: Array) -> Array:
    """The price before duties, ``price_i + f_ij``, freight with its detour included, ``(B, n, b)``."""
    landed: Array = price[:, :, None] + (stage.freight + stage.detour)
    return landed


def choose(fixed: Anchor, stage: Stage, price: Array, wedge: Array | float) -> Sourcing:
    """How buyers choose, and the inclusive prices ``(B, b)``, at producers' prices and the wedges of caps and duties."""
    if fixed.pull is None or not isinstance(wedge, float):
        return _each_route(fixed, delivered_price(stage, price, wedge))
    moved = price - stage.price
    if np.any(stage.tariff):
        moved = moved * (1.0 + np.asarray(stage.tariff)[..., 0])
    exponent = -fixed.theta[:, :, 0] * moved
    highest = exponent.max(axis=1, keepdims=True)
    exponent -= highest
    if exponent.min() < -LONGEST:
        return _each_route(fixed, delivered_price(stage, price, wedge))
    own = np.exp(exponent)
    total = (own[:, None, :] @ fixed.pull)[:, 0, :]
    inclusive = fixed.paid - (np.log(total) + fixed.top + highest) / fixed.theta[:, 0, :]
    return Sourcing(own, fixed.pull, total, inclusive)


def _each_route(fixed: Anchor, delivered: Array) -> Sourcing:
    """The same with an exponential for each route: ``n b`` of them, and safe at any price."""
    exponent = fixed.log_weights - fixed.theta * (delivered - fixed.delivered)
    highest = exponent.max(axis=1, keepdims=True)
    exponent -= highest
    pull = np.exp(exponent)
    total = pull.sum(axis=1)
    inclusive = fixed.paid - (np.log(total) + highest[:, 0, :]) / fixed.theta[:, 0, :]
    return Sourcing(np.ones(delivered.shape[:2]), pull, total, inclusive)

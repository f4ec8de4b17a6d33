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


@dataclass(frozen=True)
class Anchor:
    """What does not change while a stage is solved; ``B`` draws (or 1), ``n`` producers, ``b`` buyers.

    delivered: base delivered price ``(B, n, b)``. paid: base price paid ``(B, b)``, the anchor of the inclusive price.
    relief: what the felt price lies below the inclusive one, ``(B, b)``.
    log_weights: ``(B, n, b)``, minus infinity where a route is closed. theta: ``(B, 1, 1)``. reference: ``(B, 1)``.
    """

    delivered: Array
    paid: Array
    relief: Array
    log_weights: Array
    theta: Array
    reference: Array


def anchor(stage: Stage, left: Array) -> Anchor:
    """The anchor of a stage: base delivered prices at the base tariff, and theta = sigma over the mean base price.

    ``left`` is the share of each buyer's sourcing that stops and caps leave it, ``(B, b)`` or ``(1, b)``.
    """
    price = np.atleast_2d(stage.price)
    delivered = (1.0 + stage.base_tariff) * (price[:, :, None] + stage.freight)
    weights = np.atleast_3d(stage.weights) if np.ndim(stage.weights) == 3 else np.asarray(stage.weights)[None]
    total = np.maximum(weights.sum(axis=1), 1e-300)
    paid = (weights * delivered).sum(axis=1) / total
    reference = price.mean(axis=1, keepdims=True)
    theta = np.atleast_1d(np.asarray(stage.sourcing, dtype=float))[:, None, None] / reference[:, :, None]
    with np.errstate(divide="ignore"):
        log_weights = np.log(np.where(stage.stopped, 0.0, weights))
    relief = -np.log(left) / theta[:, :, 0]
    return Anchor(delivered, paid, relief, log_weights, theta, reference)


def delivered_price(stage: Stage, price: Array, rent: Array | float) -> Array:
    """``L_ij = (1 + t_ij)(price_i + f_ij) + d_ij + rent``, ``(B, n, b)``; ``rent`` per tonne of the caps on each flow."""
    return (1.0 + stage.tariff) * (price[:, :, None] + stage.freight) + stage.levy + rent


def choose(fixed: Anchor, delivered: Array) -> tuple[Array, Array]:
    """Shares ``(B, n, b)`` that sum to one for each buyer, and inclusive prices ``(B, b)``, at delivered prices."""
    exponent = fixed.log_weights - fixed.theta * (delivered - fixed.delivered)
    highest = exponent.max(axis=1, keepdims=True)
    lifted = np.exp(exponent - highest)
    total = lifted.sum(axis=1, keepdims=True)
    inclusive = fixed.paid - (np.log(total) + highest)[:, 0, :] / fixed.theta[:, 0, :]
    return lifted / total, inclusive

"""Re-exports traced to their origin: shipments between countries become flows from who made it to who uses it.

What enters: output by country and shipments between countries, tonnes of content. What leaves: a table of flows from
origin to user whose rows add up to output exactly, and the exports that no output or import could have fed (cut, and
reported). The equation is network.md rule 4: ``F = diag(output) (I - A)^-1 diag(share used at home)``, the Leontief
form of a trade network in which every country ships a mixture of what it makes and what it buys.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LARGEST_EXPORT_SHARE = 0.98
"""Most of output plus imports that a country can ship: something is always used or lost where it is handled."""


@dataclass(frozen=True)
class Traced:
    """Flows from origin to user, and what had to be cut from the recorded exports.

    flows: tonnes, shape ``(n, n)``, origin by user; rows sum to output.
    shipped: tonnes, shape ``(n, n)``, exporter by importer, after cutting.
    cut: tonnes of recorded exports of each country above its output plus imports, shape ``(n,)``.
    """

    flows: Array
    shipped: Array
    cut: Array


def cut_impossible_exports(output: Array, shipments: Array, *, rounds: int = 200) -> Array:
    """Shipments scaled down, exporter by exporter, until nobody ships more than it makes and imports.

    ``output`` is tonnes by country ``(n,)``; ``shipments`` tonnes, exporter by importer ``(n, n)``, with a zero diagonal.
    A cut at one country lowers the imports of the next, so the rule is applied until nothing changes.
    """
    shipped = shipments.copy()
    for _ in range(rounds):
        exported = shipped.sum(axis=1)
        allowed = LARGEST_EXPORT_SHARE * (output + shipped.sum(axis=0))
        scale = np.where(
            exported > allowed, np.divide(allowed, exported, where=exported > 0, out=np.ones_like(exported)), 1.0
        )
        if np.all(scale > 1 - 1e-12):
            break
        shipped *= scale[:, None]
    return shipped


def trace(output: Array, shipments: Array) -> Traced:
    """Flows from origin to user, in tonnes, from output ``(n,)`` and recorded shipments ``(n, n)``."""
    shipped = cut_impossible_exports(output, shipments)
    handled = output + shipped.sum(axis=0)
    passed_on = np.divide(shipped, handled[:, None], where=handled[:, None] > 0, out=np.zeros_like(shipped))
    used_at_home = 1.0 - passed_on.sum(axis=1)
    reach = np.linalg.inv(np.eye(len(output)) - passed_on)
    flows = output[:, None] * reach * used_at_home[None, :]
    return Traced(np.maximum(flows, 0.0), shipped, (shipments - shipped).sum(axis=1))

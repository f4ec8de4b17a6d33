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


def cut_impossible_exports(output: Array, shipments: Array) -> Array:
    """Shipments scaled down, exporter by exporter, so that nobody ships more than it can have: the least cut that does it.

    ``output`` is tonnes by country ``(n,)``; ``shipments`` tonnes, exporter by importer ``(n, n)``, with a zero diagonal.
    A cut at one country lowers the imports of the next. The shares left of those who are cut solve a linear system, in
    which more countries join until none ships too much; each round is exact, so goods that circle without any output end
    at none.
    """
    exported = shipments.sum(axis=1)
    left = np.ones(len(output))
    cut = np.zeros(len(output), dtype=bool)
    for _ in range(len(output)):
        allowed = LARGEST_EXPORT_SHARE * (output + left @ shipments)
        over = (left * exported > allowed * (1 + 1e-12)) & (exported > 0) & ~cut
        if not over.any():
            break
        cut |= over
        matrix = np.diag(exported[cut]) - LARGEST_EXPORT_SHARE * shipments[np.ix_(cut, cut)].T
        given = LARGEST_EXPORT_SHARE * (output[cut] + shipments[np.ix_(~cut, cut)].sum(axis=0))
        left[cut] = np.clip(np.linalg.solve(matrix, given), 0.0, 1.0)
    return left[:, None] * shipments


def trace(output: Array, shipments: Array) -> Traced:
    """Flows from origin to user, in tonnes, from output ``(n,)`` and recorded shipments ``(n, n)``."""
    shipped = cut_impossible_exports(output, shipments)
    handled = output + shipped.sum(axis=0)
    passed_on = np.divide(shipped, handled[:, None], where=handled[:, None] > 0, out=np.zeros_like(shipped))
    used_at_home = 1.0 - passed_on.sum(axis=1)
    makes = np.flatnonzero(output > 0)
    first = np.zeros((len(output), len(makes)))
    first[makes, np.arange(len(makes))] = output[makes]
    flows = np.zeros_like(shipped)
    flows[makes] = np.linalg.solve((np.eye(len(output)) - passed_on).T, first).T * used_at_home[None, :]
    return Traced(np.maximum(flows, 0.0), shipped, (shipments - shipped).sum(axis=1))

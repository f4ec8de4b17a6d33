"""What a solved market looks like: prices, flows, rents, and our own certificate of how well it was solved."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from orepact.errors import NotSolved
from orepact.errors import Problem as Wrong

Array = NDArray[np.float64]


class Status(Enum):
    """How a draw ended; nothing else can happen."""

    SOLVED = "solved within tolerance"
    SOLVED_BY_STEPS = "solved within tolerance after approaching the shock in steps from the base"
    FAILED = "not solved within tolerance"


@dataclass(frozen=True)
class StageSolution:
    """One stage at the solution. ``B`` draws, ``n`` producers, ``b`` buyers (refiners, then ``J`` users). Tonnes per period.

    price: free on board, ``(B, n)``. output: what reaches the market without stock, ``(B, n)``; of it ``supply`` is own
    (mine or scrap), ``secondary`` of a second supply, and the rest refined from ``throughput`` tonnes of the stage before.
    stock_release: from producers' stocks, ``(B, n)``, negative where they build. flows ``(B, n, b)``. inclusive_price,
    paid_price, base_paid_price ``(B, b)``. base_use, use, given_up (less is wanted than in the base year), unserved (its
    ceiling passed), user_stock_release, reserve_release, reserve_purchase ``(B, J)``.
    """

    price: Array
    output: Array
    supply: Array
    secondary: Array
    throughput: Array
    stock_release: Array
    flows: Array
    inclusive_price: Array
    paid_price: Array
    base_paid_price: Array
    base_use: Array
    use: Array
    given_up: Array
    unserved: Array
    user_stock_release: Array
    reserve_release: Array
    reserve_purchase: Array


@dataclass(frozen=True)
class Certificate:
    """How well the returned numbers solve the problem, worked out again from prices and the problem.

    balance: per draw, the largest relative miss of a node: tonnes made and released less shipped, tonnes received less
    bought, and every returned quantity against its equation. complementarity: per draw, the largest breach over all caps of
    ``rent >= 0``, ``flow <= limit`` and ``rent * slack = 0``, relative to the limit and the price. worst: where the largest
    of both is.
    """

    balance: Array
    complementarity: Array
    worst: tuple[str, ...]

    @property
    def max_balance(self) -> float:
        """The largest relative mass balance of any node in any draw."""
        return float(self.balance.max())

    @property
    def max_complementarity(self) -> float:
        """The largest breach of any cap in any draw."""
        return float(self.complementarity.max())


@dataclass(frozen=True)
class Solution:
    """A market solved for every draw.

    rent_per_tonne and rent: one array ``(B,)`` for each cap, in the problem's currency. quota_fraction: for each levy with a
    quota the fraction of it that is laid on what enters, ``(B,)``. purchased: tonnes for each purchase, ``(B,)``. supported:
    tonnes made under each support, ``(B, n)``. left: for each stage the share of each buyer's sourcing that stops and caps
    leave it, ``(B, b)``.
    """

    stages: tuple[StageSolution, ...]
    rent_per_tonne: tuple[Array, ...]
    rent: tuple[Array, ...]
    quota_fraction: tuple[Array, ...]
    purchased: tuple[Array, ...]
    supported: tuple[Array, ...]
    status: tuple[Status, ...]
    iterations: NDArray[np.intp]
    left: tuple[Array, ...]
    certificate: Certificate

    @property
    def bounded(self) -> Array:
        """Rents, fractions of levies and purchases, ``(B, K)``: with the prices, where a similar problem may start."""
        levels = (*self.rent_per_tonne, *self.quota_fraction, *self.purchased)
        return np.stack(levels, axis=1) if levels else np.zeros((len(self.iterations), 0))

    @property
    def failed(self) -> int:
        """Number of draws that missed the tolerance."""
        return sum(status is Status.FAILED for status in self.status)

    def require(self) -> Solution:
        """This solution, or NotSolved naming the first node or cap that missed its tolerance."""
        for draw, status in enumerate(self.status):
            if status is Status.FAILED:
                raise NotSolved(
                    Wrong(
                        f"market, draw {draw}, {self.certificate.worst[draw]}",
                        "the market was not solved within its tolerance",
                        f"a relative imbalance of {self.certificate.balance[draw]:.1e}, a breach of a cap of "
                        f"{self.certificate.complementarity[draw]:.1e}; {self.failed} draws failed",
                        "check the base figures there, and whether all that is put on it can hold together",
                    )
                )
        return self

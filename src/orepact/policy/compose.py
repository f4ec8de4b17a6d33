"""Several shocks and instruments at once: put on a market in any order, and who paid whom for each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from orepact.errors import BadInput
from orepact.errors import Problem as Wrong
from orepact.market import Problem, Solution
from orepact.policy.instrument import Instrument, Payment
from orepact.policy.labels import Labels

Array = NDArray[np.float64]


def put_on(problem: Problem, labels: Labels, base_flows: Sequence[Array], instruments: Sequence[Instrument]) -> Problem:
    """The problem with every instrument on it. ``base_flows``: of each stage, tonnes per period.

    Order does not matter. Two of one name are refused, because their money could not be told apart.
    """
    twice = [name for name, times in Counter(each.name for each in instruments).items() if times > 1]
    if twice:
        raise BadInput(
            [
                Wrong(f"instruments, {name}", "it is there twice", "two of one name", "put both into one")
                for name in twice
            ]
        )
    for each in instruments:
        problem = each.apply(problem, labels, base_flows[labels.stage(each.stage)])
    return problem


def ledger(
    problem: Problem, solution: Solution, labels: Labels, instruments: Sequence[Instrument]
) -> tuple[Payment, ...]:
    """Every payment of every instrument in a solution of the problem with all of them on it."""
    return tuple(payment for each in instruments for payment in each.payments(problem, solution, labels))


def balances(payments: Sequence[Payment]) -> dict[str, Array]:
    """What the parties of all payments have more or less, ``(B,)``; they sum to nothing."""
    found: dict[str, Array] = {}
    for each in payments:
        for party, amount in ((each.payer, -each.amount), (each.receiver, each.amount)):
            key = f"{party.kind} {party.country}"
            found[key] = found.get(key, np.zeros(len(amount))) + amount
    return found

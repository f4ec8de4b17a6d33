"""Faults of what governments put on a market: caps, levies, supports and purchases."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from orepact.errors import Problem as Wrong
from orepact.market.problem import Cap, Levy, Problem, Purchase, Support
from orepact.market.ranges import between, by_draw, fault, shape_fault

SUMMED = 1e-9
"""How far shares of one output may sum above one."""


def measure_faults(problem: Problem, draws: int) -> list[Wrong]:
    """Every fault of the caps, levies, supports and purchases of a problem."""
    faults: list[Wrong] = []
    for cap in problem.caps:
        faults += _cap(problem, cap, draws)
    for levy in problem.levies:
        faults += _levy(problem, levy, draws)
    for support in problem.supports:
        faults += _support(problem, support, draws)
    for purchase in problem.purchases:
        faults += _purchase(problem, purchase, draws)
    return faults or _shares(problem) + _twice_levied(problem)


def _stage(problem: Problem, place: str, stage: int) -> list[Wrong]:
    if 0 <= stage < len(problem.stages):
        return []
    return [Wrong(place, "there is no such stage", str(stage), f"choose 0 to {len(problem.stages) - 1}")]


def _covers(problem: Problem, place: str, stage: int, covers: ArrayLike) -> list[Wrong]:
    expected = np.shape(problem.stages[stage].weights)[-2:]
    if np.shape(covers) == expected:
        return []
    return [Wrong(place, f"covered flows must be a table of {expected}", str(np.shape(covers)), "reshape it")]


def _numbers(named: Iterator[tuple[str, ArrayLike, float, float, bool]], draws: int) -> list[Wrong]:
    """Faults of values that are one, or one a draw: place, value, bounds, and whether the lower one is left out."""
    faults: list[Wrong] = []
    for place, values, low, high, open_low in named:
        faults += by_draw(place, values, draws) or between(place, values, low, high, open_low=open_low)
    return faults


def _cap(problem: Problem, cap: Cap, draws: int) -> list[Wrong]:
    place = f"market, cap {cap.name}"
    faults = _stage(problem, place, cap.stage)
    if faults:
        return faults
    grows = cap.share > 0 and cap.of is not None
    faults = _numbers(iter([(f"{place}, limit", cap.limit, 0, np.inf, not grows)]), draws)
    faults += between(f"{place}, share", cap.share, 0, 1)
    faults += _covers(problem, place, cap.stage, cap.covered)
    if cap.of is not None:
        faults += _covers(problem, place, cap.stage, cap.of)
    if (cap.share > 0) != (cap.of is not None):
        faults.append(
            Wrong(place, "a share needs the flows that it is of", f"share {cap.share:g}", "give both or none")
        )
    if cap.share >= 1:
        faults.append(Wrong(place, "a share must be below 1", f"{cap.share:g}", "leave the cap out: it never binds"))
    return faults


def _levy(problem: Problem, levy: Levy, draws: int) -> list[Wrong]:
    place = f"market, levy {levy.name}"
    faults = _stage(problem, place, levy.stage)
    if faults:
        return faults
    faults = _covers(problem, place, levy.stage, levy.covered)
    named = [(f"{place}, reference", levy.reference, 0, np.inf, True), (f"{place}, width", levy.width, 0, np.inf, True)]
    if levy.quota is not None:
        named.append((f"{place}, quota", levy.quota, 0, np.inf, True))
    faults += _numbers(iter(named), draws)
    return faults + fault(f"{place}, bound rate", "it must be above 0", levy.bound_rate, np.array(levy.bound_rate > 0))


def _support(problem: Problem, support: Support, draws: int) -> list[Wrong]:
    place = f"market, support {support.name}"
    faults = _stage(problem, place, support.stage)
    if faults:
        return faults
    count = (int(np.shape(problem.stages[support.stage].price)[-1]),)
    for name, high in (("share", 1.0), ("strike", np.inf), ("clawback", 1.0), ("subsidy", np.inf)):
        where, values = f"{place}, {name}", getattr(support, name)
        faults += shape_fault(where, values, count, draws) or between(where, values, 0, high)
    faults += _numbers(iter([(f"{place}, width", support.width, 0, np.inf, True)]), draws)
    claw = np.asarray(support.clawback)
    return faults + fault(f"{place}, clawback", "it must be below 1: the producer keeps some", claw, claw < 1)


def _purchase(problem: Problem, purchase: Purchase, draws: int) -> list[Wrong]:
    place = f"market, purchase {purchase.name}"
    faults = _stage(problem, place, purchase.stage)
    if faults:
        return faults
    count = int(np.shape(problem.stages[purchase.stage].price)[-1])
    if not 0 <= purchase.producer < count:
        faults.append(Wrong(place, "there is no such producer", str(purchase.producer), f"choose 0 to {count - 1}"))
    most = np.asarray(purchase.most, dtype=float)
    faults += _numbers(iter([(f"{place}, price", purchase.price, 0, np.inf, True)]), draws)
    return (
        faults + by_draw(f"{place}, most", most, draws) + fault(f"{place}, most", "it must be above 0", most, most > 0)
    )


def _shares(problem: Problem) -> list[Wrong]:
    """Supports that cover more than all of an output: no tonne may be supported twice."""
    faults: list[Wrong] = []
    for at in range(len(problem.stages)):
        covered = [np.asarray(support.share) for support in problem.supports if support.stage == at]
        if covered:
            total = np.asarray(sum(covered))
            faults += fault(
                f"market, stage {at}, supports",
                "together they cover more than all of an output",
                total,
                total <= 1 + SUMMED,
                "lower a share: no tonne may be supported twice",
            )
    return faults


def _twice_levied(problem: Problem) -> list[Wrong]:
    """Flows under two adjustable duties: each would lift the same price, and together they would lift it twice."""
    faults: list[Wrong] = []
    for index, levy in enumerate(problem.levies):
        for other in problem.levies[:index]:
            if levy.stage == other.stage and np.any(np.asarray(levy.covered) & np.asarray(other.covered)):
                place = f"market, levies {other.name} and {levy.name}"
                flows = int(np.sum(np.asarray(levy.covered) & np.asarray(other.covered)))
                faults.append(
                    Wrong(
                        place,
                        "two adjustable duties lift the same price",
                        f"{flows} flows in both",
                        "let one cover them",
                    )
                )
    return faults

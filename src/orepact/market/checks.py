"""Is this a problem at all? Every array is looked at, every fault is named, and they are raised together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from orepact.errors import BadInput
from orepact.errors import Problem as Wrong
from orepact.market.problem import Cap, Problem, Stage, Stocks


def check(problem: Problem) -> None:
    """Raise BadInput with every fault of a problem: shapes, signs, missing numbers, shares, limits."""
    faults = [fault for at, stage in enumerate(problem.stages) for fault in _stage_faults(problem, at, stage)]
    faults += [fault for cap in problem.caps for fault in _cap_faults(problem, cap)]
    if not problem.stages:
        faults.append(Wrong("market", "a problem needs a stage", "none", "give at least one stage"))
    if faults:
        raise BadInput(faults)


def _fault(place: str, wrong: str, values: ArrayLike, good: np.ndarray) -> list[Wrong]:
    """One fault naming the first bad value, or none."""
    if np.all(good):
        return []
    where = tuple(int(index) for index in np.argwhere(~np.atleast_1d(good))[0])
    found = np.atleast_1d(np.broadcast_to(values, np.shape(good)))[where]
    return [Wrong(place, wrong, f"{found} at {where}", "correct that value")]


def _between(place: str, values: ArrayLike, low: float, high: float, *, open_low: bool = False) -> list[Wrong]:
    array = np.asarray(values, dtype=float)
    good = np.isfinite(array) & ((array > low) if open_low else (array >= low)) & (array <= high)
    bound = "above" if open_low else "at least"
    top = "" if np.isinf(high) else f" and at most {high:g}"
    return _fault(place, f"a value must be {bound} {low:g}{top}", array, good)


def _stage_faults(problem: Problem, at: int, stage: Stage) -> list[Wrong]:
    place = f"market, stage {at}"
    faults = _between(f"{place}, price", stage.price, 0, np.inf, open_low=True)
    faults += _between(f"{place}, supply", stage.supply.output, 0, np.inf)
    faults += _between(f"{place}, supply elasticity", stage.supply.elasticity, 0, np.inf, open_low=True)
    faults += _between(f"{place}, utilisation", stage.supply.utilisation, 0, 1, open_low=True)
    faults += _between(f"{place}, capacity remaining", stage.supply.remaining, 0, np.inf, open_low=True)
    faults += _between(f"{place}, sourcing elasticity", stage.sourcing, 0, np.inf, open_low=True)
    faults += _stock_faults(f"{place}, producers' stocks", stage.stocks)
    faults += _user_faults(place, stage)
    if (stage.refining is None) != (at == 0):
        faults.append(Wrong(place, "plants stand at every stage but the first", str(stage.refining), "move them"))
    if stage.refining is not None:
        plant = stage.refining
        faults += _between(f"{place}, throughput", plant.throughput, 0, np.inf)
        faults += _between(f"{place}, recovery", plant.recovery, 0, 1, open_low=True)
        faults += _between(f"{place}, refiner elasticity", plant.elasticity, 0, np.inf, open_low=True)
        faults += _between(f"{place}, refiner utilisation", plant.utilisation, 0, 1, open_low=True)
        faults += _between(f"{place}, plant remaining", plant.remaining, 0, np.inf, open_low=True)
    faults += _between(f"{place}, available", stage.available, 0, 1 + 1e-9, open_low=True)
    return faults + _weight_faults(problem, at, stage)


def _stock_faults(place: str, stocks: Stocks) -> list[Wrong]:
    return _between(place, stocks.held, 0, np.inf) + _between(
        f"{place}, response", stocks.response, 0, np.inf, open_low=True
    )


def _user_faults(place: str, stage: Stage) -> list[Wrong]:
    users = stage.users
    return [
        *_between(f"{place}, use", users.use, 0, np.inf),
        *_between(f"{place}, demand elasticity", users.elasticity, 0, np.inf, open_low=True),
        *_between(f"{place}, ceiling", users.ceiling, 1, np.inf, open_low=True),
        *_between(f"{place}, spread of ceilings", users.spread, 0, np.inf, open_low=True),
        *_stock_faults(f"{place}, users' stocks", users.stocks),
    ]


def _weight_faults(problem: Problem, at: int, stage: Stage) -> list[Wrong]:
    place = f"market, stage {at}, weights"
    refiners = int(np.shape(problem.stages[at + 1].price)[-1]) if at + 1 < len(problem.stages) else 0
    expected = (int(np.shape(stage.price)[-1]), refiners + int(np.shape(stage.users.use)[-1]))
    shape = np.shape(stage.weights)[-2:]
    if shape != expected:
        return [
            Wrong(place, f"the table must be {expected[0]} producers by {expected[1]} buyers", str(shape), "reshape it")
        ]
    weights = np.asarray(stage.weights, dtype=float)
    faults = _between(place, weights, 0, 1 + 1e-9)
    total = weights.sum(axis=-2)
    faults += _fault(place, "a buyer's shares may not sum to more than one", total, total <= 1 + 1e-9)
    faults += _fault(place, "a buyer must keep a supplier: its price would be infinite", total, total > 0)
    return faults


def _cap_faults(problem: Problem, cap: Cap) -> list[Wrong]:
    place = f"market, cap {cap.name}"
    if not 0 <= cap.stage < len(problem.stages):
        return [Wrong(place, "there is no such stage", str(cap.stage), f"choose 0 to {len(problem.stages) - 1}")]
    faults = _between(f"{place}, limit", cap.limit, 0, np.inf, open_low=True)
    expected = np.shape(problem.stages[cap.stage].weights)[-2:]
    if np.shape(cap.covered) != expected:
        faults.append(
            Wrong(place, f"covered flows must be a table of {expected}", str(np.shape(cap.covered)), "reshape it")
        )
    return faults

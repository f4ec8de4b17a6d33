"""Is this a problem at all? Every array is looked at, every fault is named, and they are raised together.

Shapes first, because nothing else can be said of an array of the wrong shape; then values; then whether the base balances,
because every ratio to base is false when it does not.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orepact.errors import BadInput
from orepact.errors import Problem as Wrong
from orepact.market.problem import Cap, Problem, Stage
from orepact.market.system import count_draws

Array = NDArray[np.float64]
Named = tuple[str, ArrayLike, tuple[int, ...]]
"""A place, an array, and the shape that it must broadcast to after its draw axis."""

BALANCED = 1e-8
"""Largest relative imbalance of a node at base prices."""

SUMMED = 1e-9
"""How far a buyer's shares may sum from one."""

LOOSEST = 1e-6
"""Largest tolerance that may be asked of a solution."""


def check(problem: Problem, start: tuple[Array, ...] | None = None, tolerance: float = 1e-9) -> None:
    """Raise BadInput with every fault of a problem and of how it is to be solved."""
    faults: list[Wrong] = []
    if not problem.stages:
        faults.append(Wrong("market", "a problem needs a stage", "none", "give at least one stage"))
    if not 0 < tolerance <= LOOSEST:
        faults.append(
            Wrong("market, tolerance", f"it must be above 0 and at most {LOOSEST:g}", f"{tolerance:g}", "use 1e-9")
        )
    draws = count_draws(problem)
    for at, stage in enumerate(problem.stages):
        shape_faults = [fault for named in _arrays(problem, at, stage) for fault in _shape_fault(*named, draws)]
        faults += shape_faults or _stage_faults(problem, at, stage)
    faults += [fault for cap in problem.caps for fault in _cap_faults(problem, cap, draws)]
    faults = faults or _base_faults(problem) + _start_faults(problem, start, draws)
    if faults:
        raise BadInput(faults)


def _buyers(problem: Problem, at: int) -> int:
    refiners = int(np.shape(problem.stages[at + 1].price)[-1]) if at + 1 < len(problem.stages) else 0
    return refiners + int(np.shape(problem.stages[at].users.use)[-1])


def _arrays(problem: Problem, at: int, stage: Stage) -> Iterator[Named]:
    """Every array of a stage with its place and the shape that it must have."""
    place = f"market, stage {at}"
    count, users = int(np.shape(stage.price)[-1]), int(np.shape(stage.users.use)[-1])
    table = (count, _buyers(problem, at))
    yield f"{place}, price", stage.price, (count,)
    yield f"{place}, weights", stage.weights, table
    for name in ("stopped", "freight", "base_tariff", "tariff", "levy"):
        yield f"{place}, {name.replace('_', ' ')}", getattr(stage, name), table
    for name in ("output", "elasticity", "utilisation", "remaining"):
        yield f"{place}, supply {name}", getattr(stage.supply, name), (count,)
    if stage.refining is not None:
        for name in ("throughput", "recovery", "elasticity", "utilisation", "remaining"):
            yield f"{place}, refining {name}", getattr(stage.refining, name), (count,)
    for name in ("held", "response"):
        yield f"{place}, producers' stocks {name}", getattr(stage.stocks, name), (count,)
        yield f"{place}, users' stocks {name}", getattr(stage.users.stocks, name), (users,)
    for name in ("use", "elasticity", "ceiling", "spread"):
        yield f"{place}, users' {name}", getattr(stage.users, name), (users,)


def _shape_fault(place: str, values: ArrayLike, shape: tuple[int, ...], draws: int) -> list[Wrong]:
    full = (draws, *shape)
    try:
        fits = np.broadcast_shapes(np.shape(values), full) == full
    except ValueError:
        fits = False
    # A table of weights says how many producers and buyers there are: it may not be stretched.
    fits = fits and (not place.endswith("weights") or np.shape(values)[-2:] == shape)
    words = f"{shape[0]} producers by {shape[1]} buyers" if len(shape) > 1 else f"{shape[0]}"
    return [] if fits else [Wrong(place, f"the array must be of {words}", str(np.shape(values)), "reshape it")]


def _fault(
    place: str, wrong: str, values: ArrayLike, good: np.ndarray, todo: str = "correct that value"
) -> list[Wrong]:
    """One fault naming the first bad value, or none."""
    if np.all(good):
        return []
    where = tuple(int(index) for index in np.argwhere(~np.atleast_1d(good))[0])
    found = np.atleast_1d(np.broadcast_to(values, np.shape(good)))[where]
    return [Wrong(place, wrong, f"{found} at {where}", todo)]


def _between(place: str, values: ArrayLike, low: float, high: float, *, open_low: bool = False) -> list[Wrong]:
    array = np.asarray(values, dtype=float)
    good = np.isfinite(array) & ((array > low) if open_low else (array >= low)) & (array <= high)
    bound = "finite" if np.isinf(low) else f"{'above' if open_low else 'at least'} {low:g}"
    top = "" if np.isinf(high) else f" and at most {high:g}"
    return _fault(place, f"a value must be {bound}{top}", array, good)


POSITIVE = {"elasticity", "response", "spread", "remaining", "price"}
SHARE = {"utilisation", "recovery"}


def _stage_faults(problem: Problem, at: int, stage: Stage) -> list[Wrong]:
    place = f"market, stage {at}"
    faults = _between(f"{place}, sourcing elasticity", stage.sourcing, 0, np.inf, open_low=True)
    for where, values, _ in _arrays(problem, at, stage):
        word = where.rsplit(" ", 1)[-1]
        if word in {"stopped", "weights"}:
            continue
        if word == "levy":
            faults += _between(where, values, -np.inf, np.inf)
        elif word == "tariff":
            faults += _between(where, values, -1, np.inf, open_low=True)
        elif word == "ceiling":
            faults += _between(where, values, 1, np.inf, open_low=True)
        else:
            top = 1.0 if word in SHARE else np.inf
            faults += _between(where, values, 0, top, open_low=word in POSITIVE | SHARE)
    if (stage.refining is None) != (at == 0):
        found = "none" if stage.refining is None else "some"
        faults.append(Wrong(place, "plants stand at every stage but the first", found, "move them"))
    return faults + _weight_faults(place, stage)


def _weight_faults(place: str, stage: Stage) -> list[Wrong]:
    weights = np.asarray(stage.weights, dtype=float)
    faults = _between(f"{place}, weights", weights, 0, 1 + SUMMED)
    total = weights.sum(axis=-2)
    faults += _fault(f"{place}, weights", "a buyer's shares must sum to one", total, np.abs(total - 1) <= SUMMED)
    left = np.where(stage.stopped, 0.0, weights).sum(axis=-2)
    return faults + _fault(
        f"{place}, weights", "a buyer must keep a supplier: its price would be infinite", left, left > 0
    )


def _cap_faults(problem: Problem, cap: Cap, draws: int) -> list[Wrong]:
    place = f"market, cap {cap.name}"
    if not 0 <= cap.stage < len(problem.stages):
        return [Wrong(place, "there is no such stage", str(cap.stage), f"choose 0 to {len(problem.stages) - 1}")]
    faults = _between(f"{place}, limit", cap.limit, 0, np.inf, open_low=True)
    if np.shape(cap.limit) not in {(), (1,), (draws,)}:
        faults.append(Wrong(f"{place}, limit", "one limit a draw is needed", str(np.shape(cap.limit)), "reshape it"))
    expected = np.shape(problem.stages[cap.stage].weights)[-2:]
    if np.shape(cap.covered) != expected:
        faults.append(
            Wrong(place, f"covered flows must be a table of {expected}", str(np.shape(cap.covered)), "reshape it")
        )
    return faults


def _base_faults(problem: Problem) -> list[Wrong]:
    """Nodes that do not balance at base prices, before anything happens: the worst of each stage.

    At base prices shares are the weights, mines and plants run as stated and no stock moves, so nothing need be solved.
    """
    faults = []
    for at, stage in enumerate(problem.stages):
        weights = np.asarray(stage.weights, dtype=float)
        bought = _bought_at_base(problem, at) / np.maximum(weights.sum(axis=-2), 1e-300)
        made = np.atleast_2d(stage.supply.output)
        if stage.refining is not None:
            made = made + stage.refining.recovery * np.asarray(stage.refining.throughput)
        sold = (weights @ bought[:, :, None])[..., 0]
        tonnes = np.maximum(sold, made)
        largest = np.maximum(tonnes.max(axis=1, keepdims=True), 1e-300)
        apart = np.abs(made - sold) / np.maximum(tonnes, 1e-6 * largest)
        faults += _fault(
            f"market, stage {at}, base balance",
            "what a producer makes at base prices must be what buyers take of it",
            apart,
            apart <= BALANCED,
            "sum output, throughput and use from one table of base flows",
        )
    return faults


def _bought_at_base(problem: Problem, at: int) -> Array:
    """Base purchases of every buyer of a stage, refiners first, ``(B, b)`` or ``(1, b)``."""
    use = np.atleast_2d(problem.stages[at].users.use)
    later = problem.stages[at + 1].refining if at + 1 < len(problem.stages) else None
    if later is None:
        return use
    plants = np.atleast_2d(later.throughput)
    draws, count = max(len(use), len(plants)), int(np.shape(problem.stages[at + 1].price)[-1])
    wide = (np.broadcast_to(plants, (draws, count)), np.broadcast_to(use, (draws, use.shape[1])))
    return np.concatenate(wide, axis=1)


def _start_faults(problem: Problem, start: tuple[Array, ...] | None, draws: int) -> list[Wrong]:
    if start is None:
        return []
    wanted = [(draws, int(np.shape(stage.price)[-1])) for stage in problem.stages]
    found = [np.shape(prices) for prices in start]
    if found != wanted:
        return [Wrong("market, start", f"one array a stage is needed, of {wanted}", str(found), "reshape them")]
    return [
        fault
        for at, prices in enumerate(start)
        for fault in _between(f"market, start of stage {at}", prices, 0, np.inf, open_low=True)
    ]

"""Is this a problem at all? Every array is looked at, every fault is named, and they are raised together.

Shapes first, because nothing else can be said of an array of the wrong shape; then values; then whether the base balances,
because every ratio to base is false when it does not.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from orepact.errors import BadInput
from orepact.errors import Problem as Wrong
from orepact.market.draws import count_draws
from orepact.market.measures import measure_faults
from orepact.market.problem import Problem, Stage
from orepact.market.ranges import Named, between, fault, shape_fault

Array = NDArray[np.float64]
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
        shape_faults = [each for named in _arrays(problem, at, stage) for each in shape_fault(*named, draws)]
        faults += shape_faults or _stage_faults(problem, at, stage)
    faults += measure_faults(problem, draws)
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
    if stage.weights_now is not None:
        yield f"{place}, present weights", stage.weights_now, table
    for name in ("stopped", "freight", "base_tariff", "tariff", "levy", "detour"):
        yield f"{place}, {name.replace('_', ' ')}", getattr(stage, name), table
    curve = ("elasticity", "utilisation", "remaining", "added")
    yield from _fields(f"{place}, supply", stage.supply, ("output", *curve, "limit"), count)
    yield from _fields(f"{place}, second supply", stage.secondary, ("output", *curve, "limit"), count)
    yield from _fields(f"{place}, refining", stage.refining, ("throughput", "recovery", *curve), count)
    stocks = ("held", "response", "level", "rebuild")
    yield from _fields(f"{place}, producers' stocks", stage.stocks, stocks, count)
    yield from _fields(f"{place}, users' stocks", stage.users.stocks, stocks, users)
    wants = ("use", "elasticity", "ceiling", "spread", "wanted", "filling")
    yield from _fields(f"{place}, users'", stage.users, wants, users)
    reserve = ("buy", "buy_below", "release", "release_above", "width", "buy_width")
    yield from _fields(f"{place}, users' reserve", stage.users.reserve, reserve, users)


def _fields(place: str, record: object, names: tuple[str, ...], count: int) -> Iterator[Named]:
    """The arrays of a record that may be left out, as may some of its fields."""
    for name in names if record is not None else ():
        values = getattr(record, name)
        if values is not None:
            yield f"{place} {name}", values, (count,)


POSITIVE = {"elasticity", "response", "spread", "remaining", "price", "wanted", "width", "buy_width", "rebuild"}
SHARE = {"utilisation", "recovery", "rebuild"}


def _stage_faults(problem: Problem, at: int, stage: Stage) -> list[Wrong]:
    place = f"market, stage {at}"
    faults = between(f"{place}, sourcing elasticity", stage.sourcing, 0, np.inf, open_low=True)
    for where, values, _ in _arrays(problem, at, stage):
        word = where.rsplit(" ", 1)[-1]
        if word in {"stopped", "weights"}:
            continue
        if word == "limit":
            faults += fault(where, "a value must be above 0", values, np.asarray(values) > 0)
        elif word in {"levy", "detour"}:
            faults += between(where, values, -np.inf, np.inf)
        elif word == "tariff":
            faults += between(where, values, -1, np.inf, open_low=True)
        elif word == "ceiling":
            faults += between(where, values, 1, np.inf, open_low=True)
        else:
            top = 1.0 if word in SHARE else np.inf
            faults += between(where, values, 0, top, open_low=word in POSITIVE | SHARE)
    if (stage.refining is None) != (at == 0):
        found = "none" if stage.refining is None else "some"
        faults.append(Wrong(place, "plants stand at every stage but the first", found, "move them"))
    return faults + _weight_faults(place, stage)


def _weight_faults(place: str, stage: Stage) -> list[Wrong]:
    faults: list[Wrong] = []
    for word, table in (("weights", stage.weights), ("present weights", stage.weights_now)):
        if table is not None:
            weights = np.asarray(table, dtype=float)
            faults += between(f"{place}, {word}", weights, 0, 1 + SUMMED)
            total = weights.sum(axis=-2)
            faults += fault(f"{place}, {word}", "a buyer's shares must sum to one", total, np.abs(total - 1) <= SUMMED)
    left = np.where(stage.stopped, 0.0, weights).sum(axis=-2)
    return faults + fault(
        f"{place}, weights", "a buyer must keep a supplier: its price would be infinite", left, left > 0
    )


def _base_faults(problem: Problem) -> list[Wrong]:
    """Nodes that do not balance at base prices, before anything happens: the worst of each stage.

    At base prices shares are the weights, mines and plants run as stated and no stock moves, so nothing need be solved.
    """
    faults = []
    for at, stage in enumerate(problem.stages):
        weights = np.asarray(stage.weights, dtype=float)
        bought = _bought_at_base(problem, at) / np.maximum(weights.sum(axis=-2), 1e-300)
        made = np.atleast_2d(stage.supply.output)
        if stage.secondary is not None:
            made = made + np.atleast_2d(stage.secondary.output)
        if stage.refining is not None:
            made = made + stage.refining.recovery * np.asarray(stage.refining.throughput)
        sold = (weights @ bought[:, :, None])[..., 0]
        tonnes = np.maximum(sold, made)
        largest = np.maximum(tonnes.max(axis=1, keepdims=True), 1e-300)
        apart = np.abs(made - sold) / np.maximum(tonnes, 1e-6 * largest)
        faults += fault(
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
    quotas = sum(levy.quota is not None for levy in problem.levies)
    bounded = (draws, len(problem.caps) + quotas + len(problem.purchases))
    found = [np.shape(each) for each in start]
    if found not in (wanted, [*wanted, bounded]):
        return [Wrong("market, start", f"one array a stage is needed, of {wanted}", str(found), "reshape them")]
    return [
        each
        for at, prices in enumerate(start[: len(wanted)])
        for each in between(f"market, start of stage {at}", prices, 0, np.inf, open_low=True)
    ]

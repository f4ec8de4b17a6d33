"""Many draws and many markets: cut into chunks, worked out here or on many workers, and put together again.

A chunk holds so many draws that its tables stay in cache; it is the same whatever the number of workers, so that a solution
is the same bytes on one core, on many, and on a cluster (docs/decisions/0305).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from functools import partial
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from orepact.errors import BadInput
from orepact.errors import Problem as Wrong
from orepact.market.checks import check
from orepact.market.draws import count_draws, take
from orepact.market.equilibrium import solve_chunk
from orepact.market.problem import Problem
from orepact.market.solution import Certificate, Solution, StageSolution
from orepact.market.workers import chosen_elsewhere, cores, in_order, one_thread

Array = NDArray[np.float64]
Outcome = TypeVar("Outcome")
Start = tuple[Array, ...] | None

CHUNK_ROUTES = 1 << 18
"""Routes of all draws of a chunk: a table of them takes 2 MiB, so that the few in use stay in a usual third cache."""

SMALLEST_CHUNK, LARGEST_CHUNK = 16, 256

CHUNKS_A_TASK = 4
"""Chunks that a worker is sent together."""

LARGE = 2e8
"""Draws times numbers in a draw's tables above which :func:`solve` takes all cores: about 5 s on one."""


@dataclass(frozen=True)
class _Task:
    """Some draws of a checked problem, and where to begin."""

    problem: Problem
    draws: int
    start: Start


def solve(
    problem: Problem,
    *,
    start: tuple[Array, ...] | None = None,
    tolerance: float = 1e-9,
    max_iterations: int = 80,
    progress: Callable[[int], None] | None = None,
    workers: int | None = None,
) -> Solution:
    """The equilibrium of ``problem`` for every draw.

    start: prices to begin from, one ``(B, n)`` array a stage, and after them the ``bounded`` of a solution with the same caps,
    quotas and purchases, if any; the base prices when left out. tolerance: largest relative
    imbalance of a node and breach of a cap. progress: called with the number of draws done. workers: processes to spread
    the draws over; when left out, one for what takes a few seconds, all cores for more, or those of the backend that was
    chosen with ``joblib.parallel_config``; the solution is the same bytes with any number. Raises BadInput for a problem
    that cannot be one. Draws that miss the tolerance have the status ``FAILED``: see :meth:`Solution.require`.
    """
    check(problem, start, tolerance)
    total, size = count_draws(problem), chunk_size(problem)
    number = _workers(workers, total * _numbers(problem), alone=1)
    number = min(number, -(-total // size))
    step = size if number == 1 else size * CHUNKS_A_TASK
    work = partial(_solve_task, size=size, tolerance=tolerance, most=max_iterations)
    parts: list[Solution] = []
    for part in in_order(work, _tasks(problem, start, total, step), number):
        parts.append(part)
        if progress is not None:
            progress(min(len(parts) * step, total))
    return joined(parts)


@overload
def solve_many(
    problems: Iterable[Problem | Callable[[], Problem]],
    *,
    outcome: None = None,
    tolerance: float = 1e-9,
    max_iterations: int = 80,
    workers: int | None = None,
) -> Iterator[Solution]: ...
@overload
def solve_many(
    problems: Iterable[Problem | Callable[[], Problem]],
    *,
    outcome: Callable[[Solution], Outcome],
    tolerance: float = 1e-9,
    max_iterations: int = 80,
    workers: int | None = None,
) -> Iterator[Outcome]: ...
def solve_many(
    problems: Iterable[Problem | Callable[[], Problem]],
    *,
    outcome: Callable[[Solution], object] | None = None,
    tolerance: float = 1e-9,
    max_iterations: int = 80,
    workers: int | None = None,
) -> Iterator[object]:
    """Solve one problem after another, in order, in bounded memory: what a run of millions of markets is made of.

    problems: any iterable, taken only as far ahead as the workers need; an entry may be a function that makes the problem,
    which is then called by the worker, so that no tables are sent. outcome: what is kept of each solution, worked out by the
    worker (the whole solution when left out); functions must be importable. workers: processes, all cores when left out,
    or those of the backend that was chosen with ``joblib.parallel_config``. Yields one outcome a problem. Every problem is
    checked as in :func:`solve`, and the same bytes come out with any number of workers.
    """
    work = partial(_solve_one, outcome=outcome, tolerance=tolerance, most=max_iterations)
    return in_order(work, problems, _workers(workers, np.inf, alone=cores()))


def _solve_one(
    given: Problem | Callable[[], Problem],
    *,
    outcome: Callable[[Solution], object] | None,
    tolerance: float,
    most: int,
) -> object:
    problem = given if isinstance(given, Problem) else given()
    found = solve(problem, tolerance=tolerance, max_iterations=most, workers=1)
    return found if outcome is None else outcome(found)


def _workers(asked: int | None, work: float, *, alone: int) -> int:
    """Number of workers: what was asked for, else that of the caller's backend, else by the size of the work."""
    if asked is not None:
        if asked < 1:
            raise BadInput(Wrong("market, workers", "at least one is needed", str(asked), "leave it out for all cores"))
        return asked
    return chosen_elsewhere() or (cores() if work > LARGE else alone)


def _numbers(problem: Problem) -> int:
    """Numbers in the tables of one draw: its routes and its Jacobian."""
    producers = sum(int(np.shape(stage.weights)[-2]) for stage in problem.stages)
    return _routes(problem) + (producers + len(problem.caps) + len(problem.purchases)) ** 2


def _routes(problem: Problem) -> int:
    return sum(int(np.prod(np.shape(stage.weights)[-2:])) for stage in problem.stages)


def chunk_size(problem: Problem) -> int:
    """Draws of a problem that are solved together; a power of two, given by the problem's tables alone."""
    fitting = CHUNK_ROUTES / max(_routes(problem), 1)
    return int(np.clip(2 ** int(np.log2(max(fitting, 1))), SMALLEST_CHUNK, LARGEST_CHUNK))


def _tasks(problem: Problem, start: Start, total: int, step: int) -> Iterator[_Task]:
    for first in range(0, total, step):
        chosen = slice(first, min(first + step, total))
        given = None if start is None else tuple(each[chosen] for each in start)
        yield _Task(take(problem, chosen, total), chosen.stop - first, given)


def _solve_task(task: _Task, *, size: int, tolerance: float, most: int) -> Solution:
    with one_thread():
        return joined(
            [
                solve_chunk(part.problem, part.draws, part.start, tolerance=tolerance, most=most)
                for part in _tasks(task.problem, task.start, task.draws, size)
            ]
        )


def joined(parts: list[Solution]) -> Solution:
    """One solution of the draws of several, in order."""
    if len(parts) == 1:
        return parts[0]
    stages = tuple(
        StageSolution(
            **{
                entry.name: np.concatenate([getattr(each, entry.name) for each in stage])
                for entry in fields(StageSolution)
            }
        )
        for stage in zip(*(part.stages for part in parts), strict=True)
    )
    certificates = [part.certificate for part in parts]
    return Solution(
        stages=stages,
        rent_per_tonne=_each(part.rent_per_tonne for part in parts),
        rent=_each(part.rent for part in parts),
        quota_fraction=_each(part.quota_fraction for part in parts),
        purchased=_each(part.purchased for part in parts),
        supported=_each(part.supported for part in parts),
        status=tuple(status for part in parts for status in part.status),
        iterations=np.concatenate([part.iterations for part in parts]),
        left=_each(part.left for part in parts),
        certificate=Certificate(
            np.concatenate([each.balance for each in certificates]),
            np.concatenate([each.complementarity for each in certificates]),
            tuple(place for each in certificates for place in each.worst),
        ),
    )


def _each(parts: Iterable[tuple[Array, ...]]) -> tuple[Array, ...]:
    return tuple(np.concatenate(each) for each in zip(*parts, strict=True))

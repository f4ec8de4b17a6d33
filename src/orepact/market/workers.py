"""Where the arithmetic runs: one thread of linear algebra in each process, and work spread over processes or machines.

What enters is a function and a list of tasks; what leaves are their results, in the order of the tasks. Every task is worked
out from its own arrays alone, in one thread, so results are the same bytes wherever they are made (on processors of one
kind: another kind may round otherwise). A task whose process or machine is lost is worked out again.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from itertools import islice
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

AHEAD = 16
"""Tasks for each worker that are handed out together: what bounds the memory of a long run."""

LOST = 3
"""How often a run goes on after losing a worker."""


KEEP_FREED = ((-3, 32 << 20), (-1, 1 << 30))
"""What ``mallopt`` is told: M_MMAP_THRESHOLD and M_TRIM_THRESHOLD, in bytes."""


def one_thread() -> Any:
    """A context in which linear algebra takes one thread: two gain nothing on small systems, and lose much under load."""
    _keep_freed_memory()
    return _controller().limit(limits=1, user_api="blas")


@cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@cache
def _keep_freed_memory() -> None:
    """Undo what a nanny of ``dask.distributed`` sets for its workers, once in each process.

    It starts them with ``MALLOC_TRIM_THRESHOLD_=65536``, so that every freed table goes back to the system and is faulted in
    anew, page by page, at the next step. This is the one place where that is handled: whoever starts the workers need set
    nothing, and a process that was started without that variable is left as it is.
    """
    if "MALLOC_TRIM_THRESHOLD_" not in os.environ or not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    for name, size in KEEP_FREED if hasattr(library, "mallopt") else ():
        library.mallopt(name, size)


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def chosen_elsewhere() -> int:
    """Workers of the backend that the caller chose with ``joblib.parallel_config``; 0 when none was chosen.

    At least 2 on a cluster: 1 would mean this process.
    """
    if "joblib" not in sys.modules:
        return 0
    from joblib import effective_n_jobs
    from joblib.parallel import get_active_backend

    backend, jobs = get_active_backend()
    plain = type(backend).__name__ == "LokyBackend" and jobs is None
    return 0 if plain else max(int(effective_n_jobs(None)), 2 if hasattr(backend, "client") else 1)


def in_order(function: Callable[[Task], Result], tasks: Iterable[Task], workers: int) -> Iterator[Result]:
    """``function`` of every task, in order; with more than one worker by joblib, on the backend that the caller chose.

    At most ``AHEAD`` tasks a worker are under way or waiting to be taken, whatever the number of tasks.
    """
    if workers == 1:
        yield from map(function, tasks)
        return
    waiting = iter(tasks)
    while window := list(islice(waiting, AHEAD * workers)):
        done = 0
        for attempt in range(LOST + 1):
            try:
                for result in _together(function, window[done:], workers):
                    done += 1
                    yield result
                break
            except _losses():
                if attempt == LOST:
                    raise


def _together(function: Callable[[Task], Result], tasks: list[Task], workers: int) -> Iterator[Result]:
    from joblib import Parallel, delayed
    from joblib.parallel import get_active_backend

    client = getattr(get_active_backend()[0], "client", None)
    if client is not None:
        yield from _by_client(client, function, tasks)
        return
    run = Parallel(n_jobs=workers, return_as="generator", batch_size=1, pre_dispatch="all", max_nbytes=None)
    yield from run(delayed(function)(task) for task in tasks)


def _by_client(client: Any, function: Callable[[Task], Result], tasks: list[Task]) -> Iterator[Result]:
    """The tasks on the cluster of joblib's dask backend, handed to its client ourselves.

    The backend waits for ever for a task that fails outside its function: one that a worker cannot unpickle, or that was
    lost with several workers. Here it is an error. A task whose worker dies is worked out again by the scheduler.
    """
    import dask

    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}):
        waiting = deque(client.submit(function, task, pure=False) for task in tasks)
    while waiting:
        result: Result = waiting.popleft().result()
        yield result


def _losses() -> tuple[type[Exception], ...]:
    """Errors that say that a process or a machine was lost, rather than that the work is wrong."""
    distributed = sys.modules.get("distributed")
    return (BrokenProcessPool,) if distributed is None else (BrokenProcessPool, distributed.KilledWorker)

"""A cluster of machines: ``dask.distributed`` behind joblib, so that the same code runs on one core, on many, and there.

What enters is the address of a scheduler; within the context :func:`solve <orepact.market.solve>` and ``solve_many`` hand
their tasks to its workers and give the same bytes as at home. How to start a scheduler and workers: docs/cluster.md. Needs
the extra ``cluster``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from orepact.errors import BadInput, Problem

PLACE = "--cluster"

PATIENCE = 10
"""Seconds to wait for a scheduler, and then for its first worker."""


@contextmanager
def cluster(address: str) -> Iterator[None]:
    """Within this context markets are solved by the workers of the scheduler at ``address``, like ``tcp://host:8786``.

    Raises BadInput where the extra is not installed, nothing answers at the address, or the scheduler has no worker.
    """
    try:
        import joblib
        from distributed import Client
    except ImportError as error:
        found = f"no module {error.name}"
        raise BadInput(
            Problem(PLACE, "clusters need the extra 'cluster'", found, "install orepact[cluster]")
        ) from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise BadInput(
            Problem(PLACE, "no scheduler answers there", f"'{address}'", "start one (docs/cluster.md), or leave it out")
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            raise BadInput(
                Problem(PLACE, "the scheduler has no worker", f"'{address}'", "start one (docs/cluster.md)")
            ) from error
        with joblib.parallel_config("dask", client=client):
            yield

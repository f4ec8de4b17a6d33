"""A cluster gives the same bytes as one core, and a worker that is killed in the middle loses nothing."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from claims.markets import random_market
from test_workers import bytes_of, shaken

from orepact.errors import BadInput
from orepact.market import Problem, cluster, solve, solve_many

distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

TESTS = os.pathsep.join(str(folder) for folder in Path(__file__).resolve().parents[:2])
"""What the workers must be able to import: a function is sent by its name."""


def slow_market(seed: int, *, folder: str) -> Problem:
    """A market that takes its time, and leaves word of the process that makes it."""
    Path(folder, f"{seed}-{os.getpid()}").touch()
    time.sleep(0.1)
    return random_market(seed)


@contextmanager
def processes(workers: int, folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers as processes of their own on 127.0.0.1; the address and the workers."""
    environment = os.environ | {"PYTHONPATH": TESTS}
    running: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> None:
        command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
        with (folder / "log").open("ab") as log:
            running.append(subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log))  # noqa: S603

    try:
        start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", "where.json"
        )
        where = folder / "where.json"
        deadline = time.monotonic() + 30
        while not (where.exists() and where.read_text().strip().endswith("}")):
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.1)
        address = str(json.loads(where.read_text())["address"])
        for _ in range(workers):
            start("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=30)
        yield address, running[1:]
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def test_a_cluster_in_this_process_gives_the_same_bytes_as_one_core() -> None:
    problem = shaken()
    alone = bytes_of(solve(problem, workers=1))
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as local,
        cluster(local.scheduler_address),
    ):
        assert bytes_of(solve(problem)) == alone


def test_other_processes_give_the_same_bytes_as_one_core(tmp_path: Path) -> None:
    problem = shaken()
    with processes(2, tmp_path) as (address, _), cluster(address):
        assert bytes_of(solve(problem)) == bytes_of(solve(problem, workers=1))


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    markets = [partial(slow_market, seed, folder=str(notes)) for seed in range(40)]
    with processes(2, tmp_path) as (address, workers), cluster(address):
        found = []
        for done in solve_many(markets):
            found.append(done)
            if len(found) == 5:
                workers[0].send_signal(signal.SIGKILL)
    assert workers[0].returncode == -signal.SIGKILL
    assert any(note.name.endswith(f"-{workers[0].pid}") for note in notes.iterdir())
    assert [bytes_of(each) for each in found] == [bytes_of(solve(random_market(seed))) for seed in range(40)]


def test_what_a_worker_cannot_import_is_an_error_and_not_a_wait_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    (here / "only_here.py").write_text("def market(seed):\n    return None\n")
    monkeypatch.syspath_prepend(here)
    market = importlib.import_module("only_here").market
    with processes(1, there) as (address, _), cluster(address), pytest.raises(Exception, match="deserialization"):
        list(solve_many([partial(market, seed) for seed in range(3)]))


def test_the_shock_command_gives_the_same_answer_on_a_cluster(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "orepact",
        "shock",
        "--from",
        "CHN",
        "--mineral",
        "gallium",
        "--draws",
        "600",
        "--json",
    ]
    with processes(1, tmp_path) as (address, _):
        there = subprocess.run([*command, "--cluster", address], capture_output=True, check=True).stdout  # noqa: S603
    assert there == subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603


def test_nobody_at_the_address_is_an_error_that_says_so() -> None:
    with pytest.raises(BadInput, match=r"\(--cluster\) no scheduler answers there"), cluster("tcp://127.0.0.1:9"):
        pass
    with pytest.raises(BadInput, match=r"\(--cluster\) no scheduler answers there"), cluster("no address"):
        pass

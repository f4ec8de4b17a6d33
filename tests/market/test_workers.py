"""One core or many, here or on a cluster: the same bytes, in order, in bounded memory, and a lost worker loses nothing."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from claims.markets import random_market

from orepact.errors import BadInput
from orepact.market import Problem, Solution, StageSolution, solve, solve_many
from orepact.market.batches import chunk_size
from orepact.market.system import take

DRAWS = 2000


def shaken(draws: int = DRAWS, seed: int = 5) -> Problem:
    """A market in which every draw loses other capacities and pays other levies."""
    rng = np.random.default_rng(seed)
    problem = random_market(5, stages=2, producers=5, users=6, draws=draws)
    first, last = problem.stages
    lost = replace(first.supply, remaining=rng.uniform(0.5, 1.0, (draws, 5)))
    dearer = rng.uniform(0.0, 0.2, (draws, 5, 6)) * last.price[:, None]
    return replace(problem, stages=(replace(first, supply=lost), replace(last, levy=dearer)))


def bytes_of(solution: Solution) -> list[bytes]:
    """Every number of a solution."""
    found = [getattr(stage, entry.name) for stage in solution.stages for entry in fields(StageSolution)]
    found += [solution.iterations, solution.certificate.balance, *solution.left]
    return [each.tobytes() for each in found]


def middle_price(solution: Solution) -> float:
    return float(np.median(solution.stages[-1].price))


def market_or_death(seed: int, *, marker: str) -> Problem:
    """A market, but the first process that is asked for market 3 dies of it."""
    if seed == 3 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return random_market(seed)


def test_a_chunk_is_given_by_the_market_alone_and_covers_every_draw() -> None:
    problem = shaken()
    size = chunk_size(problem)
    assert DRAWS % size
    assert chunk_size(shaken(draws=1)) == size
    assert len(solve(problem, workers=1).status) == DRAWS


def test_any_cut_into_markets_gives_the_same_draws() -> None:
    problem = shaken()
    whole = solve(problem, workers=1)
    part = solve(take(problem, slice(100, 160), DRAWS))
    np.testing.assert_allclose(part.stages[1].price, whole.stages[1].price[100:160], rtol=1e-12)


@pytest.mark.slow
def test_two_processes_give_the_same_bytes_as_one() -> None:
    problem = shaken()
    assert bytes_of(solve(problem, workers=2)) == bytes_of(solve(problem, workers=1))
    fortran = replace(problem.stages[1], levy=np.asfortranarray(problem.stages[1].levy))
    other = replace(problem, stages=(problem.stages[0], fortran))
    assert bytes_of(solve(other, workers=2)) == bytes_of(solve(problem, workers=1))


@pytest.mark.slow
def test_the_callers_backend_is_used_when_no_number_is_given() -> None:
    import joblib

    problem = shaken()
    with joblib.parallel_config("threading", n_jobs=2):
        assert bytes_of(solve(problem)) == bytes_of(solve(problem, workers=1))


def test_many_markets_are_taken_one_by_one_and_come_back_in_order() -> None:
    taken: list[int] = []

    def markets() -> Iterator[Problem]:
        for seed in range(50):
            taken.append(seed)
            yield random_market(seed)

    found = solve_many(markets(), outcome=middle_price, workers=1)
    assert next(found) == middle_price(solve(random_market(0)))
    assert next(found) == middle_price(solve(random_market(1)))
    assert taken == [0, 1]


@pytest.mark.slow
def test_a_process_killed_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    markets = [partial(market_or_death, seed, marker=str(tmp_path / "died")) for seed in range(40)]
    found = list(solve_many(markets, workers=2))
    assert (tmp_path / "died").exists()
    assert [bytes_of(each) for each in found] == [bytes_of(solve(random_market(seed))) for seed in range(40)]


def test_no_workers_at_all_is_refused() -> None:
    with pytest.raises(BadInput, match="at least one is needed"):
        solve(random_market(1), workers=0)


FAULTS = """
import resource
from claims.markets import random_market
from orepact.market import solve
problem = random_market(3, stages=2, producers=20, users=60, draws=512)
solve(problem, workers=1)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
solve(problem, workers=1)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the allocator of glibc reads that variable")
def test_the_variable_that_a_nanny_sets_does_not_make_every_step_fault_its_memory_in() -> None:
    home = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1]), "MALLOC_TRIM_THRESHOLD_": "65536"}
    found = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, check=True, env=home)  # noqa: S603
    assert int(found.stdout) < 5000  # 27,000 where every freed table goes back to the system

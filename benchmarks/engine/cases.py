"""The markets of the races, made anew from a seed: random networks that balance, with random losses and dearer costs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from claims.markets import random_market

from orepact.market import Problem, Refining, Stage

LOSING = 0.3
"""Share of producers that lose capacity in a draw."""


def shaken(*, stages: int, producers: int, users: int, draws: int, seed: int = 1) -> Problem:
    """In every draw three producers in ten lose up to 60 % of a capacity, and every producer's costs rise by up to 15 %."""
    rng = np.random.default_rng(seed)
    problem = random_market(3, stages=stages, producers=producers, users=users, draws=draws)
    return replace(problem, stages=tuple(_shaken(stage, rng, producers, draws) for stage in problem.stages))


def _shaken(stage: Stage, rng: np.random.Generator, producers: int, draws: int) -> Stage:
    def left() -> np.ndarray:
        lost = rng.random((draws, producers)) < LOSING
        return np.where(lost, rng.uniform(0.4, 1.0, (draws, producers)), 1.0)

    dearer = np.asarray(stage.price)[:, None] * rng.uniform(0.0, 0.15, (draws, producers, 1))
    plants: Refining | None = None if stage.refining is None else replace(stage.refining, remaining=left())
    routes = (draws, *np.shape(stage.weights)[-2:])
    levy = np.broadcast_to(dearer, routes).copy()
    return replace(stage, supply=replace(stage.supply, remaining=left()), refining=plants, levy=levy)


def the_case(seed: int, draws: int = 512) -> Problem:
    """20 x 20 producers, 60 users, two stages."""
    return shaken(stages=2, producers=20, users=60, draws=draws, seed=seed)


def timed(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Median seconds by the clock, and of this process's own processor time, after one run that is not counted."""
    work()
    clock, processor = [], []
    for _ in range(repeats):
        begun, used = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - begun)
        processor.append(time.process_time() - used)
    return float(np.median(clock)), float(np.median(processor))

"""Expected loss in steps that can be worked out apart and kept: one a group of stops that are solved together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.planning.expected_loss import ExpectedLoss, Question, Work, collected, solve_task, work_for
from orepact.planning.stop_market import Losses

Kept = Mapping[str, Any]
ARRAYS = ("spread", "unserved")
NUMBERS = ("balance", "complementarity", "solved")


def names(asked: Question) -> tuple[str, ...]:
    """The steps: each group by its mineral and number; raises what is wrong with the question."""
    return _named(work_for(asked))


def step(asked: Question, name: str) -> Kept:
    """The losses of one group."""
    work = work_for(asked)
    found = solve_task(work.tasks[_named(work).index(name)], setting=asked.setting)
    return {"users": list(found.users), **{each: getattr(found, each) for each in (*ARRAYS, *NUMBERS)}}


def joined(asked: Question, parts: Mapping[str, Kept]) -> ExpectedLoss:
    """The answer of all steps."""
    work = work_for(asked)
    found = [
        Losses(
            stops=stops, users=tuple(parts[name]["users"]), **{each: parts[name][each] for each in (*ARRAYS, *NUMBERS)}
        )
        for name, (_, stops) in zip(_named(work), work.tasks, strict=True)
    ]
    return collected(asked, found, work.untold)


def _named(work: Work) -> tuple[str, ...]:
    minerals = [mineral for mineral, _ in work.tasks]
    return tuple(
        f"{mineral}, group {minerals[: at + 1].count(mineral)} of {minerals.count(mineral)}"
        for at, mineral in enumerate(minerals)
    )

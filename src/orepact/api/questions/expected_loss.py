"""What do stops of exports cost in an expected year, by mineral, by who stops, by who is hit?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Part, Question, Steps, parameter
from orepact.api.shapes.expected_loss import ExpectedLossAnswer
from orepact.errors import BadInput, Problem

if TYPE_CHECKING:
    import pandas as pd

    from orepact.planning.expected_loss import ExpectedLoss
    from orepact.planning.expected_loss import Question as Read

AT_ONCE = 900
"""Stops times draws that are worked out while somebody waits: about twenty seconds on one core."""


class ExpectedLossAsked(Asked):
    """What it costs in an expected year that exporters may stop."""

    minerals: str = parameter("Minerals, joined by commas.", unit="name", default="gallium")
    region: str | None = parameter(
        "Whose losses count; everybody's when left out.", unit="name", default=None, example="EU27"
    )
    draws: int = parameter("Number of draws over the ranges.", unit="1", default=8, ge=4, le=1_000)
    seed: int = parameter("Seed of the draws.", unit="1", default=1, ge=0, le=2**32 - 1)
    monthly: bool = parameter("Twelve months; one period a stop when false.", unit="yes or no", default=True)


def _read(asked: ExpectedLossAsked) -> Read:
    from orepact.planning.expected_loss import read_question

    return read_question(**asked.model_dump(), probabilities=None, workers=1)


def _work(asked: ExpectedLossAsked) -> ExpectedLoss:
    from orepact.planning.expected_loss import answer, work_for

    question = _read(asked)
    stops = sum(len(each) for _, each in work_for(question).tasks)
    if stops * asked.draws > AT_ONCE:
        todo = (
            f"ask for fewer: stops times draws at most {AT_ONCE}; a job at /api/v1/jobs and the command orepact expected-loss have no "
            "such limit"
        )
        found = f"{stops} stops with {asked.draws} draws"
        raise BadInput(Problem("--minerals", "too much to work out while you wait", found, todo))
    return answer(question)


def _names(asked: ExpectedLossAsked) -> tuple[str, ...]:
    from orepact.planning.expected_steps import names

    return names(_read(asked))


def _step(asked: ExpectedLossAsked, name: str, _earlier: Callable[[str], Part]) -> Part:
    from orepact.planning.expected_steps import step

    return step(_read(asked), name)


def _join(asked: ExpectedLossAsked, parts: Mapping[str, Part]) -> ExpectedLoss:
    from orepact.planning.expected_steps import joined

    return joined(_read(asked), parts)


def _record(found: ExpectedLoss) -> dict[str, Any]:
    return found.summary()


def _frame(found: ExpectedLoss) -> pd.DataFrame:
    return found.worst()


EXPECTED_LOSS: Question[ExpectedLossAsked, ExpectedLoss] = Question(
    name="expected_loss",
    title="What do stops of exports cost in an expected year?",
    asked=ExpectedLossAsked,
    work=_work,
    record=_record,
    frame=_frame,
    shape=ExpectedLossAnswer,
    slow=True,
    steps=Steps(_names, _step, _join),
)

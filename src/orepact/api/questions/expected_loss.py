"""What do stops of exports cost in an expected year, by mineral, by who stops, by who is hit?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question, parameter
from orepact.errors import BadInput, Problem

if TYPE_CHECKING:
    import pandas as pd

    from orepact.planning.expected_loss import ExpectedLoss

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


def _work(asked: ExpectedLossAsked) -> ExpectedLoss:
    from orepact.planning.expected_loss import answer, read_question, work_for

    question = read_question(**asked.model_dump(), probabilities=None, workers=1)
    stops = sum(len(each) for _, each in work_for(question).tasks)
    if stops * asked.draws > AT_ONCE:
        todo = (
            f"ask for fewer: stops times draws at most {AT_ONCE}; the command orepact expected-loss has no such limit"
        )
        found = f"{stops} stops with {asked.draws} draws"
        raise BadInput(Problem("--minerals", "too much to work out while you wait", found, todo))
    return answer(question)


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
    slow=True,
)

"""Do arithmetic, one period and months say the same of a shock, who is hit first, and what would help?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationInfo, field_validator

from orepact.api.question import Asked, Part, Question, Steps, parameter
from orepact.api.shapes.ladder import LadderAnswer

if TYPE_CHECKING:
    import pandas as pd

    from orepact.cases.ladder import Ladder
    from orepact.cases.ladder_rungs import Question as Read

MOST_DRAWS = 1000
MOST_AT_ONCE = 2400
"""Draws times months that are worked out while somebody waits."""


class LadderJob(Asked):
    """The same shock by arithmetic, in one period of equilibrium, and month by month."""

    mineral: str = parameter("Mineral, by any usual name.", unit="name", default="gallium")
    origin: str = parameter("Who cuts exports: countries or regions, joined by commas.", unit="name", default="CHN")
    stage: str | None = parameter(
        "What is cut: mine or refined; the last stage when left out.", unit="name", default=None, example="refined"
    )
    cut: str = parameter("Share of exports cut; 100% is a stop.", unit="share, like 60%", default="100%")
    against: str | None = parameter(
        "Who is cut off; everybody when left out.", unit="name", default=None, example="USA"
    )
    months: int = parameter("How long, in whole months.", unit="months", default=12, ge=1, le=60)
    base_year: int | None = parameter(
        "Year of the table; the usual one when left out.", unit="year", default=None, ge=1958, le=2100, example=2024
    )
    draws: int = parameter("Number of draws over the ranges.", unit="1", default=100, ge=10, le=MOST_DRAWS)
    seed: int = parameter("Seed of the draws.", unit="1", default=1, ge=0, le=2**32 - 1)


class LadderAsked(LadderJob):
    """The same shock by arithmetic, in one period of equilibrium, and month by month; larger ones are jobs."""

    @field_validator("draws")
    @classmethod
    def _soon(cls, draws: int, info: ValidationInfo) -> int:
        if draws * int(info.data.get("months", 1)) > MOST_AT_ONCE:
            raise ValueError(f"draws times months above {MOST_AT_ONCE} are worked out as a job, at /api/v1/jobs")
        return draws


def _work(asked: LadderJob) -> Ladder:
    from orepact.cases.ladder import ladder

    return ladder(**asked.model_dump())


def _record(found: Ladder) -> dict[str, Any]:
    return found.summary()


def _frame(found: Ladder) -> pd.DataFrame:
    return found.frame()


def _read(asked: LadderJob) -> Read:
    from orepact.cases.ladder_steps import question_of

    return question_of(**asked.model_dump())


def _names(asked: LadderJob) -> tuple[str, ...]:
    from orepact.cases.ladder_steps import STEPS

    _read(asked)
    return STEPS


def _step(asked: LadderJob, name: str, earlier: Callable[[str], Part]) -> Part:
    from orepact.cases.ladder_steps import step

    return step(_read(asked), name, earlier)


def _join(asked: LadderJob, parts: Mapping[str, Part]) -> Ladder:
    from orepact.cases.ladder_steps import joined

    return joined(_read(asked), parts)


LADDER: Question[LadderJob, Ladder] = Question(
    name="ladder",
    title="Do arithmetic, one period and months say the same of a shock, who is hit first, and what would help?",
    asked=LadderAsked,
    work=_work,
    record=_record,
    frame=_frame,
    shape=LadderAnswer,
    places={"--from": "origin", "mineral": "mineral", "network": "mineral"},
    slow=True,
    steps=Steps(_names, _step, _join),
    long=LadderJob,
)

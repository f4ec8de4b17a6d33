"""Question 2: for each strategic material and stage, where is a region against 10/40/25/65, and where can nobody tell?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question, parameter
from orepact.api.shapes.scoreboard import ScoreboardAnswer

if TYPE_CHECKING:
    import pandas as pd

    from orepact.indicators.scoreboard import Scoreboard
    from orepact.report.note.record import Note
    from orepact.report.workbook import Workbook


class ScoreboardAsked(Asked):
    """Where a region stands against the benchmarks of 2030."""

    region: str = parameter("Region or country.", unit="name", default="EU27", needed=True)
    year: int | None = parameter(
        "Year of the tables and of membership; the latest when left out.",
        unit="year",
        default=None,
        ge=1958,
        le=2100,
        example=2024,
    )
    materials: str = parameter("strategic, critical, or minerals joined by commas.", unit="name", default="strategic")


def _work(asked: ScoreboardAsked) -> Scoreboard:
    from orepact.indicators.scoreboard import scoreboard

    return scoreboard(asked.region, year=asked.year, materials=asked.materials)


def _record(board: Scoreboard) -> dict[str, Any]:
    from orepact.report.scoreboard_text import scoreboard_answer

    return scoreboard_answer(board)


def _frame(board: Scoreboard) -> pd.DataFrame:
    return board.frame()


def _note(asked: ScoreboardAsked, board: Scoreboard) -> Note:
    from orepact.report.note.scoreboard import scoreboard_note

    return scoreboard_note(board, region=asked.region, materials=asked.materials)


def _workbook(asked: ScoreboardAsked, board: Scoreboard) -> Workbook:
    from orepact.report.note.scoreboard import scoreboard_workbook

    return scoreboard_workbook(board, region=asked.region, materials=asked.materials)


SCOREBOARD: Question[ScoreboardAsked, Scoreboard] = Question(
    name="scoreboard",
    title="Where does a region stand against the benchmarks of 2030, and where can nobody tell?",
    asked=ScoreboardAsked,
    work=_work,
    record=_record,
    frame=_frame,
    note=_note,
    workbook=_workbook,
    shape=ScoreboardAnswer,
    places={"REGION": "region", "place": "region"},
)

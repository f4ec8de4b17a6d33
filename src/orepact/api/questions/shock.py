"""Question 1: if this supply stops, who runs short of what, by how much, at what price?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question, parameter

if TYPE_CHECKING:
    import pandas as pd

    from orepact.cases import ShockResult
    from orepact.report.note.record import Note
    from orepact.report.workbook import Workbook

MOST_DRAWS = 5000


class ShockAsked(Asked):
    """If these origins cut their exports of a mineral."""

    mineral: str = parameter("Mineral, by any usual name.", unit="name", default="gallium")
    origin: str = parameter(
        "Who cuts exports: countries or regions, joined by commas.", unit="name", default="CHN", example="CHN"
    )
    stage: str | None = parameter(
        "What is cut: mine or refined; the last stage when left out.", unit="name", default=None, example="refined"
    )
    cut: str = parameter("Share of exports cut; 100% is a stop.", unit="share, like 60%", default="100%")
    against: str | None = parameter(
        "Who is cut off; everybody when left out.", unit="name", default=None, example="USA"
    )
    months: float = parameter("How long, as one period.", unit="months", default=12.0, ge=1, le=60)
    base_year: int | None = parameter("Year of the table; the usual one when left out.", unit="year", default=None)
    draws: int = parameter("Number of draws over the ranges.", unit="1", default=500, ge=10, le=MOST_DRAWS)
    seed: int = parameter("Seed of the draws.", unit="1", default=1, ge=0, le=2**32 - 1)


def _work(asked: ShockAsked) -> ShockResult:
    from orepact.cases import shock

    return shock(**asked.model_dump())


def _record(result: ShockResult) -> dict[str, Any]:
    return result.summary()


def _frame(result: ShockResult) -> pd.DataFrame:
    return result.losses_frame()


def _note(_: ShockAsked, result: ShockResult) -> Note:
    from orepact.report.note.shock import shock_note

    return shock_note(result)


def _workbook(_: ShockAsked, result: ShockResult) -> Workbook:
    from orepact.report.note.shock_sheets import shock_workbook

    return shock_workbook(result)


def _bundle(result: ShockResult) -> bytes:
    from orepact.cases.bundle import bundle_bytes

    return bundle_bytes(result)


SHOCK: Question[ShockAsked, ShockResult] = Question(
    name="shock",
    title="If a supply stops, who runs short of what, by how much, at what price?",
    asked=ShockAsked,
    work=_work,
    record=_record,
    frame=_frame,
    note=_note,
    workbook=_workbook,
    bundle=_bundle,
    places={"--from": "origin", "mineral": "mineral", "network": "mineral"},
)

"""Question 4: tariff, contract, offtake, subsidy or stock: which way to the same tonnes costs whom how much, and when is the money gone?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question, parameter
from orepact.api.shapes.compare import CompareAnswer
from orepact.api.shares import Amount, Share

if TYPE_CHECKING:
    import pandas as pd

    from orepact.cases.compare import Comparison
    from orepact.report.note.record import Note
    from orepact.report.workbook import Workbook

MOST_DRAWS = 500


class CompareAsked(Asked):
    """Five ways to the same tonnes more of a mineral in a zone."""

    mineral: str = parameter("Mineral, by any usual name.", unit="name", default="rare_earths", needed=True)
    tonnes: float = parameter(
        "Tonnes of content a year that the zone is to make more.", unit="t of content a year", default=500.0, needed=True,
        allow_inf_nan=False,
    )  # fmt: skip
    zone: str = parameter(
        "Countries or regions whose output is wanted, joined by commas.", unit="name", default="MSP", needed=True
    )
    stage: str | None = parameter(
        "What is made: mine or refined; the last stage when left out.", unit="name", default=None, example="refined"
    )
    fund: Amount = parameter(
        "Money that may be spent; none for no fund, and then no run-out date is told.", unit="USD", default=5e8,
        allow_inf_nan=False,
    )  # fmt: skip
    volatility: Share | None = parameter(
        "Of the price, a share a year like 0.3; the published one when left out.", unit="1 a year", default=None, example=0.3,
        allow_inf_nan=False,
    )  # fmt: skip
    start: str | None = parameter(
        "Month from which the fund pays, like 2027-01; this month when left out.",
        unit="month",
        default=None,
        example="2027-01",
    )
    base_year: int | None = parameter(
        "Year of the table; the usual one when left out.", unit="year", default=None, example=2023
    )
    draws: int = parameter("Number of draws over the ranges.", unit="1", default=100, ge=10, le=MOST_DRAWS)
    seed: int = parameter("Seed of the draws.", unit="1", default=1, ge=0, le=2**32 - 1)


def _work(asked: CompareAsked) -> Comparison:
    from orepact.cases.compare import compare

    return compare(**asked.model_dump())


def _record(found: Comparison) -> dict[str, Any]:
    return found.summary()


def _frame(found: Comparison) -> pd.DataFrame:
    return found.frame()


def _note(asked: CompareAsked, found: Comparison) -> Note:
    from orepact.report.note.compare import compare_note

    return compare_note(found.summary(), asked.model_dump())


def _workbook(asked: CompareAsked, found: Comparison) -> Workbook:
    from orepact.report.note.compare import compare_workbook

    return compare_workbook(found.summary(), found.frame(), asked.model_dump())


COMPARE: Question[CompareAsked, Comparison] = Question(
    name="compare",
    title="Duty, contract, offtake, subsidy or stock: which way to the same tonnes costs whom how much, and when is the money gone?",
    asked=CompareAsked,
    work=_work,
    record=_record,
    frame=_frame,
    note=_note,
    workbook=_workbook,
    shape=CompareAnswer,
    places={"network": "mineral"},
)

"""Question 3: if imports are lifted to a reference price, what duty, what prices, what new output, and who pays?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question, parameter
from orepact.api.shapes.price import PriceRecord
from orepact.api.shares import Share

if TYPE_CHECKING:
    import pandas as pd

    from orepact.cases.price_chain import PriceAnswer
    from orepact.report.note.record import Note
    from orepact.report.workbook import Workbook

MOST_DRAWS = 1000
BY_STAGE = ("reference_at", "conversion_cost", "yields")
"""Parameters that hold a figure for each of some stages."""


class PriceAsked(Asked):
    """If a zone lifts its imports of a mineral to a reference price."""

    mineral: str = parameter("Mineral, by any usual name.", unit="name", default="rare_earths", needed=True)
    reference: float = parameter(
        "Reference price that imports are lifted to.", unit="USD per tonne of content", default=22000.0, needed=True,
        allow_inf_nan=False, example=22000.0,
    )  # fmt: skip
    zone: str = parameter(
        "Countries or regions that lift their imports to it, joined by commas.", unit="name", default="MSP", needed=True
    )
    stage: str | None = parameter(
        "What is lifted: mine or refined; the last stage when left out.", unit="name", default=None, example="refined"
    )
    exempt: str | None = parameter(
        "Origins outside the zone that do not pay; none when left out.", unit="name", default=None, example="AUS"
    )
    cap_rate: Share | None = parameter(
        "Bound rate that caps the duty, a share of the price like 0.1; no cap when left out.", unit="1", default=None,
        allow_inf_nan=False, example=0.1,
    )  # fmt: skip
    reference_at: str | None = parameter(
        "Reference prices of other stages, held against it and not levied, like mine=20000; joined by commas.",
        unit="USD per tonne of content", default=None, example="mine=20000",
    )  # fmt: skip
    conversion_cost: str | None = parameter(
        "Conversion costs of the plants that make a stage, like refined=5000; joined by commas.",
        unit="USD per tonne sold", default=None, example="refined=5000",
    )  # fmt: skip
    yields: str | None = parameter(
        "Shares of the content bought that the plants of a stage sell, like refined=0.9; joined by commas.",
        unit="1", default=None, example="refined=0.9",
    )  # fmt: skip
    base_year: int | None = parameter(
        "Year of the table; the usual one when left out.", unit="year", default=None, example=2023
    )
    draws: int = parameter("Number of draws over the ranges.", unit="1", default=200, ge=10, le=MOST_DRAWS)
    seed: int = parameter("Seed of the draws.", unit="1", default=1, ge=0, le=2**32 - 1)


def _work(asked: PriceAsked) -> PriceAnswer:
    from orepact.cases.price_chain import price

    return price(**_given(asked))


def _given(asked: PriceAsked) -> dict[str, Any]:
    """The parameters as the function takes them."""
    return {**asked.model_dump(), **{name: by_stage(getattr(asked, name)) for name in BY_STAGE}}


def by_stage(text: str | None) -> tuple[str, ...]:
    """Each stage with its figure, of a text that joins them by commas."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _record(found: PriceAnswer) -> dict[str, Any]:
    return found.summary()


def _frame(found: PriceAnswer) -> pd.DataFrame:
    return found.frame()


def _note(asked: PriceAsked, found: PriceAnswer) -> Note:
    from orepact.report.note.price import price_note

    return price_note(found.summary(), _given(asked))


def _workbook(asked: PriceAsked, found: PriceAnswer) -> Workbook:
    from orepact.report.note.price import price_workbook

    return price_workbook(found.summary(), found.frame(), _given(asked))


PRICE: Question[PriceAsked, PriceAnswer] = Question(
    name="price",
    title="If imports are lifted to a reference price, what duty, what prices, what new output, and who pays?",
    asked=PriceAsked,
    work=_work,
    record=_record,
    frame=_frame,
    note=_note,
    workbook=_workbook,
    shape=PriceRecord,
    places={"network": "mineral", "--yield": "yields", "reference price": "reference", "price": "reference"},
)

"""What a back-test looks like."""

from __future__ import annotations

from pydantic import Field

from orepact.api.shapes.common import Shape


class Seen(Shape):
    """What was observed, ratio to base, with the range of its sources."""

    value: float
    low: float
    high: float


class OutcomeAnswer(Shape):
    """One observed outcome beside the model's; ratios to base."""

    id: str = Field(examples=["magnesium_2021"])
    quantity: str
    place: str
    start: str = Field(alias="from", examples=["2021-09"])
    end: str = Field(alias="to", examples=["2021-10"])
    against: str
    observed: Seen
    median: float | None = Field(description="Null where the model cannot tell.")
    low: float | None
    high: float | None
    inside: bool = Field(description="Whether what was seen lies within the model's 80 % range.")
    right_way: bool
    base_year: int | None
    base_year_wanted: int
    grade: str
    source: str
    note: str | None


class Untold(Shape):
    """An episode that cannot be run."""

    id: str
    why: str


class BacktestAnswer(Shape):
    """Past disruptions as ordinary cases, and how often what was seen lies in the model's range."""

    episodes: list[OutcomeAnswer]
    coverage: float | None
    right_way: float | None
    outcomes: int
    coverage_by_quantity: dict[str, float | None]
    cannot_tell: list[Untold]

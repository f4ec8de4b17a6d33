"""What a duty on a consignment and a payment under a floor look like."""

from __future__ import annotations

from pydantic import Field

from orepact.api.shapes.common import Shape


class Rule(Shape):
    """The rule that was applied."""

    name: str
    source: str
    equation: str


class Given(Shape):
    """One input with its unit; null where it was left out."""

    value: float | bool | str | list[dict[str, str | None]] | None
    unit: str


class DutyAnswer(Shape):
    """What a consignment pays."""

    duty: float = Field(description="In duty_unit.")
    duty_unit: str = Field(examples=["EUR per t"])
    total: float | None = Field(description="In total_unit; null where no volume was given.")
    total_unit: str
    cap: float | None
    payer: str | None = Field(description="Null where nothing is paid.")
    receiver: str | None
    why: str
    rule: Rule
    inputs: dict[str, Given]


class FloorAnswer(Shape):
    """Who pays whom; above zero is paid to the producer."""

    payment: float = Field(description="In payment_unit.")
    payment_unit: str
    per_unit: float | None = Field(description="In per_unit_unit; null where nothing is delivered.")
    per_unit_unit: str
    payer: str | None = Field(description="Null where nothing is paid.")
    receiver: str | None
    why: str
    rule: Rule
    inputs: dict[str, Given]

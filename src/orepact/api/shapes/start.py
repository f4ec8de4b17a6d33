"""What the first page and the page of method are made of."""

from __future__ import annotations

from pydantic import Field

from orepact.api.shapes.common import Shape


class Leader(Shape):
    """Who makes most of a mineral at a stage."""

    mineral: str
    name: str
    stage: str
    country: str
    country_name: str
    share: float
    output_t: float = Field(description="Tonnes of content a year.")
    world_t: float
    year: int
    grade: str


class Suspension(Shape):
    """A control that is suspended, and until when."""

    mineral: str
    country: str
    stage: str
    measure: str
    target: str | None
    basis: str | None
    source: str
    grade: str
    mineral_name: str
    country_name: str
    until: str
    days: int = Field(description="Days that are left.")


class Change(Shape):
    """What happened to a control, newest first."""

    mineral: str
    country: str
    stage: str
    measure: str
    target: str | None
    notice: str | None
    event: str
    date: str
    status: str
    source: str
    grade: str
    note: str | None
    mineral_name: str
    country_name: str


class StartAnswer(Shape):
    """The state of the world on a day."""

    on: str
    leading: list[Leader]
    suspensions: list[Suspension]
    changes: list[Change]


class Section(Shape):
    """One text of the documentation."""

    name: str
    markdown: str


class MethodAnswer(Shape):
    """How answers are made."""

    facts_version: str
    code_version: str
    sections: list[Section]

"""What a balanced table, the list of minerals and the gallery look like."""

from __future__ import annotations

from pydantic import Field, RootModel

from orepact.api.shapes.common import Apart, Shape


class Price(Shape):
    """The base price."""

    usd_per_t: float
    basis: str
    grade: str


class Flow(Shape):
    """What one country ships to another, tonnes of content a year."""

    stage: str
    origin: str
    destination: str
    tonnes: float
    grade: str


class ProducerAnswer(Shape):
    """One producer at one stage, tonnes of content a year."""

    stage: str
    country: str
    output_t: float
    reported_t: float | None
    secondary_or_unexplained_t: float
    stock_change_or_loss_t: float
    exports_cut_t: float


class Compared(Shape):
    """A sourcing share beside the published one."""

    reporter: str
    stage: str
    origin: str
    share: float | None
    published: float | None
    used_in_fit: bool


class NetworkAnswer(Shape):
    """Who makes, ships and uses a mineral, in tonnes of content."""

    mineral: str
    base_year: int
    unit: str
    why: str
    grade: str
    inferred_use: bool
    price: Price
    flows: list[Flow]
    producers: list[ProducerAnswer]
    moved_t: dict[str, float] = Field(description="Tonnes moved to balance the table, by stage.")
    settled_t: dict[str, float]
    comparison: list[Compared]
    distances: list[Apart]
    notes: list[str]
    sources: list[str]


class MineralRow(Shape):
    """A mineral that can be asked about, or what is missing for it."""

    mineral: str
    stages: str
    base_year: int | None
    use: str
    missing: str


class GalleryRow(Shape):
    """A case that is ready to run."""

    name: str
    question: str
    mineral: str
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    facts: str
    assumed: str
    title: str


class MineralsAnswer(RootModel[list[MineralRow]]):
    """Minerals, those with a table first."""


class GalleryAnswer(RootModel[list[GalleryRow]]):
    """The gallery."""

"""What projects add, and what comes back from products, look like. Tonnes of content a year."""

from __future__ import annotations

from pydantic import Field

from orepact.api.shapes.common import Interval, Shape
from orepact.api.shapes.shock import Ends


class ProjectInputs(Shape):
    """What is known of a project."""

    name: str
    mineral: str | None
    stage: str | None
    countries: list[str]
    capacity: float | None = Field(description="Tonnes of content a year.")
    yield_share: float | None
    feed: float | None
    state: str | None
    start: int | None = Field(description="Year of first output.")
    lead_time: float | None = Field(description="Years.")
    as_of: int | None
    ramp: float | None = Field(description="Years.")
    on_time: float | None = Field(description="Probability.")
    cost: float | None
    currency: str | None
    cost_from: str | None
    unsaid: str | None = Field(description="What is published and cannot be used, and why.")


class ProjectRow(Shape):
    """What one project adds by the year; null where nobody can tell."""

    name: str
    mineral: str | None
    stage: str | None
    countries: str = Field(description="Joined by |.")
    state: str | None
    year: int
    name_plate: float | None
    ramp_share: float | None
    on_time_low: float | None
    on_time_high: float | None
    risk_adjusted_low: float | None
    risk_adjusted_high: float | None
    grade: str | None
    sources: str | None = Field(description="Joined by |.")
    missing: str
    inputs: ProjectInputs


class Outlook(Shape):
    """One mineral against one benchmark: today, what projects add, and how likely it is met."""

    mineral: str
    benchmark: str
    method: str
    stage: str
    target: float = Field(description="Percent.")
    today: float | None = Field(description="Percent; null where nobody can tell.")
    use: float | None
    gap: float | None
    name_plate: float
    risk_adjusted: Ends
    late: list[float] = Field(description="By project, expected tonnes that are late.")
    applies: bool = Field(description="False where the benchmark does not arise.")
    met: Ends | None = Field(description="Probability that the benchmark is met; null where nobody can tell.")
    told: int = Field(description="Projects with the figures that tell what they add.")
    untold: int
    missing: str


class ProjectsRecord(Shape):
    """The pipeline of a region."""

    region: str
    year: int
    projects: list[ProjectRow]
    cells: list[Outlook]
    facts: str = Field(description="Version of the facts.")


class Lever(Shape):
    """What one point more gives."""

    tonnes: float
    points: float


class PublishedRate(Shape):
    """Today's rate as published."""

    percent: float
    period: str
    source: str
    grade: str


class UseOfScrap(Shape):
    """Use in the year, and the years that it is known of."""

    tonnes: float
    last_table: int
    by_year: dict[str, float]
    grade: str


class ProductGroup(Shape):
    """One group of products."""

    products: str
    share_of_use: float
    life_years: float
    leaves_use: float
    collected: float | None
    recovered: float | None


class ScrapAnswer(Shape):
    """What could come back of a mineral from products that leave use, against the benchmark."""

    mineral: str
    region: str
    year: int
    arising: Interval
    recovered: Interval
    open_tonnes: float = Field(description="In groups of which no rate of collection is published.")
    share: Interval = Field(description="Percent of use.")
    most: float = Field(description="Percent of use, were all sorted and recovered.")
    target: float = Field(description="Percent.")
    verdict: str
    gap_points: float
    gap: float
    levers: dict[str, Lever]
    assumed_past: float
    published: PublishedRate | None
    whose_shares: str
    spread_out: float
    sources: list[str]
    grade: str
    use: UseOfScrap
    groups: list[ProductGroup]
    moves: dict[str, Ends] = Field(description="The share where each input is at its low and high end, percent.")
    facts: str = Field(description="Version of the facts.")

"""What several answers have in common."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """An answer or a part of one: no key but those that are documented."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Interval(Shape):
    """Median of the draws with their 80 % range; null where nobody can tell, and for days that never come."""

    median: float | None = Field(description="Half of the draws are below.", examples=[6.36])
    low: float | None = Field(description="A tenth of the draws is below.", examples=[2.46])
    high: float | None = Field(description="A tenth of the draws is above.", examples=[20.6])


class Certificate(Shape):
    """How well the markets were solved, worked out again from their prices."""

    max_balance: float = Field(description="Largest relative miss of a mass balance.", examples=[4.9e-12])
    max_complementarity: float = Field(description="Largest breach of a cap.", examples=[0.0])
    solved: int = Field(description="Markets solved.", examples=[500])
    failed: int = Field(description="Markets not solved.", examples=[0])


class BasePrice(Shape):
    """The price that ratios are of."""

    usd_per_t: float = Field(description="USD per tonne of content.", examples=[365000.0])
    basis: str = Field(description="What price it is.", examples=["average unit value of imports"])
    grade: str = Field(description="Evidence grade, A official to E inferred.", examples=["B"])
    source: str = Field(description="Source, by its name in the facts.", examples=["usgs_mcs2026"])


class Source(Shape):
    """Where numbers come from."""

    source: str
    publisher: str
    title: str
    year: str
    licence: str
    address: str


class Apart(Shape):
    """How far the table is from published sourcing shares."""

    reporter: str
    stage: str
    apart: float | None = Field(description="Half the sum of differences of shares, 0 to 1.")
    used_in_fit: bool


class CaseRecord(Shape):
    """Everything that a shock's answer depends on."""

    mineral: str
    base_year: int
    stage: str
    origins: list[str]
    cut: float = Field(description="Share of base exports taken away.")
    against: list[str] = Field(description="Who is cut off; empty for everybody.")
    months: float
    draws: int
    seed: int
    facts_version: str
    code_version: str
    closed: list[str] = Field(default_factory=list, description="Passages that are closed beside.")
    beside: list[dict[str, Any]] = Field(
        default_factory=list, description="Records of freight and delay on the same market, as a case file writes them."
    )
    hash: str

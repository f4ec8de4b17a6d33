"""What a scoreboard looks like."""

from __future__ import annotations

from pydantic import Field

from orepact.api.shapes.common import Shape


class CellAnswer(Shape):
    """One mineral against one benchmark at one stage, by one method."""

    mineral: str
    benchmark: str = Field(examples=["processing"])
    method: str = Field(examples=["output"])
    stage: str = Field(examples=["refined"])
    value: float | None = Field(description="Percent of consumption, or of supply; null where nobody can tell.")
    low: float | None = Field(description="Low end of the 80 % band of its grade.")
    high: float | None = Field(description="High end of the 80 % band of its grade.")
    target: float = Field(description="Percent.", examples=[40.0])
    verdict: str = Field(description="meets, below, cannot tell, or not applicable.", examples=["cannot tell"])
    grade: str | None
    year: str | None = Field(description="Years of the figures.", examples=["2016/2020"])
    missing: str | None = Field(description="What is missing, where nobody can tell.")
    sources: list[str]
    trail: list[str] = Field(description="What the value follows from, step by step.")


class ScoreboardAnswer(Shape):
    """Where a region stands against 10/40/25/65."""

    region: str
    members: list[str] = Field(description="ISO 3166-1 alpha-3.")
    day: str = Field(description="Day of membership.", examples=["2026-01-31"])
    year: int | None = Field(description="Year of the tables; null for the latest of each mineral.")
    cells: list[CellAnswer]

"""What the questions of the pact answer with: clock, overlaps and gaps, agreements side by side, imports, the pipeline, and a preview."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A part of an answer; nothing else stands in it."""

    model_config = ConfigDict(extra="forbid")


class Promise(Shape):
    """How one promise, or one of the days of a recurring one, stands."""

    id: str = Field(examples=["eu_us_mou"])
    clause: str
    text: str
    parties: list[str]
    binding: str = Field(description="yes, no or unknown")
    agreement: str | None
    due: str | None = Field(description="Day by which; null where nobody knows it.")
    approximate: bool
    status: str = Field(description="open, due, late, met, met late, lapsed or unknown", examples=["unknown"])
    days: int | None = Field(description="Days late, since it was due, left, or early.")
    why: str
    evidence: list[dict[str, Any]]
    demonstration: bool


class ClockBody(Shape):
    """How every promise stands on a day."""

    as_of: str
    counts: dict[str, int]
    commitments: list[Promise]


class Shared(Shape):
    """Cells that two initiatives share; * for all."""

    cells: int
    functions: list[str]
    minerals: list[str]
    stages: list[str]
    countries: list[str]


class PairBody(Shape):
    """Two initiatives that overlap."""

    left: str
    right: str
    jaccard: float = Field(description="Cells of both over cells of either.")
    shared: Shared


class GapBody(Shape):
    """A cell that depends on one third country, or of which nobody can tell. Shares 0-1."""

    mineral: str
    stage: str
    coverage: str
    share: float | None
    low: float | None
    high: float | None
    grade: str | None
    year: str | int | None
    by_name: list[str]
    at_large: list[str]
    functions_without: list[str]
    why: str


class GapsBody(Shape):
    """Where a buyer depends on one third country, and who acts there."""

    as_of: str
    region: str
    threshold: float
    counts: dict[str, int]
    cells: list[GapBody]


class OverlapBody(Shape):
    """Initiatives in force that overlap, and gaps."""

    as_of: str
    mineral: str | None
    country: str | None
    initiatives: list[dict[str, Any]]
    pairs: list[PairBody]
    left_out: list[dict[str, str]]
    not_known: list[str]
    gaps: GapsBody


class BesideBody(Shape):
    """Agreements side by side."""

    agreements: list[dict[str, Any]]
    counts: dict[str, int]
    clauses: list[dict[str, Any]]
    members: list[dict[str, Any]]


class EffectBody(Shape):
    """Imports before and after a signature, in tonnes of content a year; shares and changes 0-1."""

    agreement: str
    name: str
    signed: str | None
    buyer: str
    partners: list[str]
    as_of: str
    trade_years: list[int] | None
    source: str
    unit: str
    counts: dict[str, int]
    no_imports_in_either: int
    effects: list[dict[str, Any]]


class PipelineBody(Shape):
    """Projects with their states, time limits and what the next step needs."""

    as_of: date
    projects: list[dict[str, Any]]


class PreviewRow(Shape):
    """What one row of a table would do."""

    row: int
    action: str = Field(description="add, change, same or refused")
    id: str
    title: str
    changes: list[str]
    problems: list[str]


class PreviewBody(Shape):
    """What a table of records would do, row by row, and how many rows were written."""

    kind: str
    rows: list[PreviewRow]
    refused: int
    written: int


class StepRow(Shape):
    """What one row would book."""

    place: str = Field(description="Sheet and row.", examples=["body, Lots, row 2"])
    verb: str
    day: str
    says: str
    action: str = Field(description="ready or refused")
    problems: list[str]


class StockChange(Shape):
    """Grams of a form before and after: in lots, inbound, and of rights to draw."""

    form: str
    lots: tuple[int, int]
    inbound: tuple[int, int]
    rights: tuple[int, int]


class TakingInBody(Shape):
    """What a table would book in a reserve, and how many steps were booked."""

    reserve: str
    name: str
    rows: list[StepRow]
    stocks: list[StockChange]
    refused: int
    written: int


class PublishedBody(Shape):
    """What reserves publish. Grams of each form; null where security holds it back."""

    reserves: list[dict[str, Any]]


class MineBody(Shape):
    """One's own part in reserves."""

    parts: list[dict[str, Any]]


class BookBody(BaseModel):
    """The book of a reserve: grams, and money in minor units."""

    reserve: str
    name: str
    day: str
    lots: list[dict[str, Any]]
    sums: dict[str, int] = Field(description="What all accounts add up to, by unit: nought.")
    wrong: list[str]


class AuditBody(Shape):
    """The auditors' extract."""

    name: str
    bookings: int
    rows: list[dict[str, Any]]
    wrong: list[str]


class FunnelBody(Shape):
    """How far a round came. Null is withheld, or not there yet."""

    round: str
    state: str
    demand_kg: int | None
    offered_kg: int | None
    matched_kg: int | None
    contracted_kg: int | None
    offers_to_demand: float | None
    matched_to_demand: float | None
    contracted_to_matched: float | None
    small_share: float | None
    days: int | None
    reasons: dict[str, int]
    unreported: int | None

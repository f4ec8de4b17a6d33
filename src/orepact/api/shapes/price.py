"""What the answer to a reference price looks like. Money is USD a year at the prices of the base year; below zero is a loss."""

from __future__ import annotations

from pydantic import Field

from orepact.api.shapes.common import Interval, Shape


class PriceStep(Shape):
    """Whether plants beside a reference price live; prices in USD per tonne of content."""

    bought: str = Field(description="Stage bought.", examples=["mine"])
    sold: str | None = Field(description="Stage sold; null where the table has none.")
    bought_at: Interval | None
    bought_is: str | None = Field(examples=["base price"])
    sold_at: Interval | None
    sold_is: str | None
    conversion_cost: float | None = Field(description="USD per tonne sold; null where nobody gave it.")
    needed: Interval | None = Field(description="Price of what is sold at which they live, before conversion.")
    left: Interval | None = Field(description="What a tonne sold leaves for conversion, USD.")
    refiners: list[str] = Field(description="Countries that make the stage in the zone.")
    verdict: str = Field(examples=["cannot tell"])
    why: str
    todo: str | None
    yield_share: Interval | None = Field(alias="yield", description="Share of the content bought that is sold.")
    yield_from: str | None


class DutyRow(Shape):
    """One origin outside the zone."""

    origin: str
    exempt: bool
    free_t: float = Field(description="Tonnes a year that enter free because they qualify; 0 where none do.")
    duty: Interval = Field(description="USD a tonne of content, as charged.")
    duty_at_base_price: Interval
    imports_before_t: float
    imports_after_t: Interval
    revenue: Interval


class Party(Shape):
    """Who gains or loses."""

    who: str = Field(examples=["users of JPN"])
    amount: Interval


class SectorCost(Shape):
    """What users of one sector gain or lose."""

    region: str
    sector: str
    named_by: str = Field(description="sector, or use where the facts name no sector.")
    share_of_use: float
    amount: Interval
    value_added_m: float | None = Field(description="Of the whole sector, millions.")


class TariffLine(Shape):
    """One line of a tariff in force."""

    hts8: str
    description: str
    rate: str
    section301_percent: float | None
    period: str


class TariffChange(Shape):
    """A tariff put on or taken off since the base year."""

    origin: str
    scope: str
    instrument: str
    percent: float | None
    start: str | None
    end: str | None


class ImporterTariff(Shape):
    """Tariffs of one importer: whether they are known, and whether the answer applies them."""

    importer: str
    known: bool
    applied: bool
    lines: list[TariffLine]
    since_base_year: list[TariffChange]


class PriceCertificate(Shape):
    """How well the markets were solved."""

    max_balance: float
    solved: int
    failed: int


class PriceRecord(Shape):
    """Imports lifted to a reference price: duty, prices, output, and who pays."""

    mineral: str
    stage: str
    base_year: int
    reference: float = Field(description="USD per tonne of content.")
    base_price: Interval = Field(description="USD per tonne of content.")
    zone: list[str] = Field(description="ISO 3166-1 alpha-3.")
    binds: bool = Field(description="Whether anybody pays.")
    stages: list[str]
    coherence: list[PriceStep]
    duties: list[DutyRow]
    prices: dict[str, Interval] = Field(description="Ratios to base: zone, outside, zone_producers, outside_producers.")
    output: dict[str, Interval] = Field(description="Tonnes of content a year more, like refined_zone_t.")
    groups: list[Party]
    payers: list[Party]
    total: Interval
    sectors: list[SectorCost]
    tariffs: list[ImporterTariff]
    cannot_tell: list[str]
    notes: list[str]
    closes: float = Field(description="Gap of gains and losses, as a share of all of them.")
    certificate: PriceCertificate
    grade: str
    sources: list[str]

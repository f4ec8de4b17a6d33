"""What a comparison of instruments looks like. Money is USD a year at the prices of the base year."""

from __future__ import annotations

from pydantic import Field

from orepact.api.shapes.common import Interval, Shape
from orepact.api.shapes.price import Party


class Partners(Shape):
    """Partner states."""

    of: str = Field(examples=["FORGE"])
    states: list[str]


class PartnerEffect(Shape):
    """What an instrument does to one partner state at one stage."""

    country: str
    stage: str
    revenue: Interval
    revenue_less_ore: Interval
    value_added: float | None = Field(description="Null: cannot tell.")


class Runout(Shape):
    """Month in which the fund is gone in 5, 50 and 95 % of price paths; null where it lasts longer than they are followed."""

    p5: str | None
    p50: str | None
    p95: str | None


class RunoutBasis(Shape):
    """What the dates rest on."""

    rule: str
    terms: dict[str, float]
    fund: float
    first_month: str
    horizon_months: int
    tonnes_a_month: float
    price: float
    process: str
    volatility: float = Field(description="A share a year.")
    volatility_source: str
    paths: int
    seed: int
    sold_on_in_the_month: bool
    in_advance_a_year: float


class InstrumentAnswer(Shape):
    """One way to the tonnes."""

    name: str = Field(examples=["adjustable duty"])
    level: float = Field(description="USD per tonne of content, or tonnes, as level_means says.")
    level_means: str
    reached: bool = Field(description="Whether the tonnes are reached.")
    tonnes: Interval
    cost: Interval = Field(description="All together, less what metal in store is worth.")
    cash_cost: Interval
    treasury: Interval
    cost_per_added_tonne: Interval
    payers: list[Party]
    leakage_t: Interval
    outlay: Interval
    held: Interval
    held_t: Interval
    held_at_base_price: Interval
    partner_effects: list[PartnerEffect]
    runout: Runout | None
    why_no_runout: str | None
    runout_basis: RunoutBasis | None


class CompareAnswer(Shape):
    """Ways to the same tonnes: cost, who pays, and when the money is gone."""

    mineral: str
    stage: str
    base_year: int
    zone: list[str]
    tonnes: float
    fund: float | None
    base_price: float = Field(description="USD per tonne of content.")
    runout_horizon_months: int
    partners: Partners
    instruments: list[InstrumentAnswer]
    cannot_tell: list[str]
    notes: list[str]
    grade: str
    sources: list[str]

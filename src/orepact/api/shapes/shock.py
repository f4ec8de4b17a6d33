"""What the answer to a shock looks like."""

from __future__ import annotations

from pydantic import Field

from orepact.api.shapes.common import Apart, BasePrice, CaseRecord, Certificate, Interval, Shape, Source


class WhereItWent(Shape):
    """Deliveries lost by those cut off, and what stood in for them; tonnes of content."""

    lost_t: Interval
    replaced_t: Interval
    bought_less_t: Interval | None = Field(default=None, description="Of refiners, where ore is cut.")
    from_stocks_t: Interval
    given_up_t: Interval
    unserved_t: Interval


class Loss(Shape):
    """One user; tonnes of content of the period."""

    country: str = Field(description="ISO 3166-1 alpha-3; ROW for all too small to be told apart.", examples=["JPN"])
    use_t: float = Field(description="Use before.")
    lost_t: Interval = Field(description="Use given up and unserved; below zero for a user that gains.")
    unserved_t: Interval = Field(description="Use whose price ceiling was passed.")


class Ends(Shape):
    """An 80 % range."""

    low: float
    high: float


class Gain(Shape):
    """One origin that delivers more to those cut off; tonnes of content."""

    country: str
    gained_t: float = Field(description="Median.")
    gained_range_t: Ends


class Driver(Shape):
    """What the price hangs on."""

    parameter: str
    rank_correlation: float
    price_abroad_when_low: float | None
    price_abroad_when_high: float | None


class ShockAnswer(Shape):
    """If a supply stops, who runs short of what, by how much, at what price. Prices are ratios to base."""

    question: str
    price_abroad: Interval
    price_home: Interval
    price_cut_off: Interval
    price_abroad_inclusive: Interval
    user_price_abroad: Interval
    producer_price_home: Interval
    producer_price_abroad: Interval
    rent_usd: Interval
    unserved_t: Interval
    where_it_went: WhereItWent
    losses: list[Loss]
    replaced_by: list[Gain]
    drivers: list[Driver]
    certificate: Certificate
    sources: list[Source]
    grade: str = Field(description="Evidence grade, A official to E inferred.", examples=["E"])
    inferred_use: bool
    apart: list[Apart]
    notes: list[str]
    base_price: BasePrice
    case: CaseRecord

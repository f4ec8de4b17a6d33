"""What the answer of the stress ladder looks like."""

from __future__ import annotations

from pydantic import Field

from orepact.api.shapes.common import BasePrice, CaseRecord, Certificate, Interval, Shape


class HitFirst(Shape):
    """A country that runs short early."""

    country: str
    name: str
    day: float | None = Field(
        description="Day on which it lacks 5 % of its use; null for never, or where the rung has no days."
    )
    lost_t: float
    share_lost: float


class RungAnswer(Shape):
    """One rung: what those hit lose, tonnes of content of the whole time."""

    rung: str = Field(description="L0 arithmetic, L1 one period, L4 months.", examples=["L4"])
    name: str
    taken_t: Interval
    replaced_t: Interval
    from_stocks_t: Interval
    given_up_t: Interval
    unserved_t: Interval
    shortage_t: Interval
    shortage_share_of_use: Interval
    days_until_short: Interval | None
    price: Interval | None = Field(description="Ratio to base; null where the rung has no price.")
    price_peak: Interval | None
    shortage_usd: Interval
    hit_first: list[HitFirst]


class Pair(Shape):
    """How far two rungs disagree."""

    rungs: str = Field(examples=["L0, L4"])
    factor: float | None = Field(description="Null where one sees no shortage and the other does.")
    reason: str


class Confidence(Shape):
    """How far the rungs disagree on the shortage, and why."""

    agree: bool
    factor: float | None
    words: str
    reason: str
    when: str | None = Field(default=None, description="Whether they disagree on when.")
    pairs: list[Pair]


class MitigationAnswer(Shape):
    """A measure, alone, and what it spares those hit."""

    name: str = Field(examples=["joint release"])
    what: str
    avoided_t: Interval
    avoided_by_hit_first_t: Interval
    avoided_share_of_shortage: float | None
    price: Interval
    days_until_short: Interval
    avoided_usd: Interval


class SizesAnswer(Shape):
    """How much of each measure is assumed."""

    stock_days: float
    demand_cut: float
    recycling: float


class Sensitivity(Shape):
    """What the shortage hangs on."""

    parameter: str
    rank_correlation: float
    rank_correlation_one_period: float
    shortage_when_low_t: float
    shortage_when_high_t: float


class LadderAnswer(Shape):
    """The same shock on three rungs, what would help, and what the answer hangs on."""

    question: str
    use_t: Interval
    rungs: list[RungAnswer]
    confidence: Confidence
    mitigations: list[MitigationAnswer]
    sizes: SizesAnswer
    sensitivity: list[Sensitivity]
    certificate: Certificate
    grade: str
    inferred_use: bool
    base_price: BasePrice
    value_added: str
    sources: list[str]
    case: CaseRecord

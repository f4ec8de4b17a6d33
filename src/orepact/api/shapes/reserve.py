"""What a plan for a reserve looks like. Tonnes of content; USD at base prices."""

from __future__ import annotations

from pydantic import Field

from orepact.api.shapes.common import Interval, Shape, Source


class Holding(Shape):
    """What to hold of one mineral."""

    mineral: str
    name: str
    tonnes: float
    days: float = Field(description="Days of the region's use.")
    cost: float
    carry_usd_a_year: float
    use_t_a_year: float
    price_usd_per_t: float
    cost_usd_per_t: float
    carry_usd_per_t: float
    target_days: float | None = Field(description="Days of cover that the rules ask for; null where they name none.")
    break_even: float | None
    newsvendor_t: float | None
    path_target_t: float | None
    path_released: dict[str, float] = Field(description="Tonnes released, by scenario.")
    largest_supplier: str | None
    largest_share: float | None
    grade: str


class Pace(Shape):
    """How fast to buy one mineral, and what that does to the price."""

    mineral: str
    name: str
    tonnes_a_month: float
    months_to_fill: float | None
    trade_outside_largest_t_a_year: float
    price_while_buying: Interval = Field(description="Ratio to base.")
    bought_under_price_limit_t_a_month: Interval


class Trigger(Shape):
    """What opens the reserve."""

    trigger: str
    when: str
    opens: bool
    days_to_release: int | None


class AvoidedAYear(Shape):
    """What is avoided in an expected year, USD."""

    unserved_usd: Interval
    spared_usd: Interval
    worth_usd: Interval
    unserved_usd_expected: float
    spared_usd_expected: float
    worth_usd_expected: float


class Need(Shape):
    """What a halt takes and what stands in, tonnes."""

    lost_t: Interval
    replaced_t: Interval
    from_stocks_t: Interval
    given_up_t: Interval
    need_days: Interval


class IfItHappens(Shape):
    """One scenario with the reserve and without."""

    scenario: str
    origin: list[str]
    probability_a_year: float
    months: float
    cut: float
    need: Need
    unserved_without_t: Interval
    unserved_with_t: Interval
    unserved_if_directed_t: Interval
    released_t: Interval
    price_without: Interval
    price_with: Interval


class AvoidedOfMineral(Shape):
    """What is avoided of one mineral."""

    mineral: str
    name: str
    unserved_t_expected: float
    unserved_t: Interval
    unserved_usd: Interval
    spared_usd: Interval
    worth_usd: Interval
    if_it_happens: list[IfItHappens]


class Avoided(Shape):
    """What the reserve avoids."""

    a_year: AvoidedAYear
    by_mineral: list[AvoidedOfMineral]


class ReserveMoney(Shape):
    """Money of the plan, USD."""

    budget_usd: float
    purchases_usd: float
    unspent_usd: float
    carrying_usd_a_year: float
    first_year_outlay_usd: float
    worth_usd_a_year: float
    full_after_months: float | None
    worth_first_year_usd: float


class Payer(Shape):
    """Who pays or loses, and why."""

    who: str
    why: str


class UntoldMineral(Shape):
    """A mineral that cannot be told."""

    mineral: str
    name: str
    missing: str
    supply: str


class ReservePolicy(Shape):
    """The rule set."""

    name: str
    source: str
    holds: bool
    terms: dict[str, float | str | bool | list[float] | list[str] | dict[str, float] | None]


class Term(Shape):
    """One assumed term."""

    parameter: str
    value: float
    unit: str
    why: str
    grade: str


class Scenario(Shape):
    """A halt, and how likely it is taken to be."""

    scenario: str
    mineral: str
    stage: str
    cut: float
    months: float
    probability_a_year: float
    why: str
    grade: str


class Storage(Shape):
    """What storing a mineral costs."""

    mineral: str
    usd_per_t_a_year: float
    basis: str
    grade: str


class ReservePrice(Shape):
    """The price of a mineral, and what a tonne unserved is worth."""

    mineral: str
    usd_per_t: float
    basis: str
    grade: str
    year: int
    use_inferred: bool
    usd_per_unserved_t: Interval


class ReserveInputs(Shape):
    """What the plan rests on."""

    region: list[str]
    objective: str
    draws: int
    seed: int
    values_usd_per_unserved_t: dict[str, float]
    terms: list[Term]
    scenarios: list[Scenario]
    storage: list[Storage]
    prices: list[ReservePrice]


class ReserveAnswer(Shape):
    """What a reserve should hold, how fast to buy it, when to release it, and what that avoids."""

    question: str
    holdings: list[Holding]
    pace: list[Pace]
    triggers: list[Trigger]
    avoided: Avoided
    money: ReserveMoney
    who_pays: list[Payer]
    cannot_tell: list[UntoldMineral]
    policy: ReservePolicy
    inputs: ReserveInputs
    sources: list[Source]
    grades: dict[str, str]
    notes: list[str]
    facts_version: str
    code_version: str

"""What an expected loss looks like. Tonnes of content; USD at base prices."""

from __future__ import annotations

from pydantic import Field

from orepact.api.shapes.common import Certificate, Shape


class MeanAndEnds(Shape):
    """Mean of the draws with their 80 % range."""

    mean: float
    low: float
    high: float


class LossOfMineral(Shape):
    """Expected loss of one mineral a year."""

    mineral: str
    name: str
    expected_lost_t: float
    expected_unserved_t: float
    expected_usd: float
    grade: str


class LossByOrigin(Shape):
    """Expected loss by who stops."""

    origin: str
    expected_usd: float


class LossByCountry(Shape):
    """Expected loss by who is hit."""

    country: str
    expected_usd: float


class StopAnswer(Shape):
    """One stop: what it takes if it happens, and how likely it is taken to be."""

    mineral: str
    origin: str
    stage: str
    cut: float
    months: int
    probability: float | None = Field(description="A year; null where nothing says how likely it is.")
    lost_t: float
    lost_t_low: float
    lost_t_high: float
    unserved_t: float
    usd: float
    expected_usd: float
    source: str


class ProbabilityRow(Shape):
    """One row of the rule behind the probabilities."""

    scenario: str
    dimension: str
    governance_from: float
    governance_to: float
    cut: float
    months: float
    value: float
    unit: str
    basis: str
    source: str
    grade: str
    note: str | None


class Probabilities(Shape):
    """Where the probabilities come from."""

    origin: str = Field(alias="from")
    grade: str
    rule: list[ProbabilityRow]
    governance: dict[str, float | None] = Field(default_factory=dict)


class Untold(Shape):
    """What cannot be told, and why."""

    what: str
    why: str


class ExpectedInputs(Shape):
    """What was asked."""

    minerals: list[str]
    region: list[str] = Field(description="Empty for everybody outside the country that stops.")
    draws: int
    seed: int
    periods: str


class ExpectedLossAnswer(Shape):
    """What stops of exports cost in an expected year."""

    question: str
    expected_usd_a_year: MeanAndEnds
    by_mineral: list[LossOfMineral]
    by_origin: list[LossByOrigin]
    by_country: list[LossByCountry]
    stops: list[StopAnswer]
    probabilities: Probabilities
    value_added: str
    cannot_tell: list[Untold]
    certificate: Certificate
    inputs: ExpectedInputs
    facts_version: str
    code_version: str

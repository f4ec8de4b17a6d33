"""Reference prices that anybody can work out again: what the last allied project needs, what the market says, or a treaty.

Equation: ``P_ref = cash cost - by-product credit + sustaining capex + CRF(r, n) capex / output + compliance premium``, with
``CRF = r (1 + r)^n / ((1 + r)^n - 1)``, of the dearest allied project without which the target output is not reached.
"""

from __future__ import annotations

import hashlib
import json
import statistics
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from orepact.errors import MissingData, Problem
from orepact.policy.attributes import attribute
from orepact.policy.instrument import StageName
from orepact.policy.record import USER, Country, Currency, Day, Record, Text, Unit, not_before, number

HURDLE_RATE = 0.15
"""Return at which a project is built: Benchmark Mineral Intelligence's test of projects outside China (2024), 15 %."""

LEAST_SUBMITTERS = 3
"""Independent submitters without whom a median says little: Orepact's own rule, so that one of them cannot set the price."""

RULE_VERSION = 1
"""Goes into every hash: raised when an equation here changes, so that a hash names inputs and rule together."""


class AlliedProject(Record):
    """What one project needs for each unit it sells. Every part must be given: a part that is missing is not zero."""

    name: Text = attribute(unit="text", meaning="the project", source=USER)
    output: float = number(unit="unit a year", meaning="output a year", source="feasibility study or filing", gt=0)
    cash_cost: float = number(unit="money per unit", meaning="cash cost at the gate", source="study or filing", ge=0)
    byproduct_credit: float = number(
        unit="money per unit", meaning="income from by-products for each unit of output", source="study or filing", ge=0
    )
    sustaining_capex: float = number(
        unit="money per unit", meaning="capital spent to keep the output up", source="study or filing", ge=0
    )
    capex: float = number(unit="money", meaning="capital spent before the first output", source="study or filing", ge=0)
    years: int = attribute(
        unit="years",
        meaning="years of output over which capital is recovered",
        source="study or filing",
        ge=1,
        le=100,
        strict=True,
    )
    compliance_premium: float = number(
        unit="money per unit",
        meaning="cost of agreed standards that rivals do not bear",
        source="study or filing",
        ge=0,
    )


class CostMethod(Record):
    """The price that the last allied project needs: the dearest of those without which the target is not reached."""

    kind: Literal["cost"] = "cost"
    projects: tuple[AlliedProject, ...] = attribute(
        unit="records", meaning="allied projects", source=USER, min_length=1
    )
    target: float = number(unit="unit a year", meaning="output a year that is to be reached", source=USER, gt=0)
    rate: float = number(
        HURDLE_RATE,
        unit="1",
        meaning="return on capital a year",
        source="Benchmark Mineral Intelligence 2024",
        ge=0,
        le=1,
    )
    accuracy: float | None = number(
        None,
        unit="1",
        meaning="share by which the cost may be off either way; without it low and high cannot be told",
        source="class of the cost estimate",
        ge=0,
        lt=1,
    )


class Assessment(Record):
    """One price of one submitter."""

    submitter: Text = attribute(unit="text", meaning="who assesses", source=USER)
    price: float = number(unit="money per unit", meaning="the price assessed", source="the submitter", gt=0)
    origin: Country = attribute(unit="ISO 3166-1 alpha-3", meaning="where the goods come from", source="the submitter")


class MarketMethod(Record):
    """The median of independent assessments, one a submitter, without goods of excluded origins."""

    kind: Literal["market"] = "market"
    assessments: tuple[Assessment, ...] = attribute(unit="records", meaning="assessments", source=USER)
    excluded_origins: tuple[Country, ...] = attribute(
        (), unit="ISO 3166-1 alpha-3", meaning="origins whose prices do not count", source="the alliance's agreement"
    )


class TreatyMethod(Record):
    """A number that a law or treaty names."""

    kind: Literal["treaty"] = "treaty"
    price: float = number(unit="money per unit", meaning="the price that is named", source="the law or treaty", gt=0)
    text: Text = attribute(unit="text", meaning="law or treaty, with article or annex", source="the law or treaty")


Method = Annotated[CostMethod | MarketMethod | TreatyMethod, Field(discriminator="kind")]


@dataclass(frozen=True)
class Prices:
    """Low, mid and high, money per unit; None where an end cannot be told."""

    low: float | None
    mid: float
    high: float | None


class ReferencePrice(Record):
    """A reference price with all that it was worked out from; ``prices()`` and ``hash`` follow from the record alone."""

    material: Text = attribute(unit="text", meaning="the mineral", source=USER)
    stage: StageName = attribute(unit="text", meaning="the stage", source=USER)
    form: Text = attribute(unit="text", meaning="product, grade and content", source="the alliance's agreement")
    basis: Text = attribute(unit="text", meaning="terms of delivery", source="the alliance's agreement")
    place: Text = attribute(unit="text", meaning="where it is delivered", source="the alliance's agreement")
    currency: Currency = attribute(unit="ISO 4217", meaning="money of all amounts", source=USER)
    unit: Unit = attribute("t", unit="text", meaning="unit of mass of all amounts", source=USER)
    first: Day = attribute(unit="date", meaning="first day on which it holds", source="the alliance's agreement")
    last: Day | None = attribute(
        None, unit="date", meaning="last day on which it holds; open when left out", source="the alliance's agreement"
    )
    method: Method = attribute(unit="record", meaning="how it is worked out, with its inputs", source=USER)

    @field_validator("last")
    @classmethod
    def _ends_after_it_begins(cls, last: date | None, info: Any) -> date | None:
        return not_before(last, info.data.get("first"))

    def prices(self) -> Prices:
        """The price with its range, worked out anew from the inputs; MissingData where they do not suffice."""
        if isinstance(self.method, CostMethod):
            return cost_prices(self.method)
        if isinstance(self.method, MarketMethod):
            return market_prices(self.method)
        return Prices(self.method.price, self.method.price, self.method.price)

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits of inputs and rule: whoever has the same inputs gets the same digits and price."""
        canonical = json.dumps([RULE_VERSION, self.model_dump(mode="json")], sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def capital_recovery(rate: float, years: int) -> float:
    """CRF, share a year: ``r (1 + r)^n / ((1 + r)^n - 1)``; ``1 / n`` without interest."""
    if rate == 0:
        return 1 / years
    growth = (1 + rate) ** years
    return float(rate * growth / (growth - 1))


def project_price(project: AlliedProject, rate: float) -> float:
    """What a project must earn for each unit, money per unit, to return ``rate`` on its capital."""
    capital = capital_recovery(rate, project.years) * project.capex / project.output
    running = project.cash_cost - project.byproduct_credit + project.sustaining_capex
    return running + capital + project.compliance_premium


def marginal_project(method: CostMethod) -> AlliedProject:
    """The dearest project without which the target is not reached, cheapest first; MissingData where all fall short."""
    reached = 0.0
    for project in sorted(method.projects, key=lambda each: project_price(each, method.rate)):
        reached += project.output
        if reached >= method.target:
            return project
    raise MissingData(
        Problem(
            "reference price, target",
            "the allied projects together do not reach it",
            f"{reached:g} a year of {method.target:g}",
            "name more projects, or lower the target",
        )
    )


def cost_prices(method: CostMethod) -> Prices:
    """Price of the marginal project; low and high by the accuracy of the estimate, where that is known."""
    mid = project_price(marginal_project(method), method.rate)
    if method.accuracy is None:
        return Prices(None, mid, None)
    return Prices(mid * (1 - method.accuracy), mid, mid * (1 + method.accuracy))


def market_prices(method: MarketMethod) -> Prices:
    """Median of what counts, with the lowest and the highest; MissingData below three submitters."""
    counted = [each for each in method.assessments if each.origin not in method.excluded_origins]
    submitters = {each.submitter.casefold() for each in counted}
    if len(submitters) < LEAST_SUBMITTERS or len(submitters) < len(counted):
        excluded = len(method.assessments) - len(counted)
        found = f"{len(counted)} assessments of {len(submitters)} submitters, {excluded} of excluded origins left out"
        wrong = f"a median needs {LEAST_SUBMITTERS} submitters or more, with one assessment each"
        raise MissingData(Problem("reference price, assessments", wrong, found, "ask more, or use another method"))
    values = [each.price for each in counted]
    return Prices(min(values), statistics.median(values), max(values))


@dataclass(frozen=True)
class Difference:
    """What stands between two workings of one reference price. price: theirs less ours, money per unit."""

    price: float
    same_hash: bool
    inputs: dict[str, tuple[Any, Any]]


def difference(ours: ReferencePrice, theirs: ReferencePrice) -> Difference:
    """The inputs in which two parties differ (ours, theirs), and what that makes in the price."""
    left, right = _flat(ours.model_dump(mode="json")), _flat(theirs.model_dump(mode="json"))
    apart = {
        key: (left.get(key), right.get(key))
        for key in sorted(left.keys() | right.keys())
        if left.get(key) != right.get(key)
    }
    return Difference(theirs.prices().mid - ours.prices().mid, ours.hash == theirs.hash, apart)


def _flat(value: Any, at: str = "") -> dict[str, Any]:
    """Every leaf by its path: ``method.projects.1.capex``."""
    if isinstance(value, dict):
        parts = [(str(key), each) for key, each in value.items()]
    elif isinstance(value, list | tuple):
        parts = [(str(index + 1), each) for index, each in enumerate(value)]
    else:
        return {at: value}
    return {key: leaf for name, each in parts for key, leaf in _flat(each, f"{at}.{name}" if at else name).items()}

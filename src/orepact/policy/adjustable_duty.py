"""A duty that fills the gap up to a reference price, consignment by consignment.

Equation: ``duty = 0 if in quota or exempt or P_cif >= P_ref else min(P_ref - P_cif, cap)``, with ``cap = bound rate x value``
unless a security ground is recorded. It is Article 1(3) of Regulation (EU) 2025/2351 with the cap that the Appellate Body of the
WTO asks of a price band (DS207, Chile).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import field_validator

from orepact.policy.attributes import attribute
from orepact.policy.record import (
    USER,
    Country,
    Currency,
    Day,
    Record,
    Text,
    Unit,
    in_force,
    inputs_of,
    not_before,
    number,
    per,
    read_both,
)

FERRO_ALLOYS = "Commission Implementing Regulation (EU) 2025/2351"
PRICE_BAND = "WTO DS207 (Chile, price band)"
RULE = "duty up to a reference price"
SOURCE = f"as in {FERRO_ALLOYS}, Article 1(3); cap at the bound rate after {PRICE_BAND}"


class Exemption(Record):
    """An origin that does not pay, with the reason."""

    origin: Country = attribute(unit="ISO 3166-1 alpha-3", meaning="origin that does not pay", source="the measure")
    reason: Text = attribute(unit="text", meaning="why it does not pay", source="the measure")


class AdjustableDuty(Record):
    """The measure: up to which price it lifts imports, who is exempt, and what caps it."""

    reference: float = number(
        unit="money per unit",
        meaning="reference price that imports are lifted to",
        source=f"{FERRO_ALLOYS}, Annex II",
        gt=0,
    )
    cap_rate: float | None = number(
        None,
        unit="1",
        meaning="bound rate as a share of the value (0.1 is 10 %); no cap when left out",
        source=PRICE_BAND,
        ge=0,
    )
    security: Text | None = attribute(
        None, unit="text", meaning="security ground on record, which lifts the cap", source="GATT 1994, Article XXI"
    )
    exemptions: tuple[Exemption, ...] = attribute(
        (), unit="records", meaning="origins that do not pay", source=FERRO_ALLOYS
    )
    first: Day | None = attribute(
        None, unit="date", meaning="first day in force; goods at sea before it do not pay", source="the measure"
    )
    last: Day | None = attribute(None, unit="date", meaning="last day in force", source="the measure")
    unit: Unit = attribute("t", unit="text", meaning="unit of mass of all amounts", source=USER)
    currency: Currency | None = attribute(None, unit="ISO 4217", meaning="money of all amounts", source=USER)

    @field_validator("last")
    @classmethod
    def _ends_after_it_begins(cls, last: date | None, info: Any) -> date | None:
        return not_before(last, info.data.get("first"))


class Consignment(Record):
    """What arrives at the border."""

    price: float = number(
        unit="money per unit",
        meaning="price at the border with insurance and freight, before duty",
        source="declaration",
        ge=0,
    )
    value: float | None = number(
        None,
        unit="money per unit",
        meaning="customs value of one unit; the price when left out",
        source="declaration",
        ge=0,
    )
    volume: float | None = number(None, unit="unit", meaning="units that arrive", source="declaration", ge=0)
    in_quota: bool = attribute(
        default=False,
        unit="truth",
        meaning="whether it draws on a quota that is not used up",
        source="quota book",
        strict=True,
    )
    exempt: bool = attribute(
        default=False,
        unit="truth",
        meaning="whether it is exempt for a reason outside the record",
        source="customs",
        strict=True,
    )
    origin: Country | None = attribute(None, unit="ISO 3166-1 alpha-3", meaning="origin", source="declaration")
    loaded: Day | None = attribute(None, unit="date", meaning="day on which it left port", source="bill of lading")
    day: Day | None = attribute(None, unit="date", meaning="day at the border", source="declaration")


@dataclass(frozen=True)
class Duty:
    """What a consignment pays: per unit, in all (None without a volume), the cap per unit if there is one, and why."""

    rule: AdjustableDuty
    consignment: Consignment
    per_unit: float
    total: float | None
    cap: float | None
    why: str

    def summary(self) -> dict[str, Any]:
        """The answer with every input, its unit, and the rule in words."""
        unit = per(self.rule.currency, self.rule.unit)
        money = (self.rule.currency, self.rule.unit)
        return {
            "duty": self.per_unit,
            "duty_unit": unit,
            "total": self.total,
            "total_unit": self.rule.currency or "money of the price",
            "cap": self.cap,
            "payer": "importer" if self.per_unit > 0 else None,
            "receiver": "treasury of the importing country" if self.per_unit > 0 else None,
            "why": self.why,
            "rule": {"name": RULE, "source": SOURCE, "equation": "min(reference - price, cap), never below 0"},
            "inputs": inputs_of(self.rule, *money) | inputs_of(self.consignment, *money),
        }


def border_duty(rule: AdjustableDuty, consignment: Consignment) -> Duty:
    """What one consignment pays, money per unit and in all."""
    cap, gap = cap_of(rule, consignment), rule.reference - consignment.price
    free = reason_not_to_pay(rule, consignment)
    if free:
        per_unit, why = 0.0, free
    elif cap is not None and cap < gap:
        per_unit, why = cap, "the bound rate caps the gap between reference and price"
    else:
        per_unit, why = gap, "the gap between reference and price, in full"
    total = None if consignment.volume is None else per_unit * consignment.volume
    return Duty(rule, consignment, per_unit, total, cap, why)


def cap_of(rule: AdjustableDuty, consignment: Consignment) -> float | None:
    """Bound rate x value, money per unit; None without a bound rate, or with a security ground on record."""
    if rule.cap_rate is None or rule.security is not None:
        return None
    return rule.cap_rate * (consignment.price if consignment.value is None else consignment.value)


def reason_not_to_pay(rule: AdjustableDuty, consignment: Consignment) -> str:
    """Why a consignment pays nothing, in words; empty where it pays."""
    named = {each.origin: each.reason for each in rule.exemptions}
    reasons = (
        (not in_force(consignment.day, rule.first, rule.last), "the measure is not in force on that day"),
        (at_sea(rule, consignment), "it was at sea when the measure began"),
        (consignment.origin in named, f"its origin is exempt: {named.get(consignment.origin or '', '')}"),
        (consignment.exempt, "it is exempt"),
        (consignment.in_quota, "it is within the quota"),
        (consignment.price >= rule.reference, "the price is at or above the reference"),
    )
    return next((words for holds, words in reasons if holds), "")


def at_sea(rule: AdjustableDuty, consignment: Consignment) -> bool:
    """Whether it had left port before the first day in force."""
    return rule.first is not None and consignment.loaded is not None and consignment.loaded < rule.first


def duty(**given: Any) -> Duty:
    """What a consignment pays, from fields of :class:`AdjustableDuty` and :class:`Consignment`; BadInput with all problems.

    >>> duty(reference=2408, price=1235).per_unit
    1173.0
    """
    return border_duty(*read_both(AdjustableDuty, Consignment, given))

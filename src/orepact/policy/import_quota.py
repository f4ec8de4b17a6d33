"""Tonnes that enter without the duty, and the price that invoices are checked against.

Quota: ``0.75 x mean imports of three years / 4`` by country and quarter (Regulation (EU) 2025/2351). Verification price: the unit
value of imports by product and origin, weighted by mass (the flat-rate import value of the entry-price system).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from orepact.errors import MissingData, Problem
from orepact.policy.attributes import attribute
from orepact.policy.record import Country, Record, Text, add_months, number, raise_all

QUOTA_SHARE = 0.75
"""Share of mean imports that enters free: Regulation (EU) 2025/2351, 75 % of the mean of 2022 to 2024."""

QUOTA_YEARS = 3
QUARTERS = 4
MONTHS_A_QUARTER = 3


def quarterly_quotas(imports: Mapping[str, Mapping[int, float | None]], share: float = QUOTA_SHARE) -> dict[str, float]:
    """Quota of each quarter by country, tonnes, from tonnes by country and year; three years each, and none may be missing."""
    if not 0 <= share <= 1:
        raise_all([Problem("quota, share", "a share lies between 0 and 1", f"{share}", "give one like 0.75")])
    problems = [problem for country, years in imports.items() for problem in _gaps(country, years)]
    if problems:
        raise MissingData(problems)
    return {
        country: share * math.fsum(float(each or 0.0) for each in years.values()) / QUOTA_YEARS / QUARTERS
        for country, years in imports.items()
    }


def _gaps(country: str, years: Mapping[int, float | None]) -> list[Problem]:
    spot = f"quota, {country}"
    problems = []
    if len(years) != QUOTA_YEARS or any(later - year != 1 for year, later in pairwise(sorted(years))):
        found = ", ".join(map(str, sorted(years))) or "none"
        problems.append(Problem(spot, "imports of three years in a row are needed", found, "give all three"))
    for year, tonnes in years.items():
        if tonnes is None or not math.isfinite(tonnes) or tonnes < 0:
            problems.append(
                Problem(
                    f"{spot}, {year}",
                    "imports must be known and not below zero",
                    f"{tonnes}",
                    "give 0 if there were none",
                )
            )
    return problems


@dataclass(frozen=True)
class Quarter:
    """Three months of a measure."""

    first: date
    last: date


def quarters(first: date, last: date) -> tuple[Quarter, ...]:
    """The quarters of a measure, counted from its first day; the last one ends with the measure."""
    found: list[Quarter] = []
    while (start := add_months(first, MONTHS_A_QUARTER * len(found))) <= last:
        after = add_months(first, MONTHS_A_QUARTER * (len(found) + 1))
        found.append(Quarter(start, min(after - timedelta(days=1), last)))
    return tuple(found)


def draw(left: float, volume: float) -> tuple[float, float]:
    """What of a consignment is inside a quota of which ``left`` remains, and what is outside, in the unit of both."""
    wrong = [
        Problem(f"quota, {name}", "it must be a number at or above zero", f"{value}", "correct it")
        for name, value in (("left", left), ("volume", volume))
        if not (math.isfinite(value) and value >= 0)
    ]
    raise_all(wrong)
    inside = min(left, volume)
    return inside, volume - inside


class Shipment(Record):
    """One line of imports."""

    product: Text = attribute(unit="text", meaning="product, such as a customs code", source="customs")
    origin: Country = attribute(unit="ISO 3166-1 alpha-3", meaning="origin", source="customs")
    mass: float = number(unit="unit", meaning="mass", source="customs", gt=0)
    value: float = number(unit="money", meaning="value of all of it", source="customs", ge=0)


def verification_prices(shipments: Iterable[Shipment]) -> dict[tuple[str, str], float]:
    """Unit value by product and origin, money per unit: total value over total mass, so that a large lot weighs more."""
    totals: dict[tuple[str, str], tuple[float, float]] = {}
    for each in shipments:
        value, mass = totals.get((each.product, each.origin), (0.0, 0.0))
        totals[each.product, each.origin] = (value + each.value, mass + each.mass)
    return {key: value / mass for key, (value, mass) in totals.items()}


def invoice_gap(price: float, shipment: tuple[str, str], verified: Mapping[tuple[str, str], float]) -> float:
    """How far a declared price lies above (+) or below (-) the verification price, as a share of that; MissingData without one."""
    if shipment not in verified:
        found = f"{len(verified)} other pairs of product and origin"
        raise MissingData(
            Problem(
                f"verification price, {', '.join(shipment)}",
                "there are no imports to compare with",
                found,
                "cannot tell",
            )
        )
    return price / verified[shipment] - 1

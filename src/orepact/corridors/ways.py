"""What the facts say of the ways on land and of ships: named corridors with their figures, speed and freight at sea, law of passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from orepact import facts
from orepact.errors import Problem, UnknownName, unknown

KM_A_KNOT_DAY = 1.852 * 24
"""Kilometres of a day at one knot."""

SEA = "sea"


@dataclass(frozen=True)
class Fact:
    """One published figure: value with low and high end, unit, what is counted, source and grade."""

    value: float
    low: float
    high: float
    unit: str
    period: str
    basis: str
    source: str
    grade: str


@dataclass(frozen=True)
class Way:
    """A named corridor: from whom, through whose law, to which port or country, run and owned by whom.

    owners: countries of the operator's owners, empty where no page seen says. figures: its main figures by measure.
    """

    slug: str
    name: str
    mode: str
    origins: tuple[str, ...]
    minerals: tuple[str, ...]
    passes: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    port: str
    ends_in: str
    operator: str
    owners: tuple[str, ...]
    status: str
    source: str
    grade: str
    note: str
    figures: Mapping[str, Fact]

    def serves(self, country: str, mineral: str) -> bool:
        """Whether goods of a mineral from a country go this way."""
        return country in self.origins and (self.minerals == ("*",) or mineral in self.minerals)

    def through(self, origin: str) -> tuple[str, ...]:
        """Countries whose law goods from an origin come under on it, from that origin on."""
        at = self.jurisdictions.index(origin) if origin in self.jurisdictions else 0
        return self.jurisdictions[at:]

    def capacity(self, *, planned: bool = False) -> Fact | None:
        """Gross tonnes a year that it can carry: what has been carried can be, and what is planned where that is asked; None if untold."""
        named = ["capacity", "carried", *(["capacity_planned"] if planned else [])]
        known = [self.figures[name] for name in named if name in self.figures]
        return max(known, key=lambda fact: fact.value, default=None)


@cache
def ways() -> dict[str, Way]:
    """Every named corridor on land by slug, in the order of the table."""
    figures = _figures()
    table = facts.load("corridors").fillna("")
    rows = table[table["mode"] != SEA].to_dict("records")
    return {row["corridor"]: _way(row, figures.get(row["corridor"], {})) for row in rows}


def _way(row: Mapping[Any, Any], figures: Mapping[str, Fact]) -> Way:
    several = {name: _split(row[name]) for name in ("origins", "minerals", "passes", "jurisdictions", "owners")}
    plain = {
        name: row[name] for name in ("name", "mode", "port", "ends_in", "operator", "status", "source", "grade", "note")
    }
    return Way(slug=row["corridor"], figures=figures, **several, **plain)  # type: ignore[arg-type]


def _split(text: str) -> tuple[str, ...]:
    return tuple(each for each in text.split("|") if each)


@cache
def _figures() -> dict[str, dict[str, Fact]]:
    table = facts.load("corridor_figures")
    found: dict[str, dict[str, Fact]] = {}
    for row in table[table["main"] == "yes"].to_dict("records"):
        low, high = (float(row["value"] if pd.isna(row[end]) else row[end]) for end in ("low", "high"))
        words = {name: str(row[name]) for name in ("unit", "period", "basis", "source", "grade")}
        fact = Fact(float(row["value"]), low, high, **words)
        found.setdefault(str(row["corridor"]), {})[str(row["measure"])] = fact
    return found


def read_ways(text: str | Sequence[str] | None, place: str = "--via") -> tuple[str, ...]:
    """Slugs of corridors by slug or name, a sequence or joined by commas; UnknownName with the nearest for each fault."""
    parts = [] if text is None else text.split(",") if isinstance(text, str) else list(text)
    by_name = {way.name.casefold(): slug for slug, way in ways().items()}
    found: list[str] = []
    problems: list[Problem] = []
    for part in (each.strip() for each in parts):
        slug = part.casefold().replace(" ", "_").replace("-", "_")
        slug = slug if slug in ways() else by_name.get(part.casefold(), "")
        if slug:
            found.append(slug)
        else:
            problems += unknown(place, "corridor", part, sorted(ways())).problems
    if problems:
        raise UnknownName(problems)
    return tuple(dict.fromkeys(found))


def speed() -> Fact:
    """Speed of ships, knots."""
    return _figures()[SEA]["speed"]


def freight() -> Fact:
    """What a tonne costs a kilometre by sea, gross weight, USD."""
    return _figures()[SEA]["cost_per_km"]


def days_at_sea(km: float) -> dict[str, float]:
    """Days that a way at sea takes: value, and low and high end of the speed of ships."""
    of = speed()
    return {
        end: km / (knots * KM_A_KNOT_DAY) for end, knots in (("value", of.value), ("low", of.high), ("high", of.low))
    }


def cost_at_sea(km: float) -> dict[str, float]:
    """USD a gross tonne that a way at sea costs: value, and low and high end of freight rates."""
    of = freight()
    return {"value": km * of.value, "low": km * of.low, "high": km * of.high}


@dataclass(frozen=True)
class PassageLaw:
    """Whose law holds at a passage: a kind in one word, the countries that may close it, and why."""

    kind: str
    jurisdictions: tuple[str, ...]
    basis: str
    source: str
    grade: str


@cache
def passage_laws() -> dict[str, PassageLaw]:
    """The law of each passage by its word."""
    table = facts.load("passage_terms").fillna("")
    return {
        row["passage"]: PassageLaw(row["kind"], _split(row["jurisdictions"]), row["basis"], row["source"], row["grade"])
        for row in table.to_dict("records")
    }

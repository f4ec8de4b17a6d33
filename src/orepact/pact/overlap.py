"""Where initiatives do the same: the cells of mineral, stage, function and country that they share, and which pairs share how much.

Source of the rule: D1 of the alliance's operating rules. ``Overlap(i, j)`` is the Jaccard index of their cells: cells of both over cells
of either. An initiative is a product of its minerals, stages, functions and countries, so cells are counted factor by factor and never
listed: what two of them share is the product of what they share of each.

An initiative is in force from its first to its last day, both included; one whose first day is not known counts, one that says itself
that it is planned or ended does not, and an invented one never does. Regions and blocs stand for their members of the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations
from math import prod
from typing import Any, get_args

from orepact import facts
from orepact.errors import Problem, UnknownName
from orepact.pact.kinds.agreements import EVERYTHING, Function, Initiative, Stage
from orepact.pact.places import countries_of
from orepact.pact.sight import Sight
from orepact.policy.record import in_force, raise_all

FACTORS = ("functions", "minerals", "stages", "countries")
FUNCTIONS: tuple[str, ...] = get_args(Function)
STAGES: tuple[str, ...] = get_args(Stage)
NOT_ACTING = ("planned", "prepared", "announced", "proposed", "ended", "replaced", "suspended")
"""First words of a status by which an initiative says itself that it does not act."""

PAIR_COLUMNS = ("left", "right", "jaccard", "shared_cells", *(f"shared_{each}" for each in FACTORS))
"""Columns of pairs as CSV; what is shared is joined by |."""


@dataclass(frozen=True)
class Cells:
    """Cells of an initiative as a product of four sets."""

    functions: frozenset[str]
    minerals: frozenset[str]
    stages: frozenset[str]
    countries: frozenset[str]

    def count(self) -> int:
        """How many cells it has."""
        return prod(len(getattr(self, each)) for each in FACTORS)

    def shared(self, other: Cells) -> Cells:
        """The cells of both."""
        return Cells(*(getattr(self, each) & getattr(other, each) for each in FACTORS))

    def within(self, mineral: str | None, country: str | None) -> Cells:
        """The cells of one mineral and one country, where they are given."""
        minerals = self.minerals if mineral is None else self.minerals & {mineral}
        countries = self.countries if country is None else self.countries & {country}
        return Cells(self.functions, minerals, self.stages, countries)


def jaccard(left: Cells, right: Cells) -> float | None:
    """Cells of both over cells of either, 0-1; None where neither has any.

    Example: 2 minerals at 1 stage, 1 function, 3 countries are 6 cells; with one of the minerals and 2 of the countries 2 are shared.
    Of a right side of exactly those 2 cells the index is 2 / 6.
    """
    both = left.shared(right).count()
    either = left.count() + right.count() - both
    return both / either if either else None


@dataclass(frozen=True)
class Acting:
    """An initiative in force, with its cells. at_large: it is about all minerals and names none."""

    record: Initiative
    cells: Cells

    @property
    def at_large(self) -> bool:
        """Whether it names no mineral."""
        return EVERYTHING in self.record.minerals


@dataclass(frozen=True)
class Pair:
    """Two initiatives that share cells. jaccard: over all their cells; shared: cells of both, of the mineral and country asked for."""

    left: Acting
    right: Acting
    jaccard: float
    shared: Cells


@dataclass(frozen=True)
class Overlap:
    """Who acts where on a day. acting: in force, with cells of the mineral and country asked for. left_out: id and why of the others.

    not_known: names of minerals and countries that the facts do not know; each is a cell of its own.
    """

    as_of: date
    mineral: str | None
    country: str | None
    acting: tuple[Acting, ...]
    pairs: tuple[Pair, ...]
    left_out: tuple[tuple[str, str], ...]
    not_known: tuple[str, ...]


def overlap(sight: Sight, as_of: date, *, mineral: str | None = None, country: str | None = None) -> Overlap:
    """Pairs of initiatives in force on a day that share cells, the most alike first: of all their cells, or of one mineral and country."""
    slug, code = _asked(mineral, country)
    acting, left_out, not_known = in_force_on(sight, as_of)
    there = tuple(each for each in acting if each.cells.within(slug, code).count())
    pairs = []
    for left, right in combinations(there, 2):
        shared = left.cells.shared(right.cells).within(slug, code)
        index = jaccard(left.cells.within(slug, code), right.cells.within(slug, code))
        if shared.count() and index is not None:
            pairs.append(Pair(left, right, index, shared))
    pairs.sort(key=lambda each: (-each.jaccard, each.left.record.id, each.right.record.id))
    return Overlap(as_of, slug, code, there, tuple(pairs), left_out, not_known)


def _asked(mineral: str | None, country: str | None) -> tuple[str | None, str | None]:
    """The words of the house for what is asked about; everything that is unknown at once."""
    problems: list[Problem] = []
    found: list[str | None] = []
    for resolve, text in ((facts.resolve_mineral, mineral), (facts.resolve_country, country)):
        try:
            found.append(None if text is None else resolve(text))
        except UnknownName as error:
            problems += error.problems
    raise_all(problems)
    slug, code = found
    return slug, code


def in_force_on(sight: Sight, as_of: date) -> tuple[tuple[Acting, ...], tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Initiatives in force on a day with their cells; the others with why not; and names that the facts do not know."""
    acting, left_out = [], []
    not_known: set[str] = set()
    places: dict[str, frozenset[str]] = {}
    for kept in sight.all("initiative"):
        record: Any = kept.record
        why = _why_not(record, as_of)
        cells = None if why else _cells(sight, record, as_of, places, not_known)
        if cells is None or not cells.count():
            left_out.append((record.id, why or "none of its countries has members on that day"))
        else:
            acting.append(Acting(record, cells))
    acting.sort(key=lambda each: each.record.id)
    return tuple(acting), tuple(left_out), tuple(sorted(not_known))


def _why_not(record: Initiative, as_of: date) -> str:
    """Why an initiative is not in force on a day; empty where it is."""
    if record.demonstration:
        return "invented, for a demonstration"
    if not in_force(as_of, record.since, record.until):
        return f"begins on {record.since}" if record.since and as_of < record.since else f"ended on {record.until}"
    words = (record.status or "").casefold().split()
    return f"says itself: {record.status}" if words and words[0].strip(",;:.") in NOT_ACTING else ""


def _cells(
    sight: Sight, record: Initiative, as_of: date, places: dict[str, frozenset[str]], not_known: set[str]
) -> Cells:
    minerals: set[str] = set()
    for name in record.minerals:
        minerals |= _minerals(name, not_known)
    countries: set[str] = set()
    for name in record.countries:
        if name not in places:
            places[name] = _countries(sight, name, as_of, not_known)
        countries |= places[name]
    stages = STAGES if EVERYTHING in record.stages else record.stages
    return Cells(frozenset(record.functions), frozenset(minerals), frozenset(stages), frozenset(countries))


@cache
def _groups() -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    """All minerals, and those of a group whose name is a mineral's too: rare earths."""
    table = facts.load("minerals")
    every = frozenset(table["mineral"])
    names = {str(group): str(group).replace(" ", "_") for group in table["group"].unique()}
    return every, {
        name: frozenset(table.loc[table["group"] == group, "mineral"]) for group, name in names.items() if name in every
    }


def _minerals(name: str, not_known: set[str]) -> frozenset[str]:
    every, groups = _groups()
    if name == EVERYTHING:
        return every
    try:
        slug = facts.resolve_mineral(name)
    except UnknownName:
        not_known.add(name)
        return frozenset({name})
    return groups.get(slug, frozenset()) | {slug}


@cache
def _every_country() -> frozenset[str]:
    return frozenset(facts.load("countries")["country"])


def _countries(sight: Sight, name: str, as_of: date, not_known: set[str]) -> frozenset[str]:
    if name == EVERYTHING:
        return _every_country()
    found = countries_of(sight, name, as_of)
    if found is None:
        not_known.add(name)
        return frozenset({name})
    return found


def overlap_answer(found: Overlap) -> dict[str, Any]:
    """Pairs and initiatives in JSON terms."""
    return {
        "as_of": found.as_of.isoformat(),
        "mineral": found.mineral,
        "country": found.country,
        "initiatives": [acting_row(each) for each in found.acting],
        "pairs": [
            {
                "left": each.left.record.id,
                "right": each.right.record.id,
                "jaccard": each.jaccard,
                "shared": {"cells": each.shared.count()} | compact(each.shared),
            }
            for each in found.pairs
        ],
        "left_out": [{"id": each, "why": why} for each, why in found.left_out],
        "not_known": list(found.not_known),
    }


def acting_row(each: Acting) -> dict[str, Any]:
    """One initiative in force in JSON terms."""
    said = each.record
    return {
        "id": said.id, "name": said.name, "lead": said.lead, "since": None if said.since is None else said.since.isoformat(),
        "cells": each.cells.count(), "at_large": each.at_large,
    } | compact(each.cells)  # fmt: skip


def compact(cells: Cells) -> dict[str, list[str]]:
    """The four sets, all minerals, stages or countries as ``*``, and countries that make up a region as that region."""
    return {
        "functions": [each for each in FUNCTIONS if each in cells.functions],
        "minerals": _all_or(cells.minerals, sorted(_groups()[0])),
        "stages": _all_or(cells.stages, STAGES),
        "countries": _grouped(cells.countries),
    }


def _all_or(found: frozenset[str], every: Iterable[str]) -> list[str]:
    listed = list(every)
    return (
        [EVERYTHING]
        if found >= set(listed)
        else [*(each for each in listed if each in found), *sorted(found - set(listed))]
    )


@cache
def _grouped_cached(countries: frozenset[str]) -> tuple[str, ...]:
    regions, left = facts.regions_in(tuple(sorted(countries)))
    return (*regions, *left)


def _grouped(countries: frozenset[str]) -> list[str]:
    return [EVERYTHING] if countries >= _every_country() else list(_grouped_cached(countries))


def pair_rows(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """One flat row a pair, for CSV."""
    return [
        {"left": each.left.record.id, "right": each.right.record.id, "jaccard": each.jaccard, "shared_cells": each.shared.count()}
        | {f"shared_{name}": "|".join(values) for name, values in compact(each.shared).items()}
        for each in pairs
    ]  # fmt: skip

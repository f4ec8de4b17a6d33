"""Which countries a party or a place stands for on a day: by the facts, and where the pact itself says who belongs, by the pact."""

from __future__ import annotations

from datetime import date
from typing import Any

from orepact import facts
from orepact.errors import BadInput, UnknownName
from orepact.pact.sight import Sight
from orepact.policy.record import in_force


def countries_of(sight: Sight, name: str, day: date) -> frozenset[str] | None:
    """Countries of a country, region or bloc on a day, by ISO3 code; empty where it has no members then, None where nobody knows it.

    A membership that the pact records goes before what the facts say of that member; one whose first day is not known counts.
    """
    known = _by_facts(name, day)
    members = set(known or ())
    said = _by_pact(sight, name, day)
    for member, inside in said.items():
        if inside:
            members.add(member)
        else:
            members.discard(member)
    return None if known is None and not said else frozenset(members)


def is_bloc(sight: Sight, name: str, day: date) -> bool:
    """Whether a party stands for several states, or would if it had members on that day."""
    kept: Any = sight.get("party", name)
    if kept is not None:
        return bool(kept.record.kind == "bloc")
    known = _by_facts(name, day)
    return known is not None and known != frozenset({country_of(name)})


def country_of(name: str) -> str:
    """ISO3 code of a country; the name itself where the facts know none."""
    try:
        return facts.resolve_country(name)
    except UnknownName:
        return name


def _by_facts(name: str, day: date) -> frozenset[str] | None:
    try:
        return frozenset(facts.resolve_place(name, day))
    except UnknownName:
        return None
    except BadInput:
        return frozenset()


def _by_pact(sight: Sight, name: str, day: date) -> dict[str, bool]:
    """Members that the pact names, and whether each belongs on the day; one that left and came back belongs.

    Regions of the facts that are initiatives have the region's code in small letters as their id.
    """
    found: dict[str, bool] = {}
    for kept in sight.all("membership"):
        record: Any = kept.record
        if record.of.casefold() == name.casefold():
            member = country_of(record.member)
            found[member] = found.get(member, False) or in_force(day, record.since, record.until)
    return found

"""Who gains and who loses, by name: producers, refiners and users by country, and the groups that people ask about."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.cases.assemble import Base
from orepact.cases.partners import PARTNERS
from orepact.errors import MissingData, Problem
from orepact.market import Problem as Market
from orepact.market import Solution, gains
from orepact.network import Network

Array = NDArray[np.float64]


def parties(base: Base, market: Market, solution: Solution) -> dict[str, Array]:
    """Gains of producers and refiners by country and stage, and of users by country, in USD a year."""
    found = gains(market, solution)
    table: dict[str, Array] = {}
    for at, stage in enumerate(base.labels.stages):
        for kind, part in (("producers", found.producers[at]), ("refiners", found.refiners[at])):
            for row, country in enumerate(base.labels.producers[at]):
                if part[:, row].any():
                    add(table, f"{kind} of {country} ({stage})", part[:, row])
    users = base.labels.buyers[-1][-found.users[-1].shape[1] :]
    for column, country in enumerate(users):
        add(table, f"users of {country}", found.users[-1][:, column])
    return table


def grouped(payers: Mapping[str, Array], zone: tuple[str, ...]) -> dict[str, Array]:
    """Gains of the groups that people ask about, USD a year, those that have any: in the zone, in partner states, elsewhere."""
    partners = facts.resolve_place(PARTNERS)
    found: dict[str, Array] = {}
    kinds = ("users", "producers", "refiners", "treasury", "holders")
    for side in ("in the zone", "in partner states", "elsewhere"):
        for kind in kinds:
            for who, amount in payers.items():
                first, country = who.partition(" ")[0], country_of(who)
                here = "in the zone" if country in zone else "in partner states" if country in partners else "elsewhere"
                if first == kind and here == side and np.any(amount):
                    add(found, f"{WORDS[kind]} {side}", amount)
    return found


def country_of(who: str) -> str:
    """The country of a party: ``JPN`` for ``users of JPN``."""
    return who.replace(" in ", " of ").partition(" of ")[2][:3]


def grade_note(found: Network) -> tuple[str, ...]:
    """That amounts scale with the base price, where its grade is low."""
    if found.price.grade not in {"D", "E"}:
        return ()
    return (
        f"the base price is grade {found.price.grade} ({found.price.basis}): ratios and tonnes hold, dollars scale with it",
    )


WORDS = {
    "users": "users", "producers": "mines and scrap", "refiners": "refiners", "treasury": "treasuries",
    "holders": "holders of quotas",
}  # fmt: skip


def add(table: dict[str, Array], key: str, amount: Array) -> None:
    """Add an amount, USD by draw, to what a party has in the table already."""
    table[key] = table.get(key, np.zeros(len(amount))) + amount


def require_producers(base: Base, at: int, zone: tuple[str, ...]) -> None:
    """Raise MissingData where the zone makes nothing at a stage, so that no support could add a tonne."""
    if not base.labels.rows(at, zone).any():
        raise MissingData(
            Problem(
                "--zone", "nobody in the zone makes the mineral at this stage", f"producers: {', '.join(base.labels.producers[at][:8])}",
                "choose another stage or zone, or add a new_project in a case file",
            )
        )  # fmt: skip

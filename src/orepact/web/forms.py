"""Blanks of a question's sentence: what each may hold, and what it holds now."""

from __future__ import annotations

from functools import cache
from typing import Any

from orepact import facts

Choice = tuple[str, str]
"""Value and words."""


@cache
def minerals() -> tuple[Choice, ...]:
    """Minerals that have a balanced table."""
    from orepact.network.recipe import calibrated_minerals

    found = [(mineral, facts.mineral_name(mineral)) for mineral in calibrated_minerals()]
    return tuple(sorted(found, key=lambda each: each[1]))


@cache
def stages(mineral: str) -> tuple[Choice, ...]:
    """Stages of a mineral's table, in the order of the chain."""
    from orepact.network.recipe import recipe_of

    words = {"mine": "mined", "refined": "refined"}
    return tuple((stage, words.get(stage, stage)) for stage in recipe_of(mineral).stages)


@cache
def places() -> tuple[Choice, ...]:
    """Regions, then countries, for a box that completes names."""
    regions = facts.load("regions").drop_duplicates("region")
    countries = facts.load("countries").sort_values("name")
    found = list(zip(regions["region"], regions["name"], strict=True))
    return (*found, *zip(countries["country"], countries["name"], strict=True))


@cache
def region_choices() -> tuple[Choice, ...]:
    """Regions and the largest users, for a select box."""
    named = [("EU27", "the European Union"), ("USA", "the United States"), ("JPN", "Japan"), ("KOR", "South Korea"),
             ("GBR", "the United Kingdom"), ("IND", "India"), ("MSP", "the Minerals Security Partnership"), ("G7", "the G7")]  # fmt: skip
    return tuple(named)


def chosen(value: Any) -> str:
    """What a box shows for a value."""
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def spoken(codes: str) -> str:
    """What was typed, with the codes of regions and countries as names, as far as a name can be typed in their place."""
    names = {code: name for code, name in places() if "," not in name}
    parts = [part.strip() for part in codes.split(",") if part.strip()]
    return ", ".join(names.get(part.upper(), part) for part in parts)


def typed_places() -> tuple[str, ...]:
    """Names that a box for places may hold: of regions and countries, the code where a name holds a comma."""
    return tuple(code if "," in name else name for code, name in places())


def typed_share(share: float | None) -> str:
    """A share as a box shows it: ``10 %`` without the space."""
    return "" if share is None else f"{100 * share:g}%"

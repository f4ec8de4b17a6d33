"""A case in words: the question as a person would ask it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from orepact import facts
from orepact.cases.case import ShockCase
from orepact.policy.attributes import attributes
from orepact.policy.instrument import CODES, MOST_LISTED, Instrument, listed

if TYPE_CHECKING:
    from orepact.cases.path_case import PathCase

MOST_NAMED = 3
FORMS = {"mine": "mined", "refined": "refined"}
WITH_ARTICLE = {"USA", "GBR", "NLD", "PHL", "ARE", "COD", "COG", "CAF", "DOM", "GMB", "BHS", "MDV", "SYC", "COM", "SDN"}
"""Countries whose names take an article inside a sentence."""


def question(case: ShockCase) -> str:
    """The question in words, with the base year it is asked of."""
    name = facts.mineral_name(case.mineral)
    where = f" to {named(case.against)}" if case.against else ""
    span = "1 month" if case.months == 1 else f"{case.months:g} months"
    goods = f"{FORMS.get(case.stage, case.stage)} {name}"
    shut = f", with {closed_names(case.closed)} closed," if case.closed else ""
    return f"If {named(case.origins)} {_verb(case)} exports of {goods}{where} for {span}{shut} (base year {case.base_year})".replace(
        ", (base", " (base"
    )


def closed_names(closed: tuple[str, ...]) -> str:
    """Passages by their printed names: ``Suez Canal and Strait of Hormuz``."""
    table = facts.load("chokepoints")
    printed = dict(zip(table["passage"], table["name"], strict=True))
    names = [str(printed.get(each, each)) for each in closed]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _verb(case: ShockCase) -> str:
    many = len(case.origins) > 1
    if case.cut == 1:
        return "stop" if many else "stops"
    share = f"{100 * case.cut:.12g} %"
    return f"cut {share} of their" if many else f"cuts {share} of its"


def named(countries: tuple[str, ...]) -> str:
    """Countries inside a sentence: up to three by name, more by their number."""
    regions, rest = facts.regions_in(countries)
    names = [facts.region_name(region) for region in regions]
    names += [f"{'the ' if country in WITH_ARTICLE else ''}{facts.country_name(country)}" for country in rest]
    if len(names) > MOST_NAMED:
        return f"{len(countries)} countries"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def names_of(countries: tuple[str, ...]) -> str:
    """Countries by name, regions by theirs; beyond five the first four and how many more."""
    regions, rest = facts.regions_in(countries)
    names = [facts.region_name(region) for region in regions]
    names += [f"{'the ' if country in WITH_ARTICLE else ''}{facts.country_name(country)}" for country in rest]
    if len(names) > MOST_LISTED:
        names = [*names[: MOST_LISTED - 1], f"{len(names) - MOST_LISTED + 1} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def spoken(instrument: Instrument) -> str:
    """The name of an instrument with countries and regions in words: ``tariff of the United States, refined on China``."""
    said = instrument.name
    for each in attributes(type(instrument)):
        value = getattr(instrument, each.name)
        if each.unit != CODES or not value:
            continue
        codes = (value,) if isinstance(value, str) else tuple(value)
        for found in (", ".join(codes), listed(codes)):
            said = re.sub(rf"\b{re.escape(found)}(?=$|[, ])", names_of(codes), said)
    return said


def spoken_names(case: PathCase) -> dict[str, str]:
    """What each instrument of a case is called in results, and in words."""
    return {each.instrument.name: spoken(each.instrument) for each in case.instruments}

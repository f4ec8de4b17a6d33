"""A case in words: the question as a person would ask it."""

from __future__ import annotations

from orepact import facts
from orepact.cases.case import ShockCase

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
    return f"If {named(case.origins)} {_verb(case)} exports of {goods}{where} for {span} (base year {case.base_year})"


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

"""The rules of a zone as a record that anybody can replace: what origin, ownership, standards and disclosure a batch must show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import field_validator

from orepact.custody.amounts import Share
from orepact.custody.batch_file import read_row
from orepact.custody.origin import Basis
from orepact.custody.records import MODELS, Model, Words
from orepact.errors import BadInput, Problem, unknown_problem
from orepact.policy.attributes import attribute
from orepact.policy.record import Country, Record

DEFAULT = "preferential.yaml"
LARGEST = 100_000
RULE = "the rules of the zone"
Item = Literal["amounts", "sites", "owners", "mine origin"]


class ContentLimit(Record):
    """The most that some countries' content may be of a batch."""

    countries: tuple[Country, ...] = attribute(
        unit="codes", meaning="countries", source=RULE, min_length=1, max_length=250
    )
    most: Share = attribute(unit="share", meaning="less than this is let through", source=RULE)
    basis: Basis = attribute("content", unit="name", meaning="of the content, of gross mass, or of value", source=RULE)
    of: Literal["mined", "refined"] = attribute(
        "refined", unit="name", meaning="where mined or last refined", source=RULE
    )


class SingleCountry(Record):
    """The most of a batch that should come from one country outside the zone."""

    most: Share = attribute(unit="share", meaning="most from one country outside the zone", source=RULE)
    of: Literal["mined", "refined"] = attribute(
        "mined", unit="name", meaning="where mined or last refined", source=RULE
    )
    decides: bool = attribute(
        default=False, unit="1", meaning="whether the batch fails on it; it is only told otherwise", source=RULE
    )


class OriginRule(Record):
    """Where a batch must have been refined last, and whose content it may hold."""

    least_share_refined_in_zone: Share = attribute(
        unit="share", meaning="least share of the content that was last refined in the zone", source=RULE
    )
    limits: tuple[ContentLimit, ...] = attribute(
        (), unit="list", meaning="limits on content", source=RULE, max_length=50
    )
    single_country: SingleCountry | None = attribute(None, unit="list", meaning="65 % in one hand", source=RULE)
    source: Words = attribute(unit="text", meaning="where the rule is from", source=RULE)


class OwnershipRule(Record):
    """Who may not hold the sites of a chain."""

    excluded: tuple[Country, ...] = attribute(unit="codes", meaning="countries whose parties are excluded", source=RULE)
    most: Share = attribute(unit="share", meaning="a holding together of this or more excludes", source=RULE)
    source: Words = attribute(unit="text", meaning="where the rule is from", source=RULE)


class EsgRule(Record):
    """What credentials must vouch for."""

    criteria: tuple[str, ...] = attribute(unit="names", meaning="criteria at every site", source=RULE, max_length=100)
    at_mines: tuple[str, ...] = attribute((), unit="names", meaning="further criteria at mines", source=RULE)
    accepts_partly: bool = attribute(
        default=False, unit="1", meaning="whether a scheme that covers a criterion partly is enough", source=RULE
    )
    models: tuple[Model, ...] = attribute(
        MODELS[:3], unit="names", meaning="chain of custody models that are let through", source=RULE
    )
    signatures: Literal["required", "not required"] = attribute(
        "required", unit="name", meaning="whether a credential must be signed by a known issuer", source=RULE
    )
    source: Words = attribute(unit="text", meaning="where the rule is from", source=RULE)


class DisclosureRule(Record):
    """What must be laid open."""

    needed: tuple[Item, ...] = attribute(unit="names", meaning="what must be disclosed", source=RULE)
    least_known_mine_share: Share = attribute(
        unit="share", meaning="least share whose mine country is known", source=RULE
    )
    source: Words = attribute(unit="text", meaning="where the rule is from", source=RULE)


class ZoneRules(Record):
    """The rules of a zone, with their version and where they are from."""

    name: Words = attribute(unit="text", meaning="what the rules are called", source=RULE)
    version: Words = attribute(unit="text", meaning="which edition", source=RULE)
    status: Words = attribute(unit="text", meaning="law, draft or proposal", source=RULE)
    sources: tuple[Words, ...] = attribute((), unit="text", meaning="what they rest on", source=RULE)
    zone: str = attribute(
        unit="name", meaning="members: a region, or countries joined by commas", source=RULE, max_length=2000
    )
    origin: OriginRule = attribute(unit="record", meaning="the origin test", source=RULE)
    ownership: OwnershipRule = attribute(unit="record", meaning="the ownership test", source=RULE)
    esg: EsgRule = attribute(unit="record", meaning="the standards test", source=RULE)
    disclosure: DisclosureRule = attribute(unit="record", meaning="the disclosure test", source=RULE)

    @field_validator("version", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int | float | date) else value

    def members(self, zone: str | None = None, on: date | None = None) -> frozenset[str]:
        """Countries of the zone on a day; the zone of the rules when none is named. Raises UnknownName."""
        from orepact import facts

        names = [each.strip() for each in (zone or self.zone).split(",") if each.strip()]
        if not names:
            raise BadInput(Problem("--zone", "there is no zone", "nothing", "name a region or countries"))
        found: set[str] = set()
        for name in names:
            found |= set(facts.resolve_place(name, on))
        return frozenset(found)


@cache
def default_rules() -> ZoneRules:
    """The rules that are shipped: a proposal."""
    from orepact.files import parse_yaml

    text = (files("orepact.custody") / "rules" / DEFAULT).read_text(encoding="utf-8")
    return rules_of(parse_yaml(text, DEFAULT).content, DEFAULT)


def read_rules(path: Path) -> ZoneRules:
    """The rules that a YAML file holds; BadInput with all that is wrong."""
    from orepact.files import read_yaml

    return rules_of(read_yaml(path, path.name).content, path.name)


def rules_of(given: Any, place: str) -> ZoneRules:
    """The rules of a mapping; BadInput with all that is wrong, and the nearest of each key that is not known."""
    if not isinstance(given, Mapping):
        raise BadInput(Problem(place, "rules have keys", type(given).__name__, "start from the rules that are shipped"))
    problems: list[Problem] = []
    found: ZoneRules | None = read_row(ZoneRules, given, place, problems)
    if problems or found is None:
        raise BadInput(
            problems or Problem(place, "the rules cannot be read", "no rules", "start from the rules that are shipped")
        )
    _known_criteria(found, place)
    return found


def _known_criteria(rules: ZoneRules, place: str) -> None:
    from orepact.custody.schemes import CRITERIA

    named = {"criteria": rules.esg.criteria, "at_mines": rules.esg.at_mines}
    problems = [
        unknown_problem(f"{place}, esg, {key}", "criterion", name, CRITERIA)
        for key, names in named.items()
        for name in names
        if name not in CRITERIA
    ]
    if problems:
        raise BadInput(problems)

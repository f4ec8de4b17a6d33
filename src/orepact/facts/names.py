"""Names that people type, to the words of the house: minerals, stages, countries and regions."""

from __future__ import annotations

import datetime as dt
import unicodedata
from functools import cache

from orepact.errors import BadInput, Problem, unknown
from orepact.facts.tables import load

STAGES = {
    "mine": "mine", "mined": "mine", "mining": "mine", "ore": "mine", "concentrate": "mine", "extraction": "mine",
    "intermediate": "intermediate", "refined": "refined", "refining": "refined", "refinery": "refined", "processing": "refined",
    "smelter": "refined", "metal": "refined", "component": "component", "scrap": "scrap",
}  # fmt: skip
GROUPS = {"ROW": "rest of the world (small users)", "OTH": "producers that no source names", "WLD": "world"}


def resolve_mineral(text: str) -> str:
    """The slug of a mineral by any usual name; UnknownName with the nearest names otherwise."""
    wanted = text.strip().casefold()
    aliases = _aliases()
    for spelling in (wanted, wanted.replace("_", " "), wanted.replace(" ", "_"), wanted.replace("-", " ")):
        if spelling in aliases:
            return aliases[spelling]
    raise unknown("mineral", "mineral", text, sorted(set(aliases.values())))


@cache
def _aliases() -> dict[str, str]:
    table = load("aliases")
    symbols = load("minerals").dropna(subset=["symbol"]).drop_duplicates("symbol", keep=False)
    by_symbol = dict(zip(symbols["symbol"].str.casefold(), symbols["mineral"], strict=True))
    return {**by_symbol, **dict(zip(table["alias"].str.casefold(), table["mineral"], strict=True))}


def mineral_name(mineral: str) -> str:
    """Printed name of a mineral, lower case where it begins a phrase."""
    name = str(_mineral_names().get(mineral, mineral))
    return name[:1].lower() + name[1:]


@cache
def _mineral_names() -> dict[str, str]:
    table = load("minerals")
    return dict(zip(table["mineral"], table["name"], strict=True))


def resolve_stage(text: str) -> str:
    """The stage word of the house; UnknownName with the nearest words otherwise."""
    found = STAGES.get(text.strip().casefold())
    if found is None:
        raise unknown("stage", "stage", text, ["mine", "intermediate", "refined", "component", "scrap"])
    return found


@cache
def _country_names() -> dict[str, str]:
    table = load("countries")
    return dict(zip(table["country"], table["name"], strict=True))


def country_name(country: str) -> str:
    """Printed name of a country or group code."""
    return GROUPS.get(country) or _country_names().get(country, country)


def resolve_country(text: str) -> str:
    """ISO 3166-1 alpha-3 of a country by code or name, in many languages; UnknownName with the nearest names otherwise."""
    wanted = text.strip()
    if wanted.upper() in _country_names():
        return wanted.upper()
    found = _spellings().get(plain(wanted))
    if found is None:
        raise unknown(
            "country", "country or region", text, [*_country_names().values(), *_regions(), *_country_names()]
        )
    return found


def plain(text: str) -> str:
    """A name without case, accents and punctuation, so that ``Côte d'Ivoire`` and ``COTE D IVOIRE`` are one."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    words = "".join(letter if letter.isalnum() else " " for letter in bare.casefold()).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


@cache
def _spellings() -> dict[str, str]:
    table = load("country_names")
    by_name = dict(zip(map(plain, table["alias"]), table["country"], strict=True))
    countries = load("countries").dropna(subset=["iso2"])
    return {**dict(zip(countries["iso2"].str.casefold(), countries["country"], strict=True)), **by_name}


@cache
def _regions() -> dict[str, str]:
    table = load("regions").drop_duplicates("region")
    return dict(zip(table["region"], table["name"], strict=True))


SMALLEST_REGION = 5
"""Members from which a region is recognised in a list of countries."""


def region_name(region: str) -> str:
    """Name of a region inside a sentence, by code: short codes that people say stand as they are."""
    return {"EU27": "the EU", "EU": "the EU", "G7": "the G7"}.get(region, f"the members of {region}")


def regions_in(countries: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Regions whose members of today are all among ``countries``, largest first, and the countries that are left."""
    left, found = set(countries), []
    sizes = {
        code: set(_members(code, dt.datetime.now(tz=dt.UTC).date().isoformat())) for code in _regions() if code != "EU"
    }
    for code, members in sorted(sizes.items(), key=lambda each: (-len(each[1]), each[0])):
        if len(members) >= SMALLEST_REGION and members <= left:
            found.append(code)
            left -= members
    return tuple(found), tuple(country for country in countries if country in left)


@cache
def _region_keys() -> dict[str, str]:
    spellings = [(name, code) for code, title in _regions().items() for name in (code, title)]
    spellings += [("European Union", "EU"), ("EU-27", "EU27")]
    return {plain(name).replace(" ", ""): code for name, code in spellings}


def region_code(text: str) -> str | None:
    """The code of a region, from its code or name; None where ``text`` names none."""
    return _region_keys().get(plain(text).replace(" ", ""))


def resolve_place(text: str, on: dt.date | None = None) -> tuple[str, ...]:
    """Countries of a place: one country, or the members of a region on a day (today's when left out), by code.

    A member whose first day no source gives counts as one; a member leaves on its last day.
    """
    return _members(text, (on or dt.datetime.now(tz=dt.UTC).date()).isoformat())


@cache
def _members(text: str, day: str) -> tuple[str, ...]:
    code = region_code(text)
    if code is None:
        return (resolve_country(text),)
    members = load("regions")
    members = members[members["region"] == code]
    inside = (members["since"].isna() | (members["since"] <= day)) & (
        members["until"].isna() | (members["until"] >= day)
    )
    found = tuple(sorted(members.loc[inside, "country"]))
    if not found:
        todo = "take EU, which has its members of each day" if code == "EU27" else "choose a later day"
        raise BadInput(Problem("place", f"{code} has no members on that day", day, todo))
    return found

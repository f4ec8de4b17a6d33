"""The region that a scoreboard is of: a named, dated set of countries, from the facts or from a user's own file.

A file is YAML: ``name`` in words, and ``members``, each a country or a record ``{country, since, until}`` with ISO dates.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from orepact import facts
from orepact.errors import BadInput, Problem
from orepact.files import read_yaml

PLACE = "region"


@dataclass(frozen=True)
class Region:
    """Countries by ISO3 code on one day; ``studied`` says whether the EU's own studies are of just these countries."""

    name: str
    members: tuple[str, ...]
    day: dt.date
    studied: bool


class _Member(BaseModel):
    model_config = ConfigDict(extra="forbid")

    country: str
    since: dt.date | None = None
    until: dt.date | None = None


class _Own(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    members: list[_Member | str]


def region_of(text: str, year: int | None = None) -> Region:
    """The region of that name, or of that YAML file, at the end of ``year`` (today when left out).

    Raises BadInput or UnknownName with every fault.
    """
    day = dt.datetime.now(tz=dt.UTC).date() if year is None else dt.date(year, 12, 31)
    if text.lower().endswith((".yaml", ".yml")):
        name, members = _own(Path(text), day)
    else:
        name, members = text, facts.resolve_place(text, day)
    # The study of 2023 is of the Union without the United Kingdom throughout.
    studied = set(members) == set(facts.resolve_place("EU27", dt.date(2023, 12, 31)))
    return Region(name, members, day, studied)


def _own(path: Path, day: dt.date) -> tuple[str, tuple[str, ...]]:
    place = f"{PLACE}, {path.name}"
    try:
        written = read_yaml(path, place).content
        if not isinstance(written, dict):
            raise BadInput(Problem(place, "the file holds no region", "nothing named", "give name and members"))
        found = _Own.model_validate(written)
    except ValidationError as error:
        raise BadInput(
            Problem(
                f"{place}, {'.'.join(map(str, each['loc']))}",
                str(each["msg"]),
                repr(each["input"])[:60],
                "give name and members",
            )
            for each in error.errors()
        ) from None
    records = [_Member(country=each) if isinstance(each, str) else each for each in found.members]
    inside = [each for each in records if (each.since or day) <= day <= (each.until or day)]
    members = tuple(sorted({country for each in inside for country in facts.resolve_place(each.country, day)}))
    if not members:
        raise BadInput(Problem(place, "the region has no members on that day", day.isoformat(), "change their dates"))
    return found.name, members

"""What the notes of all questions share: codes spoken as names, whole sentences, and the command with its versions."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from orepact import facts
from orepact.cases.words import WITH_ARTICLE
from orepact.errors import OrepactError
from orepact.facts.names import region_code
from orepact.report.note.record import Asked

CODE = re.compile(r"\b[A-Z]{3}\b")
SLUG = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def spoken(text: str) -> str:
    """A text of the engine with codes of countries, and slugs of minerals that no reader would write, as names."""
    return SLUG.sub(lambda found: _mineral(found[0]), CODE.sub(lambda found: _country(found[0]), text))


def _country(code: str) -> str:
    name = facts.country_name(code)
    return f"the {name}" if code in WITH_ARTICLE and name != code else name


def _mineral(slug: str) -> str:
    try:
        return facts.mineral_name(slug)
    except (OrepactError, KeyError):
        return slug


def sentence(text: str) -> str:
    """A text of the engine as a sentence, with its codes spoken."""
    said = spoken(text)
    return f"{said[:1].upper()}{said[1:]}" + ("" if said.endswith(".") else ".")


def place_name(said: str) -> str:
    """Countries and regions joined by commas, by name; what is none stays as it was said."""
    return " and ".join(_place(part.strip()) for part in said.split(",") if part.strip()) or said


def _place(text: str) -> str:
    region = region_code(text)
    if region is not None:
        return facts.region_name(region)
    try:
        found = facts.resolve_place(text)
    except OrepactError:
        return text
    return _country(found[0]) if len(found) == 1 else text


def asked_as(words: Sequence[str], named: Mapping[str, Any]) -> Asked:
    """The command that gives an answer again; its hash names what was asked (``named``), the facts and the code."""
    from orepact.cases.versions import versions

    found = versions()
    told = {**named, "facts": found["facts_version"], "code": found["code_version"]}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:12]
    return Asked(shlex.join(words), digest, found["facts_version"], found["code_version"])

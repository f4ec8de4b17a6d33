"""Names in place of codes: what people call the parties, initiatives, agreements and people that a record names by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from orepact import facts
from orepact.pact.beside import library
from orepact.pact.kinds import KINDS
from orepact.pact.kinds.agreements import EVERYTHING
from orepact.pact.kinds.base import Kind
from orepact.pact.sight import Sight
from orepact.pact.state import Kept
from orepact.report.pact_text import plain

NAMING = ("party", "initiative", "agreement", "project", "person", "token")
"""Kinds whose records others name, those first whose name is meant where two have the same id."""

IDS = {"id", "ids"}
NAMED_TOO = {"clause", "sponsors"}
"""Fields of texts that may be ids all the same."""

EVERY = {"minerals": "all minerals", "stages": "all stages", "countries": "all countries"}


class Names:
    """Names of what one viewer sees; what the viewer may not read keeps its id, as if it were not there."""

    def __init__(self, sight: Sight) -> None:
        self._names: dict[str, tuple[str, str]] = {}
        for kind in reversed(NAMING):
            self._names |= {each.id: (each.record.title(), f"/pact/{KINDS[kind].plural}") for each in sight.all(kind)}

    def of(self, record: str) -> str:
        """What people call it; the id itself where nothing of that id is seen."""
        return self._names.get(record, (record, ""))[0]

    def place(self, code: str) -> str:
        """Name of a party, country or region; the code itself where neither the viewer nor the facts know it."""
        found = self.of(code)
        return _regions().get(code, code) if found == code else found

    def page(self, record: str) -> str:
        """Address of its page; empty where nothing of that id is seen."""
        base = self._names.get(record, ("", ""))[1]
        return f"{base}/{record}" if base else ""

    def all(self, records: Iterable[str]) -> str:
        """Several names, joined by commas."""
        return ", ".join(self.of(each) for each in records)

    def title(self, kept: Kept) -> str:
        """What people call a record: of a membership who belongs to what, by name."""
        record: Any = kept.record
        return f"{self.of(record.member)} in {self.of(record.of)}" if kept.kind == "membership" else record.title()

    def said(self, kind: Kind, field: str, value: Any) -> str:
        """The value of a field as people write it: names in place of ids where it holds ids."""
        found = [self._one(field, each) for each in ids_of(kind, field, value)]
        return ", ".join(found) if found else plain(value)

    def _one(self, field: str, value: str) -> str:
        if value == EVERYTHING:
            return EVERY.get(field, value)
        if field == "minerals":
            return mineral(value)
        return clause(value) if field == "clause" else self.place(value)

    def links(self, kind: Kind, field: str, value: Any) -> list[tuple[str, str]]:
        """The names that a field holds, each with the address of its page, empty where it has none; nothing where it holds no ids."""
        return [(self._one(field, each), self._address(field, each)) for each in ids_of(kind, field, value)]

    def _address(self, field: str, value: str) -> str:
        if field == "minerals":
            return f"/mineral/{value}" if value in _minerals() else ""
        return "" if field in {"clause", "id"} else self.page(value)


def ids_of(kind: Kind, field: str, value: Any) -> list[str]:
    """The ids that a field of a record holds; nothing where it holds something else."""
    info = kind.record.model_fields.get(field)
    extra = info.json_schema_extra if info is not None and isinstance(info.json_schema_extra, dict) else {}
    if extra.get("unit") not in IDS and field not in NAMED_TOO:
        return []
    given = value if isinstance(value, list | tuple) else [value]
    return [each for each in given if isinstance(each, str)]


@cache
def _regions() -> Mapping[str, str]:
    return {str(each): facts.region_name(str(each)) for each in facts.load("regions")["region"].unique()}


@cache
def _minerals() -> Mapping[str, str]:
    return {str(each): facts.mineral_name(str(each)) for each in facts.load("minerals")["mineral"]}


def mineral(slug: str) -> str:
    """What people call a mineral."""
    return _minerals().get(slug, slug.replace("_", " "))


def clause(name: str) -> str:
    """Title of an entry of the clause library; other clauses as they are written."""
    found = _library().get(name)
    return found if found is not None else name.replace("_", " ")


@cache
def _library() -> Mapping[str, str]:
    return library()


@cache
def source(name: str) -> tuple[str, str]:
    """Who published a source of the facts, and its address; the name itself where the facts know none."""
    table = _sources()
    return table.get(name, (name, ""))


@cache
def _sources() -> Mapping[str, tuple[str, str]]:
    table = facts.load("sources")
    rows = zip(table["source"], table["publisher"], table["address"], strict=True)
    return {str(name): (str(publisher), str(address)) for name, publisher, address in rows}

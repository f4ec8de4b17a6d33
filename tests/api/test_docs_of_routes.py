"""docs/api.md names every address of the API with its methods, and none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.testclient import TestClient

from orepact.pact.kinds import KINDS
from orepact.web.app import create_app

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
METHODS = ("GET", "POST", "DELETE", "PUT", "PATCH")


def told() -> set[tuple[str, str]]:
    """Address and method of every row of the table."""
    found = set()
    for line in TEXT.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 5 and cells[1].startswith("`/"):
            addresses = re.findall(r"`(/[^`]*)`", cells[1])
            found |= {
                (one, method)
                for each in addresses
                for one in meant(each)
                for method in METHODS
                if re.search(rf"\b{method}\b", cells[2])
            }
    return found


def meant(address: str) -> list[str]:
    """The addresses that one of the table stands for: ``{plural}`` is every kind of record."""
    kinds = [kind for kind in KINDS.values() if "{verb}" not in address or set(kind.verbs) != {"add"}]
    return [address.replace("{plural}", kind.plural) for kind in kinds] if "{plural}" in address else [address]


def test_the_table_has_every_route_and_no_other() -> None:
    spec = TestClient(create_app(), base_url="http://127.0.0.1").get("/openapi.json").json()
    there = {
        (path.removeprefix("/api/v1"), method.upper())
        for path, item in spec["paths"].items()
        for method in item
        if method.upper() in METHODS
    }
    assert told() == there


def test_pages_and_entity_tags_are_told() -> None:
    for word in ("`next`", "`limit`", "`offset`", "`ETag`", "`If-None-Match`", "`304`"):
        assert word in TEXT

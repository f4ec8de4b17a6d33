"""Links from words to facts: the ids of sources inside a line, and the figures under a cell of the scoreboard."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from orepact import facts

if TYPE_CHECKING:
    from orepact.indicators.scoreboard import Cell

WORD = re.compile(r"[a-z][a-z0-9_]{3,}")


def sourced(line: str) -> Markup:
    """A line of text, escaped, in which the id of each source leads to its record."""
    known = _sources()
    found, last = Markup(""), 0
    for match in WORD.finditer(line):
        if match.group() in known:
            link = Markup('<a class="why" href="/why?address=sources/{0}">{0}</a>').format(match.group())
            found += escape(line[last : match.start()]) + link
            last = match.end()
    return found + escape(line[last:])


@cache
def _sources() -> frozenset[str]:
    return frozenset(facts.load("sources")["source"])


def cell_facts(cell: Cell) -> list[tuple[str, str]]:
    """What a cell of the scoreboard rests on, as words and addresses: rows of the tables that hold figures of its mineral."""
    from orepact.network import calibrated_minerals

    stage = "refined" if cell.stage == "scrap" else cell.stage
    found: list[tuple[str, str]] = []
    if cell.mineral in calibrated_minerals():
        from orepact.network.recipe import recipe_of

        recipe = recipe_of(cell.mineral)
        year = cell.year if cell.year is not None and cell.year.isdigit() else str(recipe.base_year)
        if stage in recipe.stages and year == str(recipe.base_year):
            found.append((f"balanced table of {year}, {stage}", f"network/{cell.mineral}/{year}/{stage}/*/*"))
    if cell.benchmark == "recycling" and _has("recycling", cell.mineral):
        found.append(("recycling rates", f"recycling/{cell.mineral}"))
    return found


@cache
def _has(table: str, mineral: str) -> bool:
    return bool((facts.load(table)["mineral"] == mineral).any())

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
    """What a cell of the scoreboard rests on beside its sources, as words and addresses: its balanced table, or recycling rates."""
    from orepact.network.recipe import calibrated_minerals, recipe_of

    if cell.benchmark == "recycling":
        return (
            [("recycling rates", f"recycling/{cell.mineral}")]
            if cell.sources and _has("recycling", cell.mineral)
            else []
        )
    if cell.mineral not in calibrated_minerals():
        return []
    recipe = recipe_of(cell.mineral)
    year = str(recipe.base_year)
    if cell.year != year or cell.stage not in recipe.stages:
        return []
    return [(f"balanced table of {year}, {cell.stage}", f"network/{cell.mineral}/{year}/{cell.stage}/*/*")]


@cache
def _has(table: str, mineral: str) -> bool:
    return bool((facts.load(table)["mineral"] == mineral).any())

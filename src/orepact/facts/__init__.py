"""What is known: typed tables in which every figure has a unit, a period, a basis, a source and a grade.

What enters: the project's own files under ``data/`` (shipped in the wheel). What leaves: validated pandas frames, names
resolved to the words of the house, and the version of the facts. Missing stays missing; nothing is imputed here.
"""

from typing import Any

from orepact.facts.assessments import assessments
from orepact.facts.claims import claims, conflicts
from orepact.facts.episodes import Episode, Event, Observed, episodes
from orepact.facts.exports import export
from orepact.facts.listing import overview
from orepact.facts.names import (
    country_name,
    mineral_name,
    region_name,
    regions_in,
    resolve_country,
    resolve_mineral,
    resolve_place,
    resolve_stage,
)
from orepact.facts.paging import Rows, address_of, found_rows, page_of
from orepact.facts.revisions import median_revision, revisions
from orepact.facts.selection import select
from orepact.facts.sql import connect, query
from orepact.facts.tables import folder, load, read, sources, tables, version
from orepact.facts.trail import why

__all__ = [
    "Episode", "Event", "Observed", "Rows", "address_of", "assessments", "claims", "conflicts", "connect", "country_name", "episodes",
    "export", "folder", "found_rows", "load", "median_revision", "mineral_name", "overview", "page_of", "query", "read", "region_name",
    "regions_in", "resolve_country", "resolve_mineral", "resolve_place", "resolve_stage", "revisions", "select",
    "sources", "tables", "version", "why",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load the rooms for users' own files when they are asked for."""
    if name in {"address", "loaders", "refresh"}:
        from importlib import import_module

        return import_module(f"orepact.facts.{name}")
    raise AttributeError(f"module 'orepact.facts' has no attribute '{name}'")

"""Loaders for a user's own files: publishers' layouts in, our schema out, and nothing taken on trust.

What enters: a file as its publisher releases it. What leaves: a frame in the schema ``production`` or ``trade`` with a
count of what was left out and why. A file that is not what it says is refused in one sentence. None of these files is
shipped with Orepact; :data:`KINDS` tells where each is and under which licence.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

from orepact.errors import BadInput, Problem, unknown
from orepact.facts.loaders.reading import Loaded

__all__ = ["KINDS", "Kind", "Loaded", "load"]


@dataclass(frozen=True)
class Kind:
    """A publisher's file: what it is, where it is live, under which licence, and the table that it becomes."""

    name: str
    title: str
    publisher: str
    address: str
    licence: str
    table: str


_ALL = (
    Kind("baci", "BACI, yearly CSV or zip of a release (HS92)", "CEPII", "https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37", "Etalab Open Licence 2.0", "trade"),
    Kind("comtrade", "UN Comtrade, JSON or CSV of the API v1", "United Nations Statistics Division", "https://comtradeplus.un.org", "UN policy on use and re-dissemination; not to be passed on in bulk", "trade"),
    Kind("usgs", "Mineral Commodity Summaries, data release of 2025 or later (CSV)", "U.S. Geological Survey", "https://www.sciencebase.gov/catalog/item/696a75d5d4be0228872d3bf8", "public domain", "production"),
    Kind("bgs", "World Mineral Statistics, CSV", "British Geological Survey", "https://ogcapi.bgs.ac.uk/collections/world-mineral-statistics", "personal, non-commercial research; not to be passed on", "production"),
    Kind("wmd", "World Mining Data, workbook 6.4 (XLSX)", "Federal Ministry of Finance, Austria", "https://www.world-mining-data.info/?World_Mining_Data___Data_Section", "free with the source named; tables not to be passed on", "production"),
)  # fmt: skip
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}


def load(kind: str, path: str | Path, **options: Any) -> Loaded:
    """Read a user's file of a kind; ``options`` are those of the kind's own ``read`` (``codes``, ``year``, ``flow``).

    Raises:
        UnknownName: for a kind that is none. BadInput: for a file that is not of its kind. MissingData: where none of it
            can be used.
    """
    if kind not in KINDS:
        raise unknown("load", "kind of file", kind, KINDS)
    reader = import_module(f"orepact.facts.loaders.{kind}").read
    problems = [
        Problem(f"--{name}", f"files of the kind {kind} have no such option", f"'{value}'", "leave it out")
        for name, value in options.items()
        if name not in signature(reader).parameters
    ]
    if problems:
        raise BadInput(problems)
    loaded: Loaded = reader(Path(path), **options)
    return loaded

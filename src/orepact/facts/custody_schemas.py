"""Columns and tables of the schemes that vouch for sites: what each is, and which criteria it covers by what pages say.

A cell in which no page was seen says ``cannot tell``: it never means that the scheme leaves the matter out.
"""

from __future__ import annotations

from orepact.facts.column import Column

COVERAGE = ("covers", "partly", "not", "cannot tell")
STAGES = r"(mine|intermediate|refined|component|scrap)(\|(mine|intermediate|refined|component|scrap))*"

CUSTODY_COLUMNS: dict[str, Column] = {
    "sites": Column("stages of the sites that a scheme is for, joined by |", pattern=STAGES),
    "recognition": Column(
        "whether the European Commission has recognised the scheme under Article 30 and Annex IV of Regulation (EU) 2024/1252"
    ),
    "criterion": Column("criterion that a scheme may cover", pattern=r"[a-z0-9_]+"),
    "coverage": Column("whether the scheme covers the criterion, by what pages say", allowed=COVERAGE),
}

CUSTODY_TABLES: dict[str, tuple[str, str, str, str]] = {
    "schemes": (
        "Schemes that vouch for mines and plants",
        "scheme name lead sites recognition period source grade note",
        "scheme",
        "note",
    ),
    "scheme_criteria": (
        "Which criteria each scheme covers",
        "scheme criterion coverage basis period source grade note",
        "scheme criterion",
        "note",
    ),
}

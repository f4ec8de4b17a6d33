"""Columns and tables of the ways that goods take: corridors on land, their figures, and the law of passages at sea.

A table is title, columns, key and columns that may be empty, each list parted by spaces, as ``schemas`` reads them. A figure that no
page seen gives has no row: it cannot be told, and is never a capacity without end.
"""

from __future__ import annotations

from orepact.facts.column import Column

SEVERAL = r"\*|[A-Z]{3}(\|[A-Z]{3})*"

CORRIDOR_COLUMNS: dict[str, Column] = {
    "corridor": Column("corridor, by slug; sea stands for every sea leg", pattern=r"[a-z0-9_]+"),
    "mode": Column("how goods go", allowed=("rail", "road", "rail and ship", "sea")),
    "origins": Column("countries that it serves (ISO 3166-1 alpha-3), joined by |; * for all", pattern=SEVERAL),
    "passes": Column("places that it passes, in order, joined by |"),
    "jurisdictions": Column(
        "countries whose law it is under, in order (ISO 3166-1 alpha-3), joined by |; empty for the open sea and for straits that nobody "
        "may close",
        pattern=SEVERAL,
    ),
    "ends_in": Column("country where it ends (ISO 3166-1 alpha-3)", pattern=r"[A-Z]{3}"),
    "operator": Column("who runs it"),
    "owners": Column(
        "countries of those who own the operator, as far as the page says (ISO 3166-1 alpha-3), joined by |",
        pattern=SEVERAL,
    ),
}

CORRIDOR_TABLES: dict[str, tuple[str, str, str, str]] = {
    "corridors": (
        "Named ways from producing countries to a port or a border",
        "corridor name mode origins minerals passes jurisdictions port ends_in operator owners status source grade note",
        "corridor",
        "passes jurisdictions port ends_in operator owners note",
    ),
    "corridor_figures": (
        "Length, days, capacity and cost of corridors, as pages give them",
        "corridor measure value low high unit period basis main source grade note",
        "corridor measure period source",
        "low high note",
    ),
    "passage_terms": (
        "Whose law holds at each passage of the sea network",
        "passage kind jurisdictions basis source grade note",
        "passage",
        "jurisdictions note",
    ),
}

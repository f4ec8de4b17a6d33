"""An indicator as people read it: one row for each group and place, and why a row cannot be told."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
from rich.console import Console
from rich.table import Table

from orepact.indicators.by_table import Indicator
from orepact.indicators.own_tables import OwnColumn
from orepact.report.numbers import UNTOLD, WIDTH

MOST_ROWS = 60
BELOW = ("grade", "period", "sources")
"""Columns that say the same, or nearly, in every row: they are printed once below, and in full by --csv."""

WRAPPED = ("used", "missing", "import_reliance")


def print_indicator(found: pd.DataFrame) -> None:
    """Print an indicator's rows; long answers are cut, and say so."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    shown = found.drop(columns=[column for column in BELOW if column in found and "sources" in found])
    shown = shown.drop(columns=[] if (found["missing"] != "").any() else ["missing"])
    table = Table(box=None, padding=(0, 1), show_edge=False, header_style="bold")
    for column in shown:
        numeric = pd.api.types.is_numeric_dtype(shown[column])
        table.add_column(
            str(column).replace("_", " "), justify="right" if numeric else "left", no_wrap=column not in WRAPPED
        )
    for row in shown.head(MOST_ROWS).itertuples(index=False):
        table.add_row(*[_cell(value) for value in row])
    console.print(table)
    untold = int((found["missing"] != "").sum())
    notes = [f"{untold} of {len(found)} rows cannot be told; the last column says what is missing."] if untold else []
    notes += [f"{len(found) - MOST_ROWS} more rows: --csv prints all."] if len(found) > MOST_ROWS else []
    for note in notes:
        console.print(note, markup=False)
    if "sources" in found:
        for column in BELOW:
            words = ", ".join(sorted(set("|".join(found[column]).split("|"))))
            console.print(f"{column.capitalize()}: {words}", markup=False)


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "?"
    if isinstance(value, float):
        return f"{value:,.3g}".replace(",", "\u2009")
    return str(value)


def print_indicators(indicators: Mapping[str, Indicator], tables: Mapping[str, Mapping[str, OwnColumn]]) -> None:
    """Print what can be computed, from which tables, and the columns of each."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    listing = Table("indicator", "what it says", "tables", box=None, padding=(0, 1), header_style="bold")
    for name, indicator in indicators.items():
        listing.add_row(
            name, indicator.describes, ", ".join([*indicator.needs, *(f"({may})" for may in indicator.may)])
        )
    console.print(listing)
    columns = Table("table", "column", "what it holds", box=None, padding=(0, 1), header_style="bold")
    for table, named in tables.items():
        for place, (name, column) in enumerate(named.items()):
            words = column.describes + (" (may be left out)" if column.optional else "")
            columns.add_row("" if place else f"--{table.replace('_', '-')}", name, words)
    console.print()
    console.print(columns)
    console.print(
        f"\nAn empty figure is missing, never zero; an answer that needs it is '{UNTOLD}' and says so.", markup=False
    )

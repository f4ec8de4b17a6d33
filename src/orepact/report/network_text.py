"""A network as text and as plain records."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.network import Network, StageTable, distances
from orepact.report.numbers import WIDTH, tonnes


def network_answer(found: Network) -> dict[str, Any]:
    """The whole table in JSON terms: flows with grades, what was moved, and the comparison with published shares."""
    return {
        "mineral": found.mineral,
        "base_year": found.base_year,
        "unit": "t of content",
        "why": found.recipe.why,
        "grade": found.grade,
        "inferred_use": found.inferred_use,
        "price": {"usd_per_t": found.price.usd_per_t, "basis": found.price.basis, "grade": found.price.grade},
        "flows": found.frame().to_dict(orient="records"),
        "producers": [row for table in found.stages for row in _producer_rows(found, table)],
        "moved_t": {table.stage: table.moved for table in found.stages},
        "comparison": found.comparison.to_dict(orient="records"),
        "distances": distances(found.comparison).to_dict(orient="records"),
        "notes": list(found.notes),
        "sources": list(found.sources),
    }


def _producer_rows(found: Network, table: StageTable) -> list[dict[str, Any]]:
    del found
    return [
        {
            "stage": table.stage,
            "country": country,
            "output_t": float(table.output[row]),
            "reported_t": float(table.reported[row]),
            "secondary_or_unexplained_t": float(table.secondary[row]),
            "stock_change_or_loss_t": float(table.stock_change[row]),
            "exports_cut_t": float(table.cut[row]),
        }
        for row, country in enumerate(table.producers)
    ]


def print_network(found: Network, top: int) -> None:
    """Print the table of every stage, what was moved to balance it, and how it stands against published shares."""
    console = Console(width=WIDTH)
    console.print(
        f"[bold]{facts.mineral_name(found.mineral)}, {found.base_year}[/bold], tonnes of content, "
        f"evidence grade {found.grade}" + (" (use by country inferred)" if found.inferred_use else "")
    )
    console.print(found.recipe.why, style="dim")
    for table in found.stages:
        console.print(_flow_table(table, top))
        console.print(_producer_table(table, top))
        console.print(
            f"  Reconciliation moved {tonnes(table.moved)} t of {tonnes(float(table.flows.sum()))} t; "
            f"recorded exports cut as impossible: {tonnes(float(table.cut.sum()))} t.\n"
        )
    _print_comparison(console, found)
    for note in found.notes:
        console.print(f"- {note}", style="dim")
    console.print(f"Sources: {', '.join(found.sources)}", style="dim")


def _flow_table(table: StageTable, top: int) -> Table:
    """The largest flows as a matrix: producers down, buyers across, the rest summed so that the totals hold."""
    rows = np.argsort(-table.output, kind="stable")[:top]
    columns = np.argsort(-table.purchases, kind="stable")[: min(top, 8)]
    columns = columns[table.purchases[columns] > 0]
    printed = Table(title=f"{table.stage}: from (down) to (across)", title_justify="left", box=None, pad_edge=False)
    printed.add_column("")
    for column in columns:
        printed.add_column(table.buyers[column], justify="right")
    printed.add_column("others", justify="right")
    printed.add_column("all", justify="right")
    for row in rows:
        cells = [f"{tonnes(float(table.flows[row, column]))} {table.grades[row, column]}" for column in columns]
        rest = float(table.output[row] - table.flows[row, columns].sum())
        printed.add_row(table.producers[row], *cells, tonnes(rest), tonnes(float(table.output[row])))
    total = table.flows.sum()
    sums = [tonnes(float(table.purchases[column])) for column in columns]
    printed.add_section()
    printed.add_row("all", *sums, tonnes(float(total - table.purchases[columns].sum())), tonnes(float(total)))
    return printed


def _producer_table(table: StageTable, top: int) -> Table:
    printed = Table(
        title=f"{table.stage}: output as published and as balanced", title_justify="left", box=None, pad_edge=False
    )
    for heading in ("", "published", "balanced", "secondary or unexplained", "stock change or loss", "exports cut"):
        printed.add_column(heading, justify="left" if not heading else "right")
    for row in np.argsort(-table.output, kind="stable")[:top]:
        figures = (table.reported, table.output, table.secondary, table.stock_change, table.cut)
        printed.add_row(table.producers[row], *[tonnes(float(values[row])) for values in figures])
    return printed


def _print_comparison(console: Console, found: Network) -> None:
    if found.comparison.empty:
        console.print(
            "No published sourcing shares to hold the table against: cannot tell how far it stands from them.\n"
        )
        return
    for row in distances(found.comparison).to_dict("records"):
        used = "used in the fit, so no test of it" if row["used_in_fit"] else "not used in the fit"
        console.print(
            f"{row['reporter']}, {row['stage']}: {row['apart']:.0%} of purchases come from another origin than published "
            f"({used})"
        )
    printed = Table(box=None, pad_edge=False)
    for heading in ("buyer", "stage", "origin", "in the table", "published"):
        printed.add_column(heading, justify="right" if heading in ("in the table", "published") else "left")
    largest = found.comparison.assign(size=found.comparison[["share", "published"]].max(axis=1))
    ordered = largest.sort_values("size", ascending=False).groupby(["reporter", "stage"], sort=True).head(5)
    for row in ordered.to_dict("records"):
        published = "not named" if np.isnan(row["published"]) else f"{row['published']:.0%}"
        printed.add_row(row["reporter"], row["stage"], row["origin"], f"{row['share']:.0%}", published)
    console.print(printed)


def print_minerals(rows: list[dict[str, Any]]) -> None:
    """Print what can be asked, and what cannot be told with what is missing."""
    console = Console(width=WIDTH)
    printed = Table(box=None, pad_edge=False)
    for heading in ("mineral", "stages", "base year", "use by country"):
        printed.add_column(heading)
    for row in (row for row in rows if not row["missing"]):
        printed.add_row(row["mineral"], row["stages"], str(row["base_year"]), row["use"])
    console.print(printed)
    console.print("\n[bold]Cannot tell[/bold], because this is missing:")
    for row in (row for row in rows if row["missing"]):
        console.print(f"- {row['mineral']}: {row['missing']}")

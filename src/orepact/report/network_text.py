"""A network as text and as plain records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.network import Network, StageTable, distances
from orepact.network.recipe import calibrated_minerals, reasons_for_none, recipe_of
from orepact.report.numbers import WIDTH, tonnes

Array = NDArray[np.float64]

NONE = "·"
"""Printed for a flow of none, or of less than the printed figures resolve."""

COLUMNS = 7
"""Most buyers printed across."""

MANY_TONNES = 500_000.0
"""World total above which a table is printed in thousand tonnes."""


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
        "settled_t": {table.stage: table.settled for table in found.stages},
        "comparison": found.comparison.to_dict(orient="records"),
        "distances": distances(found.comparison).to_dict(orient="records"),
        "notes": list(found.notes),
        "sources": list(found.sources),
    }


def mineral_rows() -> list[dict[str, Any]]:
    """Minerals that have a balanced table, with stages and base year, and those that cannot have one yet, with what is missing."""
    rows: list[dict[str, Any]] = [
        {
            "mineral": mineral,
            "stages": " > ".join((recipe := recipe_of(mineral)).stages),
            "base_year": recipe.base_year,
            "use": "inferred (E)" if recipe.inferred_use else "from trade",
            "missing": "",
        }
        for mineral in calibrated_minerals()
    ]
    return rows + [
        {"mineral": mineral, "stages": "", "base_year": None, "use": "cannot tell", "missing": missing}
        for mineral, missing in reasons_for_none().items()
    ]


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
        unit = _Unit.of(table)
        console.print(_flow_table(table, top, unit))
        console.print(_producer_table(table, top, unit))
        console.print(
            f"  Of {unit.text(float(table.flows.sum()))} {unit.name}, settling output moved {unit.text(table.settled)} to other "
            f"countries and fitting flows moved {unit.text(table.moved)}; "
            f"recorded exports cut as impossible: {unit.text(float(table.cut.sum()))} {unit.name}.\n"
        )
    _print_comparison(console, found)
    for note in found.notes:
        console.print(f"- {note}", style="dim")
    console.print(f"Sources: {', '.join(found.sources)}", style="dim")


@dataclass(frozen=True)
class _Unit:
    """What a table is printed in, so that its cells stay narrow: tonnes, or thousand tonnes of a large market."""

    name: str
    tonnes: float

    @classmethod
    def of(cls, table: StageTable) -> _Unit:
        return cls("kt", 1000.0) if float(table.flows.sum()) >= MANY_TONNES else cls("t", 1.0)

    def text(self, value: float) -> str:
        """A quantity in tonnes, printed in this unit; a dot stands for none."""
        printed = tonnes(float(value) / self.tonnes)
        return NONE if printed == "0" else printed


def _flow_table(table: StageTable, top: int, unit: _Unit) -> Table:
    """The largest flows as a matrix: producers down, buyers across, the rest summed so that the totals hold."""
    ranked = np.argsort(-table.output, kind="stable")
    rows, rest = ranked[:top], ranked[top:]
    columns = np.argsort(-table.purchases, kind="stable")[: min(top, COLUMNS)]
    columns = columns[table.purchases[columns] > 0]
    printed = Table(
        title=f"{table.stage}: from (down) to (across), {unit.name}", title_justify="left", box=None, pad_edge=False
    )
    for heading in ("", *(table.buyers[column] for column in columns), "others", "all"):
        printed.add_column(heading, justify="right" if heading else "left", no_wrap=True)

    def line(name: str, flows: Array, grades: list[str]) -> None:
        cells = [f"{unit.text(flows[column])} {grade}".strip() for column, grade in zip(columns, grades, strict=True)]
        printed.add_row(name, *cells, unit.text(flows.sum() - flows[columns].sum()), unit.text(flows.sum()))

    for row in rows:
        cells = zip(table.flows[row, columns], table.grades[row, columns], strict=True)
        line(
            table.producers[row],
            table.flows[row],
            [str(grade) if unit.text(flow) != NONE else "" for flow, grade in cells],
        )
    if len(rest):
        line(f"{len(rest)} others", table.flows[rest].sum(axis=0), [""] * len(columns))
    printed.add_section()
    line("all", table.purchases, [""] * len(columns))
    return printed


def _producer_table(table: StageTable, top: int, unit: _Unit) -> Table:
    printed = Table(
        title=f"{table.stage}: output as the facts have it and as balanced, {unit.name}",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for heading in ("", "as found", "balanced", "secondary or unexplained", "stock change or loss", "exports cut"):
        printed.add_column(heading, justify="left" if not heading else "right")
    for row in np.argsort(-table.output, kind="stable")[:top]:
        figures = (table.reported, table.output, table.secondary, table.stock_change, table.cut)
        printed.add_row(table.producers[row], *[unit.text(values[row]) for values in figures])
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
    reasons: dict[str, list[str]] = {}
    for row in (row for row in rows if row["missing"]):
        reasons.setdefault(row["missing"], []).append(row["mineral"])
    for missing, minerals in reasons.items():
        console.print(f"- {', '.join(minerals)}: {missing}")

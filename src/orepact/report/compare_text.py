"""Instruments beside each other as a page of a briefing: set for the same tonnes, cost by payer, leakage, run-out."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.cases.compare import Comparison
from orepact.report.numbers import WIDTH, interval_of_tonnes, money, tonnes

SMALLEST = 1e4
"""USD a year below which a group is not printed."""


def print_comparison(found: Comparison) -> None:
    """Print the comparison: what each instrument costs all together, then who pays, then what is lost on the way."""
    console = Console(width=WIDTH, highlight=False)
    answer = found.summary()
    console.print(
        f"[bold]{tonnes(answer['tonnes'])} t a year more of {facts.mineral_name(answer['mineral'])} ({answer['stage']}) in "
        f"{len(found.zone)} countries[/bold]\nFive ways to it, each set so that the median draw makes these tonnes; base price "
        f"{tonnes(answer['base_price'])} USD a tonne, base year {answer['base_year']}, grade {answer['grade']}.\n"
    )
    _print_costs(console, answer["instruments"])
    _print_payers(console, answer["instruments"])
    for each in answer["instruments"]:
        if not each["reached"]:
            console.print(f"{each['name']}: these tonnes are beyond it; at {tonnes(each['level'])} USD a tonne it makes "
                          f"{interval_of_tonnes(each['tonnes'])} t.")  # fmt: skip
    reasons = {each["why_no_runout"] for each in answer["instruments"] if each["why_no_runout"]}
    for reason in sorted(reasons):
        console.print(f"No run-out date: {reason}.".replace("..", "."))


def _print_costs(console: Console, rows: list[dict[str, Any]]) -> None:
    table = _table("", "level, USD/t", "t more", "costs all, USD", "leaks, t", "gone: 5 %", "50 %", "95 %")
    for each in rows:
        dates = each["runout"]
        gone = ["", "", ""] if dates is None else [day or "lasts" for day in dates.values()]
        table.add_row(
            short(each["name"]), tonnes(each["level"]), tonnes(each["tonnes"]["median"]), money(each["cost"]["median"]),
            tonnes(each["leakage_t"]["median"]), *gone,
        )  # fmt: skip
    console.print(table)
    console.print(
        f"Contract: for difference, {rows[1]['name'].split(', ')[-1]}. Gone: when the fund is, in that share of price paths."
    )
    held = next((each for each in rows if each["held"]["median"] > 0), None)
    if held is not None:
        console.print(
            f"A stock still holds what it bought: of its cost, metal for {money(held['held']['median'])} USD a year."
        )
    console.print(
        "Leaks: what the zone sells out of itself more than before (below zero: it keeps more). Amounts are by the year."
    )


def _print_payers(console: Console, rows: list[dict[str, Any]]) -> None:
    console.print("\n[bold]Who loses (below zero) and who gains[/bold] (USD a year, medians)")
    table = _table("", *(short(each["name"]) for each in rows))
    groups: dict[str, None] = {}
    for each in rows:
        for row in each["payers"]:
            if abs(row["amount"]["median"]) >= SMALLEST:
                groups[row["who"]] = None
    for group in sorted(groups, key=lambda name: ("zone" not in name, "partner" not in name)):
        cells = []
        for each in rows:
            amount = next((row["amount"]["median"] for row in each["payers"] if row["who"] == group), 0.0)
            cells.append(money(amount) if abs(amount) >= SMALLEST else "0")
        table.add_row(group, *cells)
    console.print(table)
    console.print()


def short(name: str) -> str:
    """The heading of an instrument's column."""
    words = {
        "adjustable": "duty",
        "contract": "contract",
        "offtake": "offtake",
        "production": "subsidy",
        "purchase": "stock",
    }
    return words.get(name.split(" ", maxsplit=1)[0], name)


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 1), show_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right", overflow="fold")
    return table

"""A market of a user's own as people read it: who sells and buys what at which price, what moves, who keeps which money."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from orepact.cases.own_market import OwnResult
from orepact.report.numbers import WIDTH

MOST_ROUTES = 60
SHOWN = 1e-9
"""Share of the largest flow below which a route is not printed."""


def print_market(found: OwnResult) -> None:
    """Print a solved market; routes that carry nothing are left out, and long lists are cut and say so."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    answer = found.summary()
    _print_side(console, "Producer", "Price", answer, "producers")
    _print_side(console, "User", "Price delivered", answer, "users")
    _print_flows(console, answer["flows"])
    _print_money(console, answer)
    mark = answer["certificate"]
    console.print(
        f"\nCertificate: {mark['status']}; largest relative imbalance of a node {mark['balance']:.1e}, largest breach of a "
        f"condition {mark['complementarity']:.1e}, after {mark['iterations']} iterations."
    )


def _number(value: float) -> str:
    text = f"{value:,.6g}"
    return ("0" if text == "-0" else text).replace(",", "\u2009")


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2), show_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        words = index == 0 or column == "To"
        table.add_column(column, justify="left" if words else "right", overflow="fold")
    return table


def _print_side(console: Console, who: str, price: str, answer: dict[str, Any], side: str) -> None:
    table = _table(who, price, "Quantity")
    for name, each in answer["prices"][side].items():
        table.add_row(name, _number(each), _number(answer["quantities"][side][name]))
    console.print(table)
    console.print()


def _print_flows(console: Console, flows: list[dict[str, Any]]) -> None:
    least = SHOWN * max((row["quantity"] for row in flows), default=0.0)
    moving = [row for row in flows if row["quantity"] > least]
    table = _table("From", "To", "Quantity")
    for row in moving[:MOST_ROUTES]:
        table.add_row(row["from"], row["to"], _number(row["quantity"]))
    console.print(table if moving else "Nothing is traded.")
    if len(moving) > MOST_ROUTES:
        console.print(f"{len(moving) - MOST_ROUTES} more routes: --csv or --json has them all.")


def _print_money(console: Console, answer: dict[str, Any]) -> None:
    if answer["rents"]:
        table = _table("Cap", "Limit", "Shipped", "Rent per unit", "Rent")
        for row in answer["rents"]:
            numbers = (row["limit"], row["shipped"], row["per_unit"], row["total"])
            table.add_row(row["name"], *(_number(each) for each in numbers))
        console.print()
        console.print(table)
    revenue = answer["revenue"]
    if revenue["tariffs"] or revenue["wedges"]:
        console.print(f"\nRevenue: tariffs {_number(revenue['tariffs'])}, wedges {_number(revenue['wedges'])}.")
    for row in revenue["last_resort"]:
        bought, spent = _number(row["bought"]), _number(row["spent"])
        console.print(f"\nThe buyer of last resort takes {bought} from {row['producer']} for {spent}.")

"""Expected loss as a crisis cell reads it: one sum, where it comes from, whom it hits, and what the probabilities are."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.planning.expected_loss import ExpectedLoss
from orepact.report.numbers import UNTOLD, WIDTH, counted, money, tonnes

MOST = 8
MOST_UNTOLD = 4
OTHERS = "OTH"
"""Countries that a publisher does not name."""


def print_expected_loss(found: ExpectedLoss) -> None:
    """Print the answer on one page."""
    answer = found.summary()
    console = Console(width=WIDTH, emoji=False, highlight=False)
    total = answer["expected_usd_a_year"]
    console.print(f"[bold]{answer['question']}[/bold]\n")
    console.print(
        f"{money(total['mean'])} USD a year ({money(total['low'])} to {money(total['high'])}): lost use at base prices, times "
        "how likely each stop is taken to be.\n"
    )
    console.print(_minerals(answer["by_mineral"]))
    console.print(_side_by_side(answer))
    console.print(_stops(answer["stops"]))
    _print_before_you_act(console, answer)


def _table(title: str, *columns: str) -> Table:
    table = Table(box=None, padding=(0, 1), show_edge=False, title=title, title_justify="left")
    words = {"mineral", "who stops", "who is hit", "stop"}
    for column in columns:
        table.add_column(column, justify="left" if column in words else "right", overflow="fold")
    return table


def _minerals(rows: list[dict[str, Any]]) -> Table:
    table = _table("By mineral, expected a year", "mineral", "USD", "lost, t", "of it unserved, t", "grade")
    for row in rows[:MOST]:
        numbers = (tonnes(row[name]) for name in ("expected_lost_t", "expected_unserved_t"))
        table.add_row(row["name"], money(row["expected_usd"]), *numbers, row["grade"])
    return _with_rest(table, rows)


def _side_by_side(answer: dict[str, Any]) -> Table:
    both = Table(box=None, padding=(1, 3, 1, 0), show_edge=False, show_header=False)
    origins, hit = _table("By who stops", "who stops", "USD"), _table("By who is hit", "who is hit", "USD")
    for table, key, rows in ((origins, "origin", answer["by_origin"]), (hit, "country", answer["by_country"])):
        for row in rows[:MOST]:
            table.add_row(_names(str(row[key])), money(row["expected_usd"]))
        _with_rest(table, rows)
    both.add_row(origins, hit)
    return both


def _with_rest(table: Table, rows: list[dict[str, Any]]) -> Table:
    if len(rows) > MOST:
        rest = sum(row["expected_usd"] for row in rows[MOST:])
        table.add_row(f"{len(rows) - MOST} more", money(rest), *[""] * (len(table.columns) - 2))
    return table


def _stops(rows: list[dict[str, Any]]) -> Table:
    table = _table("Largest single contributions", "stop", "a year", "lost if it happens, t", "USD", "expected USD")
    for row in rows[:MOST]:
        size = "stops" if row["cut"] == 1 else f"cuts {100 * row['cut']:g} % of"
        what = (
            f"{_names(row['origin'])} {size} {row['stage']} {facts.mineral_name(row['mineral'])}, {row['months']} mo."
        )
        span = f"{tonnes(row['lost_t'])} ({tonnes(row['lost_t_low'])} to {tonnes(row['lost_t_high'])})"
        likely = chance(row["probability"])
        table.add_row(what, likely, span, money(row["usd"]), money(row["expected_usd"]))
    return table


def chance(share: float | None) -> str:
    """A probability a year to three significant figures, so that it gives the expected sum again: ``0.28 %``."""
    if share is None or not math.isfinite(share):
        return UNTOLD
    return f"{100 * share:.3g}\u2009%"


def _names(origins: str) -> str:
    codes = origins.split()
    if len(codes) > 1:
        return counted(len(codes), "country", "countries")
    return "Countries not named" if codes[0] == OTHERS else facts.country_name(codes[0])


def _print_before_you_act(console: Console, answer: dict[str, Any]) -> None:
    mark, likely = answer["certificate"], answer["probabilities"]
    console.print("\n[bold]Before you act[/bold]")
    console.print(f"- Probabilities are from {likely['from']}; grade {likely['grade']}. Yours: --probabilities FILE.")
    console.print(
        "- A list of single stops: nothing is said of two at once, nor of what a stop teaches buyers to fear."
    )
    console.print(f"- {answer['value_added'][0].upper()}{answer['value_added'][1:]}.")
    for row in answer["cannot_tell"][:MOST_UNTOLD]:
        console.print(f"- Cannot tell: {row['what']} ({row['why']}).")
    if len(answer["cannot_tell"]) > MOST_UNTOLD:
        console.print(f"- and {len(answer['cannot_tell']) - MOST_UNTOLD} more that cannot be told (--json).")
    solved = f"{mark['solved']:,}".replace(",", "\u2009")
    console.print(
        f"\nCertificate: {solved} markets solved; largest imbalance {mark['max_balance']:.0e}, largest breach of a cap "
        f"{mark['max_complementarity']:.0e}."
    )

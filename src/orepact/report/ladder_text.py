"""The stress ladder at one glance: do the rungs agree, how much is lacking, from when, who is hit first, what would help."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Console
from rich.table import Table

from orepact.cases.ladder import Ladder
from orepact.report.numbers import WIDTH, interval_of_tonnes, money, percent, ratio, tonnes
from orepact.report.too_narrow import with_command

MOST = 3
MOST_DRIVERS = 4
RUNGS = {"L0": "L0 arithmetic", "L1": "L1 one period", "L4": "L4 months"}


def print_ladder(found: Ladder) -> None:
    """Print the answer on one page."""
    answer = found.summary()
    console = Console(width=WIDTH, emoji=False, highlight=False)
    console.print(f"[bold]{answer['question']}[/bold]\n")
    told = answer["confidence"]
    console.print(f"[bold]{told['words'][0].upper()}{told['words'][1:]}.[/bold]")
    if told["reason"]:
        console.print(f"Why: {told['reason']}.")
    if told["when"]:
        console.print(f"[bold]{told['when'][0].upper()}{told['when'][1:]}.[/bold]")
    console.print()
    console.print(_rungs(answer["rungs"]))
    worth = [row["shortage_usd"]["median"] for row in answer["rungs"]]
    console.print(
        f"At base prices that is {money(min(worth))} to {money(max(worth))} USD. Value added: {answer['value_added']}."
    )
    console.print(
        "Short: given up because dear, and unserved, after stocks. Days: until users lack 5 % of their use.\n"
    )
    console.print("[bold]Who is hit first[/bold]")
    for row in answer["rungs"]:
        console.print(f"  {RUNGS[row['rung']]}: {'; '.join(_hit(each) for each in row['hit_first'][:MOST])}")
    console.print(_mitigations(answer["mitigations"]))
    console.print("\n[bold]What the shortage hangs on[/bold] (rank correlation by months; in one period)")
    for row in answer["sensitivity"][:MOST_DRIVERS]:
        span = f"{tonnes(row['shortage_when_low_t'])} t where low, {tonnes(row['shortage_when_high_t'])} t where high"
        one = row["rank_correlation_one_period"]
        console.print(f"  {row['parameter']}: {row['rank_correlation']:+.2f}; {one:+.2f} ({span})")
    console.print(f"\n{with_command()}")
    mark = answer["certificate"]
    solved = f"{mark['solved']:,}".replace(",", "\u2009")
    console.print(
        f"Grade {answer['grade']}. Certificate: {solved} markets solved; largest imbalance {mark['max_balance']:.0e}. "
        f"Case {found.asked.case.hash}."
    )


def _rungs(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), show_edge=False)
    for name in ("Rung", "taken, t", "replaced", "stocks", "short, t", "of use", "days", "price x"):
        table.add_column(name, justify="left" if name == "Rung" else "right", no_wrap=True)
    for row in rows:
        price = "none" if row["price"] is None else _span(row["price"])
        days = "none" if row["days_until_short"] is None else _days(row["days_until_short"])
        parts = (tonnes(row[name]["median"]) for name in ("taken_t", "replaced_t", "from_stocks_t"))
        table.add_row(
            RUNGS[row["rung"]], *parts, interval_of_tonnes(row["shortage_t"]), percent(row["shortage_share_of_use"]["median"]), days,
            price,
        )  # fmt: skip
    return table


def _span(found: dict[str, float]) -> str:
    return f"{ratio(found['median'])} ({ratio(found['low'])}-{ratio(found['high'])})"


def _day(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "never"


def _days(found: dict[str, float]) -> str:
    if found["low"] == found["high"]:
        return _day(found["median"])
    return f"{_day(found['median'])} ({_day(found['low'])}-{_day(found['high'])})"


def _hit(row: dict[str, Any]) -> str:
    when = "" if row["day"] is None else f"day {row['day']:.0f}, " if math.isfinite(row["day"]) else "never short, "
    return f"{row['name']} ({when}{percent(row['share_lost'])} of its use)"


def _mitigations(rows: list[dict[str, Any]]) -> Table:
    table = Table(
        box=None,
        padding=(0, 1),
        show_edge=False,
        title="\n[bold]What would help, by months[/bold]",
        title_justify="left",
    )
    for name in ("Measure", "", "spared, t", "of it", "price x", "days"):
        table.add_column(
            name, justify="left" if name in {"Measure", ""} else "right", no_wrap=name not in {"", "Measure"}
        )
    for row in rows:
        share = row["avoided_share_of_shortage"]
        table.add_row(
            row["name"], row["what"], interval_of_tonnes(row["avoided_t"]), "none" if share is None else percent(share),
            ratio(row["price"]["median"]), _day(row["days_until_short"]["median"]),
        )  # fmt: skip
    return table

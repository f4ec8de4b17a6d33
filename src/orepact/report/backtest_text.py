"""A back-test as people read it: episode by episode what was seen and what the model says, and how often they meet."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table

from orepact.cases.backtest import Backtest, Row, Told
from orepact.report.numbers import UNTOLD, WIDTH, percent, ratio

WORDS = {
    "price_abroad": "price abroad", "price_home": "price at home", "exports": "exports", "use": "use",
    "output_share": "share of output", "reversal": "price after",
}  # fmt: skip


def print_backtest(found: Backtest) -> None:
    """Print every episode and the coverage over all of them."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    for told in found.told:
        _print_episode(console, told)
    answer = found.summary()
    inside = sum(row.inside for row in found.rows)
    right = sum(row.right_way for row in found.rows)
    console.print(
        f"[bold]Coverage[/bold]: {inside} of {answer['outcomes']} outcomes ({percent(answer['coverage'])}) lie within the "
        f"model's 80 % range; {right} moved to the side that the model says."
    )
    parts = [
        f"{WORDS[name]} {percent(share)}"
        for name, share in answer["coverage_by_quantity"].items()
        if math.isfinite(share)
    ]
    console.print("By kind: " + ", ".join(parts) + ".")
    console.print(
        "One set of parameters serves all episodes and none was fitted to them; why the model misses what it misses: "
        "docs/backtest.md."
    )


def _print_episode(console: Console, told: Told) -> None:
    console.print(
        f"[bold]{told.episode.id}[/bold], from {told.episode.start}, {told.episode.months} month{'' if told.episode.months == 1 else 's'}"
    )
    if told.missing:
        console.print(f"  {UNTOLD}: {told.missing}\n")
        return
    if told.later:
        console.print(
            f"  on the table of {told.base_year}: none of {told.episode.base_year} can be made, so the world is not that of the time"
        )
    table = Table(box=None, padding=(0, 2), show_edge=False, header_style="bold")
    for column in ("outcome", "where", "from", "to"):
        table.add_column(column)
    for column in ("seen", "model", "80 % range", ""):
        table.add_column(column, justify="right")
    for row in told.rows:
        table.add_row(*_cells(row))
    console.print(table)
    console.print()


def _cells(row: Row) -> tuple[str, ...]:
    seen = row.observed
    what = WORDS[seen.quantity] + (" against peak" if seen.against == "peak" else "")
    span = f"{ratio(row.low)} to {ratio(row.high)}" if row.told else UNTOLD
    verdict = "inside" if row.inside else ("outside" if row.right_way else "wrong side")
    return (
        what, seen.place, seen.from_month, seen.to_month, ratio(seen.value), ratio(row.median), span,
        verdict if row.told else UNTOLD,
    )  # fmt: skip


def markdown(found: Backtest) -> str:
    """Every outcome as a row of a table in Markdown, as ``docs/backtest.md`` has them."""
    head = [
        "| episode | outcome | where | from | to | seen | model | 80 % range | |",
        "|---|---|---|---|---|--:|--:|--:|---|",
    ]
    rows = [f"| {told.episode.id} | " + " | ".join(_cells(row)) + " |" for told in found.told for row in told.rows]
    missing = [f"| {told.episode.id} | {UNTOLD} | | | | | | | {told.missing} |" for told in found.told if told.missing]
    return "\n".join([*head, *rows, *missing])

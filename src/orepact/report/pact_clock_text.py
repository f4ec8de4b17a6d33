"""The commitment clock as people read it: how many promises stand how, then each with its day, its parties and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.table import Table

from orepact.pact.clock import STATUSES, Reading
from orepact.report.numbers import WIDTH, counted

STYLES = {"late": "bold red", "unknown": "bold yellow", "due": "bold", "met late": "", "met": "green", "lapsed": "dim"}


def print_clock(readings: Sequence[Reading], as_of: date) -> None:
    """Print the finding, one row a promise, and what it rests on."""
    console = Console(width=WIDTH, emoji=False, highlight=False, markup=False)
    console.print(f"{headline(readings, as_of)}\n", style="bold")
    if readings:
        console.print(_table(readings))
    for line in limits(readings):
        console.print(line)


def headline(readings: Sequence[Reading], as_of: date) -> str:
    """How the promises stand, in one sentence."""
    if not readings:
        return f"No promise is known on {as_of} that fits."
    found = Counter(each.status for each in readings)
    parts = [f"{found[status]} {status}" for status in STATUSES if found[status]]
    return f"Of {counted(len(readings), 'promise')} on {as_of}: {', '.join(parts)}."


def _table(readings: Sequence[Reading]) -> Table:
    table = Table(box=None, pad_edge=False, expand=True)
    for name, ratio in (("due", None), ("status", None), ("promise", 4), ("by", 2), ("why", 3)):
        table.add_column(name, no_wrap=ratio is None, ratio=ratio)
    for each in readings:
        said = each.commitment
        text = f"{said.text} (invented)" if said.demonstration else said.text
        style = STYLES.get(each.status, "")
        due = "not known" if each.due is None else f"{each.due}"
        table.add_row(due, each.status, text, ", ".join(said.parties), each.why, style=style)
    return table


def limits(readings: Sequence[Reading]) -> list[str]:
    """What the statuses rest on."""
    shown = sum(bool(each.evidence) for each in readings)
    lines = [
        "\nUnknown means that the due day has passed and nothing shows what came of it: neither kept nor broken.",
        f"Evidence is given for {shown} of {counted(len(readings), 'promise')}. What came after the day does not count.",
    ]
    invented = sum(each.commitment.demonstration for each in readings)
    return [*lines, f"{counted(invented, 'promise')} invented, for a demonstration."] if invented else lines

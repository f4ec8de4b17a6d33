"""A saved answer worked out again, as people read it: the same or not, what has changed since, and how far the answer moved."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from orepact import facts
from orepact.cases.path_case import PathCase
from orepact.cases.replay import Replayed
from orepact.cases.words import question
from orepact.errors import UnknownName
from orepact.report.numbers import UNTOLD, WIDTH, exact, percent
from orepact.report.path_text import text_table

MOST_ARRAYS = 12
WORDS = {"facts_version": "version of the facts", "code_version": "version of the code", "libraries": "libraries"}


def print_replay(found: Replayed) -> None:
    """Print the verdict first, then what has changed, then the arrays that moved, furthest first."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    case = found.case
    title = case.name if isinstance(case, PathCase) else question(case)
    console.print(f"[bold]{found.name}[/bold]: {title}")
    if found.same:
        console.print(f"The same: all {found.arrays} arrays have the same bytes as when it was saved.")
    elif found.moved:
        console.print(f"Not the same: {len(found.moved)} of {found.arrays} arrays differ from what was saved.")
    if found.intact is False:
        console.print(
            f"The case in the file is not the one that was saved: its hash is {found.hashes['now']}, and the file says "
            f"{found.hashes['then']}."
        )
    if found.answer_intact is False:
        console.print("The answer in the bundle is not the one that its draws give.")
    _print_versions(console, found)
    if found.moved:
        _print_moved(console, found)


def _print_versions(console: Console, found: Replayed) -> None:
    if not found.changed:
        console.print("Facts, code and libraries are those of then.")
        return
    console.print("\n[bold]What has changed since[/bold]")
    for name, each in found.changed.items():
        console.print(f"  {WORDS[name]}: {each['then']} then, {each['now']} now")
    unchanged = [WORDS[name] for name in found.versions if name not in found.changed]
    if unchanged:
        console.print(f"  not changed: {', '.join(unchanged)}")


def _print_moved(console: Console, found: Replayed) -> None:
    console.print("\n[bold]How far the answer moved[/bold], furthest first (against the largest figure of each array)")
    table = text_table("what", "moved by", "then", "now", "where", "figures\nthat differ")
    for row in found.moved[:MOST_ARRAYS]:
        if row["comparable"]:
            cells = _moved_by(row["relative"]), exact(row["then"]), exact(row["now"]), _where(row["at"])
            table.add_row(_called(row), *cells, percent(row["share_differing"]))
        else:
            table.add_row(_called(row), row["what"], "", "", "", "")
    console.print(table)
    if len(found.moved) > MOST_ARRAYS:
        console.print(f"{len(found.moved) - MOST_ARRAYS} more arrays: --json has them all.")


def _moved_by(share: float) -> str:
    """A share in per cent; below a thousandth as a power of ten, for what is left is rounding."""
    if share == float("inf"):
        return UNTOLD
    return percent(share) if share >= 0.001 else f"{share:.0e} of it"  # noqa: PLR2004


def _called(row: dict[str, Any]) -> str:
    units = f", {row['units']}" if row.get("units") else ""
    return f"{row['array'].replace('_', ' ')}{units}"


def _where(at: dict[str, str]) -> str:
    return ", ".join(_place(dim, value) for dim, value in at.items())


def _place(dim: str, value: str) -> str:
    """Where in an array: ``Japan``, ``period from 2027-01-01``, ``draw 12``."""
    if dim == "period":
        return f"period from {value}"
    if " | " in value:
        return value
    try:
        return facts.country_name(value)
    except UnknownName:
        return f"{dim} {value}"

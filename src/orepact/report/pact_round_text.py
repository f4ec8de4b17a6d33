"""Demand rounds of the pact as people read them."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from orepact.pact.rounds.funnel import WITHHELD, Funnel
from orepact.report.numbers import WIDTH, money, percent, tonnes

KG = 1000
BILLIONTH, PERCENT = 1e-9, 0.01
UNTOLD = "withheld"


def print_sheet(held: Any) -> None:
    """Print demand in sum."""
    console = _console()
    console.print(f"{held.name}: demand is closed and published in sum.\n", style="bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("mineral", "stage", "t of content"):
        table.add_column(name)
    for row in held.sheet:
        table.add_row(row.mineral, row.stage, _tonnes(row.kg))
    console.print(table)
    console.print("\nA sum is withheld where fewer than three firms bid or one of them has 85 % or more.")


def print_funnel(held: Any, found: Funnel) -> None:
    """Print how far a round came, and what the matching says of it in sum."""
    console = _console()
    console.print(f"{held.name}: {found.state}.\n", style="bold")
    rows = (
        ("demand", found.demand, None), ("offered", found.offered, found.share("offers_to_demand")),
        ("matched", found.matched, found.share("matched_to_demand")),
        ("contracted", found.contracted, found.share("contracted_to_matched")),
    )  # fmt: skip
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("", "t of content", "of the step that it is held against"):
        table.add_column(name)
    for name, kg, share in rows:
        table.add_row(name, _tonnes(kg), "" if share is None else percent(share))
    console.print(table)
    if held.result is not None:
        _print_result(console, held)
    if found.days is not None:
        console.print(f"From the opening of demand to the report: {found.days} days.")
    if found.small is not None:
        console.print(f"Small and medium firms have {percent(found.small)} of what is matched.")
    if found.reasons:
        console.print("Outcomes: " + ", ".join(f"{count} {name}" for name, count in found.reasons) + ".")
    if found.unreported:
        console.print(f"{found.unreported} matches have no report; it is compulsory.")
    console.print(f"\nWithheld is what would tell of one firm: {WITHHELD.partition(': ')[2]}.")


def _print_result(console: Console, held: Any) -> None:
    result = held.result
    console.print(f"\nProof: {proof(result.gap)}")
    if result.cap_total is None:
        console.print("What the diversity cap costs is withheld.")
    else:
        point = (
            "" if not result.cap_cost else f"; a point of it is worth about {money(result.cap_cost)} {held.currency}"
        )
        console.print(
            f"The diversity cap of {percent(held.cap)} costs about {money(result.cap_total)} {held.currency} in all{point}."
        )


def proof(gap: float) -> str:
    """How good a match is proved to be, in plain words. gap: relative, between the match and the bound that nothing can pass."""
    much = "one part in a billion" if gap <= BILLIONTH else f"{gap:.0%}" if gap >= PERCENT else "one percent"
    best = f"with minimum lots as chosen, no match could do better by more than {much}"
    return f"{best}, and every rule of the round was checked again in whole numbers."


def _tonnes(kg: int | None) -> str:
    return UNTOLD if kg is None else tonnes(kg / KG)


def _console() -> Console:
    return Console(width=WIDTH, emoji=False, highlight=False, markup=False)

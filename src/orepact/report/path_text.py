"""A case in time as people read it: prices and losses by period, who runs short, and who pays whom for what."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from orepact import facts
from orepact.cases.path_result import PathResult
from orepact.cases.words import spoken_names
from orepact.report.numbers import WIDTH, money, percent, times, tonnes
from orepact.report.too_narrow import with_command

PRICES = {
    "price_cut_off": "price of those\ncut off, times base",
    "price_abroad": "price abroad,\ntimes base",
    "price_home": "price at home,\ntimes base",
    "price": "price,\ntimes base",
}
MOST_PERIODS = 36
WORDS = {"from", "country", "for", "to", "what", "who", "in A", "in B"}
"""Columns that hold words."""

MOST_USERS = 8
MOST_PAYMENTS = 12


def print_path(result: PathResult) -> None:
    """Print the answer to a case; long tables are cut and say so."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    answer = result.summary()
    case = result.case
    console.print(
        f"[bold]{case.name}[/bold]: {facts.mineral_name(case.mineral)}, {case.months} months from {case.start}"
    )
    console.print(
        f"Base year {result.network.base_year}; grade {result.network.grade} (A to E). Where less used is below 0, more is.\n"
    )
    for note in answer["notes"]:
        console.print(f"Note: {note}")
    if answer["notes"]:
        console.print()
    known = [name for name in ("price_cut_off", "price_abroad", "price_home") if name in answer["periods"][0]]
    shown = known[:2] or ["price"]
    table = text_table(
        "from", *(PRICES[name] for name in shown), "less\nused, t", "unserved, t\n(at most)", "users'\nstocks, t", gap=1
    )
    for days, cells in alike([(each["from"], _cells(each, shown)) for each in answer["periods"][:MOST_PERIODS]]):
        table.add_row(days, *cells)
    console.print(table)
    if len(answer["periods"]) > MOST_PERIODS:
        console.print(f"{len(answer['periods']) - MOST_PERIODS} more periods: --csv or --json has them all.")
    _print_duties(console, result)
    _print_users(console, result)
    _print_payments(console, result)
    mark = answer["certificate"]
    console.print(f"\n{with_command()}")
    console.print(
        f"Certificate: {mark['solved']:,} markets solved; largest imbalance of a node {mark['max_balance']:.0e}. "
        f"Case {case.hash}.".replace(",", "\u2009", 1)
    )


def _cells(period: dict[str, Any], shown: list[str]) -> tuple[str, ...]:
    """What a row says of one period."""
    return (
        *(times(period[name]) for name in shown),
        tonnes(period["given_up_t"]["median"]),
        f"{tonnes(period['unserved_t']['median'])} ({tonnes(period['unserved_t']['high'])})",
        tonnes(period["user_stock_t"]["median"]),
    )


def alike(rows: list[tuple[str, tuple[str, ...]]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Rows by their first day; those that follow each other and say the same are one, from the first to the last."""
    for cells, group in groupby(rows, key=lambda row: row[1]):
        days = [day for day, _ in group]
        yield (days[0] if len(days) == 1 else f"{days[0]} …\n{days[-1]}"), cells


def _print_duties(console: Console, result: PathResult) -> None:
    """When a triggered duty is on: from which period to which in what share of the draws, and what imports cost before it."""
    periods = result.summary()["periods"][:MOST_PERIODS]
    names = spoken_names(result.case)
    for at, first in enumerate(periods[0].get("duties", [])):
        name = names.get(first["instrument"], first["instrument"])
        console.print(f"\n[bold]When the duty is on[/bold]: {name}")
        table = text_table("from", "on, share\nof draws", "imports before duty,\nUSD a tonne (median)", gap=1)
        for each in periods:
            row = each["duties"][at]
            price = row["import_price"]
            table.add_row(each["from"], percent(row["on"]), "none" if price is None else tonnes(price["median"]))
        console.print(table)


def _print_users(console: Console, result: PathResult) -> None:
    frame = result.users_frame()
    lost = frame["given_up_t_median"] + frame["unserved_t_median"]
    frame = frame.assign(lost=lost).sort_values("lost", ascending=False, kind="stable")
    frame = frame[frame["lost"] > 0]
    console.print("\n[bold]Who uses less[/bold] (tonnes of content over the whole time)")
    table = text_table("country", "use", "less wanted", "unserved", "highest price, times base")
    for _, row in frame.head(MOST_USERS).iterrows():
        price = {key: float(row[f"highest_price_{key}"]) for key in ("median", "low", "high")}
        numbers = (tonnes(float(row[name])) for name in ("use_t", "given_up_t_median", "unserved_t_median"))
        table.add_row(facts.country_name(str(row["country"])), *numbers, times(price))
    console.print(table if len(frame) else "Nobody.")


def _print_payments(console: Console, result: PathResult) -> None:
    frame = result.payments_frame()
    if frame.empty:
        return
    frame = frame.reindex(frame["usd_median"].abs().sort_values(ascending=False, kind="stable").index)
    console.print("\n[bold]Who pays whom[/bold] (USD over the whole time, medians)")
    names = spoken_names(result.case)
    shown = frame.head(MOST_PAYMENTS)
    for instrument in dict.fromkeys(shown["instrument"]):
        console.print(f"For {names.get(instrument, instrument)}:")
        table = text_table("from", "to", "USD")
        for _, row in shown[shown["instrument"] == instrument].iterrows():
            table.add_row(*directed(str(row["payer"]), str(row["receiver"]), float(row["usd_median"])))
        console.print(Padding(table, (0, 0, 0, 2), expand=False))
    if len(frame) > MOST_PAYMENTS:
        rest = float(frame["usd_median"].iloc[MOST_PAYMENTS:].abs().sum())
        console.print(f"{len(frame) - MOST_PAYMENTS} smaller payments, together {money(rest)}: --json has them all.")


def directed(payer: str, receiver: str, amount: float) -> tuple[str, str, str]:
    """Who pays whom how much: what is below zero is paid the other way."""
    if amount < 0:
        payer, receiver = receiver, payer
    return party(payer), party(receiver), money(abs(amount))


def party(text: str) -> str:
    """A party in words: ``buyers in Japan``; a fund is called by its own name."""
    kind, _, country = text.partition(" ")
    if len(country) != len("JPN") or not country.isupper():
        return country if kind == "treasury" else f"{kind} in {country}"
    return f"{kind} {'of' if kind == 'treasury' else 'in'} {facts.country_name(country)}"


def text_table(*columns: str, gap: int = 2) -> Table:
    """A table without lines: words to the left, numbers to the right, ``gap`` columns beside each."""
    table = Table(box=None, padding=(0, gap), pad_edge=False, header_style="bold")
    for column in columns:
        words = column in WORDS
        table.add_column(column, justify="left" if words else "right", overflow="fold", no_wrap=not words)
    return table

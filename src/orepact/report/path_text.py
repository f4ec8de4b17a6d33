"""A case in time as people read it: prices and losses by period, who runs short, and who pays whom for what."""

from __future__ import annotations

import re

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.cases.path_result import PathResult
from orepact.errors import UnknownName
from orepact.report.numbers import WIDTH, money, times, tonnes

MOST_PERIODS = 36
MOST_USERS = 8
MOST_PAYMENTS = 12


def print_path(result: PathResult) -> None:
    """Print the answer to a case; long tables are cut and say so."""
    console = Console(width=WIDTH, highlight=False)
    answer = result.summary()
    case = result.case
    console.print(
        f"[bold]{case.name}[/bold]: {facts.mineral_name(case.mineral)}, {case.months} months from {case.start}"
    )
    console.print(f"Base year {result.network.base_year}; grade {result.network.grade} (A official to E inferred).\n")
    shown = [name for name in ("price_abroad", "price_home") if name in answer["periods"][0]] or ["price"]
    words = {"price_abroad": "price abroad, times base", "price_home": "price at home", "price": "price, times base"}
    table = _table(
        "from", *(words[name] for name in shown), "less used, t", "unserved, t (at most)", "users' stocks, t"
    )
    for each in answer["periods"][:MOST_PERIODS]:
        table.add_row(
            each["from"],
            *(times(each[name]) for name in shown),
            tonnes(each["given_up_t"]["median"]),
            f"{tonnes(each['unserved_t']['median'])} ({tonnes(each['unserved_t']['high'])})",
            tonnes(each["user_stock_t"]["median"]),
        )
    console.print(table)
    if len(answer["periods"]) > MOST_PERIODS:
        console.print(f"{len(answer['periods']) - MOST_PERIODS} more periods: --csv or --json has them all.")
    _print_users(console, result)
    _print_payments(console, result)
    mark = answer["certificate"]
    console.print(
        f"\nCertificate: {mark['solved']:,} markets solved; largest imbalance of a node {mark['max_balance']:.0e}. "
        f"Case {case.hash}.".replace(",", "\u2009", 1)
    )


def _print_users(console: Console, result: PathResult) -> None:
    frame = result.users_frame()
    lost = frame["given_up_t_median"] + frame["unserved_t_median"]
    frame = frame.assign(lost=lost).sort_values("lost", ascending=False, kind="stable")
    frame = frame[frame["lost"] > 0]
    console.print("\n[bold]Who uses less[/bold] (tonnes of content over the whole time)")
    table = _table("country", "use", "less wanted", "unserved", "highest price, times base")
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
    table = _table("for", "from", "to", "USD")
    for _, row in frame.head(MOST_PAYMENTS).iterrows():
        table.add_row(
            str(row["instrument"]), _party(str(row["payer"])), _party(str(row["receiver"])), money(row["usd_median"])
        )
    console.print(table)
    if len(frame) > MOST_PAYMENTS:
        rest = float(frame["usd_median"].iloc[MOST_PAYMENTS:].sum())
        console.print(f"{len(frame) - MOST_PAYMENTS} smaller payments, together {money(rest)}: --json has them all.")


def in_words(name: str) -> str:
    """The name of an instrument with countries by name instead of by code."""
    return re.sub(r"\b[A-Z]{3}\b", lambda found: _country(found[0]), name)


def _country(code: str) -> str:
    try:
        return facts.country_name(code)
    except UnknownName:
        return code


def _party(text: str) -> str:
    """A party in words: ``buyers in Japan``."""
    kind, _, country = text.partition(" ")
    name = facts.country_name(country) if len(country) == len("JPN") and country.isupper() else country
    return f"{kind} of {name}" if kind == "treasury" else f"{kind} in {name}"


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2), show_edge=False, header_style="bold")
    words = {"from", "country", "for", "to"}
    for column in columns:
        table.add_column(column, justify="left" if column in words else "right", overflow="fold")
    return table

"""A reference price as people read it: duty, prices, output, then who pays and who gains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.report.numbers import (
    WIDTH,
    counted,
    exact,
    interval_of_tonnes,
    money,
    money_range,
    percent,
    ratio,
    times,
    tonnes,
)
from orepact.report.too_narrow import with_command

if TYPE_CHECKING:
    from orepact.cases.price_chain import PriceAnswer

MOST = 8
SMALLEST = 1e4
"""USD a year below which a party is not printed."""

MANY, ENDLESS = 10.0, 1e6
"""Ratios of reference to base price from which it is said as so many times, and in powers of ten."""


def print_price(found: PriceAnswer) -> None:
    """Print the answer to a reference price; long lists are cut and say so."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    answer = found.summary()
    console.print(f"[bold]{facts.mineral_name(answer['mineral'])}, {answer['stage']}[/bold]: {lifted(answer)}.\n")
    console.print(f"{' '.join(verdict(answer))}\n")
    print_steps(console, answer["coherence"])
    if answer["binds"]:
        _print_prices(console, answer)
    _print_duties(console, answer)
    if answer["binds"]:
        _print_payers(console, answer)
    for line in answer["cannot_tell"]:
        console.print(untold(line))
    for line in answer["notes"]:
        console.print(noted(line))
    if answer["binds"]:
        console.print(with_command())
    console.print(f"\n{closing(answer)}")


def lifted(answer: Mapping[str, Any]) -> str:
    """What is done, and how that stands against the base price; without a full stop."""
    base = answer["base_price"]["median"]
    where = counted(len(answer["zone"]), "country", "countries")
    return (
        f"imports of {where} lifted to {exact(answer['reference'])} USD a tonne of content, {_beside(answer['reference'] / base)} "
        f"the base price of {tonnes(base)} (base year {answer['base_year']}, grade {answer['grade']})"
    )


def untold(line: str) -> str:
    """What the facts lack, as a sentence."""
    return f"Cannot tell {line}."


def noted(line: str) -> str:
    """What must be borne in mind, as a sentence."""
    return f"Note: {line}."


def closing(answer: Mapping[str, Any]) -> str:
    """That nothing is missing between those who lose and those who gain, and how many draws were solved."""
    solved = answer["certificate"]["solved"]
    told = (
        f"Gains and losses close to {answer['closes']:.0e} of all that is gained and lost, against the change of welfare along a "
        "path of its own."
        if answer["binds"]
        else "There are no gains and losses to close."
    )
    return f"{told} {solved} of {solved} draws solved."


NOT_BINDING = "The reference price does not bind: nobody pays a duty, and nothing changes."


def verdict(answer: Mapping[str, Any]) -> list[str]:
    """Whether the reference price binds, what it does to price, output and use of the zone, and who pays whom: a sentence each."""
    if not answer["binds"]:
        return [NOT_BINDING]
    groups = {row["who"]: row["amount"] for row in answer["groups"]}
    users, treasuries = groups.get("users in the zone"), groups.get("treasuries in the zone")
    said = [f"{paid(answer)}."] if "zone" in answer["prices"] else []
    made = answer["output"][f"{answer['stage']}_zone_t"]
    said.append(f"The zone makes {interval_of_tonnes(made)} t a year more ({answer['stage']}).")
    if users is not None:
        received = f"; its treasuries receive {_both(treasuries)}." if treasuries else "."
        said.append(f"Its users {_gain_or_lose(users)}{received}")
    losers = [row for row in answer["groups"] if row["amount"]["median"] <= -SMALLEST and "zone" not in row["who"]]
    if losers:
        worst = min(losers, key=lambda row: float(row["amount"]["median"]))
        said.append(f"Outside the zone most is lost by {worst['who']}: {_both(worst['amount'], -1)}.")
    said.append(f"All together lose {_both(answer['total'], -1)} USD a year.")
    return said


def paid(answer: Mapping[str, Any]) -> str:
    """What buyers in the zone pay; without a full stop."""
    return f"Buyers in the zone pay {times(answer['prices']['zone'])} times the base price"


def nobody(answer: Mapping[str, Any]) -> str:
    """Why no gain or loss is shown."""
    return f"Nobody gains or loses {money(SMALLEST)} USD a year." if answer["binds"] else NOT_BINDING


SCRAP = "Scrap stands with mines, and so does what no ore explains of {stage} output; refiners buy ore."
BY_USE = "a use where the facts name no sector"


def _gain_or_lose(amount: dict[str, float]) -> str:
    lose = amount["median"] < 0
    return f"{'lose' if lose else 'gain'} {_both(amount, -1 if lose else 1)} USD a year"


def _both(amount: dict[str, float], sign: int = 1) -> str:
    """A sum of money with its range, the sign told by the words around it."""
    low, high = sorted((sign * amount["low"], sign * amount["high"]))
    return f"{money(sign * amount['median'])} ({money_range({'low': low, 'high': high})})"


def _beside(share: float) -> str:
    """How a reference price stands to the base price: a percentage, or how many times it where that says more."""
    if share >= MANY:
        return f"{share:,.0f} times".replace(",", "\u2009") if share < ENDLESS else f"{share:.0e} times"
    return f"{percent(abs(share - 1))} {'above' if share >= 1 else 'below'}"


def print_steps(console: Console, steps: list[dict[str, Any]]) -> None:
    """Whether plants beside a reference price live, or why nobody can tell."""
    for step in steps:
        todo = f"; {step['todo']}" if step["todo"] else ""
        if step["sold"] is None:
            console.print(f"Cannot tell whether plants that buy {step['bought']} live: {step['why']}{todo}.")
            continue
        prices = f"{step['sold']} at {_at(step, 'sold')}, {step['bought']} at {_at(step, 'bought')}"
        how = [f"yield {plain(step['yield'], ratio)}"] if step["yield"] else []
        how += [f"conversion {exact(step['conversion_cost'])}"] if step["conversion_cost"] is not None else []
        left = f"; left {plain(step['left'], tonnes)} USD a tonne" if step["left"] else ""
        console.print(
            f"Refiners from {step['bought']} to {step['sold']}: [bold]{step['verdict']}[/bold]. {step['why'].capitalize()}{todo} "
            f"({prices}{''.join(f', {each}' for each in how)}{left})."
        )
    console.print()


def _at(step: dict[str, Any], side: str) -> str:
    return f"its {step[f'{side}_is']} {plain(step[f'{side}_at'], tonnes)}"


def plain(found: dict[str, float], said: Callable[[float], str]) -> str:
    """A figure, with its range where it has one."""
    whole = said(found["median"])
    return whole if found["low"] == found["high"] else f"{whole} ({said(found['low'])} to {said(found['high'])})"


def _print_prices(console: Console, answer: dict[str, Any]) -> None:
    table = _table("", "median (80 % range)")
    words = {
        "zone": "Price paid in the zone, times base", "outside": "Price paid elsewhere, times base",
        "zone_producers": "Price that producers in the zone get", "outside_producers": "Price that producers elsewhere get",
    }  # fmt: skip
    for key, text in words.items():
        if key in answer["prices"]:
            table.add_row(text, times(answer["prices"][key]))
    for key, found in answer["output"].items():
        if key.endswith("_zone_t"):
            what = key.removesuffix("_zone_t")
            text = "Used in the zone, t a year more" if what == "use" else f"Made in the zone, {what}, t a year more"
            table.add_row(text, interval_of_tonnes(found))
    console.print(table)


def _print_duties(console: Console, answer: dict[str, Any]) -> None:
    rows = [row for row in answer["duties"] if row["imports_before_t"] >= 1.0]
    console.print("\n[bold]Duty by origin[/bold] (USD a tonne of content; medians)")
    table = _table("origin", "at the base price", "after", "imports before, t", "imports after, t")
    for row in rows[:MOST]:
        duties = [charged(row, key, lambda found: tonnes(found["median"])) for key in ("duty_at_base_price", "duty")]
        table.add_row(
            facts.country_name(row["origin"]), *duties, tonnes(row["imports_before_t"]), tonnes(row["imports_after_t"]["median"])
        )  # fmt: skip
    console.print(table if rows else "Nobody outside sells into the zone.")
    if len(rows) > MOST:
        console.print(f"{len(rows) - MOST} more origins: --json has them all.")


def charged(row: Mapping[str, Any], key: str, said: Callable[[dict[str, float]], str]) -> str:
    """What an origin pays on a tonne as ``said`` says it, or that it is exempt."""
    return "exempt" if row["exempt"] else said(row[key])


def _print_payers(console: Console, answer: dict[str, Any]) -> None:
    console.print("\n[bold]Who loses (below zero) and who gains[/bold] (USD a year)")
    table = _table("who", "median", "80 % range")
    for row in answer["groups"]:
        if abs(row["amount"]["median"]) >= SMALLEST:
            table.add_row(row["who"], money(row["amount"]["median"]), money_range(row["amount"]))
    if table.row_count:
        console.print(table)
    if table.row_count and len(answer["stages"]) > 1:
        console.print(SCRAP.format(stage=answer["stages"][-1]))
    console.print("\n[bold]The largest of them[/bold]")
    table = _table("who", "median", "80 % range")
    rows = [row for row in answer["payers"] if abs(row["amount"]["median"]) >= SMALLEST]
    shown = rows if len(rows) <= 2 * MOST else [*rows[:MOST], *rows[-MOST:]]
    for row in shown:
        amount = row["amount"]
        table.add_row(
            in_words(row["who"], answer["stages"][0]),
            money(amount["median"]),
            money_range(amount),
        )
    console.print(table if rows else nobody(answer))
    if len(shown) < len(rows):
        console.print(f"{len(rows) - len(shown)} parties between them: --csv or --json has them all.")
    _print_sectors(console, answer["sectors"])
    console.print()


def _print_sectors(console: Console, sectors: list[dict[str, Any]]) -> None:
    if not any(abs(row["amount"]["median"]) >= SMALLEST for row in sectors):
        return
    console.print(f"\n[bold]Which sectors' users lose[/bold] (USD a year; {BY_USE})")
    table = _table("region", "sector", "share of use", "median", "80 % range")
    for region in dict.fromkeys(row["region"] for row in sectors):
        rows = [row for row in sectors if row["region"] == region]
        for row in rows[: MOST // 2]:
            amount = row["amount"]
            table.add_row(
                region, row["sector"], percent(row["share_of_use"]), money(amount["median"]), money_range(amount)
            )
        if rows[MOST // 2 :]:
            table.add_row(region, f"{len(rows) - MOST // 2} more: --json", "", "", "")
    console.print(table)


def in_words(who: str, first: str = "mine") -> str:
    """A party with its country by name, ``users of Japan``; producers of a later stage than the first are scrap, not refiners."""
    kind, _, rest = who.partition(" of ")
    code, _, more = rest.partition(" ")
    if kind == "producers" and more and more != f"({first})":
        kind = "scrap and other supply"
    elif kind == "producers" and more == "(mine)":
        kind = "mines"
    return f"{kind} of {facts.country_name(code)}{' ' + more if more else ''}" if rest else who


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2), show_edge=False, header_style="bold")
    words = {"", "origin", "who", "region", "sector"}
    for column in columns:
        table.add_column(column, justify="left" if column in words else "right", overflow="fold")
    return table

"""A reference price as people read it: duty, prices, output, then who pays and who gains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.cases.price_chain import PriceAnswer
from orepact.report.numbers import WIDTH, exact, interval_of_tonnes, money, money_range, percent, ratio, times, tonnes

MOST = 8
SMALLEST = 1e4
"""USD a year below which a party is not printed."""


def print_price(found: PriceAnswer) -> None:
    """Print the answer to a reference price; long lists are cut and say so."""
    console = Console(width=WIDTH, highlight=False)
    answer = found.summary()
    console.print(f"[bold]{facts.mineral_name(answer['mineral'])}, {answer['stage']}[/bold]: {lifted(answer)}.\n")
    print_steps(console, answer["coherence"])
    _print_prices(console, answer)
    _print_duties(console, answer["duties"])
    _print_payers(console, answer)
    for line in answer["cannot_tell"]:
        console.print(untold(line))
    console.print(f"\n{closing(answer)}")


def lifted(answer: dict[str, Any]) -> str:
    """What is done, and how that stands against the base price; without a full stop."""
    base = answer["base_price"]["median"]
    over = answer["reference"] / base - 1
    return (
        f"imports of {len(answer['zone'])} countries lifted to {exact(answer['reference'])} USD a "
        f"tonne of content, {percent(abs(over))} {'above' if over >= 0 else 'below'} the base price of {tonnes(base)} "
        f"(base year {answer['base_year']}, grade {answer['grade']})"
    )


def untold(line: str) -> str:
    """What the facts lack, as a sentence."""
    return f"Cannot tell {line}." if not line.startswith("the base") else f"Note: {line}."


def closing(answer: dict[str, Any]) -> str:
    """That nothing is missing between those who lose and those who gain, and how many draws were solved."""
    return (
        f"Gains and losses close to {answer['closes']:.0e} of all that is gained and lost, against the change of welfare along a "
        f"path of its own. {answer['certificate']['solved']} of {answer['certificate']['solved']} draws solved."
    )


def headline(answer: dict[str, Any]) -> str:
    """The answer in one sentence: what users in the zone pay and lose, what is made more, and who has the money."""
    groups = {row["who"]: row["amount"] for row in answer["groups"]}
    users, treasury = groups.get("users in the zone"), groups.get("treasuries in the zone")
    price = answer["prices"].get("zone")
    if treasury is None or users is None or price is None:
        return "Nobody pays: the reference price does not bind."
    made = answer["output"][f"{answer['stage']}_zone_t"]
    verb = "mined" if answer["stage"] == "mine" else answer["stage"]
    return (
        f"Users in the zone pay {times(price)} times the base price and {gain_or_loss(users)}; treasuries in the zone "
        f"{gain_or_loss(treasury)}, and {interval_of_tonnes(made)} tonnes a year more are {verb} there."
    )


def gain_or_loss(amount: dict[str, float]) -> str:
    """An amount a year with its range, as a verb: ``lose USD 134 m a year (121 m to 149 m)``."""
    less = amount["median"] < 0
    ends = sorted((amount["low"], amount["high"]), key=abs) if less else [amount["low"], amount["high"]]
    low, high = (money(-end if less else end) for end in ends)
    return f"{'lose' if less else 'gain'} USD {money(abs(amount['median']))} a year ({low} to {high})"


def together(answer: dict[str, Any]) -> str:
    """What all gains and losses add up to."""
    total = answer["total"]
    if total["median"] == 0:
        return "Nothing is gained or lost."
    kind = "costs all parties together" if total["median"] < 0 else "brings all parties together"
    words = gain_or_loss(total).split(" ", 1)[1]
    return f"The duty {kind} {words}: all that is lost, less all that is gained."


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


def _print_duties(console: Console, duties: list[dict[str, Any]]) -> None:
    rows = [row for row in duties if row["imports_before_t"] >= 1.0]
    console.print("\n[bold]Duty by origin[/bold] (USD a tonne of content; medians)")
    table = _table("origin", "at the base price", "after", "imports before, t", "imports after, t")
    for row in rows[:MOST]:
        table.add_row(
            facts.country_name(row["origin"]), tonnes(row["duty_at_base_price"]["median"]), tonnes(row["duty"]["median"]),
            tonnes(row["imports_before_t"]), tonnes(row["imports_after_t"]["median"]),
        )  # fmt: skip
    console.print(table if rows else "Nobody outside sells into the zone.")
    if len(rows) > MOST:
        console.print(f"{len(rows) - MOST} more origins: --json has them all.")


def _print_payers(console: Console, answer: dict[str, Any]) -> None:
    console.print("\n[bold]Who loses (below zero) and who gains[/bold] (USD a year)")
    table = _table("who", "median", "80 % range")
    for row in answer["groups"]:
        if abs(row["amount"]["median"]) >= SMALLEST:
            table.add_row(row["who"], money(row["amount"]["median"]), money_range(row["amount"]))
    console.print(table)
    console.print("\n[bold]The largest of them[/bold]")
    table = _table("who", "median", "80 % range")
    rows = [row for row in answer["payers"] if abs(row["amount"]["median"]) >= SMALLEST]
    shown = rows if len(rows) <= 2 * MOST else [*rows[:MOST], *rows[-MOST:]]
    for row in shown:
        amount = row["amount"]
        table.add_row(in_words(row["who"]), money(amount["median"]), money_range(amount))
    console.print(table if rows else "Nobody: the reference price does not bind.")
    if len(shown) < len(rows):
        console.print(f"{len(rows) - len(shown)} parties between them: --csv or --json has them all.")
    if answer["sectors"]:
        console.print("\n[bold]Which sectors' users lose[/bold] (USD a year)")
        table = _table("region", "sector", "share of use", "median")
        for row in answer["sectors"][:MOST]:
            table.add_row(row["region"], row["sector"], percent(row["share_of_use"]), money(row["amount"]["median"]))
        console.print(table)
    console.print()


def in_words(who: str) -> str:
    """A party with its country by name: ``users of Japan``."""
    kind, _, rest = who.partition(" of ")
    code, _, more = rest.partition(" ")
    return f"{kind} of {facts.country_name(code)}{' ' + more if more else ''}" if rest else who


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2), show_edge=False, header_style="bold")
    words = {"", "origin", "who", "region", "sector"}
    for column in columns:
        table.add_column(column, justify="left" if column in words else "right", overflow="fold")
    return table

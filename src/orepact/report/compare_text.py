"""Instruments beside each other as a page of a briefing: set for the same tonnes, cost by payer, leakage, run-out."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.cases.compare import Comparison
from orepact.report.numbers import WIDTH, interval_of_tonnes, money, tonnes
from orepact.report.price_text import untold

SMALLEST = 1e4
"""USD a year below which a group is not printed."""


def print_comparison(found: Comparison) -> None:
    """Print the comparison: what each instrument costs all together, then who pays, then what is lost on the way."""
    console = Console(width=WIDTH, highlight=False)
    answer = found.summary()
    console.print(
        f"[bold]{tonnes(answer['tonnes'])} t a year more of {facts.mineral_name(answer['mineral'])} ({answer['stage']}) in "
        f"{len(found.zone)} countries[/bold]\n{setting(answer)}\n"
    )
    _print_costs(console, answer["instruments"])
    _print_payers(console, answer["instruments"])
    for each in answer["instruments"]:
        if not each["reached"]:
            console.print(f"{each['name']}: {beyond(each)}.")
    for reason in sorted({each["why_no_runout"] for each in answer["instruments"] if each["why_no_runout"]}):
        console.print(f"No run-out date: {reason}.".replace("..", "."))
    for line in answer["cannot_tell"]:
        console.print(untold(line))


def setting(answer: dict[str, Any]) -> str:
    """What the instruments are set to, and against which price."""
    return (
        f"Five ways to it, each set so that the median draw makes these tonnes; base price "
        f"{tonnes(answer['base_price'])} USD a tonne, base year {answer['base_year']}, grade {answer['grade']}."
    )


def beyond(each: dict[str, Any]) -> str:
    """That an instrument cannot reach the tonnes, and what it makes at most; without a full stop."""
    level, made = tonnes(each["level"]), interval_of_tonnes(each["tonnes"])
    return f"these tonnes are beyond it; at {level} USD a tonne it makes {made} t"


DOES = {
    "duty": "Imports from outside the zone pay up to the level. Nothing is paid to producers; they sell dearer.",
    "contract": "A fund pays producers in the zone the gap up to the level, and they pay a share back when the price is above it.",
    "offtake": "A fund buys from producers in the zone at no less than the level and bears the gap; nothing comes back.",
    "subsidy": "A fund pays producers in the zone the same sum on every tonne: the level less the base price.",
    "stock": "A fund buys from producers in the zone at the level and keeps the metal.",
}
"""What each instrument does, by its short name."""


def headline(answer: dict[str, Any]) -> str:
    """The answer in one sentence: which costs least and most all together, and who pays there."""
    rows = sorted((row for row in answer["instruments"] if row["reached"]), key=lambda row: row["cost"]["median"])
    if not rows:
        most = max(answer["instruments"], key=lambda row: row["tonnes"]["median"])
        return (
            f"None of the five reaches {tonnes(answer['tonnes'])} tonnes a year more: the {most['name']} makes most, "
            f"{interval_of_tonnes(most['tonnes'])} t at {tonnes(most['level'])} USD a tonne."
        )
    least = rows[0]
    said = f"The {least['name']} costs least all together: {yearly(least['cost'])} for {tonnes(answer['tonnes'])} tonnes more"
    if len(rows) > 1:
        dear = rows[-1]
        kept = f", with metal for {money(dear['held']['median'])} kept" if dear["held"]["median"] > 0 else ""
        said += f"; the {dear['name']} costs most ({money(dear['cost']['median'])}{kept})"
    return f"{said}."


def who_loses(rows: list[dict[str, Any]]) -> str:
    """Who loses most by each instrument; instruments with the same loser stand together."""
    found: dict[str, list[tuple[str, float]]] = {}
    for row in rows:
        lost = losers(row)
        who, amount = (lost[0]["who"], -lost[0]["amount"]["median"]) if lost else ("nobody", 0.0)
        found.setdefault(who, []).append((short(row["name"]), amount))
    parts = []
    for who, each in found.items():
        names = [name for name, _ in each]
        told = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        least, most = min(amount for _, amount in each), max(amount for _, amount in each)
        usd = f"USD {money(most)}" if len(each) == 1 else f"USD {money(least)} to {money(most)}"
        parts.append(f"by {told}, {who}" + ("" if who == "nobody" else f" ({usd} a year)"))
    return f"Who loses most: {'; '.join(parts)}."


def yearly(amount: dict[str, float]) -> str:
    """An amount with its range: ``USD 873 k a year (479 k to 1.6 m)``."""
    return f"USD {money(amount['median'])} a year ({money(amount['low'])} to {money(amount['high'])})"


def losers(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The groups that lose by an instrument, the largest first; those too small to print are left out."""
    return [each for each in row["payers"] if each["amount"]["median"] <= -SMALLEST]


def groups_of(rows: list[dict[str, Any]]) -> list[str]:
    """The groups that gain or lose by any of the instruments: those of the zone, then of partner states, then elsewhere."""
    found = dict.fromkeys(
        row["who"] for each in rows for row in each["payers"] if abs(row["amount"]["median"]) >= SMALLEST
    )
    return sorted(found, key=lambda name: ("zone" not in name, "partner" not in name))


def _print_costs(console: Console, rows: list[dict[str, Any]]) -> None:
    table = _table("", "level, USD/t", "t more", "costs all, USD", "leaks, t", "gone: 5 %", "50 %", "95 %")
    for each in rows:
        dates = each["runout"]
        gone = ["", "", ""] if dates is None else [day or "lasts" for day in dates.values()]
        table.add_row(
            short(each["name"]), tonnes(each["level"]), tonnes(each["tonnes"]["median"]), money(each["cost"]["median"]),
            tonnes(each["leakage_t"]["median"]), *gone,
        )  # fmt: skip
    console.print(table)
    console.print(
        f"Contract: for difference, {rows[1]['name'].split(', ')[-1]}. Gone: when the fund is, in that share of price paths."
    )
    held = next((each for each in rows if each["held"]["median"] > 0), None)
    if held is not None:
        console.print(
            f"A stock still holds what it bought: of its cost, metal for {money(held['held']['median'])} USD a year."
        )
    console.print(
        "Leaks: what the zone sells out of itself more than before (below zero: it keeps more). Amounts are by the year."
    )


def _print_payers(console: Console, rows: list[dict[str, Any]]) -> None:
    console.print("\n[bold]Who loses (below zero) and who gains[/bold] (USD a year, medians)")
    table = _table("", *(short(each["name"]) for each in rows))
    for group in groups_of(rows):
        cells = []
        for each in rows:
            amount = next((row["amount"]["median"] for row in each["payers"] if row["who"] == group), 0.0)
            cells.append(money(amount) if abs(amount) >= SMALLEST else "0")
        table.add_row(group, *cells)
    console.print(table)
    console.print()


def short(name: str) -> str:
    """The heading of an instrument's column."""
    words = {
        "adjustable": "duty",
        "contract": "contract",
        "offtake": "offtake",
        "production": "subsidy",
        "purchase": "stock",
    }
    return words.get(name.split(" ", maxsplit=1)[0], name)


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 1), show_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right", overflow="fold")
    return table

"""A plan for a reserve as its manager reads it: what to hold, how fast to buy, when to release, what it avoids, what cannot be told."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from orepact.planning.reserve_size import ReservePlan
from orepact.report.numbers import WIDTH, counted, interval_of_tonnes, money, money_range, percent, ratio, tonnes
from orepact.report.too_narrow import with_command

MOST_NAMED = 12
FAR = 1000.0
"""Multiple of the assumed probabilities beyond which it is no use to name it."""


def print_plan(plan: ReservePlan) -> None:
    """Print the plan on one page."""
    answer = plan.summary()
    console = Console(width=WIDTH, emoji=False, highlight=False)
    console.print(f"[bold]{answer['question']}[/bold]\n")
    console.print(headline(answer) + "\n")
    held = [row for row in answer["holdings"] if row["tonnes"] > 0]
    if held:
        console.print(_holdings(held, {row["mineral"]: row for row in answer["pace"]}))
    _print_not_held(console, [row for row in answer["holdings"] if row["tonnes"] <= 0])
    _print_triggers(console, answer)
    _print_avoided(console, answer)
    if answer["who_pays"]:
        console.print("\n[bold]Who pays and who loses[/bold]")
        for row in answer["who_pays"]:
            console.print(f"- {row['who']}: {row['why']}")
    _print_untold(console, answer["cannot_tell"])
    console.print("\n[bold]Before you act[/bold]")
    for note in answer["notes"]:
        console.print(f"- {note[0].upper()}{note[1:]}.")


def headline(answer: dict[str, Any]) -> str:
    """What it comes to, in two sentences."""
    sums = answer["money"]
    held = sum(row["tonnes"] > 0 for row in answer["holdings"])
    if not held:
        return (
            "Hold nothing: at these probabilities no tonne of any of them is worth what it costs to carry. "
            f"All {money(sums['budget_usd'])} USD stay unspent."
        )
    spent = f"Buy {held} of {counted(len(answer['holdings']), 'mineral')} for {money(sums['purchases_usd'])} USD"
    rest = f"; {money(sums['unspent_usd'])} stay unspent" if sums["unspent_usd"] > sums["budget_usd"] * 1e-6 else ""
    worth, carry = sums["worth_usd_a_year"], sums["carrying_usd_a_year"]
    months, first = sums["full_after_months"], sums["worth_first_year_usd"]
    when = (
        f"once all of it is bought, after {months:.0f} months at this pace; what is in store in the middle of the first year "
        f"is worth {money(first)}"
        if months > 1
        else "from the first month on"
    )
    spread = money_range(answer["avoided"]["a_year"]["worth_usd"])
    return (
        f"{spent}{rest}. Holding costs {money(carry)} USD a year and is worth {money(worth)} ({spread} in 80\u2009% of draws) in an "
        f"expected year {when}."
    )


def _holdings(held: list[dict[str, Any]], pace: dict[str, Any]) -> Table:
    table = Table(
        box=None, padding=(0, 1), show_edge=False, title="What to hold, and how fast to buy it", title_justify="left"
    )
    for name in ("Mineral", "tonnes", "days", "USD", "t a month", "full after", "price then", "grade"):
        table.add_column(name, justify="left" if name == "Mineral" else "right")
    for row in sorted(held, key=lambda each: -each["cost"]):
        fast = pace[row["mineral"]]
        table.add_row(
            row["name"], tonnes(row["tonnes"]), f"{row['days']:.0f}", money(row["cost"]), tonnes(fast["tonnes_a_month"]),
            f"{fast['months_to_fill']:.0f} months", f"x {ratio(fast['price_while_buying']['median'])}", row["grade"],
        )  # fmt: skip
    return table


def _print_not_held(console: Console, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    console.print(
        "\n[bold]Not held[/bold], with the multiple of the assumed probabilities at which the first tonne would pay:"
    )
    known = sorted((row for row in rows if _near(row)), key=lambda row: row["break_even"])
    told = [f"{row['name']} ({row['break_even']:.3g})" for row in known]
    far = [row["name"] for row in rows if not _near(row)]
    if told:
        console.print("  " + ", ".join(told))
    if far:
        console.print("  No multiple up to a thousand: " + ", ".join(far))


def _near(row: dict[str, Any]) -> bool:
    return row["break_even"] is not None and row["break_even"] < FAR


def _print_triggers(console: Console, answer: dict[str, Any]) -> None:
    opening = [row for row in answer["triggers"] if row["opens"]]
    console.print(f"\n[bold]Release when[/bold] ({answer['policy']['name']}):")
    for row in opening:
        days = row["days_to_release"]
        console.print(f"- {row['when']}" + (f"; goods are out within {days} days" if days else ""))
    if not opening:
        console.print("- never by itself: these rules inform and coordinate")
        return
    console.print(
        "Who gets it: by right first, then essential use, then pro rata; other aims only with a logged override."
    )


def _print_avoided(console: Console, answer: dict[str, Any]) -> None:
    rows = answer["avoided"]["by_mineral"]
    if not rows:
        return
    year = answer["avoided"]["a_year"]
    console.print("\n[bold]What it avoids[/bold] (median of draws, 80 % range)")
    console.print(with_command())
    served = " to ".join(money(year["unserved_usd"][end]) for end in ("low", "high"))
    spared = " to ".join(money(year["spared_usd"][end]) for end in ("low", "high"))
    console.print(
        f"In an expected year: unserved use worth {money(year['unserved_usd']['median'])} USD ({served}), and "
        f"{money(year['spared_usd']['median'])} USD ({spared}) spared on purchases, less buying back."
    )
    table = Table(box=None, padding=(0, 1), show_edge=False)
    for name in ("If this happens", "a year", "unserved, t", "with", "directed", "price x", "with"):
        table.add_column(name, justify="left" if name == "If this happens" else "right", no_wrap=True)
    for row in rows:
        worst = max(row["if_it_happens"], key=lambda each: each["unserved_without_t"]["median"])
        table.add_row(
            f"{row['name']}: {worst['scenario']}", percent(worst["probability_a_year"]),
            interval_of_tonnes(worst["unserved_without_t"]), tonnes(worst["unserved_with_t"]["median"]),
            tonnes(worst["unserved_if_directed_t"]["median"]), ratio(worst["price_without"]["median"]),
            ratio(worst["price_with"]["median"]),
        )  # fmt: skip
    console.print(table)
    console.print("Directed: handed only to those who would stop, rather than sold at the price of the halt.")


def _print_untold(console: Console, rows: list[dict[str, str]]) -> None:
    if not rows:
        return
    console.print("\n[bold]Cannot tell[/bold], and what to supply")
    for row in rows[:MOST_NAMED]:
        console.print(f"- {row['name']}: {row['missing'].removeprefix('cannot tell: ')}; {row['supply']}")
    if len(rows) > MOST_NAMED:
        console.print(f"- and {len(rows) - MOST_NAMED} more (--json lists all)")

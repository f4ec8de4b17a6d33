"""Instruments beside each other as a page of a briefing: set for the same tonnes, cost by payer, leakage, run-out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.cases.compare import Comparison
from orepact.report.numbers import WIDTH, counted, interval_of_tonnes, money, money_range, percent, tonnes
from orepact.report.price_text import noted, untold
from orepact.report.too_narrow import with_command

SMALLEST = 1e4
"""USD a year below which a group is not printed."""

SAME = 1e-3
"""Relative difference below which two instruments are said to do the same."""

MOST_PARTNERS = 12
MOST_LINES = 8
ABOUT = 0.05
"""Share of the least cost up to which another costs about the same."""


def print_comparison(found: Comparison) -> None:
    """Print the comparison: a verdict, what each instrument costs all together, who pays, partners, and what the dates rest on."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    answer = found.summary()
    rows = answer["instruments"]
    where = counted(len(found.zone), "country", "countries")
    console.print(
        f"[bold]{tonnes(answer['tonnes'])} t a year more of {facts.mineral_name(answer['mineral'])} ({answer['stage']}) in "
        f"{where}[/bold]\n{setting(answer)}\n"
    )
    console.print(f"{' '.join(verdict(answer))}\n")
    _print_costs(console, answer)
    _print_payers(console, rows)
    _print_partners(console, answer)
    for line in (*what_dates_rest_on(answer), *no_dates(answer)):
        console.print(line)
    for each in rows:
        if not each["reached"]:
            console.print(beyond(each))
    for line in answer["cannot_tell"]:
        console.print(untold(line))
    for line in answer["notes"]:
        console.print(noted(line))
    console.print(with_command())


def setting(answer: dict[str, Any]) -> str:
    """What the instruments are set to, and against which price."""
    all_reach = all(each["reached"] for each in answer["instruments"])
    how = "makes these tonnes" + ("" if all_reach else ", or the most that it reaches")
    return (
        f"Five ways to it, each set so that the median draw {how}; base price "
        f"{tonnes(answer['base_price'])} USD a tonne, base year {answer['base_year']}, grade {answer['grade']}."
    )


def verdict(answer: dict[str, Any]) -> list[str]:
    """Which way costs least and most all together, who pays under each, and which fund is gone first: a sentence each."""
    rows = [each for each in answer["instruments"] if each["reached"]]
    if not rows:
        return [
            "None of the five reaches these tonnes: the capacity that is there does not make them at any price tried."
        ]
    said = [_order(rows)]
    worst: dict[str, list[str]] = {}
    for each in rows:
        lost = losers(each)
        if lost:
            told = f"the {short(each['name'])} ({money(-lost[0]['amount']['median'])})"
            worst.setdefault(lost[0]["who"], []).append(told)
    said += [f"{who.capitalize()} lose most with {', '.join(with_)}." for who, with_ in worst.items()]
    gone = [each for each in rows if each["runout"] and each["runout"]["p50"]]
    if gone:
        soonest = min(gone, key=lambda each: each["runout"]["p50"])
        said.append(
            f"In half of the price paths the fund of the {short(soonest['name'])} is gone by {soonest['runout']['p50']}."
        )
    return said


def cheapest(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The instruments under which least is lost: the first, and all that cost about the same in the median."""
    by_cost = sorted(rows, key=lambda each: float(each["cost"]["median"]))
    most = (1 + ABOUT) * by_cost[0]["cost"]["median"]
    return [each for each in by_cost if each["cost"]["median"] <= most]


def in_a_row(names: Sequence[str]) -> str:
    """``the subsidy``, or ``the subsidy, the contract and the offtake``."""
    said = [f"the {name}" for name in names]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def unsettled(rows: Sequence[dict[str, Any]]) -> bool:
    """Whether the range of the dearest begins below the end of the range of the cheapest, so that no order is sure."""
    by_cost = sorted(rows, key=lambda each: float(each["cost"]["median"]))
    return len(rows) > 1 and bool(by_cost[-1]["cost"]["low"] <= by_cost[0]["cost"]["high"])


def _order(rows: list[dict[str, Any]]) -> str:
    """What is lost least and most with, and whether the ranges let that order be sure."""
    least = cheapest(rows)
    names = in_a_row([short(each["name"]) for each in least])
    first = f"Least is lost with {names}{', which cost about the same' if len(least) > 1 else ''}: "
    first += f"{'; '.join(_cost(each) for each in least)} a year all together"
    if len(least) == len(rows):
        return f"{first}."
    last = max(rows, key=lambda each: float(each["cost"]["median"]))
    order = ". The ranges overlap: the order is that of the medians and is not sure" if unsettled(rows) else ""
    return f"{first}; most with the {short(last['name'])}: {_cost(last)}{order}."


def _cost(each: dict[str, Any]) -> str:
    return f"{money(each['cost']['median'])} USD ({money_range(each['cost'])})"


def beyond(each: dict[str, Any]) -> str:
    """That an instrument cannot reach the tonnes, and what it makes at most."""
    level, made = tonnes(each["level"]), interval_of_tonnes(each["tonnes"])
    name = f"{each['name'][:1].upper()}{each['name'][1:]}"
    return f"{name}: these tonnes are beyond it; at {level} USD a tonne ({each['level_means']}) it makes {made} t."


DOES = {
    "duty": "Imports from outside the zone pay up to the level. Nothing is paid to producers; they sell dearer.",
    "contract": "A fund pays producers in the zone the gap up to the level, and they pay a share back when the price is above it.",
    "offtake": "A fund buys from producers in the zone at no less than the level, sells on in the month and bears the gap; nothing "
    "comes back.",
    "subsidy": "A fund pays producers in the zone the level on every tonne, whatever the price.",
    "stock": "A fund buys from producers in the zone at the level where the price would be below it, and keeps the metal.",
}
"""What each instrument does, by its short name."""

LOST = "What all parties lose less what all gain, USD a year, and by added tonne."
LEAKS = "Leaks: what the zone sells out of itself more than before (below zero: it keeps more)."


def lasting(answer: dict[str, Any]) -> str:
    """What is said of a fund that is not gone by the end of what is followed: ``more than 20 years``."""
    return f"more than {answer['runout_horizon_months'] // 12} years"


def alike(rows: list[dict[str, Any]]) -> str:
    """That contract and offtake do the same, and why; nothing where they do not."""
    one, other = (next(each for each in rows if short(each["name"]) == name) for name in ("contract", "offtake"))
    close = abs(one["level"] - other["level"]) <= SAME * other["level"]
    if not (close and abs(one["cost"]["median"] - other["cost"]["median"]) <= SAME * abs(other["cost"]["median"])):
        return ""
    return (
        "Contract and offtake do the same here: in the year of the table the price stays below the strike, so that nothing is "
        "paid back; they part in the price paths that rise above it."
    )


def kept(rows: list[dict[str, Any]]) -> list[str]:
    """What the metal that a stock still holds was paid, and what it counts."""
    return [
        f"A {short(each['name'])} pays {money(each['held']['median'])} USD a year for {tonnes(each['held_t']['median'])} t that "
        f"it still holds; they count at the base price ({money(each['held_at_base_price']['median'])} USD), because the price "
        "falls back once it stops buying."
        for each in rows
        if each["held"]["median"] > 0
    ]


def losers(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The groups that lose by an instrument, the largest first; those too small to print are left out."""
    return [each for each in row["payers"] if each["amount"]["median"] <= -SMALLEST]


def groups_of(rows: list[dict[str, Any]]) -> list[str]:
    """The groups that gain or lose by any of the instruments: those of the zone, then of partner states, then elsewhere."""
    found = dict.fromkeys(
        row["who"] for each in rows for row in each["payers"] if abs(row["amount"]["median"]) >= SMALLEST
    )
    return sorted(found, key=lambda name: ("zone" not in name, "partner" not in name))


def _print_costs(console: Console, answer: dict[str, Any]) -> None:
    rows = answer["instruments"]
    table = _table("", "set at, USD/t", "lost, USD", "80 % range", "per t", "leaks, t", "gone: 5 %", "50 %", "95 %")
    lasts = lasting(answer).replace("more than", ">").replace("years", "y")
    for each in rows:
        dates = each["runout"]
        gone = ["", "", ""] if dates is None else [day or lasts for day in dates.values()]
        table.add_row(
            short(each["name"]), tonnes(each["level"]), money(each["cost"]["median"]), money_range(each["cost"]),
            tonnes(each["cost_per_added_tonne"]["median"]), tonnes(each["leakage_t"]["median"]), *gone,
        )  # fmt: skip
    console.print(table)
    means = "; ".join(f"{short(each['name'])}, {each['level_means']}" for each in rows)
    console.print(
        f"Set at: {means}. Lost: {LOST[:1].lower()}{LOST[1:]} Gone: the month by which the fund is, in that share of price paths; "
        f"'{lasts}': {lasting(answer)}, the end of what was followed. Contract: for difference, {rows[1]['name'].split(', ')[-1]}."
    )
    for line in (alike(rows), *kept(rows)):
        if line:
            console.print(line)
    console.print(LEAKS)


def _print_payers(console: Console, rows: list[dict[str, Any]]) -> None:
    console.print("\n[bold]Who loses (below zero) and who gains[/bold] (USD a year, medians)")
    table = _table("", *(short(each["name"]) for each in rows))
    for group in groups_of(rows):
        amounts = [
            next((row["amount"]["median"] for row in each["payers"] if row["who"] == group), 0.0) for each in rows
        ]
        table.add_row(group, *(_money(amount) for amount in amounts))
    console.print(table)
    console.print()


def _money(amount: float) -> str:
    return money(amount) if abs(amount) >= SMALLEST else "0"


def partners_by_name(answer: dict[str, Any], most: int | None = None) -> str:
    """Who the partner states are; at most so many by name."""
    partners = answer["partners"]
    names = [facts.country_name(each) for each in partners["states"]]
    if not names:
        return f"Partner states: none of {partners['of']} outside the zone makes or uses it."
    more = f" and {len(names) - most} more (--json)" if most is not None and names[most:] else ""
    return f"Partner states (delegations to {partners['of']} outside the zone that make or use it): {', '.join(names[:most])}{more}."


def partner_lines(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Partner states and stages whose revenue changes under any instrument, the largest change first; small ones are left out."""
    most: dict[tuple[str, str], float] = {}
    for effect in (effect for each in rows for effect in each["partner_effects"]):
        key = (effect["country"], effect["stage"])
        most[key] = max(most.get(key, 0.0), abs(effect["revenue"]["median"]))
    return [key for key in sorted(most, key=lambda key: -most[key]) if most[key] >= SMALLEST]


def partner_effect(each: dict[str, Any], country: str, stage: str) -> dict[str, Any]:
    """What an instrument does to a partner state at a stage."""
    found = (row for row in each["partner_effects"] if (row["country"], row["stage"]) == (country, stage))
    return dict(next(found))


def _print_partners(console: Console, answer: dict[str, Any]) -> None:
    """Partner states by name, and the change of their revenue by stage under each instrument."""
    rows = answer["instruments"]
    console.print(partners_by_name(answer, MOST_PARTNERS))
    lines = partner_lines(rows)[:MOST_LINES]
    if lines:
        console.print(
            "[bold]Revenue of their mines and refiners[/bold] (USD a year more, medians; the largest changes)"
        )
        table = _table("", *(short(each["name"]) for each in rows))
        for country, stage in lines:
            amounts = [partner_effect(each, country, stage)["revenue"]["median"] for each in rows]
            table.add_row(f"{facts.country_name(country)}, {stage}", *(_money(amount) for amount in amounts))
        console.print(table)
    console.print()


def what_dates_rest_on(answer: dict[str, Any]) -> list[str]:
    """What the dates rest on, so that they can be worked out again: what is common, then a line for each instrument."""
    based = [each for each in answer["instruments"] if each["runout_basis"]]
    if not based:
        return []
    basis = based[0]["runout_basis"]
    said = [
        f"The dates: a fund of {money(basis['fund'])} USD from {basis['first_month']} on; prices of {basis['paths']} paths over "
        f"{basis['horizon_months']} months, a {basis['process']}; volatility {percent(basis['volatility'])} a year "
        f"({basis['volatility_source']}). What is bought under an offtake is sold on in the month; contracts are paid back. Each "
        "month, at the same tonnes whatever the price:"
    ]
    for each in based:
        basis = each["runout_basis"]
        line = f"- {short(each['name'])}: {tonnes(basis['tonnes_a_month'])} t, from a price of {tonnes(basis['price'])} USD a tonne"
        if basis["in_advance_a_year"]:
            line += f"; {money(basis['in_advance_a_year'])} USD a year pass through its hands as working capital"
        said.append(line)
    return said


def no_dates(answer: dict[str, Any]) -> list[str]:
    """Why some instruments have no run-out date; those with the same reason stand together."""
    rows = answer["instruments"]
    said = []
    for reason in sorted({each["why_no_runout"] for each in rows if each["why_no_runout"]}):
        names = ", ".join(short(each["name"]) for each in rows if each["why_no_runout"] == reason)
        said.append(f"No run-out date ({names}): {reason}.".replace("..", "."))
    return said


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

"""Two cases side by side as people read them: what differs, what follows in short, by period, by country, and in money."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from orepact import facts
from orepact.cases.path_diff import PathDiff
from orepact.report.numbers import WIDTH, money, signed, signed_range, times, tonnes
from orepact.report.path_text import MOST_PERIODS, party, text_table

MOST_USERS = 8
MOST_PARTIES = 10
SMALLEST_PRICE = 0.0005
"""A difference of prices, in times base, that prints as none."""

ONE_HUNDREDTH = 0.01

WHOSE = {"price_cut_off": "those cut off", "price_abroad": "buyers abroad", "price": "all buyers"}
"""Whose price is told: the first of these that a comparison has."""


def print_diff(result: PathDiff) -> None:
    """Print what differs between two cases and what follows; long tables are cut and say so."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    case, answer = result.first.case, result.summary()
    console.print(f"[bold]A[/bold]  {case.name}\n[bold]B[/bold]  {result.second.case.name}")
    console.print(
        f"Both: {facts.mineral_name(case.mineral)}, {case.months} months from {case.start}, the same {case.draws} draws "
        f"(seed {case.seed}), base year {result.first.network.base_year}, grade {answer['grade']} (A official to E "
        "inferred)."
    )
    _print_changes(console, result)
    if result.same:
        console.print("\nNo difference: every figure of every draw is the same, to the byte.")
    else:
        console.print(f"\n[bold]In short[/bold]\n{in_short(result)}")
        _print_periods(console, result)
        _print_users(console, result)
        _print_parties(console, result)
    mark = answer["certificate"]
    solved = f"{mark['solved']:,}".replace(",", "\u2009")
    console.print(
        f"\nCertificate: {solved} markets solved; largest imbalance of a node {mark['max_balance']:.0e}. "
        f"Cases {answer['first']['hash']} and {answer['second']['hash']}."
    )


def whose(result: PathDiff) -> str:
    """The key of the price that is told."""
    return next(key for key in WHOSE if key in result.prices())


def in_short(result: PathDiff) -> str:
    """The one paragraph that somebody reads who reads no more: price, use, what goes unserved."""
    answer, key = result.summary(), whose(result)
    most = max(answer["periods"], key=lambda each: abs(each[key]["difference"]["median"]))
    change = most[key]["difference"]
    if abs(change["median"]) <= SMALLEST_PRICE:
        told = f"The price for {WHOSE[key]} is about the same in B as in A."
    else:
        told = (
            f"In B {WHOSE[key]} pay {'more' if change['median'] > 0 else 'less'} than in A: by {by_how_much(change)} times the "
            f"base price in the period from {most['from']}, where the difference is largest ({times(most[key]['second'])} in B, "
            f"{times(most[key]['first'])} in A)."
        )
    use, short = answer["whole"]["use_t"], answer["whole"]["unserved_t"]
    return (
        f"{told} Over the whole time the use of all countries changes by {signed_range(use, tonnes)} t, and what goes "
        f"unserved by {signed_range(short, tonnes)} t. Figures are medians of the differences draw by draw, with the range "
        "of 80 % of them."
    )


def by_most(change: dict[str, float]) -> str:
    """A difference of prices with its range."""
    return signed_range(change, _ratio, SMALLEST_PRICE)


def by_how_much(change: dict[str, float]) -> str:
    """How much more, or how much less: the size of a difference of prices with its range."""
    ends = sorted((change["low"], change["high"]), key=lambda end: end if change["median"] > 0 else -end)
    turn = 1 if change["median"] > 0 else -1
    median, low, high = (signed(turn * each, _ratio, SMALLEST_PRICE).lstrip("+") for each in (change["median"], *ends))
    return f"{median} ({low} to {high})"


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value >= ONE_HUNDREDTH else f"{value:.3f}"


def _print_changes(console: Console, result: PathDiff) -> None:
    console.print("\n[bold]What differs in the files[/bold]")
    own = [each for each in result.changes if each.place != "the case"]
    table = text_table("what", "in A", "in B")
    for each in own:
        field = f" ({each.field})" if each.field else ""
        table.add_row(f"{each.place}: {each.meaning}{field}", each.first, each.second)
    if own:
        console.print(table)
    if any(each.field == "note" for each in result.changes):
        console.print("Their notes differ too." if own else "Their notes.")
    elif not own:
        console.print("Nothing but the name." if result.changes else "Nothing.")


def _print_periods(console: Console, result: PathDiff) -> None:
    answer, key = result.summary(), whose(result)
    console.print(f"\n[bold]By period[/bold] (price for {WHOSE[key]}, times base; differences are B less A)")
    table = text_table(
        "from",
        "price\nin A",
        "price\nin B",
        "price,\ndifference",
        "used, t,\ndifference",
        "unserved, t,\ndifference",
        gap=1,
    )
    for each in answer["periods"][:MOST_PERIODS]:
        found: dict[str, Any] = each[key]
        table.add_row(
            each["from"],
            f"{found['first']['median']:#.3g}",
            f"{found['second']['median']:#.3g}",
            by_most(found["difference"]),
            signed_range(each["use_t"], tonnes),
            signed_range(each["unserved_t"], tonnes),
        )
    console.print(table)
    if len(answer["periods"]) > MOST_PERIODS:
        console.print(f"{len(answer['periods']) - MOST_PERIODS} more periods: --csv or --json has them all.")


def _print_users(console: Console, result: PathDiff) -> None:
    console.print("\n[bold]Where it is felt most[/bold] (over the whole time; B less A)")
    table = text_table(
        "country",
        "use\nbefore, t",
        "used, t,\ndifference",
        "unserved, t,\ndifference",
        "mean price,\ndifference",
        gap=1,
    )
    frame = result.users_frame()
    for row in frame[frame["use_t_median"].abs() > 0].head(MOST_USERS).to_dict("records"):
        table.add_row(
            facts.country_name(str(row["country"])),
            tonnes(row["use_base_t"]),
            signed_range(_found(row, "use_t"), tonnes),
            signed_range(_found(row, "unserved_t"), tonnes),
            by_most(_found(row, "mean_price")),
        )
    console.print(table if table.row_count else "Nowhere in the median.")


def _print_parties(console: Console, result: PathDiff) -> None:
    rows = [row for row in result.summary()["parties"] if max(abs(row["usd_low"]), abs(row["usd_high"])) > 0]
    if not rows:
        return
    console.print(
        "\n[bold]Who gains and who loses[/bold] by payments for the instruments (USD over the whole time; B less A)"
    )
    table = text_table("who", "USD, difference")
    for row in rows[:MOST_PARTIES]:
        table.add_row(party(row["party"]), signed_range(_found(row, "usd"), money))
    console.print(table)
    if len(rows) > MOST_PARTIES:
        console.print(f"{len(rows) - MOST_PARTIES} more parties: --json has them all.")


def _found(row: dict[Any, Any], name: str) -> dict[str, float]:
    return {key: float(row[f"{name}_{key}"]) for key in ("median", "low", "high")}

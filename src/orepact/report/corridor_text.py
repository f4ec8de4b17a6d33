"""A corridor question as an adviser reads it: the answer, the cut, what is allied, what is lost, the routes, and how sure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.corridors.corridor import CorridorAnswer
from orepact.corridors.sea import passages, ports
from orepact.report.corridor_headline import headline, sever_sentence, span
from orepact.report.numbers import UNTOLD, WIDTH, percent, tonnes

MOST_ROUTES = 10
MOST_EXPOSED = 5
MOST_FAILURES = 8
NEARLY = 1e-3
"""Change of a price below which it is said to be nearly the same."""
WORDS = {"way out", "port", "refined in", "landed at", "crosses", "corridor", "mode", "without", "rule", "thing", "why"}


def cut_sentence(found: CorridorAnswer) -> str:
    """What limits the flow, by name."""
    answer = found.summary()
    if not answer["cut"]:
        return "There is no cut to name: nothing flows."
    parts = [f"{each['name']} ({tonnes(each['capacity_t'])} t)" for each in answer["cut"]]
    return f"What limits the tonnes, by the figures in the facts (the minimum cut): {'; '.join(parts)}."


def loss_sentence(found: CorridorAnswer) -> str:
    """What one thing less, and two, would cost."""
    single, pair = found.losses.single, found.losses.pair
    if found.flow.units == 0:
        return "There is nothing to lose."
    one = (
        f"Losing {single[0].names[0]} alone costs {percent(single[0].share)} of it"
        if single
        else "No single corridor, port, passage or refining country lost lowers it"
    )
    if pair is None or pair.tonnes <= 0:
        return f"{one}; nor does any pair." if not single else f"{one}."
    return f"{one}; the worst pair, {pair.names[0]} with {pair.names[1]}, {percent(pair.share)}."


def added_sentence(found: CorridorAnswer) -> str:
    """What the closures add to the routes that are left."""
    if not found.request.close:
        return ""
    left = [route for route in found.routes if route.exists]
    longer = [route.record() for route in left if route.added_km > 1]
    gone = len(found.routes) - len(left)
    if not left:
        return "Every route ends." if found.routes else "There is no route to lengthen."
    ended = f" {gone} of {len(found.routes)} routes end." if gone else ""
    if not longer:
        return (
            f"{gone} of {len(found.routes)} routes end; the others become no longer."
            if gone
            else "No route becomes longer."
        )
    days = sorted(each["added_days"]["value"] for each in longer)
    usd = sorted(each["added_cost_usd_per_t"]["value"] for each in longer)
    return (
        f"{len(longer)} of {len(left)} routes become longer, by {days[0]:.1f} to {days[-1]:.1f} days and USD {usd[0]:.0f} to {usd[-1]:.0f} "
        f"a gross tonne.{ended}"
    )


def market_sentence(found: CorridorAnswer) -> str:
    """What the closures do to prices and use in the region."""
    market = found.summary()["market"]
    if market is None:
        return "The closure makes no flow of the network longer: nothing is run through the market."
    price, unserved = market["price"], market["unserved_t"]
    ended = len(market["ended"])
    stopped = f" {ended} groups of flows have no way left and stop." if ended else ""
    return (
        f"In the market {found.request.region} pays {_changes(price)} over a year and {_unserved(unserved)}.{stopped}"
    )


def _unserved(of: dict[str, float]) -> str:
    """What goes unserved, in no finer words than its range allows."""
    if of["high"] < 1:
        return "next to nothing goes unserved (less than 1 t)"
    ends = f"({0 if of['low'] < 1 else tonnes(of['low'])} to {tonnes(of['high'])} t)"
    return (
        f"almost nothing goes unserved {ends}" if of["median"] < 1 else f"{tonnes(of['median'])} t go unserved {ends}"
    )


def _changes(price: dict[str, float]) -> str:
    """The change of a price with its range, or that it is nearly none."""
    if all(abs(price[end] - 1) < NEARLY for end in ("low", "median", "high")):
        return "nearly the same (less than 0.1 % more or less)"
    return f"{_change(price['median'])} ({_change(price['low'])} to {_change(price['high'])})"


def _change(ratio: float) -> str:
    return f"{100 * (ratio - 1):+.2g}\u2009%"


def exposure_sentence(found: CorridorAnswer) -> str:
    """Which part of the region's supply crosses which passage."""
    rows = found.summary()["exposure"][:MOST_EXPOSED]
    if not rows:
        return f"Nothing of what {found.request.region} uses is known to cross a passage."
    of = "Before the closure, of" if found.request.close else "Of"
    parts = [f"{each['name']} {span(each['low'], each['high'], share=True)}" for each in rows]
    return (
        f"{of} all {facts.mineral_name(found.request.mineral)} that {found.request.region} uses, ore or metal crosses on the shortest way: "
        f"{', '.join(parts)}."
    )


def print_corridor(found: CorridorAnswer) -> None:
    """Print the answer on a page or two."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    answer = found.summary()
    console.print(f"[bold]{headline(found)}[/bold]\n")
    for line in _lines(found):
        console.print(line)
    console.print()
    if answer["allied"]:
        console.print(_rules(answer["allied"]))
        console.print(_failures(answer["allied"]))
    console.print(_ways(answer["corridors"]))
    console.print(_routes(answer["routes"]))
    _print_before_you_act(console, answer)


def _lines(found: CorridorAnswer) -> Iterator[str]:
    answer = found.summary()
    flow = answer["flow"]
    yield (
        f"Today {tonnes(flow['today_t'])} t of it reach {found.request.region} by the network's flows; {tonnes(flow['supply_t'])} t could "
        f"leave, {tonnes(flow['use_t'])} t are used."
    )
    yield sever_sentence(found)
    yield cut_sentence(found)
    yield loss_sentence(found)
    if found.request.close:
        yield added_sentence(found)
        yield market_sentence(found)
    effective = answer["effective_routes"]
    number = UNTOLD if effective["by_refiner"] is None else f"{effective['by_refiner']:.1f}"
    yield (
        f"Effective number of routes by who refines: {number}; ways out of the country: {effective['ways_out']}, and what each carries is "
        "not published."
    )
    yield exposure_sentence(found)
    yield answer["refining"]["sentence"]


def _table(title: str, *columns: str) -> Table:
    table = Table(box=None, padding=(0, 1), show_edge=False, title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="left" if column in WORDS else "right", overflow="fold")
    return table


def _rules(allied: dict[str, Any]) -> Table:
    table = _table(
        f"Without leaving {allied['name']}, each rule on top of the one before", "rule", "t a year", "of use"
    )
    for row in allied["rules"]:
        table.add_row(
            row["words"], span(row["low_t"], row["high_t"]), span(row["low_share"], row["high_share"], share=True)
        )
    return table


def _failures(allied: dict[str, Any]) -> Table:
    table = _table("What does not pass", "thing", "why")
    rows = [row for row in allied["fails"] if row["rule"] != "laws"] + [
        row for row in allied["fails"] if row["rule"] == "laws"
    ]
    for row in rows[:MOST_FAILURES]:
        table.add_row(row["name"], row["why"])
    if len(rows) > MOST_FAILURES:
        table.add_row(f"and {len(rows) - MOST_FAILURES} more", "--json has them all")
    return table


def _ways(rows: list[dict[str, Any]]) -> Table:
    table = _table(
        "Ways out, as published (gross tonnes of all goods)",
        "corridor",
        "mode",
        "km",
        "days",
        "t a year",
        "USD a t",
        "grade",
    )
    for row in rows:
        figures = row["figures"]
        cells = [_figure(figures, name) for name in ("length", "days")]
        carried = figures.get("capacity") or figures.get("carried")
        table.add_row(
            row["name"],
            row["mode"],
            *cells,
            tonnes(carried["value"]) if carried else UNTOLD,
            _figure(figures, "cost"),
            row["grade"],
        )
    return table


def _figure(figures: dict[str, Any], name: str) -> str:
    return f"{figures[name]['value']:,g}".replace(",", "\u2009") if name in figures else UNTOLD


def _routes(rows: list[dict[str, Any]]) -> Table:
    table = _table(
        "Routes, shortest at sea first",
        "way out",
        "refined in",
        "landed at",
        "crosses",
        "km at sea",
        "days at sea",
        "added days",
    )
    for row in rows[:MOST_ROUTES]:
        refined = "" if row["refined_in"] is None else facts.country_name(row["refined_in"])
        if not row["exists"]:
            table.add_row(row["out_name"], refined, "no route left", "", "", "", "")
            continue
        table.add_row(
            row["out_name"], refined, ports()[row["gate"]].name, ", ".join(passages()[name] for name in row["crosses"]),
            tonnes(row["km"]), f"{row['days_at_sea']['value']:.0f}", f"{row['added_days']['value']:.1f}",
        )  # fmt: skip
    if len(rows) > MOST_ROUTES:
        table.add_row(f"and {len(rows) - MOST_ROUTES} more (--csv)", *[""] * 6)
    return table


def _print_before_you_act(console: Console, answer: dict[str, Any]) -> None:
    console.print("\n[bold]Before you act[/bold]")
    for note in answer["notes"]:
        console.print(f"- {note}")
    console.print(
        "- Owners of ports and of plants are not in the facts and are not tested; the origin's own law is not either."
    )
    for each in answer["cannot_tell"]:
        console.print(f"- Cannot tell {each}.")
    mark = answer["certificate"]
    units = f"{mark['cut_units']:,} of {mark['flow_units']:,} units".replace(",", "\u2009")
    console.print(f"\nCertificate: the cut is worth the flow, {units}. Grade {answer['grade']}.")

"""What comes back from products in use, in one glance: how much, how far from 25 %, what moves it, what one point more gives."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.planning.scrap import Scrap
from orepact.report.numbers import WIDTH, interval_of_tonnes, percent, tonnes

LITTLE = 0.005
"""Share of use below which what is spread out is not spoken of."""


def print_scrap(found: Scrap) -> None:
    """Print the answer with its groups, levers, ranges and what it rests on."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    console.print(f"[bold]{headline(found)}[/bold]\n")
    console.print(_groups(found))
    console.print(f"\nLeaves use in {found.year}    {interval_of_tonnes(found.arising)} t")
    console.print(f"Recovered              {interval_of_tonnes(found.recovered)} t (80 % of draws)")
    console.print(f"Use                    {tonnes(found.used)} t a year ({_whose_year(found)})")
    for line in (*_distance(found), *_levers(found), *_what_moves_it(found), *limits(found)):
        console.print(line)


def _whose_year(found: Scrap) -> str:
    return f"{found.use.now}, held as it is" if found.year > found.use.now else f"{found.year}"


def headline(found: Scrap) -> str:
    """The answer in one sentence."""
    share = found.share
    what = f"{facts.mineral_name(found.mineral)} in {found.region}, {found.year}"
    return (
        f"Scrap could cover {share['median']:.0f} % ({share['low']:.0f} to {share['high']:.0f} %) of the use of {what}, "
        f"against a benchmark of {found.target:.0f} %: {_verdict(found)}."
    )


def _verdict(found: Scrap) -> str:
    if found.verdict == "below":
        return "it falls short even with everything at its best"
    return "cannot tell, for the range rests on assumptions (grade E)"


def _groups(found: Scrap) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("products", "share of use", "life, years", "leaves use, t", "collected, sorted", "recovered, t"):
        table.add_column(name, justify="left" if name == "products" else "right", no_wrap=True)
    for each in found.groups:
        collected = "no rate" if each.collected is None else percent(each.collected)
        recovered = "cannot tell" if each.recovered is None else tonnes(each.recovered)
        row = (each.name, percent(each.share), f"{each.mean_life:.0f}", tonnes(each.arising), collected, recovered)
        table.add_row(*row)
    return table


def _distance(found: Scrap) -> list[str]:
    lines = []
    if found.gap > 0:
        lines.append(f"Missing to {found.target:.0f} %        {tonnes(found.gap)} t a year, at the median")
    if found.without_rate:
        which = ", ".join(found.without_rate)
        lines.append(
            f"Not counted: up to {tonnes(found.open_tonnes)} t of {which} products, for which no collection is known"
        )
    if found.published is not None:
        rate = found.published
        lines.append(
            f"Today by the Commission: {rate['percent']:.0f} % of input from old scrap ({rate['source']}, grade {rate['grade']})"
        )
    return lines


def _levers(found: Scrap) -> list[str]:
    return [
        f"One point more of {name}: {tonnes(each['tonnes'])} t a year, {each['points']:.2f} points of use"
        for name, each in found.levers.items()
    ]


def _what_moves_it(found: Scrap) -> list[str]:
    lines = ["\nWhat moves the share, each alone at its low and high end:"]
    return lines + [f"  {name}: {low:.0f} % and {high:.0f} %" for name, (low, high) in found.moves.items()]


def limits(found: Scrap) -> list[str]:
    """What the answer rests on, and what it leaves out."""
    use = found.use
    lines = [
        f"\n{percent(found.assumed_past)} of what leaves comes from products made before {use.first}, the first year with a table: "
        "their use is assumed to have grown at an assumed rate.",
        f"Shares of use are {found.whose_shares}; lives and collection are the world's of 2019 (grade C, D for a region). "
        "Metal inside products that are traded is not counted: what the region's industry uses stands for what its people use.",
    ]
    if found.spread_out > LITTLE:
        lines.append(
            f"{percent(found.spread_out)} of use is spread out (pigments, chemicals) and leaves nothing to collect."
        )
    return [*lines, f"Grade {found.grade}. Sources: {', '.join(found.sources)}."]


def scrap_answer(found: Scrap) -> dict[str, Any]:
    """The answer in JSON terms."""
    names = (
        "mineral", "region", "year", "arising", "recovered", "open_tonnes", "share", "most", "target", "verdict", "gap_points",
        "gap", "levers", "assumed_past", "published", "whose_shares", "spread_out", "sources", "grade",
    )  # fmt: skip
    answer = {name: getattr(found, name) for name in names}
    groups = [
        {
            "products": each.name,
            "share_of_use": each.share,
            "life_years": each.mean_life,
            "leaves_use": each.arising,
            "collected": each.collected,
            "recovered": each.recovered,
        }
        for each in found.groups
    ]
    moves = {name: {"low": low, "high": high} for name, (low, high) in found.moves.items()}
    use = {"tonnes": found.used, "last_table": found.use.now, "by_year": found.use.by_year, "grade": found.use.grade}
    return {**answer, "use": use, "groups": groups, "moves": moves, "facts": facts.version()}


def scrap_rows(found: Scrap) -> list[dict[str, Any]]:
    """One row a group of products, with the answer's own figures repeated in each."""
    whole = {"mineral": found.mineral, "region": found.region, "year": found.year}
    ends = {f"share_{end}": value for end, value in found.share.items()} | {
        "target": found.target,
        "grade": found.grade,
    }
    return [{**whole, **each, **ends} for each in scrap_answer(found)["groups"]]

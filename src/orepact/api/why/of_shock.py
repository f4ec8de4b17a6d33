"""The tree of a figure of a shock: how it is worked out, the price and table it starts from, and the ranges it is drawn over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orepact import facts
from orepact.api.why.of_network import ANY, UNIT, cell, price
from orepact.api.why.shared import ranges
from orepact.api.why.tree import Node
from orepact.errors import BadInput, unknown_problem
from orepact.report.numbers import UNTOLD, interval_of_tonnes, money, percent, times

if TYPE_CHECKING:
    from orepact.cases import ShockResult

MOST_ORIGINS = 4
SOLVED = (
    "each draw solves: own supply + stocks released + what is refined = purchases, at every producer; buyers choose by "
    "s_ij = w_ij exp(\u2212θ(L_ij \u2212 L⁰_ij)) / Z_j on delivered "
    "prices L = (1 + t)(π + f) + d + rents; demand is D⁰ r^\u2212ε up to a ceiling"
)
PRICES = {
    "price_abroad": ("Price that buyers abroad pay", "delivered price, weighted by base purchases, over the base price"),
    "price_home": ("Price that buyers at home pay", "delivered price, weighted by base purchases, over the base price"),
    "price_cut_off": ("Price that those cut off pay", "delivered price, weighted by base purchases, over the base price"),
    "price_abroad_inclusive": ("Price abroad with the loss of choice counted", "inclusive price P⁰ \u2212 ln(Z)/θ over the base price"),
    "user_price_abroad": ("Price that users abroad pay", "delivered price of the last stage, weighted by base use, over the base price"),
    "producer_price_home": ("Price that producers at home get", "free-on-board price, weighted by base sales, over the base price"),
    "producer_price_abroad": ("Price that producers elsewhere get", "free-on-board price, weighted by base sales, over the base price"),
}  # fmt: skip
TONNES = {
    "lost_t": ("Deliveries that those cut off lose", "base flow \u2212 flow, from those who cut to those cut off"),
    "replaced_t": ("What others deliver more to those cut off", "flow \u2212 base flow, from all others to those cut off"),
    "from_stocks_t": ("Drawn from stocks by those cut off", "smooth least of the fall in stock that is wished and of use"),
    "given_up_t": ("Use given up because it is dear, by those cut off", "D⁰ \u2212 D"),
    "unserved_t": ("Use that goes unserved among those cut off", "D times the share whose price ceiling is passed"),
}  # fmt: skip
COUNTRY = {
    "lost": ("Use that {name} loses", "use given up because it is dear + use whose price ceiling is passed"),
    "unserved": ("Use of {name} that goes unserved", "D times the share whose price ceiling is passed"),
    "use": (
        "Use of {name} before the shock",
        "base use of the balanced table, over the months, with the revision that is drawn",
    ),
    "gained": ("What {name} delivers more to those cut off", "flow \u2212 base flow to those cut off"),
}
OTHER = {"base_price": "", "rent_usd": "Rent of the exports that remain"}


def tree_of_shock(result: ShockResult, figure: str) -> Node:
    """The tree of one figure of an answer: a key of :func:`figures`, or ``lost:USA``, ``use:USA``, ``unserved:USA``, ``gained:AUS``."""
    key, _, country = figure.partition(":")
    if key == "base_price":
        return price(result.network)
    if country and key in COUNTRY:
        return _of_country(result, key, country.strip().upper())
    answer = result.summary()
    if key in PRICES and key in answer:
        what, formula = PRICES[key]
        found = answer[key]
        said = times(found) if np.isfinite(found["median"]) else UNTOLD
        return _node(result, what, said, found["median"], "times the base price", formula, _starts(result))
    if key in TONNES and key in answer["where_it_went"]:
        what, formula = TONNES[key]
        found = answer["where_it_went"][key]
        return _node(result, what, interval_of_tonnes(found), found["median"], UNIT, formula, _starts(result))
    if key == "rent_usd":
        found = answer[key]
        said = f"{money(found['median'])} ({money(found['low'])} to {money(found['high'])})"
        return _node(
            result,
            OTHER[key],
            said,
            found["median"],
            "USD",
            "rent per tonne of the cap times what still leaves",
            _starts(result),
        )
    raise BadInput(unknown_problem("figure", "figure of this answer", figure, figures(result)))


def figures(result: ShockResult) -> list[str]:
    """Names of the figures that have a tree, without those of countries."""
    answer = result.summary()
    return [
        *(key for key in PRICES if key in answer),
        *(key for key in TONNES if key in answer["where_it_went"]),
        *OTHER,
    ]


def _of_country(result: ShockResult, key: str, country: str) -> Node:
    answer = result.summary()
    rows = {row["country"]: row for row in answer["replaced_by" if key == "gained" else "losses"]}
    if country not in rows:
        raise BadInput(unknown_problem("figure", f"country with a figure '{key}'", country, rows))
    row = rows[country]
    what, formula = (said.format(name=facts.country_name(country)) for said in COUNTRY[key])
    if key == "use":
        found = {"median": row["use_t"], "low": row["use_t"], "high": row["use_t"]}
        return _node(
            result,
            what,
            interval_of_tonnes(found).partition(" (")[0],
            row["use_t"],
            UNIT,
            formula,
            (_buyer(result, country),),
        )
    found = {"median": row["gained_t"], **row["gained_range_t"]} if key == "gained" else row[f"{key}_t"]
    share = f"{percent(found['median'] / row['use_t'])} of its use" if key != "gained" and row["use_t"] > 0 else ""
    start = _origin(result, country) if key == "gained" else _buyer(result, country)
    node = _node(result, what, interval_of_tonnes(found), found["median"], UNIT, formula, (start, *_starts(result)))
    return node if not share else _with_line(node, "share", share)


def _with_line(node: Node, name: str, text: str) -> Node:
    from dataclasses import replace

    return replace(node, lines=((name, text), *node.lines))


def _node(
    result: ShockResult, what: str, value: str, number: float, unit: str, formula: str, starts: tuple[Node, ...]
) -> Node:
    """A figure with its range, and the whole of what it follows from."""
    case, answer = result.case, result.summary()
    drawn = answer["certificate"]["solved"]
    return Node(
        what=what, value=value, number=float(number), unit=unit, period=f"{case.months:g} months from a base of {case.base_year}",
        grade=answer["grade"], formula=f"{formula}; {SOLVED}",
        lines=(("range", f"median of {drawn} draws, 80\u2009% of them between the two ends"), *_certificate(result), *_apart(result)),
        children=(*starts, price(result.network), ranges(case.mineral, _moved(result))),
    )  # fmt: skip


def _certificate(result: ShockResult) -> tuple[tuple[str, str], ...]:
    held = result.summary()["certificate"]
    said = f"largest imbalance of a node {held['max_balance']:.0e}, of a bound {held['max_complementarity']:.0e}"
    return (("certificate", f"{said}; above 1e-9 nothing is shown"),)


def _apart(result: ShockResult) -> tuple[tuple[str, str], ...]:
    """How the table stands against published sourcing shares."""
    rows = result.summary()["apart"]
    if not rows:
        return (("held against published shares", f"{UNTOLD}: none are published"),)
    said = "; ".join(
        f"{row['reporter']}, {row['stage']}: {percent(row['apart'])} from another origin than published"
        + (" (used in the fit)" if row["used_in_fit"] else "")
        for row in rows
    )
    return (("held against published shares", said),)


def _starts(result: ShockResult) -> tuple[Node, ...]:
    """What those who cut deliver in the base year."""
    return tuple(_origin(result, origin) for origin in result.case.origins[:MOST_ORIGINS])


def _origin(result: ShockResult, country: str) -> Node:
    table = result.network.stage(result.case.stage)
    return (
        cell(result.network, table, country, ANY)
        if country in table.producers
        else _absent(result, country, "deliveries")
    )


def _buyer(result: ShockResult, country: str) -> Node:
    table = result.network.stages[-1]
    return cell(result.network, table, ANY, country) if country in table.buyers else _absent(result, country, "use")


def _absent(result: ShockResult, country: str, what: str) -> Node:
    said = f"{UNTOLD}: the table of {result.network.base_year} has no {what} of it"
    return Node(what=f"{facts.country_name(country)}, {what}", value=said)


def _moved(result: ShockResult) -> dict[str, float]:
    """How far each parameter moves the price: its rank correlation."""
    return {row["parameter"]: row["rank_correlation"] for row in result.summary()["drivers"]}

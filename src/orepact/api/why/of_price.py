"""The tree of a figure of a reference price: price, duty, and what each party gains or loses, with what they follow from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.api.why.of_network import price
from orepact.api.why.shared import bought, given, money_words, ranges, zone
from orepact.api.why.tree import Node
from orepact.errors import BadInput, unknown_problem
from orepact.report.numbers import exact, interval_of_tonnes, times, tonnes

if TYPE_CHECKING:
    from orepact.cases.price_chain import PriceAnswer

USD_T, USD_YEAR = "USD per t of content", "USD a year, below zero for a loss"
MOST_ORIGINS = 4
DUTY = (
    "what is missing to the reference price, on goods from outside the zone that are not exempt, up to the bound rate; its kink is "
    "rounded over half a per cent of the reference; worked out in a market that clears in every draw"
)
PRICES = {
    "zone": "Price that buyers in the zone pay", "outside": "Price that buyers elsewhere pay",
    "zone_producers": "Price that producers in the zone get", "outside_producers": "Price that producers elsewhere get",
}  # fmt: skip
RATIO = "price weighted by what was bought or sold in the base year, over the base price"
PARTS = {
    "users": "the area under their demand between the price before and after; their price counts variety",
    "treasuries": "duty times imports, over all origins that pay",
    "treasury": "duty times imports, over all origins that pay",
    "producers": "the area under their supply between the price before and after",
    "refiners": "the area under their supply between the margin before and after; they buy ore",
}  # fmt: skip
TOTAL = "sum of what all parties gain, less what all lose; held against the change of welfare along a path of duties of its own"


def tree_of_price(found: PriceAnswer, figure: str) -> Node:
    """The tree of ``base_price``, ``total``, ``duty:CHN``, ``price:zone``, ``made:zone``, or ``party:users in the zone``."""
    key, _, of = figure.partition(":")
    answer = found.summary()
    if key == "base_price":
        return _base(found, answer)
    duties = {row["origin"]: row for row in answer["duties"]}
    parties = {row["who"]: row["amount"] for row in (*answer["payers"], *answer["groups"])}
    if key == "duty" and of in duties:
        return _duty(found, answer, duties[of])
    if key == "price" and of in answer["prices"]:
        ratio = answer["prices"][of]
        node = _node(answer, PRICES[of], times(ratio), "times the base price", RATIO)
        return _with(node, ratio["median"], *_causes(found, answer))
    made = answer["output"].get(f"{answer['stage']}_{of}_t")
    if key == "made" and made is not None:
        what = f"More {answer['stage']} output " + ("in the zone" if of == "zone" else "elsewhere")
        node = _node(
            answer,
            what,
            interval_of_tonnes(made),
            "t of content a year",
            "output after less output before, by the supply curve",
        )
        return _with(node, made["median"], *_causes(found, answer))
    if key == "party" and of in parties:
        return _party(found, answer, of, parties[of])
    if key == "total":
        node = _node(answer, "All parties together", money_words(answer["total"]), USD_YEAR, TOTAL)
        groups = (_party(found, answer, row["who"], row["amount"]).short() for row in answer["groups"])
        sourced = tuple(_sourced(each) for each in groups)
        return _with(node, answer["total"]["median"], *sourced, *_causes(found, answer))
    raise BadInput(unknown_problem("figure", "figure of this answer", figure, figures(found)))


def figures(found: PriceAnswer) -> list[str]:
    """Names of the figures that have a tree."""
    answer = found.summary()
    return [
        "base_price", "total", *(f"price:{each}" for each in answer["prices"]), "made:zone",
        *(f"duty:{row['origin']}" for row in answer["duties"]),
        *(f"party:{row['who']}" for row in (*answer["groups"], *answer["payers"])),
    ]  # fmt: skip


def _base(found: PriceAnswer, answer: dict[str, Any]) -> Node:
    """The base price of the stage: that of the table, or of an earlier stage a drawn share of it."""
    base, table = answer["base_price"], price(found.network)
    if base["low"] == base["high"] == table.number or answer["stage"] == found.network.stages[-1].stage:
        return table
    said = f"{tonnes(base['median'])} ({tonnes(base['low'])} to {tonnes(base['high'])})"
    node = _node(answer, f"Base price, {answer['stage']}", said, USD_T, "a drawn share of the price of the last stage")
    return _with(node, base["median"], table, ranges(found.network.mineral))


def _duty(found: PriceAnswer, answer: dict[str, Any], row: dict[str, Any]) -> Node:
    name = facts.country_name(row["origin"])
    duty = row["duty"]
    said = f"{tonnes(duty['median'])} ({tonnes(duty['low'])} to {tonnes(duty['high'])})"
    node = _node(answer, f"Duty on goods of {name}", "exempt" if row["exempt"] else said, USD_T, DUTY)
    before = row["duty_at_base_price"]["median"]
    lines = (
        ("at the base price", f"{tonnes(before)} {USD_T}"),
        ("imports after", f"{interval_of_tonnes(row['imports_after_t'])} t of content"),
    )
    return _with(
        node,
        duty["median"],
        *_terms(found),
        _base(found, answer),
        _imports(found, row["origin"]),
        ranges(found.network.mineral),
        lines=lines,
    )


def _party(found: PriceAnswer, answer: dict[str, Any], who: str, amount: dict[str, float]) -> Node:
    formula = next((words for part, words in PARTS.items() if who.startswith(part)), "gains less losses of its parties")
    node = _node(answer, f"{who[:1].upper()}{who[1:]}", money_words(amount), USD_YEAR, formula)
    return _with(node, amount["median"], *_causes(found, answer))


def _sourced(node: Node) -> Node:
    from dataclasses import replace

    return replace(node, source="this answer; its own tree is behind the figure on the page")


def _causes(found: PriceAnswer, answer: dict[str, Any]) -> tuple[Node, ...]:
    """What every figure of the answer follows from."""
    used = bought(found.network, found.network.stages[-1], found.zone, name="the zone")
    origins = [row["origin"] for row in answer["duties"] if row["imports_before_t"] >= 1][:MOST_ORIGINS]
    return (
        *_terms(found),
        _base(found, answer),
        used,
        *(_imports(found, each) for each in origins),
        ranges(found.network.mineral),
    )


def _imports(found: PriceAnswer, origin: str) -> Node:
    return bought(found.network, found.network.stage(found.duty.stage), found.zone, origin=origin, name="the zone")


def _terms(found: PriceAnswer) -> tuple[Node, ...]:
    duty = found.duty
    nodes = [given("Reference price", exact(duty.reference), duty.reference, USD_T),
             zone(found.zone)]  # fmt: skip
    if duty.exempt:
        nodes.append(given("Exempt", ", ".join(map(facts.country_name, duty.exempt))))
    return tuple(nodes)


def _node(answer: dict[str, Any], what: str, value: str, unit: str, formula: str) -> Node:
    held = answer["certificate"]
    return Node(
        what=what, value=value, unit=unit, period=f"a year, from a base of {answer['base_year']}", grade=answer["grade"], formula=formula,
        lines=(("range", f"median of {held['solved']} draws, 80\u2009% of them between the two ends"),
               ("certificate", f"largest imbalance of a node {held['max_balance']:.0e}; gains and losses close to {answer['closes']:.0e}")),
    )  # fmt: skip


def _with(node: Node, number: float, *children: Node, lines: tuple[tuple[str, str], ...] = ()) -> Node:
    from dataclasses import replace

    return replace(node, number=float(number), children=children, lines=(*lines, *node.lines))

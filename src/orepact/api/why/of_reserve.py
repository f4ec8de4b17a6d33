"""The tree of a figure of a reserve: how much to hold and what that is worth, from use, price, halts and terms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.api.why.of_network import price
from orepact.api.why.shared import bought, given, ranges, rows_of
from orepact.api.why.tree import Node
from orepact.errors import BadInput, unknown_problem
from orepact.report.numbers import money, tonnes

if TYPE_CHECKING:
    from orepact.planning.reserve_size import Candidate, ReservePlan

HOLDING = {
    "tonnes": ("Tonnes of {name} to hold", "t of content",
               "pieces in order of net worth per dollar, as long as worth in an expected year is above carrying, within the budget and the "
               "180 days looked at; under a rule set up to its days of cover"),
    "days": ("Days of cover of {name}", "days", "stock / (use / 365)"),
    "cost": ("Purchases of {name}", "USD", "tonnes \u00d7 base price \u00d7 what the region pays while the reserve buys, over before"),
    "carry_usd_a_year": ("Holding {name}", "USD a year", "tonnes \u00d7 (capital cost \u00d7 cost of a tonne + storage)"),
}  # fmt: skip
MONEY = {
    "purchases_usd": ("Purchases", "USD", "sum over the minerals held", "cost"),
    "carrying_usd_a_year": ("Holding costs", "USD a year", "sum over the minerals held of capital cost \u00d7 cost + storage",
                            "carry_usd_a_year"),
    "worth_usd_a_year": ("Worth in an expected year", "USD a year", "sum over the minerals held of their worth, once all is bought",
                         "worth"),
}  # fmt: skip
WORTH = (
    "sum over halts of probability \u00d7 (v dU + q (R \u2212 dU) \u2212 p R): v the value of an unserved tonne, dU how much less goes "
    "unserved, R what is released, q the price in the halt, p the base price; mean of the draws"
)
PACE = "monthly pace \u00d7 trade outside the largest supplier / 12, no more than is held"


def tree_of_reserve(plan: ReservePlan, figure: str) -> Node:
    """The tree of ``purchases_usd``, ``worth_usd_a_year``, ``tonnes:gallium``, ``days:gallium``, ``worth:gallium``, ``pace:gallium``."""
    key, _, mineral = figure.partition(":")
    answer = plan.summary()
    if key in MONEY:
        return _sum(plan, answer, key)
    known = {each.mineral: each for each in plan.candidates}
    if mineral not in known or key not in (*HOLDING, "worth", "pace"):
        raise BadInput(unknown_problem("figure", "figure of this answer", figure, figures(plan)))
    return _of_mineral(plan, answer, known[mineral], key)


def figures(plan: ReservePlan) -> list[str]:
    """Names of the figures that have a tree."""
    keys = (*HOLDING, "worth", "pace")
    return [*MONEY, *(f"{key}:{each.mineral}" for each in plan.candidates for key in keys)]


def _sum(plan: ReservePlan, answer: dict[str, Any], key: str) -> Node:
    what, unit, formula, part = MONEY[key]
    number = float(answer["money"][key])
    held = [each for each in plan.candidates if plan.held.get(each.mineral, 0.0) > 0]
    return Node(
        what=what, value=money(number), number=number, unit=unit, grade=max(answer["grades"].values(), default="E"), formula=formula,
        children=(given("Budget", money(plan.request.budget), plan.request.budget, "USD"),
                  *(_of_mineral(plan, answer, each, part) for each in held)), lines=_drawn(plan),
    )  # fmt: skip


def _drawn(plan: ReservePlan) -> tuple[tuple[str, str], ...]:
    return (("draws", f"{plan.request.draws} over the ranges; every halt solved at nine sizes with its certificate"),)


def _of_mineral(plan: ReservePlan, answer: dict[str, Any], found: Candidate, key: str) -> Node:
    row = next(each for each in answer["holdings"] if each["mineral"] == found.mineral)
    if key == "worth":
        number, value = _worth(plan, found)
        unit, formula = "USD a year", WORTH
        what = "Worth of the stock of {name} in an expected year"
        children: tuple[Node, ...] = (
            _use(plan, found),
            price(found.network),
            *_halts(found),
            ranges(found.mineral),
        )
    elif key == "pace":
        pace = next(each for each in answer["pace"] if each["mineral"] == found.mineral)
        number, unit, formula, what = (
            pace["tonnes_a_month"],
            "t of content a month",
            PACE,
            "Pace of purchases of {name}",
        )
        value = tonnes(number)
        children = (_use(plan, found), *_terms("monthly pace", "price limit"))
    else:
        what, unit, formula = HOLDING[key]
        number = row[key]
        value = f"{number:.0f}" if key == "days" else tonnes(number) if key == "tonnes" else money(number)
        children = _inputs(plan, found, key)
    return Node(
        what=what.format(name=row["name"]), value=value, number=float(number), unit=unit, period=f"base year {found.network.base_year}",
        grade=row["grade"], formula=formula, children=children, lines=_drawn(plan),
    )  # fmt: skip


def _worth(plan: ReservePlan, found: Candidate) -> tuple[float, str]:
    """What the stock of a mineral is worth in an expected year, as the plan sums it."""
    from orepact.planning.reserve_choice import worth_of

    number = worth_of(found.option, plan.held[found.mineral])
    return number, money(number)


def _inputs(plan: ReservePlan, found: Candidate, key: str) -> tuple[Node, ...]:
    use, base = _use(plan, found), price(found.network)
    carry = (*_terms("capital cost"), _storage(found))
    if key == "days":
        return (use, replace(_of_mineral(plan, plan.summary(), found, "tonnes")))
    if key == "cost":
        return (base, *_terms("price limit"))
    if key == "carry_usd_a_year":
        return (base, *carry)
    return (use, base, *carry, *_halts(found), ranges(found.mineral))


def _use(plan: ReservePlan, found: Candidate) -> Node:
    """Use of the region, member by member, as the answer has it."""
    node = bought(found.network, found.network.stages[-1], plan.request.region, name=plan.request.region_name)
    use = found.table.use
    return replace(node, number=float(use), value=tonnes(use), unit="t of content a year")


def _terms(*names: str) -> tuple[Node, ...]:
    return tuple(node for name in names for node in rows_of("reserve_terms", parameter=name))


def _halts(found: Candidate) -> tuple[Node, ...]:
    """The assumed halts with their probabilities; as rows of the facts where the question takes them from there."""
    nodes = []
    for each in (shortage.scenario for shortage in found.table.shortages):
        rows = rows_of("reserve_scenarios", scenario=each.name, mineral=each.mineral)
        nodes += [replace(row, lines=(("months in this question", f"{each.months:g}"), *row.lines)) for row in rows]
    return tuple(nodes)


def _storage(found: Candidate) -> Node:
    store = found.storage
    named = facts.sources([store.source]).to_dict("records")
    source = f"{named[0].get('publisher')}, {named[0].get('title')}" if named else store.source
    return Node(
        what="Storage", value=tonnes(store.usd_per_t), number=store.usd_per_t, unit="USD per t a year", grade=store.grade, source=source,
        link=str(named[0].get("address") or "") if named else "", accessed=str(named[0].get("accessed") or "") if named else "",
        lines=(("basis", store.basis),),
    )  # fmt: skip

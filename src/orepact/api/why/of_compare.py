"""The tree of a figure of five instruments beside each other: level, cost, purse, and when a fund is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact.api.why.of_network import ANY, cell, price
from orepact.api.why.of_price import USD_T, USD_YEAR
from orepact.api.why.shared import bought, given, money_words, ranges, rows_of, zone
from orepact.api.why.tree import Node
from orepact.errors import BadInput, unknown_problem
from orepact.report.numbers import interval_of_tonnes, money, percent, tonnes

if TYPE_CHECKING:
    from orepact.cases.compare import Comparison

MOST_MAKERS = 6
LEVEL = (
    "the {means} at which the median draw makes the wanted tonnes more in the zone, found by bisection; the most that it reaches "
    "where it cannot"
)
COST = "what all parties lose less what all gain, less the metal that is kept at the base price"
PURSE = "what treasuries and funds of the zone receive less what they pay"
MADE = "output of the zone after less before, by the supply curve"
RUNOUT = (
    "the fund pays every month what its rule asks on the tonnes made in the zone; prices walk from the base price; the date is the first "
    "month in which it is gone, in 50 % of the price paths"
)
PARTS = ("level", "cost", "made", "purse", "runout")


def tree_of_comparison(found: Comparison, figure: str) -> Node:
    """The tree of ``base_price``, or ``level:duty``, ``cost:subsidy``, ``made:stock``, ``purse:offtake``, ``runout:contract``."""
    from orepact.report.compare_text import short

    key, _, name = figure.partition(":")
    answer = found.summary()
    rows = {short(each["name"]): each for each in answer["instruments"]}
    if key == "base_price":
        return price(found.network)
    if key not in PARTS or name not in rows or (key == "runout" and rows[name]["runout"] is None):
        raise BadInput(unknown_problem("figure", "figure of this answer", figure, figures(found)))
    row = rows[name]
    if key == "runout":
        return _runout(found, answer, row)
    return _of(found, answer, row, key)


def figures(found: Comparison) -> list[str]:
    """Names of the figures that have a tree."""
    from orepact.report.compare_text import short

    rows = found.summary()["instruments"]
    told = [
        f"{key}:{short(row['name'])}" for row in rows for key in PARTS if key != "runout" or row["runout"] is not None
    ]
    return ["base_price", *told]


def _of(found: Comparison, answer: dict[str, Any], row: dict[str, Any], key: str) -> Node:
    said: dict[str, tuple[str, str, float, str, str]] = {
        "level": (
            "Level",
            tonnes(row["level"]),
            row["level"],
            f"{USD_T} ({row['level_means']})",
            LEVEL.format(means=row["level_means"]),
        ),
        "cost": ("Lost all together", money_words(row["cost"]), row["cost"]["median"], "USD a year", COST),
        "made": (
            "More made in the zone",
            interval_of_tonnes(row["tonnes"]),
            row["tonnes"]["median"],
            "t of content a year",
            MADE,
        ),
        "purse": ("Public purse", money_words(row["treasury"]), row["treasury"]["median"], USD_YEAR, PURSE),
    }
    what, value, number, unit, formula = said[key]
    children = _causes(found)
    if key != "level":
        children = (_level(row), *children)
    parties = "; ".join(f"{each['who']} {money_words(each['amount'])}" for each in row["payers"])
    return Node(
        what=f"{what}: {row['name']}", value=value, number=float(number), unit=unit, period=f"a year, from a base of {answer['base_year']}",
        grade=answer["grade"], formula=formula, children=children,
        lines=(("reached", "yes" if row["reached"] else "no: these tonnes are beyond it"),
               *((("parties", parties),) if key == "cost" else ())),
    )  # fmt: skip


def _level(row: dict[str, Any]) -> Node:
    return Node(what=f"Level: {row['level_means']}", value=tonnes(row["level"]), number=row["level"], unit=USD_T,
                source="this answer; its own tree is behind the figure on the page")  # fmt: skip


def _causes(found: Comparison) -> tuple[Node, ...]:
    """What every figure of the comparison follows from."""
    table = found.network.stage(found.stage)
    makers = sorted(
        (each for each in table.producers if each in found.zone),
        key=lambda each: -float(table.flows[table.producers.index(each)].sum()),
    )
    return (
        given("Tonnes wanted", tonnes(found.wanted), found.wanted, "t of content a year"),
        zone(found.zone), price(found.network),
        *(cell(found.network, table, each, ANY) for each in makers[:MOST_MAKERS]),
        bought(found.network, found.network.stages[-1], found.zone, name="the zone"), ranges(found.network.mineral),
    )  # fmt: skip


def _runout(found: Comparison, answer: dict[str, Any], row: dict[str, Any]) -> Node:
    basis = row["runout_basis"]
    gone = row["runout"]
    day = gone["p50"] or f"lasts longer than {answer['runout_horizon_months'] // 12} years"
    lasts = f"beyond {basis['horizon_months']} months"
    terms = (
        "; ".join(f"{name} {value:g}" for name, value in basis["terms"].items()) or "buys at the level, keeps the metal"
    )
    return Node(
        what=f"Fund is gone: {row['name']}", value=day, unit="in 50 % of price paths", period=f"from {basis['first_month']}",
        grade=answer["grade"], formula=f"{RUNOUT}; a {basis['process']}",
        lines=(("5 %, 50 %, 95 % of paths", ", ".join(each or lasts for each in gone.values())),
               ("paths", f"{basis['paths']}, seed {basis['seed']}"), ("rule", f"{basis['rule']}: {terms}")),
        children=(given("Fund", money(basis["fund"]), basis["fund"], "USD"), _level(row), _paid_on(basis), price(found.network),
                  *_volatility(found, basis)),
    )  # fmt: skip


def _paid_on(basis: dict[str, Any]) -> Node:
    return Node(what="Tonnes on which it pays", value=tonnes(basis["tonnes_a_month"]), number=basis["tonnes_a_month"],
                unit="t of content a month", source="this answer: the median draw at the level")  # fmt: skip


def _volatility(found: Comparison, basis: dict[str, Any]) -> tuple[Node, ...]:
    """The published volatility as its fact; what was given as given."""
    from orepact.cases.fund_prices import PARAMETER

    rows = rows_of("coefficients", mineral=found.network.mineral, parameter=PARAMETER)[:1]
    if rows and rows[0].number == basis["volatility"]:
        return rows
    return (given("Volatility of the price", f"{percent(basis['volatility'])} a year", basis["volatility"], "a year"),)

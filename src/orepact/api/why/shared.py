"""Parts that trees of several questions share: what was given, what a place buys member by member, and the ranges of the draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from orepact import facts
from orepact.api.why.of_facts import fact
from orepact.api.why.of_network import ANY, UNIT, address_of, cell
from orepact.api.why.tree import Node
from orepact.report.numbers import UNTOLD, money, ratio, tonnes

if TYPE_CHECKING:
    import pandas as pd

    from orepact.cases.draws import Range
    from orepact.network import Network, StageTable

MOST_MEMBERS = 12
MOST_ROWS = 6
GIVEN = "the question itself: chosen by whoever asks"


def given(what: str, value: str, number: float | None = None, unit: str = "") -> Node:
    """An input that comes with the question."""
    return Node(what=what, value=value, number=number, unit=unit, source=GIVEN)


def zone(members: Sequence[str]) -> Node:
    """The countries that a question names, as an input that comes with it."""
    count = "1 country" if len(members) == 1 else f"{len(members)} countries"
    return Node(what="Zone", value=count, number=float(len(members)), source=GIVEN,
                lines=(("members", ", ".join(map(facts.country_name, members))),))  # fmt: skip


def bought(
    found: Network, table: StageTable, members: Sequence[str], *, origin: str = ANY, name: str = "the region"
) -> Node:
    """What countries buy at a stage, all together or of one origin: the sum, and under it each member with its own address."""
    inside = [each for each in table.buyers if each in set(members)]
    if len(inside) == 1:
        return cell(found, table, origin, inside[0])
    what = f"{facts.mineral_name(found.mineral)}, {table.stage}: "
    what += f"bought by {name}" if origin == ANY else f"from {facts.country_name(origin)} to {name}"
    rows = [True] * len(table.producers) if origin == ANY else [each == origin for each in table.producers]
    if not inside or not any(rows):
        return Node(what=what, value=f"{UNTOLD}: the table of {found.base_year} has no such cell")
    amount = {each: table.flows[np.array(rows), table.buyers.index(each)] for each in inside}
    order = sorted((each for each in inside if amount[each].sum() > 0), key=lambda each: -float(amount[each].sum()))
    whole = float(sum(each.sum() for each in amount.values()))
    shown = order[:MOST_MEMBERS]
    nodes = [_member(found, table, origin, each, float(amount[each].sum())) for each in shown]
    rest = order[MOST_MEMBERS:]
    if rest:
        left = float(sum(amount[each].sum() for each in rest))
        nodes.append(Node(what=f"{len(rest)} smaller members: {', '.join(map(facts.country_name, rest))}", value=tonnes(left), number=left,
                          unit=UNIT, period=str(found.base_year), source="the same balanced table"))  # fmt: skip
    return Node(
        what=what, value=tonnes(whole), number=whole, unit=UNIT, period=str(found.base_year),
        grade=max((each.grade for each in nodes), default=""), formula="sum over the members, the largest first",
        source="" if nodes else "balanced table of Orepact", children=tuple(nodes),
        lines=(("members", ", ".join(map(facts.country_name, members))),),
    )  # fmt: skip


def _member(found: Network, table: StageTable, origin: str, buyer: str, amount: float) -> Node:
    column = table.buyers.index(buyer)
    rows = [index for index, each in enumerate(table.producers) if origin in (ANY, each)]
    grades = [str(table.grades[row, column]) for row in rows if table.flows[row, column] > 0]
    who = facts.country_name(buyer)
    return Node(
        what=who if origin == ANY else f"from {facts.country_name(origin)} to {who}", value=tonnes(amount), number=amount, unit=UNIT,
        period=str(found.base_year), grade=max(grades, default=""), source="balanced table of Orepact; its address leads to the facts",
        address=address_of(found, table.stage, origin, buyer),
    )  # fmt: skip


def rows_of(table: str, **where: str) -> tuple[Node, ...]:
    """The facts of a table whose columns hold these values, each as its own tree."""
    frame = facts.load(table)
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return tuple(fact(facts.address_of(table, row)) for row in frame.head(MOST_ROWS).to_dict("records"))


def money_words(amount: Mapping[str, float]) -> str:
    """A sum of money with its range; below zero is a loss."""
    return f"{_signed(amount['median'])} ({_signed(amount['low'])} to {_signed(amount['high'])})"


def _signed(value: float) -> str:
    return f"\u2212{money(-value)}" if value < 0 else money(value)


def ranges(mineral: str, moved: Mapping[str, float] | None = None) -> Node:
    """Every range that draws are taken from; with ``moved``, the one that moves the price most first."""
    from orepact.cases.draws import ranges_for

    known = moved or {}
    found = sorted(ranges_for(mineral), key=lambda each: -abs(known.get(each.name, 0.0)))
    order = "; the parameter that moves the price most stands first" if known else ""
    return Node(
        what="Ranges that draws are taken from", value=f"{len(found)} parameters",
        formula=f"a Latin hypercube over the ranges{order}", children=tuple(_range(mineral, each, known) for each in found),
    )  # fmt: skip


def _range(mineral: str, found: Range, moved: Mapping[str, float]) -> Node:
    row = _row_of(mineral, found.name)
    source = facts.sources([found.source]).to_dict("records")
    named = source[0] if source else {}
    lines = [("shape", found.distribution)]
    if row is not None:
        lines.append(("basis", str(row["basis"])))
    if found.name in moved:
        lines.append(("rank correlation with the price", f"{moved[found.name]:+.2f}"))
    if row is not None and isinstance(row["note"], str):
        lines.append(("note", row["note"]))
    return Node(
        what=found.name, value=f"{ratio(found.low)} to {ratio(found.high)}", unit=found.unit if found.unit != "1" else "",
        grade=found.grade, source=f"{named.get('publisher')}, {named.get('title')}", link=str(named.get("address") or ""),
        accessed=str(named.get("accessed") or ""),
        address="" if row is None else facts.address_of(_table_of(found.name), row.to_dict()), lines=tuple(lines),
    )  # fmt: skip


def _table_of(name: str) -> str:
    return "elasticities" if name in ("demand elasticity", "supply elasticity") else "parameters"


def _row_of(mineral: str, name: str) -> pd.Series | None:
    """The row of the facts that a range is, found as the draws find it."""
    from orepact.cases.draws import PARAMETERS

    table: Any = facts.load(_table_of(name))
    if _table_of(name) == "elasticities":
        rows = table[
            (table["mineral"] == mineral) & (table["kind"] == name.partition(" ")[0]) & (table["horizon"] == "short")
        ]
    else:
        parameter, stage = PARAMETERS[name]
        rows = table[
            (table["parameter"] == parameter)
            & table["mineral"].isin([mineral, "*"])
            & table["stage"].isin([stage, "*"])
        ]
        rows = rows.sort_values("mineral", ascending=False)
    return None if rows.empty else rows.iloc[0]

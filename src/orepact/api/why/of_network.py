"""The tree of a cell of a balanced table: output, recorded shipments and published use that it was reconciled from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orepact import facts
from orepact.api.why.of_facts import fact
from orepact.api.why.tree import Node, not_found
from orepact.errors import OrepactError
from orepact.indicators.profiles import place_name
from orepact.report.numbers import UNTOLD, exact, percent, tonnes

if TYPE_CHECKING:
    from orepact.network import Network, StageTable

ANY = "*"
MOST_CELLS, MOST_FACTS = 8, 4
UNIT = "t of content"
RECONCILED = (
    "recorded shipments traced back to who made the goods, F = diag(output)(I \u2212 A)⁻¹ diag(share used at home), then fitted to output "
    "and published use by least squares weighted by grade"
)
INFERRED = "no trade of this stage is recorded: use by country is inferred, so every cell is grade E"


def tree_of_network(address: str) -> Node:
    """``network/MINERAL/YEAR/STAGE/ORIGIN/BUYER``; ``*`` for all origins or all buyers."""
    from orepact.network import network

    parts = address.split("/")[1:]
    if len(parts) != 5 or not parts[1].isdigit():
        shape = "write network/MINERAL/YEAR/STAGE/ORIGIN/BUYER, with * for all"
        raise not_found(f"why, {address[:80]}", "the address has another number of parts", address[:80], shape)
    mineral, year, stage, origin, buyer = parts
    found = network(mineral, int(year))
    if stage not in {table.stage for table in found.stages}:
        held = ", ".join(table.stage for table in found.stages)
        raise not_found(f"why, {address}", "the table has no such stage", f"{held}", "choose one of these")
    table = found.stage(stage)
    for place, known in ((origin, table.producers), (buyer, table.buyers)):
        if place != ANY and not _inside(place, known):
            raise not_found(f"why, {address}", f"{place} is not in the table", ", ".join(known), "choose one of these")
    return cell(found, table, origin, buyer)


def _inside(place: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Countries of a table that a place stands for: one, the members of a region, or all."""
    if place == ANY or place in known:
        return known if place == ANY else (place,)
    try:
        members = set(facts.resolve_place(place))
    except OrepactError:
        return ()
    return tuple(each for each in known if each in members)


def address_of(found: Network, stage: str, origin: str = ANY, buyer: str = ANY) -> str:
    """The address of a cell, a row's sum, or a column's."""
    return f"network/{found.mineral}/{found.base_year}/{stage}/{origin}/{buyer}"


def cell(found: Network, table: StageTable, origin: str, buyer: str) -> Node:
    """One cell, or the sum of a row or column, with what it was made from."""
    rows = [table.producers.index(each) for each in _inside(origin, table.producers)]
    columns = [table.buyers.index(each) for each in _inside(buyer, table.buyers)]
    part = table.flows[np.ix_(rows, columns)]
    grades = table.grades[np.ix_(rows, columns)]
    used = grades[part > 0]
    inferred = found.inferred_use and table is found.stages[-1]
    several = len(rows) > 1 or len(columns) > 1
    children = _sum(found, table, rows, columns) if several else ()
    children += _facts(found, table, origin, buyer)
    return Node(
        what=_words(found, table, origin, buyer), value=tonnes(float(part.sum())), number=float(part.sum()), unit=UNIT,
        period=str(found.base_year), grade=max(map(str, used), default=""), address=address_of(found, table.stage, origin, buyer),
        formula=("sum of: " if several else "") + (INFERRED if inferred else RECONCILED),
        lines=(("recipe", found.recipe.why.strip()), *_moved(table, origin), *_unnamed(table)), children=children,
    )  # fmt: skip


def _words(found: Network, table: StageTable, origin: str, buyer: str) -> str:
    name = f"{facts.mineral_name(found.mineral)}, {table.stage}"
    if origin == ANY and buyer == ANY:
        return f"{name}: all that is delivered"
    if origin == ANY:
        return f"{name}: bought by {place_name(buyer)}"
    if buyer == ANY:
        return f"{name}: delivered by {place_name(origin)}"
    return f"{name}: from {place_name(origin)} to {place_name(buyer)}"


def _sum(found: Network, table: StageTable, rows: list[int], columns: list[int]) -> tuple[Node, ...]:
    """The largest cells of a sum, each with its share of it."""
    part = table.flows[np.ix_(rows, columns)]
    order = np.dstack(np.unravel_index(np.argsort(-part, axis=None, kind="stable"), part.shape))[0][:MOST_CELLS]
    whole = float(part.sum())
    nodes = []
    for row, column in order:
        amount = float(part[row, column])
        if amount > 0:
            origin, buyer = table.producers[rows[row]], table.buyers[columns[column]]
            nodes.append(
                Node(what=_words(found, table, origin, buyer), value=tonnes(amount), number=amount, unit=UNIT, period=str(found.base_year),
                     grade=str(table.grades[rows[row], columns[column]]), address=address_of(found, table.stage, origin, buyer),
                     lines=(("share of the sum", percent(amount / whole)),))
            )  # fmt: skip
    return tuple(nodes)


def _moved(table: StageTable, origin: str) -> tuple[tuple[str, str], ...]:
    if origin not in table.producers:
        return (("moved by the fit", f"{tonnes(table.moved)} of {tonnes(float(table.flows.sum()))} {UNIT}"),)
    row = table.producers.index(origin)
    said = [("output as the facts have it", table.reported[row]), ("output as balanced", table.output[row]),
            ("stock change or loss", table.stock_change[row]), ("scrap or unexplained", table.secondary[row]),
            ("recorded exports cut as impossible", table.cut[row])]  # fmt: skip
    return tuple((name, f"{tonnes(float(value))} {UNIT}") for name, value in said if abs(float(value)) > 0)


def _unnamed(table: StageTable) -> tuple[tuple[str, str], ...]:
    if not table.doubt.withheld:
        return ()
    return (("withheld by the publisher", ", ".join(map(facts.country_name, table.doubt.withheld))),)


def _facts(found: Network, table: StageTable, origin: str, buyer: str) -> tuple[Node, ...]:
    """The published figures under a cell: output of the origin, shipments between the two, and use of the buyer."""
    recipe, year = found.recipe, found.base_year
    nodes: list[Node] = []
    if origin in table.producers:
        nodes += _output(found, table, origin)
    if origin in table.producers and buyer in table.buyers and origin != buyer and recipe.codes:
        nodes += _shipments(recipe.codes, year, origin, buyer)
    if buyer in table.buyers and table is found.stages[-1]:
        nodes += _held("use", {"mineral": recipe.mineral, "country": buyer, "period": str(year), "main": "yes"})
    return tuple(nodes)


def _output(found: Network, table: StageTable, origin: str) -> list[Node]:
    from orepact.network.evidence import FIRST_PUBLISHED

    output = found.recipe.mine if table.stage == "mine" else found.recipe.refined
    if output is None:
        return []
    mineral = output.mineral or found.recipe.mineral
    if output.source in FIRST_PUBLISHED:
        where = {"mineral": mineral, "stage": output.stage, "country": origin, "period": str(found.base_year)}
        return _held("production", where, FIRST_PUBLISHED[output.source])
    return _held("shares", {"kind": "world_supply", "mineral": mineral, "stage": output.stage, "country": origin})


def _shipments(codes: tuple[str, ...], year: int, origin: str, buyer: str) -> list[Node]:
    from orepact.facts import trade

    flows = trade.flows(codes, str(year))
    flows = flows[(flows["exporter"] == origin) & (flows["importer"] == buyer)]
    if flows.empty:
        said = "none recorded: the goods came through others, or the fit put them here"
        return [
            Node(what=f"Shipments of {', '.join(codes)} straight from one to the other", value=said, period=str(year))
        ]
    return [fact(facts.address_of("trade", row)) for row in flows.head(MOST_FACTS).to_dict("records")]


def _held(table: str, where: dict[str, str], source: str = "") -> list[Node]:
    frame = facts.load(table)
    for column, value in where.items():
        frame = frame[frame[column] == value]
    frame = frame[frame["source"].str.startswith(source)]
    if frame.empty:
        named = ", ".join(where.values())
        return [Node(what=f"Published figure ({table}: {named})", value=f"{UNTOLD}: none is published for it")]
    return [fact(facts.address_of(table, row)) for row in frame.head(MOST_FACTS).to_dict("records")]


def price(found: Network) -> Node:
    """The base price of a table."""
    base = found.price
    traded = found.recipe.price.series == "trade"
    return Node(
        what=f"Base price of {facts.mineral_name(found.mineral)}", value=exact(round(base.usd_per_t, 2)), number=base.usd_per_t,
        unit="USD per t of content, nominal", period=str(found.base_year), grade=base.grade, children=_price_fact(found),
        formula="value of the world's recorded trade ÷ tonnes of content in it" if traded
        else "annual average of the series that the recipe names, over the content of what is priced", lines=(("basis", base.basis),),
    )  # fmt: skip


def _price_fact(found: Network) -> tuple[Node, ...]:
    recipe, year = found.recipe, str(found.base_year)
    if recipe.price.series == "trade":
        world = facts.load("trade_world")
        rows = world[world["hs6"].isin(recipe.codes) & (world["period"] == year)]
        return tuple(fact(facts.address_of("trade_world", row)) for row in rows.head(MOST_FACTS).to_dict("records"))
    table = facts.load("prices")
    rows = table[
        (table["mineral"] == (recipe.price.mineral or recipe.mineral)) & (table["period"] == year)
        & (table["form"] == found.price.basis) & (table["source"] == found.price.source)
    ]  # fmt: skip
    return tuple(fact(facts.address_of("prices", row)) for row in rows.head(1).to_dict("records"))

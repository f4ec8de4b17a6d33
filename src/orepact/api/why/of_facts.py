"""The tree of a fact: the figure, its record, and every other claim on the same thing with the rule that chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.api.why.tree import Node, Said
from orepact.errors import OrepactError
from orepact.facts.selection import PLACES
from orepact.report.numbers import UNTOLD

if TYPE_CHECKING:
    from orepact.facts.trail import Claim, Thing, Trail

MOST_IN_FULL = 3
"""Things of one address that are shown with all that is recorded; more stand as a list."""

RULE = (
    "First stands what the balanced tables use, then the better grade, then the later publication. Nothing is averaged, and what is "
    "counted may differ: see the basis."
)
RULE_OF_CLAIMS = (
    "Claims conflict only if subject, attribute, stage, scope, period and unit are the same. Preferred is the better grade, then the "
    "body that decided, measured or published first, then the later claim, then what more sources say. Still level: undecided."
)


def tree_of_facts(address: str) -> Node:
    """The tree under the address of one fact, or of several."""
    from orepact.network.uses import used_in_network

    trail = facts.why(address, used_in_network)
    nodes = tuple(of_thing(trail, thing) for thing in trail.things)
    if len(nodes) == 1:
        return nodes[0]
    children = nodes if len(nodes) <= MOST_IN_FULL else tuple(node.short() for node in nodes)
    return Node(what=f"{trail.title}: {address}", value=f"{len(nodes)} figures", address=address, children=children)


def fact(address: str) -> Node:
    """The tree of one fact inside a larger tree; a node that says what is missing where it leads nowhere."""
    try:
        return tree_of_facts(address)
    except OrepactError as error:
        return Node(what=address, value=UNTOLD, lines=tuple(("missing", str(each)) for each in error.problems))


def of_thing(trail: Trail, thing: Thing) -> Node:
    """The node of one thing: its first claim that was asked for in full, and all claims side by side."""
    from orepact.report.facts_text import cell, figure

    asked = [claim for claim in thing.claims if claim.asked] or list(thing.claims)
    first = asked[0]
    row, source = first.row, first.source
    what = ", ".join(
        _word(column, value) or cell(column, value) for column, value in thing.what.items() if value is not None
    )
    several = len(thing.claims) > 1
    return Node(
        what=f"{trail.title}: {what}",
        value=_value(row) if "value" in row else str(row.get("name") or row.get("status") or ""),
        number=_number(row),
        unit=str(row.get("unit") or "") if row.get("value") is not None else "",
        period=str(row.get("period") or ""),
        grade=str(row.get("grade") or ""),
        source=_source(source),
        link=str(source.get("address") or ""),
        licence=str(source.get("licence") or ""),
        accessed=str(source.get("accessed") or ""),
        address=facts.address_of(trail.table, row),
        lines=_lines(trail, first),
        claims=tuple(_said(trail, claim, figure) for claim in thing.claims) if several else (),
        rule="" if not several else RULE_OF_CLAIMS if trail.table == "claims" else RULE,
    )


def _word(column: str, value: Any) -> str:
    if column == "mineral" and value != "*":
        return facts.mineral_name(str(value))
    return facts.country_name(str(value)) if column in PLACES else ""


def _value(row: dict[str, Any]) -> str:
    from orepact.report.facts_text import figure

    said = figure(row, unit=False)
    return said if row.get("value") is not None or row.get("stated") else f"{UNTOLD}: {said}"


def _number(row: dict[str, Any]) -> float | None:
    value = row.get("value")
    return float(value) if isinstance(value, int | float) else None


def _source(source: dict[str, Any]) -> str:
    if not source:
        return ""
    title, year = str(source.get("title")), str(source.get("year") or "")
    return f"{source.get('publisher')}, {title}" + (f" ({year})" if year and year not in title else "")


def _said(trail: Trail, claim: Claim, figure: Any) -> Said:
    row = claim.row
    differs = (
        "" if claim.difference is None else f"{100 * claim.difference:+.1f}\u2009%" if claim.difference else "\u2013"
    )
    used = str(row.get("verdict") or "") if trail.table == "claims" else "in the balanced tables" if claim.used else ""
    return Said(
        source=str(row.get("source")), value=figure(row, unit=False), unit=str(row.get("unit") or ""),
        basis=str(row.get("form") or row.get("basis") or ""), grade=str(row.get("grade") or ""), differs=differs, used=used,
        asked=claim.asked, address=facts.address_of(trail.table, row),
    )  # fmt: skip


def _lines(trail: Trail, claim: Claim) -> tuple[tuple[str, str], ...]:
    """What is recorded of a claim beside its value, in words."""
    from orepact.network.uses import USED_TABLES
    from orepact.report.facts_text import SHOWN_APART, UNUSED, cell, correction, figure

    row = claim.row
    named = ("stated", "publisher", "title", "year", "licence", "address", "accessed")
    found: list[tuple[str, Any]] = [
        ("basis", row.get("basis")),
        ("why it is open", row.get("flag")),
        ("estimated by the publisher", row.get("estimated")),
        *(
            (column, cell(column, row[column]))
            for column in row
            if column not in (*SHOWN_APART, *named) and row[column] not in (None, row.get("basis"))
        ),
        ("grade", f"{row['grade']}: {claim.grade_means}" if row.get("grade") else None),
        ("used for", claim.used or (UNUSED if trail.table in USED_TABLES else None)),
        ("note", row.get("note")),
        ("on the source", claim.source.get("note")),
    ]
    for edition in claim.editions:
        change = (
            "" if edition["difference"] is None else f" ({100 * edition['difference']:+.1f}\u2009% against this one)"
        )
        found.append((f"edition {edition['source']}", figure(edition) + change))
    found += [("corrected", correction(each)) for each in claim.corrections]
    return tuple((name, str(text)) for name, text in found if text not in (None, ""))

"""A demand round as its page shows it: how far it is, demand in sum, what the matching says, and how far matches became contracts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orepact import facts
from orepact.pact.access import could_do
from orepact.pact.kinds import KINDS
from orepact.pact.kinds.rounds import ORDER
from orepact.pact.rounds.funnel import Funnel, funnel
from orepact.pact.state import Kept
from orepact.report.numbers import money, percent, tonnes
from orepact.report.pact_round_text import proof
from orepact.web.pact.asking import Asking

KG = 1000
UNTOLD = "withheld"
BIDS = (("Your demands", "/pact/demands"), ("Your offers", "/pact/offers"), ("Your matches", "/pact/matches"))
SEALED = (
    "Bids are sealed: nobody reads those of others, whoever runs the round included. "
    "A sum is withheld where it would tell of one firm."
)


def of_round(asking: Asking, kept: Kept) -> dict[str, Any]:
    """What the page of a round says beyond its fields. Sums are worked out from every bid and tell of nobody."""
    held: Any = kept.record
    found = funnel(asking.sight.state, kept.id)
    tables = [
        ("Demand in sum", ("Mineral", "Stage", "Tonnes of content"),
         [(facts.mineral_name(row.mineral), row.stage, _tonnes(row.kg)) for row in held.sheet]),
        ("How far it came", ("Step", "Tonnes of content", "Of the step that it is held against"), list(_steps(found))),
    ]  # fmt: skip
    return {
        "finding": _finding(held, found), "lines": list(_lines(held, found)), "links": (), "template": "pact/round.html",
        "tables": tables if held.steps else [], "bids": list(_jumps(asking, kept)),
    }  # fmt: skip


def _jumps(asking: Asking, kept: Kept) -> Iterator[tuple[str, str]]:
    """Where one goes from a round: to make a bid while that is open, and to one's own."""
    held: Any = kept.record
    for kind, state in (("demand", "demand open"), ("offer", "supply open")):
        if held.state == state and asking.as_of is None and could_do(asking.viewer, KINDS[kind].verbs["add"], None):
            yield f"Make {'an' if kind == 'offer' else 'a'} {kind}", f"/pact/{KINDS[kind].plural}/new?round={kept.id}"
    yield from BIDS


def _finding(held: Any, found: Funnel) -> str:
    at = ORDER.index(held.state)
    coming = f"; next, {ORDER[at + 1]}" if at + 1 < len(ORDER) else ""
    share = found.share("contracted_to_matched")
    told = f" Of what was matched {percent(share)} became contracts." if share is not None else ""
    return f"{held.state.capitalize()}{coming}.{told}"


def _lines(held: Any, found: Funnel) -> Iterator[str]:
    yield SEALED
    if held.result is not None:
        yield f"Proof: {proof(held.result.gap)}"
        if held.result.cap_total is not None:
            yield f"The diversity cap of {percent(held.cap)} costs about {money(held.result.cap_total)} {held.currency} in all."
    if found.days is not None:
        yield f"From the opening of demand to the report: {found.days} days."
    if found.unreported:
        yield f"{found.unreported} matches have no report; it is compulsory."
    if found.reasons:
        yield "Outcomes: " + ", ".join(f"{count} {name}" for name, count in found.reasons) + "."


def _steps(found: Funnel) -> Iterator[tuple[str, str, str]]:
    rows = (
        ("Demand", found.demand, None), ("Offered", found.offered, found.share("offers_to_demand")),
        ("Matched", found.matched, found.share("matched_to_demand")),
        ("Contracted", found.contracted, found.share("contracted_to_matched")),
    )  # fmt: skip
    for name, kg, share in rows:
        yield name, _tonnes(kg), "–" if share is None else percent(share)


def _tonnes(kg: int | None) -> str:
    return UNTOLD if kg is None else tonnes(kg / KG)

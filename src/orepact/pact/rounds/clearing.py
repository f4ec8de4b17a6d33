"""Matching a round of the pact: its sealed bids are matched by the engine, and what comes out goes to whom it concerns.

Whoever runs the round asks for it and reads none of the bids. Each bid is told its own answer, each match is told to its buyer (and, once
disclosed, to its supplier), and of the whole only what tells of nobody is published with the round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from orepact import facts
from orepact.errors import Problem
from orepact.pact.access import Denied, Viewer
from orepact.pact.kinds.round_names import is_sanctioned, plainly
from orepact.pact.kinds.rounds import OPERATORS, RULES, Round
from orepact.pact.pact import Command, Done, Pact, found
from orepact.pact.rounds.result import result
from orepact.pact.rounds.sums import bids_of, sheet
from orepact.pact.state import State
from orepact.planning import matching as engine
from orepact.policy.record import raise_all

TOLD = {
    "no fit": "no fit: nothing in the round has this form, grade, place and time together",
    "excluded": "excluded: the rules of the round leave the firm out",
    "shut out": "shut out: the rules of the round leave out what fits",
    "priced out": "priced out: what fits is too dear, or pays too little, for this price",
    "capacity gone": "capacity gone: what fits is matched with others",
    "cap": "diversity cap: more would give one third country more than the round allows",
    "minimum lot": "minimum lot: what is left is less than a lot, its own or that of what fits",
    "trade reduction": "trade reduction: the rule of the auction leaves out the bids at the margin",
    "demand gone": "demand gone: the demands that it fits are matched with others",
    "matched": "matched in part: the rest found no counterpart",
}
"""What a bid is told by its reason: never a price, a quantity or a name of anybody else."""

CENTS, BILLION, MONTHS = 100, 1_000_000_000, 12


def aggregate(pact: Pact, viewer: Viewer, record: str, key: str | None = None) -> Done:
    """Close demand and publish it in sum. Raises Denied, or BadInput where the round is elsewhere."""
    _may(pact, viewer, record)
    rows = [each.model_dump(mode="json") for each in sheet(pact.store.state(), record)]
    return pact.do(_by_the_pact(viewer), Command("round", "aggregate", {"sheet": rows}, record, rule=RULES), key)


def clear(pact: Pact, viewer: Viewer, record: str, key: str | None = None) -> tuple[Done, ...]:
    """Match the bids of a round, answer each, and keep the matches: all of it or nothing.

    Raises Denied, BadInput where the round is elsewhere or has no bids on one side, NotSolved where the answer misses its proof.
    """
    held = _may(pact, viewer, record)
    state = pact.store.state()
    given = as_round(state, held)
    answer = engine.match(given, held.rule)
    commands = list(_commands(pact, state, held, answer))
    return pact.do_all(_by_the_pact(viewer), commands, key)


def disclose(pact: Pact, viewer: Viewer, record: str, key: str | None = None) -> tuple[Done, ...]:
    """Tell the two sides of each match of each other, as the kind of round says, and go on to ``disclosed``."""
    held = _may(pact, viewer, record)
    both = held.disclosure == "both ways"
    state = pact.store.state()
    offers = {each.id: each for each in bids_of(state, "offer", record)}
    matches: list[Any] = [each.record for each in state.all("match") if each.record.round == record]  # type: ignore[attr-defined]
    commands = [Command("round", "disclose", {}, record, rule=RULES)]
    for each in matches:
        bid = offers[each.offer]
        said = {"reason": f"the round discloses {held.disclosure}", "supplier": bid.owner, "both": both}
        if each.price is None:
            said["price"] = _delivered(bid, each.place)
        commands.append(Command("match", "disclose", said, each.id, rule=RULES))
    return pact.do_all(_by_the_pact(viewer), commands, key)


def _may(pact: Pact, viewer: Viewer, record: str) -> Round:
    """The round, for somebody who runs rounds."""
    kept: Any = found(pact.sight(viewer), "round", record)
    if not viewer.keeper and (viewer.roles.isdisjoint(OPERATORS) or "write" not in viewer.scopes):
        held = ", ".join(sorted(viewer.roles)) or "none"
        raise Denied(Problem("round", "only whoever runs rounds does this", held, "ask for the role round operator"))
    held_round: Round = kept.record
    return held_round


def _by_the_pact(viewer: Viewer) -> Viewer:
    """The same person, for what the pact works out itself: the log says who asked for it."""
    return replace(viewer, keeper=True)


def as_round(state: State, held: Round) -> engine.Round:
    """A round with all its standing bids, as the engine takes it: whole kilograms, hundredths of money, parts per billion."""
    demands, offers = bids_of(state, "demand", held.id), bids_of(state, "offer", held.id)
    raise_all(
        Problem("round", f"there is no {side}", "none", "wait for one, or close the round")
        for side, bids in (("demand", demands), ("offer", offers))
        if not bids
    )
    return engine.Round(
        name=held.name, currency=held.currency, unit="kg", own=frozenset(facts.resolve_place(held.region)),
        cap=None if held.cap == 1 else Fraction(str(held.cap)),
        demands=tuple(_demand(state, each) for each in demands), offers=tuple(_offer(each) for each in offers),
        sanctioned=_shut_out(state, held), invented=held.demonstration,
        concern=engine.Concern(tuple(sorted(held.concern)), Fraction(str(held.concern_share))) if held.concern else None,
    )  # fmt: skip


def _shut_out(state: State, held: Round) -> frozenset[str]:
    """Sanctioned parties by every name that a bid or an owner may go by: what the round says, and id and name of the party."""
    found = set(held.sanctioned)
    for kept in state.all("party"):
        names = {kept.id, kept.record.title()}
        found |= names if is_sanctioned(names, held.sanctioned) else set()
    return frozenset(found)


def _demand(state: State, bid: Any) -> engine.Demand:
    firm: Any = state.get("party", bid.owner)
    size = None if firm is None else firm.record.firm_size
    return engine.Demand(
        id=bid.id, buyer=bid.owner, mineral=bid.mineral, stage=bid.stage, grade=_part(bid.grade), impurities=_impurities(bid),
        quantity=bid.kg, limit=_cents(bid.limit), places=tuple(sorted(bid.places)), first=_month(bid.first), last=_month(bid.last),
        lot=bid.lot, small=None if size is None else size == "small or medium",
    )  # fmt: skip


def _offer(bid: Any) -> engine.Offer:
    owners = tuple(engine.Owner(each.name, each.country, Fraction(str(each.share))) for each in bid.owners)
    return engine.Offer(
        id=bid.id, supplier=bid.owner, mineral=bid.mineral, stage=bid.stage, grade=_part(bid.grade), impurities=_impurities(bid),
        capacity=bid.kg, reserve=_cents(bid.reserve), delivered=tuple(sorted((each.place, _cents(each.cost)) for each in bid.delivered)),
        first=_month(bid.first), last=_month(bid.last), origin=bid.refined_in, lot=bid.lot, owners=owners or None,
    )  # fmt: skip


def _impurities(bid: Any) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((each.name, _part(each.part)) for each in bid.impurities))


def _part(share: float) -> int:
    return round(share * BILLION)


def _cents(money: float) -> int:
    return round(money * CENTS)


def _month(text: str) -> int:
    year, _, month = text.partition("-")
    return MONTHS * int(year) + int(month) - 1


def _commands(pact: Pact, state: State, held: Round, answer: engine.Matching) -> Iterator[Command]:
    """The round's result, an answer to each bid, and the matches; the buyer is told of the supplier at the disclosure."""
    yield Command("round", "match", {"result": result(pact, state, held.id, answer)}, held.id, rule=RULES)
    averages = _averages(answer) if answer.rule == "cost" else {}
    for each in answer.outcomes:
        words = TOLD[each.reason] if each.matched < each.quantity else "matched in full"
        said = {"answer": words, "matched": each.matched}
        if each.side == "demand" and each.party in averages:
            said["average"] = averages[each.party]
        yield Command(each.side, "answer", said, each.id, rule=RULES)
    owners = {each.id: each.owner for side in ("demand", "offer") for each in bids_of(state, side, held.id)}
    places = {each.id: each for each in bids_of(state, "demand", held.id)}
    served = {
        each.id: {plainly(row.place): row.cost for row in each.delivered} for each in bids_of(state, "offer", held.id)
    }
    for pair in answer.pairs:
        buyer = owners[pair.demand]
        place = _cheapest(places[pair.demand].places, served[pair.offer])
        data = {
            "round": held.id, "demand": pair.demand, "offer": pair.offer, "buyer": buyer, "kg": pair.quantity,
            "place": place, "owner": buyer, "tier": "firm", "demonstration": held.demonstration,
        }  # fmt: skip
        if (
            answer.rule != "cost"
        ):  # at one price a market it is nobody's bid; by least cost it is the sealed bid of the supplier
            data["price"] = float(pair.paid / CENTS)
        yield Command("match", "add", data, rule=RULES)


def _averages(answer: engine.Matching) -> dict[str, float]:
    """What each buyer is told of prices before the disclosure: one average over all matches, and none where there is but one supplier.

    One for each buyer and not for each demand: since buyers know their quantities, two averages of the same two suppliers would tell
    the price of each.
    """
    buyers = {each.id: each.buyer for each in answer.fit.demands}
    suppliers = {each.id: each.supplier for each in answer.fit.offers}
    found: dict[str, list[Any]] = {}
    for pair in answer.pairs:
        found.setdefault(buyers[pair.demand], []).append(pair)
    return {
        buyer: float(f"{float(sum(each.quantity * each.paid for each in pairs) / sum(each.quantity for each in pairs) / CENTS):.3g}")
        for buyer, pairs in found.items() if len({suppliers[each.offer] for each in pairs}) > 1
    }  # fmt: skip


def _delivered(bid: Any, place: str) -> float:
    """What an offer costs delivered, per tonne: by least cost the price of its matches."""
    cost = min(each.cost for each in bid.delivered if plainly(each.place) == plainly(place))
    return (_cents(bid.reserve) + _cents(cost)) / CENTS


def _cheapest(wanted: tuple[str, ...], served: dict[str, float]) -> str:
    """The place of delivery that costs least, of those that both name, as the buyer writes it."""
    return min((each for each in wanted if plainly(each) in served), key=lambda each: (served[plainly(each)], each))

"""Bids of a demand round, sealed, and what came of them: demands of buyers, offers of suppliers, matches, and outcomes with a reason.

D1: one demand for each buyer, form, place and period; it is changed only while demand is open; the first delivery lies two months
ahead or more; small firms may bid less; whoever is sanctioned or owned by an entity of concern takes no part; the outcome is reported
with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

from pydantic import Field

from orepact.errors import Problem
from orepact.pact.event import Draft, Tier
from orepact.pact.kinds.agreements import Stage
from orepact.pact.kinds.base import RECORDER, Guard, Kind, PactRecord, Situation, Verb, added, changed
from orepact.pact.kinds.round_names import bid_names, is_sanctioned, plainly
from orepact.pact.kinds.rounds import NOBODY, RULES
from orepact.policy.attributes import attribute
from orepact.policy.record import Day, Record, Text, add_months, number

FIRMS = frozenset({"firm"})
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
AHEAD = 2
"""Months between a demand and its first delivery, at least."""

Status = Literal["concluded", "ongoing", "failed"]
Reason = Literal[
    "contract signed", "still negotiating", "price", "grade or impurities", "quantity or lots", "delivery", "payment or credit",
    "legal terms", "other supplier", "other buyer", "no answer", "withdrawn", "other",
]  # fmt: skip
"""Why a match became a contract, or did not."""
REASONS: dict[str, frozenset[str]] = {
    "concluded": frozenset({"contract signed"}),
    "ongoing": frozenset(get_args(Reason))
    - {"contract signed", "no answer", "withdrawn", "other supplier", "other buyer"},
    "failed": frozenset(get_args(Reason)) - {"contract signed", "still negotiating"},
}
"""Reasons that a status may have: a contract is one whatever else is said, and what goes on has not ended."""


class Bid(PactRecord):
    """What demands and offers have. Their tier is that of the firm, always."""

    tier: Tier = attribute("firm", unit="text", meaning="always firm: a bid is sealed", source=RULES)
    round: Text = attribute(unit="id", meaning="round that it is made in", source=RULES, max_length=120)
    mineral: Text = attribute(unit="id", meaning="mineral", source=RULES, max_length=60)
    stage: Stage = attribute(unit="text", meaning="mine, intermediate, refined, component or scrap", source=RULES)
    grade: float = number(
        0.0, unit="1", meaning="content: least of a demand, that of an offer", source=RULES, ge=0, le=1
    )
    impurities: tuple[Impurity, ...] = Field(
        (), description="impurities: largest part of a demand, part of an offer", json_schema_extra={"unit": "records", "source": RULES},
        max_length=30,
    )  # fmt: skip
    kg: int = number(unit="kg of content", meaning="most that is wanted, or had", source=RULES, gt=0)
    lot: int = number(0, unit="kg of content", meaning="least that is taken or sold, or nothing", source=RULES, ge=0)
    first: Text = attribute(unit="month", meaning="first month of delivery, like 2027-02", source=RULES, pattern=MONTH)
    last: Text = attribute(unit="month", meaning="last month of delivery, like 2027-06", source=RULES, pattern=MONTH)
    withdrawn: bool = attribute(default=False, unit="1", meaning="whether it was taken back", source=RULES)
    answer: Text | None = attribute(
        None, unit="text", meaning="what the matching says of it", source=RULES, max_length=1000
    )
    matched: int | None = attribute(None, unit="kg of content", meaning="how much of it was matched", source=RULES)

    def title(self) -> str:
        """What it is for."""
        return f"{self.kg} kg of {self.mineral}, {self.stage}"

    def names(self) -> Iterable[tuple[str, str, str]]:
        """Its round."""
        return (("round", "round", self.round),)


class Impurity(Record):
    """One impurity."""

    name: Text = attribute(unit="text", meaning="which", source=RULES, max_length=40)
    part: float = number(unit="1", meaning="part of the whole", source=RULES, ge=0, le=1)


class Demand(Bid):
    """What a buyer wants."""

    limit: float = number(
        unit="money per tonne", meaning="most that is paid per tonne of content, delivered", source=RULES, gt=0
    )
    places: tuple[str, ...] = attribute(
        unit="texts", meaning="where it may be delivered", source=RULES, min_length=1, max_length=30
    )
    average: float | None = number(
        None, unit="money per tonne",
        meaning="average indicative price of all matches of its buyer in the round, to three digits; none of one supplier alone",
        source=RULES, ge=0,
    )  # fmt: skip


class Delivery(Record):
    """What delivery to a place costs."""

    place: Text = attribute(unit="text", meaning="place", source=RULES, max_length=80)
    cost: float = number(unit="money per tonne", meaning="cost of delivery per tonne of content", source=RULES, ge=0)


class Holding(Record):
    """Who owns a part of a supplier."""

    name: Text = attribute(unit="text", meaning="owner", source=RULES, max_length=200)
    country: str | None = attribute(
        None, unit="id", meaning="country; not known when left out", source=RULES, pattern=r"^[A-Z]{3}$"
    )
    share: float = number(unit="1", meaning="share held", source=RULES, gt=0, le=1)


class Offer(Bid):
    """What a supplier has."""

    reserve: float = number(
        unit="money per tonne",
        meaning="least price per tonne of content at the gate; by least cost a buyer who is matched with it is told it, delivered, at the "
        "disclosure",
        source=RULES, gt=0,
    )  # fmt: skip
    delivered: tuple[Delivery, ...] = Field(
        description="places that are served, with the cost",
        json_schema_extra={"unit": "records", "source": RULES},
        min_length=1,
        max_length=30,
    )
    refined_in: Text = attribute(
        unit="id", meaning="country of the last refining, or of mining for ore", source=RULES, pattern=r"^[A-Z]{3}$"
    )
    owners: tuple[Holding, ...] = Field(
        (), description="who owns the supplier", json_schema_extra={"unit": "records", "source": RULES}, max_length=60
    )


Bid.model_rebuild()
Demand.model_rebuild()
Offer.model_rebuild()


class Answered(Record):
    """What the matching says of a bid."""

    answer: Text = attribute(unit="text", meaning="in words", source=RULES, max_length=1000)
    matched: int = number(unit="kg of content", meaning="how much was matched", source=RULES, ge=0)
    average: float | None = number(
        None, unit="money per tonne", meaning="what a buyer is told of prices before the disclosure", source=RULES, ge=0
    )


class Withdrawal(Record):
    """Why a bid is taken back."""

    reason: Text = attribute(unit="text", meaning="why", source=RECORDER, max_length=1000)


class Disclosure(Record):
    """Who is told of whom."""

    reason: Text = attribute(unit="text", meaning="why", source=RECORDER, max_length=1000)
    supplier: Text | None = attribute(
        None, unit="id", meaning="supplier, of whom the buyer is told", source=RULES, max_length=120
    )
    both: bool = attribute(default=True, unit="1", meaning="whether the supplier is told of the buyer", source=RULES)
    price: float | None = number(
        None, unit="money per tonne", meaning="indicative price, where it was not told yet", source=RULES, ge=0
    )


class Match(PactRecord):
    """A demand and an offer that were brought together. Who reads it is set by the kind of round."""

    tier: Tier = attribute("firm", unit="text", meaning="always firm", source=RULES)
    round: Text = attribute(unit="id", meaning="round", source=RULES, max_length=120)
    demand: Text = attribute(unit="id", meaning="demand", source=RULES, max_length=120)
    offer: Text = attribute(unit="id", meaning="offer", source=RULES, max_length=120)
    buyer: Text = attribute(unit="id", meaning="buyer", source=RULES, max_length=120)
    supplier: Text | None = attribute(
        None, unit="id", meaning="supplier; told when the round is disclosed", source=RULES, max_length=120
    )
    kg: int = number(unit="kg of content", meaning="quantity", source=RULES, gt=0)
    place: Text = attribute(unit="text", meaning="place of delivery", source=RULES, max_length=80)
    price: float | None = number(
        None, unit="money per tonne", meaning="indicative price per tonne of content, delivered; by least cost told at the disclosure",
        source=RULES, ge=0,
    )  # fmt: skip
    disclosed: bool = attribute(default=False, unit="1", meaning="whether the two sides know each other", source=RULES)
    outcome: Outcome | None = Field(
        None, description="what came of it", json_schema_extra={"unit": "record", "source": RULES}
    )

    def title(self) -> str:
        """What was matched."""
        return f"{self.kg} kg to {self.place}"


class Outcome(Record):
    """What came of a match."""

    status: Status = attribute(unit="text", meaning="concluded, ongoing or failed", source=RULES)
    reason: Reason = attribute(unit="text", meaning="why, by code", source=RULES)
    kg: int | None = attribute(
        None, unit="kg of content", meaning="quantity contracted, where concluded", source=RULES, ge=0, strict=True
    )
    on: Day | None = attribute(None, unit="date", meaning="day of the contract", source=RULES)
    words: Text | None = attribute(None, unit="text", meaning="what else is to be said", source=RULES, max_length=2000)


Match.model_rebuild()


def _round(situation: Situation) -> Any:
    kept = situation.sight.get("round", situation.after.round)  # type: ignore[attr-defined]
    return None if kept is None else kept.record


def _open(situation: Situation, *states: str) -> Iterable[Guard]:
    """A bid is touched only while its side of the round is open."""
    held = _round(situation)
    if held is not None and held.state not in states:
        yield Guard(
            Problem(
                "round", f"bids are touched while it is {' or '.join(states)}", held.state, "wait for another round"
            )
        )


def _of_a_firm(situation: Situation) -> Iterable[Guard]:
    after: Any = situation.after
    kept: Any = None if after.owner is None else situation.sight.get("party", after.owner)
    if kept is None or kept.record.kind != "firm":
        yield Guard(
            Problem("owner", "a bid is that of a firm", after.owner or "nobody", "name the firm that you act for")
        )
    if after.tier != "firm" or set(after.readers) - {after.owner}:
        yield Guard(Problem("tier", "a bid is sealed: nobody else reads it", after.tier, "leave tier and readers out"))
    held = _round(situation)
    if held is not None and kept is not None and is_sanctioned((kept.id, kept.record.title()), held.sanctioned):
        yield Guard(Problem("owner", "this round excludes the firm", kept.record.title(), "ask whoever runs the round"))


def _standing(situation: Situation) -> Iterable[Guard]:
    """What was taken back stays so: in the withdrawal window it tells what was withdrawn since demand was published."""
    before: Any = situation.before
    if before.withdrawn:
        yield Guard(Problem("bid", "it was taken back", "withdrawn", "make another bid while the round takes them"))


def _sizes(situation: Situation) -> Iterable[Guard]:
    yield from bid_names(situation)
    after: Any = situation.after
    held = _round(situation)
    if after.lot > after.kg:
        yield Guard(Problem("lot", "it is larger than the bid", f"{after.lot} of {after.kg} kg", "lower it"))
    if after.last < after.first:
        yield Guard(Problem("last", "it lies before the first month", f"{after.last}, {after.first}", "correct them"))
    if held is not None and after.mineral not in held.minerals:
        yield Guard(
            Problem("mineral", "this round is not about it", after.mineral, f"choose one of {', '.join(held.minerals)}")
        )


def _demanding(situation: Situation) -> Iterable[Guard]:
    """D1 on demands."""
    after: Any = situation.after
    yield from _open(situation, "demand open")
    yield from _of_a_firm(situation)
    yield from _sizes(situation)
    earliest = f"{add_months(situation.day, AHEAD):%Y-%m}"
    if after.first < earliest:
        yield Guard(
            Problem(
                "first", "the first delivery lies two months ahead or more", after.first, f"give {earliest} or later"
            )
        )
    held, firm = _round(situation), situation.sight.get("party", after.owner or "")
    if held is not None and firm is not None:
        small = firm.record.firm_size == "small or medium"  # type: ignore[attr-defined]
        least = held.least_bid_small if small else held.least_bid
        if after.kg < least:
            yield Guard(Problem("kg", f"a bid of this firm has {least} kg at least", f"{after.kg}", "ask for more"))
    others: list[Any] = [each.record for each in situation.sight.all("demand")]
    if any(_same(each, after) for each in others):
        yield Guard(Problem("demand", "you have one for this form, place and period", "another one", "change that one"))


def _same(one: Any, other: Any) -> bool:
    """Whether two demands are one by D1: whatever grade they ask for, and however the place is written."""

    def key(each: Any) -> tuple[Any, ...]:
        return each.round, each.owner, each.mineral, each.stage

    shared = {plainly(each) for each in one.places} & {plainly(each) for each in other.places}
    overlap = shared and one.first <= other.last and other.first <= one.last
    return one.id != other.id and not one.withdrawn and key(one) == key(other) and bool(overlap)


def _offering(situation: Situation) -> Iterable[Guard]:
    yield from _open(situation, "supply open")
    yield from _of_a_firm(situation)
    yield from _sizes(situation)
    after: Any = situation.after
    if sum(each.share for each in after.owners) > 1 + 1e-9:
        yield Guard(Problem("owners", "their shares come to more than all", "over 1", "correct them"))


def _untouched(situation: Situation) -> Iterable[Guard]:
    """What the matching said stands, and a bid stays in its round."""
    yield from _standing(situation)
    before: Any = situation.before
    for name in ("round", "owner", "answer", "matched", "average", "withdrawn"):
        new = getattr(situation.after, name, None)
        if new != getattr(before, name, None):
            yield Guard(Problem(name, "it is not changed this way", f"{new}", "leave it out"))


def _changing_demand(situation: Situation) -> Iterable[Guard]:
    yield from _untouched(situation)
    yield from _demanding(situation)


def _changing_offer(situation: Situation) -> Iterable[Guard]:
    yield from _untouched(situation)
    yield from _offering(situation)


def _withdrawing_demand(situation: Situation) -> Iterable[Guard]:
    yield from _standing(situation)
    yield from _open(situation, "demand open", "withdrawal window")


def _withdrawing_offer(situation: Situation) -> Iterable[Guard]:
    yield from _standing(situation)
    yield from _open(situation, "supply open")


def _withdrawn(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del asked, draft
    found: PactRecord = before.model_copy(update={"withdrawn": True})
    return found


def _answered(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del draft
    update: dict[str, Any] = {"answer": asked.answer, "matched": asked.matched}
    if asked.average is not None:
        update["average"] = asked.average
    found: PactRecord = before.model_copy(update=update)
    return found


def _disclosed(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del draft
    supplier = asked.supplier or before.supplier
    price = before.price if asked.price is None else asked.price
    update: dict[str, Any] = {"supplier": supplier, "price": price}
    if asked.both:
        update |= {"disclosed": True, "readers": tuple(dict.fromkeys((*before.readers, supplier)))}
    found: PactRecord = before.model_copy(update=update)
    return found


def _reported(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del draft
    found: PactRecord = before.model_copy(update={"outcome": asked})
    return found


def _reporting(situation: Situation) -> Iterable[Guard]:
    yield from _open(situation, "negotiating", "reported")
    asked: Any = situation.asked
    before: Any = situation.before
    if (asked.status == "concluded") != (asked.kg is not None):
        yield Guard(Problem("kg", "a contract has a quantity, and nothing else has", f"{asked.kg}", "correct it"))
    if asked.kg == 0:
        yield Guard(Problem("kg", "a contract over nothing is none", "0 kg", "report it as failed, with its reason"))
    fitting = REASONS[asked.status]
    if asked.reason not in fitting:
        todo = f"give one of {', '.join(each for each in get_args(Reason) if each in fitting)}, or another status"
        yield Guard(Problem("reason", f"it is no reason for {asked.status}", asked.reason, todo))
    if asked.on is not None and asked.status != "concluded":
        yield Guard(Problem("on", "only a contract has a day", f"{asked.status}, {asked.on}", "leave it out"))
    elif asked.on is not None and asked.on > situation.day:
        yield Guard(Problem("on", "a contract is not signed on a day to come", f"{asked.on}", "report it once it is"))
    if asked.kg is not None and asked.kg > before.kg:
        yield Guard(
            Problem(
                "kg", "no more is contracted under a match than was matched", f"{asked.kg} of {before.kg}", "lower it"
            )
        )


def sides(record: PactRecord) -> frozenset[str]:
    """Who reports on a match: either side, once they know each other."""
    found: Any = record
    return frozenset({found.buyer, found.supplier} if found.disclosed else {found.buyer})


def _bid(record: type[PactRecord], adding: Any, changing: Any, withdrawing: Any) -> dict[str, Verb]:
    return {
        "add": Verb("add", "bid", record, added, FIRMS, RULES, adding),
        "change": Verb(
            "change", "change the bid, while it is open", record, changed, FIRMS, RULES, changing, partial=True
        ),
        "withdraw": Verb("withdraw", "take the bid back", Withdrawal, _withdrawn, FIRMS, RULES, withdrawing),
        "answer": Verb("answer", "say what the matching found", Answered, _answered, NOBODY, RULES),
    }


BID_DERIVED = frozenset({"withdrawn", "answer", "matched"})
DEMAND_DERIVED = BID_DERIVED | {"average"}
DEMAND = Kind(
    "demand", "demands", "what buyers ask for in a round; sealed", Demand,
    _bid(Demand, _demanding, _changing_demand, _withdrawing_demand), derived=DEMAND_DERIVED,
)  # fmt: skip
OFFER = Kind(
    "offer", "offers", "what suppliers offer in a round; sealed", Offer, _bid(Offer, _offering, _changing_offer, _withdrawing_offer),
    derived=BID_DERIVED,
)  # fmt: skip
MATCH = Kind(
    "match", "matches", "demands and offers that were brought together, and what came of it", Match,
    {
        "add": Verb("add", "bring a demand and an offer together", Match, added, NOBODY, RULES),
        "disclose": Verb("disclose", "tell the sides of each other", Disclosure, _disclosed, NOBODY, RULES),
        "report": Verb("report", "report what came of it, with a reason", Outcome, _reported, FIRMS, RULES, _reporting, others=sides),
    },
    derived=frozenset({"outcome", "disclosed"}),
)  # fmt: skip

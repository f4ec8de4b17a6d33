"""Demand rounds: what a round is, in which order it goes, and when it goes no further.

States and rules: D1 of the alliance's operating rules, after the demand aggregation of the EU (Regulation (EU) 2024/1252, Article 25).
Bids are records of the firms that make them and are sealed: nobody else reads them, whoever runs the round included. What is published
of them is worked out from all of them by :mod:`orepact.pact.rounds` and follows the rules of sums that are not public.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from pydantic import Field, field_validator

from orepact.errors import Problem
from orepact.pact.event import Draft
from orepact.pact.kinds.base import (
    Ending,
    Guard,
    Kind,
    PactRecord,
    Situation,
    Verb,
    added,
    changed,
    needs_evidence,
    same,
)
from orepact.pact.kinds.base import Nothing as NothingAsked
from orepact.pact.kinds.round_names import round_names
from orepact.policy.attributes import attribute
from orepact.policy.record import Currency, Record, Text, number

State = Literal[
    "draft", "registration", "demand open", "aggregated", "withdrawal window", "supply open", "matched", "disclosed", "negotiating",
    "reported", "closed",
]  # fmt: skip
ORDER: tuple[State, ...] = (
    "draft", "registration", "demand open", "aggregated", "withdrawal window", "supply open", "matched", "disclosed", "negotiating",
    "reported", "closed",
)  # fmt: skip
RULES = "D1"
OPERATORS = frozenset({"round operator"})
NOBODY: frozenset[str] = frozenset()
"""Roles of what only the pact itself does, once it has worked out what to write."""

RoundType = Literal["diversification", "project development"]
Rule = Literal["cost", "uniform", "mcafee"]
Disclosure = Literal["both ways", "to buyers only"]


class Round(PactRecord):
    """One round of demand aggregation: buyers bid first, suppliers answer, bids are matched, and what came of it is reported."""

    name: Text = attribute(unit="text", meaning="what it is called", source=RULES, max_length=200)
    type: RoundType = attribute(
        "diversification", unit="text", meaning="diversification, or development of projects", source=RULES
    )
    disclosure: Disclosure = attribute(
        "both ways",
        unit="text",
        meaning="who is told whom they were matched with: both sides, or buyers only",
        source=RULES,
    )
    minerals: tuple[str, ...] = attribute(
        unit="ids", meaning="minerals that may be bid for", source=RULES, min_length=1, max_length=60
    )
    region: Text = attribute(
        "EU27",
        unit="id",
        meaning="region or country whose own supply the cap does not hold for",
        source=RULES,
        max_length=40,
    )
    currency: Currency = attribute(unit="currency", meaning="money of all prices", source=RULES)
    rule: Rule = attribute(
        "cost", unit="text", meaning="least cost, or an auction: uniform price or McAfee's", source=RULES
    )
    cap: float = number(
        0.65, unit="1", meaning="largest share of what is matched that one third country may have", gt=0, le=1,
        source="Regulation (EU) 2024/1252, Article 5(1)(b)",
    )  # fmt: skip
    least_bid: int = number(0, unit="kg of content", meaning="least quantity of a bid", source=RULES, ge=0)
    least_bid_small: int = number(
        0, unit="kg of content", meaning="least quantity of a bid of a small or medium firm", source=RULES, ge=0
    )
    sanctioned: tuple[str, ...] = attribute(
        (), unit="ids", meaning="parties that may not take part, by id or name", source=RULES, max_length=500
    )
    concern: tuple[str, ...] = attribute(
        (),
        unit="ids",
        meaning="countries whose firms, from concern_share on, may not supply",
        source=RULES,
        max_length=60,
    )
    concern_share: float = number(
        0.25, unit="1", meaning="share held from which a supplier counts as theirs", source=RULES, gt=0, le=1
    )
    state: State = attribute("draft", unit="text", meaning="how far it is", source=RULES)
    steps: tuple[str, ...] = attribute(
        (), unit="texts", meaning="states that it entered, each with its day", source=RULES, max_length=20
    )
    sheet: tuple[SheetRow, ...] = Field(
        (),
        description="demand in sum, as published",
        json_schema_extra={"unit": "records", "source": RULES},
        max_length=500,
    )
    result: RoundResult | None = Field(
        None, description="what the matching says in sum", json_schema_extra={"unit": "record", "source": RULES}
    )

    @field_validator("least_bid_small")
    @classmethod
    def _no_more_than_others(cls, small: int, info: Any) -> int:
        if small > info.data.get("least_bid", small):
            raise ValueError("no more than least_bid: it eases the way for small firms")
        return small


class SheetRow(Record):
    """Demand for one form in sum. kg: None where it is withheld, since too few bid or one of them is too large."""

    mineral: Text = attribute(unit="id", meaning="mineral", source=RULES, max_length=60)
    stage: Text = attribute(unit="id", meaning="stage", source=RULES, max_length=20)
    kg: int | None = attribute(
        None, unit="kg of content", meaning="demand in sum; withheld when left out", source=RULES
    )


class RoundResult(Record):
    """What the matching says of the whole round. Figures are withheld where they would tell of one firm."""

    demand: int | None = attribute(None, unit="kg of content", meaning="demand", source=RULES)
    offered: int | None = attribute(None, unit="kg of content", meaning="offers", source=RULES)
    matched: int | None = attribute(None, unit="kg of content", meaning="matched", source=RULES)
    offers_to_demand: float | None = number(
        None, unit="1", meaning="offers against demand, to the nearest tenth", source=RULES
    )
    matched_to_demand: float | None = number(
        None, unit="1", meaning="matched against demand, to the nearest tenth", source=RULES
    )
    cap_cost: float | None = number(
        None,
        unit="money",
        meaning="about what a point of the diversity cap is worth: its shadow price to one digit",
        source=RULES,
    )
    cap_total: float | None = number(
        None,
        unit="money",
        meaning="about what the cap costs in all: with it against without, to one digit",
        source=RULES,
    )
    gap: float = number(unit="1", meaning="relative gap between the answer and its proof", source=RULES)
    bids: Text = attribute(
        unit="hash", meaning="SHA-256 over the last event of each bid that was matched", source=RULES, max_length=64
    )


Round.model_rebuild()


class Moving(Record):
    """The state that a round enters."""

    to: State = attribute(unit="text", meaning="the next state", source=RULES)


class Published(Record):
    """Demand in sum."""

    sheet: tuple[SheetRow, ...] = Field(
        description="demand in sum", json_schema_extra={"unit": "records", "source": RULES}
    )


class Matched(Record):
    """What the matching found."""

    result: RoundResult = Field(description="in sum", json_schema_extra={"unit": "record", "source": RULES})


def entered(before: Any, to: State, draft: Draft) -> dict[str, Any]:
    """The fields of a round that enters a state."""
    return {"state": to, "steps": (*before.steps, f"{to} {draft.effective}")}


def _moved(before: Any, asked: Any, draft: Draft) -> PactRecord:
    found: PactRecord = before.model_copy(update=entered(before, asked.to, draft))
    return found


def _published(before: Any, asked: Any, draft: Draft) -> PactRecord:
    found: PactRecord = before.model_copy(update=entered(before, "aggregated", draft) | {"sheet": asked.sheet})
    return found


def _matched(before: Any, asked: Any, draft: Draft) -> PactRecord:
    found: PactRecord = before.model_copy(update=entered(before, "matched", draft) | {"result": asked.result})
    return found


def _disclosed(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del asked
    found: PactRecord = before.model_copy(update=entered(before, "disclosed", draft))
    return found


def _abandoned(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del asked
    found: PactRecord = before.model_copy(update=entered(before, "closed", draft))
    return found


DERIVED = frozenset({"state", "steps", "sheet", "result"})
MENDED = frozenset({"minerals", "region", "sanctioned", "concern"})
"""Names of a round that whoever runs it may still correct before the match, with a reason that is logged."""
BY_THE_PACT: dict[str, str] = {"aggregated": "aggregate", "matched": "match", "disclosed": "disclose"}
"""States that are entered by working something out, and the verb that does."""


def _new(situation: Situation) -> Iterable[Guard]:
    for name in sorted(DERIVED):
        if getattr(situation.after, name) != Round.model_fields[name].get_default():
            yield Guard(Problem(f"round, {name}", "it follows from what happens", "something", "leave it out"))
    yield from round_names(situation)


def _changing(situation: Situation) -> Iterable[Guard]:
    """The rules of a round stand once somebody may bid under them."""
    before: Any = situation.before
    if before.state not in {"draft", "registration"}:
        named = all(
            getattr(situation.after, each) == getattr(before, each) for each in set(Round.model_fields) - MENDED
        )
        unmatched = before.state in ORDER[: ORDER.index("matched")]
        todo = (
            "mend a name in it (minerals, region, sanctioned, concern) with a reason"
            if unmatched
            else "make another round"
        )
        yield Guard(
            Problem("round", "its rules stand once demand is open", before.state, todo),
            may_override=named and unmatched,
        )
    yield from round_names(situation)
    for name in sorted(DERIVED):
        if getattr(situation.after, name) != getattr(before, name):
            yield Guard(Problem(f"round, {name}", "it follows from what happens", "a new value", "leave it out"))


def _moving(situation: Situation) -> Iterable[Guard]:
    before, asked = situation.before, situation.asked
    at, to = ORDER.index(before.state), asked.to  # type: ignore[union-attr, attr-defined]
    if at + 1 >= len(ORDER) or ORDER[at + 1] != to:
        todo = f"move it to {ORDER[at + 1]} first" if at + 1 < len(ORDER) else "it is closed"
        yield Guard(Problem("round, move, to", "a round goes one step at a time", f"{to} after {ORDER[at]}", todo))
    elif to in BY_THE_PACT:
        todo = f"use {BY_THE_PACT[to]}, which works it out from the bids"
        yield Guard(Problem("round, move, to", f"{to} is entered by working it out", to, todo))
    elif to == "reported" and unreported(situation, before.id):  # type: ignore[union-attr]
        todo = "wait for every outcome, or override with a reason"
        yield Guard(
            Problem("round", "outcomes are missing: a report is compulsory (D1)", "matches without one", todo),
            may_override=True,
        )


def unreported(situation: Situation, record: str) -> bool:
    """Whether nobody has reported on a match of a round. Of all of them: whoever runs the round sees none, and is told no number."""
    found: list[Any] = [each.record for each in situation.sight.state.all("match")]
    return any(each.round == record and each.outcome is None for each in found)


def _abandoning(situation: Situation) -> Iterable[Guard]:
    """A round that cannot go on is closed from any state; once firms know each other they report first."""
    before: Any = situation.before
    if before.state == "closed":
        yield Guard(Problem("round, abandon", "it is closed", before.state, "nothing is left to do"))
    elif before.state in {"negotiating", "reported"}:
        todo = "move it on: every match is reported, or the report overridden with a reason"
        yield Guard(Problem("round, abandon", "firms negotiate in it", before.state, todo))


def _at(state: State, verb: str) -> Callable[[Situation], Iterable[Guard]]:
    def guard(situation: Situation) -> Iterable[Guard]:
        before: Any = situation.before
        if before.state != state:
            yield Guard(
                Problem(
                    f"round, {verb}", f"a round is there when it is {state}", before.state, f"move it to {state} first"
                )
            )

    return guard


def _aggregating(situation: Situation) -> Iterable[Guard]:
    """What is published is the sum of the bids that stand at the moment of writing."""
    from orepact.pact.rounds.sums import sheet

    yield from _at("demand open", "aggregate")(situation)
    if situation.asked.sheet != sheet(situation.sight.state, situation.before.id):  # type: ignore[attr-defined, union-attr]
        yield Guard(_moved_on("aggregate"))


def _matching(situation: Situation) -> Iterable[Guard]:
    """What is written was worked out from the bids that stand at the moment of writing, and from no others."""
    from orepact.pact.rounds.sums import bids_hash

    yield from _at("supply open", "match")(situation)
    if situation.asked.result.bids != bids_hash(situation.sight.state, situation.before.id):  # type: ignore[attr-defined, union-attr]
        yield Guard(_moved_on("match"))


def _moved_on(verb: str) -> Problem:
    return Problem(
        f"round, {verb}", "it does not follow from the bids that stand", "other bids by now", "ask for it again"
    )


def _worked_out(
    name: str, meaning: str, asks: type[Record], apply: Any, guard: Callable[[Situation], Iterable[Guard]]
) -> Verb:
    """What whoever runs the round asks for and the pact works out from the bids."""
    return Verb(name, meaning, asks, apply, NOBODY, RULES, guard, in_order=True, asked_by=OPERATORS)


ROUND = Kind(
    "round", "rounds", "rounds of demand aggregation", Round,
    {
        "add": Verb("add", "draft a round", Round, added, OPERATORS, RULES, _new),
        "change": Verb(
            "change", "change its rules, before anybody bids", Round, changed, OPERATORS, RULES, _changing, override_roles=OPERATORS,
            partial=True,
        ),
        "show": Verb("show", "add evidence", NothingAsked, same, OPERATORS, RULES, needs_evidence),
        "move": Verb("move", "enter the next state", Moving, _moved, OPERATORS, RULES, _moving, in_order=True, override_roles=OPERATORS),
        "abandon": Verb(
            "abandon", "close it before its end, with a reason", Ending, _abandoned, OPERATORS, RULES, _abandoning, in_order=True
        ),
        "aggregate": _worked_out("aggregate", "close demand and publish it in sum", Published, _published, _aggregating),
        "match": _worked_out("match", "match the sealed bids", Matched, _matched, _matching),
        "disclose": _worked_out(
            "disclose", "tell the sides of each match of each other", NothingAsked, _disclosed, _at("matched", "disclose")
        ),
    },
    derived=DERIVED,
)  # fmt: skip

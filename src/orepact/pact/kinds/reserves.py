"""What can be done to a reserve. Each booking is one event that holds its balanced postings beside what was asked for (D6, A2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from orepact.errors import Problem
from orepact.pact.event import Draft
from orepact.pact.kinds import reserve_asks as ask
from orepact.pact.kinds import reserve_bills as bills
from orepact.pact.kinds import reserve_goods as goods
from orepact.pact.kinds import reserve_release as triggers
from orepact.pact.kinds import reserve_rights as rights
from orepact.pact.kinds.base import Guard, Kind, Nothing, PactRecord, Situation, Verb, needs_evidence, same
from orepact.pact.kinds.reserve_book import Booking, accrued, uneven, unsound, with_postings
from orepact.pact.kinds.reserve_parts import Form, Trigger
from orepact.pact.kinds.reserve_record import DERIVED, FIXED, Reserve
from orepact.policy.record import Record

MANAGER = frozenset({"reserve manager"})
RULE = "D6: double entry in whole grams, one declared objective"
Plan = Callable[[Any, Any, Any], Booking]
PARTY_FIELDS = ("holder", "to")
"""Fields that name a party or firm."""


def _booking(plan: Plan, before: Reserve, asked: Any, draft: Draft) -> tuple[Reserve, Booking]:
    """The books with charges reckoned to the day, and what the verb makes of them."""
    book = accrued(before, draft.effective)
    return book, plan(book, asked, draft.effective)


def booked(plan: Plan) -> Callable[[Any, Any, Draft], Reserve]:
    """A step that posts what a plan says; the postings of a written event are the ones that it holds."""

    def apply(before: Any, asked: Any, draft: Draft) -> Reserve:
        book, planned = _booking(plan, before, asked, draft)
        if planned.refused:
            return book
        written = draft.data.get("booked")
        postings = planned.postings if written is None else [(a, unit, int(n)) for a, unit, n in written["postings"]]
        return with_postings(book, postings, planned.changes)

    return apply


def writes(plan: Plan) -> Callable[[Any, Any, Draft], Mapping[str, Any]]:
    """What an event tells beside what was asked for: its postings and what they mean."""

    def told(before: Any, asked: Any, draft: Draft) -> Mapping[str, Any]:
        planned = _booking(plan, before, asked, draft)[1]
        return {"booked": {"postings": [list(each) for each in planned.postings], **planned.told}}

    return told


def _guard(plan: Plan) -> Callable[[Situation], Iterable[Guard]]:
    """What keeps a booking from being made: the plan's own reasons, unknown parties, and books that would not be sound."""

    def guards(situation: Situation) -> Iterator[Guard]:
        before: Any = situation.before
        after: Any = situation.after
        book = accrued(before, after.accrued_to) if after.accrued_to else before
        planned = plan(book, situation.asked, after.accrued_to)
        yield from (Guard(each) for each in planned.refused)
        yield from (Guard(each, may_override=True) for each in planned.against)
        yield from _unknown_parties(situation)
        if not planned.refused:
            yield from (Guard(each) for each in unsound(after, planned.postings))
            yield from (
                Guard(Problem(f"reserve, {unit}", "debits and credits of the booking differ", f"{over}", "report it"))
                for unit, over in uneven(planned.postings).items()
            )

    return guards


def _unknown_parties(situation: Situation) -> Iterator[Guard]:
    for name in PARTY_FIELDS:
        party = getattr(situation.asked, name, None)
        if party is not None and situation.sight.get("party", party) is None:
            found = f"'{party}'"
            yield Guard(Problem(f"reserve, {name}", "there is no party or firm of that name", found, "add it first"))


def added(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """New books, from the day on."""
    del before
    found: Reserve = asked.model_copy(update={"id": draft.record, "accrued_to": draft.effective})
    return found


def changed(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """The books with other terms from the day on; charges until then run under the old ones."""
    del asked
    given = {name: each for name, each in draft.data.items() if name != "override"}
    said = Reserve.model_validate({name: getattr(before, name) for name in Reserve.model_fields} | given)
    return accrued(before, draft.effective).model_copy(update={name: getattr(said, name) for name in given})


def _adding(situation: Situation) -> Iterator[Guard]:
    after: Any = situation.after
    for name in sorted(DERIVED):
        if name != "accrued_to" and getattr(situation.asked, name):
            todo = "leave it out, and book it"
            yield Guard(Problem(f"reserve, {name}", "it is not given with a new reserve", "something", todo))
    if after.tier not in {"party", "firm"}:
        todo = "choose party or firm; the terms lag and hold_back say what is published"
        yield Guard(Problem("reserve, tier", "books are not for everybody", after.tier, todo))
    if after.rules.emergency_only and after.objective != "emergency":
        found = after.objective
        yield Guard(Problem("reserve, objective", f"{after.rules.title} serves emergencies only", found, "emergency"))


def _changing(situation: Situation) -> Iterator[Guard]:
    for name in (*FIXED, *sorted(DERIVED - {"accrued", "accrued_to"})):
        if getattr(situation.before, name) != getattr(situation.after, name):
            todo = "leave it; another objective or money is another reserve"
            yield Guard(Problem(f"reserve, {name}", "it does not change", f"{name} given", todo))


def form(book: Reserve, asked: Form, day: object) -> Booking:
    """A form that the reserve may hold, or its terms; what it is does not change while anything of it is booked."""
    del day
    before = book.form_of(asked.form)
    if asked.form == book.currency:
        return Booking(
            refused=(
                Problem("reserve, form", "a form is not called like the money", asked.form, "choose another name"),
            )
        )
    if before is not None and (before.mineral, before.stage) != (asked.mineral, asked.stage):
        found = f"{before.mineral}, {before.stage}"
        problem = Problem("reserve, form", "what a form is does not change", found, "add another form")
        return Booking(refused=(problem,))
    from orepact import facts

    known = set(facts.load("minerals")["mineral"]) if before is None else {asked.mineral}
    if asked.mineral not in known:
        problem = Problem(
            "reserve, mineral", "the facts know no such mineral", f"'{asked.mineral}'", "see facts minerals"
        )
        return Booking(refused=(problem,))
    forms = (*(each for each in book.forms if each.form != asked.form), asked)
    return Booking(changes={"forms": forms})


def agree(book: Reserve, asked: Trigger, day: object) -> Booking:
    """A trigger, agreed before it is needed: one that is met keeps its terms."""
    del day
    if asked.trigger in book.met:
        problem = Problem("reserve, trigger", "it is met now, and keeps its terms", asked.trigger, "wait until it ends")
        return Booking(refused=(problem,))
    return Booking(changes={"triggers": (*(each for each in book.triggers if each.trigger != asked.trigger), asked)})


def _verb(name: str, meaning: str, asks: type[Record], plan: Plan, *, soft: bool = False) -> Verb:
    return Verb(
        name, meaning, asks, booked(plan), MANAGER, RULE, _guard(plan), in_order=True, override_roles=MANAGER if soft else frozenset(),
        writes=writes(plan),
    )  # fmt: skip


def _verbs() -> Iterator[Verb]:
    yield Verb("add", "begin the books of a reserve", Reserve, added, MANAGER, RULE, _adding, in_order=True)
    yield Verb(
        "change", "change its terms from the day on", Reserve, changed, MANAGER, RULE, _changing, in_order=True, partial=True
    )  # fmt: skip
    yield Verb("show", "add evidence", Nothing, same, MANAGER, guard=needs_evidence)
    yield _verb("form", "add a form that it may hold, or change what its storage costs", Form, form)
    yield _verb("agree", "agree in advance on a condition of a release", Trigger, agree)
    yield _verb("order", "buy goods for later", ask.Ordering, goods.order)
    yield _verb("cancel", "say what of an order will not come", ask.Cancelled, goods.cancel)
    yield _verb("receive", "take a lot in, bought or by an order", ask.Received, goods.receive)
    yield _verb("transfer", "bring goods to another place or keeper", ask.Moved, goods.move)
    yield _verb("swap", "change goods into another form; what is lost is booked", ask.Swapped, goods.swap)
    yield _verb("count", "book what a count found", ask.Counted, goods.count)
    yield _verb("rotate", "replace a lot by fresh goods", ask.Rotated, goods.rotate)
    yield _verb("grant", "give a right to draw, against the entry fee", ask.Granted, rights.grant)
    yield _verb("pass_right", "let a right to draw pass to another holder", ask.Passed, rights.transfer)
    yield _verb("draw", "let a holder take goods by right", ask.Drawn, rights.draw, soft=True)
    yield _verb("replenish", "take back what was drawn or lent, in kind", ask.GivenBack, rights.give_back)
    yield _verb("lend", "lend goods", ask.Lent, rights.lend, soft=True)
    yield _verb("repay", "take money in place of goods that were lent", ask.PaidBack, rights.pay_back)
    yield _verb("default", "write off what is late and will not come", ask.Defaulted, rights.default)
    yield _verb("observe", "say that a trigger is met, or no longer", ask.Observed, triggers.observe)
    yield _verb("release", "release goods under a trigger", ask.Released, triggers.release, soft=True)
    yield _verb("invoice", "bill the charges that have run to the day", ask.Invoiced, bills.invoice)
    yield _verb("pay", "book money that came in on bills", ask.Paid, bills.pay)


RESERVE = Kind(
    "reserve", "reserves", "stocks with one declared objective, and their books in whole grams", Reserve,
    {each.name: each for each in _verbs()}, derived=DERIVED,
)  # fmt: skip

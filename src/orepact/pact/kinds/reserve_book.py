"""Double entry in whole grams and whole minor units: what a booking is, how it is posted, and how charges run between bookings.

Every booking is a list of postings that add up to nought in each unit. A unit is a form of material, in grams, or the currency, in minor
units; goods and their cost move between the same accounts:

====================== ==============================================================================
account                what stands in it
====================== ==============================================================================
``lot:LOT``            goods in store, and what they cost
``inbound:ORDER``      goods bought and not yet there
``drawn:HOLDER:FORM``  goods that a holder drew and has to give back
``loan:HOLDER:FORM``   goods lent
``released``, ``sold`` goods that left for good: by a release, by a draw that is not given back
``loss``               goods lost: at a count, in a swap, by default
``purchase``           less all that was ever bought (its grams are negative)
``found``, ``swap``    less what a count found; what swaps took in of one form, less what they gave of another
``entitlement:H:F``    what a holder may draw; ``entitled`` is its other side
``cash``, ``owed:P``   money paid and received; money that is billed and not yet paid
``income:WHAT``        less what was billed: fees, charges, interest, sales
====================== ==============================================================================

Charges run exactly, as whole parts of a minor unit: grams x (price per tonne x interest + storage per tonne) x days. An invoice takes
whole minor units out of them, half to even, and leaves the rest, so that nothing is lost over any number of invoices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from orepact.errors import Problem
from orepact.pact.kinds.reserve_record import Balances, Reserve

Posting = tuple[str, str, int]
"""Account, unit, amount."""

GRAMS_A_TONNE = 1_000_000
WHOLE = 1_000_000
"""Parts per million in one."""

CARRYING, INTEREST, STORAGE = "carrying", "interest", "storage"
"""Charges: what goods cost to hold (interest on their value, and storage), interest on loans; and of the first, how much is storage."""
NEVER_NEGATIVE = ("lot:", "inbound:", "entitlement:", "drawn:", "loan:")


@dataclass(frozen=True)
class Booking:
    """What a verb does: postings, fields of the record that change, and what else the event tells.

    refused: why it cannot be. against: what the reserve manager may override, with a reason.
    """

    postings: tuple[Posting, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    refused: tuple[Problem, ...] = ()
    against: tuple[Problem, ...] = ()


def refused(*problems: Problem) -> Booking:
    """A booking that cannot be."""
    return Booking(refused=problems)


def moved(source: str, target: str, unit: str, amount: int) -> tuple[Posting, ...]:
    """Two postings that bring an amount from one account to another; none where there is nothing to bring."""
    return () if amount == 0 else ((source, unit, -amount), (target, unit, amount))


def posted(balances: Balances, postings: Iterable[Posting]) -> Balances:
    """Balances after postings; accounts and units at nought are left out."""
    after = dict(balances)
    own: set[str] = set()
    for account, unit, amount in postings:
        if unit not in own:
            after[unit] = dict(after.get(unit, {}))
            own.add(unit)
        after[unit][account] = after[unit].get(account, 0) + amount
        if after[unit][account] == 0:
            del after[unit][account]
    return {unit: each for unit, each in after.items() if each}


def uneven(postings: Iterable[Posting]) -> dict[str, int]:
    """Units in which postings do not add up to nought, with what is over; empty where debits equal credits."""
    sums: dict[str, int] = {}
    for _, unit, amount in postings:
        sums[unit] = sums.get(unit, 0) + amount
    return {unit: amount for unit, amount in sums.items() if amount}


def by_kind(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """Postings on the totals of accounts of a kind: what stands before the colon."""
    return tuple((account.partition(":")[0], unit, amount) for account, unit, amount in postings)


def with_postings(book: Reserve, postings: Sequence[Posting], changes: Mapping[str, Any]) -> Reserve:
    """The books after postings, and with other fields as they then are."""
    balances, totals = posted(book.balances, postings), posted(book.totals, by_kind(postings))
    return book.model_copy(update={**changes, "balances": balances, "totals": totals})


def unsound(book: Reserve, postings: Iterable[Posting]) -> Iterator[Problem]:
    """What is wrong with books after postings, where they were sound before."""
    touched = {(account, unit) for account, unit, _ in postings if unit != book.currency}
    for account, unit in sorted(touched):
        amount = book.balance(account, unit)
        if amount < 0 and account.startswith(NEVER_NEGATIVE):
            yield Problem(f"{account}, {unit}", "more would go out than is there", f"{amount} g", "take less")
    for unit in sorted({unit for _, unit in touched}):
        if book.free(unit) < 0:
            short, todo = f"{-book.free(unit)} g too few", "take less, or let goods come in first"
            yield Problem(unit, "rights to draw would exceed lots and firm inbound", short, todo)


def broken(book: Reserve) -> list[Problem]:
    """What is wrong with books, whoever wrote them: no account is overdrawn, each unit adds up to nought, rights are covered."""
    everything = [(account, unit, amount) for unit, each in book.balances.items() for account, amount in each.items()]
    found = list(unsound(book, everything))
    for unit, over in uneven(everything).items():
        found.append(Problem(unit, "debits and credits differ", f"{over}", "verify the log"))
    if posted({}, by_kind(everything)) != book.totals:
        found.append(Problem("totals", "they are not what the accounts add up to", "other totals", "verify the log"))
    return found


def half_even(amount: int, by: int) -> int:
    """A quotient of whole numbers, rounded to the nearest whole one, halves to the even one."""
    whole, rest = divmod(amount, by)
    return whole + (1 if 2 * rest > by or (2 * rest == by and whole % 2) else 0)


def value(mass: int, price: int) -> int:
    """Minor units of a mass in grams at a price per tonne."""
    return half_even(mass * price, GRAMS_A_TONNE)


def share_of(amount: int, part: int, whole: int) -> int:
    """The share of an amount that goes with a part of a mass; all of it with all of the mass."""
    return amount if part == whole else amount * part // whole


def parts(book: Reserve) -> int:
    """Parts of a minor unit in which charges run."""
    return GRAMS_A_TONNE * WHOLE * book.day_count


def accrued(book: Reserve, day: date) -> Reserve:
    """The books with charges reckoned to a day, under the terms and balances as they stood until then.

    A booking asks for the same several times (what it would do, whether it may, its doing), so the last answer is kept.
    """
    if book.accrued_to is None or day <= book.accrued_to:
        return book if book.accrued_to is not None else book.model_copy(update={"accrued_to": day})
    held, until, answer = _last[0]
    if held is not book or until != day:
        answer = _reckoned(book, book.accrued_to, day)
        _last[0] = (book, day, answer)
    return answer  # type: ignore[return-value]


_last: list[tuple[Reserve | None, date | None, Reserve | None]] = [(None, None, None)]
"""The books that were reckoned last, to which day, and how they are then; put in place in one piece, for threads."""


def _reckoned(book: Reserve, since: date, day: date) -> Reserve:
    days = (day - since).days
    running = dict(book.accrued)
    for payer, rate in charges_a_day(book).items():
        running[payer] = running.get(payer, 0) + rate * days
    return book.model_copy(update={"accrued": running, "accrued_to": day})


def charges_a_day(book: Reserve) -> dict[str, int]:
    """Parts of a minor unit that each payer is charged a day: holders on what they may draw and owe, the owner on the rest in store."""
    found: dict[str, int] = {}
    storage = {each.form: each.storage for each in book.forms}

    def add(payer: str, amount: int) -> None:
        if amount:
            found[payer] = found.get(payer, 0) + amount

    for right in book.rights:
        held = book.balance(f"entitlement:{right.holder}:{right.form}", right.form)
        add(f"{CARRYING}:{right.holder}", held * (right.price * book.interest + storage[right.form] * WHOLE))
        add(f"{STORAGE}:{right.holder}", held * storage[right.form] * WHOLE)
    for due in book.dues:
        if due.kind == "draw":
            add(f"{CARRYING}:{due.holder}", due.grams * (due.price * book.interest + storage[due.form] * WHOLE))
            add(f"{STORAGE}:{due.holder}", due.grams * storage[due.form] * WHOLE)
        else:
            add(f"{INTEREST}:{due.holder}", due.grams * due.price * due.rate)
    for form in book.forms:
        own, whole = _own_charge(book, form.form, form.storage)
        add(f"{CARRYING}:{book.owner or 'owner'}", whole)
        add(f"{STORAGE}:{book.owner or 'owner'}", own * form.storage * WHOLE)
    return found


def _own_charge(book: Reserve, form: str, storage: int) -> tuple[int, int]:
    """Grams that nobody has a right to, and what the owner bears of them a day: storage, and interest on what they cost."""
    held = book.total("lot", form)
    own = min(max(held - book.total("entitlement", form), 0), held)
    if own == 0:
        return 0, 0
    cost = sum(book.balance(f"lot:{each.lot}", book.currency) for each in book.lots if each.form == form)
    return own, share_of(cost, own, held) * GRAMS_A_TONNE * book.interest + own * storage * WHOLE

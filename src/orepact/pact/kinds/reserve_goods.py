"""Bookings of goods that come in, move, change and are counted: orders, lots, swaps, stock-takes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from orepact.errors import Problem
from orepact.pact.kinds import reserve_asks as ask
from orepact.pact.kinds.reserve_book import Booking, Posting, moved, refused, share_of, value
from orepact.pact.kinds.reserve_parts import Form, Lot, Order
from orepact.pact.kinds.reserve_record import Reserve
from orepact.policy.reserve.allocation import pro_rata


@dataclass(frozen=True)
class Taken:
    """Goods taken out of lots. postings: grams and cost, to the account; lots: those that are left."""

    postings: tuple[Posting, ...]
    lots: tuple[Lot, ...]
    from_lots: tuple[tuple[str, int], ...]
    cost: int


def number(book: Reserve, letter: str, changes: dict[str, Any]) -> str:
    """The next number of lots (L), orders (O) or dues (D), noted among the changes."""
    numbers = dict(changes.get("numbers", book.numbers))
    numbers[letter] = numbers.get(letter, 0) + 1
    changes["numbers"] = numbers
    return f"{letter}{numbers[letter]}"


def no_form(book: Reserve, form: str) -> Problem:
    """That the reserve keeps no such form."""
    known = ", ".join(each.form for each in book.forms) or "none yet"
    return Problem("reserve, form", "the reserve keeps no such form", f"'{form}'", f"choose one of: {known}; or add it")


def no_lot(book: Reserve, lot: str) -> Problem:
    """That the reserve has no such lot."""
    known = ", ".join(each.lot for each in book.lots[:20]) or "none"
    return Problem("reserve, lot", "there is no such lot in store", f"'{lot}'", f"choose one of: {known}")


def too_much(place: str, asked: int, there: int) -> Problem:
    """That more is asked for than is there."""
    return Problem(place, "it is more than there is", f"{asked} g, of {there} g", f"give up to {there} g")


def new_lot(book: Reserve, asked: ask.Arriving, day: date, changes: dict[str, Any]) -> Lot:
    """A lot of what arrives, noted among the changes."""
    lot = Lot(
        lot=number(book, "L", changes), form=asked.form, purity=asked.purity, place=asked.place, custody=asked.custody, since=day,
        assay=asked.assay, origin=asked.origin, rotate_by=asked.rotate_by,
    )  # fmt: skip
    changes["lots"] = with_lot(changes.get("lots", book.lots), lot)
    return lot


def with_lot(lots: tuple[Lot, ...], lot: Lot) -> tuple[Lot, ...]:
    """Lots with one more, in the order in which they are to be rotated."""
    at = bisect_right(lots, _rotated(lot), key=_rotated)
    return (*lots[:at], lot, *lots[at:])


def _rotated(lot: Lot) -> date:
    return lot.rotate_by or date.max


def fit(book: Reserve, asked: ask.Arriving) -> Iterator[Problem]:
    """What keeps goods from being a lot of their form."""
    form = book.form_of(asked.form)
    if form is None:
        yield no_form(book, asked.form)
    elif asked.purity < form.least_purity:
        yield _impure(form, asked.purity)


def _impure(form: Form, purity: int) -> Problem:
    found = f"{purity} ppm"
    return Problem(
        "reserve, purity", f"{form.form} has at least {form.least_purity} ppm", found, "book it as another form"
    )


def out_of(book: Reserve, form: str, grams: int, target: str, lot: str | None = None) -> Taken | Problem:
    """Goods out of one lot, or out of those to be rotated first, to an account, with their share of the cost."""
    chosen = [each for each in book.lots if each.lot == lot and each.form == form] if lot is not None else book.lots
    if lot is not None and not chosen:
        return no_lot(book, lot)
    postings: list[Posting] = []
    taken: dict[str, int] = {}
    gone: set[str] = set()
    cost, left = 0, grams
    for each in chosen:
        account = f"lot:{each.lot}"
        held = book.balance(account, form)
        part = min(held, left)
        if part:
            paid = share_of(book.balance(account, book.currency), part, held)
            postings += [*moved(account, target, form, part), *moved(account, target, book.currency, paid)]
            taken[each.lot] = part
            cost, left = cost + paid, left - part
            gone |= {each.lot} if part == held else set()
        if left == 0:
            break
    if left:
        return too_much(f"reserve, {form}", grams, grams - left)
    lots = tuple(each for each in book.lots if each.lot not in gone) if gone else book.lots
    return Taken(tuple(postings), lots, tuple(taken.items()), cost)


def cut_rights(book: Reserve, form: str, less: int) -> tuple[tuple[Posting, ...], dict[str, int]]:
    """Rights that goods no longer cover once there are fewer of them, cut each in proportion; and by how much."""
    rights = {
        each.holder: book.balance(f"entitlement:{each.holder}:{form}", form)
        for each in book.rights
        if each.form == form
    }
    left = pro_rata(max(sum(rights.values()) + min(book.free(form) - less, 0), 0), rights)
    cut = {holder: rights[holder] - left[holder] for holder in rights if rights[holder] > left[holder]}
    postings = [
        posting
        for holder, part in cut.items()
        for posting in moved(f"entitlement:{holder}:{form}", "entitled", form, part)
    ]
    return tuple(postings), cut


def order(book: Reserve, asked: ask.Ordering, day: date) -> Booking:
    """Goods bought for later: firm inbound."""
    if book.form_of(asked.form) is None:
        return refused(no_form(book, asked.form))
    if asked.due < day:
        found = f"{asked.due}"
        return refused(Problem("reserve, due", "goods arrive after they are ordered", found, f"give a day from {day}"))
    changes: dict[str, Any] = {}
    name = number(book, "O", changes)
    changes["orders"] = (
        *book.orders,
        Order(order=name, form=asked.form, supplier=asked.supplier, price=asked.price, due=asked.due),
    )
    return Booking(moved("purchase", f"inbound:{name}", asked.form, asked.grams), changes, {"order": name})


def receive(book: Reserve, asked: ask.Received, day: date) -> Booking:
    """A lot comes in, bought at once or by an order, and is paid."""
    problems = list(fit(book, asked))
    bought = None if asked.order is None else book.order_of(asked.order)
    source, cost = "purchase", asked.cost
    if asked.order is not None:
        if bought is None or bought.form != asked.form:
            problems.append(
                Problem("reserve, order", "there is no such order of the form", f"'{asked.order}'", "leave it out")
            )
        else:
            source = f"inbound:{bought.order}"
            cost = value(asked.grams, bought.price) if cost is None else cost
            there = book.balance(source, asked.form)
            problems += [too_much(f"reserve, order {bought.order}", asked.grams, there)] if asked.grams > there else []
    elif cost is None:
        problems.append(Problem("reserve, cost", "what it cost is not known", "nothing", "give it in minor units"))
    if problems or cost is None:
        return refused(*problems)
    changes: dict[str, Any] = {}
    lot = new_lot(book, asked, day, changes)
    if bought is not None and asked.grams == book.balance(source, asked.form):
        changes["orders"] = tuple(each for each in book.orders if each.order != bought.order)
    account = f"lot:{lot.lot}"
    postings = (*moved(source, account, asked.form, asked.grams), *moved("cash", account, book.currency, cost))
    late = max((day - bought.due).days, 0) if bought is not None else 0
    return Booking(postings, changes, {"lot": lot.lot, **({"late_days": late} if late else {})})


def cancel(book: Reserve, asked: ask.Cancelled, day: date) -> Booking:
    """What of an order will not come; rights that nothing covers any more are cut, each in proportion."""
    del day
    bought = book.order_of(asked.order)
    if bought is None:
        return refused(Problem("reserve, order", "there is no such order", f"'{asked.order}'", "see the book"))
    account = f"inbound:{bought.order}"
    there = book.balance(account, bought.form)
    if asked.grams > there:
        return refused(too_much(f"reserve, order {bought.order}", asked.grams, there))
    cut, told = cut_rights(book, bought.form, asked.grams)
    orders = tuple(each for each in book.orders if each.order != bought.order or asked.grams < there)
    return Booking(
        (*moved(account, "purchase", bought.form, asked.grams), *cut), {"orders": orders}, {"rights_cut": told}
    )


def move(book: Reserve, asked: ask.Moved, day: date) -> Booking:
    """A lot, or a part of it as a lot of its own, passes to another place or keeper."""
    lot = book.lot_of(asked.lot)
    if lot is None:
        return refused(no_lot(book, asked.lot))
    if asked.place is None and asked.custody is None:
        return refused(
            Problem("reserve, place", "nothing is said that changes", "nothing", "give a place, a keeper or both")
        )
    there = book.balance(f"lot:{lot.lot}", lot.form)
    grams = there if asked.grams is None else asked.grams
    if grams > there:
        return refused(too_much(f"reserve, {lot.lot}", grams, there))
    there_then = {"place": asked.place or lot.place, "custody": asked.custody or lot.custody}
    if grams == there:
        lots = tuple(each.model_copy(update=there_then) if each is lot else each for each in book.lots)
        return Booking(changes={"lots": lots})
    changes: dict[str, Any] = {}
    name = number(book, "L", changes)
    changes["lots"] = with_lot(book.lots, lot.model_copy(update={**there_then, "lot": name, "since": day}))
    taken = out_of(book, lot.form, grams, f"lot:{name}", lot.lot)
    return refused(taken) if isinstance(taken, Problem) else Booking(taken.postings, changes, {"lot": name})


def swap(book: Reserve, asked: ask.Swapped, day: date) -> Booking:
    """A lot becomes another form; content that is not in what came of it is lost, and booked as lost."""
    lot = book.lot_of(asked.lot)
    if lot is None:
        return refused(no_lot(book, asked.lot))
    problems = list(fit(book, asked))
    there = book.balance(f"lot:{lot.lot}", lot.form)
    if asked.given > there:
        problems.append(too_much(f"reserve, {lot.lot}", asked.given, there))
    content_in, content_out = asked.given * lot.purity, asked.grams * asked.purity
    target = book.form_of(asked.form)
    source = book.form_of(lot.form)
    if target is not None and source is not None and target.mineral != source.mineral:
        problems.append(
            Problem("reserve, form", "a swap keeps the mineral", target.mineral, f"choose a form of {source.mineral}")
        )
    elif content_out > content_in:
        found = f"{content_out / max(content_in, 1):.6g} of what went in"
        problems.append(
            Problem("reserve, grams", "more content comes out than went in", found, "correct mass or purity")
        )
    if problems:
        return refused(*problems)
    changes: dict[str, Any] = {}
    fresh = new_lot(book, asked, day, changes)
    taken = out_of(book, lot.form, asked.given, "swap", lot.lot)
    if isinstance(taken, Problem):
        return refused(taken)
    changes["lots"] = with_lot(taken.lots, fresh)
    lost = asked.given - -(-content_out // lot.purity) if lot.purity else 0
    account = f"lot:{fresh.lot}"
    postings = (
        *taken.postings, *moved("swap", "loss", lot.form, lost), *moved("swap", account, asked.form, asked.grams),
        *moved("swap", account, book.currency, taken.cost), *moved("cash", account, book.currency, asked.cost),
    )  # fmt: skip
    return Booking(_summed(postings), changes, {"lot": fresh.lot, "lost_grams": lost})


def _summed(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """Postings of the same account and unit as one."""
    sums: dict[tuple[str, str], int] = {}
    for account, unit, amount in postings:
        sums[account, unit] = sums.get((account, unit), 0) + amount
    return tuple((account, unit, amount) for (account, unit), amount in sums.items() if amount)


def count(book: Reserve, asked: ask.Counted, day: date) -> Booking:
    """The books follow the store; rights that nothing covers any more are cut, each in proportion."""
    del day
    lot = book.lot_of(asked.lot)
    if lot is None:
        return refused(no_lot(book, asked.lot))
    account = f"lot:{lot.lot}"
    there = book.balance(account, lot.form)
    off = asked.grams - there
    if off >= 0:
        return Booking(moved("found", account, lot.form, off), told={"difference_grams": off})
    taken = out_of(book, lot.form, -off, "loss", lot.lot)
    if isinstance(taken, Problem):
        return refused(taken)
    cut, told = cut_rights(book, lot.form, -off)
    return Booking((*taken.postings, *cut), {"lots": taken.lots}, {"difference_grams": off, "rights_cut": told})


def rotate(book: Reserve, asked: ask.Rotated, day: date) -> Booking:
    """A lot is replaced by as much that is fresh."""
    lot = book.lot_of(asked.lot)
    if lot is None:
        return refused(no_lot(book, asked.lot))
    form = book.form_of(lot.form)
    if asked.rotate_by <= day:
        return refused(
            Problem("reserve, rotate_by", "fresh goods keep for a while", f"{asked.rotate_by}", "give a later day")
        )
    if form is not None and asked.purity < form.least_purity:
        return refused(_impure(form, asked.purity))
    said = {"rotate_by": asked.rotate_by, "purity": asked.purity, "assay": asked.assay}
    others = tuple(each for each in book.lots if each is not lot)
    return Booking(changes={"lots": with_lot(others, lot.model_copy(update=said))})

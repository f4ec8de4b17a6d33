"""Bookings of rights to draw, draws, loans and what is given back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from orepact.errors import Problem
from orepact.pact.kinds import reserve_asks as ask
from orepact.pact.kinds.reserve_book import WHOLE, Booking, Posting, half_even, moved, refused, share_of, value
from orepact.pact.kinds.reserve_goods import fit, new_lot, no_form, number, out_of, too_much
from orepact.pact.kinds.reserve_parts import Due, Right
from orepact.pact.kinds.reserve_record import Reserve
from orepact.policy.record import add_months


def late(book: Reserve, holder: str, day: date) -> list[Due]:
    """What a holder should have given back."""
    return [each for each in book.dues if each.holder == holder and each.by < day]


def _no_rights(book: Reserve) -> Problem:
    todo = "release under a trigger, or lend"
    return Problem("reserve, policy", "its rules give nobody a right to draw", book.rules.title, todo)


def grant(book: Reserve, asked: ask.Granted, day: date) -> Booking:
    """A holder is given a right to draw, and is billed the entry fee."""
    del day
    if not book.rules.draws:
        return refused(_no_rights(book))
    if book.form_of(asked.form) is None:
        return refused(no_form(book, asked.form))
    if asked.grams > book.free(asked.form):
        wrong = "rights to draw would exceed lots and firm inbound"
        found = f"{asked.grams} g, of {max(book.free(asked.form), 0)} g to which nobody has a right"
        return refused(Problem("reserve, grams", wrong, found, "grant less, or buy first"))
    rights = _with_right(book, asked.holder, asked.form, asked.price, transferable=asked.transferable)
    if isinstance(rights, Problem):
        return refused(rights)
    fee = half_even(value(asked.grams, asked.price) * book.fee, WHOLE)
    postings = (
        *moved("entitled", f"entitlement:{asked.holder}:{asked.form}", asked.form, asked.grams),
        *moved("income:fees", f"owed:{asked.holder}", book.currency, fee),
    )
    return Booking(postings, {"rights": rights}, {"fee": fee})


def _with_right(
    book: Reserve, holder: str, form: str, price: int, *, transferable: bool
) -> tuple[Right, ...] | Problem:
    """The rights, with one of this holder; its price and terms are fixed while it lasts."""
    found = book.right_of(holder, form)
    wanted = Right(holder=holder, form=form, price=price, transferable=transferable)
    if found is None:
        return (*book.rights, wanted)
    if found != wanted:
        told = f"{found.price} a tonne, {'transferable' if found.transferable else 'not transferable'}"
        return Problem(
            "reserve, price", "a holder's right to a form has one price and one set of terms", told, "take them"
        )
    return book.rights


def transfer(book: Reserve, asked: ask.Passed, day: date) -> Booking:
    """A right passes to another holder, at its price."""
    del day
    right = book.right_of(asked.holder, asked.form)
    source = f"entitlement:{asked.holder}:{asked.form}"
    there = book.balance(source, asked.form)
    if right is None or asked.grams > there:
        return refused(too_much(f"reserve, right of {asked.holder}", asked.grams, there))
    if not right.transferable:
        return refused(Problem("reserve, holder", "this right may not pass to another", asked.holder, "let it draw"))
    if asked.to == asked.holder:
        return refused(Problem("reserve, to", "it has the right already", asked.to, "name another holder"))
    rights = _with_right(book, asked.to, asked.form, right.price, transferable=True)
    if isinstance(rights, Problem):
        return refused(rights)
    if asked.grams == there:
        rights = _without(book, rights, asked.holder, asked.form)
    return Booking(moved(source, f"entitlement:{asked.to}:{asked.form}", asked.form, asked.grams), {"rights": rights})


def _without(book: Reserve, rights: tuple[Right, ...], holder: str, form: str) -> tuple[Right, ...]:
    """The rights without one that is used up; kept while a draw under it is still to be given back, which restores it."""
    if any((each.kind, each.holder, each.form) == ("draw", holder, form) for each in book.dues):
        return rights
    return tuple(each for each in rights if (each.holder, each.form) != (holder, form))


def draw(book: Reserve, asked: ask.Drawn, day: date) -> Booking:
    """A holder takes goods by right; where the policy says so, they are to be given back."""
    if not book.rules.draws:
        return refused(_no_rights(book))
    source = f"entitlement:{asked.holder}:{asked.form}"
    right, there = book.right_of(asked.holder, asked.form), book.balance(source, asked.form)
    if right is None or asked.grams > there:
        return refused(too_much(f"reserve, right of {asked.holder}", asked.grams, there))
    back = book.rules.give_back
    target = f"drawn:{asked.holder}:{asked.form}" if back else "sold"
    taken = out_of(book, asked.form, asked.grams, target, asked.lot)
    if isinstance(taken, Problem):
        return refused(taken)
    changes: dict[str, Any] = {"lots": taken.lots}
    told: dict[str, Any] = {"lots": [list(each) for each in taken.from_lots]}
    postings = (*taken.postings, *moved(source, "entitled", asked.form, asked.grams))
    if back:
        due = Due(
            due=number(book, "D", changes), kind="draw", holder=asked.holder, form=asked.form, grams=asked.grams,
            by=_back_by(book, day), since=day, price=right.price,
        )  # fmt: skip
        changes["dues"] = (*book.dues, due)
        told |= {"due": due.due, "by": f"{due.by}"}
    else:
        if asked.grams == there:
            changes["rights"] = _without(book, book.rights, asked.holder, asked.form)
        paid = value(asked.grams, right.price)
        postings = (*postings, *moved("income:sales", f"owed:{asked.holder}", book.currency, paid))
        told["price_paid"] = paid
    return Booking(postings, changes, told, against=_held_up(book, asked.holder, day))


def _held_up(book: Reserve, holder: str, day: date) -> tuple[Problem, ...]:
    """What speaks against giving a holder anything: it is late, or has defaulted."""
    problems = [
        Problem(
            "reserve, holder", "the holder is late with what it has to give back", f"{each.due}, by {each.by}",
            "let it give back first",
        )
        for each in late(book, holder, day)
    ]  # fmt: skip
    if holder in book.barred:
        problems.append(Problem("reserve, holder", "the holder has defaulted", holder, "give it nothing more"))
    return tuple(problems)


def _back_by(book: Reserve, day: date) -> date:
    if book.replenish_days is not None:
        return day + timedelta(days=book.replenish_days)
    return add_months(day, book.rules.replenish_months or 0)


def give_back(book: Reserve, asked: ask.GivenBack, day: date) -> Booking:
    """A holder gives back in kind, the oldest due first; of a draw, the right to draw comes back with it."""
    problems = list(fit(book, asked))
    open_dues = sorted(
        (each for each in book.dues if (each.kind, each.holder, each.form) == (asked.of, asked.holder, asked.form)),
        key=lambda each: each.by,
    )
    owed = sum(each.grams for each in open_dues)
    if asked.grams > owed:
        todo = "give back what is owed; the reserve may buy the rest"
        found = f"{asked.grams} g, of {owed} g"
        problems.append(Problem("reserve, grams", "it is more than is owed", found, todo))
    if problems:
        return refused(*problems)
    source = f"{'drawn' if asked.of == 'draw' else 'loan'}:{asked.holder}:{asked.form}"
    changes: dict[str, Any] = {}
    account = f"lot:{new_lot(book, asked, day, changes).lot}"
    changes["dues"], settled = settle(book, [each.due for each in open_dues], asked.grams, day)
    cost = share_of(book.balance(source, book.currency), asked.grams, book.balance(source, asked.form))
    postings = (*moved(source, account, asked.form, asked.grams), *moved(source, account, book.currency, cost))
    if asked.of == "draw":
        right = f"entitlement:{asked.holder}:{asked.form}"
        postings = (*postings, *moved("entitled", right, asked.form, asked.grams))
    return Booking(postings, changes, {"lot": account[4:], "settled": settled})


def settle(book: Reserve, names: list[str], grams: int, day: date) -> tuple[tuple[Due, ...], list[dict[str, Any]]]:
    """What is still to be given back once grams came back, in the order of names; and what was settled, how late."""
    left, settled = grams, []
    parts: dict[str, int] = {}
    known = {each.due: each for each in book.dues}
    for name in names:
        part = min(known[name].grams, left)
        if part:
            parts[name] = part
            late_days = max((day - known[name].by).days, 0)
            settled.append({"due": name, "grams": part, "by": f"{known[name].by}", "late_days": late_days})
        left -= part
    dues = tuple(
        each.model_copy(update={"grams": each.grams - parts.get(each.due, 0)})
        for each in book.dues
        if each.grams > parts.get(each.due, 0)
    )
    return dues, settled


def lend(book: Reserve, asked: ask.Lent, day: date) -> Booking:
    """Goods are lent, out of what nobody has a right to."""
    rules = book.rules
    if not rules.lends:
        return refused(Problem("reserve, policy", "its rules know no loan", rules.title, "grant a right, or release"))
    longest = add_months(day, rules.loan_months or 0)
    by = longest if asked.by is None else asked.by
    if not day <= by <= longest:
        found = f"{by}"
        return refused(Problem("reserve, by", "a loan is given back in time", found, f"give a day up to {longest}"))
    if asked.grams > book.free(asked.form):
        return refused(too_much(f"reserve, {asked.form}", asked.grams, max(book.free(asked.form), 0)))
    taken = out_of(book, asked.form, asked.grams, f"loan:{asked.holder}:{asked.form}", asked.lot)
    if isinstance(taken, Problem):
        return refused(taken)
    changes: dict[str, Any] = {"lots": taken.lots}
    due = Due(
        due=number(book, "D", changes), kind="loan", holder=asked.holder, form=asked.form, grams=asked.grams, by=by, since=day,
        price=asked.price, rate=asked.rate,
    )  # fmt: skip
    changes["dues"] = (*book.dues, due)
    told = {"lots": [list(each) for each in taken.from_lots], "due": due.due, "by": f"{by}"}
    return Booking(taken.postings, changes, told, against=_held_up(book, asked.holder, day))


def pay_back(book: Reserve, asked: ask.PaidBack, day: date) -> Booking:
    """A loan is repaid in money, at its value: the goods are sold."""
    due = next((each for each in book.dues if (each.due, each.kind) == (asked.due, "loan")), None)
    if due is None:
        return refused(no_due(book, asked.due))
    if asked.grams > due.grams:
        return refused(too_much(f"reserve, {due.due}", asked.grams, due.grams))
    dues, settled = settle(book, [due.due], asked.grams, day)
    paid = value(asked.grams, due.price)
    postings = (
        *_written(book, due, asked.grams, "sold"),
        *moved("income:sales", f"owed:{due.holder}", book.currency, paid),
    )
    return Booking(postings, {"dues": dues}, {"settled": settled, "price_paid": paid})


def default(book: Reserve, asked: ask.Defaulted, day: date) -> Booking:
    """What is late will not come back: it is written off, and its holder gets nothing more."""
    due = next((each for each in book.dues if each.due == asked.due), None)
    if due is None:
        return refused(no_due(book, asked.due))
    if due.by >= day:
        found = f"to be given back by {due.by}"
        return refused(Problem("reserve, due", "it is not late", found, f"wait until after {due.by}"))
    dues = tuple(each for each in book.dues if each.due != due.due)
    barred = tuple(dict.fromkeys((*book.barred, due.holder)))
    told = {"lost_grams": due.grams, "late_days": (day - due.by).days}
    return Booking(_written(book, due, due.grams, "loss"), {"dues": dues, "barred": barred}, told)


def _written(book: Reserve, due: Due, grams: int, target: str) -> tuple[Posting, ...]:
    """Goods that a holder has, and their cost, go to an account for good."""
    source = f"{'drawn' if due.kind == 'draw' else 'loan'}:{due.holder}:{due.form}"
    cost = share_of(book.balance(source, book.currency), grams, book.balance(source, due.form))
    return (*moved(source, target, due.form, grams), *moved(source, target, book.currency, cost))


def no_due(book: Reserve, due: str) -> Problem:
    """That nothing of this number is to be given back."""
    known = ", ".join(each.due for each in book.dues[:20]) or "nothing"
    return Problem("reserve, due", "nothing of this number is to be given back", f"'{due}'", f"open: {known}")

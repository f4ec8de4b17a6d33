"""Bookings by trigger: what is observed, and what is released for which purpose.

A reserve has one declared objective. A release that serves another, or that no trigger agreed in advance allows, is refused, unless the
reserve manager overrides it with a reason; then it stands in the decision log. A stock for emergencies only is not overridden.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from orepact.errors import Problem
from orepact.pact.kinds import reserve_asks as ask
from orepact.pact.kinds.reserve_book import Booking, moved, refused, value
from orepact.pact.kinds.reserve_goods import no_form, out_of, too_much
from orepact.pact.kinds.reserve_parts import Trigger
from orepact.pact.kinds.reserve_record import Reserve


def observe(book: Reserve, asked: ask.Observed, day: date) -> Booking:
    """A trigger is met, or no longer; a figure that is too low does not meet it."""
    del day
    trigger = next((each for each in book.triggers if each.trigger == asked.trigger), None)
    if trigger is None:
        known = ", ".join(each.trigger for each in book.triggers) or "none"
        wrong = "no such trigger was agreed in advance"
        return refused(Problem("reserve, trigger", wrong, f"'{asked.trigger}'", f"agreed: {known}"))
    if (trigger.trigger in book.met) == asked.met:
        told = "met" if asked.met else "not met"
        return refused(Problem("reserve, met", "it is so already", told, "say it when it changes"))
    problems = tuple(_too_low(book, trigger, asked)) if asked.met else ()
    met = (*book.met, trigger.trigger) if asked.met else tuple(each for each in book.met if each != trigger.trigger)
    return refused(*problems) if problems else Booking(changes={"met": met})


def _too_low(book: Reserve, trigger: Trigger, asked: ask.Observed) -> Iterator[Problem]:
    if trigger.kind not in {"import fall", "premium"}:
        return
    policy = book.rules.fall if trigger.kind == "import fall" else book.rules.premium
    least = policy if trigger.threshold is None else trigger.threshold
    if asked.share is None or asked.share < least:
        found = "nothing" if asked.share is None else f"{asked.share:g}"
        yield Problem("reserve, share", f"the trigger is met from {least:g}", found, "give the figure observed")
    weeks = trigger.weeks or book.rules.weeks
    if trigger.kind == "import fall" and (asked.weeks is None or asked.weeks < weeks):
        found = "nothing" if asked.weeks is None else f"{asked.weeks}"
        yield Problem("reserve, weeks", f"the fall lasts at least {weeks} weeks", found, "give the weeks observed")


def open_by(book: Reserve) -> tuple[str, ...]:
    """Triggers that are met and that open a reserve of this policy."""
    able = {each.trigger for each in book.triggers if each.kind in book.rules.opened_by}
    return tuple(each for each in book.met if each in able)


def release(book: Reserve, asked: ask.Released, day: date) -> Booking:
    """Goods to which nobody has a right leave for good, against money."""
    if book.form_of(asked.form) is None:
        return refused(no_form(book, asked.form))
    if book.rules.emergency_only and asked.purpose != "emergency":
        wrong, found = "this stock serves emergencies only, whoever says otherwise", asked.purpose
        return refused(Problem("reserve, purpose", wrong, found, "leave the stock as it is"))
    if asked.grams > book.free(asked.form):
        return refused(
            too_much(f"reserve, {asked.form} without a right on it", asked.grams, max(book.free(asked.form), 0))
        )
    taken = out_of(book, asked.form, asked.grams, "released", asked.lot)
    if isinstance(taken, Problem):
        return refused(taken)
    paid = value(asked.grams, asked.price)
    postings = (*taken.postings, *moved("income:sales", f"owed:{asked.to}", book.currency, paid))
    opened = open_by(book)
    told = {
        "lots": [list(each) for each in taken.from_lots], "price_paid": paid, "triggers": list(opened), "by": _by(book, asked, day),
    }  # fmt: skip
    return Booking(postings, {"lots": taken.lots}, told, against=tuple(_against(book, asked, opened)))


def _by(book: Reserve, asked: ask.Released, day: date) -> str | None:
    """Day by which the policy wants goods to be out; None where it names none."""
    days = book.rules.emergency_days if asked.purpose == "emergency" else book.rules.release_days
    return None if days is None else f"{day + timedelta(days=days)}"


def _against(book: Reserve, asked: ask.Released, opened: tuple[str, ...]) -> Iterator[Problem]:
    if asked.purpose != book.objective:
        wrong = f"the reserve serves {book.objective}, and this release would serve another objective"
        yield Problem("reserve, purpose", wrong, asked.purpose, "leave it, or override it with a reason that is logged")
    if not opened:
        wrong = "no trigger that was agreed in advance is met"
        found = ", ".join(book.met) or "none is met"
        yield Problem("reserve, trigger", wrong, found, "observe one, or override it with a reason that is logged")

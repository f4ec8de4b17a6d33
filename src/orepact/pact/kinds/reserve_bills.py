"""Bookings of money: bills of what has run up, and what comes in on them."""

from __future__ import annotations

from datetime import date

from orepact.errors import Problem
from orepact.pact.kinds import reserve_asks as ask
from orepact.pact.kinds.reserve_book import (
    CARRYING,
    INTEREST,
    STORAGE,
    Booking,
    Posting,
    half_even,
    moved,
    parts,
    refused,
)
from orepact.pact.kinds.reserve_record import Reserve


def invoice(book: Reserve, asked: ask.Invoiced, day: date) -> Booking:
    """A bill of carrying cost and interest up to the day, in whole minor units; what is left over runs on. It says how much is storage."""
    del day
    lines = {
        name: half_even(book.accrued.get(f"{name}:{asked.payer}", 0), parts(book)) for name in (CARRYING, INTEREST)
    }
    total = sum(lines.values())
    if total <= 0:
        todo = f"known payers: {', '.join(sorted(payers(book))) or 'none'}"
        return refused(Problem("reserve, payer", "nothing has run up that could be billed", asked.payer, todo))
    running = dict(book.accrued)
    postings: list[Posting] = []
    for name, amount in lines.items():
        if amount:
            running[f"{name}:{asked.payer}"] -= amount * parts(book)
            postings += moved(f"income:{name}", f"owed:{asked.payer}", book.currency, amount)
    stored = f"{STORAGE}:{asked.payer}"
    storage = min(half_even(running.get(stored, 0), parts(book)), lines[CARRYING])
    running[stored] = running.get(stored, 0) - storage * parts(book)
    told = {
        **lines,
        STORAGE: storage,
        "total": total,
        "currency": book.currency,
        "day_count": f"actual/{book.day_count}",
    }
    return Booking(tuple(postings), {"accrued": running}, told)


def payers(book: Reserve) -> set[str]:
    """Everybody for whom charges have run up."""
    return {
        name.split(":", 1)[1] for name, amount in book.accrued.items() if amount > 0 and not name.startswith(STORAGE)
    }


def pay(book: Reserve, asked: ask.Paid, day: date) -> Booking:
    """Money comes in on bills."""
    del day
    owed = book.balance(f"owed:{asked.payer}", book.currency)
    if asked.amount > owed:
        found = f"{asked.amount} of {owed} minor units"
        return refused(Problem("reserve, amount", "it is more than is billed", found, f"book up to {max(owed, 0)}"))
    return Booking(moved(f"owed:{asked.payer}", "cash", book.currency, asked.amount))

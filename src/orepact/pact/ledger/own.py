"""A holder's own part of the books: what it may draw, what it has to give back, its own bookings and bills, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from orepact.pact.access import Viewer, may_read
from orepact.pact.event import Event
from orepact.pact.kinds.reserve_record import Reserve
from orepact.pact.ledger.book import clocks, costs, invoices, rights_rows, settled_late
from orepact.pact.ledger.past import after, events_of, on_day, postings_of
from orepact.pact.pact import Pact

OWN = ("entitlement:", "drawn:", "loan:", "owed:")
"""Accounts that are a holder's; its id follows."""


def own_parts(pact: Pact, viewer: Viewer, as_of: date | None = None) -> list[dict[str, Any]]:
    """The part of each holder for whom a viewer acts, in every reserve in which it has one; empty where there is none."""
    day = as_of or pact.store.today()
    found = []
    for kept in pact.store.state().all("reserve"):
        mine = [each for each in sorted(viewer.acts_for) if may_read(viewer, "firm", [each])]
        if not mine or not isinstance(kept.record, Reserve):
            continue
        events = events_of(pact, kept.id, day)
        record = kept.record if as_of is None else after(events)
        if record is not None:
            found += [
                _part(on_day(record, day), events, holder, day) for holder in mine if any(_own_rows(events, holder))
            ]
    return found


def _part(record: Reserve, events: list[Event], holder: str, day: date) -> dict[str, Any]:
    return {
        "reserve": record.name, "rules": record.rules.title, "holder": holder, "currency": record.currency, "day": day,
        "rights": rights_rows(record, holder), "clocks": [each.__dict__ for each in clocks(record, day, holder)],
        "settled_late": [each.__dict__ for each in settled_late(events, holder)],
        "invoices": [each.__dict__ for each in invoices(events, holder)],
        "costs": [each.__dict__ for each in costs(record, events, holder)], "bookings": list(_own_rows(events, holder)),
    }  # fmt: skip


def _own_rows(events: list[Event], holder: str) -> Iterator[dict[str, Any]]:
    """Postings on a holder's own accounts, each with its day."""
    for event in events:
        for account, unit, amount in postings_of(event):
            if account.startswith(OWN) and account.split(":")[1] == holder:
                yield {
                    "day": event.draft.effective, "verb": event.draft.verb, "account": account.split(":", 1)[0], "unit": unit,
                    "amount": amount,
                }  # fmt: skip

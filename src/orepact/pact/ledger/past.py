"""The books of one reserve at a moment, and the bookings that led there, from the log.

Bookings of a reserve are in order and never hold from a day that has not come, so that the events up to a day, or up to a moment of
writing, are always the first so many: books made of them are sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from orepact.pact.event import Event
from orepact.pact.kinds.reserve_book import accrued
from orepact.pact.kinds.reserve_record import Reserve
from orepact.pact.pact import Pact
from orepact.pact.state import State


def events_of(pact: Pact, reserve: str, as_of: date | None = None, known_by: datetime | None = None) -> list[Event]:
    """Events of a reserve that hold on a day and were written by a moment, in order."""
    return [
        each
        for each in pact.store.events(kind="reserve", record=reserve)
        if (as_of is None or each.draft.effective <= as_of) and (known_by is None or each.recorded <= known_by)
    ]


def after(events: Sequence[Event]) -> Reserve | None:
    """The books after events; None where there is none."""
    kept = State().after(events).all("reserve")
    return kept[0].record if kept and isinstance(kept[0].record, Reserve) else None


def on_day(book: Reserve, day: date) -> Reserve:
    """The books with charges reckoned to a day."""
    return accrued(book, day)


def postings_of(event: Event) -> Iterator[tuple[str, str, int]]:
    """Account, unit and amount of each posting of an event."""
    for account, unit, amount in booked(event).get("postings", ()):
        yield str(account), str(unit), int(amount)


def booked(event: Event) -> dict[str, Any]:
    """What an event tells beside what was asked for."""
    found: dict[str, Any] = event.draft.data.get("booked", {})
    return found


def end_of(day: date) -> datetime:
    """The last moment of a day, in UTC."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999999, tzinfo=UTC)

"""Whether the log is as it was written: every hash, every link, every version, and the state that follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from orepact.pact.canonical import moment
from orepact.pact.event import START, Event, link, read_event
from orepact.pact.state import State
from orepact.pact.store import Store
from orepact.pact.tables import event as log

MOST_SAID = 20


@dataclass(frozen=True)
class Verdict:
    """What was found. events: how many were checked; head: hash of the last; faults: what does not hold, at most 20 of them."""

    events: int
    head: str
    faults: tuple[str, ...]
    seen: bool | None = None
    """Whether a head that was noted earlier lies in the chain; None where none was given."""

    @property
    def intact(self) -> bool:
        """Whether everything holds."""
        return not self.faults and self.seen is not False

    def record(self) -> dict[str, Any]:
        """The verdict in JSON terms."""
        return {
            "intact": self.intact,
            "events": self.events,
            "head": self.head,
            "noted_head_found": self.seen,
            "faults": list(self.faults),
        }


def verify(store: Store, noted: str | None = None) -> Verdict:
    """Check the whole log. noted: a head that somebody wrote down: it must lie in the chain, so that no end of it was cut off unseen."""
    faults: list[str] = []
    versions: dict[tuple[str, str], int] = {}
    state, previous, count, seen = State(), START, 0, False
    for row in _rows(store):
        count += 1
        event, wrong = _checked(row, count, previous, versions)
        faults += wrong
        if event is not None and not wrong and not faults:
            state = state.after([event])
        previous = row.hash
        seen = seen or row.hash == noted
    if not faults and state.text() != store.state().text():
        faults.append("the state in use does not follow from the log; restart, and compare")
    return Verdict(count, previous if count else "", tuple(faults[:MOST_SAID]), None if noted is None else seen)


def _rows(store: Store) -> Iterator[Row[Any]]:
    with store.database.reading() as connection:
        wanted = select(log).order_by(log.c.seq).execution_options(yield_per=2000)
        yield from connection.execute(wanted)


def _checked(
    row: Row[Any], place: int, previous: str, versions: dict[tuple[str, str], int]
) -> tuple[Event | None, list[str]]:
    """The event of a row, and what of it does not hold."""
    at = f"event {row.seq}"
    try:
        event = read_event(row.body, row.previous, row.hash)
    except (KeyError, TypeError, ValueError):
        return None, [f"{at}: its body cannot be read"]
    draft, faults = event.draft, []
    if row.seq != place:
        faults.append(f"{at}: it stands at place {place}: an event before it is missing or stands twice")
    if row.previous != previous:
        faults.append(f"{at}: it is not chained to the event before it")
    if link(row.previous, row.body) != row.hash:
        faults.append(f"{at}: its hash is not that of its body")
    told = (event.seq, draft.kind, draft.record, draft.version, draft.effective.isoformat(), moment(event.recorded))
    if told != (row.seq, row.kind, row.record, row.version, row.effective, row.recorded):
        faults.append(f"{at}: its columns are not those of its body")
    key = (draft.kind, draft.record)
    if draft.version != versions.get(key, 0) + 1:
        faults.append(f"{at}: {draft.kind} {draft.record} jumps from version {versions.get(key, 0)} to {draft.version}")
    versions[key] = draft.version
    return event, faults

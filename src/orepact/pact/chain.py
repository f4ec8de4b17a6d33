"""Whether the log is as it was written: every hash, every link, every version, and the state that follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from orepact.pact.canonical import moment
from orepact.pact.event import START, Event, link, read_event
from orepact.pact.state import State
from orepact.pact.store import CHUNK, UNREADABLE, Damaged, Store
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
    """Check the whole log, also while others write. noted: a head that somebody wrote down, which must lie in the chain: no end was cut.

    The state in use is compared with the one that follows from the log at the place that it has reached.
    """
    check = _Check(noted)
    check.read(store, None)
    try:
        used = store.state()
    except Damaged as error:
        return check.verdict(str(error))
    check.read(store, used.seq)
    differs = "the state in use does not follow from the log; restart, and compare"
    return check.verdict("" if check.faults or check.state.text() == used.text() else differs)


class _Check:
    """What was found so far, and the state that follows from what was read."""

    def __init__(self, noted: str | None) -> None:
        self.noted = noted
        self.faults: list[str] = []
        self.versions: dict[tuple[str, str], int] = {}
        self.state, self.count, self.seen = State(), 0, False
        self.seq, self.previous, self.recorded = 0, START, ""

    def read(self, store: Store, to: int | None) -> None:
        """Check the rows after those read already, up to a place where one is given."""
        while True:
            with store.database.reading() as connection:
                wanted = select(log).where(log.c.seq > self.seq).order_by(log.c.seq).limit(CHUNK)
                rows = connection.execute(wanted if to is None else wanted.where(log.c.seq <= to)).all()
            events = [event for row in rows if (event := self._checked(row)) is not None]
            if not self.faults:
                self._follow(events)
            if len(rows) < CHUNK:
                return

    def verdict(self, more: str) -> Verdict:
        """What was found; more: a fault of the whole, where there is one."""
        faults = self.faults or ([more] if more else [])
        head = self.previous if self.count else ""
        return Verdict(self.count, head, tuple(faults[:MOST_SAID]), None if self.noted is None else self.seen)

    def _follow(self, events: Sequence[Event]) -> None:
        try:
            self.state = self.state.after(events)
        except UNREADABLE:
            self.faults.append(self._stumbling(events))

    def _stumbling(self, events: Sequence[Event]) -> str:
        """The first event that cannot be done after those before it."""
        for each in events:
            try:
                self.state = self.state.after([each])
            except UNREADABLE as error:
                return f"event {each.seq}: what it says cannot be done ({type(error).__name__})"
        return "the events cannot be done one after another"

    def _checked(self, row: Row[Any]) -> Event | None:
        """The event of a row, once everything that does not hold of it is written down."""
        at, expected = f"event {row.seq}", self.seq + 1
        self.count, self.seq, self.seen = self.count + 1, row.seq, self.seen or row.hash == self.noted
        previous, self.previous = self.previous, row.hash
        if row.seq != expected:
            self.faults.append(f"{at}: it stands where event {expected} should: what was between is missing")
        if row.previous != previous:
            self.faults.append(f"{at}: it is not chained to the event before it")
        if link(row.previous, row.body) != row.hash:
            self.faults.append(f"{at}: its hash is not that of its body")
        try:
            event = read_event(row.body, row.previous, row.hash)
            self.faults += [f"{at}: {fault}" for fault in self._told(row, event)]
        except UNREADABLE:
            self.faults.append(f"{at}: its body cannot be read")
            return None
        return event

    def _told(self, row: Row[Any], event: Event) -> Iterator[str]:
        """What an event says of itself against its row, and against those before it."""
        draft = event.draft
        told = (event.seq, draft.kind, draft.record, draft.version, draft.effective.isoformat(), moment(event.recorded))
        if told != (row.seq, row.kind, row.record, row.version, row.effective, row.recorded):
            yield "its columns are not those of its body"
        if row.recorded < self.recorded:
            yield "it was recorded before the event before it"
        self.recorded = row.recorded
        key = (draft.kind, draft.record)
        if draft.version != self.versions.get(key, 0) + 1:
            yield f"{draft.kind} {draft.record} jumps from version {self.versions.get(key, 0)} to {draft.version}"
        self.versions[key] = draft.version

"""The log of the pact in a database: what is acknowledged is on disk, in one order, each event chained to the one before."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from orepact.errors import OrepactError, Problem
from orepact.pact.canonical import moment
from orepact.pact.database import Database
from orepact.pact.event import START, Draft, Event, read_event, written
from orepact.pact.state import State
from orepact.pact.tables import event as log
from orepact.pact.tables import request

CHUNK = 5000
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
"""What reading a body raises that no code of ours wrote."""


class Conflict(OrepactError):
    """Somebody else changed the record, or used the key for something else; nothing was written."""


class Damaged(OrepactError):
    """The log holds what this code cannot read: somebody changed it, or a newer Orepact wrote it."""


@dataclass(frozen=True)
class Written:
    """What a request led to. state: the state right after it; None where it had been done before, and is only told again."""

    events: tuple[Event, ...]
    state: State | None


class Store:
    """Events of one database and the state that follows from them. now: the clock, for tests."""

    def __init__(self, database: Database, now: Callable[[], datetime] | None = None) -> None:
        self.database = database
        self.now = now or (lambda: datetime.now(UTC))
        self._state = State()
        self._lock = threading.Lock()
        self._past = lru_cache(maxsize=16)(self._folded)

    def today(self) -> date:
        """The day in UTC."""
        return self.now().astimezone(UTC).date()

    def is_empty(self) -> bool:
        """Whether nothing was ever written."""
        with self.database.reading() as connection:
            return connection.execute(select(log.c.seq).limit(1)).first() is None

    def state(self) -> State:
        """The state now, with whatever other processes have written."""
        with self.database.reading() as connection:
            return self._caught_up(connection)

    def state_as_of(self, day: date | None = None, known_by: datetime | None = None) -> State:
        """The state as it held on a day, by what was known at a moment (in UTC where it names no zone)."""
        now = self.state()
        if day is None and known_by is None:
            return now
        return self._past(now.seq, day, None if known_by is None else moment(_in_utc(known_by)))

    def _folded(self, seq: int, day: date | None, known_by: str | None) -> State:
        state = State()
        wanted = select(log).where(log.c.seq <= seq)
        if day is not None:
            wanted = wanted.where(log.c.effective <= day.isoformat())
        if known_by is not None:
            wanted = wanted.where(log.c.recorded <= known_by)
        after = 0
        while True:
            with self.database.reading() as connection:
                rows = _read(connection, wanted.where(log.c.seq > after).order_by(log.c.seq).limit(CHUNK))
            state = _on(state, rows)
            if len(rows) < CHUNK:
                return state
            after = rows[-1].seq

    def events(self, after: int = 0, kind: str | None = None, record: str | None = None) -> Iterator[Event]:
        """Events in order, from the one after ``after``; of one record where it is named."""
        while True:
            with self.database.reading() as connection:
                rows = _rows(connection, after, kind, record, CHUNK)
            yield from rows
            if len(rows) < CHUNK:
                return
            after = rows[-1].seq

    def append(
        self, decide: Callable[[State], Sequence[Draft]], *, actor: str, key: str | None = None, fingerprint: str = ""
    ) -> Written:
        """Write what ``decide`` makes of the state, all of it or, where it raises, nothing.

        key: with one, the same request is done once, and told again what it led to. Raises Conflict where the key was used for
        another request, Unavailable where the database cannot be written.
        """
        with self.database.writing() as connection:
            state = self._caught_up(connection)
            if key is not None:
                done = self._done(connection, actor, key, fingerprint)
                if done is not None:
                    return Written(done, None)
            events = self._chained(state, decide(state))
            after = state.after(events)
            if events:
                connection.execute(insert(log), [row_of(each) for each in events])
            if key is not None:
                first, last = (events[0].seq, events[-1].seq) if events else (1, 0)
                row = {"actor": actor, "key": key, "fingerprint": fingerprint, "first": first, "last": last}
                connection.execute(insert(request), row)
        self._advance(after)
        return Written(events, after)

    def _done(self, connection: Connection, actor: str, key: str, fingerprint: str) -> tuple[Event, ...] | None:
        row = connection.execute(select(request).where(request.c.actor == actor, request.c.key == key)).first()
        if row is None:
            return None
        if row.fingerprint != fingerprint:
            todo = "take a new key for a new request"
            raise Conflict(Problem("idempotency key", "it was used for another request", f"'{key[:80]}'", todo))
        return tuple(_read(connection, select(log).where(log.c.seq.between(row.first, row.last)).order_by(log.c.seq)))

    def _chained(self, state: State, drafts: Sequence[Draft]) -> tuple[Event, ...]:
        """Events at the end of the chain, none recorded before the one before it, even where the clock was set back."""
        events: list[Event] = []
        when = max(moment(self.now()), "" if state.recorded is None else moment(state.recorded))
        previous = state.head or START
        for seq, draft in enumerate(drafts, start=state.seq + 1):
            events.append(written(draft, seq, when, secrets.token_hex(16), previous))
            previous = events[-1].hash
        return tuple(events)

    def _caught_up(self, connection: Connection) -> State:
        newest = connection.execute(select(func.max(log.c.seq))).scalar() or 0
        if newest > self._state.seq:
            with self._lock:
                while newest > self._state.seq:
                    rows = _rows(connection, self._state.seq, None, None, CHUNK)
                    if not rows or rows[0].seq != self._state.seq + 1:
                        raise _damaged(self._state.seq + 1, "no event at that place")
                    self._state = _on(self._state, rows)
        return self._state

    def _advance(self, state: State) -> None:
        """Take up what was just written, unless a reader already did, and more."""
        with self._lock:
            if state.seq > self._state.seq:
                self._state = state


def _rows(connection: Connection, after: int, kind: str | None, record: str | None, most: int) -> list[Event]:
    wanted = select(log).where(log.c.seq > after).order_by(log.c.seq).limit(most)
    if kind is not None:
        wanted = wanted.where(log.c.kind == kind)
    if record is not None:
        wanted = wanted.where(log.c.record == record)
    return _read(connection, wanted)


def _read(connection: Connection, wanted: Select[Any]) -> list[Event]:
    found: list[Event] = []
    for each in connection.execute(wanted):
        try:
            found.append(read_event(each.body, each.previous, each.hash))
        except UNREADABLE as error:
            raise _damaged(each.seq, f"{type(error).__name__} in its body") from error
    return found


def _on(state: State, events: Sequence[Event]) -> State:
    """The state once more was read."""
    try:
        return state.after(events)
    except UNREADABLE as error:
        raise _damaged(state.seq + 1, f"a step that cannot be taken ({type(error).__name__})") from error


def _damaged(seq: int, found: str) -> Damaged:
    todo = "run orepact pact verify; restore a backup, or use the newest Orepact"
    return Damaged(Problem(f"pact, log, from event {seq}", "the log cannot be read on", found, todo))


def _in_utc(when: datetime) -> datetime:
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


def row_of(each: Event) -> dict[str, object]:
    """An event as a row of the log."""
    draft = each.draft
    return {
        "seq": each.seq, "kind": draft.kind, "record": draft.record, "version": draft.version, "effective": draft.effective.isoformat(),
        "recorded": moment(each.recorded), "body": each.body, "previous": each.previous, "hash": each.hash,
    }  # fmt: skip

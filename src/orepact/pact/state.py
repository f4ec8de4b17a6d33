"""The state of the pact: what follows from its events, one after another, and from nothing else.

A state is never changed; :meth:`State.after` makes the next one. The same events give the same state, byte for byte
(:meth:`State.text`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from orepact.pact.canonical import canonical
from orepact.pact.event import Event, Tier
from orepact.pact.kinds import KINDS
from orepact.pact.kinds.base import PactRecord, Verb
from orepact.policy.record import Record

WRITTEN = frozenset({"override", "booked"})
"""What an event holds beside what was asked for; nobody gives it."""


@dataclass(frozen=True)
class Shown:
    """Evidence of a record: what was done when it was given, from when it holds, and who may read it."""

    verb: str
    effective: date
    said: Mapping[str, Any]
    tier: Tier
    readers: tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """A record as it stands, with its version and when it was last touched. ordered: day of the last verb that keeps an order.

    latest: the latest day from which anything of it holds; opened: the day from which those may read it who may now, where
    others could before. hash: that of the event that touched it last.
    """

    kind: str
    record: PactRecord
    version: int
    first_tier: Tier
    recorded: datetime
    effective: date
    ordered: date | None
    latest: date
    opened: date | None = None
    evidence: tuple[Shown, ...] = ()
    hash: str = ""

    @property
    def id(self) -> str:
        """Its name in addresses."""
        return self.record.id


@dataclass(frozen=True)
class State:
    """Every record by kind and id, after ``seq`` events, the last of which has the hash ``head`` and was recorded then."""

    seq: int = 0
    head: str = ""
    recorded: datetime | None = None
    records: Mapping[str, Mapping[str, Kept]] = field(default_factory=dict)

    def get(self, kind: str, record: str) -> Kept | None:
        """A record; None where there is none."""
        return self.records.get(kind, {}).get(record)

    def all(self, kind: str) -> tuple[Kept, ...]:
        """Every record of a kind, in the order in which they were added."""
        return tuple(self.records.get(kind, {}).values())

    def after(self, events: Iterable[Event]) -> State:
        """The state once these happened too."""
        records = dict(self.records)
        own: set[str] = set()
        last = None
        for event in events:
            kind = event.draft.kind
            if kind not in own:
                records[kind] = dict(records.get(kind, {}))
                own.add(kind)
            kept = stepped(records[kind].get(event.draft.record), event)
            if kept is not None:
                records[kind][event.draft.record] = kept  # type: ignore[index]
            last = event
        if last is None:
            return self
        return State(last.seq, last.hash, last.recorded, records)

    def text(self) -> str:
        """The whole state as canonical JSON."""
        rows = {
            kind: {
                each.id: {
                    "record": each.record.model_dump(mode="json"), "version": each.version, "effective": each.effective,
                    "recorded": each.recorded, "evidence": [dict(shown.said) for shown in each.evidence],
                }
                for each in kept.values()
            }
            for kind, kept in self.records.items()
        }  # fmt: skip
        return canonical({"seq": self.seq, "head": self.head, "records": rows})


def stepped(before: Kept | None, event: Event) -> Kept | None:
    """A record after one more event; None where the event changes a record that, as of the day asked, is not there yet."""
    draft = event.draft
    verb = verb_of(draft.kind, draft.verb)
    if before is None and draft.verb != "add":
        return None
    asked = _unsaid(verb.asks) if verb.partial else verb.asks.model_validate(_asked(draft.data))
    record = verb.apply(None if before is None else before.record, asked, draft)
    day = draft.effective
    shown = tuple(Shown(draft.verb, day, each, draft.tier, draft.readers) for each in draft.evidence)
    if before is None:
        return Kept(
            draft.kind, record, draft.version, draft.tier, event.recorded, day, day, day, None, shown, event.hash
        )
    return Kept(
        draft.kind, record, draft.version, before.first_tier, event.recorded, day, day if verb.in_order else before.ordered,
        max(day, before.latest), before.opened if readers_of(record) == readers_of(before.record) else day,
        (*before.evidence, *shown), event.hash,
    )  # fmt: skip


@cache
def _unsaid(asks: type[Record]) -> Record:
    """What stands for what was asked, where only the fields that were given are looked at."""
    return asks.model_construct()


def readers_of(record: PactRecord) -> tuple[str, ...]:
    """Who may read a record, to tell whether that was changed."""
    return ("public",) if record.tier == "public" else (record.tier, record.owner or "", *record.readers)


def _asked(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a verb was given, without what the pact wrote beside it: an override, and what was booked."""
    return {name: value for name, value in data.items() if name not in WRITTEN}


def verb_of(kind: str, verb: str) -> Verb:
    """A verb by its names. Raises KeyError where this code knows none."""
    return KINDS[kind].verbs[verb]

"""The state of the pact: what follows from its events, one after another, and from nothing else.

A state is never changed; :meth:`State.after` makes the next one. The same events give the same state, byte for byte
(:meth:`State.text`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from orepact.pact.canonical import canonical
from orepact.pact.event import Event, Tier
from orepact.pact.kinds import KINDS
from orepact.pact.kinds.base import PactRecord, Verb


@dataclass(frozen=True)
class Shown:
    """Evidence of a record: what was done when it was given, and from when it holds."""

    verb: str
    effective: date
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Kept:
    """A record as it stands, with its version and when it was last touched. ordered: day of the last verb that keeps an order."""

    kind: str
    record: PactRecord
    version: int
    first_tier: Tier
    recorded: datetime
    effective: date
    ordered: date | None
    evidence: tuple[Shown, ...] = ()

    @property
    def id(self) -> str:
        """Its name in addresses."""
        return self.record.id


@dataclass(frozen=True)
class State:
    """Every record by kind and id, after ``seq`` events, the last of which has the hash ``head``."""

    seq: int = 0
    head: str = ""
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
        seq, head = self.seq, self.head
        for event in events:
            kind = event.draft.kind
            if kind not in own:
                records[kind] = dict(records.get(kind, {}))
                own.add(kind)
            kept = stepped(records[kind].get(event.draft.record), event)
            if kept is not None:
                records[kind][event.draft.record] = kept  # type: ignore[index]
            seq, head = event.seq, event.hash
        return replace(self, seq=seq, head=head, records=records)

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
    asked = verb.asks.model_construct() if verb.partial else verb.asks.model_validate(_asked(draft.data))
    record = verb.apply(None if before is None else before.record, asked, draft)
    shown = tuple(Shown(draft.verb, draft.effective, each) for each in draft.evidence)
    return Kept(
        draft.kind, record, draft.version, draft.tier if before is None else before.first_tier, event.recorded, draft.effective,
        draft.effective if verb.in_order or before is None else before.ordered, (*(before.evidence if before else ()), *shown),
    )  # fmt: skip


def _asked(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a verb was given, without the override that went with it."""
    return {name: value for name, value in data.items() if name != "override"}


def verb_of(kind: str, verb: str) -> Verb:
    """A verb by its names. Raises KeyError where this code knows none."""
    return KINDS[kind].verbs[verb]

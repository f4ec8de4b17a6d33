"""An event: one thing that somebody did to one record, when, under which rule and on what evidence, chained to the event before it.

Two days are kept apart. ``effective`` is the day from which it holds in the world; ``recorded`` the moment at which it was written.
"As of" a day asks what held then by what is known now; "known by" a moment leaves out what was written later.

The hash of an event is SHA-256 over the hash before it and its own canonical body, so that nothing before it can be changed unseen.
``nonce`` keeps the hash of a confidential event from being guessed at.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field, field_validator

from orepact.errors import BadInput, Problem
from orepact.pact.canonical import canonical, digest
from orepact.policy.attributes import attribute
from orepact.policy.record import Day, Record, Text

Tier = Literal["public", "party", "firm", "people"]
"""Who may read: everybody; the parties named; the firms named; whoever keeps the register of people."""

FORMAT = 1
"""Of the body of an event; a later one is read beside it, never in its place."""

LARGEST = 256_000
"""Bytes of the body of an event: sixty clauses with two thousand letters each go in, a file does not."""

SCHEMES = frozenset({"https", "http", "doi", "urn"})
"""How addresses of evidence may begin."""

EARLIEST = date(1900, 1, 1)
"""Nothing holds from an earlier day; what has no known day holds from this one."""

START = "0" * 64
"""What the first event has in place of a hash before it."""


class Evidence(Record):
    """What shows that something is so."""

    address: str | None = attribute(
        None, unit="address", meaning="where it can be read", source="whoever records it", max_length=1000
    )
    title: Text | None = attribute(None, unit="text", meaning="what it is", source="whoever records it", max_length=300)
    source: str | None = attribute(
        None, unit="id", meaning="source of the facts that says so", source="facts", max_length=80
    )
    grade: Literal["A", "B", "C", "D", "E"] | None = attribute(
        None, unit="grade", meaning="how good it is: A official and complete to E inferred", source="whoever records it"
    )
    accessed: Day | None = attribute(None, unit="date", meaning="day on which it was read", source="whoever records it")

    @field_validator("address")
    @classmethod
    def _leads_somewhere(cls, address: str | None) -> str | None:
        """An address is one that can be read; nothing that a browser would run."""
        scheme, colon, _ = (address or "").partition(":")
        if colon and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme) and scheme.casefold() not in SCHEMES:
            raise ValueError(f"an address that begins with {', '.join(sorted(SCHEMES))}, or words")
        return address


class Act(Record):
    """What goes with every change: from when it holds, under which rule, and what shows it."""

    effective: Day | None = attribute(
        None, unit="date", meaning="day from which it holds; today when left out", source="whoever records it"
    )
    rule: Text | None = attribute(
        None, unit="text", meaning="rule under which it is done", source="whoever records it", max_length=300
    )
    evidence: tuple[Evidence, ...] = Field(
        (),
        description="what shows it",
        json_schema_extra={"unit": "records", "source": "whoever records it"},
        max_length=20,
    )


@dataclass(frozen=True)
class Draft:
    """An event that is not yet written."""

    kind: str
    record: str
    version: int
    verb: str
    data: dict[str, Any]
    effective: date
    actor: str
    role: str
    rule: str
    tier: Tier
    readers: tuple[str, ...] = ()
    evidence: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Event:
    """An event that is written. body: the canonical text under its hash."""

    seq: int
    recorded: datetime
    draft: Draft
    previous: str
    hash: str
    body: str = field(repr=False)

    def record(self) -> dict[str, Any]:
        """The event in JSON terms; what its place in the whole log tells is left out: how much else was written."""
        said: dict[str, Any] = json.loads(self.body)
        said.pop("nonce")
        said.pop("seq")
        return said | {"hash": self.hash}


def written(draft: Draft, seq: int, recorded: str, nonce: str, previous: str) -> Event:
    """The event that a draft becomes at its place in the chain. Raises BadInput where it is larger than an event may be."""
    body = canonical(
        {
            "format": FORMAT, "seq": seq, "recorded": recorded, "kind": draft.kind, "record": draft.record, "version": draft.version,
            "verb": draft.verb, "data": draft.data, "effective": draft.effective, "actor": draft.actor, "role": draft.role,
            "rule": draft.rule, "tier": draft.tier, "readers": list(draft.readers), "evidence": list(draft.evidence), "nonce": nonce,
        }
    )  # fmt: skip
    size = len(body.encode())
    if size > LARGEST:
        found, todo = f"{size:,} bytes".replace(",", " "), "say less at once, or give the address of a file as evidence"
        raise BadInput(
            Problem(f"{draft.kind}, {draft.verb}", f"an event has at most {LARGEST // 1000} kB", found, todo)
        )
    return read_event(body, previous, link(previous, body))


def read_event(body: str, previous: str, found: str) -> Event:
    """The event of a body. Raises KeyError, TypeError or ValueError where the body is none."""
    said = json.loads(body)
    draft = Draft(
        kind=said["kind"], record=said["record"], version=said["version"], verb=said["verb"], data=said["data"],
        effective=date.fromisoformat(said["effective"]), actor=said["actor"], role=said["role"], rule=said["rule"], tier=said["tier"],
        readers=tuple(said["readers"]), evidence=tuple(said["evidence"]),
    )  # fmt: skip
    return Event(said["seq"], datetime.fromisoformat(said["recorded"]), draft, previous, found, body)


def link(previous: str, body: str) -> str:
    """Hash of an event: over the hash before it and its body."""
    return digest(f"{previous}\n{body}")

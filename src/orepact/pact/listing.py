"""Records, events and kinds in the terms of lists, files and forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from orepact.pact.access import Viewer
from orepact.pact.event import Event
from orepact.pact.kinds import KINDS
from orepact.pact.pact import Pact, found
from orepact.pact.sight import Sight
from orepact.pact.state import Kept
from orepact.policy.record import Record

EVENT_COLUMNS = (
    "recorded", "effective", "kind", "record", "version", "verb", "actor", "role", "rule", "tier", "data", "evidence", "hash",
)  # fmt: skip


def columns(kind: str) -> list[str]:
    """Columns of a list of records."""
    return [*KINDS[kind].record.model_fields, "version", "effective", "evidence"]


def row(kept: Kept) -> dict[str, Any]:
    """A record with its version, the day from which it holds as it is, and its evidence."""
    return {
        **kept.record.model_dump(mode="json"), "version": kept.version, "effective": kept.effective.isoformat(),
        "evidence": [{**each.said, "of": each.verb} for each in kept.evidence],
    }  # fmt: skip


def rows(sight: Sight, kind: str) -> list[dict[str, Any]]:
    """Every record of a kind that the viewer may read."""
    return [row(each) for each in sight.all(kind)]


def whole(pact: Pact, viewer: Viewer, kind: str, record: str, as_of: date | None = None) -> dict[str, Any]:
    """One record with everything that was done to it. Raises NoRecord."""
    kept = found(pact.sight(viewer, as_of), kind, record)
    events = [
        each.record() for each in pact.history(viewer, kind, record) if as_of is None or each.draft.effective <= as_of
    ]
    return row(kept) | {"history": events}


def decided(events: Iterable[Event]) -> Iterator[Event]:
    """The decision log: parameters and their changes, rights of people, judgements of investigations, and acts against a guard."""
    return (each for each in events if is_decision(each))


def is_decision(event: Event) -> bool:
    """Whether an event stands in the decision log."""
    rights = event.draft.kind == "person" and event.draft.verb in {"add", "grant", "end"}
    judged = event.draft.kind == "investigation" and event.draft.verb in {"decide", "impose", "review"}
    return rights or judged or event.draft.kind == "parameter" or "override" in event.draft.data


def kind_record(name: str) -> dict[str, Any]:
    """A kind with its fields and verbs, for documentation and forms."""
    kind = KINDS[name]
    return {
        "kind": kind.name, "plural": kind.plural, "meaning": kind.meaning, "fields": _fields(kind.record),
        "verbs": [
            {
                "verb": verb.name, "meaning": verb.meaning, "roles": sorted(verb.roles), "rule": verb.rule,
                "override": sorted(verb.override_roles), "asks": [] if verb.partial else _fields(verb.asks),
            }
            for verb in kind.verbs.values()
        ],
    }  # fmt: skip


def _fields(record: type[Record]) -> list[dict[str, Any]]:
    """Every field of a record, also the one that is called kind."""
    found = []
    for name, info in record.model_fields.items():
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        said = {"unit": extra.get("unit", ""), "meaning": info.description or "", "source": extra.get("source", "")}
        found.append({"name": name, "needed": info.is_required(), **said})
    return found

"""Events as pages tell them: what was done to what, by whom, with names in place of ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.pact.kinds import KINDS
from orepact.report.pact_text import plain
from orepact.web.pact.names import Names

LONGEST = 160
"""Letters of what an event says."""

UNSAID = {"override", "id", "demonstration", "booked", "result"}
"""What the page of a record shows in tables of its own, or beside."""


def event_line(event: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """An event as a row: record with its page, verb, what it says, by whom and as what, days, rule, hash, and the override."""
    kind = KINDS[event["kind"]]
    said = said_of(event, names)
    override = event["data"].get("override") or {}
    return {
        "kind": kind.name, "record": event["record"], "page": f"/pact/{kind.plural}/{event['record']}", "name": names.of(event["record"]),
        "verb": str(event["verb"]).replace("_", " "), "said": said, "actor": names.of(event["actor"]),
        "role": "" if event["role"] in {event["actor"], ""} else event["role"], "effective": event["effective"], "rule": event["rule"],
        "recorded": event["recorded"][:16].replace("T", " "), "hash": event["hash"], "because": override.get("reason", ""),
    }  # fmt: skip


def said_of(event: Mapping[str, Any], names: Names) -> str:
    """What an event says, in a line."""
    kind = KINDS[event["kind"]]
    parts = [
        f"{name.replace('_', ' ')}: {names.said(kind, name, value)}"
        for name, value in event["data"].items()
        if name not in UNSAID and plain(value)
    ]
    text = ", ".join(parts)
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text

"""What the page of a record says beyond its fields: how a promise stands, where a project is, who belongs to a bloc."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orepact.pact.clock import clock
from orepact.pact.state import Kept
from orepact.web.pact.asking import Asking
from orepact.web.pact.project_page import SHOWN_HERE as PROJECT_FIELDS
from orepact.web.pact.project_page import of_project


def of_commitment(asking: Asking, kept: Kept) -> dict[str, Any]:
    """How a promise stands on the day."""
    readings = [each for each in clock(asking.sight, asking.day) if each.kept.id == kept.id]
    lines = [f"Due {each.due or 'on a day that is not known'}: {each.status}; {each.why}." for each in readings]
    return {"finding": lines[-1] if lines else f"It was not made yet on {asking.day}.", "lines": lines[:-1]}


def of_party(asking: Asking, kept: Kept) -> dict[str, Any]:
    """What a party belongs to, who belongs to it, and how its promises stand."""
    memberships: list[Any] = [each.record for each in asking.sight.all("membership")]
    day = asking.day
    held = [
        each
        for each in memberships
        if (each.since is None or each.since <= day) and (each.until is None or day <= each.until)
    ]
    belongs = [
        f"{each.of} ({each.role or 'member'}{f', since {each.since}' if each.since else ''})"
        for each in held
        if each.member == kept.id
    ]
    members = [each.member for each in held if each.of == kept.id]
    agreements: list[Any] = [each for each in asking.sight.all("agreement") if kept.id in each.record.parties]  # type: ignore[attr-defined]
    readings = [each for each in clock(asking.sight, day) if kept.id in each.commitment.parties]
    lines = [
        f"Belongs to {', '.join(belongs)}." if belongs else "",
        f"Members on {day}: {', '.join(sorted(members))}." if members else "",
    ]
    links = [(each.record.title(), f"/pact/agreements/{each.id}") for each in agreements]
    unknown = sum(each.status in {"unknown", "late"} for each in readings)
    finding = (
        f"{len(readings)} promises, of which {unknown} are late or unknown with their day passed."
        if readings
        else "No promise of it is recorded."
    )
    return {"finding": finding, "lines": [each for each in lines if each], "links": links}


MORE: Mapping[str, Callable[[Asking, Kept], dict[str, Any]]] = {
    "commitment": of_commitment,
    "party": of_party,
    "project": of_project,
}
SHOWN_HERE: Mapping[str, set[str]] = {
    "project": PROJECT_FIELDS,
    "commitment": {"outcome", "ended", "fulfilled", "not_met_by"},
}
"""Fields that a page says in its own way."""

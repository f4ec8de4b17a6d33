"""What the page of a record says beyond its fields: how a promise stands, where a project is, who belongs to a bloc."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orepact.pact.clock import Reading, clock
from orepact.pact.overlap import in_force_on, overlap
from orepact.pact.state import Kept
from orepact.policy.record import in_force
from orepact.report.numbers import counted, percent
from orepact.web.pact.asking import Asking
from orepact.web.pact.investigation_page import SHOWN_HERE as INVESTIGATION_FIELDS
from orepact.web.pact.investigation_page import of_investigation
from orepact.web.pact.names import Names
from orepact.web.pact.project_page import SHOWN_HERE as PROJECT_FIELDS
from orepact.web.pact.project_page import of_project
from orepact.web.pact.promises import clock_line
from orepact.web.pact.reserve_page import SHOWN_HERE as RESERVE_FIELDS
from orepact.web.pact.reserve_page import of_reserve
from orepact.web.pact.round_page import of_round

MOST_PROMISES = 12
MOST_PAIRS = 10
ASKING = ("late", "unknown", "due", "open", "met late", "met", "lapsed")
"""Statuses of promises in the order in which a page lists them."""


@dataclass(frozen=True)
class Group:
    """A list of other records. items: words, address of the page, and what else is said of each."""

    heading: str
    items: Sequence[tuple[str, str, str]]
    note: str = ""


def of_commitment(asking: Asking, kept: Kept) -> dict[str, Any]:
    """How a promise stands on the day."""
    readings = [each for each in clock(asking.sight, asking.day) if each.kept.id == kept.id]
    lines = [f"Due {each.due or 'on a day that is not known'}: {each.status}; {each.why}." for each in readings]
    return {"finding": lines[-1] if lines else f"It was not made yet on {asking.day}.", "lines": lines[:-1]}


def of_party(asking: Asking, kept: Kept) -> dict[str, Any]:
    """What a party belongs to, who belongs to it, what it agreed, and how its promises stand."""
    sight, names = asking.sight, asking.names
    agreements: list[Any] = [each for each in sight.all("agreement") if kept.id in each.record.parties]  # type: ignore[attr-defined]
    readings = [each for each in clock(sight, asking.day) if kept.id in each.commitment.parties]
    asks = sum(each.status in {"unknown", "late"} for each in readings)
    finding = (
        f"{counted(len(readings), 'promise')}: of {asks} the day has passed, and they are late or nobody can tell."
        if readings
        else "No promise of it is recorded."
    )
    groups = [
        _belongs(asking, kept, names),
        _members(asking, kept, names),
        Group("What it agreed", [(each.record.title(), f"/pact/agreements/{each.id}", each.record.signed or "") for each in agreements]),
    ]  # fmt: skip
    return {"finding": finding, "groups": groups} | _promises(readings, names, f"/pact/clock?party={kept.id}")


def _held(asking: Asking) -> list[Any]:
    """Memberships of the day."""
    every: list[Any] = [each.record for each in asking.sight.all("membership")]
    return [each for each in every if in_force(asking.day, each.since, each.until)]


def _belongs(asking: Asking, kept: Kept, names: Names) -> Group:
    held = (each for each in _held(asking) if each.member == kept.id)
    return Group(
        "What it belongs to", _sorted((names.of(each.of), names.page(each.of), _as_what(each)) for each in held)
    )


def _members(asking: Asking, kept: Kept, names: Names) -> Group:
    held = [each for each in _held(asking) if each.of == kept.id]
    items = _sorted((names.of(each.member), names.page(each.member), _as_what(each)) for each in held)
    return Group(f"Members on {asking.day}", items)


def _as_what(membership: Any) -> str:
    role = "" if membership.role in {None, "member"} else str(membership.role)
    since = f"since {membership.since}" if membership.since else ""
    return ", ".join(each for each in (role, since) if each)


def _sorted(items: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return sorted(items, key=lambda each: each[0].casefold())


def _promises(readings: Sequence[Reading], names: Names, every: str) -> dict[str, Any]:
    """The promises that ask for somebody's eye first, and where all of them are."""
    in_order = sorted(readings, key=lambda each: ASKING.index(each.status))
    rest = max(len(readings) - MOST_PROMISES, 0)
    return {"promises": [clock_line(each, names) for each in in_order[:MOST_PROMISES]], "rest": rest, "every": every}


def of_initiative(asking: Asking, kept: Kept) -> dict[str, Any]:
    """How large an initiative is, who is in it, with which others it overlaps, and what was promised in it."""
    sight, names, day = asking.sight, asking.names, asking.day
    acting, left_out, _ = in_force_on(sight, day)
    mine = next((each for each in acting if each.record.id == kept.id), None)
    pairs = (
        [each for each in overlap(sight, day).pairs if kept.id in {each.left.record.id, each.right.record.id}]
        if mine
        else []
    )
    others = [
        (each.right if each.left.record.id == kept.id else each.left, each.jaccard) for each in pairs[:MOST_PAIRS]
    ]
    readings = [each for each in clock(sight, day) if kept.id in {*each.commitment.parties, each.commitment.agreement}]
    why_not = dict(left_out).get(kept.id, "not there yet")
    finding = f"Not in force on {day}: {why_not}."
    if mine is not None:
        with_whom = (
            f"it shares some with {counted(len(pairs), 'other initiative')}"
            if pairs
            else "no other initiative shares any"
        )
        finding = f"{mine.cells.count():,} cells of mineral, stage, function and country; {with_whom}.".replace(
            ",", "\u202f", 1
        )
    note = f"The {len(others)} that are most alike of {len(pairs)}." if len(pairs) > len(others) else ""
    alike = [(each.record.name, f"/pact/initiatives/{each.record.id}", percent(share)) for each, share in others]
    groups = [
        Group("With which others it overlaps", alike, note),
        _members(asking, kept, names),
    ]  # fmt: skip
    return {"finding": finding, "groups": groups} | _promises(readings, names, "/pact/clock")


def of_agreement(asking: Asking, kept: Kept) -> dict[str, Any]:
    """What was promised in an agreement, and how that stands."""
    readings = [each for each in clock(asking.sight, asking.day) if each.commitment.agreement == kept.id]
    asks = sum(each.status in {"unknown", "late"} for each in readings)
    told = f"{counted(len(readings), 'promise')} with a day in it; of {asks} that day has passed, and they are late or nobody can tell."
    return {"finding": told if readings else ""} | _promises(readings, asking.names, "/pact/clock")


def of_person(asking: Asking, kept: Kept) -> dict[str, Any]:
    """The programs that may act for a person."""
    record: Any = kept.record
    tokens: list[Any] = [each.record for each in asking.sight.all("token") if each.record.person == kept.id]  # type: ignore[attr-defined]
    items = [(each.name, f"/pact/tokens/{each.id}", _token_stands(each, asking)) for each in tokens]
    group = Group("Programs that may act for this person", items, "" if items else "None.")
    gone = f"Shut out since {record.ended}." if record.ended is not None and record.ended <= asking.day else ""
    return {"finding": gone, "groups": [group], "own": kept.id == asking.viewer.id}


def of_token(asking: Asking, kept: Kept) -> dict[str, Any]:
    """Whether a token still works."""
    return {
        "finding": f"It {_token_stands(kept.record, asking)}.",
        "lines": ["Its secret was shown once and is not kept."],
    }


def _token_stands(token: Any, asking: Asking) -> str:
    if token.ended is not None and token.ended <= asking.day:
        return f"was taken back on {token.ended}"
    if token.expires < asking.day:
        return f"ended on {token.expires}"
    return f"works until {token.expires}, to {' and '.join(token.scopes)}"


MORE: Mapping[str, Callable[[Asking, Kept], dict[str, Any]]] = {
    "commitment": of_commitment,
    "party": of_party,
    "project": of_project,
    "round": of_round,
    "reserve": of_reserve,
    "initiative": of_initiative,
    "investigation": of_investigation,
    "agreement": of_agreement,
    "person": of_person,
    "token": of_token,
}
SHOWN_HERE: Mapping[str, set[str]] = {
    "project": PROJECT_FIELDS,
    "reserve": RESERVE_FIELDS,
    "investigation": INVESTIGATION_FIELDS,
    "round": {"sheet", "result", "steps"},
    "commitment": {"outcome", "ended", "fulfilled", "not_met_by"},
}
"""Fields that a page says in its own way."""

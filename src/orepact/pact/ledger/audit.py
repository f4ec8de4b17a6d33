"""The extract for auditors: every posting in order the balance after it, who booked it by which rule, the hash of its event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from orepact.pact.access import Viewer
from orepact.pact.canonical import canonical
from orepact.pact.event import Event
from orepact.pact.kinds.reserve_book import broken, uneven
from orepact.pact.kinds.reserve_record import Balances, Reserve
from orepact.pact.ledger.past import after, events_of, postings_of
from orepact.pact.pact import Pact, found

COLUMNS = (
    "recorded", "effective", "version", "verb", "actor", "role", "rule", "account", "unit", "amount", "balance", "override", "hash",
    "asked", "evidence",
)  # fmt: skip


@dataclass(frozen=True)
class Audit:
    """Rows in order, and what does not add up; nothing where all is sound. bookings: events of the reserve.

    The first row of each event says what was asked for and what shows it; an event that posts nothing has one row without an account.
    """

    name: str
    bookings: int
    rows: tuple[dict[str, Any], ...]
    balances: Balances
    wrong: tuple[str, ...]


def audit(pact: Pact, viewer: Viewer, reserve: str, as_of: date | None = None) -> Audit:
    """Every posting of a reserve that a viewer may read, and what of it does not add up. Raises NoRecord.

    Three things are held against each other: the postings of each event add up to nought in each unit; all postings lead to the
    balances that the record has; no account is overdrawn and rights are covered.
    """
    kept = found(pact.sight(viewer), "reserve", reserve)
    events = events_of(pact, reserve, as_of)
    rows: list[dict[str, Any]] = []
    balances: Balances = {}
    wrong: list[str] = []
    for event in events:
        postings = list(postings_of(event))
        draft = event.draft
        said = {
            "recorded": event.recorded.isoformat(), "effective": draft.effective.isoformat(), "version": draft.version,
            "verb": draft.verb, "actor": draft.actor, "role": draft.role, "rule": draft.rule,
            "override": draft.data.get("override", {}).get("reason", ""), "hash": event.hash,
        }  # fmt: skip
        wrong += [f"version {draft.version}: {unit} is over by {amount}" for unit, amount in uneven(postings).items()]
        told = _asked(event)
        if not postings:
            rows.append(said | {"account": "", "unit": "", "amount": 0, "balance": 0} | told)
        for account, unit, amount in postings:
            of_unit = balances.setdefault(unit, {})
            of_unit[account] = of_unit.get(account, 0) + amount
            rows.append(said | {"account": account, "unit": unit, "amount": amount, "balance": of_unit[account]} | told)
            told = dict.fromkeys(told, "")
    balances = {unit: {name: left for name, left in each.items() if left} for unit, each in balances.items()}
    record = kept.record if as_of is None else after(events)
    if isinstance(record, Reserve):
        wrong += [str(each) for each in broken(record)]
        if record.balances != {unit: each for unit, each in balances.items() if each}:
            wrong.append("the balances of the record are not those that its postings lead to")
    return Audit(kept.record.title(), len(events), tuple(rows), balances, tuple(wrong))


def _asked(event: Event) -> dict[str, str]:
    """What was asked for, and what shows it, in JSON; from these the books can be built again."""
    draft = event.draft
    data = {name: each for name, each in draft.data.items() if name not in {"booked", "override"}}
    return {"asked": canonical(data), "evidence": canonical(list(draft.evidence)) if draft.evidence else ""}

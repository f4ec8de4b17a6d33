"""What everybody is told of a reserve: goods by form and their movements, after the lag that it agreed, and never what security holds back.

A booking is published once it was written the lag ago, whatever day it holds from. No holder, price, place or lot is named, and no
right to draw. A reserve without a lag publishes nothing, and is not there for outsiders. Rules: SECURE Minerals Act (bill), A2; D6.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from orepact.pact.event import Event
from orepact.pact.kinds.reserve_record import Reserve
from orepact.pact.ledger.past import after, end_of, events_of, postings_of
from orepact.pact.pact import Pact

GOODS = ("lot:", "inbound:")
TOLD = {"order", "cancel", "receive", "swap", "count", "draw", "replenish", "lend", "repay", "default", "release"}
HELD_BACK = "held back for security"


def published(pact: Pact, as_of: date | None = None) -> list[dict[str, Any]]:
    """What is published of each reserve on a day, by the terms that hold now."""
    day = min(as_of or pact.store.today(), pact.store.today())
    found = []
    for kept in pact.store.state().all("reserve"):
        if isinstance(kept.record, Reserve) and kept.record.lag is not None:
            until = day - timedelta(days=kept.record.lag)
            events = events_of(pact, kept.id, known_by=end_of(until))
            before = after(events)
            if before is not None:
                found.append(_told(kept.record, before, events, until))
    return found


def _told(terms: Reserve, then: Reserve, events: list[Event], until: date) -> dict[str, Any]:
    """The terms say what is held back; the books are those of then."""
    hidden = terms.rules.hidden
    secret = {each.form for each in then.forms if hidden or each.mineral in terms.hold_back}
    forms = [
        {
            "form": each.form, "mineral": each.mineral, "stage": each.stage,
            "in_store": None if each.form in secret else then.total("lot", each.form),
            "inbound": None if each.form in secret else then.total("inbound", each.form),
            "why": HELD_BACK if each.form in secret else "",
        }
        for each in then.forms
    ]  # fmt: skip
    return {
        "name": terms.name, "rules": terms.rules.title, "objective": then.objective, "until": until, "lag_days": terms.lag,
        "demonstration": terms.demonstration, "triggers": [each.model_dump(mode="json") for each in then.triggers],
        "met": list(then.met), "forms": forms, "movements": [row for each in events for row in _rows(each, secret, then.currency)],
    }  # fmt: skip


def _rows(event: Event, secret: set[str], currency: str) -> list[dict[str, Any]]:
    """What a booking did to goods in store and inbound, by form."""
    if event.draft.verb not in TOLD:
        return []
    sums: dict[str, int] = {}
    for account, unit, amount in postings_of(event):
        if account.startswith(GOODS) and unit != currency:
            sums[unit] = sums.get(unit, 0) + amount
    return [
        {
            "day": event.draft.effective, "verb": event.draft.verb, "form": form, "grams": grams,
            "overridden": "override" in event.draft.data,
        }
        for form, grams in sums.items()
        if form not in secret
    ]  # fmt: skip

"""A reserve of a firm, with holders, for tests of its books."""

from __future__ import annotations

from datetime import date
from typing import Any

from orepact.pact import KEEPER, Command, Pact
from orepact.pact.access import Viewer
from orepact.pact.kinds.reserve_record import Reserve

METAL, SALT = "cobalt metal", "cobalt sulfate"
FORMS = (
    {"form": METAL, "mineral": "cobalt", "stage": "refined", "storage": 12_000, "least_purity": 990_000},
    {"form": SALT, "mineral": "cobalt", "stage": "intermediate", "storage": 9_000},
)
TERMS = {
    "name": "Test vault", "owner": "vault-co", "tier": "firm", "policy": "vault", "objective": "emergency", "currency": "EUR",
    "interest": 50_000, "fee": 10_000, "replenish_days": 30,
}  # fmt: skip
LOT = {"form": METAL, "purity": 998_000, "place": "Antwerp", "custody": "Steinweg"}
HALT = {"trigger": "halt", "kind": "verified halt"}
MANAGER = Viewer("mia", "Mia", frozenset({"reserve manager"}), frozenset({"vault-co"}))
AUDITOR = Viewer("ada", "Ada", frozenset({"auditor"}))


def firm(name: str) -> Viewer:
    """Somebody of a firm."""
    return Viewer(f"of-{name}", name, frozenset({"firm"}), frozenset({name}))


class Books:
    """One reserve in a pact, and bookings of it."""

    def __init__(self, pact: Pact, day: str = "2026-01-01", **terms: Any) -> None:
        self.pact, self.day = pact, day
        for name in ("vault-co", "acme", "bolt"):
            pact.do(KEEPER, Command("party", "add", {"name": name, "kind": "firm"}, name, date(2025, 1, 1)))
        added = pact.do(MANAGER, Command("reserve", "add", TERMS | terms, None, date.fromisoformat(day)))
        self.id = added.kept.id
        for each in FORMS:
            self.do("form", each)
        self.do("agree", HALT)

    def do(self, verb: str, data: dict[str, Any], day: str | None = None, **how: Any) -> Reserve:
        """Book something as the manager, on a day; the last day when left out."""
        self.day = day or self.day
        viewer = how.pop("viewer", MANAGER)
        command = Command("reserve", verb, data, self.id, date.fromisoformat(self.day), **how)
        found = self.pact.do(viewer, command).kept.record
        assert isinstance(found, Reserve)
        return found

    @property
    def book(self) -> Reserve:
        """The books as they stand."""
        kept = self.pact.store.state().get("reserve", self.id)
        assert kept is not None
        assert isinstance(kept.record, Reserve)
        return kept.record

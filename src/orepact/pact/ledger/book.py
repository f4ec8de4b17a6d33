"""The book of a reserve on a day: what lies where, who may draw, what is to be given back, what it costs, and whether it adds up.

Only who may read the reserve's record reads its book; holders read their own part (``own``), everybody what is published.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from orepact.errors import Problem
from orepact.pact.access import Viewer
from orepact.pact.event import Event
from orepact.pact.kinds.reserve_book import CARRYING, INTEREST, broken, parts
from orepact.pact.kinds.reserve_record import Reserve
from orepact.pact.kinds.reserve_release import open_by
from orepact.pact.ledger.cover import Cover, covers
from orepact.pact.ledger.past import after, booked, events_of, on_day, postings_of
from orepact.pact.pact import NoRecord, Pact, found

WHOLE = 1_000_000


@dataclass(frozen=True)
class Clock:
    """A day by which something happens. late_days: 0 while it is not late."""

    what: str
    whose: str
    form: str
    grams: int
    by: date
    late_days: int


@dataclass(frozen=True)
class Invoice:
    """A bill of charges, in minor units.

    storage: part of the carrying cost, the rest of which is interest on what goods are worth; None of bills that do not tell it.
    """

    day: date
    payer: str
    carrying: int
    interest: int
    total: int
    day_count: str
    storage: int | None = None

    @property
    def on_value(self) -> int | None:
        """Interest on what the goods are worth."""
        return None if self.storage is None else self.carrying - self.storage


@dataclass(frozen=True)
class Cost:
    """What a payer was billed, has paid and owes, and what has run up since, in minor units, rounded towards zero."""

    payer: str
    billed: int
    paid: int
    owed: int
    running: int


@dataclass(frozen=True)
class Book:
    """A reserve's book on a day. sums: by unit, what all accounts add up to, which is nought."""

    record: Reserve
    day: date
    lots: tuple[dict[str, Any], ...]
    forms: tuple[dict[str, Any], ...]
    rights: tuple[dict[str, Any], ...]
    clocks: tuple[Clock, ...]
    settled_late: tuple[Clock, ...]
    invoices: tuple[Invoice, ...]
    costs: tuple[Cost, ...]
    covers: tuple[Cover, ...]
    opened_by: tuple[str, ...]
    sums: dict[str, int]
    wrong: tuple[str, ...]

    def answer(self) -> dict[str, Any]:
        """The book in JSON terms."""
        said = self.record
        return {
            "reserve": said.id, "name": said.name, "policy": said.policy, "rules": said.rules.title, "objective": said.objective,
            "currency": said.currency, "day": self.day, "demonstration": said.demonstration, "forms": list(self.forms),
            "lots": list(self.lots), "rights": list(self.rights), "clocks": [each.__dict__ for each in self.clocks],
            "settled_late": [each.__dict__ for each in self.settled_late], "invoices": [each.__dict__ for each in self.invoices],
            "costs": [each.__dict__ for each in self.costs], "cover": [each.__dict__ for each in self.covers],
            "open_by": list(self.opened_by), "balances": said.balances, "sums": self.sums, "wrong": list(self.wrong),
        }  # fmt: skip


def book_of(pact: Pact, viewer: Viewer, reserve: str, as_of: date | None = None, region: str | None = None) -> Book:
    """The book on a day. region: whose use days of cover are of; the owner's when left out. Raises NoRecord."""
    kept = found(pact.sight(viewer), "reserve", reserve)
    day = as_of or pact.store.today()
    events = events_of(pact, reserve, day)
    record = kept.record if as_of is None else after(events)
    if not isinstance(record, Reserve):
        wrong, todo = "its books begin later", "ask for a later day"
        raise NoRecord(Problem(f"reserve, {kept.record.title()}", wrong, f"{day}", todo))
    return _book(on_day(record, day), events, day, region or home_of(pact, viewer, record.owner))


def home_of(pact: Pact, viewer: Viewer, owner: str | None) -> str | None:
    """The state or bloc whose use a reserve covers: its owner, or the seat of the firm that owns it."""
    kept: Any = None if owner is None else pact.sight(viewer).get("party", owner)
    if kept is None:
        return None
    home: str | None = kept.record.home if kept.record.kind == "firm" else owner
    return home


def _book(record: Reserve, events: Sequence[Event], day: date, region: str | None) -> Book:
    return Book(
        record, day, tuple(_lots(record)), tuple(_forms(record)), tuple(rights_rows(record)), tuple(clocks(record, day)),
        tuple(settled_late(events)), tuple(invoices(events)), tuple(costs(record, events)), covers(record, region), open_by(record),
        {unit: sum(each.values()) for unit, each in record.balances.items()}, tuple(str(each) for each in broken(record)),
    )  # fmt: skip


def _lots(record: Reserve) -> list[dict[str, Any]]:
    return [
        {
            **each.model_dump(mode="json"), "grams": record.balance(f"lot:{each.lot}", each.form),
            "content_grams": record.balance(f"lot:{each.lot}", each.form) * each.purity // WHOLE,
            "cost": record.balance(f"lot:{each.lot}", record.currency),
        }
        for each in record.lots
    ]  # fmt: skip


def _forms(record: Reserve) -> list[dict[str, Any]]:
    return [
        {
            "form": each.form, "mineral": each.mineral, "stage": each.stage, "in_store": record.total("lot", each.form),
            "inbound": record.total("inbound", each.form), "entitled": record.total("entitlement", each.form),
            "free": record.free(each.form), "drawn": record.total("drawn", each.form), "lent": record.total("loan", each.form),
            "released": record.balance("released", each.form), "sold": record.balance("sold", each.form),
            "lost": record.balance("loss", each.form),
        }
        for each in record.forms
    ]  # fmt: skip


def rights_rows(record: Reserve, holder: str | None = None) -> list[dict[str, Any]]:
    """Rights to draw, of one holder where it is named."""
    return [
        {**each.model_dump(mode="json"), "grams": record.balance(f"entitlement:{each.holder}:{each.form}", each.form)}
        for each in record.rights
        if holder in {None, each.holder}
    ]


def clocks(record: Reserve, day: date, holder: str | None = None) -> list[Clock]:
    """Every day by which something is due, the earliest first; of one holder where it is named."""
    found = [
        Clock(f"give back {each.due} ({each.kind})", each.holder, each.form, each.grams, each.by, _late(each.by, day))
        for each in record.dues
        if holder in {None, each.holder}
    ]
    if holder is None:
        found += [
            Clock(
                f"rotate {each.lot}", record.owner or "", each.form, record.balance(f"lot:{each.lot}", each.form),
                each.rotate_by, _late(each.rotate_by, day),
            )
            for each in record.lots
            if each.rotate_by is not None
        ]  # fmt: skip
        found += [
            Clock(
                f"arrival of {each.order}", each.supplier, each.form, record.balance(f"inbound:{each.order}", each.form), each.due,
                _late(each.due, day),
            )
            for each in record.orders
        ]  # fmt: skip
    return sorted(found, key=lambda each: each.by)


def _late(by: date, day: date) -> int:
    return max((day - by).days, 0)


def settled_late(events: Sequence[Event], holder: str | None = None) -> list[Clock]:
    """What was given back after its day."""
    found = []
    for event in events:
        for each in booked(event).get("settled", ()):
            who, form = _whose(event)
            if each["late_days"] and holder in {None, who}:
                by, late_days = date.fromisoformat(each["by"]), int(each["late_days"])
                found.append(Clock(f"{each['due']} given back", who, form, int(each["grams"]), by, late_days))
    return found


def _whose(event: Event) -> tuple[str, str]:
    """Whose goods a booking gives back, and of which form: their postings stand before those of their cost."""
    return next(
        (account.split(":")[1], unit)
        for account, unit, _ in postings_of(event)
        if account.startswith(("drawn:", "loan:"))
    )


def invoices(events: Sequence[Event], payer: str | None = None) -> list[Invoice]:
    """Bills of charges, in order."""
    return [
        Invoice(
            each.draft.effective, str(each.draft.data["payer"]), said["carrying"], said["interest"], said["total"], said["day_count"],
            said.get("storage"),
        )
        for each in events
        if each.draft.verb == "invoice" and payer in {None, each.draft.data["payer"]}
        for said in [booked(each)]
    ]  # fmt: skip


def costs(record: Reserve, events: Sequence[Event], payer: str | None = None) -> list[Cost]:
    """What each payer was billed and paid, fees and goods among it, and what has run up since."""
    billed: dict[str, int] = {}
    paid: dict[str, int] = {}
    for event in events:
        for account, _, amount in postings_of(event):
            if account.startswith("owed:"):
                side = billed if amount > 0 else paid
                side[account[5:]] = side.get(account[5:], 0) + abs(amount)
    running: dict[str, int] = {}
    for name, amount in record.accrued.items():
        kind, who = name.split(":", 1)
        if kind in {CARRYING, INTEREST}:
            running[who] = running.get(who, 0) + amount
    names = sorted({*billed, *paid, *running})
    return [
        Cost(
            each, billed.get(each, 0), paid.get(each, 0), record.balance(f"owed:{each}", record.currency),
            int(Fraction(running.get(each, 0), parts(record))),
        )
        for each in names
        if payer in {None, each}
    ]  # fmt: skip

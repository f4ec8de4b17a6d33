"""The record of a reserve: its terms, and its books as they stand. Past bookings are in the log, not here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

from orepact.pact.event import Tier
from orepact.pact.kinds.base import RECORDER, PactRecord
from orepact.pact.kinds.reserve_parts import AGREED, LEDGER, Due, Form, Lot, Order, Right, Trigger, ppm
from orepact.pact.kinds.reserve_rules import BookRules, PolicyName, rules_of
from orepact.policy.attributes import attribute
from orepact.policy.record import Currency, Day, Text
from orepact.policy.reserve.events import Objective

Balances = dict[str, dict[str, int]]
"""By unit (a form, or the currency), then by account; accounts at nought are left out."""


class Reserve(PactRecord):
    """A reserve with one declared objective, and its books."""

    kept_in_role: ClassVar[frozenset[str]] = frozenset({"reserve manager"})

    name: Text = attribute(unit="text", meaning="what it is called", source=RECORDER, max_length=200)
    tier: Tier = attribute(
        "party", unit="text", meaning="who reads the books: party or firm, never everybody", source=RECORDER
    )
    policy: PolicyName = attribute(unit="text", meaning="whose rules it follows", source="D6")
    objective: Objective = attribute(unit="text", meaning="the one objective that releases serve", source="D6")
    currency: Currency = attribute(unit="code", meaning="money of its books", source=RECORDER)
    interest: int = ppm(meaning="interest a year on the value of what is held", source=RECORDER)
    fee: int = ppm(meaning="entry fee, of the value of a right to draw", source=RECORDER, default=0)
    replenish_days: int | None = attribute(
        None, unit="days", meaning="days within which a draw is given back; the policy's months when left out", source=AGREED,
        ge=1, le=20_000, strict=True,
    )  # fmt: skip
    day_count: Literal[360, 365] = attribute(
        365,
        unit="days",
        meaning="days of a year in interest and storage: actual days over 365, or over 360",
        source=AGREED,
    )
    lag: int | None = attribute(
        None, unit="days", meaning="days after which bookings are published; nothing is when left out", source=AGREED, ge=0, le=3660,
        strict=True,
    )  # fmt: skip
    hold_back: tuple[Text, ...] = attribute(
        (), unit="texts", meaning="minerals whose quantities are never published, for security", source=AGREED, max_length=100
    )  # fmt: skip
    forms: tuple[Form, ...] = attribute((), unit="records", meaning="what it may hold", source=AGREED, max_length=500)
    triggers: tuple[Trigger, ...] = attribute(
        (), unit="records", meaning="conditions of a release", source=AGREED, max_length=60
    )
    met: tuple[str, ...] = attribute((), unit="texts", meaning="triggers that are met", source=LEDGER)
    lots: tuple[Lot, ...] = attribute(
        (), unit="records", meaning="goods in store, those to be rotated first before others", source=LEDGER
    )
    orders: tuple[Order, ...] = attribute((), unit="records", meaning="goods bought, not yet there", source=LEDGER)
    rights: tuple[Right, ...] = attribute((), unit="records", meaning="who may draw", source=LEDGER)
    dues: tuple[Due, ...] = attribute((), unit="records", meaning="what is to be given back", source=LEDGER)
    barred: tuple[str, ...] = attribute((), unit="ids", meaning="holders that defaulted", source=LEDGER)
    balances: Balances = attribute(
        {}, unit="g, minor units", meaning="balance of each account, by form or currency", source=LEDGER
    )
    totals: Balances = attribute(
        {},
        unit="g, minor units",
        meaning="balance of all accounts of a kind together, by form or currency",
        source=LEDGER,
    )
    accrued: dict[str, int] = attribute(
        {}, unit="parts of a minor unit", meaning="charges that run and are not yet invoiced", source=LEDGER
    )
    accrued_to: Day | None = attribute(None, unit="date", meaning="day to which charges are reckoned", source=LEDGER)
    numbers: dict[str, int] = attribute({}, unit="1", meaning="last number of lots, orders and dues", source=LEDGER)

    @property
    def rules(self) -> BookRules:
        """The rules of its policy."""
        return rules_of(self.policy)

    def form_of(self, name: str) -> Form | None:
        """A form by its name."""
        return next((each for each in self.forms if each.form == name), None)

    def lot_of(self, name: str) -> Lot | None:
        """A lot by its number."""
        return next((each for each in self.lots if each.lot == name), None)

    def order_of(self, name: str) -> Order | None:
        """An order by its number."""
        return next((each for each in self.orders if each.order == name), None)

    def right_of(self, holder: str, form: str) -> Right | None:
        """The right of a holder to a form."""
        return next((each for each in self.rights if (each.holder, each.form) == (holder, form)), None)

    def balance(self, account: str, unit: str) -> int:
        """What stands in an account."""
        return self.balances.get(unit, {}).get(account, 0)

    def total(self, kind: str, unit: str) -> int:
        """What stands in all accounts of a kind, such as ``lot``."""
        return self.totals.get(unit, {}).get(kind, 0)

    def free(self, form: str) -> int:
        """Grams in lots and firm inbound to which nobody has a right."""
        return self.total("lot", form) + self.total("inbound", form) - self.total("entitlement", form)

    def holders(self) -> Iterable[str]:
        """Everybody who has, or owes, something of it."""
        return dict.fromkeys([*(each.holder for each in self.rights), *(each.holder for each in self.dues)])


DERIVED = frozenset(
    {"forms", "triggers", "met", "lots", "orders", "rights", "dues", "barred", "balances", "totals", "accrued", "accrued_to", "numbers"}
)  # fmt: skip
"""Fields that bookings fill."""

FIXED = ("policy", "objective", "currency", "day_count", "owner", "tier")
"""Terms that stay as they were declared. A reserve with another objective is another reserve."""

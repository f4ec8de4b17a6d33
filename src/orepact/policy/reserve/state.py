"""What a reserve of one mineral is on one day, and what it decides: two frozen values that events lead from one to the next.

``held = delivered + returned + found - released - missing``, in whole grams, after every event; what may still be drawn by right is
never more than what is held and firmly inbound.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import field_validator, model_validator

from orepact.policy.attributes import attribute
from orepact.policy.record import Record, Text, number
from orepact.policy.reserve.events import LEDGER, Objective, Override, whole_grams

GRAMS_A_TONNE = 1_000_000

DecisionKind = Literal[
    "bought", "arrived", "entitled", "released", "refused", "returned", "overdue", "opened", "closed", "counted", "charged", "reported",
]  # fmt: skip


class Entitlement(Record):
    """What a member may still draw, and at which inventory price."""

    holder: Text = attribute(unit="text", meaning="member", source=LEDGER)
    grams: int = whole_grams(meaning="content that may still be drawn", source=LEDGER, least=0)
    price: float = number(unit="money per t", meaning="inventory price, fixed", source=LEDGER, ge=0)


class Due(Record):
    """What a holder has to give back, in kind, and by when."""

    holder: Text = attribute(unit="text", meaning="who owes it", source=LEDGER)
    grams: int = whole_grams(meaning="content owed", source=LEDGER)
    by: date = attribute(unit="date", meaning="last day on which it may be given back", source=LEDGER)
    restores: bool = attribute(
        default=True, unit="truth", meaning="whether the right to draw comes back with it", source=LEDGER
    )


class Books(Record):
    """All that ever came in and went out, whole grams."""

    delivered: int = whole_grams(meaning="bought and delivered", source=LEDGER, least=0, default=0)
    returned: int = whole_grams(meaning="given back by holders", source=LEDGER, least=0, default=0)
    found: int = whole_grams(meaning="found beyond the books at a count", source=LEDGER, least=0, default=0)
    released: int = whole_grams(meaning="released", source=LEDGER, least=0, default=0)
    missing: int = whole_grams(meaning="missing at a count", source=LEDGER, least=0, default=0)

    @property
    def held(self) -> int:
        """What the warehouse must hold."""
        return self.delivered + self.returned + self.found - self.released - self.missing


class ReserveState(Record):
    """A reserve of one mineral with one declared objective."""

    mineral: Text = attribute(unit="text", meaning="what is held", source=LEDGER)
    objective: Objective = attribute(
        unit="text", meaning="the one objective that releases serve", source="the reserve's charter"
    )
    books: Books = attribute(Books(), unit="record", meaning="all that came in and went out", source=LEDGER)
    inbound: int = whole_grams(meaning="bought and not yet delivered", source=LEDGER, least=0, default=0)
    inbound_value: float = number(
        0.0, unit="money", meaning="what is inbound at its agreed prices", source=LEDGER, ge=0
    )
    entitlements: tuple[Entitlement, ...] = attribute(
        (), unit="list", meaning="rights to draw, by holder", source=LEDGER
    )
    dues: tuple[Due, ...] = attribute((), unit="list", meaning="what is to be given back", source=LEDGER)
    opened_by: tuple[str, ...] = attribute((), unit="list", meaning="triggers in force", source=LEDGER)
    overrides: tuple[Override, ...] = attribute(
        (), unit="list", meaning="releases for another objective", source=LEDGER
    )

    @field_validator("dues")
    @classmethod
    def _in_order(cls, dues: tuple[Due, ...]) -> tuple[Due, ...]:
        return tuple(sorted(dues, key=lambda due: (due.by, due.holder)))

    @model_validator(mode="after")
    def _holds_what_it_owes(self) -> ReserveState:
        if self.held < 0:
            raise ValueError("books in which no more goes out than came in")
        if self.entitled > self.held + self.inbound:
            raise ValueError("rights to draw that are covered by what is held and firmly inbound")
        return self

    @property
    def held(self) -> int:
        """Grams in the warehouse."""
        return self.books.held

    @property
    def entitled(self) -> int:
        """Grams that members may still draw by right."""
        return sum(each.grams for each in self.entitlements)

    @property
    def free(self) -> int:
        """Grams that can be handed out now without touching anybody's right to draw."""
        return min(self.held, self.held + self.inbound - self.entitled)

    def right_of(self, holder: str) -> int:
        """Grams that a holder may still draw by right."""
        return sum(each.grams for each in self.entitlements if each.holder == holder)

    def owed_by(self, holder: str) -> int:
        """Grams that a holder has to give back."""
        return sum(each.grams for each in self.dues if each.holder == holder)

    def overdue(self, holder: str, day: date) -> bool:
        """Whether a holder is late with anything."""
        return any(due.holder == holder and due.by < day for due in self.dues)

    def with_(self, **changes: Any) -> ReserveState:
        """This state with some fields changed, checked anew."""
        return ReserveState.model_validate({name: getattr(self, name) for name in type(self).model_fields} | changes)

    def entry(self, **added: int) -> Books:
        """The books with grams added to some of their columns."""
        return self.books.model_copy(update={name: getattr(self.books, name) + grams for name, grams in added.items()})


class Decision(Record):
    """What follows from an event: what is done or refused, to whom, when, for how much money, and why."""

    kind: DecisionKind = attribute(unit="text", meaning="what is done", source="the rules")
    day: date = attribute(unit="date", meaning="day by which it is done", source="the rules")
    why: Text = attribute(unit="text", meaning="the rule, in words", source="the rules")
    holder: str | None = attribute(None, unit="text", meaning="whom it concerns", source="the rules")
    grams: int = whole_grams(meaning="content it is about", source="the rules", least=0, default=0)
    money: float = number(
        0.0, unit="money", meaning="paid to the reserve; negative where the reserve pays", source="the rules"
    )
    by: date | None = attribute(None, unit="date", meaning="last day to give it back", source="the rules")
    override: Override | None = attribute(
        None, unit="record", meaning="leave that it was given under", source="the rules"
    )


def value_of(mass: int, price: float) -> float:
    """Money of a mass in grams at a price per tonne."""
    return mass * price / GRAMS_A_TONNE


def with_right(
    rights: tuple[Entitlement, ...], holder: str, change: int, price: float | None = None
) -> tuple[Entitlement, ...]:
    """Rights to draw after one holder's has grown, or shrunk, by some grams; a new holder's has a price."""
    found = [each for each in rights if each.holder == holder]
    if not found:
        return (*rights, Entitlement(holder=holder, grams=change, price=price or 0.0))
    rest, left = [], change
    for each in rights:
        step = max(left, -each.grams) if each.holder == holder else 0
        left -= step
        rest.append(each.model_copy(update={"grams": each.grams + step}))
    return tuple(rest)

"""What happens to a reserve, as frozen records: purchases, entitlements, draws, repayments, triggers, and a count of the stock.

Mass is in whole grams of content, so that nothing is lost in rounding; money is in the reserve's own currency, per tonne.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from orepact.policy.attributes import attribute
from orepact.policy.record import USER, Day, Record, Text, number

LEDGER = "the reserve's own books"
REQUEST = "the holder's request"
AGREED = "trigger agreed in advance"
SCALE = 10**15
"""Most grams in one record: a thousand million tonnes."""

Objective = Literal["emergency", "market-making", "demand aggregation"]


def whole_grams(*, meaning: str, source: str, least: int = 1, default: int | None = None) -> int:
    """A field of whole grams."""
    bounds = {"ge": least, "le": SCALE, "strict": True}
    given: int = attribute(... if default is None else default, unit="g", meaning=meaning, source=source, **bounds)
    return given


class Override(Record):
    """Who let a release serve another objective than the declared one, when, and why. It is kept with the release."""

    who: Text = attribute(unit="text", meaning="who answers for it", source=USER)
    on: Day = attribute(unit="date", meaning="day on which it was given", source=USER)
    why: Text = attribute(unit="text", meaning="the reason, in words", source=USER)


class Event(Record):
    """What all events share: their day."""

    day: Day = attribute(unit="date", meaning="day on which it happens", source=LEDGER)


class Purchase(Event):
    """The reserve buys: goods at once, or rights to output that is delivered later (firm inbound)."""

    kind: Literal["purchase"] = "purchase"
    grams: int = whole_grams(meaning="content bought", source=LEDGER)
    price: float = number(unit="money per t", meaning="price paid", source=LEDGER, ge=0)
    forward: bool = attribute(
        default=False, unit="truth", meaning="whether it is delivered later", source=LEDGER, strict=True
    )


class Arrival(Event):
    """What was bought forward arrives in the warehouse."""

    kind: Literal["arrival"] = "arrival"
    grams: int = whole_grams(meaning="content that arrives", source=LEDGER)
    price: float = number(0.0, unit="money per t", meaning="market price of the day", source="index", ge=0)


class Entitle(Event):
    """A member is given the right to draw a quantity at the reserve's inventory price."""

    kind: Literal["entitlement"] = "entitlement"
    holder: Text = attribute(unit="text", meaning="member", source=LEDGER)
    grams: int = whole_grams(meaning="content that may be drawn", source=LEDGER)
    price: float = number(unit="money per t", meaning="inventory price, fixed", source=LEDGER, ge=0)


class Request(Record):
    """What one holder asks for."""

    holder: Text = attribute(unit="text", meaning="who asks", source=REQUEST)
    grams: int = whole_grams(meaning="content asked for", source=REQUEST)
    essential: int = whole_grams(
        meaning="of it for essential use (defence, health, grid)", source=REQUEST, least=0, default=0
    )


class Draws(Event):
    """Requests that are decided together; whose stands first in the list makes no difference."""

    kind: Literal["draws"] = "draws"
    requests: tuple[Request, ...] = attribute(unit="list", meaning="what is asked for", source=REQUEST, min_length=1)
    purpose: Objective = attribute(unit="text", meaning="objective that the release would serve", source=REQUEST)
    price: float = number(0.0, unit="money per t", meaning="market price of the day", source="index", ge=0)
    override: Override | None = attribute(
        None, unit="record", meaning="leave to serve another objective", source=LEDGER
    )


class Replenish(Event):
    """A holder gives back what was drawn or lent, in kind."""

    kind: Literal["replenish"] = "replenish"
    holder: Text = attribute(unit="text", meaning="who gives back", source=LEDGER)
    grams: int = whole_grams(meaning="content given back", source=LEDGER)


class Clock(Event):
    """The day on which the reserve looks at what is due."""

    kind: Literal["replenish due"] = "replenish due"


class VerifiedHalt(Event):
    """A halt of exports that two or more parties have verified, or its end."""

    kind: Literal["verified halt"] = "verified halt"
    ended: bool = attribute(default=False, unit="truth", meaning="whether the halt ends", source=AGREED, strict=True)


class ImportFall(Event):
    """Imports have been lower than a year before for some weeks."""

    kind: Literal["import fall"] = "import fall"
    share: float = number(unit="share", meaning="fall against the same weeks of the year before", source=AGREED, le=1)
    weeks: int = attribute(unit="weeks", meaning="weeks that it has lasted", source=AGREED, ge=1, le=520, strict=True)


class Premium(Event):
    """The delivered price stands above the world's reference by a share."""

    kind: Literal["premium"] = "premium"
    premium: float = number(unit="share", meaning="delivered price over reference price, less 1", source=AGREED, ge=-1)


class OfficialRequest(Event):
    """A government or an allied member asks the reserve to release, or withdraws it."""

    kind: Literal["official request"] = "official request"
    by: Text = attribute(unit="text", meaning="who asks", source=AGREED)
    withdrawn: bool = attribute(
        default=False, unit="truth", meaning="whether it is withdrawn", source=AGREED, strict=True
    )


class StockTake(Event):
    """The warehouse is counted; what is missing is written off, in the open."""

    kind: Literal["stock-take"] = "stock-take"
    counted: int = whole_grams(meaning="content found", source=LEDGER, least=0)
    price: float = number(0.0, unit="money per t", meaning="value of the stock, by the tonne", source=LEDGER, ge=0)
    days: int = attribute(
        0, unit="days", meaning="days since the last count", source=LEDGER, ge=0, le=36500, strict=True
    )


Anything = Annotated[
    Purchase | Arrival | Entitle | Draws | Replenish | Clock | VerifiedHalt | ImportFall | Premium | OfficialRequest | StockTake,
    Field(discriminator="kind"),
]  # fmt: skip
EVENTS: tuple[type[Event], ...] = (
    Purchase, Arrival, Entitle, Draws, Replenish, Clock, VerifiedHalt, ImportFall, Premium, OfficialRequest, StockTake,
)  # fmt: skip

"""What the verbs of a reserve ask for."""

from __future__ import annotations

from orepact.pact.kinds.base import RECORDER
from orepact.pact.kinds.reserve_parts import AGREED, LEDGER, grams, minor, ppm
from orepact.policy.attributes import attribute
from orepact.policy.record import Day, Record, Text, number
from orepact.policy.reserve.events import Objective


def _id(meaning: str, **more: object) -> str:
    given: str = attribute(unit="id", meaning=meaning, source=LEDGER, max_length=120, **more)
    return given


def _lot() -> str | None:
    given: str | None = attribute(
        None, unit="id", meaning="lot; those to be rotated first when left out", source=LEDGER, max_length=40
    )
    return given


class Arriving(Record):
    """Goods that come in, as a lot."""

    form: Text = _id("form")
    grams: int = grams(meaning="net weight")
    purity: int = ppm(meaning="content")
    place: Text = attribute(unit="text", meaning="where it lies", source=LEDGER, max_length=200)
    custody: Text = attribute(unit="text", meaning="who keeps it", source=LEDGER, max_length=200)
    assay: Text | None = attribute(
        None, unit="text", meaning="certificate of its content", source=LEDGER, max_length=300
    )
    origin: Text | None = attribute(None, unit="id", meaning="country of origin", source=LEDGER, max_length=60)
    rotate_by: Day | None = attribute(None, unit="date", meaning="day by which it is replaced", source=LEDGER)


class Received(Arriving):
    """A lot that is bought, or that an order brings."""

    cost: int | None = attribute(
        None, unit="minor units", meaning="what it cost; by the order when left out", source=LEDGER, ge=0, le=10**15, strict=True
    )  # fmt: skip
    order: Text | None = attribute(None, unit="id", meaning="order that it is of", source=LEDGER, max_length=40)


class Ordering(Record):
    """Goods bought for later."""

    form: Text = _id("form")
    grams: int = grams(meaning="net weight")
    supplier: Text = attribute(unit="text", meaning="who delivers", source=LEDGER, max_length=200)
    price: int = minor(unit="minor units per t", meaning="price, paid as it arrives")
    due: Day = attribute(unit="date", meaning="day by which it is to arrive", source=LEDGER)


class Cancelled(Record):
    """What of an order will not come."""

    order: Text = _id("order")
    grams: int = grams(meaning="net weight that will not come")
    reason: Text = attribute(unit="text", meaning="why", source=RECORDER, max_length=1000)


class Granted(Record):
    """A right to draw."""

    holder: Text = _id("party or firm that may draw")
    form: Text = _id("form")
    grams: int = grams(meaning="net weight that may be drawn")
    price: int = minor(unit="minor units per t", meaning="inventory price, fixed")
    transferable: bool = attribute(
        default=False, unit="1", meaning="whether it may pass to another", source=AGREED, strict=True
    )


class Passed(Record):
    """A right to draw that passes to another holder."""

    holder: Text = _id("who gives it")
    to: Text = _id("party or firm that gets it")
    form: Text = _id("form")
    grams: int = grams(meaning="net weight")


class Drawn(Record):
    """What a holder takes by right."""

    holder: Text = _id("who draws")
    form: Text = _id("form")
    grams: int = grams(meaning="net weight")
    lot: Text | None = _lot()


class GivenBack(Arriving):
    """What a holder gives back of a draw or a loan, as a new lot."""

    holder: Text = _id("who gives back")
    of: Text = attribute("draw", unit="text", meaning="draw or loan", source=LEDGER, pattern="^(draw|loan)$")


class Observed(Record):
    """Whether a trigger that was agreed in advance is met."""

    trigger: Text = _id("trigger")
    met: bool = attribute(unit="1", meaning="whether it is met now", source=AGREED, strict=True)
    share: float | None = number(
        None, unit="share", meaning="fall of imports, or premium, that was observed", source=RECORDER, ge=-1, le=1000
    )
    weeks: int | None = attribute(
        None, unit="weeks", meaning="how long the fall has lasted", source=RECORDER, ge=0, le=5200, strict=True
    )


class Released(Record):
    """What the reserve lets go."""

    to: Text = _id("party or firm that gets it")
    form: Text = _id("form")
    grams: int = grams(meaning="net weight")
    purpose: Objective = attribute(unit="text", meaning="objective that it serves", source="D6")
    price: int = minor(unit="minor units per t", meaning="price that is charged")
    lot: Text | None = _lot()


class Moved(Record):
    """Goods that pass to another place or keeper."""

    lot: Text = _id("lot")
    grams: int | None = attribute(
        None, unit="g", meaning="part of the lot; all of it when left out", source=LEDGER, ge=1, le=10**15, strict=True
    )
    place: Text | None = attribute(None, unit="text", meaning="new place", source=LEDGER, max_length=200)
    custody: Text | None = attribute(None, unit="text", meaning="new keeper", source=LEDGER, max_length=200)


class Swapped(Arriving):
    """Goods worked into, or changed for, another form. The fields of the lot say what came of it."""

    lot: Text = _id("lot that is given")
    given: int = grams(meaning="net weight that is given")
    cost: int = minor(meaning="what the swap costs", default=0)


class Lent(Record):
    """A loan of goods."""

    holder: Text = _id("party or firm that borrows")
    form: Text = _id("form")
    grams: int = grams(meaning="net weight")
    price: int = minor(unit="minor units per t", meaning="value on which interest runs")
    rate: int = ppm(meaning="interest a year", default=0)
    by: Day | None = attribute(
        None, unit="date", meaning="day to give it back; the policy's longest when left out", source=AGREED
    )
    lot: Text | None = _lot()


class PaidBack(Record):
    """A loan of goods that is repaid in money, at the value agreed."""

    due: Text = _id("loan")
    grams: int = grams(meaning="net weight that is repaid")


class Defaulted(Record):
    """That what is late will not come back."""

    due: Text = _id("what is to be given back")
    reason: Text = attribute(unit="text", meaning="why", source=RECORDER, max_length=1000)


class Counted(Record):
    """What a count found of a lot."""

    lot: Text = _id("lot")
    grams: int = grams(meaning="net weight found", least=0)
    reason: Text = attribute(
        unit="text", meaning="why it differs, or that it does not", source=RECORDER, max_length=1000
    )


class Rotated(Record):
    """A lot that is replaced by as much that is fresh."""

    lot: Text = _id("lot")
    rotate_by: Day = attribute(unit="date", meaning="day by which it is replaced again", source=LEDGER)
    purity: int = ppm(meaning="content of the fresh goods")
    assay: Text | None = attribute(None, unit="text", meaning="new certificate", source=LEDGER, max_length=300)


class Invoiced(Record):
    """A bill of the charges that have run to the day."""

    payer: Text = _id("who pays: a holder, or the owner")


class Paid(Record):
    """Money that came in on bills."""

    payer: Text = _id("who pays")
    amount: int = attribute(unit="minor units", meaning="money", source=LEDGER, ge=1, le=10**15, strict=True)

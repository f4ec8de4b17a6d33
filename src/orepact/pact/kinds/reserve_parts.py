"""What the record of a reserve is made of: forms, triggers, lots, orders, rights to draw, and what is to be given back.

Mass is in whole grams as weighed, purity in parts per million, money in whole minor units (cents) of the reserve's currency. No part
holds an amount of its own: grams and money stand in the balances of the accounts, and nowhere else.
"""

from __future__ import annotations

from typing import Literal

from orepact.pact.kinds.agreements import Stage
from orepact.pact.kinds.base import RECORDER
from orepact.pact.kinds.reserve_rules import TriggerKind
from orepact.policy.attributes import attribute
from orepact.policy.record import Day, Record, Text, number

LEDGER = "the reserve's own books"
AGREED = "agreed in advance"
MOST = 10**15
"""Most grams, or minor units, in one booking."""

NAME = r"^[A-Za-z0-9][A-Za-z0-9 .%_-]*$"
DueKind = Literal["draw", "loan"]


def grams(*, meaning: str, source: str = LEDGER, least: int = 1, default: int | None = None) -> int:
    """A field of whole grams."""
    given: int = attribute(
        ... if default is None else default, unit="g", meaning=meaning, source=source, ge=least, le=MOST, strict=True
    )
    return given


def minor(*, meaning: str, unit: str = "minor units", source: str = LEDGER, default: int | None = None) -> int:
    """A field of whole minor units of money."""
    given: int = attribute(
        ... if default is None else default, unit=unit, meaning=meaning, source=source, ge=0, le=MOST, strict=True
    )
    return given


def ppm(*, meaning: str, source: str = LEDGER, default: int | None = None) -> int:
    """A field of whole parts per million, at most all."""
    given: int = attribute(
        ... if default is None else default, unit="ppm", meaning=meaning, source=source, ge=0, le=1_000_000, strict=True
    )
    return given


class Form(Record):
    """A form of material that the reserve may hold: one grade of one mineral at one stage, each with accounts of its own."""

    form: Text = attribute(
        unit="text", meaning="its name, such as cobalt metal 99.8 %", source=RECORDER, max_length=80, pattern=NAME
    )
    mineral: Text = attribute(unit="id", meaning="mineral", source="facts, table minerals", max_length=60)
    stage: Stage = attribute(unit="text", meaning="stage of production", source=RECORDER)
    storage: int = minor(unit="minor units per t and year", meaning="cost of storage")
    least_purity: int = ppm(meaning="content that a lot has at least", default=0)


class Trigger(Record):
    """A condition, agreed in advance, under which the reserve releases."""

    trigger: Text = attribute(unit="text", meaning="its name", source=AGREED, max_length=80)
    kind: TriggerKind = attribute(unit="text", meaning="what is observed", source="D6")
    threshold: float | None = number(
        None, unit="share", meaning="fall of imports, or premium, from which it counts; the policy's when left out",
        source=AGREED, ge=0, le=10,
    )  # fmt: skip
    weeks: int | None = attribute(
        None, unit="weeks", meaning="how long a fall lasts; the policy's when left out", source=AGREED, ge=1, le=520, strict=True
    )  # fmt: skip
    words: Text | None = attribute(None, unit="text", meaning="in words", source=AGREED, max_length=1000)


class Lot(Record):
    """Goods in one place. Its grams and its cost stand in the account ``lot:ID``."""

    lot: Text = attribute(unit="id", meaning="number given by the books", source=LEDGER)
    form: Text = attribute(unit="text", meaning="form", source=LEDGER)
    purity: int = ppm(meaning="content")
    place: Text = attribute(unit="text", meaning="where it lies", source=LEDGER)
    custody: Text = attribute(unit="text", meaning="who keeps it", source=LEDGER)
    since: Day = attribute(unit="date", meaning="day on which it came in", source=LEDGER)
    assay: Text | None = attribute(None, unit="text", meaning="certificate of its content", source=LEDGER)
    origin: Text | None = attribute(None, unit="id", meaning="country of origin", source=LEDGER)
    rotate_by: Day | None = attribute(None, unit="date", meaning="day by which it is replaced", source=LEDGER)


class Order(Record):
    """Goods bought and not yet there. What is still to come stands in the account ``inbound:ID``."""

    order: Text = attribute(unit="id", meaning="number given by the books", source=LEDGER)
    form: Text = attribute(unit="text", meaning="form", source=LEDGER)
    supplier: Text = attribute(unit="text", meaning="who delivers", source=LEDGER)
    price: int = minor(unit="minor units per t", meaning="price agreed; paid as it arrives")
    due: Day = attribute(unit="date", meaning="day by which it is to arrive", source=LEDGER)


class Right(Record):
    """That a holder may draw a form. How much stands in the account ``entitlement:HOLDER:FORM``."""

    holder: Text = attribute(unit="id", meaning="who may draw", source=LEDGER)
    form: Text = attribute(unit="text", meaning="form", source=LEDGER)
    price: int = minor(unit="minor units per t", meaning="inventory price, fixed")
    transferable: bool = attribute(unit="1", meaning="whether it may pass to another holder", source=LEDGER)


class Due(Record):
    """What is to be given back. grams: what is left of it."""

    due: Text = attribute(unit="id", meaning="number given by the books", source=LEDGER)
    kind: DueKind = attribute(unit="text", meaning="draw or loan", source=LEDGER)
    holder: Text = attribute(unit="id", meaning="who owes it", source=LEDGER)
    form: Text = attribute(unit="text", meaning="form", source=LEDGER)
    grams: int = grams(meaning="left to give back")
    by: Day = attribute(unit="date", meaning="last day", source=LEDGER)
    since: Day = attribute(unit="date", meaning="day on which it went out", source=LEDGER)
    price: int = minor(unit="minor units per t", meaning="value on which charges run")
    rate: int = ppm(meaning="interest a year, of a loan", default=0)

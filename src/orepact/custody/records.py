"""What a chain of custody is told in: parties, sites, batches, events, credentials and claims.

All of them are frozen and refuse unknown fields. Amounts are of the mineral that is contained, in kilograms, unless they say gross.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from orepact.custody.amounts import Kilograms, Money, Share
from orepact.policy.attributes import attribute
from orepact.policy.record import Country, Day, Record, Text

SENDER = "whoever sends the batch"
LONGEST_ID = 400
Stage = Literal["mine", "intermediate", "refined", "component", "scrap"]
Model = Literal["identity preserved", "segregated", "mass balance", "book and claim"]
"""How material that qualifies is kept apart from other material, from the strictest to the loosest."""

MODELS: tuple[Model, ...] = ("identity preserved", "segregated", "mass balance", "book and claim")
EventKind = Literal["received", "transformed", "blended", "split", "shipped", "sold"]
MAKING = ("transformed", "blended", "split")
"""Events that use batches up and make others."""

CredentialKind = Literal["certificate", "guarantee of origin", "mass balance attestation"]
PERIOD = re.compile(r"(\d{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?")


def days_of(period: str) -> tuple[date, date]:
    """First and last day of a year, quarter or month, as in ``2026``, ``2026-Q1``, ``2026-03``."""
    found = PERIOD.fullmatch(period)
    if found is None:
        raise ValueError("a period like 2026, 2026-Q1 or 2026-03")
    year = int(found[1])
    if found[2]:
        last = 3 * int(found[2])
        return date(year, last - 2, 1), date(year, last, monthrange(year, last)[1])
    if found[3]:
        month = int(found[3])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


def _period(text: str) -> str:
    days_of(text)
    return text


Period = Annotated[str, Field(max_length=8, pattern=r"^[12]\d{3}"), AfterValidator(_period)]
Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID, pattern=r"^\S+$")]
Words = Annotated[Text, Field(max_length=2000)]


class Holding(Record):
    """A part of a firm that somebody holds."""

    owner: Id = attribute(unit="id", meaning="the party that holds it", source=SENDER)
    share: Share = attribute(unit="share", meaning="part of the votes or capital that it holds", source=SENDER)


class Party(Record):
    """A firm, person or state."""

    id: Id = attribute(unit="id", meaning="its name in this file", source=SENDER)
    name: Words = attribute(unit="text", meaning="its name", source=SENDER)
    country: Country | None = attribute(None, unit="ISO 3166-1 alpha-3", meaning="where it is at home", source=SENDER)
    state: bool = attribute(default=False, unit="1", meaning="whether it is a government or its agency", source=SENDER)
    owners: tuple[Holding, ...] | None = attribute(
        None,
        unit="list",
        meaning="who holds it; an empty list where it has no owner above it (a person, a state, shares spread over the public)",
        source=SENDER,
        max_length=200,
    )


class Site(Record):
    """A mine, plant or store."""

    id: Id = attribute(unit="id", meaning="its name in this file, or its address as a facility", source=SENDER)
    name: Words = attribute(unit="text", meaning="its name", source=SENDER)
    country: Country | None = attribute(None, unit="ISO 3166-1 alpha-3", meaning="country it stands in", source=SENDER)
    stage: Stage = attribute(unit="stage", meaning="stage of what it makes", source=SENDER)
    owner: Id | None = attribute(None, unit="id", meaning="the party that owns it", source=SENDER)
    processing_yield: Share | None = attribute(
        None, unit="share", meaning="part of the content that it recovers, at most", source=SENDER
    )


class Origin(Record):
    """A country's part of a batch."""

    country: Country = attribute(unit="ISO 3166-1 alpha-3", meaning="country", source=SENDER)
    share: Share = attribute(unit="share", meaning="its part of the content", source=SENDER)


class Batch(Record):
    """A quantity of one form of a mineral that is told apart from others, by batch or by site and period."""

    id: Id = attribute(unit="id", meaning="its number", source=SENDER)
    mineral: Words = attribute(unit="mineral", meaning="mineral, by any usual name", source=SENDER)
    form: Words = attribute(unit="text", meaning="what it is, such as NdPr oxide", source=SENDER)
    stage: Stage = attribute(unit="stage", meaning="stage of the form", source=SENDER)
    period: Period = attribute(unit="period", meaning="when it was made, such as 2026-Q1", source=SENDER)
    site: Id = attribute(unit="id", meaning="the site that made it", source=SENDER)
    owner: Id | None = attribute(None, unit="id", meaning="the party that owns it now", source=SENDER)
    mass_kg: Kilograms | None = attribute(None, unit="kg", meaning="gross mass", source=SENDER)
    content_kg: Kilograms | None = attribute(
        None,
        unit="kg of content",
        meaning="mineral that is contained; left out where it is not disclosed",
        source=SENDER,
    )
    value_usd: Money | None = attribute(None, unit="USD", meaning="value of the goods", source=SENDER)
    content_value_usd: Money | None = attribute(
        None, unit="USD", meaning="part of the value that the contained mineral makes", source=SENDER
    )
    mined_in: tuple[Origin, ...] | None = attribute(
        None,
        unit="list",
        meaning="where a batch that no event of the file makes was mined; its site's country for a mine when left out",
        source=SENDER,
        max_length=250,
    )
    refined_in: tuple[Origin, ...] | None = attribute(
        None, unit="list", meaning="where a batch that no event makes was last refined", source=SENDER, max_length=250
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Batch:
        for name, parts in (("mined_in", self.mined_in), ("refined_in", self.refined_in)):
            if parts is not None and sum(each.share for each in parts) > 1:
                raise ValueError(f"shares of at most one together in {name}")
        if self.mass_kg is not None and self.content_kg is not None and self.content_kg > self.mass_kg:
            raise ValueError("no more content_kg than mass_kg")
        if (
            self.value_usd is not None
            and self.content_value_usd is not None
            and self.content_value_usd > self.value_usd
        ):
            raise ValueError("no more content_value_usd than value_usd")
        return self


class Taking(Record):
    """What an event uses of a batch."""

    batch: Id = attribute(unit="id", meaning="the batch", source=SENDER)
    content_kg: Kilograms | None = attribute(
        None, unit="kg of content", meaning="what is taken of it; all of it when left out", source=SENDER
    )


class CoCEvent(Record):
    """Something that happens to batches, in the custody of a site."""

    id: Id = attribute(unit="id", meaning="its number", source=SENDER)
    kind: EventKind = attribute(unit="name", meaning="what happens", source=SENDER)
    on: Day | None = attribute(None, unit="day", meaning="day on which it happens", source=SENDER)
    period: Period = attribute(unit="period", meaning="period that it is balanced in, such as 2026-Q1", source=SENDER)
    site: Id = attribute(unit="id", meaning="the site that has custody", source=SENDER)
    model: Model = attribute(unit="name", meaning="model of the chain of custody", source=SENDER)
    inputs: tuple[Taking, ...] = attribute(
        (), unit="list", meaning="what is used or moved", source=SENDER, max_length=5000
    )
    outputs: tuple[Id, ...] = attribute((), unit="ids", meaning="batches that it makes", source=SENDER, max_length=5000)
    processing_yield: Share | None = attribute(
        None,
        unit="share",
        meaning="most of the content that is recovered; the site's when left out, all of it when neither says",
        source=SENDER,
    )
    to_site: Id | None = attribute(None, unit="id", meaning="where it is shipped to", source=SENDER)
    to_party: Id | None = attribute(None, unit="id", meaning="whom it is sold to", source=SENDER)

    @model_validator(mode="after")
    def _fits(self) -> CoCEvent:
        if self.kind in MAKING and not (self.inputs and self.outputs):
            raise ValueError(f"inputs and outputs, as everything that is {self.kind} has")
        if self.kind == "split" and len({each.batch for each in self.inputs}) > 1:
            raise ValueError("one input, as what is split has")
        if self.kind == "received" and (self.inputs or not self.outputs):
            raise ValueError("outputs and no inputs, as what is received from outside the file has")
        if self.kind in {"shipped", "sold"} and (self.outputs or not self.inputs):
            raise ValueError(f"inputs and no outputs, as what is {self.kind} stays the same batch")
        return self


class Credential(Record):
    """A document in which somebody vouches for a site, a party or a batch.

    How it was signed is no field: that is found by checking it, and nobody can write it into a file.
    """

    id: Id = attribute(unit="id", meaning="its number", source=SENDER)
    kind: CredentialKind = attribute("certificate", unit="name", meaning="what kind of document it is", source=SENDER)
    issuer: Id = attribute(
        unit="id", meaning="who vouches, as an identifier such as did:web:example.com", source=SENDER
    )
    subject: Id = attribute(unit="id", meaning="the site, party or batch that it is about", source=SENDER)
    scheme: Words = attribute(unit="scheme", meaning="scheme by its id, such as irma or copper_mark", source=SENDER)
    minerals: tuple[Words, ...] = attribute(
        (), unit="names", meaning="minerals that it covers; all when left out", source=SENDER, max_length=100
    )
    criteria: tuple[Words, ...] = attribute(
        (),
        unit="names",
        meaning="criteria that it vouches for; those that the scheme covers when left out",
        source=SENDER,
        max_length=100,
    )
    valid_from: Day = attribute(unit="day", meaning="first day of validity", source=SENDER)
    valid_until: Day = attribute(unit="day", meaning="last day of validity", source=SENDER)
    content_kg: Kilograms | None = attribute(
        None, unit="kg of content", meaning="quantity of a guarantee of origin, which is used up once", source=SENDER
    )
    period: Period | None = attribute(None, unit="period", meaning="period that an attestation is about", source=SENDER)
    root: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = attribute(
        None, unit="hash", meaning="root of the commitments that an attestation is about", source=SENDER
    )
    evidence: Words | None = attribute(None, unit="text", meaning="address or hash of what shows it", source=SENDER)

    @model_validator(mode="after")
    def _fits(self) -> Credential:
        if self.valid_until < self.valid_from:
            raise ValueError(f"valid_until on or after {self.valid_from}, where validity begins")
        if (self.kind == "guarantee of origin") != (self.content_kg is not None):
            raise ValueError("content_kg for a guarantee of origin, and for no other kind")
        if self.kind == "mass balance attestation" and self.period is None:
            raise ValueError("the period that a mass balance attestation is about")
        return self


class Claim(Record):
    """What its sender says of a batch: how much of it qualifies, and which guarantees of origin are used up for that."""

    id: Id = attribute(unit="id", meaning="its number", source=SENDER)
    batch: Id = attribute(unit="id", meaning="the batch that it is about", source=SENDER)
    content_kg: Kilograms = attribute(unit="kg of content", meaning="content that qualifies", source=SENDER)
    guarantees: tuple[Id, ...] = attribute(
        (), unit="ids", meaning="guarantees of origin that are used up, whole", source=SENDER, max_length=1000
    )


def record_list(record: type[Record], most: int, meaning: str) -> Any:
    """A list of records in a file."""
    return attribute((), unit="list", meaning=f"{meaning} ({record.__name__})", source=SENDER, max_length=most)

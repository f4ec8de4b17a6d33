"""What a verdict on a batch looks like."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from orepact.api.shapes.common import Shape

State = Literal["yes", "no", "cannot tell"]


class Zone(Shape):
    """The zone on a day."""

    name: str
    countries: list[str] = Field(description="ISO 3166-1 alpha-3.")
    on: str


class MissingDocument(Shape):
    """A document that is missing."""

    document: str
    issuer: str = Field(description="Who would give it.")
    about: str = Field(description="Site, party, batch or event.")
    period: str = Field(description="Period it must cover; empty where it needs none.")
    why: str
    sentence: str


class ZoneTest(Shape):
    """One of the four tests."""

    name: Literal["origin", "ownership", "standards", "disclosure"]
    state: State
    sentence: str
    missing: list[MissingDocument]
    rows: list[dict[str, Any]] = Field(description="Sites and criteria, or holders, one by one.")


class Document(Shape):
    """A credential, and how it stands."""

    id: str
    kind: str
    issuer: str
    subject: str
    scheme: str
    signed: bool = Field(description="By an issuer that the keys let vouch for it.")
    why: str
    valid_from: str
    valid_until: str


class OriginShare(Shape):
    """A country's part of the content."""

    country: str = Field(description="ISO 3166-1 alpha-3, unknown, or not refined.")
    share: float
    exact: str = Field(description="The same as a fraction.", examples=["3/5"])


class OriginVectors(Shape):
    """Shares by country; each sums to one."""

    mined: list[OriginShare]
    refined: list[OriginShare]


class ChainRow(Shape):
    """A batch of the chain."""

    batch: str
    form: str
    stage: str
    site: str
    site_name: str
    country: str | None
    period: str
    content_kg: float | None = Field(description="Null where it is not disclosed.")
    made_of: list[str]
    event: str | None
    model: str | None


class AccountRow(Shape):
    """A site in a period, kg of content; null where an amount is not disclosed."""

    site: str
    period: str
    events: int
    in_kg: float | None
    most_out_kg: float | None = Field(description="Inputs times yield.")
    out_kg: float | None
    qualifying_in_kg: float
    qualifying_out_kg: float


class EligibleAnswer(Shape):
    """Whether a batch qualifies, and what is missing."""

    question: str
    headline: str
    outcome: Literal["qualifies", "does not qualify", "cannot tell"]
    demonstration: bool = Field(description="Whether firms, sites and amounts are invented.")
    batch: dict[str, Any]
    zone: Zone
    rules: dict[str, Any] = Field(description="The rules of the zone, as they were applied.")
    qualifying_kg: float | None = Field(description="Content that qualifies; null where the batch does not.")
    content_kg: float | None
    tests: list[ZoneTest]
    missing: list[str]
    refused: list[str] = Field(description="Documents that cannot be trusted, with the reason.")
    documents: list[Document]
    origin: OriginVectors
    chain: list[ChainRow]
    balance: list[AccountRow]

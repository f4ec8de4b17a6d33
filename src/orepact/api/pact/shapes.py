"""What the addresses of the pact answer with."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel, Field, create_model

from orepact.pact.event import Event
from orepact.pact.kinds.base import Kind
from orepact.pact.state import Kept
from orepact.policy.attributes import attributes


class KeptBody(BaseModel):
    """A record as it stands."""

    kind: str = Field(examples=["party"])
    id: str = Field(examples=["cod"])
    version: int = Field(description="How often it was touched; the ETag says the same.", examples=[1])
    effective: str = Field(description="Day from which its last change holds.", examples=["2026-05-01"])
    recorded: str = Field(description="Moment at which that was written.", examples=["2026-05-01T09:00:00+00:00"])
    record: dict[str, Any]
    evidence: list[dict[str, Any]] = Field(description="What shows it, each with verb and day.")


class ListBody(BaseModel):
    """Records of a kind, as far as the asker may read them."""

    kind: str
    as_of: str = Field(description="Day as of which they stand.")
    total: int = Field(description="How many the asker may read.")
    limit: int
    offset: int
    next: str | None = Field(description="Address of the next page; null on the last.")
    records: list[KeptBody]


class AddedBody(KeptBody):
    """A record that was just added."""

    secret: str | None = Field(
        None, description="Of a token: what a program sends. It is shown this once and not kept."
    )


class EventBody(BaseModel):
    """One thing that somebody did."""

    kind: str
    record: str
    version: int
    verb: str
    data: dict[str, Any]
    effective: str
    recorded: str
    actor: str
    role: str
    rule: str
    tier: str
    readers: list[str]
    evidence: list[dict[str, Any]]
    format: int
    hash: str


class EventsBody(BaseModel):
    """Events in the order in which they were written, as far as the asker may read them."""

    events: list[EventBody]
    next: str | None = Field(description="Address of the next page; null on the last.")


class MeBody(BaseModel):
    """Who asks."""

    signed_in: bool
    id: str
    name: str
    roles: list[str]
    acts_for: list[str]
    scopes: list[str]
    token: str | None = Field(description="Id of the token that asks, if one does.")


class AttributeBody(BaseModel):
    """One field: unit, default, meaning, source, and whether it must be given."""

    name: str
    unit: str
    default: Any
    meaning: str
    source: str
    needed: bool


class VerbBody(BaseModel):
    """What can be done to a record."""

    name: str
    meaning: str
    rule: str
    roles: list[str] = Field(description="Who may, one of.")
    oneself: bool = Field(description="Whether the person whom it is about may.")
    partial: bool = Field(description="Whether what is left out stays as it is.")
    override_roles: list[str]
    attributes: list[AttributeBody]
    schema_: dict[str, Any] = Field(serialization_alias="schema", description="JSON schema of what it asks for.")


class KindBody(BaseModel):
    """A kind of record: what a form of it needs to know."""

    name: str
    plural: str
    meaning: str
    attributes: list[AttributeBody]
    verbs: list[VerbBody]


class KindsBody(BaseModel):
    """Every kind of record."""

    kinds: list[KindBody]


class SumBody(BaseModel):
    """The sum of one cell."""

    cell: list[str]
    figure: float
    since: str = Field(description="Day from which it stands, as the figures were then.")


class SumsBody(BaseModel):
    """What may be said of a measure. A cell that is not there is empty or withheld."""

    measure: str
    meaning: str
    unit: str
    cells: list[str] = Field(description="What a cell is made of.")
    sums: list[SumBody]


class VerdictBody(BaseModel):
    """Whether the log is as it was written."""

    intact: bool
    events: int
    head: str = Field(description="Hash of the last event: note it, and give it at the next look.")
    noted_head_found: bool | None
    faults: list[str]


@cache
def bodies_of(record: type[BaseModel]) -> tuple[type[BaseModel], type[BaseModel], type[BaseModel]]:
    """One record, a list and an added one, for records of one class."""
    name = record.__name__
    one = create_model(f"{name}Kept", __base__=KeptBody, __doc__=KeptBody.__doc__, record=(record, ...))
    many = create_model(f"{name}List", __base__=ListBody, __doc__=ListBody.__doc__, records=(list[one], ...))  # type: ignore[valid-type]
    new = create_model(f"{name}Added", __base__=AddedBody, __doc__=AddedBody.__doc__, record=(record, ...))
    return one, many, new


def kept_record(kept: Kept) -> dict[str, Any]:
    """A record in JSON terms."""
    return {
        "kind": kept.kind, "id": kept.id, "version": kept.version, "effective": kept.effective.isoformat(),
        "recorded": kept.recorded.isoformat(), "record": kept.record.model_dump(mode="json"),
        "evidence": [{"verb": each.verb, "effective": each.effective.isoformat(), **each.said} for each in kept.evidence],
    }  # fmt: skip


def event_record(event: Event) -> dict[str, Any]:
    """An event in JSON terms, without its place in the whole log."""
    return event.record()


def kind_record(kind: Kind) -> KindBody:
    """A kind with its fields and verbs."""
    from orepact.api.pact.bodies import inlined

    return KindBody(
        name=kind.name, plural=kind.plural, meaning=kind.meaning, attributes=_attributes(kind.record),
        verbs=[
            VerbBody(
                name=each.name, meaning=each.meaning, rule=each.rule, roles=sorted(each.roles), oneself=each.oneself, partial=each.partial,
                override_roles=sorted(each.override_roles), attributes=_attributes(each.asks),
                schema_=inlined(each.asks.model_json_schema()),
            )
            for each in kind.verbs.values()
        ],
    )  # fmt: skip


def _attributes(record: type[BaseModel]) -> list[AttributeBody]:
    from pydantic_core import to_jsonable_python

    return [AttributeBody(**vars(each) | {"default": to_jsonable_python(each.default)}) for each in attributes(record)]

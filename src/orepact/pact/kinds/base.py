"""What every kind of record of the pact is made of: fields with meanings, and verbs, each a pure step from one state to the next.

A kind names its record and its verbs. A verb names what it asks for, who may do it, which guards it has to pass, and what it makes of
the record. Parsing, errors, the API, forms and the documentation are all read from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from pydantic import TypeAdapter

from orepact.errors import Problem
from orepact.pact.event import Draft, Tier
from orepact.policy.attributes import attribute
from orepact.policy.record import Record, Text

if TYPE_CHECKING:
    from orepact.pact.sight import Sight

RECORDER = "whoever records it"
ID = r"^[a-z0-9A-Z][a-z0-9A-Z_.-]*$"
HIDDEN = "x-"
"""Ids that begin so are drawn at random, for records that not everybody may read; nobody may choose one."""

SECRETARIAT = frozenset({"analyst"})
PARTIES = frozenset({"analyst", "party delegate"})
EVERY_SIDE = frozenset({"analyst", "party delegate", "firm"})
KEEPERS = frozenset({"administrator"})


class PactRecord(Record):
    """What every record has."""

    kept_in_role: ClassVar[frozenset[str]] = frozenset()
    """Further roles in which its readers may read it: of books, whoever keeps them."""

    id: str = attribute(
        "",
        unit="id",
        meaning="its name in addresses; made from its name when left out",
        source=RECORDER,
        max_length=120,
    )
    owner: str | None = attribute(
        None,
        unit="id",
        meaning="party or firm that keeps it; the secretariat when left out",
        source=RECORDER,
        max_length=120,
    )
    tier: Tier = attribute("public", unit="text", meaning="who may read it: public, party or firm", source=RECORDER)
    readers: tuple[str, ...] = attribute(
        (),
        unit="ids",
        meaning="parties or firms that may read it, where it is not public",
        source=RECORDER,
        max_length=100,
    )
    demonstration: bool = attribute(
        default=False,
        unit="1",
        meaning="invented, for a demonstration; it enters no answer about the world",
        source=RECORDER,
    )
    note: Text | None = attribute(
        None, unit="text", meaning="what else is to be said", source=RECORDER, max_length=4000
    )

    def title(self) -> str:
        """What people call it."""
        return str(getattr(self, "name", "") or self.id)

    def names(self) -> Iterable[tuple[str, str, str]]:
        """Other records that it names: field, kind (or kinds, joined by |) and id of each."""
        return ()


class Nothing(Record):
    """A verb that asks for no more than evidence."""


class Ending(Record):
    """Why something ends."""

    reason: Text = attribute(unit="text", meaning="why it ends", source=RECORDER, max_length=1000)


@dataclass(frozen=True)
class Situation:
    """What a guard looks at: what the actor may see, the record before (None where it is new) and after, what was asked, and the day."""

    sight: Sight
    before: PactRecord | None
    after: PactRecord
    asked: Record
    day: date
    evidence: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Guard:
    """What is wrong, and whether somebody may override it, with a reason that is logged."""

    problem: Problem
    may_override: bool = False


class Apply(Protocol):
    """From the record before to the record after."""

    def __call__(self, before: Any, asked: Any, draft: Draft, /) -> PactRecord:
        """Make the step."""


def nobody(_: PactRecord) -> frozenset[str]:
    """Nobody else."""
    return frozenset()


def nothing_more(*_: Any) -> Mapping[str, Any]:
    """Nothing beside what was asked for."""
    return {}


def no_guard(_: Situation) -> Iterable[Guard]:
    """Nothing to watch."""
    return ()


@dataclass(frozen=True)
class Verb:
    """Something that can be done to a record.

    roles: who may. in_order: whether it may not hold from a day before the last such verb. override_roles: who may override a guard.
    """

    name: str
    meaning: str
    asks: type[Record]
    apply: Apply
    roles: frozenset[str]
    rule: str = "the pact's own rules"
    guard: Callable[[Situation], Iterable[Guard]] = no_guard
    in_order: bool = False
    override_roles: frozenset[str] = frozenset()
    asked_by: frozenset[str] = frozenset()
    """Roles that may ask the pact to do it, where what is written is worked out by the pact and given by nobody."""
    partial: bool = False
    """Whether any part of what it asks for may be left out: what is not given stays."""
    others: Callable[[PactRecord], frozenset[str]] = nobody
    """Parties that may do it to a record that somebody else keeps, such as the host state of a firm's project."""

    writes: Callable[[Any, Any, Draft], Mapping[str, Any]] = nothing_more
    """What its event holds beside what was asked for, by the name ``booked``: what follows from both, such as postings."""

    oneself: bool = False
    """Whether the person whom the record is about may do it, whatever their roles."""


Some = TypeVar("Some", bound=PactRecord)


@dataclass(frozen=True)
class Kind:
    """A kind of record. name: as in addresses; plural and meaning in words."""

    name: str
    plural: str
    meaning: str
    record: type[PactRecord]
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()
    """Fields that other verbs fill: neither adding nor changing a record says them."""
    confidential: bool = False
    """Whether its records are for whoever keeps the register of people, whatever they say."""


def added(before: Any, asked: PactRecord, draft: Draft) -> PactRecord:
    """A new record."""
    del before
    return asked.model_copy(update={"id": draft.record})


def changed(before: PactRecord, asked: Any, draft: Draft) -> PactRecord:
    """The record with the fields that were given in place of what it had.

    They were checked together when they were written. As of a day by which only some of what was said holds, they stand as they are.
    """
    del asked
    kind = type(before)
    return before.model_copy(
        update={
            name: _value(kind, name).validate_python(value)
            for name, value in draft.data.items()
            if name in kind.model_fields
        }
    )


@cache
def _value(kind: type[PactRecord], name: str) -> TypeAdapter[Any]:
    """What makes the value of one field out of what was written."""
    annotation: Any = kind.model_fields[name].annotation
    return TypeAdapter(annotation)


def same(before: PactRecord, asked: Record, draft: Draft) -> PactRecord:
    """The record as it is: only evidence is added."""
    del asked, draft
    return before


def needs_evidence(situation: Situation) -> Iterable[Guard]:
    """Evidence must come with it."""
    if not situation.evidence:
        yield Guard(Problem("evidence", "nothing shows it", "no evidence", "give an address, a title or a source"))


def ordinary(
    record: type[PactRecord], roles: frozenset[str], guard: Callable[[Situation], Iterable[Guard]] = no_guard
) -> dict[str, Verb]:
    """The verbs that every kind has: add, change, show (evidence)."""
    return {
        "add": Verb("add", "put it into the register", record, added, roles, guard=guard),
        "change": Verb("change", "change what it says", record, changed, roles, guard=guard, partial=True),
        "show": Verb("show", "add evidence", Nothing, same, roles, guard=needs_evidence),
    }

"""Parties and who belongs to what: states, blocs, the member states inside blocs, and firms, each with its days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import field_validator

from orepact.errors import Problem
from orepact.pact.kinds.base import (
    EVERY_SIDE,
    PARTIES,
    RECORDER,
    SECRETARIAT,
    Guard,
    Kind,
    PactRecord,
    Situation,
    ordinary,
)
from orepact.policy.attributes import attribute
from orepact.policy.record import Day, Text, not_before

PartyKind = Literal["state", "bloc", "firm"]


class Party(PactRecord):
    """Somebody who can promise: a state, a bloc of states, or a firm."""

    name: Text = attribute(unit="text", meaning="its usual name", source=RECORDER, max_length=200)
    kind: PartyKind = attribute(unit="text", meaning="state, bloc or firm", source=RECORDER)
    since: Day | None = attribute(
        None, unit="date", meaning="first day on which it exists or takes part", source=RECORDER
    )
    until: Day | None = attribute(None, unit="date", meaning="last day", source=RECORDER)
    home: str | None = attribute(
        None, unit="id", meaning="state in which a firm has its seat", source=RECORDER, max_length=120
    )
    firm_size: Literal["small or medium", "large"] | None = attribute(
        None, unit="text", meaning="of a firm, by the definition of Recommendation 2003/361/EC", source=RECORDER
    )

    @field_validator("until")
    @classmethod
    def _ends_after_it_begins(cls, until: object, info: object) -> object:
        return not_before(until, info.data.get("since"))  # type: ignore[attr-defined, arg-type]

    def names(self) -> Iterable[tuple[str, str, str]]:
        """The state of its seat."""
        return () if self.home is None else (("home", "party", self.home),)


class Membership(PactRecord):
    """That a party belongs to a bloc or takes part in an initiative, from one day to another."""

    member: Text = attribute(unit="id", meaning="party that belongs", source=RECORDER, max_length=120)
    of: Text = attribute(unit="id", meaning="bloc or initiative that it belongs to", source=RECORDER, max_length=120)
    role: Text | None = attribute(
        None, unit="text", meaning="as what: member, chair, observer", source=RECORDER, max_length=200
    )
    since: Day | None = attribute(None, unit="date", meaning="first day; not known when left out", source=RECORDER)
    until: Day | None = attribute(None, unit="date", meaning="last day", source=RECORDER)

    @field_validator("until")
    @classmethod
    def _ends_after_it_begins(cls, until: object, info: object) -> object:
        return not_before(until, info.data.get("since"))  # type: ignore[attr-defined, arg-type]

    def title(self) -> str:
        """Who belongs to what."""
        return f"{self.member} in {self.of}"

    def names(self) -> Iterable[tuple[str, str, str]]:
        """The party that belongs."""
        return (("member", "party", self.member),)


def _of_something(situation: Situation) -> Iterable[Guard]:
    """A membership is of a bloc or of an initiative."""
    after, sight = situation.after, situation.sight
    of = getattr(after, "of", "")
    if sight.get("party", of) is None and sight.get("initiative", of) is None:
        problem = Problem("of", "there is no bloc and no initiative of that name", f"'{of}'", "add it first")
        yield Guard(problem)


PARTY = Kind(
    "party", "parties", "who can promise: states, blocs, firms", Party, ordinary(Party, EVERY_SIDE)
)  # fmt: skip
MEMBERSHIP = Kind(
    "membership", "memberships", "who belongs to which bloc or initiative, and from when", Membership,
    ordinary(Membership, PARTIES | SECRETARIAT, _of_something),
)  # fmt: skip

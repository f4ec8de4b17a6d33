"""People and what they may do: their roles, and the parties or firms that they act for. Secrets are kept elsewhere, as hashes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Literal

from orepact.errors import Problem
from orepact.pact.event import Draft, Tier
from orepact.pact.kinds.base import KEEPERS, RECORDER, Ending, Guard, Kind, PactRecord, Situation, Verb, added, changed
from orepact.policy.attributes import attribute
from orepact.policy.record import Day, Record, Text

Role = Literal[
    "reader", "analyst", "party delegate", "firm", "round operator", "reserve manager", "auditor", "administrator"
]
ROLES: dict[str, str] = {
    "reader": "reads what is public",
    "analyst": "keeps the public register, or that of the parties acted for",
    "party delegate": "acts for a party: its commitments, projects and figures",
    "firm": "acts for a firm: its projects and figures",
    "round operator": "runs demand rounds",
    "reserve manager": "keeps the books of a reserve",
    "auditor": "reads everything, changes nothing",
    "administrator": "keeps people, tokens and parameters; reads no party's figures",
}
LONGEST_TOKEN = 366
"""Days that a token works."""

ACTS_FOR_SOMEBODY = {"party delegate": "party", "firm": "firm"}
"""Roles that mean nothing without somebody to act for, and whom."""


class Person(PactRecord):
    """Somebody who signs in."""

    name: Text = attribute(unit="text", meaning="name shown beside what was done", source=RECORDER, max_length=200)
    tier: Tier = attribute("people", unit="text", meaning="always people", source=RECORDER)
    roles: tuple[Role, ...] = attribute(
        ("reader",), unit="texts", meaning="what the person may do", source=RECORDER, max_length=8
    )
    acts_for: tuple[str, ...] = attribute(
        (), unit="ids", meaning="parties or firms acted for", source=RECORDER, max_length=60
    )
    issuer: str | None = attribute(
        None, unit="address", meaning="who vouches at sign-in, by OpenID Connect", source=RECORDER, max_length=500
    )
    subject: str | None = attribute(
        None, unit="id", meaning="name that the issuer knows the person by", source=RECORDER, max_length=300
    )
    ended: Day | None = attribute(None, unit="date", meaning="day from which the person may nothing", source=RECORDER)

    def names(self) -> Iterable[tuple[str, str, str]]:
        """Whom the person acts for."""
        return tuple(("acts_for", "party", each) for each in self.acts_for)


class Token(PactRecord):
    """That a program may act as a person, for so long and no further than its scopes. Its secret is shown once and never kept."""

    name: Text = attribute(unit="text", meaning="what it is for", source=RECORDER, max_length=200)
    tier: Tier = attribute("people", unit="text", meaning="always people", source=RECORDER)
    person: Text = attribute(unit="id", meaning="as whom it acts", source=RECORDER, max_length=120)
    scopes: tuple[Literal["read", "write"], ...] = attribute(
        ("read",), unit="texts", meaning="what it may do", source=RECORDER, min_length=1, max_length=2
    )
    expires: Day = attribute(unit="date", meaning="last day on which it works", source=RECORDER)
    ended: Day | None = attribute(None, unit="date", meaning="day on which it was taken back", source=RECORDER)


class Grant(Record):
    """What somebody may do from now on."""

    roles: tuple[Role, ...] = attribute(unit="texts", meaning="all roles from now on", source=RECORDER, max_length=8)
    acts_for: tuple[str, ...] = attribute(
        (), unit="ids", meaning="all parties or firms acted for", source=RECORDER, max_length=60
    )
    reason: Text = attribute(unit="text", meaning="why", source=RECORDER, max_length=1000)


def _granted(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del draft
    found: Person = before.model_copy(update={"roles": asked.roles, "acts_for": asked.acts_for})
    return found


def _ended(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del asked
    found: PactRecord = before.model_copy(update={"ended": draft.effective})
    return found


def _acts_for_somebody(situation: Situation) -> Iterable[Guard]:
    """A delegate has a party, and somebody of a firm a firm."""
    after: Any = situation.after
    kinds = set()
    for each in after.acts_for:
        kept: Any = situation.sight.get("party", each)
        kinds.add("" if kept is None else "firm" if kept.record.kind == "firm" else "party")
    for role, whom in ACTS_FOR_SOMEBODY.items():
        if role in after.roles and whom not in kinds:
            found = ", ".join(after.acts_for) or "nobody"
            yield Guard(Problem("acts_for", f"the role {role} acts for a {whom}", found, f"give the {whom}"))


def _keeps_an_administrator(situation: Situation) -> Iterable[Guard]:
    """Somebody can always let people in."""
    before: Any = situation.before
    others: list[Any] = [each.record for each in situation.sight.all("person") if each.id != before.id]
    left = any("administrator" in each.roles and each.ended is None for each in others)
    stays = "administrator" in situation.after.roles and situation.after.ended is None  # type: ignore[attr-defined]
    if "administrator" in before.roles and not stays and not left:
        yield Guard(Problem("person", "the last administrator cannot go", before.name, "make another one first"))


def _not_ones_own(situation: Situation) -> Iterable[Guard]:
    """Nobody gives themselves rights: whoever lets people in could else read every party's figures."""
    before: Any = situation.before
    viewer = situation.sight.viewer
    if viewer.id == before.id and not viewer.keeper:
        todo = "let another administrator do it, who then stands in the decision log"
        yield Guard(Problem("person", "nobody changes their own rights", before.name, todo))


def _rights_by_grant(situation: Situation) -> Iterable[Guard]:
    """Rights are changed by grant, with a reason."""
    before: Any = situation.before
    for name in ("roles", "acts_for", "ended"):
        if getattr(situation.after, name) != getattr(before, name):
            yield Guard(
                Problem(
                    name, "rights are not changed this way", f"{getattr(situation.after, name)}", "use grant or end"
                )
            )
    if situation.after.issuer != before.issuer or situation.after.subject != before.subject:  # type: ignore[attr-defined]
        yield from _not_ones_own(situation)


def _granting(situation: Situation) -> Iterable[Guard]:
    yield from _not_ones_own(situation)
    yield from _acts_for_somebody(situation)
    yield from _keeps_an_administrator(situation)


def _letting_in(situation: Situation) -> Iterable[Guard]:
    yield from _acts_for_somebody(situation)
    yield from _vouched_for_once(situation)


def _changing(situation: Situation) -> Iterable[Guard]:
    yield from _rights_by_grant(situation)
    yield from _vouched_for_once(situation)


def _vouched_for_once(situation: Situation) -> Iterable[Guard]:
    """An issuer's name for somebody is one person's here."""
    after: Any = situation.after
    if (after.issuer is None) != (after.subject is None):
        found = "one of them"
        yield Guard(Problem("subject", "issuer and subject go together", found, "give both, or neither"))
    others: list[Any] = [each.record for each in situation.sight.all("person") if each.id != after.id]
    if after.subject is not None and any(
        (each.issuer, each.subject) == (after.issuer, after.subject) and each.ended is None for each in others
    ):
        yield Guard(Problem("subject", "somebody else signs in as this", f"'{after.subject}'", "end that one first"))


def _issuing(situation: Situation) -> Iterable[Guard]:
    """A token is for a person who is there, and ends within a year."""
    after: Any = situation.after
    if situation.sight.get("person", after.person) is None:
        yield Guard(Problem("person", "there is no person of that name", f"'{after.person}'", "add the person first"))
    latest = situation.day + timedelta(days=LONGEST_TOKEN)
    if not situation.day <= after.expires <= latest:
        todo = f"give a day from {situation.day} to {latest}"
        yield Guard(Problem("expires", "a token ends within a year", f"{after.expires}", todo))


PERSON = Kind(
    "person", "people", "who signs in, with what rights", Person,
    {
        "add": Verb("add", "let somebody in", Person, added, KEEPERS, guard=_letting_in),
        "change": Verb("change", "change how the person is shown or vouched for", Person, changed, KEEPERS, guard=_changing, partial=True),
        "grant": Verb("grant", "set what the person may do", Grant, _granted, KEEPERS, guard=_granting),
        "end": Verb("end", "shut the person out", Ending, _ended, KEEPERS, guard=_keeps_an_administrator),
    },
    confidential=True,
)  # fmt: skip
TOKEN = Kind(
    "token", "tokens", "programs that act for people", Token,
    {
        "add": Verb("add", "let a program act for oneself", Token, added, frozenset(), guard=_issuing, oneself=True),
        "end": Verb("end", "take it back", Ending, _ended, KEEPERS, oneself=True),
    },
    confidential=True,
)  # fmt: skip

"""Credentials by their hash alone: who issued what for whom, until when, and that each is used up once.

What a credential says, volumes included, stays with whoever holds it: here stands its SHA-256. Rules: D9 of the alliance's operating rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from orepact.errors import Problem
from orepact.pact.event import Draft
from orepact.pact.kinds.base import EVERY_SIDE, Ending, Guard, Kind, PactRecord, Situation, Verb, added, ordinary
from orepact.policy.attributes import attribute
from orepact.policy.record import Day, Record, Text

RULES = "D9"
DIGEST = r"^[0-9a-f]{64}$"
"""SHA-256 in hexadecimal."""

DERIVED = frozenset({"used_on", "revoked", "revoked_because"})


class KnownCredential(PactRecord):
    """A credential, known by its hash."""

    name: Text = attribute(unit="text", meaning="what it is called", source=RULES, max_length=200)
    digest: str = attribute(unit="SHA-256", meaning="hash of its issuer and number", source=RULES, pattern=DIGEST)
    scheme: Text = attribute(unit="id", meaning="scheme that it is issued under", source=RULES, max_length=80)
    issuer: Text = attribute(unit="text", meaning="who issued it", source=RULES, max_length=200)
    begins: Day = attribute(unit="date", meaning="first day on which it is valid", source=RULES)
    ends: Day = attribute(unit="date", meaning="last day on which it is valid", source=RULES)
    once: bool = attribute(
        default=True,
        unit="1",
        meaning="whether it is used up by one batch, as a guarantee of origin is; a certificate of a site is not",
        source=RULES,
    )
    used_for: str | None = attribute(
        None,
        unit="SHA-256",
        meaning="hash of the batch that used it up; given when it is entered and used at once",
        source=RULES,
        pattern=DIGEST,
    )
    used_on: Day | None = attribute(None, unit="date", meaning="day on which it was used up", source=RULES)
    revoked: Day | None = attribute(None, unit="date", meaning="day from which it holds no more", source=RULES)
    revoked_because: Text | None = attribute(
        None, unit="text", meaning="why it holds no more", source=RULES, max_length=1000
    )


class Using(Record):
    """The batch that uses a credential up."""

    batch: str = attribute(unit="SHA-256", meaning="hash of the batch", source=RULES, pattern=DIGEST)


def _entered(before: Any, asked: Any, draft: Draft) -> PactRecord:
    """A new entry; one that names the batch that uses it up is used up at once, so that nobody comes between."""
    found = added(before, asked, draft)
    return found if asked.used_for is None else found.model_copy(update={"used_on": draft.effective})


def _used(before: Any, asked: Any, draft: Draft) -> PactRecord:
    found: PactRecord = before.model_copy(update={"used_for": asked.batch, "used_on": draft.effective})
    return found


def _revoked(before: Any, asked: Any, draft: Draft) -> PactRecord:
    found: PactRecord = before.model_copy(update={"revoked": draft.effective, "revoked_because": asked.reason})
    return found


def _saying(situation: Situation) -> Iterable[Guard]:
    """A credential is entered once, ends after it begins, keeps its hash, and says nothing of its use."""
    after: Any = situation.after
    before: Any = situation.before
    asked: Any = situation.asked
    for name in sorted(DERIVED if before is None else DERIVED | {"used_for"}):
        if getattr(asked if before is None else after, name) != (None if before is None else getattr(before, name)):
            yield Guard(Problem(name, "it follows from what is done", "something", "leave it out; use use or revoke"))
    if before is None and after.used_for is not None:
        yield from _usable(after, situation)
    if after.ends < after.begins:
        yield Guard(Problem("ends", "it ends before it begins", f"{after.ends}", f"give a day from {after.begins} on"))
    if before is not None and after.digest != before.digest:
        yield Guard(Problem("digest", "a credential keeps its hash", after.digest, "enter the other one beside it"))
    if before is None and any(each.record.digest == after.digest for each in situation.sight.state.all("credential")):  # type: ignore[attr-defined]
        todo = "use the entry that there is; whoever entered it knows it"
        yield Guard(Problem("digest", "a credential of this hash is entered", after.digest, todo))


def _using(situation: Situation) -> Iterable[Guard]:
    """A credential is used while it is valid, and once."""
    before: Any = situation.before
    asked: Any = situation.asked
    if before.used_for is not None:
        found = f"on {before.used_on} by the batch {before.used_for}, now by {asked.batch}"
        yield Guard(Problem("credential", "it is used up: a credential counts once", found, "bring another credential"))
    yield from _usable(before, situation)


def _usable(before: Any, situation: Situation) -> Iterable[Guard]:
    """Whether it is one that is used up, is not revoked, and is valid on the day."""
    if not before.once:
        todo = "leave it; it serves every batch that it covers"
        yield Guard(Problem("credential", "it is not one that is used up", "once: false", todo))
    if before.revoked is not None and before.revoked <= situation.day:
        yield Guard(Problem("credential", "it was revoked", f"on {before.revoked}", "bring another credential"))
    if not before.begins <= situation.day <= before.ends:
        found = f"{before.begins} to {before.ends}, used on {situation.day}"
        yield Guard(Problem("credential", "it is not valid on that day", found, "bring one that is"))


def _revoking(situation: Situation) -> Iterable[Guard]:
    before: Any = situation.before
    if before.revoked is not None:
        yield Guard(Problem("credential", "it was revoked", f"on {before.revoked}", "leave it as it is"))


CREDENTIAL = Kind(
    "credential", "credentials", "credentials by their hash, and that each is used once", KnownCredential,
    ordinary(KnownCredential, EVERY_SIDE, _saying)
    | {
        "add": Verb("add", "enter it by its hash, used up or not", KnownCredential, _entered, EVERY_SIDE, rule=RULES, guard=_saying),
        "use": Verb("use", "use it up for a batch", Using, _used, EVERY_SIDE, rule=RULES, guard=_using, in_order=True),
        "revoke": Verb("revoke", "say that it holds no more", Ending, _revoked, EVERY_SIDE, rule=RULES, guard=_revoking),
    },
    derived=DERIVED,
)  # fmt: skip

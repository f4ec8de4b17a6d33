"""Who may read and do what: the one place where it is decided, for API, page, export, count and error message alike.

Three tiers. *Public* records are for everybody. *Party* records are for the parties that they name, *firm* records for the firms that
they name; people read them who act for one of those. Auditors read everything. Whoever keeps people reads people, and no party's
figures for that. What somebody may not read is, for that person, not there: not in lists, not in counts, not in error messages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orepact.errors import OrepactError, Problem
from orepact.pact.event import Tier
from orepact.pact.kinds.base import Kind, PactRecord, Verb
from orepact.pact.state import Kept


class Denied(OrepactError):
    """Somebody may not do this; nothing was changed."""


@dataclass(frozen=True)
class Viewer:
    """Somebody who reads or acts. keeper: whoever holds the database itself, at a command line, and so may read it all.

    scopes: what a token lets through; everything where somebody is signed in. token: id of the token that asks, if one does.
    """

    id: str = "anybody"
    name: str = "anybody"
    roles: frozenset[str] = frozenset({"reader"})
    acts_for: frozenset[str] = frozenset()
    keeper: bool = False
    scopes: frozenset[str] = frozenset({"read", "write"})
    token: str | None = None

    def has(self, *roles: str) -> bool:
        """Whether the viewer has one of these roles."""
        return not self.roles.isdisjoint(roles)


ANYBODY = Viewer()
KEEPER = Viewer("keeper", "whoever holds the database", frozenset(), keeper=True)
FACTS = Viewer("facts", "the facts that Orepact ships", frozenset(), keeper=True)


def may_read(viewer: Viewer, tier: Tier, readers: Iterable[str], also: Iterable[str] = ()) -> bool:
    """Whether a viewer may read what has this tier and these readers. also: further roles in which its readers may read it."""
    if tier == "public" or viewer.keeper or viewer.has("auditor"):
        return True
    if tier == "people":
        return viewer.has("administrator") or viewer.id in readers
    acting = viewer.has("party delegate", "analyst" if tier == "party" else "firm", *also)
    return acting and not viewer.acts_for.isdisjoint(readers)


def may_read_record(viewer: Viewer, record: PactRecord) -> bool:
    """Whether a viewer may read a record as it stands. People read their own entry."""
    readers = (
        (record.id, getattr(record, "person", "")) if record.tier == "people" else (*record.readers, record.owner or "")
    )
    return may_read(viewer, record.tier, [each for each in readers if each], record.kept_in_role)


def may_do(viewer: Viewer, kind: Kind, verb: Verb, before: Kept | None, after: PactRecord) -> None:
    """Raise Denied where a viewer may not do this to this record."""
    if viewer.keeper:
        return
    place = f"{kind.name}, {verb.name}"
    if "write" not in viewer.scopes:
        raise Denied(
            Problem(place, "this token reads only", ", ".join(sorted(viewer.scopes)), "use one with the scope write")
        )
    if verb.oneself and all(_about(each) == viewer.id for each in [after, *([before.record] if before else [])]):
        return
    held = viewer.roles & verb.roles
    if not held:
        needed = (
            f"it takes one of the roles {', '.join(sorted(verb.roles))}"
            if verb.roles
            else "only whom it is for does it"
        )
        raise Denied(Problem(place, needed, _roles(viewer), "ask an administrator, or whom it is for"))
    if before is not None and not viewer.acts_for.isdisjoint(verb.others(before.record)):
        return
    owners = {after.owner} if before is None else {after.owner, before.record.owner}
    if not all(_acts_for(held, viewer, each) for each in owners):
        whom = ", ".join(sorted(viewer.acts_for)) or "nobody"
        todo = "name as owner somebody that you act for, or leave it to the owner"
        raise Denied(Problem(place, "only its owner changes it", f"you act for {whom}", todo))


def speaks_for_themselves(viewer: Viewer, kind: Kind, verb: Verb, before: Kept | None, after: PactRecord) -> None:
    """Raise Denied where somebody would say in public what others promised or agreed, without acting for all of them.

    The secretariat may, since it keeps the public register; a party may note it for itself, and to whom it shows it.
    """
    named = frozenset(getattr(after, "parties", ()))
    if viewer.keeper or after.tier != "public" or not named or (after.owner is None and viewer.has("analyst")):
        return
    place = f"{kind.name}, {verb.name}, parties"
    unchanged = (
        before is not None
        and before.record.tier == "public"
        and frozenset(getattr(before.record, "parties", ())) == named
    )
    others = sorted(named - viewer.acts_for)
    if others and not unchanged:
        wrong, todo = (
            "in public a party speaks for itself",
            "keep it to yourselves (tier party), or let the secretariat enter it",
        )
        raise Denied(Problem(place, wrong, f"it names {', '.join(others)}, for whom you do not act", todo))


def _about(record: PactRecord) -> str:
    """The person that a record of the register of people is about."""
    return str(getattr(record, "person", "")) or record.id


def could_do(viewer: Viewer, verb: Verb, kept: Kept | None) -> bool:
    """Whether a viewer may do this to a record as it stands, or add one of the kind for somebody; for what a page offers."""
    if viewer.keeper:
        return True
    held = viewer.roles & (verb.roles | verb.asked_by)
    if "write" not in viewer.scopes:
        return False
    if verb.oneself and (viewer.id != ANYBODY.id if kept is None else _about(kept.record) == viewer.id):
        return True
    if held and kept is not None and not viewer.acts_for.isdisjoint(verb.others(kept.record)):
        return True
    return bool(held) and (kept is None or _acts_for(held, viewer, kept.record.owner))


def _acts_for(held: frozenset[str], viewer: Viewer, owner: str | None) -> bool:
    """Whether somebody may act on what an owner keeps; what nobody in particular keeps is the secretariat's."""
    if "administrator" in held:
        return True
    return not held.isdisjoint({"analyst", "round operator"}) if owner is None else owner in viewer.acts_for


def _roles(viewer: Viewer) -> str:
    return ", ".join(sorted(viewer.roles)) or "none"

"""Guarantees of origin of a batch file against the pact: each is used up once, whoever uses it and in whichever file.

A file can only show that it does not use a guarantee twice itself. The pact knows guarantees by a hash of issuer and number, so that firms
find a second use without showing each other a volume.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from orepact.custody.balance import balance
from orepact.custody.batch_file import BatchFile
from orepact.custody.chain import chain_of
from orepact.custody.identity import batch_digest, credential_digest
from orepact.custody.records import Credential
from orepact.errors import BadInput, Problem
from orepact.pact.access import Viewer
from orepact.pact.pact import Command, Pact
from orepact.pact.sight import Sight

Status = Literal["not entered", "free", "used here", "used elsewhere", "held elsewhere", "revoked", "not valid"]
COLUMNS = ("guarantee", "issuer", "batch", "status", "why", "digest")
USABLE: frozenset[Status] = frozenset({"not entered", "free", "used here"})


@dataclass(frozen=True)
class Use:
    """A guarantee that a claim of a file uses up, and how it stands in the pact."""

    credential: Credential
    batch: str
    digest: str
    batch_digest: str
    status: Status
    why: str
    entry: str | None

    def row(self) -> dict[str, Any]:
        """The same as a row."""
        said = (self.credential.id, self.credential.issuer, self.batch, self.status, self.why, self.digest)
        return dict(zip(COLUMNS, said, strict=True))


def uses(sight: Sight, file: BatchFile, place: str = "file") -> tuple[Use, ...]:
    """The guarantees that a file uses up, each as it stands on the day of the sight. Raises BadInput for a file that cannot be.

    All entries count, also those that the viewer may not read: of those only that, and by which hash, they are used is told.
    """
    balance(chain_of(file, place), place)
    entries = {each.record.digest: each for each in sight.state.all("credential")}  # type: ignore[attr-defined]
    known = {each.id: each for each in file.credentials}
    return tuple(
        _use(known[name], file.batch(claim.batch), entries, sight)
        for claim in file.claims
        for name in dict.fromkeys(claim.guarantees)
    )


def _use(credential: Credential, batch: Any, entries: dict[str, Any], sight: Sight) -> Use:
    digest, mine = credential_digest(credential), batch_digest(batch)
    entry = entries.get(digest)
    status, why = _standing(None if entry is None else entry.record, credential, mine, sight)
    if entry is not None and status == "free" and sight.get("credential", entry.id) is None:
        status, why = "held elsewhere", "entered by somebody who does not show it to you"
    return Use(credential, batch.id, digest, mine, status, why, None if entry is None else entry.id)


def _standing(entry: Any, credential: Credential, batch: str, sight: Sight) -> tuple[Status, str]:
    if entry is not None and entry.used_for is not None:
        if entry.used_for == batch:
            return "used here", f"used up by this batch on {entry.used_on}"
        return "used elsewhere", f"used up on {entry.used_on} by the batch {entry.used_for}"
    if entry is not None and entry.revoked is not None and entry.revoked <= sight.day:
        return "revoked", f"revoked on {entry.revoked}"
    if not credential.valid_from <= sight.day <= credential.valid_until:
        return "not valid", f"valid from {credential.valid_from} to {credential.valid_until}, not on {sight.day}"
    return ("not entered", "nobody has entered it") if entry is None else ("free", "entered, and not used up")


def use_all(pact: Pact, viewer: Viewer, file: BatchFile, owner: str | None, place: str = "file") -> tuple[Use, ...]:
    """Use up every guarantee of a file for its batches, all or none, and say how they stand then.

    owner: who keeps the entries; the secretariat when left out. Raises BadInput with every guarantee that is not to be had.
    """
    found = uses(pact.sight(viewer), file, place)
    gone = [each for each in found if each.status not in USABLE]
    if gone:
        raise BadInput(
            [
                Problem(
                    f"{place}, guarantee {each.credential.id}",
                    "it cannot be used up",
                    each.why,
                    "bring another guarantee",
                )
                for each in gone
            ]
        )
    wanted = [each for each in found if each.status != "used here"]
    pact.do_all(viewer, [_command(each, owner) for each in wanted])
    return uses(pact.sight(viewer), file, place)


def _command(use: Use, owner: str | None) -> Command:
    """What uses a guarantee up: one that nobody entered is entered as used."""
    if use.entry is not None:
        return Command("credential", "use", {"batch": use.batch_digest}, use.entry)
    said = use.credential
    data: dict[str, Any] = {
        "name": f"Guarantee of origin {said.id}"[:200], "digest": use.digest, "scheme": said.scheme, "issuer": said.issuer,
        "begins": said.valid_from.isoformat(), "ends": said.valid_until.isoformat(), "used_for": use.batch_digest,
        "tier": "firm" if owner else "public",
    }  # fmt: skip
    return Command("credential", "add", data | ({"owner": owner} if owner else {}))

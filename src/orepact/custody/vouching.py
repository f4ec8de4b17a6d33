"""Who vouches for a credential: the documents of a file with how each stands, signed by a known issuer, unsigned, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from orepact.custody.batch_file import BatchFile
from orepact.custody.epcis import read_epcis
from orepact.custody.keys import NO_KEYS, Keyring
from orepact.custody.records import Credential
from orepact.custody.schemes import scheme_problem
from orepact.custody.signing import Signed, verify_jwt, verify_proof
from orepact.custody.untp import Read, read_document
from orepact.errors import BadInput, Problem
from orepact.policy.record import shown

ENVELOPED = "EnvelopedVerifiableCredential"
DATA = "data:application/vc+jwt,"
UNSIGNED = "nobody signed it"


@dataclass(frozen=True)
class Standing:
    """A credential and how it stands.

    signed: by an issuer that the keys name for its scheme. why: in words. failed: criteria that the issuer says are not met.
    """

    credential: Credential
    signed: bool
    why: str
    failed: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Vouched:
    """Every document of a file that can be read, and what is wrong with the others."""

    standings: tuple[Standing, ...]
    refused: tuple[Problem, ...]


def vouched(file: BatchFile, on: date, keys: Keyring = NO_KEYS, place: str = "file") -> tuple[BatchFile, Vouched]:
    """The file with what its signed documents and EPCIS events add, and how every credential stands on a day.

    A document that cannot be trusted adds nothing, and is named with the reason. What is said twice under one id, and differs, is refused.
    """
    standings = [Standing(each, signed=False, why=UNSIGNED) for each in file.credentials]
    refused = [each for each in (_scheme_fault(one, place) for one in file.credentials) if each is not None]
    added = _Added(file)
    for at, document in enumerate(file.signed, start=1):
        spot = f"{place}, signed, {at}"
        try:
            signed = opened(document, keys, on, spot)
            read = read_document(signed.document, spot)
            standings += _signed(read, signed, spot)
            added.take(read, spot)
        except BadInput as error:
            refused += list(error.problems)
    for at, document in enumerate(file.epcis, start=1):
        added.take(Read(events=read_epcis(document, f"{place}, epcis, {at}")), f"{place}, epcis, {at}")
    standings, doubled = _one_each(standings, place)
    whole = replace(added.file(), credentials=tuple(each.credential for each in standings))
    return whole, Vouched(tuple(standings), (*refused, *doubled))


def opened(document: Any, keys: Keyring, on: date, place: str) -> Signed:
    """A signed document, whichever way it is signed; BadInput with the reason where it cannot be trusted."""
    if isinstance(document, str):
        return verify_jwt(document.strip(), keys, on, place)
    if not isinstance(document, Mapping):
        raise BadInput(
            Problem(place, "it is no signed document", shown(document), "give a token, or a document with a proof")
        )
    types = document.get("type")
    if types == ENVELOPED or (isinstance(types, list) and ENVELOPED in types):
        name = str(document.get("id", ""))
        if not name.startswith(DATA):
            raise BadInput(Problem(place, "the envelope holds no token", shown(name), f"put it behind {DATA}"))
        return verify_jwt(name.removeprefix(DATA), keys, on, place)
    return verify_proof(document, keys, on, place)


def _signed(read: Read, signed: Signed, place: str) -> list[Standing]:
    """How the credentials in a document stand: its issuer must be one that the keys let speak for the scheme."""
    found = []
    for each in read.credentials:
        fault = _scheme_fault(each, place)
        if fault is not None:
            raise BadInput(fault)
        failed = frozenset(criterion for number, criterion in read.failed if number == each.id)
        may = signed.issuer.may(each.kind, each.scheme)
        why = (
            f"signed by {signed.issuer.name}"
            if may
            else (
                f"the signature is good, but the keys do not let {signed.issuer.name} vouch for {each.scheme} ({each.kind})"
            )
        )
        found.append(Standing(each, signed=may, why=why, failed=failed))
    return found


class _Added:
    """Batches and events that documents add to a file."""

    def __init__(self, file: BatchFile) -> None:
        self.first = file
        self.batches = {each.id: each for each in file.batches}
        self.events = {each.id: each for each in file.events}

    def take(self, read: Read, place: str) -> None:
        """Add what a document holds; BadInput where it contradicts what is there."""
        for batch in read.batches:
            if self.batches.setdefault(batch.id, batch) != batch:
                raise BadInput(_two_ways(f"the batch {batch.id}", place))
        for event in read.events:
            if self.events.setdefault(event.id, event) != event:
                raise BadInput(_two_ways(f"the event {event.id}", place))

    def file(self) -> BatchFile:
        """The file with them."""
        return replace(self.first, batches=tuple(self.batches.values()), events=tuple(self.events.values()))


def _two_ways(what: str, place: str) -> Problem:
    return Problem(place, f"{what} is told in two ways", "two records that differ", "keep the one that is right")


def _one_each(standings: list[Standing], place: str) -> tuple[list[Standing], list[Problem]]:
    """Every credential once: a signed one stands for an unsigned record of the same; two that differ are refused."""
    found: dict[str, Standing] = {}
    problems = []
    for each in standings:
        name = each.credential.id
        before = found.get(name)
        if before is None or (before.credential == each.credential and not before.signed):
            found[name] = each
        elif before.credential != each.credential:
            wrong = f"the credential {name} is there twice and says two things"
            problems.append(Problem(f"{place}, credentials", wrong, "two documents that differ", "keep the signed one"))
            found[name] = before if before.signed else each
    return list(found.values()), problems


def _scheme_fault(credential: Credential, place: str) -> Problem | None:
    if credential.kind != "certificate":
        return None
    return scheme_problem(credential.scheme, f"{place}, credentials, {credential.id}, scheme")

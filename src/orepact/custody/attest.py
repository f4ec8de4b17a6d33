"""Proof without numbers: commitments to the amounts of a chain, one root for all of them, and what an auditor signs of that root.

* Commitment: SHA-256 over canonical JSON (RFC 8785) of field, value and a random salt of 32 bytes. Whoever has no salt learns nothing.
* Root: a Merkle tree over the commitments in the order of their names; a leaf is hashed with 0x00 before it and a knot with 0x01, so that
  neither can pass for the other. An odd one moves up unchanged.
* A disclosed field comes with its salt and the hashes beside its way up, and is checked against the root without the others.
* An attestation is a signed document in which an auditor says that outputs stay within inputs times yield at a site in a period, of the
  amounts behind a root. Whether that is so is the auditor's word: there is no zero-knowledge proof here, and none is claimed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from orepact.custody.balance import balance
from orepact.custody.chain import Chain
from orepact.custody.records import MAKING, Credential
from orepact.custody.signing import canonical
from orepact.errors import BadInput, MissingData, Problem
from orepact.policy.record import shown

SALT = 32
LEAF, KNOT = b"\x00", b"\x01"
MOST_STEPS = 64
HEX = 64


@dataclass(frozen=True)
class Opening:
    """What is disclosed of one field: its name, value and salt, and the hashes beside its way to the root, each with its side."""

    field: str
    value: str
    salt: str
    path: tuple[tuple[str, str], ...]

    def as_record(self) -> dict[str, Any]:
        """The same in JSON terms."""
        return {"field": self.field, "value": self.value, "salt": self.salt, "path": [list(each) for each in self.path]}


@dataclass(frozen=True)
class Committed:
    """A root, and the secret behind it: values and salts by field. Only the root is for others."""

    root: str
    values: Mapping[str, str]
    salts: Mapping[str, str]

    def opening(self, field: str) -> Opening:
        """What to disclose of one field; BadInput where there is none of that name."""
        if field not in self.values:
            raise BadInput(Problem("field", "there is no such commitment", shown(field), "choose one of the fields"))
        names = sorted(self.values)
        leaves = [leaf(name, self.values[name], self.salts[name]) for name in names]
        return Opening(field, self.values[field], self.salts[field], _path(leaves, names.index(field)))


def leaf(field: str, value: str, salt: str) -> bytes:
    """The commitment to a field."""
    return hashlib.sha256(LEAF + canonical({"field": field, "salt": salt, "value": value})).digest()


def commit(values: Mapping[str, str], salts: Mapping[str, str] | None = None) -> Committed:
    """Commitments to some values under fresh salts, and their root. salts: those of an earlier one, to make its root again."""
    if not values:
        raise MissingData(Problem("values", "there is nothing to commit to", "no amount", "give at least one"))
    used = {name: secrets.token_hex(SALT) for name in values} if salts is None else dict(salts)
    level = [leaf(name, values[name], used[name]) for name in sorted(values)]
    while len(level) > 1:
        level = _above(level)
    return Committed(level[0].hex(), dict(values), used)


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [_knot(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs


def _knot(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(KNOT + left + right).digest()


def _path(level: list[bytes], at: int) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            found.append(("left" if beside < at else "right", level[beside].hex()))
        level, at = _above(level), at // 2
    return tuple(found)


def verify(opening: Opening, root: str) -> bool:
    """Whether a disclosed field belongs to a root."""
    found = leaf(opening.field, opening.value, opening.salt)
    for side, beside in opening.path:
        other = bytes.fromhex(beside)
        found = _knot(other, found) if side == "left" else _knot(found, other)
    return hmac.compare_digest(found.hex(), root)


def read_opening(given: Any, place: str) -> Opening:
    """An opening from JSON terms; BadInput where it is none."""
    known = isinstance(given, Mapping) and all(isinstance(given.get(name), str) for name in ("field", "value", "salt"))
    path = given.get("path") if isinstance(given, Mapping) else None
    if not known or not isinstance(path, list) or len(path) > MOST_STEPS or not all(_is_step(each) for each in path):
        todo = "give field, value, salt and path, as they were disclosed"
        raise BadInput(Problem(place, "it discloses no field", shown(given), todo))
    return Opening(given["field"], given["value"], given["salt"], tuple((side, beside) for side, beside in path))


def _is_step(given: Any) -> bool:
    if not isinstance(given, list) or len(given) != 2 or given[0] not in {"left", "right"}:
        return False
    return isinstance(given[1], str) and len(given[1]) == HEX and not set(given[1]) - set("0123456789abcdef")


def amounts_at(chain: Chain, site: str, period: str) -> dict[str, str]:
    """The amounts that a site handles in a period, by field: what its events take, what they make, and their yields."""
    found: dict[str, str] = {}
    for event in chain.file.events:
        if event.kind not in MAKING or (event.site, event.period) != (site, period):
            continue
        for name, amount in chain.taken(event).items():
            found[f"{event.id}/in/{name}"] = _told(amount, name)
        for name in event.outputs:
            found[f"{event.id}/out/{name}"] = _told(chain.content(name), name)
        found[f"{event.id}/yield"] = str(chain.yield_of(event))
    if not found:
        problem = Problem(
            "--site, --period", "nothing is made there in that period", f"{site}, {period}", "choose others"
        )
        raise MissingData(problem)
    return found


def _told(amount: Any, name: str) -> str:
    if amount is None:
        problem = Problem(
            f"batches, {name}", "its amount is not in the file", "no content_kg", "attest with whole amounts"
        )
        raise MissingData(problem)
    return str(amount)


def attestation(
    chain: Chain, site: str, period: str, *, issuer: str, number: str, days: tuple[date, date]
) -> tuple[Credential, Committed]:
    """What an auditor signs of a site and period, and the secret behind its root.

    The balance of the whole chain is checked first: nobody can attest with this what the amounts do not bear out. Raises BadInput for a
    chain that does not balance, MissingData where nothing is made there or an amount is not given. days: validity.
    """
    balance(chain)
    secret = commit(amounts_at(chain, site, period))
    found = Credential(
        id=number,
        kind="mass balance attestation",
        issuer=issuer,
        subject=site,
        scheme="mass balance",
        valid_from=days[0],
        valid_until=days[1],
        period=period,
        root=secret.root,
    )
    return found, secret

"""Keys of issuers, from a file of the user's own: no key is ever fetched.

A ``did:key`` carries its key in its name, and proves by itself only that whoever made it signed; whether its holder may speak for a scheme
is what the file says. A ``did:web`` needs its keys in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from orepact.custody.batch_file import parse, read_row
from orepact.custody.records import CredentialKind, Id, Words
from orepact.errors import BadInput, Problem, unknown_problem
from orepact.policy.attributes import attribute
from orepact.policy.record import Record, shown

FORMAT = "orepact-keys-1"
KEEPER = "whoever keeps the keys"
MOST_ISSUERS = 2000
ANY = "*"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LONGEST_MULTIBASE = 200
ED25519, P256 = b"\xed\x01", b"\x80\x24"
"""Prefixes that say which kind of key follows (multicodec)."""

SIZES = {ED25519: 32, P256: 33}


class Issuer(Record):
    """Somebody whose signatures are known, and what they may vouch for."""

    id: Id = attribute(unit="id", meaning="identifier: did:key or did:web", source=KEEPER)
    name: Words = attribute(unit="text", meaning="who it is", source=KEEPER)
    schemes: tuple[str, ...] = attribute((), unit="ids", meaning="schemes it may vouch for; * for all", source=KEEPER)
    kinds: tuple[CredentialKind, ...] = attribute(
        ("certificate",), unit="names", meaning="kinds of documents that it may give", source=KEEPER
    )
    keys: tuple[dict[str, Any], ...] = attribute(
        (), unit="list", meaning="its public keys (JWK); none for a did:key", source=KEEPER, max_length=20
    )
    withdrawn: tuple[str, ...] = attribute(
        (), unit="ids", meaning="documents that it has withdrawn", source=KEEPER, max_length=10_000
    )

    def may(self, kind: str, scheme: str) -> bool:
        """Whether it may give a document of a kind, for a scheme."""
        return kind in self.kinds and (kind != "certificate" or ANY in self.schemes or scheme in self.schemes)


class KeyFile(Record):
    """The issuers of a file."""

    format: str = attribute(FORMAT, unit="name", meaning="form of the file", source=KEEPER)
    demonstration: bool = attribute(default=False, unit="1", meaning="made up, for a demonstration", source=KEEPER)
    issuers: tuple[Issuer, ...] = Field((), max_length=MOST_ISSUERS, description="issuers")


@dataclass(frozen=True)
class Keyring:
    """Issuers by identifier."""

    issuers: Mapping[str, Issuer]

    def issuer(self, name: str, place: str) -> Issuer:
        """The issuer of that identifier; BadInput where the keys do not name it."""
        found = self.issuers.get(name)
        if found is None:
            wrong = "nobody knows its issuer: no key of it is given"
            todo = "give its key with --keys, once you know whose it is"
            raise BadInput(Problem(place, wrong, shown(name), todo))
        return found

    def key(self, issuer: Issuer, kid: str | None, place: str) -> Any:
        """The public key of an issuer that a signature names; the only one where it names none."""
        if issuer.id.startswith("did:key:"):
            return key_of_did(issuer.id, place)
        named = [each for each in issuer.keys if kid is None or each.get("kid") in {kid, kid.rsplit("#", 1)[-1]}]
        if len(named) != 1:
            wrong = f"the key of {issuer.id} cannot be told" if named else f"{issuer.id} has no key of that name"
            raise BadInput(Problem(place, wrong, shown(kid), "give the issuer's key with that kid in the file of keys"))
        return public_key(named[0], place)


NO_KEYS = Keyring({})


def read_keys(path: Path) -> Keyring:
    """The keys that a file (.json or .yaml) holds; BadInput with all that is wrong."""
    try:
        content = path.read_bytes()
    except OSError as error:
        found = str(error.strerror or "an error of the disk")
        raise BadInput(Problem(path.name, "the file of keys cannot be read", found, "check its name")) from None
    return keys_of(parse(content, path.name), path.name)


def keys_of(given: Any, place: str) -> Keyring:
    """The keys of a mapping; BadInput with all that is wrong. A private key is refused: it has no place there."""
    if not isinstance(given, Mapping):
        raise BadInput(Problem(place, "a file of keys has keys", shown(given), f"give format: {FORMAT} and issuers"))
    problems: list[Problem] = []
    found: KeyFile | None = read_row(KeyFile, given, place, problems)
    if problems or found is None:
        raise BadInput(problems or Problem(place, "the keys cannot be read", "no keys", "see docs/eligible.md"))
    if found.format != FORMAT:
        problems.append(
            Problem(f"{place}, format", "this form of file is not known", shown(found.format), f"write {FORMAT}")
        )
    for each in found.issuers:
        problems += _faults(each, f"{place}, issuers, {each.id}")
    if problems:
        raise BadInput(problems)
    return Keyring({each.id: each for each in found.issuers})


def _faults(issuer: Issuer, place: str) -> list[Problem]:
    from orepact.custody.schemes import schemes

    known = (ANY, *schemes())
    problems = [
        unknown_problem(f"{place}, schemes", "scheme", each, known) for each in issuer.schemes if each not in known
    ]
    if not issuer.id.startswith(("did:key:", "did:web:")):
        problems.append(Problem(place, "only did:key and did:web are read", shown(issuer.id), "name it as one of them"))
    for key in issuer.keys:
        if "d" in key:
            todo = "leave out d, and use that key no more"
            problems.append(
                Problem(f"{place}, keys", "a private key stands where a public one belongs", "the field d", todo)
            )
        else:
            try:
                public_key(key, f"{place}, keys")
            except BadInput as error:
                problems += error.problems
    return problems


def public_key(jwk: Mapping[str, Any], place: str) -> Any:
    """A key of P-256 or Ed25519 from its JWK; BadInput for any other."""
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, OKPKey

    kinds: dict[tuple[str, str], Any] = {("EC", "P-256"): ECKey, ("OKP", "Ed25519"): OKPKey}
    kind = kinds.get((str(jwk.get("kty")), str(jwk.get("crv"))))
    if kind is None:
        found = f"{jwk.get('kty')} {jwk.get('crv')}"[:60]
        raise BadInput(Problem(place, "only keys of P-256 and Ed25519 are read", found, "give one of them"))
    try:
        return kind.import_key(
            {name: str(value) for name, value in jwk.items() if name in {"kty", "crv", "x", "y", "d"}}
        )
    except (JoseError, ValueError, TypeError):
        raise BadInput(Problem(place, "it is no key", "fields that make none", "give the JWK again")) from None


def key_of_did(did: str, place: str) -> Any:
    """The key that a did:key carries in its name."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from joserfc.jwk import ECKey, OKPKey

    raw = from_multibase(did.removeprefix("did:key:").split("#")[0], place)
    prefix, body = raw[:2], raw[2:]
    if SIZES.get(prefix) != len(body):
        raise BadInput(
            Problem(place, "it names no key of P-256 or Ed25519", shown(did), "give a did:key of one of them")
        )
    try:
        made = (
            Ed25519PublicKey.from_public_bytes(body)
            if prefix == ED25519
            else EllipticCurvePublicKey.from_encoded_point(SECP256R1(), body)
        )
    except ValueError:
        raise BadInput(
            Problem(place, "it names no point of the curve", shown(did), "give the issuer's did again")
        ) from None
    pem = made.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return (OKPKey if prefix == ED25519 else ECKey).import_key(pem)


def did_of(key: Any) -> str:
    """The did:key of a key of joserfc."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = key.public_key
    if isinstance(public, Ed25519PublicKey):
        return "did:key:" + multibase(ED25519 + public.public_bytes(Encoding.Raw, PublicFormat.Raw))
    return "did:key:" + multibase(P256 + public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))


def multibase(content: bytes) -> str:
    """Bytes in base 58 with the sign of it, ``z``."""
    number, text = int.from_bytes(content, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    zeros = len(content) - len(content.lstrip(b"\x00"))
    return "z" + BASE58[0] * zeros + text


def from_multibase(text: str, place: str) -> bytes:
    """The bytes of a text in base 58; BadInput where it is none."""
    if not text.startswith("z") or len(text) > LONGEST_MULTIBASE or set(text[1:]) - set(BASE58):
        raise BadInput(Problem(place, "it is not in base 58", shown(text), "give text that begins with z"))
    number = 0
    for letter in text[1:]:
        number = 58 * number + BASE58.index(letter)
    zeros = len(text[1:]) - len(text[1:].lstrip(BASE58[0]))
    return b"\x00" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")

"""Signatures on documents: a JSON Web Token around it (ES256, EdDSA), or a Data Integrity proof inside it (``eddsa-jcs-2022``).

Checking asks for the issuer's key in the user's own file; nothing is fetched, and no JSON-LD context is loaded. Each refusal is a
sentence: no signature at all (``alg: none``), another kind of signature, an issuer or key that nobody knows, a document changed after it
was signed, one that has run out, one that was withdrawn.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from orepact.custody.keys import Issuer, Keyring, from_multibase, multibase
from orepact.errors import BadInput, Problem
from orepact.policy.record import shown

SIGNATURES = ("ES256", "EdDSA", "Ed25519")
LONGEST = 120_000
"""Characters of a token."""

SUITE = "eddsa-jcs-2022"
TYPE = "vc+jwt"
LATEST = 10**11
"""No moment is later, in seconds of 1970."""


@dataclass(frozen=True)
class Signed:
    """A document whose signature holds, and who signed it."""

    document: dict[str, Any]
    issuer: Issuer


def sign_jwt(document: Mapping[str, Any], key: Any, kid: str) -> str:
    """A document as a signed token."""
    from joserfc import jws

    alg = "ES256" if key.key_type == "EC" else "EdDSA"
    header = {"alg": alg, "typ": TYPE, "kid": kid}
    content = json.dumps(plain(document), ensure_ascii=False, separators=(",", ":"))
    return str(jws.serialize_compact(header, content.encode(), key, registry=_registry()))


def verify_jwt(token: str, keys: Keyring, on: date, place: str) -> Signed:
    """The document in a token whose signature holds on a day; BadInput with the reason otherwise."""
    from joserfc import jws
    from joserfc.errors import JoseError

    header, document = _read_token(token, place)
    alg = header.get("alg")
    if isinstance(alg, str) and alg.casefold() == "none":
        raise BadInput(Problem(place, "nobody signed it", "alg: none", "ask its issuer for a signed one"))
    if alg not in SIGNATURES:
        raise BadInput(
            Problem(place, "this kind of signature is not read", shown(alg), f"use {' or '.join(SIGNATURES[:2])}")
        )
    issuer = keys.issuer(issuer_of(document, place), place)
    key = keys.key(issuer, _text(header.get("kid")), place)
    try:
        jws.deserialize_compact(token, key, registry=_registry())
    except JoseError:
        raise BadInput(_forged(place, issuer)) from None
    _in_time(document, on, place)
    return _not_withdrawn(Signed(document, issuer), place)


def sign_proof(document: Mapping[str, Any], key: Any, method: str, created: datetime) -> dict[str, Any]:
    """A document with a Data Integrity proof inside it."""
    body = {name: value for name, value in plain(document).items() if name != "proof"}
    proof: dict[str, Any] = {
        "type": "DataIntegrityProof", "cryptosuite": SUITE, "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method, "proofPurpose": "assertionMethod",
    }  # fmt: skip
    if "@context" in body:
        proof["@context"] = body["@context"]
    value = multibase(key.private_key.sign(hashed(body, proof)))
    return body | {"proof": proof | {"proofValue": value}}


def verify_proof(document: Mapping[str, Any], keys: Keyring, on: date, place: str) -> Signed:
    """The document without its proof, where the proof holds on a day; BadInput with the reason otherwise."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    proof = document.get("proof")
    if not isinstance(proof, Mapping):
        raise BadInput(Problem(place, "nobody signed it", "no proof", "ask its issuer for a signed one"))
    if (proof.get("type"), proof.get("cryptosuite")) != ("DataIntegrityProof", SUITE):
        raise BadInput(
            Problem(place, "this kind of proof is not read", shown(proof.get("cryptosuite")), f"use {SUITE}")
        )
    if proof.get("proofPurpose") != "assertionMethod":
        found = shown(proof.get("proofPurpose"))
        raise BadInput(
            Problem(place, "the proof was made for another purpose", found, "ask for one with assertionMethod")
        )
    body = {name: value for name, value in document.items() if name != "proof"}
    issuer = keys.issuer(issuer_of(body, place), place)
    method = _text(proof.get("verificationMethod")) or ""
    if method.split("#")[0] != issuer.id:
        raise BadInput(
            Problem(place, f"it is signed by another than its issuer {issuer.id}", shown(method), "ask its issuer")
        )
    key = keys.key(issuer, method, place)
    public = key.public_key
    value = from_multibase(_text(proof.get("proofValue")) or "", f"{place}, proof")
    options = {name: each for name, each in proof.items() if name != "proofValue"}
    try:
        if not isinstance(public, Ed25519PublicKey):
            raise BadInput(Problem(place, f"{SUITE} needs a key of Ed25519", "another kind of key", "ask for one"))
        public.verify(value, hashed(body, options))
    except (InvalidSignature, ValueError):
        raise BadInput(_forged(place, issuer)) from None
    _in_time(body, on, place)
    return _not_withdrawn(Signed(body, issuer), place)


def hashed(body: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """What eddsa-jcs-2022 signs: the hash of the options, then that of the document, each in canonical JSON (RFC 8785)."""
    return hashlib.sha256(canonical(options)).digest() + hashlib.sha256(canonical(body)).digest()


def canonical(value: Any) -> bytes:
    """Canonical JSON by RFC 8785; BadInput where there is no such form."""
    import rfc8785

    try:
        return bytes(rfc8785.dumps(plain(value)))
    except (rfc8785.CanonicalizationError, ValueError) as error:
        raise BadInput(
            Problem("document", "it has no canonical form", str(error)[:80], "use smaller numbers")
        ) from None


def plain(value: Any) -> Any:
    """The same in JSON terms, numbers as JSON programs read them."""
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def issuer_of(document: Mapping[str, Any], place: str) -> str:
    """Who a document says gave it."""
    found = document.get("issuer")
    found = found.get("id") if isinstance(found, Mapping) else found
    if not isinstance(found, str) or not found:
        raise BadInput(
            Problem(f"{place}, issuer", "it does not say who gives it", shown(found), "ask for one that does")
        )
    return found


def _read_token(token: str, place: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and content of a token, not checked yet."""
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3:
        found = f"{len(parts)} parts, {len(token)} characters"
        raise BadInput(
            Problem(place, "it is no signed token", found, f"give three parts, at most {LONGEST} characters")
        )
    found_parts = [_decoded(part, place) for part in parts[:2]]
    return found_parts[0], found_parts[1]


def _decoded(part: str, place: str) -> dict[str, Any]:
    from orepact.custody.batch_file import check_depth

    try:
        content = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
        found = json.loads(content.decode("utf-8"))
    except (ValueError, binascii.Error, RecursionError):
        raise BadInput(
            Problem(place, "it is no signed token", "a part that is no JSON", "ask its issuer again")
        ) from None
    if not isinstance(found, dict):
        raise BadInput(Problem(place, "it is no signed token", "a part that has no keys", "ask its issuer again"))
    check_depth(found, place)
    return found


def _registry() -> Any:
    """The signatures that are read; EdDSA is the older name of Ed25519, which credentials still use."""
    from joserfc.errors import UnsupportedAlgorithmError
    from joserfc.jws import JWSRegistry

    class Known(JWSRegistry):
        def get_alg(self, name: str) -> Any:
            if name not in SIGNATURES:
                raise UnsupportedAlgorithmError(f"Algorithm of '{name}' is not allowed")
            return self.algorithms["Ed25519" if name == "EdDSA" else name]

    return Known(strict_check_header=False)


def _forged(place: str, issuer: Issuer) -> Problem:
    wrong = f"the signature is not that of {issuer.id} on this document: it was changed or forged"
    return Problem(place, wrong, "a signature that does not fit", "ask the issuer for the document itself")


def _in_time(document: Mapping[str, Any], on: date, place: str) -> None:
    """Refuse a token that has run out or is not valid yet, by its own times; validity of what it says is judged by period."""
    for name, late in (("exp", True), ("nbf", False)):
        value = document.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LATEST:
            raise BadInput(Problem(f"{place}, {name}", "it is no time", shown(value), "ask its issuer again"))
        day = datetime.fromtimestamp(value, tz=UTC).date()
        if (day < on) if late else (day > on):
            words = "it has expired" if late else "it is not valid yet"
            raise BadInput(Problem(place, words, f"{name} {day}, asked on {on}", "ask its issuer for a new one"))


def _not_withdrawn(found: Signed, place: str) -> Signed:
    name = _text(found.document.get("id")) or ""
    if name and name in found.issuer.withdrawn:
        raise BadInput(Problem(place, "its issuer has withdrawn it", shown(name), "ask its issuer for a new one"))
    return found


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None

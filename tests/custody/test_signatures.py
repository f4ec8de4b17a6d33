"""Signatures: what holds is trusted, and every forgery is refused in words."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from chains import made
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey

from orepact.custody.batch_file import read_batch_file
from orepact.custody.eligible import eligible
from orepact.custody.keys import did_of, from_multibase, key_of_did, keys_of, multibase
from orepact.custody.records import Credential
from orepact.custody.signing import canonical, sign_jwt, sign_proof, verify_jwt, verify_proof
from orepact.custody.untp import conformity_record
from orepact.custody.vouching import DATA, ENVELOPED, vouched
from orepact.errors import BadInput

ON = date(2026, 11, 1)
ED, EC, OTHER = OKPKey.generate_key("Ed25519"), ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")
DID, EC_DID, OTHER_DID = did_of(ED), did_of(EC), did_of(OTHER)
WEB = "did:web:body.example"
KEYS = keys_of(
    {
        "format": "orepact-keys-1",
        "issuers": [
            {"id": DID, "name": "Body", "schemes": ["irma"], "withdrawn": ["gone"]},
            {"id": EC_DID, "name": "Other body", "schemes": ["*"]},
            {"id": WEB, "name": "Web body", "schemes": ["irma"], "keys": [{**ED.as_dict(private=False), "kid": "k1"}]},
        ],
    },
    "keys",
)


def credential(issuer: str = DID, **fields: Any) -> Credential:
    row: dict[str, Any] = {"id": "c1", "issuer": issuer, "subject": "pit", "scheme": "irma", "valid_from": date(2026, 1, 1),
                           "valid_until": date(2026, 12, 31)}  # fmt: skip
    return Credential.model_validate(row | fields)


def refused(token: str) -> str:
    with pytest.raises(BadInput) as caught:
        verify_jwt(token, KEYS, ON, "doc")
    return str(caught.value)


def part(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(("key", "did", "alg"), [(ED, DID, "EdDSA"), (EC, EC_DID, "ES256")], ids=["EdDSA", "ES256"])
def test_both_kinds_of_signatures_hold(key: Any, did: str, alg: str) -> None:
    document = conformity_record(credential(did))
    token = sign_jwt(document, key, f"{did}#key")
    assert json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["alg"] == alg
    found = verify_jwt(token, KEYS, ON, "doc")
    assert found.document == document
    assert found.issuer.id == did


def test_a_key_of_did_web_is_named_by_its_kid() -> None:
    document = conformity_record(credential(WEB))
    assert verify_jwt(sign_jwt(document, ED, f"{WEB}#k1"), KEYS, ON, "doc").issuer.id == WEB
    assert "has no key of that name" in refused(sign_jwt(document, ED, f"{WEB}#k2"))


def test_no_signature_and_weak_ones_are_refused() -> None:
    document = conformity_record(credential())
    for alg in ("none", "None", "NONE"):
        assert "nobody signed it; found alg: none" in refused(f"{part({'alg': alg})}.{part(document)}.")
    assert "this kind of signature is not read; found 'HS256'" in refused(
        f"{part({'alg': 'HS256'})}.{part(document)}.AAAA"
    )
    assert "this kind of signature is not read; found nothing" in refused(f"{part({})}.{part(document)}.AAAA")


def test_a_changed_document_is_refused() -> None:
    head, _, tail = sign_jwt(conformity_record(credential()), ED, DID).split(".")
    changed = part(conformity_record(credential(subject="hole")))
    assert "it was changed or forged" in refused(f"{head}.{changed}.{tail}")


def test_a_signature_of_another_key_and_an_unknown_issuer_are_refused() -> None:
    assert "it was changed or forged" in refused(sign_jwt(conformity_record(credential(DID)), OTHER, DID))
    assert "nobody knows its issuer" in refused(sign_jwt(conformity_record(credential(OTHER_DID)), OTHER, OTHER_DID))


def test_a_key_of_another_kind_is_refused() -> None:
    # The header says ES256, the issuer's key is of Ed25519: neither may stand in for the other.
    assert "it was changed or forged" in refused(sign_jwt(conformity_record(credential(DID)), EC, DID))


def test_run_out_not_yet_valid_and_withdrawn() -> None:
    late = conformity_record(credential()) | {"exp": int(datetime(2026, 10, 31, tzinfo=UTC).timestamp())}
    assert "it has expired; found exp 2026-10-31, asked on 2026-11-01" in refused(sign_jwt(late, ED, DID))
    early = conformity_record(credential()) | {"nbf": int(datetime(2026, 11, 2, tzinfo=UTC).timestamp())}
    assert "it is not valid yet" in refused(sign_jwt(early, ED, DID))
    assert "its issuer has withdrawn it" in refused(sign_jwt(conformity_record(credential(id="gone")), ED, DID))
    assert "it is no time" in refused(sign_jwt(conformity_record(credential()) | {"exp": "soon"}, ED, DID))


@pytest.mark.parametrize(
    "token",
    ["", "a.b", "a.b.c", "....", f"{part([])}.{part({})}.x", f"{part({'alg': 'ES256'})}.{part({})}.x", "x" * 200_000],
)
def test_what_is_no_token_is_said(token: str) -> None:
    assert "(doc" in refused(token)


def test_a_proof_inside_holds_and_a_change_breaks_it() -> None:
    document = conformity_record(credential())
    signed = sign_proof(document, ED, f"{DID}#{DID.removeprefix('did:key:')}", datetime(2026, 10, 1, tzinfo=UTC))
    assert verify_proof(signed, KEYS, ON, "doc").document == document
    for changed, said in (
        (signed | {"validUntil": "2030-01-01T00:00:00Z"}, "it was changed or forged"),
        (signed | {"proof": signed["proof"] | {"created": "2026-10-02T00:00:00Z"}}, "it was changed or forged"),
        (signed | {"proof": signed["proof"] | {"cryptosuite": "eddsa-rdfc-2022"}}, "this kind of proof is not read"),
        (signed | {"proof": signed["proof"] | {"proofPurpose": "authentication"}}, "for another purpose"),
        (
            signed | {"proof": signed["proof"] | {"verificationMethod": f"{OTHER_DID}#x"}},
            "signed by another than its issuer",
        ),
        ({name: each for name, each in signed.items() if name != "proof"}, "nobody signed it"),
    ):
        with pytest.raises(BadInput, match=said):
            verify_proof(changed, KEYS, ON, "doc")


def test_canonical_json_is_that_of_rfc_8785() -> None:
    # Appendix of the standard: keys by code units of UTF-16, numbers as ECMAScript writes them.
    assert canonical({"b": 1.0, "a": [True, None, 4.50, 2e-3, 1e30]}) == b'{"a":[true,null,4.5,0.002,1e+30],"b":1}'
    assert canonical({"\u20ac": 1, "\r": 2}) == '{"\\r":2,"\u20ac":1}'.encode()


@given(st.binary(min_size=0, max_size=60))
def test_base_58_comes_back(content: bytes) -> None:
    assert from_multibase(multibase(content), "text") == content


def test_a_known_key_has_its_known_name() -> None:
    # did:key of the all-zero seed's public key has the prefix that every key of Ed25519 has; P-256 has zDn.
    assert DID.startswith("did:key:z6Mk")
    assert EC_DID.startswith("did:key:zDn")
    assert key_of_did(DID, "x").as_dict(private=False)["x"] == ED.as_dict(private=False)["x"]
    assert key_of_did(EC_DID, "x").as_dict(private=False)["x"] == EC.as_dict(private=False)["x"]
    for wrong in (
        "did:key:z",
        "did:key:abc",
        "did:key:z6Mk",
        "did:key:" + multibase(b"\x80\x24" + b"\x02" + b"\xff" * 32),
    ):
        with pytest.raises(BadInput):
            key_of_did(wrong, "x")


@pytest.mark.parametrize(
    ("issuer", "said"),
    [
        ({"id": "did:web:x", "name": "X", "schemes": ["irm"]}, "did you mean irma"),
        ({"id": "did:ion:x", "name": "X"}, "only did:key and did:web are read"),
        (
            {"id": "did:web:x", "name": "X", "keys": [ED.as_dict(private=True)]},
            "a private key stands where a public one belongs",
        ),
        ({"id": "did:web:x", "name": "X", "keys": [{"kty": "RSA"}]}, "only keys of P-256 and Ed25519 are read"),
        ({"id": "did:web:x", "name": "X", "key": []}, "did you mean keys"),
    ],
    ids=["scheme", "method", "private", "kind", "field"],
)
def test_a_file_of_keys_says_its_faults(issuer: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        keys_of({"format": "orepact-keys-1", "issuers": [issuer]}, "keys")


def test_a_good_signature_of_somebody_who_may_not_vouch_does_not_count() -> None:
    token = sign_jwt(conformity_record(credential(scheme="tsm")), ED, DID)
    _, papers = vouched(read_batch_file(made(signed=[token])), ON, KEYS)
    (standing,) = papers.standings
    assert not standing.signed
    assert "the keys do not let Body vouch for tsm" in standing.why


def test_an_envelope_is_opened_and_a_forged_one_is_named_and_adds_nothing() -> None:
    token = sign_jwt(conformity_record(credential()), ED, DID)
    good = {"@context": ["x"], "type": ENVELOPED, "id": DATA + token}
    bad = {"@context": ["x"], "type": ENVELOPED, "id": DATA + token[:-6] + "AAAAAA"}
    _, papers = vouched(read_batch_file(made(signed=[good, bad])), ON, KEYS)
    assert [each.signed for each in papers.standings] == [True]
    assert "changed or forged" in str(papers.refused[0])
    verdict = eligible(read_batch_file(made(signed=[bad])), on=ON, keys=KEYS)
    assert verdict.outcome == "cannot tell"


def test_a_signed_credential_beats_a_plain_record_of_the_same_number_and_a_contradiction_is_said() -> None:
    token = sign_jwt(conformity_record(credential()), ED, DID)
    plain = credential(valid_until=date(2030, 1, 1)).model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    file, papers = vouched(read_batch_file(made(signed=[token], credentials=[plain])), ON, KEYS)
    assert [each.valid_until for each in file.credentials] == [date(2026, 12, 31)]
    assert "the credential c1 is there twice and says two things" in str(papers.refused[0])


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 10_000), letter=st.sampled_from("ABCabc019-_."))
def test_no_single_change_of_a_token_is_trusted(at: int, letter: str) -> None:
    token = (
        sign_jwt(conformity_record(credential()), EC, EC_DID)
        if at % 2
        else sign_jwt(conformity_record(credential()), ED, DID)
    )
    at %= len(token)
    changed = token[:at] + letter + token[at + 1 :]
    try:
        found = verify_jwt(changed, KEYS, ON, "doc")
    except BadInput:
        return
    # Only what means the same bits may pass: an unchanged letter, or the spare bits of the last one.
    assert changed == token or at == len(token) - 1
    assert found.document["id"] == "c1"

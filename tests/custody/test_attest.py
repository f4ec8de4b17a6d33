"""Commitments: a disclosed field fits its root and no other does; an attestation says no more than the amounts bear out."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from chains import file, made
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.custody.attest import attestation, commit, leaf, read_opening, verify
from orepact.custody.chain import chain_of
from orepact.errors import BadInput, MissingData

fields = st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=8), min_size=1, max_size=9)
DAYS = (date(2026, 7, 1), date(2027, 6, 30))


def test_by_hand_three_leaves() -> None:
    values, salts = {"a": "1", "b": "2", "c": "3"}, {"a": "0a", "b": "0b", "c": "0c"}
    first = hashlib.sha256(b'\x00{"field":"a","salt":"0a","value":"1"}').digest()
    assert leaf("a", "1", "0a") == first
    pair = hashlib.sha256(b"\x01" + first + leaf("b", "2", "0b")).digest()
    root = hashlib.sha256(b"\x01" + pair + leaf("c", "3", "0c")).hexdigest()
    assert commit(values, salts).root == root
    assert commit(values, salts).opening("c").path == (("left", pair.hex()),)


@settings(max_examples=80, deadline=None)
@given(values=fields, at=st.integers(0, 8))
def test_every_field_fits_its_root_and_no_change_does(values: dict[str, str], at: int) -> None:
    secret = commit(values)
    opening = secret.opening(sorted(values)[at % len(values)])
    assert verify(opening, secret.root)
    assert read_opening(opening.as_record(), "x") == opening
    assert not verify(replace(opening, value=opening.value + "0"), secret.root)
    assert not verify(replace(opening, field=opening.field + "0"), secret.root)
    assert not verify(replace(opening, salt=opening.salt[:-1] + ("0" if opening.salt[-1] != "0" else "1")), secret.root)
    assert not verify(opening, commit(values).root)


def test_without_the_salt_nothing_is_told_and_roots_differ_each_time() -> None:
    assert commit({"kg": "900"}).root != commit({"kg": "900"}).root
    assert len(commit({"kg": "900"}).salts["kg"]) == 64


@pytest.mark.parametrize("given_record", [None, {}, {"field": "a", "value": "1", "salt": "0", "path": [["up", "00"]]},
                                          {"field": "a", "value": "1", "salt": "0", "path": [["left", "zz"]]}])  # fmt: skip
def test_what_discloses_nothing_is_refused(given_record: Any) -> None:
    with pytest.raises(BadInput, match="it discloses no field"):
        read_opening(given_record, "x")


def test_an_attestation_is_of_the_amounts_of_a_site_and_period() -> None:
    found, secret = attestation(
        chain_of(file()), "plant", "2026-Q2", issuer="did:web:a.example", number="a1", days=DAYS
    )
    assert (found.kind, found.subject, found.period, found.root) == (
        "mass balance attestation",
        "plant",
        "2026-Q2",
        secret.root,
    )
    assert secret.values == {
        "melt/in/ore1": "600",
        "melt/in/ore2": "400",
        "melt/out/oxide": "900",
        "melt/yield": "9/10",
    }
    assert verify(secret.opening("melt/yield"), str(found.root))


def test_nothing_can_be_attested_that_the_amounts_do_not_bear_out() -> None:
    more = [each | ({"content_kg": 901} if each["id"] == "oxide" else {}) for each in made()["batches"]]
    with pytest.raises(BadInput, match="more comes out of the event melt"):
        attestation(chain_of(file(batches=more)), "plant", "2026-Q2", issuer="x", number="a1", days=DAYS)
    with pytest.raises(MissingData, match="nothing is made there in that period"):
        attestation(chain_of(file()), "plant", "2026-Q3", issuer="x", number="a1", days=DAYS)
    hidden = [each | ({"content_kg": None} if each["id"] == "ore1" else {}) for each in made()["batches"]]
    with pytest.raises(MissingData, match="its amount is not in the file"):
        attestation(chain_of(file(batches=hidden)), "plant", "2026-Q2", issuer="x", number="a1", days=DAYS)

"""A demonstration that a newcomer can run: invented firms and sites, real signatures with keys made on the spot.

Two mines feed a refinery, which makes one batch of oxide. The first file lacks the credential on tailings of one mine; the second has it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from orepact.custody.batch_file import FORMAT
from orepact.custody.keys import FORMAT as KEYS_FORMAT
from orepact.custody.keys import did_of
from orepact.custody.records import Credential
from orepact.custody.signing import sign_jwt
from orepact.custody.untp import conformity_record

AUDITOR = "did:web:assurance.example"
ABOUT = "Demonstration. Every firm, site, amount and credential is invented; the keys were made for it and vouch for nothing else."
DAY = date(2026, 11, 1)
"""Day on which the demonstration is judged."""

VALID = (date(2025, 7, 1), date(2027, 6, 30))
MINES = ("north-ridge", "red-creek")
PLANT = "harbour-works"


@dataclass(frozen=True)
class Example:
    """Files of the demonstration by name, and the private keys behind them."""

    files: dict[str, Any]
    private: dict[str, Any]


@cache
def example() -> Example:
    """The demonstration; the same for as long as a program runs."""
    from joserfc.jwk import ECKey, OKPKey

    body, auditor = OKPKey.generate_key("Ed25519"), ECKey.generate_key("P-256", {"kid": "auditor-1"})
    did = did_of(body)
    signed = {
        each.id: sign_jwt(conformity_record(each), body, f"{did}#{did.removeprefix('did:key:')}")
        for each in _certificates(did)
    }
    attested = sign_jwt(conformity_record(_attestation()), auditor, f"{AUDITOR}#auditor-1")
    last = "tailings-red-creek"
    lacking = [token for name, token in signed.items() if name != last]
    keys = {
        "format": KEYS_FORMAT,
        "demonstration": True,
        "issuers": [
            {
                "id": did,
                "name": "Example Assurance (invented)",
                "schemes": ["copper_mark", "tsm"],
                "kinds": ["certificate"],
            },
            {
                "id": AUDITOR,
                "name": "Example Auditors (invented)",
                "kinds": ["mass balance attestation", "guarantee of origin"],
                "keys": [{**auditor.as_dict(private=False), "kid": "auditor-1"}],
            },
        ],
    }
    files = {
        "batch.json": _chain([*lacking, attested]),
        "batch-complete.json": _chain([*signed.values(), attested]),
        "keys.json": keys,
    }
    return Example(
        files, {"issuer-key.json": body.as_dict(private=True), "auditor-key.json": auditor.as_dict(private=True)}
    )


def example_text(name: str) -> str:
    """A file of the demonstration as text."""
    return json.dumps(example().files[name], indent=1, ensure_ascii=False)


def _certificates(issuer: str) -> list[Credential]:
    first, last = VALID
    rows = [
        ("mark-north-ridge", MINES[0], "copper_mark"), ("tailings-north-ridge", MINES[0], "tsm"),
        ("mark-red-creek", MINES[1], "copper_mark"), ("tailings-red-creek", MINES[1], "tsm"), ("mark-harbour-works", PLANT, "copper_mark"),
    ]  # fmt: skip
    return [
        Credential(
            id=f"{name}",
            issuer=issuer,
            subject=site,
            scheme=scheme,
            valid_from=first,
            valid_until=last,
        )
        for name, site, scheme in rows
    ]


def _attestation() -> Credential:
    return Credential(
        id="attestation-harbour-works-2026-Q2", kind="mass balance attestation", issuer=AUDITOR, subject=PLANT,
        scheme="mass balance", valid_from=date(2026, 7, 10), valid_until=VALID[1], period="2026-Q2",
    )  # fmt: skip


def _chain(signed: list[str]) -> dict[str, Any]:
    concentrate = {
        "mineral": "rare earths",
        "form": "rare-earth concentrate (invented)",
        "stage": "mine",
        "period": "2026-Q1",
    }
    return {
        "format": FORMAT,
        "about": ABOUT,
        "demonstration": True,
        "subject": "oxide-17",
        "parties": [
            {"id": "ridge", "name": "Ridge Minerals (invented)", "country": "AUS", "owners": []},
            {"id": "creek", "name": "Creek Mining (invented)", "country": "BRA", "owners": [{"owner": "ridge", "share": 0.6},
             {"owner": "savers", "share": 0.4}]},
            {"id": "savers", "name": "Savers' Fund (invented)", "country": "NOR", "owners": []},
            {"id": "harbour", "name": "Harbour Works (invented)", "country": "NOR", "owners": [{"owner": "savers", "share": 0.9},
             {"owner": "east", "share": 0.1}]},
            {"id": "east", "name": "East Holding (invented)", "country": "CHN", "owners": []},
        ],
        "sites": [
            {"id": MINES[0], "name": "North Ridge mine (invented)", "country": "AUS", "stage": "mine", "owner": "ridge"},
            {"id": MINES[1], "name": "Red Creek mine (invented)", "country": "BRA", "stage": "mine", "owner": "creek"},
            {"id": PLANT, "name": "Harbour Works refinery (invented)", "country": "NOR", "stage": "refined", "owner": "harbour",
             "processing_yield": 0.92},
        ],
        "batches": [
            concentrate | {"id": "north-3", "site": MINES[0], "mass_kg": 13000, "content_kg": 7200},
            concentrate | {"id": "red-8", "site": MINES[1], "mass_kg": 9000, "content_kg": 4800},
            {"id": "oxide-17", "mineral": "rare earths", "form": "NdPr oxide (invented)", "stage": "refined",
             "period": "2026-Q2", "site": PLANT, "mass_kg": 12600, "content_kg": 10800},
        ],
        "events": [
            {"id": "separation-5", "kind": "transformed", "on": "2026-05-12", "period": "2026-Q2", "site": PLANT,
             "model": "mass balance", "inputs": [{"batch": "north-3"}, {"batch": "red-8"}],
             "outputs": ["oxide-17"]},
        ],
        "signed": signed,
    }  # fmt: skip

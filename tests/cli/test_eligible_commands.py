"""``orepact eligible``: the demonstration runs, forms agree, documents are signed and checked, and faults are sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from orepact.cli.app import app
from orepact.errors import BadInput, OrepactError


def run(*words: str) -> str:
    found = CliRunner().invoke(app, ["eligible", *words])
    if isinstance(found.exception, OrepactError):
        raise found.exception
    assert found.exit_code == 0, found.output
    return found.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run("example", "--to", str(tmp_path / "try"))
    return tmp_path / "try"


def test_the_demonstration_runs_and_all_forms_agree(folder: Path) -> None:
    asked = (str(folder / "batch.json"), "--keys", str(folder / "keys.json"), "--on", "2026-11-01")
    said = run(*asked)
    assert said.startswith("Whether batch oxide-17")
    assert "A demonstration: firms, sites and amounts are invented." in said
    answer = json.loads(run(*asked, "--json"))
    assert answer["outcome"] == "cannot tell"
    assert len(answer["missing"]) == 1
    assert run(*asked, "--csv").count("\n") == 1 + 4
    assert run("check", *asked) == said
    complete = run(str(folder / "batch-complete.json"), *asked[1:])
    assert complete.startswith("Batch oxide-17 (NdPr oxide (invented)) qualifies for the zone MSP.")


def test_own_rules_stand_in_place_of_the_proposal(folder: Path) -> None:
    shipped = Path(__file__).parents[2] / "src" / "orepact" / "custody" / "rules" / "preferential.yaml"
    own = folder / "own.yaml"
    own.write_text(shipped.read_text(encoding="utf-8").replace("zone: MSP", "zone: EU27"), encoding="utf-8")
    asked = (
        str(folder / "batch-complete.json"),
        "--keys",
        str(folder / "keys.json"),
        "--on",
        "2026-11-01",
        "--rules",
        str(own),
    )
    assert "does not qualify for the zone EU27: it fails on origin" in " ".join(run(*asked).split())


def test_a_document_is_signed_and_counts(folder: Path, tmp_path: Path) -> None:
    did = run("key", "--out", str(tmp_path / "k.json")).strip()
    row = {
        "id": "c1",
        "issuer": did,
        "subject": "red-creek",
        "scheme": "tsm",
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
    }
    (tmp_path / "c.json").write_text(json.dumps(row), encoding="utf-8")
    chain = json.loads((folder / "batch.json").read_text(encoding="utf-8"))
    keys = json.loads((folder / "keys.json").read_text(encoding="utf-8"))
    keys["issuers"].append({"id": did, "name": "Own body", "schemes": ["tsm"]})
    (folder / "keys.json").write_text(json.dumps(keys), encoding="utf-8")
    for way in ((), ("--proof",)):
        signed: Any = run("sign", str(tmp_path / "c.json"), "--key", str(tmp_path / "k.json"), *way).strip()
        signed = json.loads(signed) if way else signed
        (folder / "own.json").write_text(json.dumps(chain | {"signed": [*chain["signed"], signed]}), encoding="utf-8")
        said = run(str(folder / "own.json"), "--keys", str(folder / "keys.json"), "--on", "2026-11-01")
        assert "qualifies for the zone MSP." in said


def test_a_private_key_is_for_its_owner_alone_and_signs_for_its_issuer_only(tmp_path: Path) -> None:
    run("key", "--out", str(tmp_path / "k.json"), "--kind", "P-256")
    assert (tmp_path / "k.json").stat().st_mode & 0o077 == 0
    row = {
        "id": "c",
        "issuer": "did:key:z6MkOther",
        "subject": "p",
        "scheme": "tsm",
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
    }
    (tmp_path / "c.json").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(BadInput, match="it is not the key of the issuer"):
        run("sign", str(tmp_path / "c.json"), "--key", str(tmp_path / "k.json"))


def test_an_attestation_shows_no_amount_and_one_field_can_be_disclosed(folder: Path, tmp_path: Path) -> None:
    run("key", "--out", str(tmp_path / "k.json"))
    secret = tmp_path / "secret.json"
    token = run(
        "attest", str(folder / "batch.json"), "--site", "harbour-works", "--period", "2026-Q2", "--key", str(tmp_path / "k.json"),
        "--secret", str(secret),
    )  # fmt: skip
    assert token.count(".") == 2
    hidden = json.loads(secret.read_text(encoding="utf-8"))
    assert secret.stat().st_mode & 0o077 == 0
    field = hidden["openings"][0]
    (tmp_path / "f.json").write_text(json.dumps(field), encoding="utf-8")
    assert f"{field['field']} is {field['value']}" in run(
        "disclosed", str(tmp_path / "f.json"), "--root", hidden["root"]
    )
    with pytest.raises(BadInput, match="does not belong to this root"):
        run("disclosed", str(tmp_path / "f.json"), "--root", "0" * 64)


@pytest.mark.parametrize("form", ["epcis", "dte", "dpp", "orepact"])
def test_a_chain_is_written_in_the_terms_of_others(folder: Path, form: str) -> None:
    assert json.loads(run("convert", str(folder / "batch.json"), "--to", form))


def test_the_map_is_listed_in_three_forms() -> None:
    assert "tailings" in run("schemes")
    assert len(json.loads(run("schemes", "--json"))) == 72
    assert run("schemes", "--csv").count("\n") == 73


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is not JSON"),
        ("[1,", "it is not JSON"),
        ('{"a": 1, "a": 2}', "the key 'a' twice"),
        ('{"a": NaN}', "no number"),
        ("[" * 100 + "]" * 100, "lists inside lists"),
        ("[]", "a file of batches has keys"),
        ('{"format": "orepact-custody-1"}', "there is no batch"),
    ],
)
def test_what_is_no_chain_is_said(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "x.json").write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        run(str(tmp_path / "x.json"))

"""Guarantees of origin of batch files against the pact: used once, whoever uses them, in whichever file, and all of a file or none."""

from __future__ import annotations

from typing import Any

import pytest

from orepact.custody.batch_file import BatchFile, read_batch_file
from orepact.custody.identity import credential_digest
from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Pact, Viewer
from orepact.pact.guarantees import use_all, uses

pytestmark = pytest.mark.usefixtures("clock")


def firm(name: str) -> Viewer:
    return Viewer(f"person of {name}", name, frozenset({"firm"}), frozenset({name}))


def chain(batch: str = "oxide-1", guarantees: tuple[str, ...] = ("goo-1", "goo-2"), **more: Any) -> BatchFile:
    """A batch of 100 kg in one site, that uses up guarantees of 10 kg each. more: fields of each guarantee."""
    said = {
        "format": "orepact-custody-1", "subject": batch, "demonstration": True,
        "parties": [{"id": "owner", "name": "Owner (invented)", "country": "NOR"}],
        "sites": [{"id": "works", "name": "Works (invented)", "country": "NOR", "owner": "owner", "stage": "refined"}],
        "batches": [{"id": batch, "mineral": "rare_earths", "form": "oxide", "stage": "refined", "content_kg": 100, "mass_kg": 120,
                     "period": "2026-Q2", "site": "works", "owner": "owner"}],
        "credentials": [{"id": name, "kind": "guarantee of origin", "issuer": "did:web:manager.example", "subject": "works",
                         "scheme": "irma",
                         "valid_from": "2026-01-01", "valid_until": "2026-12-31", "content_kg": 10} | more for name in guarantees],
        "claims": [{"id": "claim-1", "batch": batch, "content_kg": 10 * len(guarantees), "guarantees": list(guarantees)}],
    }  # fmt: skip
    return read_batch_file(said, "file")


@pytest.fixture
def firms(pact: Pact) -> Pact:
    for name in ("f1", "f2"):
        pact.do(KEEPER, Command("party", "add", {"name": name.upper(), "kind": "firm"}, name))
    return pact


def statuses(pact: Pact, viewer: Viewer, file: BatchFile) -> list[str]:
    return [each.status for each in uses(pact.sight(viewer), file)]


def test_a_guarantee_serves_one_batch_of_all_firms_and_files(firms: Pact) -> None:
    assert statuses(firms, firm("f1"), chain()) == ["not entered", "not entered"]
    assert [each.status for each in use_all(firms, firm("f1"), chain(), "f1")] == ["used here", "used here"]
    before = firms.store.state().text()
    assert [each.status for each in use_all(firms, firm("f1"), chain(), "f1")] == ["used here", "used here"]
    with pytest.raises(BadInput) as told:
        use_all(firms, firm("f2"), chain("oxide-9", ("goo-2", "goo-3")), "f2")
    assert "guarantee goo-2) it cannot be used up; found used up on 2026-05-01 by the batch" in str(told.value)
    assert "F1" not in str(told.value)
    assert firms.store.state().text() == before  # goo-3 was free, and was not used up either


def test_another_form_of_the_same_guarantee_is_the_same_guarantee() -> None:
    first, second = chain().credentials[0], chain(guarantees=("goo-1",), content_kg=99, subject="works").credentials[0]
    assert credential_digest(first) == credential_digest(second)
    assert credential_digest(first) != credential_digest(chain().credentials[1])


@pytest.mark.parametrize(
    ("more", "status"), [({"valid_until": "2026-04-30"}, "not valid"), ({"valid_from": "2026-05-02"}, "not valid")]
)
def test_a_guarantee_is_used_while_it_is_valid(firms: Pact, more: dict[str, Any], status: str) -> None:
    file = chain(guarantees=("goo-1",), **more)
    assert statuses(firms, KEEPER, file) == [status]
    with pytest.raises(BadInput, match="cannot be used up"):
        use_all(firms, KEEPER, file, None)


def test_a_revoked_guarantee_and_one_that_somebody_else_holds_are_not_used(firms: Pact) -> None:
    file = chain(guarantees=("goo-1",))
    digest = credential_digest(file.credentials[0])
    said = {"name": "G", "digest": digest, "scheme": "irma", "issuer": "did:web:manager.example", "begins": "2026-01-01",
            "ends": "2026-12-31", "owner": "f1", "tier": "firm"}  # fmt: skip
    entry = firms.do(firm("f1"), Command("credential", "add", said)).kept.id
    assert statuses(firms, firm("f2"), file) == ["held elsewhere"]
    assert statuses(firms, firm("f1"), file) == ["free"]
    firms.do(firm("f1"), Command("credential", "revoke", {"reason": "audit withdrawn"}, entry))
    assert statuses(firms, firm("f1"), file) == ["revoked"]
    with pytest.raises(BadInput, match="revoked on 2026-05-01"):
        use_all(firms, firm("f1"), file, "f1")

"""Credentials of the pact, on both databases: known by their hash, valid for a time, used up once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Pact, Viewer

pytestmark = pytest.mark.usefixtures("clock")
DIGEST = "ab" * 32
BATCHES = ("cd" * 32, "ef" * 32)
SAID = {"name": "Guarantee of origin 1", "digest": DIGEST, "scheme": "irma", "issuer": "An auditor", "begins": "2026-01-01",
        "ends": "2026-12-31"}  # fmt: skip


def firm(name: str) -> Viewer:
    return Viewer(f"person of {name}", name, frozenset({"firm"}), frozenset({name}))


def act(pact: Pact, verb: str, viewer: Viewer, record: str | None = "goo", **data: Any) -> Any:
    return pact.do(viewer, Command("credential", verb, data, record)).kept


def entered_and_used(pact: Pact, **said: Any) -> None:
    act(pact, "add", firm("f1"), owner="f1", **said)
    act(pact, "use", firm("f1"), batch=BATCHES[0])


@pytest.fixture
def firms(pact: Pact) -> Pact:
    for name in ("f1", "f2"):
        pact.do(KEEPER, Command("party", "add", {"name": name.upper(), "kind": "firm"}, name))
    return pact


def test_a_credential_is_used_up_once_and_both_uses_are_named(firms: Pact) -> None:
    act(firms, "add", firm("f1"), owner="f1", **SAID)
    used = act(firms, "use", firm("f1"), batch=BATCHES[0]).record
    assert (used.used_for, str(used.used_on)) == (BATCHES[0], "2026-05-01")
    with pytest.raises(BadInput) as told:
        act(firms, "use", firm("f1"), batch=BATCHES[1])
    assert "a credential counts once" in str(told.value)
    assert BATCHES[0] in str(told.value)
    assert BATCHES[1] in str(told.value)


def test_the_same_credential_cannot_be_entered_again_by_another_firm_that_does_not_see_the_first(firms: Pact) -> None:
    act(firms, "add", firm("f1"), record=None, owner="f1", tier="firm", **SAID)
    before = firms.store.state().text()
    with pytest.raises(BadInput) as told:
        act(firms, "add", firm("f2"), record=None, owner="f2", tier="firm", **SAID)
    assert "a credential of this hash is entered" in str(told.value)
    assert "f1" not in str(told.value)
    assert firms.store.state().text() == before


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"ends": "2026-04-30"}, "it is not valid on that day"),
        ({"begins": "2026-06-01"}, "it is not valid on that day"),
        ({"once": False}, "it is not one that is used up"),
        ({"ends": "2025-12-31"}, "it ends before it begins"),
        ({"digest": "AB" * 32}, "digest"),
        ({"used_on": "2026-04-01"}, "it follows from what is done"),
        ({"used_for": BATCHES[0], "ends": "2026-04-30"}, "it is not valid on that day"),
        ({"used_for": BATCHES[1]}, "a credential counts once"),
    ],
)
def test_what_is_not_valid_is_not_used(firms: Pact, said: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput) as problem:
        entered_and_used(firms, **(SAID | said))
    assert told in str(problem.value)


def test_a_revoked_credential_is_not_used(firms: Pact) -> None:
    act(firms, "add", firm("f1"), owner="f1", **SAID)
    act(firms, "revoke", firm("f1"), reason="the audit was withdrawn")
    with pytest.raises(BadInput, match="it was revoked"):
        act(firms, "use", firm("f1"), batch=BATCHES[0])


def used_up(pact: Pact) -> dict[str, str]:
    """The batch that used each credential up."""
    records: list[Any] = [each.record for each in pact.store.state().all("credential")]
    return {each.id: each.used_for for each in records if each.used_for}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tries=st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(BATCHES)), max_size=12))
def test_however_often_it_is_tried_each_credential_serves_one_batch(pact: Pact, tries: list[tuple[str, str]]) -> None:
    used = used_up(pact)
    for letter, batch in tries:
        if pact.store.state().get("credential", letter) is None:
            act(pact, "add", KEEPER, record=letter, **(SAID | {"digest": letter * 64}))
        if letter in used:
            with pytest.raises(BadInput, match="counts once"):
                act(pact, "use", KEEPER, record=letter, batch=batch)
        else:
            act(pact, "use", KEEPER, record=letter, batch=batch)
            used[letter] = batch
    assert used_up(pact) == used

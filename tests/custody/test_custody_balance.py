"""Nothing comes of nothing, and nothing counts twice: exact balances against a plain model, and each breach in words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from chains import breaks, file, made, planned, plans
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.custody.balance import balance
from orepact.custody.batch_file import read_batch_file
from orepact.custody.chain import chain_of
from orepact.errors import BadInput


def refused(**changed: Any) -> str:
    with pytest.raises(BadInput) as caught:
        balance(chain_of(file(**changed)))
    return str(caught.value)


def changed_batch(name: str, **fields: Any) -> list[dict[str, Any]]:
    return [each | (fields if each["id"] == name else {}) for each in made()["batches"]]


def test_by_hand_900_of_1000_at_a_yield_of_nine_tenths_balances_to_the_gram() -> None:
    (account,) = balance(chain_of(file())).accounts
    assert (account.inputs, account.allowed, account.outputs, account.slack) == (1000, 900, 900, 0)


def test_one_gram_more_than_inputs_times_yield_is_refused() -> None:
    said = refused(batches=changed_batch("oxide", content_kg=900.001))
    assert "more comes out of the event melt than went in times the yield: at most 1\u2009000 kg x 0.9 = 900 kg" in said
    assert "found 900.001 kg" in said


def test_yield_is_taken_as_it_is_written_and_not_as_a_binary_number() -> None:
    # 0.1 + 0.2 of a kilogram is 0.3 here, and three times 0.1 kg at a yield of 1 gives 0.3 kg exactly.
    batches = [
        {"id": name, "mineral": "cobalt", "form": "f", "stage": "mine", "period": "2026", "site": "s", "content_kg": kg}
        for name, kg in (("a", 0.1), ("b", 0.2), ("c", 0.3))
    ]
    events = [{"id": "e", "kind": "blended", "period": "2026", "site": "s", "model": "segregated",
               "inputs": [{"batch": "a"}, {"batch": "b"}], "outputs": ["c"]}]  # fmt: skip
    sites = [{"id": "s", "name": "S", "stage": "mine"}]
    given_file = {"format": "orepact-custody-1", "batches": batches, "events": events, "sites": sites}
    (account,) = balance(chain_of(read_batch_file(given_file))).accounts
    assert account.slack == 0


def test_a_batch_used_by_two_events_cannot_give_more_than_it_holds() -> None:
    again = made()["events"][0] | {
        "id": "again",
        "inputs": [{"batch": "ore1", "content_kg": 0.001}],
        "outputs": ["dust"],
    }
    dust = made()["batches"][2] | {"id": "dust", "content_kg": 0}
    said = refused(events=[*made()["events"], again], batches=[*made()["batches"], dust])
    assert "more is taken of the batch ore1 than the 600 kg that it holds; found 600.001 kg, by melt and again" in said


def test_a_circle_is_named() -> None:
    back = {"id": "back", "kind": "transformed", "period": "2026-Q2", "site": "plant", "model": "mass balance",
            "inputs": [{"batch": "oxide"}], "outputs": ["ore1"]}  # fmt: skip
    said = refused(events=[*made()["events"], back])
    assert "the chain goes round in a circle" in said
    assert "oxide → ore1 → oxide" in said or "ore1 → oxide → ore1" in said


def test_a_chain_of_more_steps_than_goods_ever_take_is_refused() -> None:
    batch, event = made()["batches"][0], made()["events"][0]
    batches = [batch | {"id": f"b{at}"} for at in range(102)]
    events = [event | {"id": f"e{at}", "inputs": [{"batch": f"b{at}"}], "outputs": [f"b{at + 1}"]} for at in range(101)]
    assert "the chain has too many steps; found 102" in refused(batches=batches, events=events, subject="b0")


def test_a_batch_has_one_beginning() -> None:
    said = refused(events=[*made()["events"], made()["events"][0] | {"id": "twin"}])
    assert "the batch oxide comes from two events" in said
    assert "found melt and twin" in said


GUARANTEE = {"id": "goo", "kind": "guarantee of origin", "issuer": "did:web:x.example", "subject": "pit", "scheme": "irma",
             "valid_from": "2026-01-01", "valid_until": "2026-12-31", "content_kg": 500}  # fmt: skip


def test_a_guarantee_is_used_up_once_and_both_uses_are_named() -> None:
    claims = [
        {"id": "c1", "batch": "ore1", "content_kg": 500, "guarantees": ["goo"]},
        {"id": "c2", "batch": "ore2", "content_kg": 400, "guarantees": ["goo"]},
    ]
    said = refused(claims=claims, credentials=[GUARANTEE])
    assert "the guarantee goo is used up twice; found claim c1 on batch ore1 and claim c2 on batch ore2" in said
    assert "there is no guarantee of origin of that number" in refused(claims=claims[:1])


def test_no_more_qualifies_out_of_a_site_and_period_than_came_in() -> None:
    # C3 by hand: 600 of 1000 kg qualify, at a yield of 0.9: 540 kg may be claimed, and not a gram more.
    claim = {"id": "in", "batch": "ore1", "content_kg": 600}
    books = balance(chain_of(file(claims=[claim, {"id": "out", "batch": "oxide", "content_kg": 540}])))
    assert books.claimed == {"ore1": 600, "oxide": 540}
    assert books.accounts[0].qualifying_in == books.accounts[0].qualifying_out == 540
    said = refused(claims=[claim, {"id": "out", "batch": "oxide", "content_kg": 540.001}])
    assert (
        "more is claimed to qualify at site plant in 2026-Q2 (melt) than came in: at most 540 kg; found 540.001 kg"
        in said
    )


def test_what_is_not_disclosed_is_not_zero() -> None:
    books = balance(chain_of(file(batches=changed_batch("ore2", content_kg=None))))
    assert books.undisclosed == ("melt",)
    assert books.accounts[0].inputs is None
    assert books.accounts[0].outputs is None


@settings(max_examples=150, deadline=None)
@given(plans())
def test_a_chain_is_refused_exactly_where_a_plain_model_makes_something_of_nothing(plan: Any) -> None:
    chain = chain_of(read_batch_file(planned(plan)))
    if breaks(plan):
        with pytest.raises(BadInput):
            balance(chain)
        return
    for each in balance(chain).accounts:
        assert each.slack is not None
        assert each.slack >= 0


@settings(max_examples=80, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 1000), min_size=1, max_size=6),
    uses=st.lists(st.integers(0, 5), min_size=1, max_size=8),
)
def test_single_use_against_a_plain_count(sizes: list[int], uses: list[int]) -> None:
    guarantees = [GUARANTEE | {"id": f"g{at}", "content_kg": size} for at, size in enumerate(sizes)]
    used = [each % len(sizes) for each in uses]
    claims = [
        {"id": f"c{at}", "batch": "ore1", "content_kg": "0.001", "guarantees": [f"g{each}"]}
        for at, each in enumerate(used)
    ]
    chain = chain_of(file(credentials=guarantees, claims=claims))
    if len(set(used)) == len(used):
        assert balance(chain).claimed["ore1"] == Fraction(len(used), 1000)
        return
    with pytest.raises(BadInput, match="is used up twice"):
        balance(chain)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"batchs": []}, "did you mean batches"),
        ({"format": "other"}, "write orepact-custody-1"),
        ({"subject": "oxid"}, "did you mean oxide"),
        ({"batches": [{"id": "a", "minral": "cobalt"}]}, "did you mean mineral"),
        ({"events": [{"inputs": [{"bach": "a"}]}]}, "did you mean batch"),
        ({"batches": changed_batch("ore1", content_kg=True)}, "a number of zero or more"),
        ({"batches": changed_batch("ore1", content_kg=-1)}, "a number of zero or more"),
        ({"batches": changed_batch("ore1", content_kg="0.0001")}, "at most three decimal places"),
        ({"batches": changed_batch("ore1", period="2026-Q5")}, "a period like 2026"),
        ({"batches": changed_batch("ore1", mineral="unobtainium")}, "no mineral of that name"),
        ({"batches": [*made()["batches"], made()["batches"][0]]}, "it stands twice"),
        ({"batches": changed_batch("oxide", content_kg=2000)}, "no more content_kg than mass_kg"),
        ({"batches": changed_batch("ore1", mined_in=[{"country": "AUS", "share": 0.7}, {"country": "BRA", "share": 0.4}])}, "at most one"),
        ({"events": [made()["events"][0] | {"outputs": []}]}, "inputs and outputs"),
        ({"batches": changed_batch("ore2", mineral="cobalt")}, "one event holds several minerals"),
    ],
)  # fmt: skip
def test_every_fault_of_a_file_is_said(changed: dict[str, Any], said: str) -> None:
    assert said in refused(**changed)

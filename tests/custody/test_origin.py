"""Origin as a vector: mixtures by hand, exact sums, limits with bounds, and what cannot be told."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from chains import file, made, planned, plans
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.custody.batch_file import read_batch_file
from orepact.custody.chain import chain_of
from orepact.custody.origin import UNKNOWN, Bounds, in_product, origins, share_in
from orepact.custody.ownership import held_by
from orepact.custody.records import Party
from orepact.errors import BadInput


def test_by_hand_600_of_australia_and_400_of_brazil_refined_in_estonia() -> None:
    where = origins(chain_of(file()))
    assert where.mined["oxide"] == {"AUS": Fraction(3, 5), "BRA": Fraction(2, 5)}
    assert where.refined["oxide"] == {"EST": 1}
    assert where.refined["ore1"] == {"not refined": 1}


def remelted(stage: str, refined_in: str) -> dict[str, Fraction]:
    """900 kg of the plant's oxide and 100 kg of another input, molten together in Japan."""
    batches = [
        *made()["batches"],
        {"id": "other", "mineral": "rare earths", "form": "f", "stage": stage, "period": "2026-Q2", "site": "store", "content_kg": 100,
         "refined_in": [{"country": refined_in, "share": 1}]},
        {"id": "again", "mineral": "rare earths", "form": "metal", "stage": "refined", "period": "2026-Q3",
         "site": "forge", "content_kg": 1000},
    ]  # fmt: skip
    sites = [
        *made()["sites"],
        {"id": "store", "name": "Store", "stage": stage},
        {"id": "forge", "name": "Forge", "country": "JPN", "stage": "refined"},
    ]
    melt = {"id": "remelt", "kind": "transformed", "period": "2026-Q3", "site": "forge", "model": "mass balance",
            "inputs": [{"batch": "oxide"}, {"batch": "other"}], "outputs": ["again"]}  # fmt: skip
    found = file(batches=batches, sites=sites, events=[*made()["events"], melt], subject="again")
    return dict(origins(chain_of(found)).refined["again"])


def test_melting_refined_metal_again_gives_no_new_origin_but_refining_scrap_does() -> None:
    assert remelted("refined", "CHN") == {"EST": Fraction(9, 10), "CHN": Fraction(1, 10)}
    assert remelted("scrap", "CHN") == {"EST": Fraction(9, 10), "JPN": Fraction(1, 10)}


@pytest.mark.parametrize(
    ("grams", "reached"), [(1, "yes"), (0, "no")], ids=["a tenth of a per cent counts", "one gram less does not"]
)
def test_the_tenth_of_a_per_cent_is_exact(grams: int, reached: str) -> None:
    share = Fraction(999 + grams, 1_000_000)
    assert Bounds(share, share).at_least(Fraction("0.001")) == reached


def test_a_limit_between_what_is_known_and_what_may_be_cannot_be_told() -> None:
    vector = {"AUS": Fraction(1, 2), "CHN": Fraction(1, 10), UNKNOWN: Fraction(2, 5)}
    share = share_in(vector, ["CHN"])
    assert (share.low, share.high) == (Fraction(1, 10), Fraction(1, 2))
    assert share.above(Fraction("0.65")) == "no"
    assert share.above(Fraction("0.3")) == "cannot tell"
    assert share.above(Fraction("0.05")) == "yes"


def test_a_limit_by_mass_and_by_value() -> None:
    batch = file().batch("oxide")
    share = Bounds(Fraction(1, 10), Fraction(1, 10))
    assert in_product(batch, share, "mass").low == Fraction(1, 10) * Fraction(900, 1050)
    assert in_product(batch, share, "value") == Bounds(Fraction(0), Fraction(1, 10))


def test_a_mixture_of_undisclosed_amounts_keeps_what_all_inputs_have_in_common() -> None:
    batches = [each | ({"content_kg": None} if each["id"] == "ore1" else {}) for each in made()["batches"]]
    assert origins(chain_of(file(batches=batches))).mined["oxide"] == {UNKNOWN: 1}
    same = [each | {"site": "pit"} for each in batches[:2]]
    assert origins(chain_of(file(batches=[*same, batches[2]]))).mined["oxide"] == {"AUS": 1}


@settings(max_examples=150, deadline=None)
@given(plans())
def test_every_vector_sums_to_one_and_a_mixture_lies_between_its_parts(plan: Any) -> None:
    chain = chain_of(read_batch_file(planned(plan)))
    where = origins(chain)
    for name in chain.order:
        assert sum(where.mined[name].values()) == 1
        assert sum(where.refined[name].values()) == 1
        assert all(share > 0 for share in where.mined[name].values())
        event = chain.maker.get(name)
        if event is not None:
            parts = [where.mined[each.batch] for each in event.inputs]
            for country, share in where.mined[name].items():
                low, high = (pick(each.get(country, Fraction(0)) for each in parts) for pick in (min, max))
                assert low <= share <= high or country == UNKNOWN


def party(name: str, country: str | None, owners: list[tuple[str, float]] | None) -> Party:
    held = None if owners is None else [{"owner": each, "share": share} for each, share in owners]
    return Party.model_validate({"id": name, "name": name, "country": country, "owners": held})


def test_by_hand_an_excluded_holder_of_40_per_cent_of_a_holder_of_30_holds_12() -> None:
    parties = {
        each.id: each
        for each in (
            party("firm", "AUS", [("mid", 0.3), ("free", 0.7)]), party("mid", "SGP", [("bad", 0.4), ("free", 0.6)]),
            party("bad", "CHN", []), party("free", "NOR", []),
        )
    }  # fmt: skip
    # P1: the free owner holds over half of both, so it decides and is counted whole; the excluded one is counted by its shares.
    held = held_by("firm", parties, frozenset({"CHN"}))
    assert (held.low, held.high) == (Fraction("0.12"), Fraction("0.12"))


def test_more_than_half_is_all_and_an_unnamed_rest_may_be_anybody() -> None:
    parties = {each.id: each for each in (party("firm", "AUS", [("bad", 0.51)]), party("bad", "CHN", None))}
    assert held_by("firm", parties, frozenset({"CHN"})).low == 1
    parties = {each.id: each for each in (party("firm", "AUS", [("free", 0.8)]), party("free", "NOR", []))}
    held = held_by("firm", parties, frozenset({"CHN"}))
    assert (held.low, held.high) == (0, Fraction(1, 5))
    assert held_by("firm", {"firm": party("firm", "AUS", None)}, frozenset({"CHN"})) == Bounds(Fraction(0), Fraction(1))


def test_firms_that_hold_each_other_are_refused_by_name() -> None:
    parties = {each.id: each for each in (party("a", "AUS", [("b", 1.0)]), party("b", "AUS", [("a", 1.0)]))}
    with pytest.raises(BadInput, match=r"a → b → a|b → a → b"):
        held_by("a", parties, frozenset())


def test_a_web_of_holdings_takes_no_longer_than_its_size() -> None:
    # Two holders on each of 400 floors, each held by both of the floor above: 2^400 ways up.
    parties = {"top": party("top", "CHN", [])}
    above = ["top", "top"]
    for floor in range(400):
        owners = [(above[0], 0.5), (above[1], 0.5)] if floor else [("top", 1.0)]
        parties |= {name: party(name, "AUS", owners) for name in (f"a{floor}", f"b{floor}")}
        above = [f"a{floor}", f"b{floor}"]
    assert held_by("a399", parties, frozenset({"CHN"})) == Bounds(Fraction(1), Fraction(1))


@given(st.floats(0, 1), st.floats(0, 1))
def test_owners_cannot_hold_more_than_there_is(one: float, other: float) -> None:
    one, other = round(one, 4), round(other, 4)
    parties = {
        each.id: each
        for each in (party("f", "AUS", [("x", one), ("y", other)]), party("x", "CHN", []), party("y", "NOR", []))
    }
    if round(one + other, 4) > 1:
        with pytest.raises(BadInput, match="they hold more than there is"):
            held_by("f", parties, frozenset({"CHN"}))
        return
    held = held_by("f", parties, frozenset({"CHN"}))
    assert 0 <= held.low <= held.high <= 1

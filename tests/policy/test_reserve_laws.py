"""Laws of a reserve, under every rule set and any series of events: nothing from nowhere, no right without cover, no order that pays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import BadInput, UnknownName
from orepact.facts import load
from orepact.policy.attributes import attributes
from orepact.policy.record import Record
from orepact.policy.reserve import (
    EVENTS,
    POLICIES,
    Books,
    Decision,
    Due,
    Entitlement,
    Override,
    Request,
    ReserveState,
    Rules,
    allocate,
    policy,
    pro_rata,
    run,
)
from orepact.policy.reserve import events as happen

START = date(2026, 1, 1)
holders = st.sampled_from(["ann", "bob", "cyd"])
masses = st.integers(1, 60)
purposes = st.sampled_from(["emergency", "market-making", "demand aggregation"])
LEAVE = Override(who="the minister", on=START, why="told in public")
overrides = st.sampled_from([None, LEAVE])
requests = st.builds(Request, holder=holders, grams=masses, essential=st.integers(0, 60))
terms = {"price": st.floats(0, 1e6)}


def at(kind: type, **fields: st.SearchStrategy) -> st.SearchStrategy:
    days = st.integers(0, 4000).map(lambda days: START + timedelta(days=days))
    return st.builds(kind, day=days, **fields)


events = st.one_of(
    at(happen.Purchase, grams=masses, forward=st.booleans(), **terms),
    at(happen.Arrival, grams=masses, **terms),
    at(happen.Entitle, holder=holders, grams=masses, price=st.just(1000.0)),
    at(happen.Draws, requests=st.lists(requests, min_size=1, max_size=4), purpose=purposes, override=overrides, **terms),
    at(happen.Replenish, holder=holders, grams=masses),
    at(happen.Clock),
    at(happen.VerifiedHalt, ended=st.booleans()),
    at(happen.ImportFall, share=st.floats(0, 1), weeks=st.integers(1, 20)),
    at(happen.Premium, premium=st.floats(-1, 2)),
    at(happen.OfficialRequest, by=holders, withdrawn=st.booleans()),
    at(happen.StockTake, counted=st.integers(0, 200), days=st.integers(0, 400), **terms),
)  # fmt: skip
rule_sets = st.sampled_from(sorted(POLICIES)).map(policy)


@given(rule_sets, purposes, st.lists(events, max_size=25))
def test_nothing_is_released_that_is_not_held_and_no_gram_is_lost(
    rules: Rules, objective: str, series: list[happen.Event]
) -> None:
    state = ReserveState(mineral="gallium", objective=objective)
    for event in series:
        after, decided = rules.step(state, event)
        out = sum(each.grams for each in decided if each.kind == "released")
        assert out <= state.held
        assert 0 <= after.entitled <= after.held + after.inbound
        came = sum(each.grams for each in decided if each.kind in {"arrived", "returned"})
        came += sum(each.grams for each in decided if each.kind == "bought" and not event.forward)
        counted = event.counted - state.held if isinstance(event, happen.StockTake) and rules.HOLDS else 0
        assert after.held == state.held + came - out + counted
        owed = [sum(due.grams for due in each.dues) for each in (state, after)]
        back = sum(each.grams for each in decided if each.kind == "returned")
        assert 0 <= owed[1] - owed[0] + back <= out
        state = after


@given(rule_sets, purposes, st.lists(events, max_size=25))
def test_a_release_for_another_objective_has_a_logged_override(
    rules: Rules, objective: str, series: list[happen.Event]
) -> None:
    state = ReserveState(mineral="gallium", objective=objective)
    for event in series:
        after, decided = rules.step(state, event)
        out = [each for each in decided if each.kind == "released"]
        if isinstance(event, happen.Draws) and event.purpose != objective and out:
            assert all(each.override == LEAVE for each in out)
            assert after.overrides == (*state.overrides, LEAVE)
        else:
            assert after.overrides == state.overrides
        state = after


@given(st.lists(requests, min_size=1, max_size=6), st.dictionaries(holders, masses), st.integers(0, 200), st.randoms())
def test_the_order_of_requests_changes_no_share(
    asked: list[Request], rights: dict[str, int], held: int, random: object
) -> None:
    free = max(held - sum(rights.values()), 0)
    mixed = list(asked)
    random.shuffle(mixed)
    shares = allocate(asked, rights, held=held, free=free)
    assert shares == allocate(mixed, rights, held=held, free=free)
    assert sum(share.total for share in shares.values()) <= held
    for name, share in shares.items():
        assert share.total <= sum(each.grams for each in asked if each.holder == name)
        assert share.by_right <= rights.get(name, 0)
    outside = sum(share.total - share.by_right for share in shares.values())
    assert outside <= free


@given(st.integers(0, 500), st.dictionaries(holders, st.integers(0, 300), min_size=1))
def test_pro_rata_hands_out_all_there_is_within_a_gram_of_the_exact_share(
    available: int, asked: dict[str, int]
) -> None:
    shares, wanted = pro_rata(available, asked), sum(asked.values())
    assert sum(shares.values()) == min(available, wanted)
    for name, grams in shares.items():
        exact = min(available, wanted) * asked[name] / wanted if wanted else 0
        assert abs(grams - exact) < 1


def test_the_last_gram_goes_by_name_and_not_by_place_in_the_list() -> None:
    assert pro_rata(3, {"ann": 4, "bob": 4}) == pro_rata(3, {"bob": 4, "ann": 4}) == {"ann": 2, "bob": 1}


def test_essential_use_comes_before_the_rest() -> None:
    asked = [
        Request(holder="ann", grams=60, essential=40),
        Request(holder="bob", grams=60),
        Request(holder="cyd", grams=30),
    ]
    shares = allocate(asked, {"cyd": 30}, held=78, free=48)
    assert {name: share.total for name, share in shares.items()} == {"ann": 42, "bob": 6, "cyd": 30}


def test_what_others_have_a_right_to_is_not_given_away() -> None:
    series = [
        happen.Purchase(day=START, grams=10, price=1.0),
        happen.Entitle(day=START, holder="ann", grams=8, price=1.0),
        happen.VerifiedHalt(day=START),
        happen.Draws(day=START, purpose="emergency", requests=(Request(holder="bob", grams=10, essential=10),)),
    ]
    state, decided = run(policy("vault"), ReserveState(mineral="gallium", objective="emergency"), series)
    assert [(each.kind, each.grams) for each in decided[-2:]] == [("released", 2), ("refused", 8)]
    assert state.right_of("ann") == state.held == 8


@pytest.mark.parametrize(
    "record", [*EVENTS, *POLICIES.values(), ReserveState, Entitlement, Due, Books, Decision, Override, Request]
)
def test_every_attribute_has_a_unit_a_meaning_and_a_source(record: type[Record]) -> None:
    for each in attributes(record):
        assert all((each.unit, each.meaning, each.source)), each.name


def test_days_of_cover_are_those_of_the_facts() -> None:
    table = load("stockpiles").set_index(["scheme", "measure"])["value"]
    jogmec, korea, vault = policy("jogmec"), policy("korea"), policy("vault")
    assert (
        jogmec.cover(base_metal=True)
        == table["JOGMEC national stockpile", "days of domestic consumption, standard target"]
    )
    assert jogmec.cover(high_risk=True) == table["JOGMEC national stockpile", "days, high-risk minerals"]
    assert korea.cover() == table["KOMIR / PPS", "rare metals, target"]
    assert korea.cover(base_metal=True) == table["KOMIR / PPS", "non-ferrous metals"]
    assert vault.cover() == table["Project Vault", "emergency supply aimed at"]
    assert [policy(name).cover() for name in ("eu", "nds", "australia")] == [None] * 3


def test_wrong_terms_and_names_are_told_at_once() -> None:
    with pytest.raises(UnknownName, match=r"there is no rule set of that name; found 'valt'; did you mean vault"):
        policy("valt")
    with pytest.raises(BadInput) as told:
        policy("vault", fee=2, rates=0.1)
    assert len(told.value.problems) == 2


def test_books_that_give_out_what_never_came_in_are_no_state() -> None:
    with pytest.raises(ValueError, match="no more goes out than came in"):
        ReserveState(mineral="gallium", objective="emergency", books=Books(released=1))
    with pytest.raises(ValueError, match="covered by what is held"):
        ReserveState(
            mineral="gallium", objective="emergency", entitlements=(Entitlement(holder="ann", grams=1, price=1.0),)
        )


def test_what_is_paid_for_goods_bought_forward_is_what_was_agreed() -> None:
    series = [
        happen.Purchase(day=START, grams=10, price=5e6, forward=True),
        happen.Purchase(day=START, grams=30, price=1e6, forward=True),
        happen.Arrival(day=START, grams=15, price=9e6),
        happen.Arrival(day=START, grams=25, price=9e6),
    ]
    empty = ReserveState(mineral="gallium", objective="emergency")
    for terms, paid in (({"pricing": "fixed"}, 80.0), ({"pricing": "floating"}, 360.0)):
        state, decided = run(policy("australia", **terms), empty, series)
        assert sum(each.money for each in decided) == pytest.approx(-paid)
        assert (state.held, state.inbound, state.inbound_value) == (40, 0, 0.0)

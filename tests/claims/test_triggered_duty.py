"""Laws of a duty that begins after cheap imports and ends after dear ones: the same rule as by market days, and no byte while off."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from orepact.market import Problem, accounts, solve
from orepact.policy import Labels, ReferenceDuty, TriggeredDuty, ledger
from orepact.policy.record import add_months
from orepact.policy.trigger import Trigger, duty_states

from markets import names_of, random_market, seeds  # isort: skip

REFERENCE, BASE = 100.0, 105.0
prices_seen = st.lists(st.integers(96, 104), min_size=1, max_size=30)
margins = st.integers(0, 5)


def duty(margin: float, **terms: int) -> TriggeredDuty:
    return TriggeredDuty(importers=("AAA",), stage="refined", reference=REFERENCE, margin=margin, **terms)


def walked(rule: TriggeredDuty, prices: list[int]) -> list[bool]:
    """Whether it is on after each price, the base before the first; periods of a month, so every one may change it."""
    known, on, found = [BASE] * rule.lookback, np.zeros(1, dtype=bool), []
    for price in prices:
        known.append(float(price))
        on = rule.turned(on, np.array([known[-rule.lookback :]]))
        found.append(bool(on[0]))
    return found


@given(prices_seen, margins, st.integers(1, 4), st.integers(0, 3))
def test_with_a_market_day_a_period_it_is_the_rule_by_market_days(
    prices: list[int], margin: int, below: int, more: int
) -> None:
    lookback = below + more
    by_days = Trigger(reference=REFERENCE, margin=margin, days=below, shortest=lookback, longest=lookback)
    row = [BASE] * lookback + [float(price) for price in prices]
    days = [(add_months(date(2020, 1, 1), at), price) for at, price in enumerate(row)]
    expected = [state.active for state in duty_states(by_days, days)][lookback:]
    assert walked(duty(margin, below=below, lookback=lookback), prices) == expected


@given(prices_seen, margins, margins)
def test_a_wider_margin_never_starts_sooner_and_never_changes_more_often(
    prices: list[int], one: int, other: int
) -> None:
    narrow, wide = (walked(duty(margin), prices) for margin in sorted((one, other)))
    first = [found.index(True) if True in found else len(found) for found in (narrow, wide)]
    turns = [sum(a != b for a, b in zip([False, *found], found, strict=False)) for found in (narrow, wide)]
    assert first[0] <= first[1]
    assert turns[0] >= turns[1]


def test_between_the_margins_it_stays_as_it_was_and_a_period_without_imports_counts_neither_way() -> None:
    rule = duty(5.0)
    assert walked(rule, [96, 95, 99, 104, 105, 101, 96]) == [False, True, True, True, False, False, False]
    assert walked(duty(0.0), [99, 100, 99]) == [True, False, True]
    for on in (False, True):
        assert rule.turned(np.array([on]), np.array([[np.nan]])).tolist() == [on]


def test_fewer_periods_than_must_count_are_refused() -> None:
    with pytest.raises(ValidationError, match="at least 3"):
        duty(1.0, below=3, lookback=2)


def _market(seed: int) -> tuple[Problem, Labels, TriggeredDuty]:
    problem = random_market(seed, draws=4)
    labels = names_of(problem)
    dear = 1.1 * float(problem.stages[0].price[0])
    return problem, labels, TriggeredDuty(importers=labels.buyers[0][:1], stage="refined", reference=dear, margin=0.0)


@given(seeds, st.lists(st.booleans(), min_size=4, max_size=4))
def test_draws_in_which_it_is_off_have_the_bytes_of_no_duty_and_those_in_which_it_is_on_those_of_the_duty(
    seed: int, on: list[bool]
) -> None:
    problem, labels, rule = _market(seed)
    chosen = np.array(on)
    plain = ReferenceDuty(importers=rule.importers, stage=rule.stage, reference=rule.reference)
    some = solve(rule.lifted(problem, labels, chosen)).require().stages[0]
    none, every = solve(problem).require().stages[0], solve(plain.lifted(problem, labels)).require().stages[0]
    np.testing.assert_array_equal(some.flows[~chosen], np.broadcast_to(none.flows, some.flows.shape)[~chosen])
    np.testing.assert_allclose(some.flows[chosen], every.flows[chosen], rtol=1e-9)


@given(seeds, st.lists(st.booleans(), min_size=4, max_size=4))
def test_what_buyers_pay_of_it_is_what_treasuries_get_and_nothing_is_paid_while_it_is_off(
    seed: int, on: list[bool]
) -> None:
    problem, labels, rule = _market(seed)
    market = rule.lifted(problem, labels, np.array(on))
    solution = solve(market).require()
    stage = accounts(market, solution).stages[0]
    received = sum((each.amount for each in ledger(market, solution, labels, [rule])), np.zeros(4))
    assert np.abs(stage.gap).max() < 1e-9
    np.testing.assert_allclose(received, sum((each.treasury.sum(axis=(1, 2)) for each in stage.duties), np.zeros(4)))
    paid = stage.paid.sum(axis=1) - stage.earned.sum(axis=1)
    np.testing.assert_allclose(received, paid, rtol=1e-9, atol=1e-9 * stage.paid.sum(axis=1).max())
    assert not received[~np.array(on)].any()
    assert (received[np.array(on)] > 0).all()

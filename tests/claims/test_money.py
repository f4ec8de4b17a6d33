"""Laws of money and dates: what is paid is received, a higher floor never costs less, and a day outside changes nothing."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orepact.policy.adjustable_duty import duty
from orepact.policy.import_quota import Shipment, draw, verification_prices
from orepact.policy.price_support import (
    INSTRUMENTS,
    ContractForDifference,
    Delivery,
    OfftakeWithFloor,
    PriceGapPayment,
    ProductionSubsidy,
    StockPurchase,
    Support,
    cash_flow,
    floor,
)
from orepact.policy.record import add_months
from orepact.policy.support_fund import Fund, PriceProcess, RunOut, run_out, simulate
from orepact.policy.trigger import Trigger, duty_states

money = st.floats(0, 1e6, allow_nan=False)
above = st.floats(1e-3, 1e6, allow_nan=False)
share = st.floats(0, 1, allow_nan=False)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
FIRST, LAST = date(2025, 10, 1), date(2035, 12, 31)


@st.composite
def supports(draw_: st.DrawFn) -> Support:
    kind = draw_(st.sampled_from(INSTRUMENTS))
    ends = {"first": FIRST, "last": LAST}
    if kind is ContractForDifference:
        return ContractForDifference(strike=draw_(above), clawback=draw_(share), **ends)
    if kind is PriceGapPayment:
        return PriceGapPayment(reference=draw_(above), share=draw_(share), most=draw_(st.none() | money), **ends)
    if kind is ProductionSubsidy:
        return ProductionSubsidy(rate=draw_(money), **ends)
    if kind is OfftakeWithFloor:
        return OfftakeWithFloor(floor=draw_(above), most=draw_(st.none() | money), **ends)
    return StockPurchase(**ends)


deliveries = st.builds(Delivery, price=money, volume=money, ramp_done=st.booleans(), day=days)


@given(supports(), deliveries)
def test_money_paid_is_money_received(support: Support, delivery: Delivery) -> None:
    cash = support.cash(delivery)
    assert cash.received("producer") + cash.received("public") == 0
    assert cash.received("producer") == cash.payment
    assert cash.outlay >= cash.payment or cash.outlay == pytest.approx(cash.payment)


@given(supports(), st.lists(deliveries, max_size=5), st.lists(deliveries, max_size=5))
def test_days_outside_change_nothing_to_the_byte(
    support: Support, some: list[Delivery], others: list[Delivery]
) -> None:
    outside = [each for each in others if each.day is not None and not FIRST <= each.day <= LAST]

    def bytes_of(rows: list[Delivery]) -> str:
        flow = cash_flow(support, rows)
        return json.dumps([sum(cash.payment for _, cash in flow), [asdict(cash) for _, cash in flow]])

    assert bytes_of(some) == bytes_of(outside + some)
    assert all(json.dumps(support.cash(each).payment) == "0.0" for each in outside)


@given(above, above, money, money, share, st.booleans())
def test_a_higher_strike_never_costs_less(
    low: float, rise: float, price: float, volume: float, back: float, ramp: bool
) -> None:
    def cost(strike: float) -> float:
        return floor(strike=strike, price=price, volume=volume, clawback=back, ramp_done=ramp).cash.payment

    assert cost(low + rise) >= cost(low)


@given(above, money, share)
def test_without_a_finished_ramp_or_a_clawback_nothing_comes_back(strike: float, price: float, back: float) -> None:
    assert floor(strike=strike, price=price, volume=1.0, clawback=back).cash.payment >= 0
    assert floor(strike=strike, price=price, volume=1.0, ramp_done=True).cash.payment >= 0


@given(above, money, st.none() | share, st.none() | money)
def test_a_duty_is_never_negative_never_above_its_cap_and_zero_at_the_reference(
    reference: float, price: float, rate: float | None, value: float | None
) -> None:
    found = duty(reference=reference, price=price, cap_rate=rate, value=value)
    assert found.per_unit >= 0
    assert found.cap is None or found.per_unit <= found.cap
    assert price < reference or found.per_unit == 0
    assert price + found.per_unit <= max(price, reference) * (1 + 1e-12)
    for free in ({"in_quota": True}, {"exempt": True}):
        assert duty(reference=reference, price=price, cap_rate=rate, value=value, **free).per_unit == 0


@given(above, share, share)
def test_a_duty_falls_one_for_one_in_the_price(reference: float, low: float, high: float) -> None:
    assume(low <= high)
    dear, cheap = duty(reference=reference, price=high * reference), duty(reference=reference, price=low * reference)
    assert cheap.per_unit - dear.per_unit == pytest.approx((high - low) * reference, abs=1e-9 * reference)


@given(
    st.lists(st.floats(80, 120), min_size=1, max_size=200),
    st.floats(0, 15),
    st.lists(st.integers(1, 5), min_size=200, max_size=200),
)
def test_a_trigger_never_changes_twice_in_a_month(prices: list[float], margin: float, gaps: list[int]) -> None:
    day, dated = date(2026, 1, 1), []
    for price, gap in zip(prices, gaps, strict=False):
        dated.append((day, price))
        day += timedelta(days=gap)
    states = duty_states(Trigger(reference=100.0, margin=margin), dated)
    changes = [state.on for state in states if state.changed]
    assert len({(each.year, each.month) for each in changes}) == len(changes)
    assert all(later >= add_months(each, 1) for each, later in pairwise(changes))
    assert len(states) == len(dated)
    for before, after in pairwise(states):
        assert (before.active != after.active) == after.changed


@given(money, money)
def test_a_quota_splits_a_consignment_and_loses_nothing(left: float, volume: float) -> None:
    inside, outside = draw(left, volume)
    assert inside + outside == pytest.approx(volume)
    assert 0 <= inside <= left
    assert outside >= 0


@given(st.lists(st.tuples(above, money), min_size=1, max_size=8))
def test_a_verification_price_lies_within_those_it_is_made_of(rows: list[tuple[float, float]]) -> None:
    shipments = [Shipment(product="720221", origin="NOR", mass=mass, value=mass * price) for mass, price in rows]
    found = verification_prices(shipments)["720221", "NOR"]
    prices = [price for _, price in rows]
    assert min(prices) * (1 - 1e-9) - 1e-9 <= found <= max(prices) * (1 + 1e-9) + 1e-9


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.8), st.booleans(), st.floats(1e3, 1e5))
def test_more_money_lasts_longer_and_the_same_seed_gives_the_same_answer(
    seed: int, volatility: float, back: bool, amount: float
) -> None:
    more = {"level": 100.0, "half_life": 2.0} if back else {}
    process = PriceProcess(price=90.0, volatility=volatility, source="a test", **more)
    prices = simulate(process, months=36, draws=50, seed=seed)
    np.testing.assert_array_equal(prices, simulate(process, months=36, draws=50, seed=seed))
    contract = ContractForDifference(strike=110.0, clawback=0.3)

    def found(money_: float) -> RunOut:
        return run_out(Fund(amount=money_, first=date(2026, 1, 1)), contract, prices, volume=50.0)

    less, enough = found(amount), found(2 * amount)
    assert less.exhausted >= enough.exhausted
    for quantile, by in enough.dates.items():
        assert by is None or (less.dates[quantile] is not None and less.dates[quantile] <= by)
    ordered = [each or date.max for each in less.dates.values()]
    assert ordered == sorted(ordered)

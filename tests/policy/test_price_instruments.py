"""Duties, triggers, supports and funds by small examples, and what they refuse."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from orepact.cases.fund_prices import price_process
from orepact.errors import BadInput, MissingData
from orepact.policy.adjustable_duty import duty
from orepact.policy.import_quota import Shipment, draw, invoice_gap, quarterly_quotas, quarters, verification_prices
from orepact.policy.permit_clock import ClockStop, PermitClock, clock_reading
from orepact.policy.price_support import (
    ContractForDifference,
    Delivery,
    Designation,
    OfftakeWithFloor,
    PriceGapPayment,
    ProductionSubsidy,
    StockPurchase,
    designated,
    floor,
)
from orepact.policy.record import add_months, read
from orepact.policy.support_fund import Fund, PriceProcess, exhausted_on, replay, run_out, simulate
from orepact.policy.trigger import Trigger, duty_states

START = date(2026, 1, 5)


def states(*prices: float, margin: float = 10.0, **more: int) -> list[tuple[bool, bool]]:
    dated = [(START + timedelta(days=at), price) for at, price in enumerate(prices)]
    return [(each.active, each.changed) for each in duty_states(Trigger(reference=100.0, margin=margin, **more), dated)]


def test_a_duty_begins_after_three_days_below_one_of_them_far_below() -> None:
    assert states(99, 101, 99, 101, 90)[-1] == (True, True)
    assert states(99, 101, 99, 101, 90.1)[-1] == (False, False)
    assert states(99, 101, 101, 101, 90)[-1] == (False, False)
    assert states(90, 90, 90, 90)[-1] == (False, False)
    assert states(100, 100, 100, 100, 90)[-1] == (False, False)


def test_seven_days_are_looked_back_on_and_no_more() -> None:
    assert states(90, 101, 101, 101, 99, 101, 99)[-1] == (True, True)
    assert states(90, 101, 101, 101, 99, 101, 101, 99)[-1] == (False, False)


def test_it_ends_on_the_mirror_but_never_within_a_month() -> None:
    below, above = [90.0] * 5, [110.0] * 40
    found = states(*below, *above)
    changes = [START + timedelta(days=at) for at, (_, changed) in enumerate(found) if changed]
    assert changes == [date(2026, 1, 9), date(2026, 2, 9)]
    assert not found[-1][0]
    assert not states(*below, *[100.0] * 40, 110)[-1][0]
    assert states(*below, *[100.0] * 40)[-1][0]


def test_a_state_gives_its_reason_and_its_effect() -> None:
    dated = [(START + timedelta(days=at), 90.0) for at in range(8)]
    found = duty_states(Trigger(reference=100.0, margin=5.0, notice=14), dated)
    assert found[0].why == "1 market days, 5 are needed"
    assert found[4].why == "5 of the last 5 market days below 100, one of them by 5 or more"
    assert found[4].effective == date(2026, 1, 23)
    assert found[7].effective is None


def test_a_trigger_refuses_days_out_of_order_and_prices_that_are_none() -> None:
    with pytest.raises(BadInput) as refused:
        duty_states(
            Trigger(reference=100.0, margin=1.0), [(START, 1.0), (START, float("nan")), (date(2025, 1, 1), -1.0)]
        )
    assert len(refused.value.problems) == 4
    with pytest.raises(BadInput, match="at least 3"):
        read(Trigger, {"reference": 100.0, "margin": 1.0, "shortest": 2}, "trigger")


def test_a_large_lot_weighs_more_in_a_verification_price() -> None:
    rows = [("NOR", 100.0, 120_000.0), ("NOR", 300.0, 300_000.0), ("CHN", 10.0, 9000.0)]
    verified = verification_prices(
        Shipment(product="720221", origin=who, mass=mass, value=value) for who, mass, value in rows
    )
    assert verified == {("720221", "NOR"): 1050, ("720221", "CHN"): 900}
    assert invoice_gap(2408.0, ("720221", "CHN"), verified) == pytest.approx(2408 / 900 - 1)
    with pytest.raises(MissingData, match="no imports to compare"):
        invoice_gap(1.0, ("720221", "ISL"), verified)


@pytest.mark.parametrize(
    "years", [{2022: 1.0, 2023: 1.0}, {2021: 1.0, 2023: 1.0, 2024: 1.0}, {2022: 1.0, 2023: float("nan"), 2024: 1.0}]
)
def test_a_year_that_is_missing_is_not_zero(years: dict[int, float]) -> None:
    with pytest.raises(MissingData):
        quarterly_quotas({"NOR": years})


def test_the_last_quarter_ends_with_the_measure() -> None:
    assert [(part.first, part.last) for part in quarters(date(2025, 11, 18), date(2026, 3, 31))] == [
        (date(2025, 11, 18), date(2026, 2, 17)),
        (date(2026, 2, 18), date(2026, 3, 31)),
    ]


def test_a_draw_refuses_what_is_no_mass() -> None:
    with pytest.raises(BadInput) as refused:
        draw(-1.0, float("nan"))
    assert len(refused.value.problems) == 2


def test_totals_of_all_instruments_compare() -> None:
    sale = Delivery(price=54.0, volume=100.0)
    paid = [
        ContractForDifference(strike=110.0).cash(sale),
        PriceGapPayment(reference=110.0, share=0.5, most=20.0).cash(sale),
        PriceGapPayment(reference=110.0, share=0.5).cash(sale),
        ProductionSubsidy(rate=7.0).cash(sale),
        OfftakeWithFloor(floor=110.0, most=60.0).cash(sale),
        StockPurchase().cash(sale),
    ]
    assert [each.payment for each in paid] == [5600, 2000, 2800, 700, 3360, 0]
    assert [each.outlay for each in paid] == [5600, 2000, 2800, 700, 6600, 5400]


def test_a_kilogram_is_put_forward_once() -> None:
    rows = [
        Designation(lot="7", use="stockpile", volume=600.0),
        Designation(lot="7", use="sale", volume=400.0),
        Designation(lot="8", use="affiliate sale", volume=100.0),
    ]
    assert designated({"7": 1000.0, "8": 100.0}, rows) == 1100
    with pytest.raises(BadInput) as refused:
        designated({"7": 900.0}, rows)
    over, none = map(str, refused.value.problems)
    assert "600 as stockpile and 400 as sale of a lot of 900; take 100 out" in over
    assert "there is no such lot" in none


def test_a_fund_without_volatility_runs_out_when_arithmetic_says() -> None:
    flat = simulate(PriceProcess(price=100.0, volatility=0.0, source="none"), months=24, draws=3, seed=1)
    np.testing.assert_allclose(flat, 100.0)
    fund, contract = Fund(amount=100.0, first=date(2026, 1, 31)), ContractForDifference(strike=110.0)
    found = run_out(fund, contract, flat, volume=1.0)
    assert found.exhausted == 1
    assert set(found.dates.values()) == {date(2026, 11, 30)}
    assert found.spent == 100
    late = run_out(fund, contract.model_copy(update={"first": date(2027, 6, 1)}), flat, volume=1.0)
    assert (late.exhausted, late.dates[0.5], late.spent) == (0, None, pytest.approx(70))
    assert late.last == date(2027, 12, 31)


def test_a_clawback_refills_a_fund_from_the_day_it_is_due() -> None:
    prices = np.array([[100.0] * 10 + [210.0] * 2 + [100.0] * 12])
    fund, contract = Fund(amount=105.0, first=date(2026, 1, 1)), ContractForDifference(strike=110.0, clawback=0.5)
    assert run_out(fund, contract, prices, volume=1.0).dates[0.5] == date(2027, 1, 1)
    assert run_out(fund, contract, prices, volume=1.0, ramp_done=date(2026, 11, 1)).dates[0.5] == date(2027, 11, 1)


def test_dates_are_those_by_which_a_share_of_all_draws_is_gone() -> None:
    prices = np.full((20, 20), 10.0) * np.arange(1, 21)[:, None]
    found = run_out(Fund(amount=100.0, first=date(2026, 1, 1)), StockPurchase(), prices, volume=1.0)
    assert found.exhausted == 1
    assert found.dates == {0.05: date(2026, 1, 1), 0.5: date(2026, 1, 1), 0.95: date(2026, 6, 1)}
    assert run_out(Fund(amount=1800.0, first=date(2026, 1, 1)), StockPurchase(), prices, volume=1.0).dates == {
        0.05: date(2026, 10, 1), 0.5: date(2027, 5, 1), 0.95: None,
    }  # fmt: skip


def test_a_replay_ends_with_the_money() -> None:
    rows = [Delivery(day=date(2026, month, 1), price=10.0, volume=4.0) for month in range(1, 7)]
    found = replay(Fund(amount=100.0, first=date(2026, 2, 1)), StockPurchase(), rows)
    assert [each.left for each in found] == [60, 20, -20]
    assert exhausted_on(found) == date(2026, 4, 1)
    assert exhausted_on(found[:2]) is None


def test_a_random_walk_keeps_its_mean_and_its_volatility() -> None:
    prices = simulate(PriceProcess(price=100.0, volatility=0.3, source="a test"), months=12, draws=40_000, seed=3)
    assert prices[:, -1].mean() == pytest.approx(100, rel=0.01)
    assert np.log(prices[:, -1] / 100).std() == pytest.approx(0.3, rel=0.02)


def test_a_reverting_price_returns_to_its_level_by_its_half_life() -> None:
    process = PriceProcess(price=50.0, volatility=0.3, source="a test", level=100.0, half_life=1.0)
    logs = np.log(simulate(process, months=120, draws=20_000, seed=3))
    assert logs[:, 11].mean() == pytest.approx(np.log(50) / 2 + np.log(100) / 2, rel=0.002)
    assert logs[:, -1].mean() == pytest.approx(np.log(100), rel=0.002)
    assert logs[:, -1].std() == pytest.approx(0.3 / np.sqrt(2 * np.log(2)), rel=0.02)


def test_a_fund_refuses_what_it_cannot_pay() -> None:
    process = PriceProcess(price=1.0, volatility=0.1, source="a test")
    for wrong in ({"months": 0}, {"draws": 0}, {"seed": -1}, {"draws": 2.5}):
        with pytest.raises(BadInput, match="a whole number"):
            simulate(process, **{"months": 1, "draws": 1, "seed": 1, **wrong})
    fund = Fund(amount=1.0, first=START)
    with pytest.raises(BadInput) as refused:
        run_out(fund, StockPurchase(), np.array([1.0]), volume=-1.0)
    assert len(refused.value.problems) == 2
    with pytest.raises(BadInput, match="a replay needs its day"):
        replay(fund, StockPurchase(), [Delivery(price=1.0, volume=1.0)])
    with pytest.raises(BadInput, match="together, or neither"):
        read(PriceProcess, {"price": 1.0, "volatility": 0.1, "source": "a test", "level": 2.0}, "process")


def test_a_published_volatility_carries_its_source() -> None:
    found = price_process("Cobalt", 20.0)
    assert found.volatility == 0.356
    assert "USGS Data Series 140" in found.source
    with pytest.raises(MissingData, match="no volatility"):
        price_process("scandium", 20.0)


def test_a_month_without_that_day_ends_earlier() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 12, 31), 27) == date(2029, 3, 31)


def test_a_clock_logs_what_happened_and_refuses_days_that_cannot_be() -> None:
    stop = ClockStop(first=date(2025, 3, 1), resumed=date(2025, 4, 30), reason="report awaited")
    clock = PermitClock(project="extraction", complete=date(2025, 1, 31), stops=(stop,), decided=date(2027, 6, 29))
    found = clock_reading(clock, date(2027, 6, 30))
    assert found.state == "decided"
    assert [words for _, words in found.log] == [
        "application complete: 27 months begin", "clock stops: report awaited", "clock runs again after 60 days", "decision",
    ]  # fmt: skip
    assert clock_reading(clock, date(2025, 3, 31)).log[-1] == (date(2025, 3, 1), "clock stops: report awaited")
    early = ClockStop(first=date(2025, 1, 1), reason="before it runs")
    with pytest.raises(BadInput) as refused:
        clock_reading(
            PermitClock(
                project="extraction", complete=date(2025, 1, 31), stops=(early, stop), decided=date(2025, 2, 1)
            ),
            START,
        )
    assert len(refused.value.problems) == 4


def test_bad_input_of_a_duty_is_told_all_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        duty(
            reference=-1,
            price=float("nan"),
            cap_rate=True,
            unit="ton",
            first="2025-13-01",
            day=20250101,
            currency="euro",
            rate=1,
        )
    assert [problem.place for problem in refused.value.problems] == [
        "--reference", "--cap-rate", "--from", "--unit", "--currency", "--price", "--on", "--rate",
    ]  # fmt: skip


def test_bad_input_of_a_floor_is_told_all_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        floor(strike=0, price=-1, volume="4", clawback=1.2, first="2026-01-01", last="2025-01-01")
    assert [problem.place for problem in refused.value.problems] == [
        "--to",
        "--strike",
        "--clawback",
        "--price",
        "--volume",
    ]

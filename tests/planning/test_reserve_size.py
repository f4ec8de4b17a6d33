"""A reserve in the market: none changes nothing, more never leaves more unserved, money adds up, and what cannot be told is named."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import orepact
from orepact.cases import base_market
from orepact.errors import BadInput, MissingData
from orepact.market import Problem, Reserve, Solution, solve
from orepact.network import network
from orepact.planning.reserve_cover import critical_minerals, spread_evenly
from orepact.planning.reserve_loss import (
    LossTable,
    Ramp,
    Setting,
    applicable,
    arithmetic_need,
    days_of_cover,
    largest_supplier,
    loss_table,
    solve_sizes,
    with_reserve,
)
from orepact.planning.reserve_pace import buying, pace_of, trade_outside
from orepact.planning.reserve_size import ReservePlan, hold, reserve
from orepact.planning.reserve_terms import scenarios, storage, term
from orepact.policy import ExportCut

DAYS = (0.0, 15.0, 60.0, 180.0)
RAMP = Ramp(0.25, 0.25)
REGION = ("USA",)
SETTING = Setting(REGION, scenarios(), RAMP, draws=20)


@cache
def table_of(mineral: str) -> LossTable:
    return loss_table(network(mineral), SETTING, days=DAYS)


@cache
def plan_of(policy: str | None = None, budget: float = 12e9) -> ReservePlan:
    return reserve(budget, "USA", "gallium,niobium,cobalt,boron", policy=policy, draws=20)


@pytest.mark.parametrize("mineral", ["gallium", "cobalt", "niobium", "graphite", "magnesium"])
def test_a_bigger_reserve_leaves_no_more_unserved_and_is_worth_no_less(mineral: str) -> None:
    table = table_of(mineral)
    steps = np.diff(table.yearly_unserved.mean(axis=1))
    assert (steps <= 1e-9 * table.use).all()
    assert (np.diff(table.yearly(table.gain).mean(axis=1)) >= -1e-9 * table.use * table.price).all()
    slopes = np.diff(table.yearly(table.gain).mean(axis=1)) / np.diff(table.stock)
    assert (np.diff(slopes) <= 1e-6 * table.price).all()


def test_no_more_is_released_than_is_held_or_used() -> None:
    table = table_of("gallium")
    assert (table.released <= table.stock[None, :, None] + 1e-9).all()
    months = np.array([each.scenario.months for each in table.shortages])[:, None, None]
    assert (table.released <= 2 * table.use * months / 12).all()
    assert (table.released[:, 0] == 0).all()
    assert (table.gain[:, 0] == 0).all()


def test_where_the_missing_tonnes_went_adds_up() -> None:
    for shortage in table_of("cobalt").shortages:
        parts = shortage.replaced + shortage.from_stocks + shortage.given_up + shortage.unserved
        np.testing.assert_allclose(shortage.lost, parts, rtol=1e-6, atol=1e-6 * table_of("cobalt").use)


def _halt() -> tuple[Problem, np.ndarray]:
    base = base_market("gallium", draws=20)
    at = base.labels.stage("refined")
    cut = ExportCut(origins=("CHN",), stage="refined").apply(base.problem, base.labels, base.flows[at])
    return cut, np.isin(base.labels.buyers[-1], REGION)


def _same_bytes(one: Solution, other: Solution) -> bool:
    return all(
        getattr(left, name).tobytes() == getattr(right, name).tobytes()
        for left, right in zip(one.stages, other.stages, strict=True)
        for name in ("price", "flows", "use", "unserved", "paid_price", "stock_release")
    )


def test_a_reserve_of_nothing_changes_nothing_to_the_byte() -> None:
    cut, inside = _halt()
    assert with_reserve(cut, inside, 0.0, RAMP) is cut
    assert buying(cut, inside, 0.0, 0.1) is cut
    last, none = cut.stages[-1], np.zeros(1)
    empty = Reserve(none, none, none * last.users.use, np.array([1.25]), np.array([0.25]))
    with_empty = replace(cut, stages=(*cut.stages[:-1], replace(last, users=replace(last.users, reserve=empty))))
    assert _same_bytes(solve(cut), solve(with_empty))


def test_what_the_region_and_its_reserve_pay_sellers_receive() -> None:
    base = base_market("gallium", draws=20)
    inside = np.isin(base.labels.buyers[-1], REGION)
    found = solve(buying(base.problem, inside, 1.0, 0.1)).require().stages[-1]
    column = found.paid_price.shape[1] - found.use.shape[1] + int(np.flatnonzero(inside)[0])
    received = (found.price * found.flows[:, :, column]).sum(axis=1)
    bought = found.flows[:, :, column].sum(axis=1)
    np.testing.assert_allclose(found.paid_price[:, column] * bought, received, rtol=1e-9)
    np.testing.assert_allclose(found.reserve_purchase[:, inside].sum(axis=1), 1.0, rtol=1e-9)
    used = found.use[:, inside].sum(axis=1) - found.user_stock_release[:, inside].sum(axis=1)
    np.testing.assert_allclose(bought, used + 1.0, rtol=1e-9)


def test_pace_is_a_share_of_trade_outside_the_largest_supplier() -> None:
    found = network("gallium")
    trade, largest = trade_outside(found, REGION)
    assert largest == largest_supplier(found.stages[-1], REGION) == "CHN"
    pace = pace_of(found, SETTING, 0.05, 0.1)
    assert pace.tonnes_a_month == pytest.approx(0.05 * trade / 12)
    assert pace.months(0.0) == 0
    assert pace.months(10 * pace.tonnes_a_month) == 10
    assert pace.months(10.5 * pace.tonnes_a_month) == 11
    assert (pace.paid >= 1.0).all()
    assert (pace_of(found, SETTING, 0.10, 0.1).paid >= pace.paid).all()
    assert math.isinf(replace(pace, tonnes_a_month=0.0).months(1.0))


def test_trade_outside_by_hand() -> None:
    flows = network("gallium").stages[-1].frame()
    abroad = flows[(flows["origin"] != flows["destination"]) & (flows["origin"] != "CHN")]
    assert trade_outside(network("gallium"), REGION)[0] == pytest.approx(abroad["tonnes"].sum())
    assert 0 < abroad["tonnes"].sum() < flows["tonnes"].sum()


def test_worth_by_hand() -> None:
    """2 of 5 unserved tonnes are served (10 each); of 4 released the other 2 spare purchases at 2.5, and 4 are bought back at 1."""
    cells = {"unserved": [5.0, 3.0], "released": [0.0, 4.0], "premium": [3.0, 2.5]}
    arrays = {name: np.array(row)[None, :, None] for name, row in cells.items()}
    table = replace(table_of("gallium"), stock=np.array([0.0, 4.0]), value=np.array([10.0]), price=1.0, **arrays)
    assert table.gain[0, :, 0].tolist() == [0.0, 21.0]
    assert table.spared[0, :, 0].tolist() == [0.0, 1.0]
    assert table.at(table.gain[0], 1.0).tolist() == [5.25]


def test_arithmetic_by_hand() -> None:
    assert days_of_cover(60, 365) == 60
    assert arithmetic_need(1200, 0.5, 6) == 300
    assert arithmetic_need(1200, 0.5, 6, do_without=0.2, other_supply=100) == 140
    assert arithmetic_need(1200, 0.5, 6, other_supply=1000) == 0


@pytest.mark.slow
def test_money_adds_up() -> None:
    plan, answer = plan_of("vault"), plan_of("vault").summary()
    money = answer["money"]
    assert money["purchases_usd"] == pytest.approx(sum(row["cost"] for row in answer["holdings"]))
    assert money["carrying_usd_a_year"] == pytest.approx(sum(row["carry_usd_a_year"] for row in answer["holdings"]))
    assert money["purchases_usd"] + money["carrying_usd_a_year"] == pytest.approx(money["first_year_outlay_usd"])
    assert money["purchases_usd"] + money["unspent_usd"] == pytest.approx(money["budget_usd"])
    year = answer["avoided"]["a_year"]
    assert year["unserved_usd_expected"] + year["spared_usd_expected"] == pytest.approx(year["worth_usd_expected"])
    assert year["worth_usd_expected"] == pytest.approx(plan.worth)
    for row in answer["holdings"]:
        assert row["cost"] == pytest.approx(row["tonnes"] * row["cost_usd_per_t"])
        assert row["cost_usd_per_t"] >= row["price_usd_per_t"]


def test_a_bigger_budget_never_raises_the_expected_loss() -> None:
    for policy in (None, "vault"):
        plan = plan_of(policy)
        worth = []
        for budget in (1e5, 1e6, 1e7, 5e7, 1e8, 1e9, 12e9):
            request = replace(plan.request, budget=budget)
            held = hold(plan.candidates, request)
            smaller = replace(plan, request=request, held=held)
            assert smaller.outlay <= budget * (1 + 1e-9)
            worth.append(smaller.worth - (smaller.carry if policy is None else 0.0))
        assert np.all(np.diff(worth) >= -1e-6)


@pytest.mark.slow
def test_rule_sets_fill_their_days_of_cover() -> None:
    days = {
        policy: {row["mineral"]: row["days"] for row in plan_of(policy).summary()["holdings"]}
        for policy in ("vault", "korea", "jogmec")
    }
    assert all(each == pytest.approx(60) for each in days["vault"].values())
    assert all(each == pytest.approx(100) for each in days["korea"].values())
    assert days["jogmec"]["cobalt"] == pytest.approx(60)
    released = {row["trigger"]: row["days_to_release"] for row in plan_of("korea").summary()["triggers"]}
    assert released["verified halt"] == 8
    opens = {
        row["trigger"]: row["opens"]
        for row in reserve(1e9, "USA", "gallium", policy="nds", draws=20).summary()["triggers"]
    }
    assert opens == {"verified halt": False, "import fall": False, "premium": False, "official request": True}


@pytest.mark.slow
def test_what_cannot_be_told_is_named_and_never_nothing() -> None:
    answer = plan_of().summary()
    assert [row["mineral"] for row in answer["cannot_tell"]] == ["boron"]
    assert "boron" not in {row["mineral"] for row in answer["holdings"]}
    with pytest.raises(MissingData, match="no balanced table"):
        reserve(1e9, "USA", "boron", draws=20)
    with pytest.raises(MissingData, match="no use in the region"):
        reserve(1e9, "TCD", "gallium", draws=20)


def test_all_that_is_wrong_with_a_question_is_told_at_once() -> None:
    with pytest.raises(BadInput) as told:
        reserve(
            -1, "Atlantis", "unobtainium", objective="profit", policy="valt", months=0.5, values={"gallium": -1}, draws=1, seed=-1
        )  # fmt: skip
    options = ("budget", "region", "minerals", "objective", "policy", "months", "values", "draws", "seed")
    assert sorted(each.place for each in told.value.problems) == sorted(f"--{option}" for option in options)


def test_scenarios_of_ones_own_are_read_or_refused_with_every_row(tmp_path) -> None:
    head = "scenario,mineral,origin,target,stage,cut,months,value,unit,basis,source,grade,note\n"
    mine = tmp_path / "mine.csv"
    mine.write_text(
        head + "sure halt,gallium,China,USA,refined,1,12,0.5,probability a year,mine,orepact_assumption,E,\n"
    )
    plan = reserve(1e9, "USA", "gallium", scenarios=mine, draws=20)
    shortage = plan.candidates[0].table.shortages[0]
    assert (shortage.origin, shortage.scenario.target, shortage.scenario.probability) == (("CHN",), ("USA",), 0.5)
    mine.write_text(
        head
        + "a,gallium,Atlantis,all,refined,1,12,0.5,probability a year,mine,orepact_assumption,E,\n"
        + "b,gallium,largest,all,refined,0,99,1,probability a year,mine,orepact_assumption,E,\n"
    )
    with pytest.raises(BadInput) as told:
        scenarios(mine)
    assert [each.place for each in told.value.problems] == ["mine.csv, row 2", *["mine.csv, row 3"] * 3, "mine.csv"]


def test_scenarios_apply_where_there_is_something_to_cut() -> None:
    gallium = applicable(network("gallium"), REGION, scenarios())
    assert {scenario.stage for scenario, _ in gallium} == {"refined"}
    assert {origin for _, origin in gallium} == {("CHN",)}
    assert largest_supplier(network("gallium").stages[-1], ("CHN",)) != "CHN"


def test_storage_is_the_rent_of_the_metal_or_three_times_the_mean() -> None:
    assert storage("copper").usd_per_t == pytest.approx(0.51 * 365)
    assert storage("gallium").usd_per_t == pytest.approx(3 * 365 * np.mean([0.51, 0.51, 0.53, 0.58, 0.55, 0.55]))
    assert (storage("copper").grade, storage("gallium").grade) == ("A", "D")
    assert term("monthly pace") == 0.05


def test_twelve_billion_over_the_critical_minerals_is_about_forty_five_days() -> None:
    cover = spread_evenly(12e9, critical_minerals())
    assert 40 < cover.low < 45 < cover.high < 60
    assert len(cover.valued) == 35
    assert len(cover.untold) == 25
    assert cover.untold["neodymium"] == "no published use"
    assert cover.untold["uranium"] == "no published use and no published price"


def test_more_draws_and_solve_sizes_are_certified() -> None:
    base = base_market("gallium", draws=20)
    found = solve_sizes(base, scenarios()[0], ("CHN",), REGION, np.array([0.0, 1.0]), RAMP)
    assert all(each.certificate.max_balance < 1e-9 for each in found)


def test_it_is_one_function_in_python() -> None:
    assert orepact.reserve is reserve

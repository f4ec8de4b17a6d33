"""Five ways to the same tonnes: what is compared is comparable, and every date and level can be worked out again from the answer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import orepact
from orepact import facts
from orepact.errors import BadInput
from orepact.report.compare_text import print_comparison, verdict

MINERAL, DRAWS, FUND = "tungsten", 20, 2e8


def compared(**fields: Any) -> Any:
    given = {"tonnes": 200.0, "zone": "MSP", "fund": FUND, "volatility": 0.3, "start": "2027-01", "draws": DRAWS}
    return orepact.compare(MINERAL, **{**given, **fields})


def by_name(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"].split(" ")[0]: each for each in answer["instruments"]}


@pytest.fixture(scope="module")
def found() -> Any:
    return compared()


@pytest.fixture(scope="module")
def rows(found: Any) -> dict[str, dict[str, Any]]:
    return by_name(found.summary())


def test_a_fund_pays_what_the_treasury_column_says() -> None:
    """Where prices stand still, the fund lasts for its money divided by what the treasury pays in a month."""
    still = by_name(compared(volatility=0.0).summary())
    for name in ("contract", "offtake", "production", "purchase"):
        each = still[name]
        months = FUND / (-each["treasury"]["median"] / 12)
        if months > 240:
            assert each["runout"]["p50"] is None
            continue
        year, month = (int(part) for part in each["runout"]["p50"].split("-"))
        assert (year - 2027) * 12 + month - 1 == pytest.approx(months, rel=0.05), name


def test_an_offtake_runs_out_no_sooner_than_a_contract_that_pays_the_same_gap_but_for_what_comes_back(
    rows: Any,
) -> None:
    contract, offtake = rows["contract"], rows["offtake"]
    assert offtake["runout"]["p5"] <= contract["runout"]["p5"] <= "2060"
    basis = offtake["runout_basis"]
    assert basis["in_advance_a_year"] == pytest.approx(12 * basis["tonnes_a_month"] * basis["price"])
    assert contract["runout_basis"]["in_advance_a_year"] == 0.0
    # What is paid back above the strike keeps the contract's fund alive in some paths that drain the offtake's.
    later = [
        share for share in ("p50", "p95") if (contract["runout"][share] or "9") > (offtake["runout"][share] or "9")
    ]
    same = [share for share in ("p50", "p95") if contract["runout"][share] == offtake["runout"][share]]
    assert len(later) + len(same) == 2


@pytest.mark.parametrize("name", ["contract", "offtake", "purchase"])
def test_the_dates_can_be_worked_out_again_from_the_answer(rows: Any, name: str) -> None:
    basis = rows[name]["runout_basis"]
    noise = np.random.default_rng(basis["seed"]).standard_normal((basis["paths"], basis["horizon_months"]))
    month, volatility = 1 / 12, basis["volatility"]
    price = basis["price"] * np.exp(
        np.cumsum(-(volatility**2) / 2 * month + volatility * math.sqrt(month) * noise, axis=1)
    )
    level = rows[name]["level"]
    paid = {
        "contract": np.where(price < level, level - price, -0.3 * (price - level)),
        "offtake": np.maximum(level - price, 0.0),
        "purchase": price,
    }[name]
    short = np.cumsum(basis["tonnes_a_month"] * paid, axis=1) > basis["fund"]
    gone = np.sort(np.where(short.any(axis=1), short.argmax(axis=1), basis["horizon_months"]))
    for share, key in ((0.05, "p5"), (0.5, "p50"), (0.95, "p95")):
        at = int(gone[math.ceil(share * len(gone)) - 1])
        expected = None if at == basis["horizon_months"] else f"{2027 + at // 12}-{at % 12 + 1:02d}"
        assert rows[name]["runout"][key] == expected


def test_a_subsidy_is_said_at_its_rate(found: Any, rows: Any) -> None:
    """What the treasury pays is the rate on all that the zone makes."""
    each = rows["production"]
    assert each["level_means"] == "paid on each tonne"
    made = 12 * each["runout_basis"]["tonnes_a_month"]
    assert -each["treasury"]["median"] == pytest.approx(each["level"] * made, rel=0.02)
    assert each["level"] < found.summary()["base_price"] / 2 < rows["contract"]["level"]
    assert {row["level_means"] for row in rows.values()} == {
        "reference price", "strike price", "floor price", "paid on each tonne", "price below which it buys",
    }  # fmt: skip


def test_metal_that_a_stock_holds_is_no_loss_but_for_what_it_was_paid_above_the_base_price(
    found: Any, rows: Any
) -> None:
    each, price = rows["purchase"], found.summary()["base_price"]
    assert each["held_at_base_price"]["median"] == pytest.approx(each["held_t"]["median"] * price, rel=1e-6)
    assert each["held"]["median"] == pytest.approx(each["held_t"]["median"] * each["level"], rel=0.01)
    stock = found.instruments[-1]
    cash = -sum(found.groups(stock).values())
    assert each["cost"]["median"] == pytest.approx(float(np.median(cash - stock.stock_t * price)), rel=1e-9)
    assert 0 < each["cost"]["low"] < each["held"]["median"] / 10 < each["cash_cost"]["median"]
    for name in ("adjustable", "contract", "offtake", "production"):
        assert rows[name]["cost"] == rows[name]["cash_cost"]


def test_partner_states_are_named_with_the_change_of_their_revenue(found: Any, rows: Any) -> None:
    answer = found.summary()
    states = answer["partners"]["states"]
    assert answer["partners"]["of"] == "FORGE"
    assert states
    assert not set(states) & set(answer["zone"])
    assert set(states) <= set(facts.resolve_place("FORGE"))
    duty = found.instruments[0]
    bolivia = next(each for each in duty.partners if (each.country, each.stage) == ("BOL", "mine"))
    assert np.array_equal(bolivia.revenue, bolivia.after_ore)
    said = next(each for each in rows["adjustable"]["partner_effects"] if each["country"] == "BOL")
    assert said["revenue"]["median"] == pytest.approx(float(np.median(bolivia.revenue)))
    assert said["value_added"] is None
    assert any(line.startswith("value added of partner states") for line in answer["cannot_tell"])


def test_the_page_says_its_verdict_its_horizon_and_what_the_dates_rest_on(found: Any, capsys: Any) -> None:
    print_comparison(found)
    page = " ".join(capsys.readouterr().out.split())
    assert "lasts" not in page
    assert "more than 20 years" in page
    assert "volatility 30 % a year (given by the user)" in page
    assert "from 2027-01 on" in page
    assert "Bolivia" in page
    assert "Contract and offtake do the same here" in page
    assert verdict(found.summary())[0].startswith("Least is lost with the")


def test_instruments_that_cost_about_the_same_are_not_ranked_and_overlapping_ranges_are_said() -> None:
    def row(name: str, median: float, low: float, high: float) -> dict[str, Any]:
        cost = {"median": median, "low": low, "high": high}
        return {"name": name, "cost": cost, "reached": True, "payers": [], "runout": None}

    near = [
        row("production subsidy", 858e3, 490e3, 1.4e6),
        row("contract", 873e3, 479e3, 1.6e6),
        row("adjustable", 2e6, 1e6, 3e6),
    ]
    said = verdict({"instruments": near})[0]
    assert said.startswith(
        "Least is lost with the subsidy and the contract, which cost about the same: 858 k USD (490 k to 1.4 m); 873 k"
    )
    assert said.endswith(
        "most with the duty: 2 m USD (1 m to 3 m). The ranges overlap: the order is that of the medians and is not sure."
    )
    apart = [row("production subsidy", 1e6, 9e5, 1.1e6), row("adjustable", 2e6, 1.5e6, 3e6)]
    assert verdict({"instruments": apart})[0].startswith(
        "Least is lost with the subsidy: 1 m USD (900 k to 1.1 m) a year"
    )
    assert "overlap" not in verdict({"instruments": apart})[0]


def test_tonnes_beyond_reach_and_one_country_are_said_in_words(capsys: Any) -> None:
    print_comparison(compared(tonnes=1e6, zone="JPN", draws=10))
    page = " ".join(capsys.readouterr().out.split())
    assert "in 1 country Five" in page
    assert "makes these tonnes, or the most that it reaches" in page
    assert "None of the five reaches these tonnes" in page


def test_a_month_that_is_none_is_refused_with_all_else() -> None:
    with pytest.raises(BadInput, match="--start") as caught:
        compared(start="2027-13", tonnes=-1.0)
    assert len(caught.value.problems) == 2


def test_a_volatility_of_ones_own_serves_where_none_is_published() -> None:
    rows = by_name(orepact.compare("gallium", tonnes=1.0, zone="JPN", fund=1e6, volatility=0.4, draws=10).summary())
    assert rows["offtake"]["runout_basis"]["volatility"] == 0.4

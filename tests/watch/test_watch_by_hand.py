"""Every screen on one small example whose figures were worked out by hand."""

from __future__ import annotations

import math
from itertools import cycle, islice

import numpy as np
import pytest

from orepact.watch.no_change import periods
from orepact.watch.own_series import cost_percentile, rows_of
from orepact.watch.screen import Finding, look
from orepact.watch.screens import BY_NAME, SCREENS
from orepact.watch.screens.imports import over_trend
from orepact.watch.series import Control, Evidence, Flows, Frequency, Level, Series

MET: set[str] = set()
"""Screens that an example here made fire."""


def series(values: list[float], frequency: Frequency = "monthly", family: str = "price", unit: str = "USD/t") -> Series:
    return Series("the series", unit, frequency, family, periods(len(values), frequency), tuple(values))


def said(name: str, **held: object) -> Finding:
    found = look(BY_NAME[name], Evidence("gallium", "gallium", "EU27", **held))  # type: ignore[arg-type]
    assert found.state != "cannot tell", found.missing
    if found.state == "lead":
        MET.add(name)
    return found


def swing(low: float, high: float, count: int) -> list[float]:
    return list(islice(cycle([low, high]), count))


def path(steps: list[float]) -> list[float]:
    return [float(each) for each in 100 * np.exp(np.cumsum([0.0, *steps]))]


def test_ten_per_cent_below_the_reference_in_each_of_six_months() -> None:
    level = Level(100.0, "USD/t", "the reference")
    found = said("below-reference", held_price=series(swing(89.0, 91.0, 36)), reference=level)
    assert found.state == "lead"
    assert found.value == pytest.approx(1 - math.sqrt(0.89 * 0.91))
    once = said("below-reference", held_price=series([110.0] * 7 + [90.0] * 6), reference=level)
    assert once.state == "quiet"  # below it in each of six months, as chance has it in one of six such series
    assert once.p == pytest.approx(0.18, abs=0.02)
    one_above = said("below-reference", held_price=series([110.0] * 7 + [90.0] * 5 + [101.0]), reference=level)
    assert one_above.state == "quiet"
    assert one_above.p == 1.0


def test_below_the_cost_that_nine_tenths_of_output_stay_under() -> None:
    text = "producer,cost,unit,output\n" + "".join(f"mine {n},{n},USD/kg,1\n" for n in range(1, 11))
    level = cost_percentile(rows_of("costs", text, "costs"), "costs")
    assert level.value == pytest.approx(9000)  # nine of ten tonnes cost 9 USD/kg or less
    plain = cost_percentile(rows_of("costs", text.replace(",output", "").replace(",1\n", "\n"), "costs"), "costs")
    assert plain.value == pytest.approx(9100)  # between the ninth and the tenth producer
    found = said("below-cost", held_price=series(swing(8_000.0, 8_200.0, 36)), cost90=level)
    assert found.state == "lead"
    assert found.value == pytest.approx(1 - math.sqrt(8 * 8.2) / 9)
    assert found.families == {"price", "costs"}


def test_a_surge_three_deviations_above_the_mean_of_36_months() -> None:
    # 18 times 90 and 18 times 110: mean 100, standard deviation 10 sqrt(36/35) = 10.142; 130 is 2.958 above.
    tonnes = series([*swing(90.0, 110.0, 36), 130.0], family="trade", unit="t")
    cheaper = series([100.0] * 34 + [90.0] * 3, family="trade")
    found = said("import-surge", imports=tonnes, import_price=cheaper)
    assert found.state == "lead"
    assert found.value == pytest.approx(30 / (10 * math.sqrt(36 / 35)))
    dearer = series([100.0] * 34 + [110.0] * 3, family="trade")
    assert said("import-surge", imports=tonnes, import_price=dearer).state == "quiet"


def test_the_annual_surge_is_against_a_straight_trend() -> None:
    # Line through 0, 2, 1, 3: 0.3 + 0.8 t; squares of residuals 1.8, s = sqrt(0.9); reach 2.5; error 1.5; 6.5 is 2 of them above 3.5.
    assert over_trend(np.array([0.0, 2.0, 1.0, 3.0, 6.5])) == pytest.approx(2.0)
    assert over_trend(np.array([0.0, 1.0, 2.0, 3.0, 9.0])) == 0.0  # no residual: nothing to measure with


def test_paid_seven_tenths_of_the_world_median() -> None:
    world = (50.0, 60.0, *[100.0] * 38)
    flows = Flows("250410", {"2024": ("CHN", 70.0, 0.6)}, {"2024": world}, {"2024": 100.0})
    found = said("low-unit-value", flows=(flows,))
    assert found.state == "lead"
    assert found.value == pytest.approx(0.7)
    assert found.p == pytest.approx(3 / 41)  # two of forty flows are as cheap
    common = Flows("250410", {"2024": ("CHN", 70.0, 0.6)}, {"2024": world[:20]}, {"2024": 100.0})
    assert said("low-unit-value", flows=(common,)).state == "quiet"  # 3 in 21: a unit value that is no rarity


def test_the_ferro_alloys_share_from_38_to_24() -> None:
    shares = [0.38, 0.36, 0.33, 0.30, 0.27, 0.24]
    found = said("share-loss", local_share=series(shares, "annual", "trade", "1"))
    assert found.state == "lead"
    assert found.value == pytest.approx(0.14)
    # Changes -2, -3, -3, -3, -3 points: mean -2.8, standard deviation sqrt(0.2), t = -2.8 / (sqrt(0.2) / sqrt(5)) = -14.
    from scipy import stats

    assert found.p == pytest.approx(stats.t.sf(14.0, 4))
    assert found.families == {"output", "trade"}


def test_capacity_that_grows_by_a_tenth_a_year_and_use_that_does_not() -> None:
    held = {
        "capacity": series([100.0, 110.0, 121.0, 133.1, 146.41], "annual", "capacity", "t"),
        "demand": series([80.0, 81.0, 80.0, 81.0, 80.0], "annual", "output", "t"),
    }
    found = said("capacity-outruns", **held)
    assert found.state == "lead"
    assert found.value == pytest.approx(math.log(1.1))


def test_a_home_price_a_third_above_the_price_abroad() -> None:
    ratio = series(swing(1.31, 1.29, 37), unit="1")
    found = said("price-gap", gap=ratio, band=(1 / 1.09, 1.09))
    assert found.state == "lead"
    assert found.value == pytest.approx((1.31 * 1.29 * 1.31) ** (1 / 3))
    assert "dearer at home" in found.words
    low = said("price-gap", gap=series([*swing(1.0, 1.02, 10), 0.8, 0.8, 0.8], unit="1"), band=(1 / 1.09, 1.09))
    assert "cheaper at home" in low.words


def test_the_sum_of_twelve_falls_of_two_deviations() -> None:
    spread = 0.05 * math.sqrt(48 / 47)
    found = said("cumulative-fall", price=series(path([*swing(0.05, -0.05, 48), *[-2 * spread] * 12])))
    assert found.state == "lead"
    assert found.value == pytest.approx(12 * (2 - 0.5))


def test_a_turn_downwards_is_dated() -> None:
    found = said("change-point", price=series(path([*swing(0.02, 0.0, 48), *swing(-0.14, -0.12, 12)])))
    assert found.state == "lead"
    assert "changes of trend at 2014-02;" in found.words  # the 49th step leads to the 50th month from 2010-01 on


def with_step(size: float) -> Series:
    """Seven years of monthly prices that move by 2 %, with one step."""
    steps = 0.02 * np.random.default_rng(0).standard_normal(83)
    steps[75] = size
    return series(path(list(steps)))


def test_a_price_that_halves_in_one_month_is_a_turn_downwards() -> None:
    found = said("change-point", price=with_step(-math.log(2)))
    assert found.state == "lead"
    assert found.p == pytest.approx(1e-4)  # no drawn series fell as far
    assert "from 2016-04 to 2016-05 it went down by 50 %" in found.words


def test_a_price_that_doubles_in_one_month_is_quiet_and_its_chance_is_large() -> None:
    found = said("change-point", price=with_step(math.log(2)))
    assert found.state == "quiet"
    assert found.p is not None
    assert found.p > 0.5


def test_a_fall_that_is_made_good_is_none() -> None:
    steps = [*swing(0.02, -0.02, 48), *[0.0] * 4, -0.7, 0.7, *[0.0] * 6]
    found = said("change-point", price=series(path(steps)))
    assert (found.state, found.value) == ("quiet", pytest.approx(0.0, abs=1e-9))
    assert found.p == pytest.approx(1.0, abs=0.01)


def test_a_quarter_of_the_usual_movement() -> None:
    found = said("variance-collapse", price=series(path([*swing(0.04, -0.04, 48), *swing(0.01, -0.01, 12)])))
    assert found.state == "lead"
    assert found.value == pytest.approx(0.25 * math.sqrt((12 / 11) / (48 / 47)))


def test_a_country_that_makes_none_and_exports_after_the_control() -> None:
    quiet = ("AAA", series([100.0, 101.0, 99.0, 100.0, 101.0, 99.0, 100.0], "annual", "routes", "t"))
    new = ("LAO", series([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 100.0], "annual", "routes", "t"))
    held = {"arrivals": (quiet, new), "control": Control("IDN", "2016-01-01", "export prohibition")}
    found = said("new-transit", **held)
    assert found.state == "lead"
    assert "Laos" in found.words
    # log(100 + 1) - log(0 + 1), over the least spread 0.2 and sqrt(1 + 1/6)
    assert found.value == pytest.approx(math.log(101) / (0.2 * math.sqrt(7 / 6)))


def test_exports_of_the_month_before_a_control() -> None:
    exports = series([*swing(90.0, 110.0, 36), 130.0, 20.0], family="routes", unit="t")
    control = Control("CHN", f"{exports.periods[-1]}-01", "export licensing")
    found = said("export-spike", exports=exports, control=control)
    assert found.state == "lead"
    assert found.value == pytest.approx(30 / (10 * math.sqrt(36 / 35)))


def test_half_as_much_again_arrives_as_left() -> None:
    out = series([100.0] * 37, family="reports", unit="t")
    came = series(swing(151.0, 149.0, 37), family="reports", unit="t")
    found = said("mirror-gap", reported_exports=out, reported_imports=came)
    assert found.state == "lead"
    assert found.value == pytest.approx((1.51 * 1.49 * 1.51) ** (1 / 3))


def test_stocks_that_fall_while_cash_is_dear() -> None:
    stocks = series(path([*swing(0.1, -0.1, 36), -0.2, -0.2, -0.2]), family="stocks", unit="t")
    dear = series([0.02] * len(stocks), family="stocks", unit="1")
    found = said("squeeze", stocks=stocks, spread=dear)
    assert found.state == "lead"
    assert found.value == pytest.approx(0.6 / (0.1 * math.sqrt(36 / 35) * math.sqrt(3)))
    cheap = series([-0.02] * len(stocks), family="stocks", unit="1")
    assert said("squeeze", stocks=stocks, spread=cheap).state == "quiet"


def test_one_house_that_gives_six_of_ten_prices() -> None:
    found = said("submitters", submissions={"A": 60, "B": 20, "C": 20})
    assert found.state == "lead"
    assert found.value == pytest.approx(0.6)
    assert said("submitters", submissions={"A": 40, "B": 30, "C": 30}).state == "quiet"
    two = look(BY_NAME["submitters"], Evidence("gallium", "gallium", "EU27", submissions={"A": 5, "B": 5}))
    assert two.state == "cannot tell"
    assert "only A and B give this benchmark" in two.missing[0]


def test_no_screen_lacks_an_example() -> None:
    for name, run in sorted(globals().items()):
        if name.startswith("test_") and run is not test_no_screen_lacks_an_example:
            run()
    assert {each.name for each in SCREENS} == MET

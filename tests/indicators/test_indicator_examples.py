"""Each indicator on an example solved by hand, the one in its docstring."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from orepact.indicators import (
    days_of_stock,
    economic_importance,
    geopolrisk,
    governance_score,
    hhi,
    hhi_bounds,
    look_through,
    n_minus_1,
    net_import_reliance,
    partner_test,
    sourcing_shares,
    supply_risk,
    supply_risk_from_terms,
    through_stages,
    top_share,
    weighted_hhi,
)

OUTPUT = {"AUS": 50.0, "CHL": 30.0, "CHN": 20.0}


def test_hhi() -> None:
    assert hhi(OUTPUT) == pytest.approx(0.38)
    assert hhi([0.25] * 4) == pytest.approx(0.25)
    assert hhi([7.0]) == 1.0


def test_hhi_bounds() -> None:
    found = hhi_bounds([50.0, 30.0], other=20.0)
    assert (found.low, found.high) == (pytest.approx(0.34), pytest.approx(0.38))
    assert hhi_bounds([50.0, 30.0], other=20.0, largest_other=10.0).high == pytest.approx(0.36)
    # 20 t with nobody above 15 t: one of 15 t and one of 5 t.
    assert hhi_bounds([0.5, 0.3], other=0.2, largest_other=0.15).high == pytest.approx(0.34 + 0.0225 + 0.0025)
    nothing = hhi_bounds(OUTPUT, other=0.0)
    assert nothing.low == nothing.high == pytest.approx(0.38)


def test_top_share() -> None:
    assert top_share(OUTPUT, 2) == pytest.approx(0.8)
    assert top_share(OUTPUT, 9) == pytest.approx(1.0)
    assert top_share(OUTPUT, 1, other=100.0) == pytest.approx(0.25)


def test_n_minus_1() -> None:
    found = n_minus_1(OUTPUT, demand=80.0)
    assert (found.largest, found.lost, found.covered) == ("AUS", pytest.approx(0.5), pytest.approx(0.625))
    assert n_minus_1(OUTPUT).covered == pytest.approx(0.5)
    assert n_minus_1({"ZMB": 5.0, "COD": 5.0}).largest == "COD"


def test_net_import_reliance() -> None:
    assert net_import_reliance(40.0, 80.0, 10.0, 10.0) == pytest.approx(0.6)
    assert net_import_reliance(100.0, 0.0, 50.0, 0.0) == pytest.approx(-1.0)
    assert math.isnan(net_import_reliance(10.0, 0.0, 20.0, 0.0))
    several = net_import_reliance(pd.Series({"A": 40.0, "B": np.nan}), pd.Series({"B": 1.0, "A": 80.0}), 10.0, 10.0)
    assert isinstance(several, pd.Series)
    assert several["A"] == pytest.approx(0.6)
    assert math.isnan(several["B"])


def test_days_of_stock() -> None:
    assert days_of_stock(30.0, net_imports=73.0) == pytest.approx(150.0)
    assert days_of_stock(30.0, consumption=109.5) == pytest.approx(100.0)
    assert math.isnan(days_of_stock(30.0, net_imports=-5.0))
    np.testing.assert_allclose(
        days_of_stock(np.array([30.0, 73.0]), net_imports=np.array([73.0, 73.0])), [150.0, 365.0]
    )


def test_governance_score() -> None:
    estimates = pd.DataFrame(
        [[1.5, 0.5, 1, 1, 1, 1], [1, 1, 1, np.nan, 1, 1]], ["A", "B"], ["VA", "PV", "GE", "RQ", "RL", "CC"]
    )
    score = governance_score(estimates)
    assert score["A"] == pytest.approx(3.0)
    assert math.isnan(score["B"])


def test_weighted_hhi() -> None:
    assert weighted_hhi({"A": 0.6, "B": 0.4}, {"A": 6, "B": 2}, {"A": 1.1, "B": 0.8}) == pytest.approx(2.632)
    assert weighted_hhi({"A": 0.6, "B": 0.4}, {"A": 6, "B": 2}) == pytest.approx(0.36 * 6 + 0.16 * 2)


def test_supply_risk() -> None:
    # EU sourcing: B alone, with governance 1.25 and t 0.8: 1 x 1.25 x 0.8 = 1.
    governance = {"A": 6, "B": 2, "C": 1.25}
    trade = {"A": 1.1, "B": 0.8, "C": 0.8}
    world, sourcing = {"A": 0.6, "B": 0.4}, {"C": 1.0}
    both = supply_risk(world, sourcing, governance, trade, 0.5, 0.2, 0.9)
    assert both.value == pytest.approx((2.632 * 0.25 + 1.0 * 0.75) * 0.8 * 0.9)
    assert (both.used, both.import_reliance) == ("world and EU", 0.5)
    assert float(both) == both.value
    # an exporter counts as 0: half of nothing of the world term.
    assert supply_risk(world, sourcing, governance, trade, -0.4, 0.2, 0.9).value == pytest.approx(0.72)


def test_supply_risk_falls_back_and_says_so() -> None:
    governance = {"A": 6, "B": 2}
    world = supply_risk({"A": 0.6, "B": 0.4}, None, governance, None, None, 0.2, 0.9)
    assert world.value == pytest.approx((0.36 * 6 + 0.16 * 2) * 0.72)
    assert (world.used, world.hhi_eu, world.import_reliance) == ("world only", None, None)
    poor = supply_risk({"A": 0.6, "B": 0.4}, {"A": 0.09}, governance, None, 0.5, 0.2, 0.9)
    assert poor == world
    sourcing = supply_risk(None, {"B": 1.0}, governance, None, None, 0.0, 1.0)
    assert (sourcing.value, sourcing.used) == (pytest.approx(2.0), "EU only")


def test_supply_risk_from_terms() -> None:
    found = supply_risk_from_terms(7.1, 5.7, 1.0, 0.28, 0.9)
    assert found.value == pytest.approx(4.1472)
    assert supply_risk_from_terms(2.4, None, None, 0.0, 1.0).used == "world only"
    assert supply_risk_from_terms(math.nan, 2.4, None, 0.0, 1.0).used == "EU only"


def test_economic_importance() -> None:
    added = {"C25": 50.0, "C26": 20.0, "C28": 100.0}
    assert economic_importance({"C25": 0.7, "C26": 0.2}, added, 0.9) == pytest.approx(3.51)
    twice = pd.Series([0.4, 0.3, 0.2], index=["C25", "C25", "C26"])
    assert economic_importance(twice, added, 0.9) == pytest.approx(3.51)


def test_geopolrisk() -> None:
    found = geopolrisk({"A": 80, "B": 20}, {"A": 60, "B": 30}, 10, {"A": 0.6, "B": 0.2})
    assert (found.hhi, found.import_risk) == (pytest.approx(0.68), pytest.approx(0.42))
    assert found.score == pytest.approx(0.2856)
    assert geopolrisk({"A": 80, "B": 20}, {"A": 60, "B": 30}, 10, {"A": 0.6}, default_risk=0.2) == found


def test_sourcing_shares() -> None:
    flows = pd.DataFrame({"R": [30.0, 50.0], "S": [0.0, 0.0]}, ["A", "B"])
    found = sourcing_shares(flows, {"R": 20.0, "S": 0.0})
    assert found["R"].tolist() == pytest.approx([0.3, 0.5])
    assert found["S"].isna().all()


def test_look_through() -> None:
    sourcing = pd.DataFrame([[0, 0.6, 0.5], [0, 0, 0], [0, 0.3, 0]], list("ABC"), list("ABC"))
    found = look_through(sourcing, {"A": 1.0, "B": 0.1, "C": 0.0})
    assert found.low["B"].to_dict() == pytest.approx({"A": 0.75, "B": 0.1, "C": 0.0})
    assert found.unknown["B"] == pytest.approx(0.15)
    assert found.high.loc["A", "B"] == pytest.approx(0.9)


def test_through_stages() -> None:
    ore = pd.DataFrame({"R": [0.8, 0.0], "S": [0.0, 1.0]}, ["A", "B"])
    metal = pd.DataFrame({"user": [0.5, 0.5], "nobody": [np.nan, np.nan]}, ["R", "S"])
    found = through_stages([ore, metal])
    assert found.low["user"].to_dict() == pytest.approx({"A": 0.4, "B": 0.5})
    assert found.high["user"].to_dict() == pytest.approx({"A": 0.5, "B": 0.6})
    assert found.unknown["user"] == pytest.approx(0.1)
    assert found.low["nobody"].isna().all()
    assert math.isnan(found.unknown["nobody"])


def test_a_chain_is_the_same_by_product_and_by_inverse() -> None:
    ore = pd.DataFrame({"R": [0.8, 0.0], "S": [0.0, 1.0]}, ["A", "B"])
    metal = pd.DataFrame({"user": [0.5, 0.5]}, ["R", "S"])
    places = ["A", "B", "R", "S", "user"]
    whole = pd.DataFrame(0.0, places, places)
    whole.loc[["A", "B"], ["R", "S"]] = ore
    whole.loc[["R", "S"], ["user"]] = metal
    begins = {"A": 1.0, "B": 1.0, "R": 0.0, "S": 0.0, "user": 0.0}
    by_inverse, by_product = look_through(whole, begins), through_stages([ore, metal])
    np.testing.assert_allclose(by_inverse.low.loc[["A", "B"], "user"], by_product.low["user"])
    np.testing.assert_allclose(by_inverse.high.loc[["A", "B"], "user"], by_product.high["user"])


def test_partner_test() -> None:
    imports = {2018: 10.0, 2019: 20.0, 2020: 30.0, 2021: 999.0, 2022: 30.0, 2023: 40.0, 2024: 50.0}
    total = dict.fromkeys(range(2018, 2021), 100.0) | dict.fromkeys(range(2022, 2025), 200.0)
    found = partner_test(imports, 2021, total)
    assert (found.verdict, found.before, found.after, found.change) == ("rose", 20.0, 40.0, pytest.approx(1.0))
    assert (found.share_verdict, found.share_before) == ("did not change", pytest.approx(0.2))
    assert found.windows == ((2018, 2020), (2022, 2024))
    assert found.missing == ""


def test_partner_test_cannot_tell_without_a_year() -> None:
    imports = {2018: 10.0, 2019: math.nan, 2020: 30.0, 2022: 30.0, 2023: 40.0}
    found = partner_test(imports, 2021)
    assert found.verdict == found.share_verdict == "cannot tell"
    assert math.isnan(found.change)
    assert found.missing == "imports of 2019, 2024; all imports"
    fell = partner_test({2020: 3.0, 2022: 2.0}, 2021, before=1, after=1)
    assert (fell.verdict, fell.share_verdict) == ("fell", "cannot tell")

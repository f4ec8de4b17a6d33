"""What every answer owes its reader: it closes, it repeats itself, it says how sure it is, and it opens elsewhere."""

from __future__ import annotations

from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
import yaml

import orepact
from orepact import facts
from orepact.cases import ShockCase, ShockResult
from orepact.cases.draws import draw, ranges_for
from orepact.cases.summary import interval, rank_correlation
from orepact.network import network
from orepact.network.recipe import calibrated_minerals


@cache
def rare_earths() -> ShockResult:
    return orepact.shock("rare earths", origin="China", stage="refined", months=12, draws=200)


@cache
def quota() -> ShockResult:
    return orepact.shock("rare earths", origin="China", cut="40%", draws=200)


@pytest.mark.parametrize("result", [rare_earths, quota])
def test_in_every_draw_it_is_dear_abroad_and_not_at_home(result: object) -> None:
    data = result().data  # type: ignore[operator]
    assert (data["price_abroad"] > 1).all()
    assert (data["price_home"] < 1).all()
    assert (data["producer_price_home"] < 1).all()


@pytest.mark.parametrize("result", [rare_earths, quota])
def test_what_was_lost_is_replaced_drawn_given_up_or_unserved(result: object) -> None:
    data = result().data  # type: ignore[operator]
    parts = data["replaced"] + data["from_stocks"] + data["given_up_hit"] + data["unserved_hit"]
    np.testing.assert_allclose(parts, data["supply_lost"], rtol=1e-8)


def test_of_an_earlier_stage_what_was_lost_is_replaced_or_not_bought() -> None:
    data = orepact.shock("cobalt", origin="COD", stage="mine", cut=0.5, draws=50).data
    np.testing.assert_allclose(data["replaced"] + data["bought_less"], data["supply_lost"], rtol=1e-8)


def test_a_quota_earns_a_rent_and_a_stop_earns_none() -> None:
    assert rare_earths().summary()["rent_usd"] == {"median": 0.0, "low": 0.0, "high": 0.0}
    assert (quota().data["rent_usd"] > 0).all()


def test_unserved_tonnes_are_named_by_country() -> None:
    answer = rare_earths().summary()
    named = {row["country"]: row for row in answer["losses"]}
    assert len(named) == len(answer["losses"])
    assert named["JPN"]["unserved_t"]["median"] > 0
    assert named["JPN"]["lost_t"]["median"] > named["JPN"]["unserved_t"]["median"]
    assert sum(row["use_t"] for row in answer["losses"]) == pytest.approx(network("rare_earths").use.sum(), rel=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("mineral", calibrated_minerals())
def test_the_question_has_an_answer_for_every_calibrated_mineral(mineral: str) -> None:
    found = network(mineral)
    for table in found.stages:
        kept = np.where(np.array(table.producers)[:, None] == np.array(table.buyers), table.flows, 0.0).sum(axis=1)
        exports = table.output - kept
        named = np.array([country != "OTH" for country in table.producers])
        row = int(np.argmax(np.where(named, exports, -1.0)))
        who = table.producers[row]
        answer = orepact.shock(mineral, origin=who, stage=table.stage, draws=60)
        assert (answer.data["price_abroad"] > 1).all(), (table.stage, who)
        assert (answer.data["producer_price_home"] < 1).all()
        if who in table.buyers and kept[row] > 0.5 * table.purchases[table.buyers.index(who)]:
            # Home buyers who live on foreign goods pay the foreign price, whatever happens to their own producers'.
            assert (answer.data["price_home"] <= 1).all()
        assert answer.summary()["certificate"]["failed"] == 0


def test_the_same_case_gives_the_same_bytes() -> None:
    again = orepact.shock("rare earths", origin="China", stage="refined", months=12, draws=200)
    assert again.case.hash == rare_earths().case.hash
    xr.testing.assert_identical(again.data, rare_earths().data)
    other = orepact.shock("rare earths", origin="China", stage="refined", months=12, draws=200, seed=2)
    assert other.case.hash != again.case.hash
    assert not np.array_equal(other.data["price_abroad"], again.data["price_abroad"])


def test_the_number_of_draws_moves_the_answer_little() -> None:
    many = orepact.shock("rare earths", origin="China", draws=1000, seed=3).summary()["price_abroad"]
    few = rare_earths().summary()["price_abroad"]
    assert few["median"] == pytest.approx(many["median"], rel=0.03)


def test_a_longer_stop_is_harder() -> None:
    prices = [
        orepact.shock("gallium", origin="CHN", months=months, draws=100).summary()["price_abroad"]["median"]
        for months in (1, 6, 12, 24)
    ]
    assert prices == sorted(prices)


def test_those_cut_off_lose_more_than_those_who_are_not() -> None:
    result = orepact.shock("gallium", origin="CHN", against="USA,EU27", draws=100)
    answer = result.summary()
    assert answer["price_cut_off"]["median"] > answer["price_abroad"]["median"] > 1
    lost = {row["country"]: row["lost_t"]["median"] / row["use_t"] for row in answer["losses"] if row["use_t"] > 0}
    assert lost["DEU"] > lost["JPN"]


def test_saved_answers_open_in_xarray_with_units_and_the_case(tmp_path: Path) -> None:
    path = tmp_path / "answer.nc"
    rare_earths().save(path)
    with xr.open_dataset(path, engine="h5netcdf") as opened:
        xr.testing.assert_equal(opened.load(), rare_earths().data)
        assert opened["price_abroad"].attrs["units"] == "ratio to base"
        assert opened["unserved"].attrs["units"] == "t of content"
        case = ShockCase.model_validate(yaml.safe_load(opened.attrs["case"]))
    assert case == rare_earths().case
    assert [each.name for each in tmp_path.iterdir()] == ["answer.nc"]


def test_every_variable_says_its_unit() -> None:
    coordinates = {"origin", "destination", "parameter", "mine_producer", "refined_producer"}
    for name, variable in rare_earths().data.data_vars.items():
        assert name in coordinates or "units" in variable.attrs or name == "drawn", name


def test_csv_opens_in_pandas() -> None:
    table = pd.read_csv(StringIO(rare_earths().to_csv()))
    assert table.loc[0, "country"] == "JPN"
    assert {"use_t", "lost_t_median", "unserved_t_high", "share_lost"} <= set(table.columns)
    assert table["lost_t_median"].is_monotonic_decreasing


def test_repr_fits_a_notebook() -> None:
    text = repr(rare_earths())
    assert "price abroad  x 1." in text
    assert len(text.splitlines()) == 4
    assert "<table" in rare_earths()._repr_html_()


def test_plot_is_a_picture(tmp_path: Path) -> None:
    for name, first in (("a.svg", b"<svg"), ("a.png", b"\x89PNG")):
        orepact.plot(rare_earths(), tmp_path / name)
        assert (tmp_path / name).read_bytes()[:4] == first
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.png", "a.svg"]


def test_every_source_of_an_answer_has_its_record() -> None:
    answer = rare_earths().summary()
    assert {row["source"] for row in answer["sources"]} == set(rare_earths().network.sources)
    assert all(row["address"] and row["licence"] for row in answer["sources"])
    assert answer["case"]["facts_version"] == facts.version()


def test_draws_follow_their_ranges_and_their_seed() -> None:
    drawn = draw("cobalt", number=400, seed=7, producers=5)
    again = draw("cobalt", number=400, seed=7, producers=5)
    for found in ranges_for("cobalt"):
        values = drawn.values[found.name]
        np.testing.assert_array_equal(values, again.values[found.name])
        low, high = np.quantile(values, [0.1, 0.9])
        if found.distribution == "uniform":
            assert found.low <= values.min() <= values.max() <= found.high
        else:
            inside = {True: (low, high), False: tuple(np.quantile(values, [0.25, 0.75]))}[found.tail > 1]
            assert inside == pytest.approx((found.low, found.high), rel=0.03)
        assert found.grade in "ABCDE"


def test_interval_and_rank_correlation_by_hand() -> None:
    assert interval(np.arange(11.0)) == {"median": 5.0, "low": 1.0, "high": 9.0}
    assert rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 9.0])) == pytest.approx(1.0)
    assert rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([5.0, 5.0, 5.0])) == 0.0

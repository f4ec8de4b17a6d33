"""Every mineral with a recipe has a table that balances, is graded, keeps what it moved, and says what it used."""

from __future__ import annotations

import numpy as np
import pytest

from orepact import facts
from orepact.errors import MissingData
from orepact.network import Network, distances, network
from orepact.network.evidence import years_of
from orepact.network.gravity import distance_km, pull, seeded
from orepact.network.recipe import calibrated_minerals, reasons_for_none, recipe_of

NAMED = (
    "rare_earths", "cobalt", "lithium", "nickel", "copper", "manganese", "tungsten", "graphite", "tantalum", "niobium",
    "gallium", "germanium", "antimony", "magnesium", "silicon",
)  # fmt: skip
INFERRED = ("gallium", "germanium", "antimony", "magnesium", "silicon")


def test_at_least_20_minerals_calibrate_and_the_named_ones_among_them() -> None:
    assert len(calibrated_minerals()) >= 20
    assert set(NAMED) <= set(calibrated_minerals())


@pytest.mark.parametrize("mineral", calibrated_minerals())
def test_the_table_of_every_mineral(mineral: str) -> None:
    found = network(mineral)
    assert found.price.usd_per_t > 0
    known = set(facts.load("sources")["source"])
    assert set(found.sources) <= known
    for table in found.stages:
        assert np.all(table.flows >= 0)
        assert np.isfinite(table.flows).all()
        assert set(np.unique(table.grades)) <= set("ABCDE")
        assert len(set(table.producers)) == len(table.producers)
        assert np.all(table.purchases > 0) or table is not found.stages[-1]
        assert table.moved >= 0
    _check_that_stages_meet(found)


def _check_that_stages_meet(found: Network) -> None:
    """What refiners make is what they buy times the yield, plus what the table calls secondary or unexplained."""
    if len(found.stages) == 1:
        return
    ore, refined = found.stages
    assert ore.buyers == refined.producers
    made = found.recovery * ore.purchases + refined.secondary
    np.testing.assert_allclose(made, refined.output, rtol=1e-6, atol=1e-6 * refined.output.sum())


@pytest.mark.parametrize("mineral", calibrated_minerals())
def test_every_buyer_keeps_a_second_supplier(mineral: str) -> None:
    for table in network(mineral).stages:
        bought = table.purchases
        largest = table.flows.max(axis=0)
        assert np.all(largest[bought > 0] < bought[bought > 0])


@pytest.mark.parametrize("mineral", INFERRED)
def test_inferred_use_is_graded_e_throughout(mineral: str) -> None:
    found = network(mineral)
    assert found.inferred_use
    assert found.grade == "E"
    assert set(np.unique(found.stages[-1].grades)) == {"E"}
    assert any("inferred (grade E)" in note for note in found.notes)


@pytest.mark.parametrize("mineral", ["gallium", "germanium", "magnesium"])
def test_by_products_and_brines_have_no_mine_stage(mineral: str) -> None:
    assert [table.stage for table in network(mineral).stages] == ["refined"]


def test_rare_earths_meet_their_publishers_and_stand_near_shares_that_the_fit_never_saw() -> None:
    found = network("rare_earths")
    mine = found.stage("mine")
    published = dict(zip(mine.producers, mine.reported, strict=True))
    assert published["CHN"] == 255_000
    refined = found.stage("refined")
    share = refined.output[refined.producers.index("CHN")] / refined.output.sum()
    assert 0.85 < share < 0.95
    apart = distances(found.comparison).set_index("reporter")
    assert not apart["used_in_fit"].any()
    assert apart.loc["EU27", "apart"] < 0.25
    assert apart.loc["USA", "apart"] < 0.15


def test_a_refiner_makes_no_more_than_its_ore_where_its_own_figure_is_a_share_of_another_period() -> None:
    # The Commission's shares of 2016-2020 times the output of 2023 give Malaysia 35 kt. Its plant is fed by Australia,
    # which mined 16 kt and shipped all of it there; nobody records another large supplier.
    found = network("rare_earths")
    ore, refined = found.stages
    malaysia = refined.producers.index("MYS")
    assert refined.reported[malaysia] > 35_000
    assert refined.output[malaysia] < 0.7 * refined.reported[malaysia]
    assert ore.flows[ore.producers.index("AUS"), malaysia] > 0.6 * ore.purchases[malaysia] * 0.9
    assert ore.flows[ore.producers.index("USA"), malaysia] < 100


def test_published_refined_output_holds_the_ore_to_it() -> None:
    refined = network("cobalt").stage("refined")
    primary = refined.output - refined.secondary
    finland = refined.producers.index("FIN")
    assert primary[finland] == pytest.approx(refined.reported[finland], rel=0.05)


def test_comparison_says_where_the_published_shares_were_used() -> None:
    assert distances(network("gallium").comparison)["used_in_fit"].all()
    assert not distances(network("graphite").comparison)["used_in_fit"].any()


@pytest.mark.parametrize("mineral", sorted(reasons_for_none()))
def test_where_none_can_be_made_the_answer_is_cannot_tell_with_what_is_missing(mineral: str) -> None:
    with pytest.raises(MissingData, match="cannot tell") as caught:
        network(mineral)
    assert reasons_for_none()[mineral] in str(caught.value)
    assert caught.value.exit_code == 4


def test_every_eu_material_has_a_table_or_a_reason() -> None:
    entries = facts.load("eu_materials")["minerals"].str.split("|")
    told = set(calibrated_minerals()) | set(reasons_for_none())
    assert [slugs for slugs in entries if not set(slugs) & told] == []


def test_a_year_without_data_names_the_years_that_have_some() -> None:
    with pytest.raises(MissingData, match=r"a table for .*2023") as caught:
        network("rare_earths", 1995)
    assert caught.value.exit_code == 4


def test_another_base_year() -> None:
    assert network("rare_earths", 2022).base_year == 2022
    assert recipe_of("rare_earths").base_year == 2023


def test_gravity_pulls_by_output_over_distance() -> None:
    # 100 t at 1,000 km pull as hard as 50 t at 500 km; the rule knows nothing else.
    shares = pull(np.array([100.0, 100.0]), ("DEU", "CHN"), ("FRA",))
    near, far = distance_km(("DEU", "CHN"), ("FRA",))[:, 0]
    assert shares[0, 0] / shares[1, 0] == pytest.approx(far / near)
    assert shares.sum() == pytest.approx(1.0)
    assert 500 <= near < 1200 < far


def test_the_seed_spreads_one_percent_of_each_buyers_purchases() -> None:
    flows = np.array([[90.0], [0.0]])
    opened = seeded(flows, np.array([100.0, 100.0]), ("CHN", "AUS"), ("JPN",))
    assert opened.sum() == pytest.approx(90.0)
    assert 0 < opened[1, 0] < 0.9


def test_bauxite_is_used_where_alumina_is_made() -> None:
    found = network("bauxite")
    (table,) = found.stages
    use = dict(zip(table.buyers, table.purchases, strict=True))
    production = facts.load("production").query("mineral == 'alumina' and period == '2023' and country != 'WLD'")
    made = production.set_index("country")["value"]
    assert use["CHN"] / use["AUS"] == pytest.approx(made["CHN"] / made["AUS"], rel=0.25)
    guinea = table.flows[table.producers.index("GIN")]
    assert guinea[table.buyers.index("CHN")] > 0.5 * guinea.sum()
    assert any("shared out by output of alumina" in note for note in found.notes)


def test_large_users_that_only_their_trade_makes_users_are_named() -> None:
    assert any("MOZ" in note and "trade alone" in note for note in network("chromium").notes)
    assert not any("trade alone" in note for note in network("cobalt").notes)


def test_the_unions_use_follows_from_its_output_and_import_reliance_where_both_are_published() -> None:
    # Copper: the study has a reliance of 17 % at the refined stage, so use is output over 0.83; zinc's output is shared out
    # by the study itself, and antimony's too, so theirs stay with the stand-in.
    found = network("copper")
    table, members = found.stages[-1], facts.resolve_place("EU27")
    made = (table.output - table.secondary)[np.isin(table.producers, members)].sum()
    used = table.purchases[np.isin(table.buyers, members)].sum()
    assert 0.55 < made / used < 0.9  # the sourcing shares of the same study say 0.68
    assert any("of the EU from its output and import reliance" in note for note in found.notes)
    assert not any("of the EU from" in note for note in network("zinc").notes)


@pytest.mark.parametrize("mineral", calibrated_minerals())
def test_every_year_that_is_offered_has_a_table(mineral: str) -> None:
    years = years_of(recipe_of(mineral))
    assert str(recipe_of(mineral).base_year) in years
    for year in {years[0], years[-1]}:
        assert network(mineral, int(year)).base_year == int(year)


@pytest.mark.parametrize("mineral", calibrated_minerals())
def test_what_is_mined_is_shipped_or_kept_as_stock_change(mineral: str) -> None:
    found = network(mineral)
    if len(found.stages) > 1:
        mine = found.stages[0]
        np.testing.assert_allclose(mine.output + mine.stock_change, mine.reported, rtol=1e-9, atol=1e-6)

"""From a table and draws to a market: each term by its own small example, so that a golden answer is not its only guard."""

from __future__ import annotations

import numpy as np
import pytest

from orepact.cases.assemble import assemble, labels_of
from orepact.cases.draws import PARAMETERS, Draws, Range, draw, ranges_for
from orepact.network import Network, network


@pytest.fixture(scope="module")
def cobalt() -> Network:
    return network("cobalt")


def middling(found: Network, **changed: float) -> Draws:
    """One draw with every parameter at a round value and no revision."""
    values = {
        "demand elasticity": 0.2, "supply elasticity": 0.3, "utilisation of mines": 0.9, "utilisation of refineries": 0.8,
        "response of refineries": 1.0, "ore cost share": 0.6, "price ceiling": 8.0, "spread of ceilings": 1.0,
        "days of stock at users": 73.0, "days of stock at producers": 36.5, "stock response at users": 1.0,
        "stock response at producers": 3.0, "months in transit": 2.0, "sourcing elasticity of ore": 3.0,
        "sourcing elasticity of refined": 5.0, "supply elasticity of scrap": 0.4, "revision of base figures": 0.06,
    }  # fmt: skip
    values |= {name.replace("_", " "): value for name, value in changed.items()}
    return Draws(
        ranges_for(found.mineral),
        {name: np.array([value]) for name, value in values.items()},
        np.zeros((1, len(found.stages[-1].producers))),
    )


def test_a_period_takes_its_share_of_the_year(cobalt: Network) -> None:
    year, quarter = assemble(cobalt, middling(cobalt), 12), assemble(cobalt, middling(cobalt), 3)
    np.testing.assert_allclose(year.flows[1][0], cobalt.stages[1].flows)
    np.testing.assert_allclose(quarter.flows[1], year.flows[1] / 4)
    # Stocks are what is there, however short the period.
    np.testing.assert_allclose(quarter.problem.stages[1].users.stocks.held, year.problem.stages[1].users.stocks.held)


def test_ore_costs_its_share_of_the_price_of_what_is_made_of_it(cobalt: Network) -> None:
    ore, refined = assemble(cobalt, middling(cobalt), 12).problem.stages
    assert refined.price[0, 0] == pytest.approx(cobalt.price.usd_per_t)
    # A tonne mined gives `recovery` tonnes refined, so it is worth share x recovery x price.
    assert ore.price[0, 0] == pytest.approx(0.6 * np.max(cobalt.recovery) * cobalt.price.usd_per_t)


def test_users_hold_days_of_use_and_what_is_at_sea(cobalt: Network) -> None:
    table = cobalt.stages[-1]
    stocks = assemble(cobalt, middling(cobalt), 12).problem.stages[1].users.stocks.held[0]
    japan = table.buyers.index("JPN")
    home = table.flows[table.producers.index("JPN"), japan]
    bought = table.purchases[japan]
    # 73 days are a fifth of a year's use; two months are a sixth of a year's imports.
    assert stocks[japan] == pytest.approx(bought / 5 + (bought - home) / 6)


def test_producers_hold_days_of_output(cobalt: Network) -> None:
    held = assemble(cobalt, middling(cobalt), 12).problem.stages[0].stocks.held[0]
    np.testing.assert_allclose(held, cobalt.stages[0].output / 10)


def test_scrap_answers_with_its_own_elasticity_and_mines_with_theirs(cobalt: Network) -> None:
    ore, refined = assemble(cobalt, middling(cobalt), 12).problem.stages
    assert np.all(ore.supply.elasticity == pytest.approx(0.3))
    assert np.all(refined.supply.elasticity == pytest.approx(0.4))
    # What no ore explains at refiners is their own supply: scrap and unrecorded feed.
    np.testing.assert_allclose(refined.supply.output[0], cobalt.stages[1].secondary, rtol=1e-6, atol=1e-3)


def test_a_revision_scales_a_producer_and_its_feed_together(cobalt: Network) -> None:
    drawn = middling(cobalt)
    china = cobalt.stages[-1].producers.index("CHN")
    drawn.revisions[0, china] = 1.0
    base = assemble(cobalt, drawn, 12)
    # A median revision of 6 % is a normal error with standard deviation 0.06 / 0.6745.
    factor = np.exp(0.06 / 0.67449)
    assert base.flows[1][0, china].sum() == pytest.approx(factor * cobalt.stages[1].output[china], rel=1e-5)
    assert base.flows[0][0, :, china].sum() == pytest.approx(factor * cobalt.stages[0].purchases[china], rel=1e-5)


def test_labels_are_the_tables_countries(cobalt: Network) -> None:
    labels = labels_of(cobalt)
    assert labels.producers[1] == cobalt.stages[1].producers
    assert labels.buyers[0] == labels.producers[1]


def test_a_range_keeps_its_quantiles() -> None:
    probability = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
    even = Range("a", "uniform", 2.0, 4.0, "1", "E", "x").at(probability)
    np.testing.assert_allclose(even, [2.2, 2.5, 3.0, 3.5, 3.8])
    tenths = Range("a", "lognormal", 1.0, 4.0, "1", "E", "x").at(probability)
    np.testing.assert_allclose(tenths[[0, 2, 4]], [1.0, 2.0, 4.0])
    quartiles = Range("a", "lognormal", 1.0, 4.0, "1", "E", "x", tail=0.6744897501960817).at(probability)
    np.testing.assert_allclose(quartiles[[1, 2, 3]], [1.0, 2.0, 4.0])
    above = Range("a", "lognormal", 3.0, 33.0, "1", "E", "x", offset=1.0).at(probability)
    np.testing.assert_allclose(above[[0, 2, 4]], [3.0, 9.0, 33.0])


def test_draws_fill_their_ranges_and_follow_their_seed() -> None:
    drawn = draw("cobalt", number=200, seed=3, producers=5)
    assert set(drawn.values) == {"demand elasticity", "supply elasticity", *PARAMETERS}
    for found in drawn.ranges:
        inside = (drawn.values[found.name] >= found.low) & (drawn.values[found.name] <= found.high)
        expected = {"uniform": 1.0, "lognormal": 0.5 if "elasticity" in found.name and found.tail < 1 else 0.8}
        assert inside.mean() == pytest.approx(expected[found.distribution], abs=0.02), found.name
    again = draw("cobalt", number=200, seed=3, producers=5)
    np.testing.assert_array_equal(again.revisions, drawn.revisions)
    assert not np.array_equal(draw("cobalt", number=200, seed=4, producers=5).revisions, drawn.revisions)

"""Reference prices of several stages: the refiner between them lives, dies, or nobody can tell; and what must be supplied."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import orepact
from orepact.cases.assemble import Base, assemble
from orepact.cases.draws import draw
from orepact.cases.stage_prices import Given, Step, coherence
from orepact.cli.app import app
from orepact.errors import BadInput
from orepact.network import Network
from orepact.network import network as make_network

ZONE = ("USA", "DEU")
Market = tuple[Network, Base]


@pytest.fixture(scope="module")
def tungsten() -> Market:
    found = make_network("tungsten", None)
    drawn = draw(found.mineral, number=10, seed=1, producers=len(found.stages[-1].producers))
    return found, assemble(found, drawn, 12)


def steps(market: Market, stage: str, price: float, **stated: Any) -> tuple[Step, ...]:
    terms = {"prices": None, "costs": None, "yields": None, **stated}
    return coherence(*market, (stage, price), ZONE, Given.read(*terms.values()))


def test_a_chain_on_paper(tungsten: Market) -> None:
    """40 000 / 0.8 + 10 000 = 60 000 a tonne sold."""
    stated = {"prices": {"mine": 40_000}, "costs": {"refined": 10_000}, "yields": {"refined": 0.8}}
    found, after = steps(tungsten, "refined", 61_000, **stated)
    assert (found.verdict, found.bought_is, found.sold_is) == ("lives", "reference price", "reference price")
    assert found.needed == pytest.approx({"median": 60_000, "low": 60_000, "high": 60_000})
    assert found.left == pytest.approx({"median": 1_000, "low": 1_000, "high": 1_000})
    assert set(found.refiners) == set(ZONE)
    assert (after.bought, after.sold, after.verdict) == ("refined", None, "cannot tell")
    assert "--reference-at component=USD" in after.todo
    assert steps(tungsten, "refined", 60_000, **stated)[0].verdict == "lives"
    with pytest.raises(BadInput, match=r"the refiner that makes refined dies: it loses 1,000\.00") as caught:
        steps(tungsten, "refined", 59_000, **stated)
    assert "refiners in" in caught.value.problems[0].place
    assert "USA" in caught.value.problems[0].place


def test_without_a_cost_nobody_can_tell_unless_ore_alone_costs_more(tungsten: Market) -> None:
    found = steps(tungsten, "refined", 60_000)[0]
    assert (found.verdict, found.bought_is) == ("cannot tell", "base price")
    assert found.conversion_cost is None
    assert found.todo == "supply --conversion-cost refined=USD"
    # Ore is 40 to 80 % of the metal's base price, 32 536, at the yield of the recipe, 0.80 to 0.95.
    assert found.left is not None
    assert 0 < found.left["low"] < found.left["median"] < found.left["high"]
    assert found.left["median"] == pytest.approx(60_000 - 0.6 * 32_536, rel=0.02)
    ore = steps(tungsten, "mine", 60_000)[0]
    assert (ore.verdict, ore.sold_is, ore.todo) == ("dies", "base price", "")
    with pytest.raises(BadInput, match="dies"):
        steps(tungsten, "refined", 60_000, prices={"mine": 60_000})


def test_a_range_that_spans_life_and_death_is_not_told(tungsten: Market) -> None:
    """At a yield of 0.80 to 0.95 ore at 40 000 costs 42 105 to 50 000 a tonne sold; conversion is 10 000."""
    stated = {"prices": {"mine": 40_000}, "costs": {"refined": 10_000}}
    assert steps(tungsten, "refined", 55_000, **stated)[0].verdict == "cannot tell"
    assert steps(tungsten, "refined", 60_000, **stated)[0].verdict == "lives"
    with pytest.raises(BadInput, match="dies"):
        steps(tungsten, "refined", 52_000, **stated)


@settings(deadline=None)
@given(
    st.floats(1e3, 1e5), st.floats(1e3, 1e5), st.floats(0, 1e5), st.floats(0.1, 1.0), st.floats(1.0, 2.0),
)  # fmt: skip
def test_a_higher_price_of_ore_or_a_higher_cost_never_saves_a_refiner(
    tungsten: Market, ore: float, metal: float, cost: float, part: float, more: float
) -> None:
    def lives(bought: float, spent: float) -> bool:
        stated = {"prices": {"mine": bought}, "costs": {"refined": spent}, "yields": {"refined": part}}
        try:
            return steps(tungsten, "refined", metal, **stated)[0].verdict == "lives"
        except BadInput:
            return False

    assert lives(ore, cost) == (ore / part + cost <= metal)
    assert lives(ore, cost) >= lives(more * ore, cost)
    assert lives(ore, cost) >= lives(ore, more * cost)


def test_a_later_stage_needs_all_of_it_supplied(tungsten: Market) -> None:
    bare = steps(tungsten, "refined", 60_000, prices=["component=90000"])[1]
    assert (bare.verdict, bare.recovery, bare.left) == ("cannot tell", None, None)
    assert bare.todo == "supply --yield component=SHARE and --conversion-cost component=USD"
    stated = {"prices": ["component=90000"], "yields": ["component=0.9"], "costs": ["component=20000"]}
    told = steps(tungsten, "refined", 60_000, **stated)
    assert [each.verdict for each in told] == ["cannot tell", "lives"]


def test_every_fault_of_what_is_given_is_said(tungsten: Market) -> None:
    with pytest.raises(BadInput) as caught:
        Given.read(["mine=x", "scrap=3", "mine=1", "mine=2"], ["foo=1", "refined=-1"], {"refined": 1.2})
    assert len(caught.value.problems) == 6
    with pytest.raises(BadInput, match="no step beside a reference price makes this stage"):
        steps(tungsten, "refined", 60_000, yields={"mine": 0.5})
    with pytest.raises(BadInput, match="two reference prices"):
        steps(tungsten, "refined", 60_000, prices={"refined": 50_000})


def test_the_answer_says_it_and_the_duty_is_as_without_it() -> None:
    plain = orepact.price("tungsten", reference=60_000, zone="USA", draws=10)
    more = orepact.price("tungsten", reference=60_000, zone="USA", draws=10, reference_at=["mine=30000"])
    assert plain.summary()["payers"] == more.summary()["payers"]
    row = more.summary()["coherence"][0]
    assert set(row) == {
        "bought", "sold", "bought_at", "bought_is", "sold_at", "sold_is", "yield", "yield_from", "conversion_cost", "needed",
        "left", "refiners", "verdict", "why", "todo",
    }  # fmt: skip
    assert row["refiners"] == ["USA"]
    assert row["yield_from"].startswith("grade E")


def test_the_command_prints_it_and_refuses_a_chain_that_kills() -> None:
    from typer.testing import CliRunner

    asked = ["price", "-m", "tungsten", "-r", "60000", "-z", "USA", "--draws", "10"]
    told = CliRunner().invoke(app, [*asked, "--reference-at", "mine=30000", "--conversion-cost", "refined=12000"])
    assert told.exit_code == 0
    assert "Refiners from mine to refined: lives" in told.output
    assert "Cannot tell whether plants that buy refined live" in told.output
    dead = CliRunner().invoke(app, [*asked, "--reference-at", "mine=60000"])
    assert dead.exit_code != 0
    assert isinstance(dead.exception, BadInput)

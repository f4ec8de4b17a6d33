"""Published exports as evidence: they pin what a country sells abroad, and its use starts from what they leave at home."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from orepact import facts
from orepact.network import calibrate, distances, evidence, inferred, network
from orepact.network.evidence import Evidence, Made
from orepact.network.exported import export_claims, kept_at_home, note_exports
from orepact.network.model import Network, StageTable
from orepact.network.recipe import calibrated_minerals, recipe_of

NO_EXPORTS = pd.DataFrame(columns=["country", "tonnes", "low", "high", "grade"])


def _example(tonnes: float | None, low: float = 0.0, high: float = 0.0, grade: str = "B") -> Evidence:
    """Three producers of 100, 30 and 10 t; the United States use 25 t; China publishes exports of ``tonnes``."""
    output = pd.Series({"CHN": 100.0, "DEU": 30.0, "USA": 10.0})
    exports = pd.DataFrame([{"country": "CHN", "tonnes": tonnes, "low": low, "high": high, "grade": grade}])
    return Evidence(
        mineral="antimony",
        year=2023,
        made={"refined": Made("refined", output, pd.Series("C", index=output.index))},
        shipments={},
        use=pd.DataFrame([{"country": "USA", "tonnes": 25.0, "grade": "B"}]),
        exports=NO_EXPORTS if tonnes is None else exports,
        sourcing=pd.DataFrame(columns=["kind", "stage", "country", "value"]),
        sources=[],
    )


def _table(found: Evidence) -> StageTable:
    prior = inferred.prior(found, "refined", calibrate._Prior)
    return calibrate._reconciled(found, "refined", prior, 0.0, known=False)


def _sold(table: StageTable, country: str = "CHN") -> tuple[float, float]:
    """What a country sells abroad, and what it uses in all."""
    row, column = table.producers.index(country), table.buyers.index(country)
    return float(table.flows[row].sum() - table.flows[row, column]), float(table.purchases[column])


def test_exports_pin_use_and_the_others_share_the_rest() -> None:
    stand_in, pinned = _table(_example(None)), _table(_example(70.0, 66.0, 74.0))
    exports, use = _sold(pinned)
    assert 66.0 < exports < 74.0
    assert _sold(stand_in)[0] < 40.0
    assert _sold(stand_in)[1] > 60.0
    assert use == pytest.approx(100.0 - 70.0, rel=0.15)
    rest = [user for user in pinned.buyers if user not in {"CHN", "USA"}]
    before = sum(_sold_to(stand_in, user) for user in rest)
    after = sum(_sold_to(pinned, user) for user in rest)
    assert after > before + 25.0


def _sold_to(table: StageTable, user: str) -> float:
    return float(table.purchases[table.buyers.index(user)])


@pytest.mark.parametrize("tonnes", [20.0, 50.0, 90.0])
def test_what_is_made_is_used_whatever_is_exported(tonnes: float) -> None:
    table = _table(_example(tonnes, 0.9 * tonnes, 1.1 * tonnes))
    assert table.flows.sum() == pytest.approx(140.0, rel=0.05)
    assert table.output.sum() == pytest.approx(table.purchases.sum())
    assert table.output[table.producers.index("CHN")] == pytest.approx(100.0, rel=0.05)
    assert np.all(table.flows >= 0)
    assert 0.9 * tonnes <= _sold(table)[0] <= 1.1 * tonnes


def test_a_poor_figure_pins_less_than_a_good_one() -> None:
    good, poor = (_sold(_table(_example(90.0, grade=grade)))[0] for grade in "AE")
    assert abs(good - 90.0) < abs(poor - 90.0)


def test_what_stays_at_home_has_the_errors_of_output_and_exports_together() -> None:
    # Output 100 t of grade C (15 t), exports 70 t of grade B (3.5 t): 30 t within sqrt(15^2 + 3.5^2) = 15.4 t.
    home = kept_at_home(_example(70.0), "refined").loc["CHN"]
    assert home["tonnes"] == pytest.approx(30.0)
    assert home["error"] == pytest.approx(15.403, abs=1e-3)


def test_a_claim_is_on_sales_to_others_with_the_error_of_its_grade() -> None:
    (claim,) = export_claims(_example(70.0), "refined", ("CHN", "DEU"), ("CHN", "JPN", "USA"))
    assert claim.coefficients.tolist() == [[0.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
    assert (claim.value, claim.error) == (70.0, pytest.approx(3.5))


def test_exports_above_output_say_nothing_of_use_and_that_is_said() -> None:
    above, without = _example(120.0), _example(None)
    np.testing.assert_array_equal(_table(above).flows, _table(without).flows)
    assert "no less than its output: they tell nothing of its use" in above.notes[-1]
    assert len(above.notes) == len(without.notes) + 1


def test_a_table_outside_the_published_range_says_so() -> None:
    found = _example(70.0, 69.0, 71.0)
    note_exports(found, "refined", ("CHN",), ("CHN", "JPN"), np.array([[40.0, 60.0]]))
    note_exports(found, "refined", ("CHN",), ("CHN", "JPN"), np.array([[30.0, 70.0]]))
    assert "the table has 60 t, outside that range" in found.notes[0]
    assert "outside" not in found.notes[1]
    assert "30 t give or take 15 t" in found.notes[1]


@pytest.mark.parametrize(
    ("mineral", "year", "tonnes"),
    [("antimony", 2023, 42_518), ("antimony", 2024, 32_271), ("magnesium", 2021, 362_934)],
)
def test_china_exports_what_its_customs_say(mineral: str, year: int, tonnes: float) -> None:
    rows = facts.load("exports")
    table = rows[(rows["mineral"] == mineral) & (rows["period"] == str(year))].iloc[0]
    assert table["value"] == pytest.approx(tonnes, abs=1.0)
    found = network(mineral, year)
    assert table["low"] <= _sold(found.stages[-1])[0] <= table["high"]
    assert table["source"] in found.sources
    assert any("exports of CHN are published" in note for note in found.notes)
    assert found.grade == "E"


def test_antimony_stands_no_further_from_shares_that_the_fit_never_saw(monkeypatch: pytest.MonkeyPatch) -> None:
    with_exports = _unseen(network("antimony"))
    monkeypatch.setattr(evidence, "_published_exports", lambda *_: NO_EXPORTS)
    without = _unseen(network("antimony"))
    assert len(without) > 0
    assert with_exports == pytest.approx(without, abs=1e-9)


def _unseen(found: Network) -> list[float]:
    apart = distances(found.comparison)
    return [float(each) for each in apart.loc[~apart["used_in_fit"].astype(bool), "apart"]]


@pytest.mark.parametrize(
    ("mineral", "year"),
    [
        ("antimony", 2025),
        ("magnesium", 2023),
        ("gallium", 2023),
        ("copper", 2023),
        ("nickel", 2024),
        ("rare_earths", 2023),
    ],
)
def test_where_nobody_publishes_exports_of_the_year_nothing_moves(
    mineral: str, year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = network(mineral, year)
    monkeypatch.setattr(evidence, "_published_exports", lambda *_: NO_EXPORTS)
    without = network(mineral, year)
    assert shipped.frame().to_csv() == without.frame().to_csv()
    assert (shipped.notes, shipped.sources) == (without.notes, without.sources)


def test_a_mineral_with_recorded_trade_is_left_to_it() -> None:
    rows = facts.load("exports")
    assert "rare_earths" in set(rows["mineral"])
    recorded = [recipe_of(mineral) for mineral in calibrated_minerals() if not recipe_of(mineral).inferred_use]
    assert all(evidence._published_exports(recipe, 2010, []).empty for recipe in recorded)

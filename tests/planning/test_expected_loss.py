"""Expected loss: linear in the probabilities, the same market as a single shock, and a list that is read whole or refused whole."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import orepact
from orepact import facts
from orepact.errors import BadInput, MissingData
from orepact.network import network
from orepact.planning.expected_loss import ExpectedLoss, expected_loss
from orepact.planning.stop_list import Stop, exporters, governance, read_stops, rule, stops_of
from orepact.planning.stop_market import Losses, Setting, groups, losses
from orepact.report.expected_loss_text import chance, print_expected_loss

DRAWS = 10
HEAD = "country,mineral,stage,cut,months,probability,source\n"


@cache
def found() -> ExpectedLoss:
    return expected_loss("gallium,germanium", draws=DRAWS, workers=1)


def listed(folder: Path, *rows: str) -> Path:
    path = folder / "mine.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def of(*stops: Stop, monthly: bool) -> Losses:
    return losses(network(stops[0].mineral), stops, Setting(DRAWS, 1, monthly))


def stop(country: str, mineral: str, cut: float = 1.0, months: int = 12, stage: str = "refined") -> Stop:
    return Stop(mineral, stage, (country,), cut, months, 0.1, "made up")  # type: ignore[arg-type]


def test_every_named_exporter_stops_for_a_year_and_for_a_quarter() -> None:
    table = network("gallium")
    stops = stops_of(table, None)
    assert len(stops) == 2 * sum(len(exporters(each)) for each in table.stages)
    assert {each.months for each in stops} == {3, 12}


def test_the_assumed_rule_covers_every_governance_once_and_says_what_it_is() -> None:
    for months in (3, 12):
        ends = sorted((row["governance_from"], row["governance_to"]) for row in rule() if row["months"] == months)
        assert [ends[0][0], ends[-1][1]] == [-5, 5]
        assert all(left[1] == right[0] for left, right in pairwise(ends))
    table = facts.load("stop_probabilities")
    assert set(table["grade"]) == {"E"}
    assert table["basis"].str.startswith("assumed mapping").all()
    assert set(table["source"]) == {"orepact_assumption"}


def test_probabilities_follow_from_the_counts_that_the_rule_states() -> None:
    for events, pairs, name in ((1, 71, "unstable"), (4, 380, "below the middle"), (0, 285, "stable")):
        yearly = (events + 0.5) / (pairs * 3 + 1)
        rows = [row for row in rule() if row["scenario"].endswith(f"; {name}")]
        assert sum(row["value"] for row in rows) == pytest.approx(yearly, rel=0.02)


@given(st.lists(st.floats(0, 1), min_size=200, max_size=200), st.floats(0, 5))
@settings(max_examples=25)
def test_expected_loss_is_linear_in_the_probabilities(values: list[float], times: float) -> None:
    answer = found()
    one = np.array(values[: len(answer.stops)])
    other = answer.probability

    def total(given: np.ndarray) -> float:
        return float(answer.weighted(given)["expected_usd"].sum())

    assert total(one + times * other) == pytest.approx(total(one) + times * total(other), rel=1e-9, abs=1e-6)


def test_probabilities_of_zero_make_no_loss_and_change_no_loss_if_it_happens() -> None:
    answer = found()
    none = answer.weighted(np.zeros(len(answer.stops)))
    assert not none[["expected_lost_t", "expected_unserved_t", "expected_usd"]].to_numpy().any()
    np.testing.assert_array_equal(none["lost_t"], answer.weighted()["lost_t"])


def test_by_mineral_by_origin_and_by_country_are_one_sum() -> None:
    answer = found()
    total = answer.total()["mean"]
    for column in ("mineral", "origin", "country"):
        assert answer.by(column)["expected_usd"].sum() == pytest.approx(total, rel=1e-9)
    assert answer.worst()["expected_usd"].sum() == pytest.approx(total, rel=1e-9)


@pytest.mark.parametrize(("mineral", "origin", "stage"), [("gallium", "CHN", "refined"), ("niobium", "BRA", "mine")])
def test_one_period_of_stops_together_is_the_single_shock_on_the_same_draws(
    mineral: str, origin: str, stage: str
) -> None:
    other = next(each for each in exporters(network(mineral).stage(stage)) if each != origin)
    both = of(stop(other, mineral, stage=stage), stop(origin, mineral, stage=stage), monthly=False)
    single = orepact.shock(mineral, origin=origin, stage=stage, draws=DRAWS).data
    expected = (single["given_up"] + single["unserved"]).to_numpy().T
    np.testing.assert_allclose(both.spread[1], expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())
    np.testing.assert_allclose(both.unserved[1].sum(), single["unserved"].sum("user").mean(), rtol=1e-9)


@pytest.mark.parametrize(("at", "last"), [(0, "2026-03-31"), (1, "2026-12-31")])
def test_months_of_stops_together_are_the_case_in_time_on_the_same_draws(at: int, last: str) -> None:
    both = of(stop("CHN", "gallium", months=3), stop("CHN", "gallium"), monthly=True)
    halt = {"kind": "export_cut", "origins": ["CHN"], "stage": "refined", "to": last}
    case = {
        "name": "halt",
        "mineral": "gallium",
        "start": "2026-01-01",
        "months": 12,
        "draws": DRAWS,
        "instruments": [halt],
    }
    data = orepact.run(case).data
    expected = (data["given_up"] + data["unserved"]).sum("period").to_numpy().T
    np.testing.assert_allclose(both.spread[at], expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())


def test_a_cut_and_a_full_stop_take_the_same_way() -> None:
    nearly = of(stop("CHN", "gallium", cut=1 - 1e-9), monthly=False)
    full = of(stop("CHN", "gallium"), monthly=False)
    np.testing.assert_allclose(nearly.spread, full.spread, rtol=1e-3, atol=1e-3)


def test_a_bigger_cut_or_a_longer_stop_never_loses_less_abroad() -> None:
    abroad = ~np.isin(network("gallium").users, ["CHN"])
    cuts = [of(stop("CHN", "gallium", cut=cut), monthly=True) for cut in (0.25, 0.5, 0.75, 1.0)]
    lengths = [of(stop("CHN", "gallium", months=months), monthly=True) for months in (1, 3, 6, 12)]
    for row in (cuts, lengths):
        totals = np.array([each.spread[0, abroad].sum(axis=0) for each in row])
        assert np.all(np.diff(totals, axis=0) >= -1e-7 * totals[1:])


def test_stops_together_are_the_stops_alone() -> None:
    every = [each for each in stops_of(network("germanium"), None) if each.months == 3][:3]
    together = of(*every, monthly=True)
    for at, each in enumerate(every):
        np.testing.assert_allclose(together.spread[at], of(each, monthly=True).spread[0], rtol=1e-9, atol=1e-9)


def test_groups_hold_every_stop_once_and_cuts_alone() -> None:
    stops = [stop("CHN", "gallium", cut=cut, months=months) for cut in (0.5, 1.0) for months in (1, 2, 3)]
    for monthly in (True, False):
        made = list(groups(stops, monthly=monthly))
        assert sorted(id(each) for group in made for each in group) == sorted(map(id, stops))
        assert all(len(group) == 1 for group in made if group[0].cut < 1)


def test_a_region_counts_only_its_own_losses(tmp_path: Path) -> None:
    path = listed(tmp_path, "China,gallium,refined,100%,12,0.5,made up")
    world, japan = (
        expected_loss("gallium", region=region, probabilities=path, draws=DRAWS, workers=1)
        for region in (None, "Japan")
    )
    assert set(japan.table["country"]) == {"JPN"}
    assert "CHN" not in set(world.table["country"])
    assert 0 < japan.total()["mean"] < world.total()["mean"]


def test_a_list_of_ones_own_stands_for_every_exporter_and_mineral(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("- {country: '*', mineral: '*', probability: 0.01, months: 3}\n", encoding="utf-8")
    answer = expected_loss("gallium", probabilities=path, draws=DRAWS, workers=1)
    assert len(answer.stops) == len(exporters(network("gallium").stages[-1]))
    assert answer.summary()["probabilities"]["rule"] == []


def test_all_faults_of_a_list_are_said_at_once(tmp_path: Path) -> None:
    path = listed(
        tmp_path,
        "Atlantis,gallium,refined,1,12,0.1,",
        "China,unobtainium,refined,1,12,0.1,",
        "China,gallium,attic,150%,13,2,",
        "China,gallium,refined,1,12,0.1,",
        "CHN,gallium,refined,100%,12,0.2,",
        "China,gallium,refined,1,12,,",
    )
    with pytest.raises(BadInput) as error:
        read_stops(path)
    places = [each.place for each in error.value.problems]
    assert places == [
        "mine.csv, row 2, country", "mine.csv, row 3, mineral", "mine.csv, row 4, stage", "mine.csv, row 4, cut",
        "mine.csv, row 4, months", "mine.csv, row 4, probability", "mine.csv, row 6", "mine.csv, row 7, probability",
    ]  # fmt: skip


def test_a_stop_of_what_is_not_exported_is_refused_and_a_mineral_without_a_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match="it exports none of it"):
        expected_loss(
            "gallium", probabilities=listed(tmp_path, "Chad,gallium,refined,1,12,0.1,"), draws=DRAWS, workers=1
        )
    answer = expected_loss("gallium,boron", draws=DRAWS, workers=1)
    assert "boron" in dict(answer.untold)


def test_where_governance_is_not_known_no_probability_is_made_up() -> None:
    stops = [each for each in stops_of(network("niobium"), None) if each.origins[0] not in governance()]
    assert stops
    assert all(each.probability is None and "governance" in each.why for each in stops)


def test_how_likely_a_stop_is_gives_the_expected_sum_again(capsys: pytest.CaptureFixture[str]) -> None:
    for row in found().summary()["stops"]:
        said = chance(row["probability"])
        assert float(said.removesuffix("\u2009%")) / 100 * row["usd"] == pytest.approx(row["expected_usd"], rel=6e-3)
    assert chance(0.0028) == "0.28\u2009%"
    assert chance(None) == chance(float("nan")) == "cannot tell"
    print_expected_loss(found())
    page = " ".join(capsys.readouterr().out.split())
    assert "markets solved; largest imbalance" in page
    assert ", largest breach of a cap" in page

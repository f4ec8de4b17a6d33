"""Each shock by a small example; records refuse what they cannot be, compose, and change nothing in place."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from claims.markets import base_flows, names_of, random_market
from pydantic import ValidationError

from orepact.errors import BadInput, MissingData
from orepact.market import solve
from orepact.market.newton import Point, newton
from orepact.market.system import evaluate, system_of
from orepact.policy import CapacityLoss, ExportCut, Tariff

PROBLEM = random_market(11, producers=3, users=4)
LABELS = names_of(PROBLEM)
FLOWS = base_flows(PROBLEM, 0)
HOME = LABELS.producers[0][0]


def test_export_cut_covers_what_leaves_the_country() -> None:
    covered = ExportCut(origins=(HOME,), stage="refined").covered(LABELS)
    assert covered.tolist() == [[False, True, True, True], [False] * 4, [False] * 4]
    against = ExportCut(origins=(HOME,), stage="refined", against=(LABELS.buyers[0][2],)).covered(LABELS)
    assert against.tolist() == [[False, False, True, False], [False] * 4, [False] * 4]


def test_a_stop_closes_the_routes_and_keeps_the_other_weights() -> None:
    stopped = ExportCut(origins=(HOME,), stage="refined").apply(PROBLEM, LABELS, FLOWS).stages[0]
    np.testing.assert_array_equal(stopped.stopped, [[False, True, True, True], [False] * 4, [False] * 4])
    np.testing.assert_array_equal(stopped.weights, PROBLEM.stages[0].weights)


def test_a_cut_is_a_quantity_cap_at_what_remains() -> None:
    cut = ExportCut(origins=(HOME,), stage="refined", cut=0.3).apply(PROBLEM, LABELS, FLOWS)
    (cap,) = cut.caps
    assert float(np.squeeze(cap.limit)) == pytest.approx(0.7 * FLOWS[0, 1:].sum())
    np.testing.assert_array_equal(cut.stages[0].weights, PROBLEM.stages[0].weights)
    found = solve(cut).require()
    assert found.stages[0].flows[0, 0, 1:].sum() == pytest.approx(0.7 * FLOWS[0, 1:].sum())
    assert found.rent[0][0] > 0


def test_a_share_multiplier_would_not_be_a_cut() -> None:
    """Weights times 0.4 take far less than 60 % of the exports: buyers bid it undone (market-model, section 3)."""
    stage = PROBLEM.stages[0]
    weights = stage.weights.copy()
    weights[0, 1:] *= 0.4
    system = system_of(replace(PROBLEM, stages=(replace(stage, weights=weights),)), 1)
    found = newton(system, Point(np.atleast_2d(stage.price), np.zeros((1, 0))), tolerance=1e-11, most=80)
    assert found.residual[0] < 1e-11
    (state,) = evaluate(system, (found.point.prices,), found.point.bounded)
    assert state.flows[0, 0, 1:].sum() > 0.5 * FLOWS[0, 1:].sum()


def test_capacity_loss_scales_what_remains() -> None:
    lost = CapacityLoss(countries=(HOME,), stage="refined", lost=0.25).apply(PROBLEM, LABELS, FLOWS)
    np.testing.assert_array_equal(lost.stages[0].supply.remaining, [0.75, 1.0, 1.0])
    twice = CapacityLoss(countries=(HOME,), stage="refined", lost=0.5).apply(lost, LABELS, FLOWS)
    np.testing.assert_array_equal(twice.stages[0].supply.remaining, [0.375, 1.0, 1.0])


def test_capacity_loss_of_refiners_takes_plants_and_scrap() -> None:
    problem = random_market(3, stages=2, producers=3, users=4)
    lost = CapacityLoss(countries=(HOME,), stage="refined", lost=0.25).apply(problem, names_of(problem), FLOWS)
    assert lost.stages[1].refining is not None
    assert lost.stages[1].refining.remaining[0] == 0.75
    assert lost.stages[1].supply.remaining[0] == 0.75
    assert lost.stages[0].supply.remaining[0] == 1.0


def test_tariff_is_paid_by_imports_only() -> None:
    taxed = Tariff(importers=(HOME,), stage="refined", rate=0.25, per_tonne=10.0).apply(PROBLEM, LABELS, FLOWS)
    np.testing.assert_array_equal(taxed.stages[0].tariff[:, 0], [0.0, 0.25, 0.25])
    np.testing.assert_array_equal(taxed.stages[0].levy[:, 0], [0.0, 10.0, 10.0])
    assert not taxed.stages[0].tariff[:, 1:].any()
    other = LABELS.producers[0][1]
    one = Tariff(importers=(HOME,), origins=(other,), stage="refined", rate=0.25).apply(PROBLEM, LABELS, FLOWS)
    np.testing.assert_array_equal(one.stages[0].tariff[:, 0], [0.0, 0.25, 0.0])


def test_the_problem_that_came_in_is_left_as_it_was() -> None:
    before = PROBLEM.stages[0].weights.copy()
    ExportCut(origins=(HOME,), stage="refined").apply(PROBLEM, LABELS, FLOWS)
    np.testing.assert_array_equal(PROBLEM.stages[0].weights, before)
    assert PROBLEM.caps == ()


def test_no_exports_to_cut_is_missing_data_not_an_answer() -> None:
    alone = FLOWS.copy()
    alone[0, 1:] = 0.0
    with pytest.raises(MissingData, match="there are no exports to cut"):
        ExportCut(origins=(HOME,), stage="refined").apply(PROBLEM, LABELS, alone)


@pytest.mark.parametrize(
    "fields",
    [
        {"origins": ("China",), "stage": "refined"},
        {"origins": (), "stage": "refined"},
        {"origins": ("CHN",), "stage": "smelted"},
        {"origins": ("CHN",), "stage": "refined", "cut": 1.4},
        {"origins": ("CHN",), "stage": "refined", "colour": "red"},
    ],
)
def test_records_refuse_what_they_cannot_be(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ExportCut.model_validate(fields)


def test_a_shock_that_touches_nobody_is_missing_data_and_a_stage_that_is_none_is_bad_input() -> None:
    with pytest.raises(MissingData, match="there is no producer in the market"):
        CapacityLoss(countries=("ZZZ",), stage="refined", lost=0.5).apply(PROBLEM, LABELS, FLOWS)
    with pytest.raises(MissingData, match="there is no buyer whose imports"):
        Tariff(importers=("ZZZ",), stage="refined", rate=0.5).apply(PROBLEM, LABELS, FLOWS)
    with pytest.raises(BadInput, match="the market has no such stage"):
        ExportCut(origins=(HOME,), stage="scrap").apply(PROBLEM, LABELS, FLOWS)


def test_the_example_of_the_model_page_runs() -> None:
    text = (Path(__file__).parents[2] / "docs" / "model.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    found: dict[str, object] = {}
    exec(code, found)  # noqa: S102
    assert np.isfinite(found["prices"]).all()  # type: ignore[call-overload]

"""A problem that cannot be one is refused whole, and a market that is not solved is never a quiet number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from claims.markets import base_flows, random_market

from orepact.errors import BadInput, NotSolved
from orepact.market import Cap, Problem, Status, solve


def _with(problem: Problem, **changes: object) -> Problem:
    return Problem((replace(problem.stages[0], **changes), *problem.stages[1:]), problem.caps)  # type: ignore[arg-type]


def test_all_faults_are_named_at_once() -> None:
    problem = random_market(1)
    stage = problem.stages[0]
    weights = stage.weights.copy()
    weights[:, 2] = 0.0
    users = replace(stage.users, ceiling=np.array([0.9]), elasticity=np.array([np.nan]))
    with pytest.raises(BadInput) as caught:
        solve(_with(problem, price=-stage.price, weights=weights, users=users))
    text = str(caught.value)
    assert len(caught.value.problems) == 5
    for part in ("stage 0, price", "users' elasticity", "ceiling", "sum to one", "a buyer must keep a supplier"):
        assert part in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weights": np.ones((2, 2)) / 2}, "4 producers by 5 buyers"),
        ({"stopped": np.ones((4, 5), dtype=bool)}, "a buyer must keep a supplier"),
        ({"sourcing": np.array([0.0])}, "sourcing elasticity"),
        ({"freight": np.full((4, 5), -1e9)}, "freight"),
        ({"levy": np.full((4, 5), np.inf)}, "levy"),
        ({"levy": np.full((4, 5), np.nan)}, "levy"),
        ({"tariff": np.full((4, 5), -1.0)}, "tariff"),
        ({"levy": np.zeros((2, 2))}, r"levy\) the array must be of 4 producers by 5 buyers; found \(2, 2\)"),
        ({"supply": replace(random_market(1).stages[0].supply, output=np.ones(3))}, "supply output"),
        ({"supply": replace(random_market(1).stages[0].supply, output=np.full(4, 7.0))}, "base balance"),
    ],
)
def test_single_faults(change: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        solve(_with(random_market(1), **change))


def test_a_cap_of_nothing_or_of_another_shape_is_refused() -> None:
    problem = random_market(1)
    none = Cap(0, np.ones((4, 5), dtype=bool), np.asarray(0.0), "none")
    askew = Cap(0, np.ones((5, 4), dtype=bool), np.asarray(1.0), "askew")
    nowhere = Cap(3, np.ones((4, 5), dtype=bool), np.asarray(1.0), "nowhere")
    with pytest.raises(BadInput) as caught:
        solve(replace(problem, caps=(none, askew, nowhere)))
    assert [problem.place for problem in caught.value.problems] == [
        "market, cap none, limit",
        "market, cap askew",
        "market, cap nowhere",
    ]


def test_a_miss_is_an_error_that_names_the_node_or_the_cap() -> None:
    problem = random_market(2)
    flows = base_flows(problem, 0)
    covered = np.zeros(flows.shape, dtype=bool)
    covered[0] = True
    cap = Cap(0, covered, np.asarray(0.01 * flows[0].sum()), "exports of AAX")
    found = solve(replace(problem, caps=(cap,)), max_iterations=1)
    assert found.status == (Status.FAILED,)
    with pytest.raises(NotSolved, match=r"cap exports of AAX|stage 0, producer \d") as caught:
        found.require()
    assert caught.value.exit_code == 3


def test_progress_reports_every_chunk() -> None:
    done: list[int] = []
    solve(random_market(1, draws=600), progress=done.append)
    assert done == [256, 512, 600]


def test_a_start_or_a_tolerance_that_cannot_be_one_is_refused() -> None:
    problem = random_market(1)
    with pytest.raises(BadInput, match="start of stage 0"):
        solve(problem, start=(np.full((1, 4), np.nan),))
    with pytest.raises(BadInput, match="one array a stage"):
        solve(problem, start=(np.ones((1, 3)),))
    with pytest.raises(BadInput, match="tolerance"):
        solve(problem, tolerance=1e9)

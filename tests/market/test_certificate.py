"""The certificate finds what is wrong with returned numbers, whoever returned them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from claims.markets import Array, base_flows, names_of, random_market

from orepact.market import Problem, Solution, solve
from orepact.market.certificate import certify
from orepact.policy import ExportCut


def _solved() -> tuple[Problem, Solution, Array]:
    market = random_market(4, stages=2, producers=3, users=4)
    event = ExportCut(origins=(names_of(market).producers[1][0],), stage="refined", cut=0.6)
    problem = event.apply(market, names_of(market), base_flows(market, 1))
    found = solve(problem).require()
    return problem, found, np.stack(found.rent_per_tonne, axis=1)


PROBLEM, SOLVED, RENTS = _solved()


def certificate(at: int, **changed: Array) -> tuple[float, float, str]:
    stages = list(SOLVED.stages)
    stages[at] = replace(stages[at], **changed)
    found = certify(PROBLEM, tuple(stages), RENTS, (), SOLVED.left)
    return found.max_balance, found.max_complementarity, found.worst[0]


def test_what_was_solved_is_certified() -> None:
    balance, breach, _ = certificate(0)
    assert balance < 1e-9
    assert breach < 1e-9


QUANTITIES = (
    "output", "throughput", "stock_release", "flows", "inclusive_price", "use", "given_up", "unserved", "user_stock_release",
)  # fmt: skip


@pytest.mark.parametrize("name", QUANTITIES)
def test_one_wrong_quantity_of_one_node_is_found(name: str) -> None:
    wrong = getattr(SOLVED.stages[1], name).copy()
    cell = (0,) * wrong.ndim
    wrong[cell] = wrong[cell] * 1.01 + 1e-3
    balance, _, worst = certificate(1, **{name: wrong})
    assert balance > 1e-6
    assert worst.startswith("stage 1, ")


def test_a_wrong_price_is_found_though_all_quantities_agree_with_each_other() -> None:
    balance, _, worst = certificate(0, price=SOLVED.stages[0].price * np.array([[1.001, 1.0, 1.0]]))
    assert balance > 1e-6
    assert worst.startswith("stage ")


def test_the_smallest_node_is_held_to_its_own_tonnes() -> None:
    market = random_market(4, producers=4, users=5)
    solution = solve(market)
    smallest = int(np.argmin(solution.stages[0].output[0]))
    flows = solution.stages[0].flows.copy()
    flows[0, smallest] *= 1.01
    found = certify(market, (replace(solution.stages[0], flows=flows),), np.zeros((1, 0)), (), solution.left)
    assert found.max_balance > 1e-3


def test_a_flow_above_its_cap_is_a_breach() -> None:
    covered = PROBLEM.caps[0].covered
    flows = np.where(covered, SOLVED.stages[1].flows * 1.01, SOLVED.stages[1].flows)
    _, breach, _ = certificate(1, flows=flows)
    assert breach == pytest.approx(0.01, rel=1e-6)


def test_a_flow_above_its_cap_is_a_breach_even_where_it_earns_no_rent() -> None:
    flows = np.where(PROBLEM.caps[0].covered, SOLVED.stages[1].flows * 1.01, SOLVED.stages[1].flows)
    stages = (SOLVED.stages[0], replace(SOLVED.stages[1], flows=flows))
    assert certify(PROBLEM, stages, np.zeros((1, 1)), (), SOLVED.left).max_complementarity == pytest.approx(
        0.01, rel=1e-6
    )


def test_tonnes_put_down_to_another_producer_of_the_same_buyer_are_found() -> None:
    flows = SOLVED.stages[1].flows.copy()
    flows[0, 1, 0] += 0.01 * flows[0, 2, 0]
    flows[0, 2, 0] *= 0.99
    balance, _, _ = certificate(1, flows=flows)
    assert balance > 1e-6


@pytest.mark.parametrize("rent", [-0.01, 0.01])
def test_a_negative_rent_and_a_rent_on_a_slack_cap_are_breaches(rent: float) -> None:
    price = float(np.mean(PROBLEM.stages[1].price))
    flows = np.where(PROBLEM.caps[0].covered, 0.5 * SOLVED.stages[1].flows, SOLVED.stages[1].flows)
    stages = (SOLVED.stages[0], replace(SOLVED.stages[1], flows=flows))
    found = certify(PROBLEM, stages, np.full((1, 1), rent * price), (), SOLVED.left)
    assert found.max_complementarity == pytest.approx(0.01, rel=1e-6)

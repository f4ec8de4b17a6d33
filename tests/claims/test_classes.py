"""Several classes of use in one country: columns with the country's weights, which add no unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from claims.markets import base_flows, depths, names_of, random_market, seeds
from hypothesis import given
from hypothesis import strategies as st

from orepact.market import Problem, Stage, Stocks, solve
from orepact.policy import DemandShift, ExportCut, Labels


def split(problem: Problem, part: float, elasticity: float | None = None) -> Problem:
    """The first user of the last stage as two classes of a part and the rest, of one or of two elasticities."""
    last = problem.stages[-1]
    users, first = last.users, np.shape(last.weights)[-1] - np.shape(last.users.use)[-1]

    def both(values: np.ndarray) -> np.ndarray:
        return np.concatenate([part * values[:1], (1 - part) * values[:1], values[1:]])

    def wide(table: np.ndarray) -> np.ndarray:
        column = table[:, first : first + 1]
        return np.concatenate([table[:, :first], column, column, table[:, first + 1 :]], axis=1)

    curve = np.broadcast_to(users.elasticity, (1, len(users.use)))[0]
    curve = np.concatenate([curve[:1] if elasticity is None else [elasticity], curve])
    stage: Stage = replace(
        last,
        weights=wide(last.weights), freight=wide(last.freight), base_tariff=wide(last.base_tariff),
        tariff=wide(last.tariff), levy=wide(last.levy),
        users=replace(users, use=both(users.use), elasticity=curve, stocks=Stocks(both(users.stocks.held[0]), users.stocks.response)),
    )  # fmt: skip
    return replace(problem, stages=(*problem.stages[:-1], stage))


def labels_of(problem: Problem) -> Labels:
    """The first user's country stands twice among the buyers."""
    names = names_of(problem)
    last = names.buyers[-1]
    return Labels(names.stages, names.producers, (*names.buyers[:-1], (last[0], *last)))


@given(seeds, depths, st.floats(0.05, 0.95))
def test_two_classes_of_one_curve_are_one_user(seed: int, depth: int, part: float) -> None:
    problem = random_market(seed, stages=depth)
    at = depth - 1
    cut = ExportCut(origins=(names_of(problem).producers[at][1],), stage=names_of(problem).stages[at], cut=0.5)
    whole = solve(cut.apply(problem, names_of(problem), base_flows(problem, at))).require()
    twice = split(problem, part)
    found = solve(cut.apply(twice, labels_of(problem), base_flows(twice, at))).require()
    assert sum(stage.price.shape[1] for stage in found.stages) == sum(stage.price.shape[1] for stage in whole.stages)
    for one, other in zip(whole.stages, found.stages, strict=True):
        np.testing.assert_allclose(other.price, one.price, rtol=1e-8)
    np.testing.assert_allclose(found.stages[-1].use[:, :2].sum(axis=1), whole.stages[-1].use[:, 0], rtol=1e-7)


@given(seeds, st.floats(0.2, 0.8))
def test_the_class_that_can_do_without_gives_up_more(seed: int, part: float) -> None:
    problem = split(random_market(seed), part, elasticity=1.5)
    labels = labels_of(random_market(seed))
    stop = ExportCut(origins=(labels.producers[0][1],), stage="refined", cut=0.9)
    found = solve(stop.apply(problem, labels, base_flows(problem, 0))).require().stages[0]
    kept = found.use[0, :2] / found.base_use[0, :2]
    if found.inclusive_price[0, 0] > found.base_paid_price[0, 0] and kept[1] < 1:
        assert kept[0] <= kept[1] + 1e-9


@given(seeds)
def test_an_instrument_on_a_country_reaches_all_its_classes(seed: int) -> None:
    problem, labels = split(random_market(seed), 0.3), labels_of(random_market(seed))
    shift = DemandShift(stage="refined", change=-0.2, countries=(labels.buyers[0][0],))
    wanted = shift.apply(problem, labels, base_flows(problem, 0)).stages[0].users.wanted
    np.testing.assert_allclose(wanted[:2], 0.8)
    np.testing.assert_allclose(wanted[2:], 1.0)

"""Which way things move (market-model, section 2), on random networks: claims that a reader may rely on without a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from claims.markets import Array, base_flows, depths, names_of, random_market, seeds
from hypothesis import given
from hypothesis import strategies as st

from orepact.market import Cap, Problem, StageSolution, solve
from orepact.policy import CapacityLoss, ExportCut, Tariff

SLACK = 1e-8
cuts = st.sampled_from([0.1, 0.4, 0.75, 0.95, 0.999, 1.0])


def changed_at(problem: Problem, at: int, **changes: object) -> Problem:
    stages = list(problem.stages)
    stages[at] = replace(stages[at], **changes)  # type: ignore[arg-type]
    return replace(problem, stages=tuple(stages))


def weighted_abroad(found: StageSolution, price: Array, before: Array, abroad: Array) -> Array:
    """Price of the buyers abroad, weighted by what they bought at base, over their base price."""
    weight = before.sum(axis=0) * abroad
    ratio: Array = (price * weight).sum(axis=1) / (found.base_paid_price * weight).sum(axis=1)
    return ratio


@given(seeds, depths)
def test_lost_mine_capacity_lowers_no_price(seed: int, depth: int) -> None:
    problem = random_market(seed, stages=depth, draws=2)
    labels = names_of(problem)
    event = CapacityLoss(countries=(labels.producers[0][0],), stage=labels.stages[0], lost=0.6)
    found = solve(event.apply(problem, labels, base_flows(problem, 0))).require()
    for stage, solution in zip(problem.stages, found.stages, strict=True):
        assert np.all(solution.price >= stage.price * (1 - SLACK))


@given(seeds, depths)
def test_more_mine_capacity_raises_no_price(seed: int, depth: int) -> None:
    problem = random_market(seed, stages=depth, draws=2)
    more = np.ones(len(problem.stages[0].price))
    more[1] = 1.8
    supply = replace(problem.stages[0].supply, remaining=more)
    found = solve(changed_at(problem, 0, supply=supply)).require()
    for stage, solution in zip(problem.stages, found.stages, strict=True):
        assert np.all(solution.price <= stage.price * (1 + SLACK))


@given(seeds, st.integers(2, 3))
def test_more_refining_capacity_never_raises_its_products_price(seed: int, depth: int) -> None:
    problem = random_market(seed, stages=depth, draws=2)
    last = problem.stages[-1]
    assert last.refining is not None
    more = np.ones(len(last.price))
    more[0] = 1.5
    found = solve(changed_at(problem, depth - 1, refining=replace(last.refining, remaining=more))).require()
    assert np.all(found.stages[-1].price[:, 0] <= last.price[0] * (1 + SLACK))


@given(seeds, depths, st.floats(0.01, 1.0), st.booleans())
def test_a_tariff_never_raises_the_imports_it_covers(seed: int, depth: int, rate: float, specific: bool) -> None:
    problem = random_market(seed, stages=depth, draws=2)
    labels = names_of(problem)
    at, importer = depth - 1, labels.buyers[-1][0]
    amount = {"per_tonne": rate * float(problem.stages[at].price[0])} if specific else {"rate": rate}
    duty = Tariff(importers=(importer,), stage=labels.stages[at], **amount)
    found = solve(duty.apply(problem, labels, base_flows(problem, at))).require()
    covered = np.outer(~labels.rows(at, (importer,)), labels.columns(at, (importer,)))
    before, after = base_flows(problem, at)[covered].sum(), found.stages[at].flows[:, covered].sum(axis=1)
    assert np.all(after <= before * (1 + SLACK))


@given(seeds, depths, cuts, st.integers(0, 2))
def test_an_export_cut_is_dear_abroad_and_cheap_at_home(seed: int, depth: int, cut: float, where: int) -> None:
    problem = random_market(seed, stages=depth, producers=5, users=6, draws=2)
    labels, at = names_of(problem), min(where, depth - 1)
    home, flows = labels.producers[at][0], base_flows(problem, at)
    found = solve(ExportCut(origins=(home,), stage=labels.stages[at], cut=cut).apply(problem, labels, flows)).require()
    solution, abroad = found.stages[at], ~labels.columns(at, (home,))
    assert np.all(solution.price[:, 0] <= problem.stages[at].price[0] * (1 + SLACK))
    assert np.all(weighted_abroad(solution, solution.inclusive_price, flows, abroad) >= 1 - SLACK)
    assert np.all(weighted_abroad(solution, solution.paid_price, flows, abroad) >= 1 - SLACK)
    exports = solution.flows[:, 0, abroad].sum(axis=1)
    assert np.all(exports <= (1 - cut) * flows[0, abroad].sum() * (1 + SLACK))


@given(seeds, depths)
def test_a_deeper_cut_is_never_cheaper_abroad_and_a_stop_is_the_limit_of_cuts(seed: int, depth: int) -> None:
    problem = random_market(seed, stages=depth, draws=2)
    labels, at = names_of(problem), depth - 1
    home, flows = labels.producers[at][0], base_flows(problem, at)
    abroad = ~labels.columns(at, (home,))
    paid, prices = [], []
    for cut in (0.2, 0.5, 0.9, 1 - 1e-7, 1.0):
        event = ExportCut(origins=(home,), stage=labels.stages[at], cut=cut)
        found = solve(event.apply(problem, labels, flows)).require().stages[at]
        paid.append(weighted_abroad(found, found.inclusive_price, flows, abroad))
        prices.append(found.price)
    assert np.all(np.diff(np.stack(paid), axis=0) >= -SLACK)
    np.testing.assert_allclose(prices[-2], prices[-1], rtol=1e-4)


@given(seeds, depths, st.floats(1.0, 50.0))
def test_a_cap_that_does_not_bind_has_no_rent_and_moves_nothing(seed: int, depth: int, room: float) -> None:
    problem = random_market(seed, stages=depth, draws=2)
    flows = base_flows(problem, 0)
    covered = np.zeros(flows.shape, dtype=bool)
    covered[0] = True
    cap = Cap(stage=0, covered=covered, limit=np.asarray(flows[0].sum() * room), name="wide cap")
    found = solve(replace(problem, caps=(cap,))).require()
    assert np.all(found.rent_per_tonne[0] <= SLACK * problem.stages[0].price[0])
    np.testing.assert_allclose(found.stages[0].price, np.broadcast_to(problem.stages[0].price, (2, 4)), rtol=1e-7)


@given(seeds, cuts)
def test_larger_stocks_make_a_stop_milder(seed: int, cut: float) -> None:
    problem = random_market(seed, draws=2)
    labels, flows = names_of(problem), base_flows(problem, 0)
    event = ExportCut(origins=(labels.producers[0][0],), stage="refined", cut=cut)
    abroad = ~labels.columns(0, event.origins)
    users = problem.stages[0].users
    prices = []
    for factor in (1.0, 2.0):
        more = replace(users, stocks=replace(users.stocks, held=users.stocks.held * factor))
        found = solve(event.apply(changed_at(problem, 0, users=more), labels, flows)).require().stages[0]
        prices.append(weighted_abroad(found, found.inclusive_price, flows, abroad))
    assert np.all(prices[1] <= prices[0] * (1 + SLACK))


@given(seeds, depths, cuts)
def test_a_cut_that_a_duty_or_a_loss_has_already_made_moves_nothing(seed: int, depth: int, cut: float) -> None:
    problem = random_market(seed, stages=depth, draws=2)
    labels, at = names_of(problem), depth - 1
    home, stage, flows = labels.producers[at][0], labels.stages[at], base_flows(problem, at)
    others = tuple(country for country in labels.buyers[at] if country != home)
    duty = Tariff(importers=others, stage=stage, origins=(home,), rate=20.0).apply(problem, labels, flows)
    before = solve(duty).require()
    after = solve(ExportCut(origins=(home,), stage=stage, cut=min(cut, 0.95)).apply(duty, labels, flows)).require()
    for one, other in zip(before.stages, after.stages, strict=True):
        np.testing.assert_allclose(one.price, other.price, rtol=1e-7)
    assert np.all(after.rent[0] <= SLACK * (problem.stages[at].price[0] * flows.sum()))


@given(seeds, depths, cuts, cuts)
def test_cuts_compose_in_any_order_and_the_tighter_one_counts(
    seed: int, depth: int, first: float, second: float
) -> None:
    problem = random_market(seed, stages=depth, draws=2)
    labels, at = names_of(problem), depth - 1
    home, flows = labels.producers[at][0], base_flows(problem, at)

    def price(*shares: float) -> Array:
        changed = problem
        for share in shares:
            changed = ExportCut(origins=(home,), stage=labels.stages[at], cut=share).apply(changed, labels, flows)
        return solve(changed).require().stages[at].price

    np.testing.assert_allclose(price(first, second), price(second, first), rtol=1e-7)
    np.testing.assert_allclose(price(first, second), price(max(first, second)), rtol=1e-7)


@given(seeds, depths)
def test_a_cut_that_a_stop_has_made_slack_moves_nothing(seed: int, depth: int) -> None:
    problem = random_market(seed, stages=depth, producers=4, users=5)
    labels, at = names_of(problem), depth - 1
    home, flows = labels.producers[at][0], base_flows(problem, at)
    abroad = [column for column, buyer in enumerate(labels.buyers[at]) if buyer != home]
    largest = labels.buyers[at][max(abroad, key=lambda column: flows[0, column])]
    stop = ExportCut(origins=(home,), stage=labels.stages[at], against=(largest,)).apply(problem, labels, flows)
    cut = ExportCut(origins=(home,), stage=labels.stages[at], cut=0.1).apply(stop, labels, flows)
    before, after = solve(stop).require(), solve(cut).require()
    if after.rent_per_tonne[0][0] <= 1e-7 * problem.stages[at].price[0]:
        np.testing.assert_allclose(after.stages[at].price, before.stages[at].price, rtol=1e-7)
        np.testing.assert_allclose(after.stages[-1].use, before.stages[-1].use, rtol=1e-7)

"""Instruments beside each other: any order, idle ones, twins, and what follows within a period; on the small market."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from orepact.market import Cap, Problem, Purchase, derivatives, slope, solve
from orepact.policy import (
    CapacityGrowth,
    CapacityLoss,
    CorridorClosure,
    ExportCut,
    ExportQuota,
    ExportTax,
    HostCap,
    Instrument,
    Labels,
    LastResort,
    LicenceDelay,
    NewProject,
    Recycling,
    ReferenceDuty,
    Tariff,
    put_on,
)
from orepact.policy.instrument import Period

from test_market_instruments import FLOWS, LABELS, market  # isort: skip

HOST = HostCap(country="AAA", stage="refined", host_output=300.0, content=0.1)
PROJECT = NewProject(country="AAA", stage="refined", capacity=50.0)
OTHER = NewProject(country="BBB", stage="refined", capacity=50.0)
SCRAP = Recycling(country="BBB", stage="refined", arising=100.0, collection=0.5, recovery=1.0)
STOP = ExportCut(origins=("AAA",), stage="refined")


def on(*instruments: Instrument) -> Problem:
    return put_on(market(), LABELS, (FLOWS,), instruments)


@pytest.mark.parametrize(
    "several",
    [
        (HOST, CapacityGrowth(stage="refined", grown=1.0)),
        (HOST, CapacityLoss(countries=("AAA",), stage="refined", lost=0.5)),
        (HOST, PROJECT),
        (PROJECT, OTHER),
        (PROJECT, SCRAP),
        (HOST, PROJECT, OTHER, SCRAP),
    ],
)
def test_order_does_not_matter(several: tuple[Instrument, ...]) -> None:
    prices = [solve(on(*order)).require().stages[0].price for order in permutations(several)]
    for other in prices[1:]:
        np.testing.assert_allclose(other, prices[0], rtol=1e-9)


def test_no_project_lifts_a_by_product_over_its_host() -> None:
    for several in ((HOST, PROJECT), (PROJECT, HOST), (HOST, CapacityGrowth(stage="refined", grown=5.0))):
        assert solve(on(*several)).require().stages[0].output[0, 0] <= HOST.limit


def test_a_buyer_that_buys_nothing_moves_no_price_whatever_its_floor() -> None:
    """With a stop the price abroad is high; a floor just below and just above it changes it no more than by itself."""
    free = solve(on(STOP)).require().stages[0].price[0, 1]
    below, above = (
        solve(
            on(STOP, LastResort(countries=("BBB",), stage="refined", floor=float(free * part), payer="XXX"))
        ).require()
        for part in (1 - 1e-4, 1 + 1e-4)
    )
    assert below.purchased[0][0] == 0.0
    assert below.stages[0].price[0, 1] == free
    assert above.stages[0].price[0, 1] == pytest.approx(free * (1 + 1e-4))
    np.testing.assert_allclose(above.left[0], below.left[0])


@pytest.mark.parametrize(
    "beside",
    [
        LastResort(countries=("BBB",), stage="refined", floor=2300.0, payer="XXX"),
        ReferenceDuty(importers=("CCC",), stage="refined", reference=3000.0, quota=45.0),
        ExportQuota(origins=("BBB",), stage="refined", tonnes=20.0),
    ],
)
def test_slopes_with_a_stop_and_something_beside_it(beside: Instrument) -> None:
    def taxed(rate: float) -> Problem:
        return on(STOP, beside, Tariff(importers=("CCC",), origins=("BBB",), stage="refined", rate=0.1 + rate))

    problem = taxed(0.0)
    found = solve(problem, tolerance=1e-12).require()
    ahead, back = (solve(taxed(step), tolerance=1e-12).require().stages[0].price[0, 1] for step in (1e-5, -1e-5))
    seen = (ahead - back) / 2e-5
    exact = slope(problem, found, taxed, lambda _, solution: solution.stages[0].price[:, 1])
    adjoint = derivatives(problem, found, (np.array([0.0, 1.0]),)).stages[0].tariff[0, 1, 1]
    assert exact[0] == pytest.approx(seen, rel=1e-3, abs=1e-3 * 1000)
    assert adjoint == pytest.approx(seen, rel=1e-3, abs=1e-3 * 1000)


def test_slopes_under_two_caps_on_one_flow() -> None:
    wide = Cap(0, np.array([[False, True], [False, False]]), np.asarray(20.0), "tight")
    other = Cap(0, np.array([[True, True], [False, False]]), np.asarray(45.0), "loose")

    def capped(step: float) -> Problem:
        base = market()
        return replace(base, caps=(wide, replace(other, limit=other.limit * (1 + step))))

    problem = capped(0.0)
    found = solve(problem, tolerance=1e-12).require()
    ahead, back = (solve(capped(step), tolerance=1e-12).require().stages[0].price[0, 1] for step in (1e-5, -1e-5))
    gradient = derivatives(problem, found, (np.array([0.0, 1.0]),))
    assert gradient.limit[1][0] * 45.0 == pytest.approx((ahead - back) / 2e-5, rel=1e-3, abs=1e-2)


def test_a_share_cap_takes_nothing_from_the_price_that_buyers_answer_to() -> None:
    covered, every = np.array([[True, True], [False, False]]), np.ones((2, 2), dtype=bool)
    share = Cap(0, covered, np.zeros(()), "half", 0.5, every)
    found = solve(replace(market(), caps=(share,))).require()
    np.testing.assert_array_equal(found.left[0], np.ones((1, 2)))
    beside = solve(replace(market(), caps=(share, Cap(0, covered, np.asarray(1e6), "wide")))).require()
    np.testing.assert_allclose(beside.left[0], 1.0)
    np.testing.assert_allclose(beside.stages[0].price, found.stages[0].price, rtol=1e-9)


def test_a_purchase_of_nothing_and_covers_that_are_no_covers_are_refused() -> None:
    with pytest.raises(Exception, match="it must be above 0"):
        solve(replace(market(), purchases=(Purchase(0, 0, np.asarray(900.0), np.asarray(0.0), "none"),)))


def test_a_union_does_not_tax_what_its_members_sell_each_other() -> None:
    labels = Labels(("refined",), (("AAA", "BBB"),), (("AAA", "BBB"),))
    union = Tariff(importers=("AAA", "BBB"), stage="refined", rate=0.1)
    assert not union.covered(labels).any()


def test_twins_against_different_countries_have_names_of_their_own() -> None:
    for kind, fields in (
        (ExportQuota, {"tonnes": 5.0}),
        (ExportTax, {"rate": 0.1}),
        (LicenceDelay, {"days": 10.0}),
        (ExportCut, {"cut": 0.5}),
    ):
        one, other = (kind(origins=("AAA",), stage="refined", against=(to,), **fields) for to in ("CCC", "BBB"))
        assert one.name != other.name
    assert replace_label("north").name != replace_label("south").name


def replace_label(label: str) -> NewProject:
    return PROJECT.model_copy(update={"label": label})


def test_what_follows_within_a_period_adds_up() -> None:
    half = Period(1 / 12, 0.5, 0.0)
    tariff = Tariff(importers=("CCC",), stage="refined", rate=0.2).in_period(half)
    assert tariff is not None
    assert tariff.then(tariff).rate == pytest.approx(0.2)  # type: ignore[attr-defined]
    tax = ExportTax(origins=("AAA",), stage="refined", per_tonne=50.0).in_period(half)
    assert tax is not None
    assert tax.then(tax).per_tonne == pytest.approx(50.0)  # type: ignore[attr-defined]


def test_a_longer_way_is_filled_once() -> None:
    closed = CorridorClosure(origins=("AAA",), destinations=("CCC",), stage="refined", per_tonne=10.0, days=20.0)
    first, later = closed.in_period(Period(1 / 12, 1.0, 0.0)), closed.in_period(Period(1 / 12, 1.0, 30.0))
    assert first is not None
    assert later is not None
    assert (first.days, later.days) == (20.0, 0.0)

"""Re-exports lead back to who made it: rows balance, hubs vanish, and impossible exports are cut and reported."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.network.tracing import cut_impossible_exports, trace


def test_trace_worked_example() -> None:
    # A makes 100 t and ships 80 t to the hub B; B ships 60 t on to C. So C uses 60 t of A's, B 20 t, A 20 t.
    output = np.array([100.0, 0.0, 0.0])
    shipments = np.array([[0.0, 80.0, 0.0], [0.0, 0.0, 60.0], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(trace(output, shipments).flows[0], [20.0, 20.0, 60.0])


def test_a_hub_that_also_makes_ships_a_mixture() -> None:
    # B makes 100 t, imports 100 t of A's and ships 100 t: half of that is A's.
    output = np.array([100.0, 100.0, 0.0])
    shipments = np.array([[0.0, 100.0 * 0.98, 0.0], [0.0, 0.0, 99.0], [0.0, 0.0, 0.0]])
    found = trace(output, shipments)
    assert found.flows[0, 2] == pytest.approx(99 * 98 / 198)
    assert found.flows[1, 2] == pytest.approx(99 * 100 / 198)


@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_every_tonne_made_is_used_somewhere(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    output = rng.lognormal(3.0, 2.0, size) * (rng.random(size) < 0.6)
    shipments = rng.lognormal(2.0, 2.0, (size, size)) * (rng.random((size, size)) < 0.5)
    np.fill_diagonal(shipments, 0.0)
    found = trace(output, shipments)
    assert np.all(found.flows >= 0)
    np.testing.assert_allclose(found.flows.sum(axis=1), output, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.cut, (shipments - found.shipped).sum(axis=1))


def test_nobody_ships_more_than_it_has_and_the_cut_is_reported() -> None:
    output = np.array([10.0, 0.0])
    shipments = np.array([[0.0, 50.0], [0.0, 0.0]])
    assert cut_impossible_exports(output, shipments)[0, 1] == pytest.approx(9.8)
    assert trace(output, shipments).cut[0] == pytest.approx(40.2)


def test_goods_that_circle_without_any_output_end_at_none() -> None:
    # Two countries that make nothing report 10 t and 8 t to each other: nobody can have made them.
    circle = np.array([[0.0, 10.0], [8.0, 0.0]])
    found = trace(np.zeros(2), circle)
    np.testing.assert_array_equal(found.shipped, np.zeros((2, 2)))
    np.testing.assert_array_equal(found.cut, [10.0, 8.0])
    np.testing.assert_array_equal(found.flows, np.zeros((2, 2)))


@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_nobody_ships_more_than_it_can_have_and_no_more_is_cut_than_needed(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    output = rng.lognormal(3, 1, size) * (rng.random(size) < 0.5)
    shipments = rng.lognormal(2, 1.5, (size, size)) * (rng.random((size, size)) < 0.5)
    np.fill_diagonal(shipments, 0.0)
    shipped = cut_impossible_exports(output, shipments)
    allowed = 0.98 * (output + shipped.sum(axis=0))
    assert np.all(shipped.sum(axis=1) <= allowed * (1 + 1e-9) + 1e-9)
    was_cut = shipped.sum(axis=1) < shipments.sum(axis=1) * (1 - 1e-9)
    np.testing.assert_allclose(shipped.sum(axis=1)[was_cut], allowed[was_cut], rtol=1e-9, atol=1e-9)

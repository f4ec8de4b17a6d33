"""Reconciliation: consistent figures stay, contradictions are settled by grade, nothing falls below zero."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.network.balance import Claim, column_claims, reconcile, regraded, row_claims


def _sums(table: np.ndarray, error: float) -> list[Claim]:
    claims = []
    for axis in (0, 1):
        for index in range(table.shape[axis]):
            coefficients = np.zeros(table.shape)
            coefficients[(index, slice(None)) if axis == 0 else (slice(None), index)] = 1.0
            total = float((coefficients * table).sum())
            claims.append(Claim(f"{axis}{index}", coefficients, total, error * max(total, 1e-9)))
    return claims


@given(st.integers(0, 2**32 - 1))
def test_figures_that_agree_are_left_alone(seed: int) -> None:
    table = np.random.default_rng(seed).lognormal(2.0, 1.0, (4, 5))
    fit = reconcile(table, np.full(table.shape, 0.3), _sums(table, 0.05))
    np.testing.assert_allclose(fit.flows, table, rtol=1e-7)
    assert fit.moved == pytest.approx(0.0, abs=1e-6 * table.sum())


@given(st.integers(0, 2**32 - 1))
def test_firm_sums_pull_a_doubtful_table_to_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.lognormal(2.0, 1.0, (4, 5))
    doubtful = truth * rng.lognormal(0.0, 0.3, truth.shape)
    fit = reconcile(doubtful, np.full(truth.shape, 0.5), _sums(truth, 1e-4))
    np.testing.assert_allclose(fit.flows.sum(axis=0), truth.sum(axis=0), rtol=2e-3)
    np.testing.assert_allclose(fit.flows.sum(axis=1), truth.sum(axis=1), rtol=2e-3)
    assert np.all(fit.flows >= 0)


def test_of_two_contradicting_figures_the_better_graded_wins() -> None:
    # One cell of 100 t, doubtful by 100 t; claims of 120 t within 1 t and of 60 t within 10 t. Weighted mean by hand:
    # (100/100^2 + 120/1 + 60/10^2) / (1/100^2 + 1 + 1/10^2) = 119.40.
    one = np.ones((1, 1))
    fit = reconcile(100 * one, one, [Claim("good", one, 120.0, 1.0), Claim("poor", one, 60.0, 10.0)])
    assert fit.flows[0, 0] == pytest.approx((0.01 + 120 + 0.6) / (0.0001 + 1 + 0.01))
    assert fit.fitted == (pytest.approx(fit.flows[0, 0]),) * 2


def test_a_cell_without_evidence_stays_empty_and_none_goes_below_zero() -> None:
    prior = np.array([[50.0, 0.0], [50.0, 50.0]])
    first = np.array([[1.0, 1.0], [0.0, 0.0]])
    fit = reconcile(prior, np.full((2, 2), 0.5), [Claim("row", first, -40.0, 1.0)])
    assert fit.flows[0, 1] == 0.0
    assert fit.flows[0, 0] == pytest.approx(0.0, abs=1e-6)


def test_margin_claims_are_sums_of_rows_and_of_columns() -> None:
    table = np.array([[1.0, 2.0], [3.0, 4.0]])
    rows = row_claims("output", ["a", "b"], np.array([6.0, 0.0]), np.array([0.1, 0.1]))
    columns = column_claims("use", ["c", "d"], np.array([4.0, 12.0]), np.array([1e-3, 1e-3]))
    assert [claim.name for claim in rows] == ["output a"]  # no figure, no claim
    fit = reconcile(table, np.ones((2, 2)), columns)
    np.testing.assert_allclose(fit.flows.sum(axis=0), [4.0, 12.0], rtol=1e-3)


def test_a_cell_keeps_its_grade_only_near_its_figure() -> None:
    # Grade B is trusted to 5 %: two of its errors reach from 100 t to 110 t. A cell without a figure is E.
    prior = np.array([100.0, 100.0, 0.0, 100.0])
    fitted = np.array([109.0, 112.0, 5.0, 90.0])
    assert list(regraded(prior, fitted, np.array(["B", "B", "B", "C"]))) == ["B", "E", "E", "C"]


@given(st.integers(0, 2**32 - 1))
def test_the_bounded_fit_is_what_a_general_solver_finds(seed: int) -> None:
    from scipy.optimize import lsq_linear

    from orepact.network.balance import _nearest

    rng = np.random.default_rng(seed)
    cells = rng.uniform(0.1, 1.0, 12)
    sums = rng.lognormal(0.0, 1.0, (4, 12))
    missed = rng.normal(-15.0, 10.0, 4)
    system = np.vstack([np.diag(1 / cells), sums])
    general = lsq_linear(
        system, np.concatenate([np.zeros(12), missed]), bounds=(-1.0, np.inf), method="bvls", tol=1e-14
    )
    np.testing.assert_allclose(_nearest(cells, sums, missed), general.x, atol=1e-6)

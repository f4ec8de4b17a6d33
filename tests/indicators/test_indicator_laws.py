"""What holds whatever the figures: no unit, no order of countries, bounds that hold, and a gap that is never a zero."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orepact.errors import MissingData
from orepact.indicators import (
    geopolrisk,
    geopolrisk_all,
    hhi,
    hhi_bounds,
    look_through,
    n_minus_1,
    net_import_reliance,
    partner_test,
    supply_risk,
    top_share,
    weighted_hhi,
)

amounts = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=20)
scales = st.floats(1e-3, 1e6)
seeds = st.integers(0, 2**32 - 1)


@given(amounts, scales, st.randoms(use_true_random=False))
def test_concentration_knows_no_unit_and_no_order(values: list[float], scale: float, chance: object) -> None:
    mixed = [scale * value for value in values]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert hhi(mixed) == pytest.approx(hhi(values), rel=1e-9)
    assert top_share(mixed, 2) == pytest.approx(top_share(values, 2), rel=1e-9)
    assert n_minus_1(mixed).covered == pytest.approx(n_minus_1(values).covered, abs=1e-12)


@given(amounts)
def test_hhi_lies_between_equal_shares_and_one(values: list[float]) -> None:
    assert 1 / len(values) - 1e-12 <= hhi(values) <= 1 + 1e-12
    assert top_share(values, 1) ** 2 - 1e-12 <= hhi(values) <= top_share(values, 1) + 1e-12


@given(amounts, amounts)
def test_however_the_others_are_spread_the_bounds_hold(named: list[float], others: list[float]) -> None:
    true = hhi(named + others)
    wide = hhi_bounds(named, sum(others))
    narrow = hhi_bounds(named, sum(others), largest_other=max(others))
    assert wide.low - 1e-12 <= true <= narrow.high + 1e-9
    assert narrow.high <= wide.high + 1e-9


@given(amounts, st.data())
def test_an_amount_that_is_missing_is_never_a_zero(values: list[float], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(values) - 1))
    values[at] = math.nan
    for function in (hhi, top_share, n_minus_1):
        with pytest.raises(MissingData, match="a figure is missing"):
            function(values)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6), scales)
def test_reliance_knows_no_unit_and_is_at_most_one(made: float, bought: float, sold: float, scale: float) -> None:
    found = net_import_reliance(made, bought, sold, 0.0)
    assume(not math.isnan(found) and made + bought - sold > 1e-6 * (made + bought))
    assert found <= 1 + 1e-9
    assert net_import_reliance(scale * made, scale * bought, scale * sold, 0.0) == pytest.approx(
        found, rel=1e-6, abs=1e-9
    )


def _market(seed: int, gaps: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series, list[str]]:
    """A random year of output, trade and risk, with some figures missing."""
    rng = np.random.default_rng(seed)
    countries = [f"C{number:02d}" for number in range(7)]
    minerals = ["a", "b", "c"]
    output = pd.DataFrame(
        [(mineral, country) for mineral in minerals for country in countries], columns=["mineral", "country"]
    )
    output["value"] = rng.lognormal(2, 2, len(output))
    output = output[rng.random(len(output)) < 0.6].reset_index(drop=True)
    pairs = [
        (mineral, exporter, importer)
        for mineral in minerals[: rng.integers(2, 4)]
        for exporter in countries
        for importer in countries
        if exporter != importer
    ]
    trade = pd.DataFrame(pairs, columns=["mineral", "exporter", "importer"])
    trade["value"] = rng.lognormal(2, 2, len(trade)) * (rng.random(len(trade)) < 0.9)
    trade = trade[rng.random(len(trade)) < 0.5].reset_index(drop=True)
    risk = pd.Series(rng.random(len(countries)), countries)
    for values in (output["value"], trade["value"], risk):
        values[rng.random(len(values)) < gaps] = np.nan
    return output, trade, risk, countries


def _one(output: pd.DataFrame, trade: pd.DataFrame, risk: pd.Series, mineral: str, importer: str):
    """The cell by the single function; None where it cannot tell."""
    made = output[output["mineral"] == mineral].set_index("country")["value"]
    flows = trade[trade["mineral"] == mineral]
    bought = flows[flows["importer"] == importer].set_index("exporter")["value"]
    if flows.empty:
        return None
    try:
        return geopolrisk(made, bought, float(made.get(importer, 0.0)), risk)
    except MissingData:
        return None


@given(seeds, st.sampled_from([0.0, 0.1, 0.4]))
def test_all_cells_at_once_are_the_single_function_in_every_cell(seed: int, gaps: float) -> None:
    output, trade, risk, countries = _market(seed, gaps)
    table = geopolrisk_all(output, trade, risk, importers=countries)
    assert len(table) == len(countries) * len(set(output["mineral"]) | set(trade["mineral"]))
    for row in table.itertuples():
        one = _one(output, trade, risk, str(row.mineral), str(row.importer))
        if one is None:
            assert math.isnan(row.score)
            assert math.isnan(row.hhi)
            assert row.missing
        else:
            assert (row.hhi, row.import_risk, row.score) == pytest.approx(
                (one.hhi, one.import_risk, one.score), rel=1e-12
            )
            assert row.missing == ""


@given(seeds)
def test_dropping_inputs_never_changes_a_score_but_to_cannot_tell(seed: int) -> None:
    output, trade, risk, countries = _market(seed)
    whole = geopolrisk_all(output, trade, risk, importers=countries)
    rng = np.random.default_rng(seed)
    for values in (output["value"], trade["value"], risk):
        values[rng.random(len(values)) < 0.15] = np.nan
    less = geopolrisk_all(output, trade, risk, importers=countries)
    told = less["score"].notna()
    np.testing.assert_array_equal(less.loc[told, "score"], whole.loc[told, "score"])
    assert (less.loc[~told, "missing"] != "").all()


@given(seeds, scales)
def test_geopolrisk_knows_no_unit_and_no_order(seed: int, scale: float) -> None:
    output, trade, risk, countries = _market(seed)
    one = geopolrisk_all(output, trade, risk, importers=countries)
    mixed = geopolrisk_all(
        output.sample(frac=1, random_state=1).assign(value=lambda table: scale * table["value"]),
        trade.sample(frac=1, random_state=2).assign(value=lambda table: scale * table["value"]),
        risk.sample(frac=1, random_state=3),
        importers=countries,
    )
    np.testing.assert_allclose(mixed["score"], one["score"], rtol=1e-9)


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=12), seeds)
def test_worse_governance_never_lowers_supply_risk(values: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    shares = pd.Series(values) / sum(values)
    governance = pd.Series(rng.uniform(0, 9, len(values)))
    found = supply_risk(shares, shares, governance, None, 0.5, 0.1, 0.9)
    assert supply_risk(shares, shares, governance + 1, None, 0.5, 0.1, 0.9).value >= found.value
    order = rng.permutation(len(values))
    assert weighted_hhi(shares[order], governance[order[::-1]]) == pytest.approx(
        weighted_hhi(shares, governance), rel=1e-9
    )


@given(seeds, st.integers(1, 8))
def test_every_share_has_an_origin_or_is_unknown(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.random((size, size)) * (rng.random((size, size)) < 0.5)
    begins = rng.random(size)
    left = 0.05 + rng.random(size) * (rng.random(size) < 0.5)
    whole = table.sum(axis=0) + begins + left
    names = [f"C{number}" for number in range(size)]
    found = look_through(pd.DataFrame(table / whole, names, names), pd.Series(begins / whole, names))
    np.testing.assert_allclose(found.low.sum() + found.unknown, 1.0, rtol=1e-9)
    assert (found.low.to_numpy() >= 0).all()
    assert (found.high.to_numpy() >= found.low.to_numpy() - 1e-12).all()


@given(st.lists(st.floats(0.1, 100), min_size=7, max_size=7), st.integers(0, 6))
def test_a_year_that_is_missing_leaves_the_other_window_and_no_verdict(values: list[float], gap: int) -> None:
    years = dict(zip(range(2018, 2025), values, strict=True))
    whole = partner_test(years, 2021)
    years[2018 + gap] = math.nan
    less = partner_test(years, 2021)
    if gap == 3:
        assert less.verdict == whole.verdict
    else:
        assert less.verdict == "cannot tell"
        assert str(2018 + gap) in less.missing

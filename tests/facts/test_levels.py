"""The arithmetic of the backtest tables: a row that is not there, two units or words nobody said stop the build."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

from orepact.errors import BadInput

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "data"))

from build_steps.backtest import _last_month, _length
from build_steps.levels import level_of, ratio

ROW = {"form": "tin", "measure": "price", "scope": "Europe", "source": "x", "grade": "B", "note": None}
FIGURES = pd.DataFrame(
    [
        ROW | {"period": "2020", "value": 100.0, "unit": "USD/t", "basis": "press (90-110)"},
        ROW | {"period": "2021", "value": 150.0, "unit": "USD/t", "basis": "press", "note": "+50%"},
        ROW | {"period": "2022", "value": 1.0, "unit": "USD/lb", "basis": "press", "grade": "C"},
        ROW | {"period": "2023", "value": 7.0, "unit": "CNY/t", "basis": "press"},
        ROW | {"period": "2024", "value": -0.2, "unit": "share", "basis": "press", "measure": "price change"},
    ]
)


def _ratio(base: str | None, reading: str, stated: str | None = None) -> tuple[float, float, float, str]:
    levels = [None if where is None else level_of(FIGURES, "episodes", where, "row 2") for where in (base, reading)]
    assert levels[1] is not None
    return ratio(levels[0], levels[1], stated, "row 2")


def test_a_ratio_has_the_range_of_its_levels_and_says_its_arithmetic() -> None:
    low, value, high, words = _ratio("period=2020", "period=2021")
    assert (low, value, high) == pytest.approx((150 / 110, 1.5, 150 / 90))
    assert words == "price, Europe, tin, 2021: 150 USD/t; over price, Europe, tin, 2020: 100 USD/t"


def test_pounds_are_tonnes_and_a_change_is_a_ratio_less_one() -> None:
    assert _ratio("period=2020", "period=2022")[1] == pytest.approx(22.0462, abs=1e-4)
    assert _ratio(None, "period=2024")[1] == pytest.approx(0.8)
    assert _ratio(None, "period=2021", "+50%")[1] == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("base", "reading", "stated", "words"),
    [
        ("period=2019", "period=2021", None, "no row is as it says; found period=2019"),
        ("when=2019", "period=2021", None, "a column does not exist; found 'when'"),
        ("period=2020", "period=2023", None, "two levels have two units"),
        ("period=2020|2023", "period=2021", None, "more than one level is named"),
        (None, "period=2021", None, "there is nothing to compare with"),
        (None, "period=2021", "+60%", "the publisher does not say '+60%'"),
    ],
)
def test_what_cannot_be_worked_out_stops_the_build(
    base: str | None, reading: str, stated: str | None, words: str
) -> None:
    with pytest.raises(BadInput) as caught:
        _ratio(base, reading, stated)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("first", "until", "months", "last"),
    [
        ("2018-04-06", "2018-04-23", 0.56, "2018-04"),
        ("2010-01", "2011-01", 12, "2010-12"),
        ("2025-10-16", "2026-01", 2.53, "2025-12"),
        ("2020-01", None, None, None),
    ],
)
def test_lengths_are_in_months(first: str, until: str | None, months: float | None, last: str | None) -> None:
    assert _length(first, until) == months
    assert _last_month(until) == last

"""Money and counts in words: three figures, nothing below a dollar, no powers of ten, and one country is no countries."""

from __future__ import annotations

import pytest

from orepact.report.numbers import counted, money, money_range


@pytest.mark.parametrize(
    ("usd", "words"),
    [
        (0.0266, "0"), (7.41e-11, "0"), (-0.4, "0"), (0.0, "0"), (1.0, "1"), (-12.4, "-12.4"), (999.6, "1 k"),
        (999_700.0, "1 m"), (340e6, "340 m"), (999.9e6, "1 bn"), (1.234e9, "1.23 bn"), (1.234e12, "1\u2009230 bn"),
        (float("nan"), "cannot tell"),
    ],
)  # fmt: skip
def test_an_amount(usd: float, words: str) -> None:
    assert money(usd) == words


def test_a_range_that_begins_below_a_dollar() -> None:
    assert money_range({"low": 7.41e-11, "high": 1.61e6}) == "0 to 1.61 m"


@pytest.mark.parametrize(("number", "words"), [(0, "0 countries"), (1, "1 country"), (2, "2 countries")])
def test_one_of_a_thing_is_not_said_as_many(number: int, words: str) -> None:
    assert counted(number, "country", "countries") == words

"""A rate of 15 is asked about, and not taken for 1500 %."""

from __future__ import annotations

import pytest

from orepact.api.problems import read_asked
from orepact.api.questions import QUESTIONS
from orepact.errors import BadInput

SHARES = [("price", "cap_rate"), ("duty", "cap_rate"), ("floor", "clawback"), ("compare", "volatility")]


@pytest.mark.parametrize(("name", "field"), SHARES)
@pytest.mark.parametrize("typed", ["15", 15, "15.0"])
def test_a_share_above_one_is_refused_and_asks_what_was_meant(name: str, field: str, typed: object) -> None:
    with pytest.raises(BadInput) as told:
        read_asked(QUESTIONS[name], {field: typed})
    (problem,) = told.value.problems
    assert QUESTIONS[name].field_of(problem) == field
    assert "did you mean 15%? 15 is 1500 %" in problem.wrong


@pytest.mark.parametrize(("name", "field"), SHARES)
@pytest.mark.parametrize(("typed", "share"), [("15%", 0.15), ("0.15", 0.15), (0.15, 0.15), ("1", 1.0), ("100 %", 1.0)])
def test_a_share_is_read_either_way(name: str, field: str, typed: object, share: float) -> None:
    assert getattr(read_asked(QUESTIONS[name], {field: typed}), field) == share


@pytest.mark.parametrize("typed", ["150%", "15%", "0.07", "1", "333.3%"])
def test_the_address_of_an_answer_is_read_back_as_the_same_share(typed: str) -> None:
    asked = read_asked(QUESTIONS["duty"], {"cap_rate": typed})
    again = read_asked(QUESTIONS["duty"], asked.address())
    assert again.cap_rate == asked.cap_rate  # type: ignore[attr-defined]
    assert read_asked(QUESTIONS["duty"], asked.model_dump(mode="json")) == asked

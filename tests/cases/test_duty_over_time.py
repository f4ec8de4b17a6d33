"""A duty that begins after cheap imports and ends after dear ones, in a case: when it is on, what it takes, and no byte while it is off."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

import orepact
from orepact.cases.case_file import read_case
from orepact.cases.path import run
from orepact.cases.path_result import PathResult
from orepact.errors import BadInput, MissingData

BASE = 32_536.0
CHEAP = {
    "kind": "demand_shift", "stage": "refined", "change": -0.15, "from": "2027-03-01", "to": "2027-05-31",
}  # fmt: skip
DEAR = {
    "kind": "demand_shift", "stage": "refined", "change": 0.25, "from": "2027-09-01", "to": "2027-12-31",
}  # fmt: skip


def duty(**fields: Any) -> dict[str, Any]:
    members = ["USA", "EU27", "Japan"]
    terms = {
        "kind": "triggered_duty",
        "importers": members,
        "exempt": members,
        "stage": "refined",
        "reference": 33_000.0,
    }
    return {**terms, "margin": 1_500.0, **fields}


def answer(*instruments: dict[str, Any], **fields: Any) -> PathResult:
    case = {"name": "A duty", "mineral": "tungsten", "start": date(2027, 1, 1), "months": 14, "draws": 20}
    return run({**case, "instruments": list(instruments), **fields})


def on(result: PathResult) -> np.ndarray:
    return result.data["duty_on"].to_numpy()[:, :, 0].astype(bool)


@pytest.fixture(scope="module")
def moving() -> PathResult:
    return answer(duty(), CHEAP, DEAR)


def test_it_begins_after_a_cheap_period_holds_in_between_and_ends_after_a_dear_one(moving: PathResult) -> None:
    price, state = moving.data["import_price"].to_numpy()[:, :, 0], on(moving)
    assert price[:, 0] == pytest.approx(BASE, rel=1e-3)
    # The base lies 464 below the reference, less than the margin: it starts after the fall in demand, and not before.
    assert not state[:, :3].any()
    assert state[:, 3:8].mean() > 0.8
    assert not state[:, -1].all()
    before = np.zeros(len(state), dtype=bool)
    for period in range(1, state.shape[1]):
        seen = price[:, period - 1]
        expected = np.where(before, seen < 33_000.0 + 1_500.0, seen <= 33_000.0 - 1_500.0)
        np.testing.assert_array_equal(state[:, period], expected)
        before = expected


def test_it_is_paid_in_the_draws_and_periods_in_which_it_is_on_and_in_no_others(moving: PathResult) -> None:
    named = [at for at, name in enumerate(moving.data["payment"].to_numpy()) if str(name).startswith("reference price")]
    assert named
    paid = moving.data["paid"].to_numpy()[:, :, named].sum(axis=2)
    price = moving.data["import_price"].to_numpy()[:, :, 0]
    assert not paid[~on(moving)].any()
    assert (paid[on(moving) & (price < 0.99 * 33_000.0)] > 0).all()
    assert moving.summary()["certificate"]["max_balance"] <= 1e-9


def test_a_duty_that_never_starts_changes_no_byte_and_makes_no_difference() -> None:
    idle, none = answer(duty(margin=30_000.0), CHEAP), answer(CHEAP)
    for name, values in none.data.items():
        if name != "in_force":
            assert values.to_numpy().tobytes() == idle.data[name].to_numpy().tobytes(), name
    assert "duty_on" not in none.data
    assert not any("duties" in each for each in none.summary()["periods"])
    given = {"name": "A duty", "mineral": "tungsten", "start": date(2027, 1, 1), "months": 4, "draws": 10}
    found = orepact.diff({**given, "instruments": [duty(margin=30_000.0)]}, {**given, "instruments": []})
    assert found.same


def test_one_that_is_always_on_is_the_duty_without_a_trigger() -> None:
    lifted = {"reference": 40_000.0, "margin": 0.0}
    plain = {key: value for key, value in duty(**lifted).items() if key != "margin"} | {"kind": "reference_duty"}
    always, simple = answer(duty(**lifted), CHEAP, months=4), answer(plain, CHEAP, months=4)
    assert on(always).all()
    for name, values in simple.data.items():
        assert values.to_numpy().tobytes() == always.data[name].to_numpy().tobytes(), name


def test_it_waits_for_its_first_day_keeps_its_months_and_stops_after_its_last_day() -> None:
    """On at once by the base, which lies below the reference; dear months end it, but not within a year if it is held for one."""
    late = answer(duty(reference=36_000.0, **{"from": "2027-04-01", "to": "2027-07-31"}), months=9)
    assert on(late).all(axis=0).tolist() == [False] * 3 + [True] * 4 + [False] * 2
    held = on(answer(duty(margin=0.0, hold_months=12), CHEAP, DEAR))
    free = on(answer(duty(margin=0.0), CHEAP, DEAR))
    assert not free[:, 11].any()
    assert held[:, :12].all()
    assert not held[:, 12:].any()


def test_a_higher_reference_never_starts_later() -> None:
    low, high = (on(answer(duty(reference=each), CHEAP, months=6)) for each in (32_600.0, 33_500.0))
    assert (high >= low).all()
    assert high.sum() > low.sum()


def test_it_is_told_by_period(moving: PathResult) -> None:
    rows = [each["duties"] for each in moving.summary()["periods"]]
    assert all(len(row) == 1 and set(row[0]) == {"instrument", "on", "import_price"} for row in rows)
    assert [row[0]["on"] for row in rows] == pytest.approx(on(moving).mean(axis=0).tolist())


def test_a_duty_that_cannot_be_one_is_refused() -> None:
    given = {"name": "A duty", "mineral": "tungsten", "start": "2027-01-01", "months": 3, "draws": 10}
    with pytest.raises(BadInput) as caught:
        read_case({**given, "instruments": [duty(below=3, lookback=2, hold_months=0)]})
    assert len(caught.value.problems) == 2
    with pytest.raises(BadInput, match="margin"):
        read_case({**given, "instruments": [{key: each for key, each in duty().items() if key != "margin"}]})
    with pytest.raises(MissingData, match="there is no flow that it covers"):
        run({**given, "instruments": [duty(importers=["Iceland"], exempt=[])]})

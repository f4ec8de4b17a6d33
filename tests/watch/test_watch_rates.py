"""What is published on false alarms and delays is what the code gives, and holds on other draws."""

from __future__ import annotations

from math import isclose

import pytest

from orepact.watch.no_change import frequencies
from orepact.watch.performance import ALARM_SHARE, BY_NAME, detection, interval, of_controls, rate, rate_record
from orepact.watch.published import described, stored
from orepact.watch.screens import SCREENS

EVERY = [(each.name, frequency) for each in SCREENS for frequency in frequencies(each.name)]
FAR = 1e-5
"""Chance that a rate that holds would be missed by as much; over all screens together less than 1 in 4 000."""


def published(name: str, frequency: str) -> dict[str, float]:
    (found,) = [row for row in stored()["rates"] if (row["screen"], row["frequency"]) == (name, frequency)]
    return found  # type: ignore[no-any-return]


def test_every_screen_has_a_published_rate() -> None:
    assert sorted(EVERY) == sorted((row["screen"], row["frequency"]) for row in stored()["rates"])
    assert all(each["false_alarms"] for each in described())


@pytest.mark.parametrize(("name", "frequency"), [("variance-collapse", "monthly"), ("share-loss", "annual")])
def test_a_published_rate_is_worked_out_again(name: str, frequency: str) -> None:
    assert rate_record(rate(name, frequency)) == published(name, frequency)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "frequency"), EVERY)
def test_screens_are_silent_at_the_published_rate_on_other_draws(name: str, frequency: str) -> None:
    from scipy import stats

    told = published(name, frequency)
    fresh = rate(name, frequency, draws=400, seed=99)  # type: ignore[arg-type]
    table = [[fresh.fired, fresh.drawn - fresh.fired], [told["fired"], told["drawn"] - told["fired"]]]
    assert stats.fisher_exact(table).pvalue > FAR


def test_the_interval_is_clopper_and_pearsons() -> None:
    low, high = interval(3, 20)
    assert isclose(low, 0.0321, abs_tol=1e-4)
    assert isclose(high, 0.3789, abs_tol=1e-4)
    assert interval(0, 10)[0] == 0.0
    assert interval(10, 10)[1] == 1.0


def test_a_change_is_seen_more_often_than_no_change() -> None:
    rows = {(row["change"], row["screen"]): row for row in stored()["detection"]["rows"]}
    for change, screen in (
        ("shift", "cumulative-fall"),
        ("drift", "below-reference"),
        ("calm", "variance-collapse"),
        ("surge", "import-surge"),
    ):
        assert rows[change, screen]["seen"] > 3 * max(rows["none", screen]["seen"], ALARM_SHARE)


def test_a_small_part_of_the_delays_is_worked_out_again() -> None:
    rows = detection(count=12, nulls=40)
    seen = {(row["change"], row["screen"]): row["seen"] for row in rows}
    assert seen["calm", "variance-collapse"] >= 0.8
    assert seen["surge", "import-surge"] >= 0.5
    assert seen["calm", "below-reference"] <= 0.5


def test_every_dated_control_has_an_answer_or_a_reason() -> None:
    rows = of_controls()
    assert len({(row["mineral"], row["since"]) for row in rows}) >= 25
    assert all(row["missing"] for row in rows if row["state"] == "cannot tell")
    assert all(row["words"] and row["p"] is not None for row in rows if row["state"] != "cannot tell")
    assert {row["screen"] for row in rows} <= set(BY_NAME)
    (laos,) = [row for row in rows if row["mineral"] == "bauxite" and row["screen"] == "new-transit"]
    assert laos["state"] == "lead"
    assert "Laos" in laos["words"]

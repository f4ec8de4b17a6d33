"""Back-tests: episodes become cases with their days, outcomes are read as they were seen, and the page is that of today."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from orepact import facts
from orepact.cases import backtest as room
from orepact.cases.backtest import Backtest, Row, Told, backtest, case_of
from orepact.cases.past import PAST
from orepact.network import network
from orepact.policy import CapacityGrowth, CapacityLoss, DemandShift, ExportCut
from orepact.report.backtest_text import markdown

DOCS = Path(__file__).parents[2] / "docs"


def episode(name: str) -> facts.Episode:
    return next(each for each in facts.episodes() if each.id == name)


def observed(**fields: Any) -> facts.Observed:
    usual = {
        "quantity": "price_abroad", "place": "abroad", "from_month": "2024-09", "to_month": "2025-01", "over": 0.0, "against": "base",
        "value": 1.5, "low": 1.5, "high": 1.5, "basis": "", "source": "", "grade": "A", "note": None,
    }  # fmt: skip
    return facts.Observed(**{**usual, **fields})


def having(series: np.ndarray) -> SimpleNamespace:
    """A result whose price is a series."""

    def price(*countries: object, **groups: object) -> np.ndarray:
        assert countries is not None
        assert groups is not None
        return series

    return SimpleNamespace(price=price)


def row(median: float, least: float, most: float, **fields: Any) -> Row:
    return Row("antimony_2024", observed(**fields), median, least, most)


def test_events_take_place_on_their_days() -> None:
    case = case_of(episode("cobalt_drc_2025"), network("cobalt", 2024))
    stop, quota, *_ = case.instruments
    assert isinstance(stop.instrument, ExportCut)
    assert stop.instrument.cut == 1.0
    # The stop of 22 February ran until the quota took over in the middle of October.
    assert stop.first is not None
    assert stop.first.month == 2
    assert quota.first is not None
    assert quota.first.month == 10
    assert stop.last is not None
    assert (quota.first - stop.last).days == 1
    assert case.months == episode("cobalt_drc_2025").months


def test_every_kind_of_event_becomes_an_instrument() -> None:
    kinds = {type(each.instrument) for name in ("lithium_cycle_2022", "magnesium_2021", "nickel_ban_2019")
             for each in case_of(episode(name), network(episode(name).mineral, 2024)).instruments}  # fmt: skip
    assert kinds == {ExportCut, CapacityLoss, CapacityGrowth, DemandShift}


def test_a_series_is_read_at_its_month_over_its_months_and_is_one_before_it_begins() -> None:
    series = np.array([[1.0, 2.0, 3.0, 4.0]])
    assert room._reading(series, 2, 0.0)[0] == 3.0
    assert room._reading(series, 3, 3.0)[0] == 3.0
    assert room._reading(series, 0, 2.0)[0] == 1.0
    assert room._reading(series, -5, 12.0)[0] == 1.0


def test_a_quote_of_a_day_in_the_month_in_which_it_begins_is_one_of_before() -> None:
    draws = np.linspace(1.0, 2.0, 11)[:, None] * np.ones((1, 10))
    result = having(draws)
    found = room._row(episode("antimony_2024"), observed(), result)  # type: ignore[arg-type]
    assert (found.low, found.median, found.high) == pytest.approx((1.1, 1.5, 1.9))
    peak = np.array([[1.0, 4.0, 2.0, 2.0, 2.0]])
    fallen = room._row(
        episode("antimony_2024"),
        observed(against="peak", from_month="2024-10", to_month="2024-12"),
        having(peak),  # type: ignore[arg-type]
    )
    assert fallen.median == pytest.approx(0.5)


def test_coverage_counts_what_lies_inside_of_what_can_be_told() -> None:
    rows = (
        row(1.4, 1.2, 1.6),
        row(1.4, 1.6, 1.7),
        row(0.9, 0.8, 0.95),
        row(float("nan"), float("nan"), float("nan")),
        row(1.1, 1.0, 1.3, value=1.45, low=1.25, high=1.6),
    )
    told = Told(episode("antimony_2024"), 2023, rows)
    found = Backtest((told,))
    assert [each.inside for each in rows] == [True, False, False, False, True]
    assert found.coverage() == pytest.approx(2 / 4)
    assert found.summary()["right_way"] == pytest.approx(3 / 4)
    assert found.summary()["episodes"][3]["median"] is None


def test_an_episode_without_a_table_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LATEST", 2000)
    told = room.told_of(SimpleNamespace(id="x", mineral="antimony", base_year=2000), 10, 1)  # type: ignore[arg-type]
    assert told.rows == ()
    assert told.missing is not None
    assert "there is no output by country" in told.missing


@pytest.mark.slow
def test_episodes_of_ones_own_run_from_the_command_line(tmp_path: Path) -> None:
    text = (DOCS / "backtest-format.md").read_text(encoding="utf-8")
    file = tmp_path / "mine.yaml"
    file.write_text(text.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    command = [sys.executable, "-m", "orepact", "backtest", "--episodes", str(file), "--draws", "10", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    answer = json.loads(done.stdout)
    assert set(answer) >= {"episodes", "coverage"}
    assert set(answer["episodes"][0]) >= {"id", "observed", "median", "low", "high", "inside"}


def test_what_every_answer_says_of_the_past_is_what_the_page_of_the_back_test_says() -> None:
    text = (DOCS / "backtest.md").read_text(encoding="utf-8")
    assert f"**{PAST.inside} of {PAST.outcomes} outcomes lie within the 80 % range;" in text
    verdicts = [line.rsplit("|", 2)[1].strip() for line in text.splitlines() if re.match(r"\| \w+_\d{4} \|", line)]
    assert (verdicts.count("inside"), len(verdicts)) == (PAST.inside, PAST.outcomes)


@pytest.mark.slow
def test_the_page_is_that_of_today() -> None:
    text = (DOCS / "backtest.md").read_text(encoding="utf-8")
    found = backtest()
    inside, told = sum(each.inside for each in found.rows), sum(each.told for each in found.rows)
    right = sum(each.right_way for each in found.rows)
    assert markdown(found) in text
    assert (PAST.inside, PAST.outcomes) == (inside, told)
    assert (
        f"**{inside} of {told} outcomes lie within the 80 % range; {right} moved to the side that the model says.**"
        in text
    )
    assert {each.episode.id for each in found.told} == {each.id for each in facts.episodes()}


def test_a_case_of_an_episode_starts_on_the_first_of_its_month() -> None:
    case = case_of(episode("antimony_2024"), network("antimony", 2023))
    assert case.start == date(2024, 9, 1)
    first = case.instruments[0]
    assert first.first == date(2024, 9, 15)

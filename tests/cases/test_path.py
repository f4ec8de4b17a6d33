"""Cases in time: read from files, put together by dates, and worked out; the faults of a file all at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import yaml

import orepact
from orepact.cases.case_file import read_case
from orepact.cases.path import run
from orepact.cases.path_case import PathCase
from orepact.errors import BadInput
from orepact.policy import ExportCut, LicenceDelay, NewProject

CASE = {
    "name": "A stop",
    "mineral": "gallium",
    "start": date(2025, 1, 1),
    "months": 6,
    "draws": 20,
    "instruments": [
        {"kind": "export_cut", "origins": ["China"], "stage": "refined", "from": "2025-02-15", "to": "2025-04-30"}
    ],
}


def changed(**fields: object) -> dict[str, object]:
    return {**CASE, **fields}


def instruments(*rows: dict[str, object]) -> dict[str, object]:
    return changed(instruments=list(rows))


def cut(**fields: object) -> dict[str, object]:
    return {"kind": "export_cut", "origins": ["China"], "stage": "refined", **fields}


def test_a_case_reads_names_and_days_and_writes_itself_back(tmp_path: Path) -> None:
    case = read_case(CASE)
    (timed,) = case.instruments
    assert (timed.instrument.origins, timed.first, timed.last) == (("CHN",), date(2025, 2, 15), date(2025, 4, 30))  # type: ignore[attr-defined]
    file = tmp_path / "case.yaml"
    file.write_text(case.to_yaml(), encoding="utf-8")
    assert read_case(file) == case
    assert read_case(file).hash == case.hash


def test_an_instrument_acts_with_the_share_of_a_period_that_it_covers() -> None:
    case = read_case(CASE)
    cuts = [[each.cut for each in case.in_force(*period)] for period in case.periods]  # type: ignore[attr-defined]
    # 14 of the 28 days of February, all of March and April.
    assert cuts == [[], [pytest.approx(0.5)], [1.0], [1.0], [], []]


def test_two_cuts_that_follow_each_other_within_a_month_are_added() -> None:
    case = read_case(instruments(cut(cut=1.0, to="2025-01-15"), cut(cut=0.5, **{"from": "2025-01-16"})))
    first = case.in_force(*case.periods[0])
    assert [each.cut for each in first] == [pytest.approx((15 * 1.0 + 16 * 0.5) / 31)]  # type: ignore[attr-defined]


def test_what_is_switched_off_is_kept_and_not_in_force() -> None:
    case = read_case(instruments(cut(active=False)))
    assert case.in_force(*case.periods[0]) == ()
    assert "active: false" in case.to_yaml()


def test_a_licence_delay_holds_up_its_own_days_only() -> None:
    delay = {"kind": "licence_delay", "origins": ["CHN"], "stage": "refined", "days": 45, "from": "2025-01-01"}
    case = read_case(instruments(delay))
    held = [case.in_force(*period) for period in case.periods]
    assert [len(each) for each in held] == [1, 1, 0, 0, 0, 0]
    assert isinstance(held[1][0], LicenceDelay)
    assert held[1][0].days == pytest.approx(45 - 31)


def test_a_project_waits_for_its_lead_time_and_then_ramps_up() -> None:
    project = {
        "kind": "new_project", "country": "CHN", "stage": "refined", "capacity": 120.0, "lead_months": 2, "ramp_months": 2,
    }  # fmt: skip
    case = read_case(instruments(project))
    found = [case.in_force(*period) for period in case.periods]
    ramps = [each[0].ramp if each else 0.0 for each in found]  # type: ignore[attr-defined]
    assert ramps[:2] == [0.0, 0.0]
    assert 0 < ramps[2] < ramps[3] < 1
    assert ramps[4:] == [1.0, 1.0]
    assert isinstance(found[5][0], NewProject)
    assert found[5][0].capacity == pytest.approx(120.0 / 12)


def test_a_case_in_time_is_worked_out_certified_and_labelled(tmp_path: Path) -> None:
    result = orepact.run(CASE)
    abroad = np.median(result.price(("CHN",), outside=True), axis=0)
    assert abroad[0] == pytest.approx(1.0)
    assert abroad[1] < abroad[2] < abroad[3]
    assert abroad[5] < abroad[3]
    answer = result.summary()
    assert answer["certificate"]["max_balance"] <= 1e-9
    assert answer["certificate"]["solved"] == 6 * 20
    assert [len(each["in_force"]) for each in answer["periods"]] == [0, 1, 1, 1, 0, 0]
    assert set(result.periods_frame()) >= {"from", "price_median", "price_abroad_low", "unserved_t_high"}
    file = tmp_path / "case.nc"
    result.save(file)
    assert file.stat().st_size > 1000
    again = run(CASE)
    for name, values in result.data.items():
        assert values.to_numpy().tobytes() == again.data[name].to_numpy().tobytes(), name


def test_a_first_period_of_a_year_is_close_to_the_answer_without_time() -> None:
    """Only stocks that are bought (by home producers, whose price falls) differ: here they take their time."""
    still = orepact.shock("gallium", origin="CHN", stage="refined", cut=0.6, months=12, draws=20, seed=3)
    moving = run(changed(months=12, step=12, seed=3, instruments=[cut(cut=0.6)]))
    np.testing.assert_allclose(
        moving.price(("CHN",), outside=True)[:, 0], still.data["price_abroad"].to_numpy(), rtol=0.02
    )


def test_money_of_a_case_is_paid_and_received() -> None:
    result = run(instruments(cut(cut=0.5), {"kind": "tariff", "importers": ["USA"], "stage": "refined", "rate": 0.1}))
    frame = result.payments_frame()
    assert set(frame["instrument"]) == {"exports of CHN, refined", "tariff of USA, refined"}
    assert set(frame.loc[frame["instrument"] == "tariff of USA, refined", "receiver"]) == {"treasury USA"}
    assert (frame["usd_median"] > 0).all()


def test_a_project_that_may_fail_is_there_in_its_share_of_the_draws() -> None:
    project = {
        "kind": "new_project", "country": "USA", "stage": "refined", "capacity": 60.0, "success": 0.5,
    }  # fmt: skip
    result = run(changed(draws=100, months=2, instruments=[project], mineral="rare earths"))
    sure = run(changed(draws=100, months=2, instruments=[{**project, "success": 1.0}], mineral="rare earths"))
    none = run(changed(draws=100, months=2, instruments=[], mineral="rare earths"))
    prices, built, without = (each.price()[:, 1] for each in (result, sure, none))
    like_built = np.isclose(prices, built, rtol=1e-9)
    assert 0.3 < like_built.mean() < 0.7
    np.testing.assert_allclose(prices[~like_built], without[~like_built], rtol=1e-7)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (changed(mineral="galium"), "there is no mineral"),
        (changed(colour="red"), "there is no"),
        (changed(months=7, step=3), "are a multiple"),
        (changed(start="tomorrow"), "a day like 2025-10-01"),
        (instruments({"kind": "export_cat"}), "there is no kind of instrument of that name"),
        (instruments({"stage": "refined"}), "there is no kind of instrument"),
        (instruments(cut(cutt=0.5)), "did you mean cut"),
        (instruments(cut(cut=1.5)), "less than or equal to 1"),
        (instruments(cut(origins=["Chinna"])), "instruments, 1, export_cut, origins"),
        (instruments(cut(**{"from": "2025-03-01", "to": "2025-02-01"})), "on or after 2025-03-01"),
        (instruments(cut(cut=0.5), cut(cut=0.4)), "in force twice"),
        (changed(instruments="none"), "a list is needed"),
    ],
)
def test_a_case_that_cannot_be_one_says_what_is_wrong(given: dict[str, object], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_case(given)


def test_all_faults_of_a_case_are_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    rows = [{"kind": "cut"}, cut(cut=2)]
    bad = {"name": "x", "mineral": "unobtainium", "months": 0, "instruments": rows}
    file.write_text(yaml.safe_dump(bad), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_case(file)
    assert len(caught.value.problems) >= 4
    assert "bad.yaml" in str(caught.value)
    with pytest.raises(BadInput, match="there is no such file"):
        read_case(tmp_path / "none.yaml")


def test_the_example_of_the_page_runs() -> None:
    text = (Path(__file__).parents[2] / "docs" / "cases.md").read_text(encoding="utf-8")
    block = text.split("```yaml\n")[1].split("```")[0]
    case = PathCase.model_validate({**dict(read_case(yaml.safe_load(block))), "draws": 10, "months": 3})
    assert any(isinstance(each.instrument, ExportCut) for each in case.instruments)
    assert run(case).summary()["certificate"]["failed"] == 0

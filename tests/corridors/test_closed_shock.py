"""A stop and a closed strait together: one market, one case, and the same answer wherever it is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

import orepact
from orepact.cases import shock as plain
from orepact.cases.replay import replay
from orepact.cli.app import app
from orepact.corridors.closed_shock import closure_records, shock
from orepact.errors import UnknownName
from orepact.report.shock_text import remarks
from orepact.web.app import create_app

DRAWS = 10


@pytest.fixture(scope="module")
def both() -> orepact.cases.ShockResult:
    return shock("magnesium", origin="CHN", cut="50%", close="suez", draws=DRAWS)


def test_nothing_closed_is_the_plain_shock_with_its_hash() -> None:
    ours, theirs = shock("magnesium", origin="CHN", draws=DRAWS), plain("magnesium", origin="CHN", draws=DRAWS)
    assert ours.case == theirs.case
    assert ours.case.hash == theirs.case.hash
    assert "beside" not in ours.case.to_yaml()
    assert ours.data.equals(theirs.data)
    assert orepact.shock is shock


def test_a_closed_strait_beside_a_stop_makes_it_dearer(both: orepact.cases.ShockResult) -> None:
    alone = plain("magnesium", origin="CHN", cut="50%", draws=DRAWS)
    assert both.case.closed == ("suez",)
    assert {each["kind"] for each in both.case.beside} == {"corridor_closure"}
    dearer = both.summary()["price_abroad"]["median"], alone.summary()["price_abroad"]["median"]
    assert dearer[0] > dearer[1]
    assert both.case.hash != alone.case.hash


def test_it_says_so_in_words(both: orepact.cases.ShockResult) -> None:
    assert "with Suez Canal closed" in both.summary()["question"]
    assert any("Suez Canal" in each and "records" in each for each in remarks(both))


def test_it_replays_from_a_file_without_the_routes(
    both: orepact.cases.ShockResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orepact.corridors import sea

    both.save(tmp_path / "both.nc")

    def no_sea() -> None:
        raise AssertionError("the routes were asked for")

    monkeypatch.setattr(sea, "sea", no_sea)
    assert replay(tmp_path / "both.nc").same


def test_a_passage_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(UnknownName, match="did you mean suez"):
        shock("magnesium", origin="CHN", close="suezz", draws=DRAWS)


def test_records_of_nothing_closed_are_none() -> None:
    assert closure_records("magnesium", ()) == ()


def test_command_page_and_api_say_the_same(both: orepact.cases.ShockResult) -> None:
    asked = [
        "shock",
        "-m",
        "magnesium",
        "--from",
        "CHN",
        "--cut",
        "50%",
        "--close",
        "suez",
        "--draws",
        str(DRAWS),
        "--json",
    ]
    told = json.loads(CliRunner().invoke(app, asked).output)
    client = TestClient(create_app(), base_url="http://127.0.0.1")
    where = f"mineral=magnesium&origin=CHN&cut=50%25&close=suez&draws={DRAWS}"
    sent = client.get(f"/api/v1/shock?{where}").json()
    assert told["case"]["hash"] == sent["case"]["hash"] == both.case.hash
    assert sent["case"]["closed"] == ["suez"]
    page = client.get(f"/shock?{where}")
    assert page.status_code == 200
    assert "With Suez Canal closed for the same months" in page.text
    assert 'name="close"' in page.text
    assert "--close suez" in page.text

"""A workbench asked from Python: the same calls, the same answers, the same errors; over a real server of this process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
import uvicorn

import orepact
from orepact.api.jobs.jobs import Jobs
from orepact.api.media import strict
from orepact.api.questions import QUESTIONS
from orepact.errors import BadInput, MissingData, NotFetched, NotSolved, UnknownName
from orepact.remote.wire import error_from
from orepact.web.app import create_app

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    jobs = Jobs.in_folder(tmp_path_factory.mktemp("jobs"), QUESTIONS)
    assert jobs.open()
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(jobs=jobs), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()
    jobs.close()


@pytest.fixture
def there(address: str) -> Iterator[Any]:
    with orepact.remote(address) as found:
        yield found


def test_a_shock_is_that_of_the_function(there: Any) -> None:
    far = there.shock("gallium", origin=["CHN"], draws=40, seed=2)
    near = orepact.shock("gallium", origin=["CHN"], draws=40, seed=2)
    assert far.summary() == strict(near.summary())
    pd.testing.assert_frame_equal(far.losses_frame(), near.losses_frame(), check_dtype=False)
    assert far.to_csv() == near.to_csv()


def test_all_other_questions_are(there: Any) -> None:
    assert there.scoreboard("EU27", materials="cobalt").summary() == strict(
        QUESTIONS["scoreboard"].record(orepact.scoreboard("EU27", materials="cobalt"))
    )
    assert there.backtest(only=["magnesium_2021"], draws=20).summary() == strict(
        orepact.backtest(only=["magnesium_2021"], draws=20).summary()
    )
    case = {"name": "x", "mineral": "gallium", "start": "2026-01-01", "months": 2, "draws": 10}
    assert there.run(case).summary() == strict(orepact.run(case).summary())
    assert there.diff(case, {**case, "name": "y"}).summary() == strict(
        orepact.diff(case, {**case, "name": "y"}).summary()
    )
    assert set(there.gallery()) == set(orepact.gallery())


def test_facts_come_in_pages_and_as_tables(there: Any) -> None:
    first = there.facts("production", mineral="cobalt", where="stage=mine", limit=3)
    told = first.summary()
    assert told["total"] > 3
    assert len(told["rows"]) == 3
    assert told["next"].startswith("/api/v1/facts/production?")
    assert "offset=3" in told["next"]
    frame = first.frame()
    assert set(frame["mineral"]) == {"cobalt"}
    assert set(frame["stage"]) == {"mine"}
    second = there.facts("production", mineral="cobalt", where="stage=mine", limit=3, offset=3).summary()
    assert second["rows"]
    assert not [row for row in second["rows"] if row in told["rows"]]
    tables = there.facts()
    assert set(tables.frame()["table"]) == {row["table"] for row in tables.summary()["tables"]}


def test_a_mineral_and_a_country_are_those_of_the_pages(there: Any) -> None:
    from orepact.api.profile_routes import country_record, mineral_record

    assert there.mineral("cobalt").summary() == strict(mineral_record("cobalt"))
    assert there.country("Democratic Republic of the Congo").summary() == strict(country_record("COD"))
    assert len(there.mineral("cobalt").frame()) > 0
    assert len(there.country("COD").frame()) > 0
    with pytest.raises(UnknownName):
        there.mineral("unobtainium?c=1")


def test_a_saved_answer_is_replayed_there(there: Any, tmp_path: Path) -> None:
    orepact.shock("gallium", origin="CHN", draws=10).save(tmp_path / "a.nc")
    assert there.replay(tmp_path / "a.nc").summary()["same"]
    (tmp_path / "b.nc").write_bytes(b"nothing of the kind")
    with pytest.raises(BadInput, match="no netCDF file"):
        there.replay(tmp_path / "b.nc")


def test_a_job_is_followed_and_answered(there: Any) -> None:
    job = there.job("ladder", mineral="gallium", origin="CHN", draws=10, months=2)
    told = list(job.events())
    assert told[-1]["state"] == "done"
    assert job.wait().summary() == strict(orepact.ladder("gallium", origin="CHN", draws=10, months=2).summary())
    assert there.job_of(job.id).answer().frame()["rung"].tolist() == ["L0", "L1", "L4"]
    assert there.jobs()[0].id == job.id


def test_errors_are_those_of_the_functions(there: Any) -> None:
    for call in (
        lambda at: at.shock("galium", origin="CHN"),
        lambda at: at.shock("gallium", origin="CHN", cut="0%"),
        lambda at: at.shock("gallium", origin="CHN", base_year=1990),
        lambda at: at.run({"name": "x"}),
    ):
        with pytest.raises(orepact.OrepactError) as near:
            call(orepact)
        with pytest.raises(type(near.value)) as far:
            call(there)
        said = [str(each) for each in near.value.problems]
        assert [str(each) for each in far.value.problems] == [each.replace("(--", "(") for each in said]
    with pytest.raises(TypeError):
        there.shock("gallium", form="CHN")
    with pytest.raises(AttributeError, match="no question"):
        there.shok("gallium")


def test_every_kind_of_failure_has_its_class() -> None:
    row = {"place": "a", "wrong": "b", "found": "c", "todo": "d"}
    for kind, expected in (("missing_data", MissingData), ("not_solved", NotSolved), ("bad_input", BadInput)):
        assert type(error_from({"error": kind, "problems": [row]})) is expected
    named = {**row, "wrong": "there is no mineral of that name"}
    assert type(error_from({"error": "bad_input", "problems": [named]})) is UnknownName


def test_nobody_there_is_said() -> None:
    with pytest.raises(NotFetched, match="no workbench answers there"):
        orepact.remote("http://127.0.0.1:9").shock("gallium", origin="CHN")
    with pytest.raises(BadInput, match="none of a workbench"):
        orepact.remote("127.0.0.1:8000")
    page = httpx.MockTransport(lambda _: httpx.Response(502, text="<html>"))
    with pytest.raises(NotFetched, match="no answer of a workbench"):
        orepact.remote("http://127.0.0.1:9", transport=page).scoreboard()

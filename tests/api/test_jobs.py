"""Jobs through the API, in one process: the same answer as the function, once a key, cancelled, bounded, refused."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from starlette.testclient import TestClient

import orepact
from orepact.api.jobs import jobs as of_jobs
from orepact.api.jobs.jobs import Jobs
from orepact.api.media import json_bytes
from orepact.api.problems import TooMany
from orepact.api.question import Asked, Question, Steps
from orepact.api.questions import QUESTIONS
from orepact.errors import BadInput, Problem
from orepact.web.app import create_app

URL = "http://127.0.0.1"
JOBS = "/api/v1/jobs"


class SlowAsked(Asked):
    """A question that takes as long as it is told."""

    parts: int = 3
    seconds: float = 0.0
    breaks: str = ""


def slow(done: list[str]) -> Question[SlowAsked, dict[str, Any]]:
    """A question whose steps are counted."""

    def work(asked: SlowAsked, name: str, earlier: Callable[[str], Any]) -> dict[str, Any]:
        del earlier
        done.append(name)
        time.sleep(asked.seconds)
        if asked.breaks == name:
            raise BadInput(Problem("parts", "it was told to break", name, "leave it out"))
        if asked.breaks == f"{name}!":
            raise ZeroDivisionError(name)
        return {"name": name}

    import pandas as pd

    return Question(
        "slow", "Slow?", SlowAsked, lambda asked: {"parts": asked.parts}, dict, lambda answer: pd.DataFrame([answer]), slow=True,
        steps=Steps(lambda asked: tuple(f"part {at}" for at in range(asked.parts)), work, lambda _, parts: {"parts": len(parts)}),
    )  # fmt: skip


@pytest.fixture(scope="module")
def done() -> list[str]:
    return []


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory, done: list[str]) -> Iterator[Jobs]:
    found = Jobs.in_folder(tmp_path_factory.mktemp("jobs"), {**QUESTIONS, "slow": slow(done)})
    assert found.open()
    yield found
    found.close()


@pytest.fixture(scope="module")
def client(jobs: Jobs) -> TestClient:
    return TestClient(create_app(jobs=jobs), base_url=URL, raise_server_exceptions=False)


def ended(client: TestClient, job: dict[str, Any], seconds: float = 60) -> dict[str, Any]:
    """The job once it has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found: dict[str, Any] = client.get(job["links"]["self"]).json()
        if found["state"] not in {"queued", "running"}:
            return found
        time.sleep(0.1)
    raise AssertionError(found)


def test_a_job_gives_the_answer_of_the_function_in_every_form(client: TestClient) -> None:
    asked = {"mineral": "gallium", "origin": "CHN", "draws": 40, "seed": 3}
    started = client.post(JOBS, json={"question": "shock", "asked": asked})
    assert started.status_code == 202
    assert started.headers["location"] == started.json()["links"]["self"]
    job = ended(client, started.json())
    assert (job["state"], job["done"], job["total"], job["error"]) == ("done", 2, 2, None)
    local = orepact.shock("gallium", origin="CHN", draws=40, seed=3)
    assert client.get(job["links"]["answer"]).content == json_bytes(local.summary())
    assert client.get(job["links"]["answer"], headers={"accept": "text/csv"}).text == local.to_csv()
    sheet = client.get(job["links"]["answer"], headers={"accept": "application/vnd.apache.parquet"})
    assert sheet.content[:4] == b"PAR1"


@pytest.mark.slow
@pytest.mark.parametrize("monthly", [True, False])
def test_the_expected_loss_in_steps_is_that_of_the_function_to_the_byte(monthly: bool) -> None:
    from orepact.api.jobs.packing import packed, unpacked

    question = QUESTIONS["expected_loss"]
    asked = question.asked(minerals="gallium,cobalt", draws=4, monthly=monthly, region="EU27")
    steps = question.steps
    assert steps is not None
    names = steps.names(asked)
    assert len(set(names)) == len(names) > 1
    parts = {name: unpacked(packed(steps.work(asked, name, {}.__getitem__))) for name in names}
    joined, at_once = steps.join(asked, parts), question.work(asked)
    assert json_bytes(question.record(joined)) == json_bytes(question.record(at_once))
    pd.testing.assert_frame_equal(question.frame(joined), question.frame(at_once))


def test_the_expected_loss_is_a_job_of_as_many_steps_as_groups(client: TestClient) -> None:
    asked = {"minerals": "gallium", "draws": 4, "monthly": False}
    told = client.post(JOBS, json={"question": "expected_loss", "asked": asked})
    assert told.status_code == 202, told.text
    names = QUESTIONS["expected_loss"].steps.names(QUESTIONS["expected_loss"].asked(**asked))  # type: ignore[union-attr]
    assert told.json()["total"] == len(names) + 1
    job = ended(client, told.json())
    assert job["state"] == "done"
    local = orepact.expected_loss("gallium", draws=4, monthly=False)
    assert client.get(job["links"]["answer"]).content == json_bytes(local.summary())


def test_the_same_key_gives_the_same_job_and_another_question_an_error(client: TestClient) -> None:
    body = {"question": "slow", "asked": {"parts": 1}}
    one, other = (client.post(JOBS, json=body, headers={"idempotency-key": "k"}).json() for _ in range(2))
    assert one["id"] == other["id"]
    wrong = client.post(JOBS, json={"question": "slow", "asked": {"parts": 2}}, headers={"idempotency-key": "k"})
    assert wrong.status_code == 422
    assert wrong.json()["problems"][0]["place"] == "idempotency-key"


def test_what_is_wrong_is_said_before_anything_starts(client: TestClient) -> None:
    for asked, field in (({"mineral": "galium"}, "mineral"), ({"draws": 100_001}, "draws"), ({"colour": 1}, None)):
        found = client.post(JOBS, json={"question": "shock", "asked": asked})
        assert found.status_code == 422
        assert found.json()["problems"][0]["field"] == field
    assert (
        client.post(JOBS, json={"question": "scorebord"})
        .json()["problems"][0]["todo"]
        .startswith("did you mean scoreboard")
    )
    assert client.post(JOBS, json={"question": "shock", "asked": {"draws": 100_000}, "more": 1}).status_code == 422


def test_a_cancelled_job_stops_at_its_next_step(client: TestClient, done: list[str]) -> None:
    job = client.post(JOBS, json={"question": "slow", "asked": {"parts": 30, "seconds": 0.3}}).json()
    while client.get(job["links"]["self"]).json()["done"] < 1:
        time.sleep(0.05)
    assert client.get(job["links"]["answer"]).status_code == 409
    assert client.delete(job["links"]["self"]).json()["state"] == "cancelled"
    time.sleep(0.5)
    before = len(done)
    time.sleep(0.8)
    assert len(done) == before
    assert client.get(job["links"]["answer"]).json()["error"] == "not_ready"
    assert client.delete(job["links"]["self"]).json()["state"] == "cancelled"


def test_a_job_that_fails_says_why_in_the_one_error_body(client: TestClient) -> None:
    job = ended(client, client.post(JOBS, json={"question": "slow", "asked": {"breaks": "part 1"}}).json())
    assert job["state"] == "failed"
    assert job["error"]["problems"][0]["sentence"] == "(parts) it was told to break; found part 1; leave it out."
    answer = client.get(job["links"]["answer"])
    assert (answer.status_code, answer.json()) == (422, job["error"])
    broke = ended(client, client.post(JOBS, json={"question": "slow", "asked": {"breaks": "part 1!"}}).json())
    assert client.get(broke["links"]["answer"]).status_code == 500
    assert broke["error"]["error"] == "broken"


def test_progress_is_streamed_until_the_end(client: TestClient) -> None:
    job = client.post(JOBS, json={"question": "slow", "asked": {"parts": 3, "seconds": 0.6}}).json()
    with client.stream("GET", job["links"]["events"]) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        told = [line for line in stream.iter_lines() if line]
    names, data = told[::2], [json.loads(line.removeprefix("data: ")) for line in told[1::2]]
    assert names == ["event: progress"] * (len(names) - 1) + ["event: end"]
    assert [each["done"] for each in data] == sorted(each["done"] for each in data)
    assert len({each["done"] for each in data}) >= 3
    assert data[-1]["state"] == "done"


def test_jobs_are_listed_newest_first_page_by_page(client: TestClient) -> None:
    first = client.get(f"{JOBS}?limit=2").json()
    second = client.get(first["next"]).json()
    names = [job["id"] for job in first["jobs"] + second["jobs"]]
    assert len(names) == len(set(names)) == 4
    when = [job["asked_at"] for job in first["jobs"] + second["jobs"]]
    assert when == sorted(when, reverse=True)


def test_a_client_may_have_so_many_jobs_waiting(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_jobs, "MOST_OF_ONE", 2)
    wanted = of_jobs.JobAsked(question="slow", asked={"parts": 2, "seconds": 1.0})
    mine = [jobs.start(wanted, "one").id for _ in range(2)]
    with pytest.raises(TooMany, match="too many jobs of yours"):
        jobs.start(wanted, "one")
    mine.append(jobs.start(wanted, "another").id)
    for job in mine:
        jobs.cancel(job)
    assert jobs.start(wanted, "one").state == "queued"


def test_another_server_does_not_take_the_jobs_of_one_that_runs(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orepact.api.jobs.store.PATIENCE", 0.0)
    other = Jobs(jobs.url, QUESTIONS)
    assert not other._store.claim(0.0)
    other._store.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://example.org"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "null"},
    ],
)
def test_a_page_elsewhere_can_start_and_cancel_nothing(client: TestClient, headers: dict[str, str]) -> None:
    for method in ("POST", "DELETE"):
        found = client.request(method, JOBS, json={"question": "slow"}, headers=headers)
        assert (found.status_code, found.json()["error"]) == (403, "refused")


def test_the_own_pages_can(client: TestClient) -> None:
    headers = {"origin": URL, "sec-fetch-site": "same-origin"}
    assert client.post(JOBS, json={"question": "slow"}, headers=headers).status_code == 202


def test_what_a_form_of_a_page_could_send_is_not_read(client: TestClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        found = client.post(JOBS, content=b'{"question": "slow"}', headers={"content-type": kind})
        assert found.status_code == 415, kind


def test_every_failure_has_the_one_body(client: TestClient) -> None:
    kind = {"content-type": "application/json"}
    failures = [
        (400, client.post(JOBS, content=b"{", headers=kind)),
        (400, client.post(JOBS, content=b"[" * 5000, headers=kind)),
        (400, client.post(JOBS, content=b'{"question": NaN}', headers=kind)),
        (404, client.get(f"{JOBS}/none")),
        (404, client.get("/api/v1/none")),
        (405, client.put(JOBS, content=b"{}", headers=kind)),
        (413, client.post(JOBS, content=b" " * 20_001, headers=kind)),
        (413, client.post(JOBS, content=b" " * 2_000_001, headers=kind)),
        (422, client.get(f"{JOBS}?limit=0")),
        (422, client.post(JOBS, content=b"[]", headers=kind)),
    ]
    for status, found in failures:
        assert found.status_code == status, found.text
        body = found.json()
        assert set(body) == {"error", "problems"}
        assert set(body["problems"][0]) == {"field", "place", "wrong", "found", "todo", "sentence"}


def test_without_jobs_the_addresses_say_so() -> None:
    bare = TestClient(create_app(), base_url=URL)
    for method, address in (("POST", JOBS), ("GET", JOBS), ("GET", f"{JOBS}/x"), ("GET", f"{JOBS}/x/events")):
        found = bare.request(method, address, json={"question": "shock"} if method == "POST" else None)
        assert (found.status_code, found.json()["error"]) == (503, "no_jobs")


def test_what_is_kept_holds_nothing_that_runs(tmp_path: Path) -> None:
    import numpy as np

    from orepact.api.jobs.packing import JsonOnly, packed, unpacked

    part = {"a": np.arange(3.0), "names": np.array(["x", "yz"]), "none": None, "rows": [[1.5, float("inf")]]}
    back = unpacked(packed(part))
    assert back["a"].tobytes() == part["a"].tobytes()
    assert (back["names"].tolist(), back["none"], back["rows"]) == (["x", "yz"], None, [[1.5, float("inf")]])
    with pytest.raises((TypeError, ValueError)):
        packed({"object": np.array([object()])})
    with pytest.raises(TypeError, match="JSON values"):
        JsonOnly().serialize({"path": tmp_path})
    assert "ZeroDivisionError" in str(JsonOnly().deserialize(JsonOnly().serialize(ZeroDivisionError("x"))))

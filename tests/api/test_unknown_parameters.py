"""A parameter that nobody knows is refused and named at every address, and not left out in silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from orepact.api.jobs.jobs import Jobs
from orepact.api.questions import QUESTIONS
from orepact.pact import KEEPER, Command, Pact
from orepact.pact.people import People
from orepact.web.app import create_app

VALUES = {
    "table": "production",
    "mineral": "cobalt",
    "place": "COD",
    "name": "cobalt-quota",
    "job": "x",
    "id": "x",
    "record": "x",
    "verb": "show",
    "measure": "project-capacity",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    jobs = Jobs.in_folder(Path(tmp_path_factory.mktemp("jobs")), QUESTIONS)
    assert jobs.open()
    pact = Pact.at(f"sqlite:///{tmp_path_factory.mktemp('pact') / 'pact.sqlite'}")
    auditor = pact.do(KEEPER, Command("person", "add", {"name": "Auditor", "roles": ["auditor"]})).kept.id
    cookies = {"orepact_session": People(pact).open_session(auditor)}
    yield TestClient(create_app(jobs=jobs, pact=pact), base_url="http://127.0.0.1", cookies=cookies)
    pact.close()
    jobs.close()


def operations() -> list[tuple[str, str]]:
    paths: dict[str, Any] = create_app().openapi()["paths"]
    return [(path, method) for path, item in paths.items() for method in item]


@pytest.mark.parametrize(("path", "method"), operations())
def test_an_unknown_parameter_is_refused(client: TestClient, path: str, method: str) -> None:
    address = path.format(**VALUES)
    found = client.request(
        method, address, params={"zzz": "1", "address": "production"}, headers={"content-type": "text/csv"}
    )
    assert found.status_code == 422, found.text
    assert any(row["place"] == "zzz" and "no parameter" in row["wrong"] for row in found.json()["problems"])


def test_a_word_that_another_address_takes_is_refused_too(client: TestClient) -> None:
    found = client.get("/api/v1/facts", params={"limit": -1, "q": "x"})
    assert [row["place"] for row in found.json()["problems"]] == ["limit", "q"]
    nearly = client.get("/api/v1/jobs", params={"limt": 3})
    assert "did you mean limit?" in nearly.json()["problems"][0]["todo"]
    assert client.get("/api/v1/jobs", params={"limit": 3}).status_code == 200

"""Uploads that nobody would send on purpose: bytes, half-files and wild values never break the server or leave anything behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from orepact.api.answers import Answers
from orepact.api.problems import ErrorBody
from orepact.web.app import create_app

API = "/api/v1"
QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

WORDS = st.sampled_from(
    [
        "name",
        "mineral",
        "stage",
        "countries",
        "capacity",
        "start",
        "ramp",
        "on_time",
        "gallium",
        "refined",
        "DEU",
        "kind",
        "from",
        "&a",
        "*a",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | WORDS, inner, max_size=4),
    max_leaves=12,
)
CELLS = st.text(max_size=12) | WORDS | st.integers().map(str) | st.floats().map(str)
CSV = st.lists(st.lists(CELLS, min_size=1, max_size=9), min_size=1, max_size=6).map(
    lambda rows: "\n".join(
        [b"name,mineral,stage,countries,capacity,start,ramp,on_time".decode(), *(",".join(row) for row in rows)]
    ).encode()
)
HDF = b"\x89HDF\r\n\x1a\n"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(hosts=("testserver",), answers=Answers(most_a_minute=10**6))
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def holds(client: TestClient, path: str, body: bytes, kind: str) -> int:
    """The status of an upload, which is an answer or a refusal in words."""
    found = client.post(f"{API}{path}", content=body, headers={"content-type": kind})
    assert found.status_code < 500, (path, body[:200], found.text[:300])
    if found.status_code >= 400:
        assert ErrorBody.model_validate(found.json()).problems
    return found.status_code


@QUIET
@given(body=st.binary(max_size=400) | CSV)
def test_a_list_of_projects_as_csv(client: TestClient, body: bytes) -> None:
    holds(client, "/projects?mineral=gallium", body, "text/csv")


@QUIET
@given(value=VALUES)
def test_a_list_of_projects_as_json(client: TestClient, value: Any) -> None:
    holds(client, "/projects?mineral=gallium", json.dumps(value).encode(), "application/json")


@QUIET
@given(text=st.text(alphabet="abc:-[]{}&*!|>#'\"\n \t0123.e%", max_size=80))
def test_a_case_as_yaml(client: TestClient, text: str) -> None:
    holds(client, "/run", text.encode(), "application/yaml")


@QUIET
@given(
    changed=st.dictionaries(
        st.sampled_from(
            ["name", "mineral", "start", "months", "step", "draws", "seed", "instruments", "base_year", "x"]
        ),
        VALUES,
        min_size=1,
        max_size=4,
    )
)
def test_a_case_with_wild_values(client: TestClient, changed: dict[str, Any]) -> None:
    case = {"name": "x", "mineral": "gallium", "start": "2026-01-01", "months": 1, "draws": 10, "instruments": []}
    holds(client, "/run", json.dumps(case | changed).encode(), "application/json")


@QUIET
@given(
    body=st.binary(max_size=600)
    | st.binary(max_size=600).map(lambda rest: HDF + rest)
    | st.binary(max_size=200).map(lambda rest: b"PK\x03\x04" + rest)
)
def test_a_saved_answer(client: TestClient, body: bytes) -> None:
    assert holds(client, "/replay", body, "application/x-netcdf") in {400, 413, 415, 422}


@QUIET
@given(value=VALUES)
def test_a_market_of_ones_own(client: TestClient, value: Any) -> None:
    holds(client, "/solve", json.dumps(value).encode(), "application/json")

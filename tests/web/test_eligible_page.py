"""The page of eligibility: its words are the function's, a file of one's own is read in memory, and faults stand in words."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from orepact.api.answers import Answers
from orepact.api.posts.eligible import EXAMPLE
from orepact.custody.batch_file import read_batch_file
from orepact.custody.eligible import eligible
from orepact.custody.example import DAY, example, example_text
from orepact.custody.keys import keys_of
from orepact.report.eligible_text import record
from orepact.web.app import create_app

NONE = {"file_file": ("", b"")}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(answers=Answers(most_a_minute=10_000)), base_url="http://127.0.0.1") as found:
        yield found


def expected(name: str) -> Any:
    files = example().files
    verdict = eligible(read_batch_file(files[name]), on=DAY, keys=keys_of(files["keys.json"], "keys"), zone="MSP")
    return json.loads(json.dumps(record(verdict)))


@pytest.mark.parametrize(("asked", "name"), [("", "batch.json"), ("?example=complete", "batch-complete.json")])
def test_page_twin_api_and_function_agree(client: TestClient, asked: str, name: str) -> None:
    answer = expected(name)
    assert client.get(f"/eligible.json{asked}").json() == answer
    assert client.get(f"/api/v1/eligible{asked}").json() == answer
    page = client.get(f"/eligible{asked}").text
    assert f'<p class="finding">{answer["headline"]}' in page
    assert "A demonstration: firms, sites and amounts are invented." in page
    for sentence in answer["missing"]:
        assert sentence in page


def test_a_file_of_ones_own_gives_the_same_on_page_twin_and_api(client: TestClient) -> None:
    text, keys = example_text("batch-complete.json"), example_text("keys.json")
    answer = expected("batch-complete.json")
    fields = {"zone": "MSP", "on": DAY.isoformat()}
    page = client.post("/eligible", data=fields, files={"file_file": ("b.json", text), "keys_file": ("k.json", keys)})
    assert page.status_code == 200
    assert answer["headline"] in page.text
    assert "is from your file" in page.text
    pasted = client.post("/eligible.json", data=fields | {"file": text, "keys": keys}, files=NONE)
    assert pasted.json() == answer
    assert client.post("/eligible.csv", data=fields | {"file": text, "keys": keys}, files=NONE).text.startswith(
        "test,state"
    )
    body = {"file": json.loads(text), "keys": json.loads(keys), **fields}
    assert client.post("/api/v1/eligible", json=body).json() == answer


def test_without_keys_the_page_says_that_nobody_knows_the_issuer(client: TestClient) -> None:
    found = client.post("/eligible", data={"file": example_text("batch.json"), "zone": "MSP"}, files=NONE)
    assert found.status_code == 200
    assert "Documents that cannot be trusted" in found.text
    assert "nobody knows its issuer" in found.text


def test_own_rules_are_read_as_yaml(client: TestClient) -> None:
    found = client.post(
        "/eligible",
        data={"file": json.dumps(EXAMPLE["file"]), "zone": "MSP", "rules": "name: Mine\nversin: 1\n"},
        files=NONE,
    )
    assert found.status_code == 422
    assert "did you mean version" in found.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "choose a file, or paste its text"),
        ("{", "it is not JSON"),
        ("{}", "write orepact-custody-1"),
        ("x: [1", "the file is not YAML"),
        ('{"format": "orepact-custody-1", "batchs": []}', "did you mean batches"),
        ("[" * 50 + "]" * 50, "lists inside lists"),
    ],
)
def test_what_is_wrong_with_a_file_stands_beside_it_and_the_text_stays(
    client: TestClient, text: str, said: str
) -> None:
    found = client.post("/eligible", data={"file": text, "zone": "MSP"}, files=NONE)
    assert found.status_code == 422
    assert said in found.text
    assert "Traceback" not in found.text


def test_what_was_sent_is_never_markup(client: TestClient) -> None:
    evil = "<script>alert(1)</script>"
    chain = json.loads(json.dumps(EXAMPLE["file"]))
    chain["sites"][0]["name"] = evil
    chain["batches"][1]["form"] = evil
    for text in (json.dumps(chain), evil, json.dumps({evil: 1})):
        found = client.post("/eligible", data={"file": text, "zone": "MSP", "keys": evil}, files=NONE)
        assert evil not in found.text


def test_a_chain_that_cannot_be_is_refused_over_the_api(client: TestClient) -> None:
    chain = json.loads(json.dumps(EXAMPLE["file"]))
    chain["batches"][1]["content_kg"] = 900.001
    found = client.post("/api/v1/eligible", json={"file": chain})
    assert found.status_code == 422
    assert "at most 1\u2009000 kg x 0.9 = 900 kg" in found.json()["problems"][0]["wrong"]
    misspelt = client.post("/api/v1/eligible", json={"file": chain, "zon": "MSP"}).json()["problems"][0]
    assert misspelt["todo"].startswith("did you mean zone")
    assert client.post("/api/v1/eligible", json={"file": chain, "on": "1.1.2026"}).status_code == 422
    assert client.post("/api/v1/eligible", json=[]).status_code == 422


def test_an_unknown_zone_stands_beside_its_box(client: TestClient) -> None:
    found = client.get("/eligible?zone=Narnia")
    assert found.status_code == 422
    assert 'id="fault-zone" role="alert">(' in found.text


def test_a_duty_spares_what_qualifies_over_the_api(client: TestClient) -> None:
    files = example().files
    body = {"mineral": "rare_earths", "reference": 60000, "zone": "USA", "draws": 10,
            "eligible": {"file": files["batch-complete.json"], "keys": files["keys.json"], "on": DAY.isoformat()}}  # fmt: skip
    found = client.post("/api/v1/price", json=body)
    assert found.status_code == 200, found.text
    assert {row["origin"]: row["free_t"] for row in found.json()["duties"]}["NOR"] == 10.8
    assert client.post("/api/v1/price", json={"mineral": "rare_earths"}).status_code == 422


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=200) | st.text(alphabet="-{}[]:,&*!|>#?'\"\n ab1", max_size=80).map(str.encode),
    part=st.sampled_from(["file", "keys", "rules"]),
)
def test_no_text_breaks_the_page(client: TestClient, body: bytes, part: str) -> None:
    texts = {"file": json.dumps(EXAMPLE["file"]), "keys": "", "rules": ""} | {part: body.decode("utf-8", "replace")}
    found = client.post("/eligible", data=texts | {"zone": "MSP"}, files=NONE)
    assert found.status_code in {200, 422}

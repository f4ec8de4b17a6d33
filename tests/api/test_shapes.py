"""Answers look as the documentation says: every key documented, every parameter with meaning, unit and example."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from orepact.api.answers import Answers
from orepact.api.media import strict
from orepact.api.posts import POSTS
from orepact.api.problems import EXAMPLES, KINDS, ErrorBody
from orepact.api.questions import QUESTIONS
from orepact.web.app import create_app

API = "/api/v1"
SHORT: list[tuple[str, dict[str, Any]]] = [
    ("shock", {"draws": 10}),
    ("shock", {"draws": 10, "mineral": "cobalt", "origin": "COD", "stage": "mine", "cut": "57%"}),
    ("shock", {"draws": 10, "mineral": "antimony", "origin": "CHN", "against": "USA"}),
    ("shock", {"draws": 10, "mineral": "magnesium", "close": "suez"}),
    ("scoreboard", {"materials": "cobalt,gallium"}),
    ("ladder", {"draws": 10, "months": 2}),
    ("ladder", {"draws": 10, "months": 1, "mineral": "nickel", "origin": "FRA", "cut": "1%"}),
    ("backtest", {"draws": 10, "only": "magnesium_2021"}),
    ("price", {"draws": 10}),
    (
        "price",
        {"draws": 10, "mineral": "cobalt", "reference": 60000, "zone": "EU27,USA", "conversion_cost": "refined=5000"},
    ),
    ("price", {"draws": 10, "mineral": "gallium", "reference": 1, "zone": "JPN"}),
    ("compare", {"draws": 10}),
    ("compare", {"draws": 10, "fund": "none", "mineral": "tungsten", "tonnes": 300, "zone": "USA"}),
    ("projects", {"mineral": "lithium"}),
    ("projects", {}),
    ("scrap", {"draws": 10}),
    ("scrap", {"draws": 10, "mineral": "cobalt", "region": "USA"}),
    ("reserve", {"draws": 10}),
    ("reserve", {"draws": 10, "minerals": "gallium,boron", "policy": "korea", "region": "KOR"}),
    ("reserve", {"draws": 10, "minerals": "gallium", "budget": 1, "policy": "eu", "region": "EU27"}),
    ("expected_loss", {"draws": 4, "monthly": False}),
    ("expected_loss", {"draws": 4, "monthly": False, "minerals": "cobalt,helium", "region": "EU27"}),
    ("corridor", {}),
    ("corridor", {"close": "suez", "allied_only": "FORGE", "via": "lobito", "planned": True}),
    ("corridor", {"mineral": "aluminium", "origin": "ARE", "close": "hormuz"}),
    ("duty", {}),
    ("duty", {"cap_rate": "10%", "volume": 5, "security": "Article XXI notified"}),
    ("duty", {"in_quota": True}),
    ("floor", {}),
    ("floor", {"volume": 0}),
    ("floor", {"first": "2025-10-01", "last": "2035-12-31", "day": "2026-03-31", "price": 200, "ramp_done": True}),
    ("eligible", {}),
    ("eligible", {"example": "complete", "zone": "EU27"}),
    ("start", {}),
    ("start", {"on": "2025-01-31"}),
    ("method", {}),
    ("minerals", {}),
    ("network", {"mineral": "cobalt"}),
    ("gallery", {}),
    ("watch", {"minerals": "graphite,gallium,zinc"}),
    ("watch_file", {}),
    ("watch_file", {"mineral": "silver", "currency": -0.1, "reference": 900_000}),
]


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(answers=Answers(most_a_minute=10_000)), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def spec(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


@pytest.mark.parametrize(("name", "asked"), SHORT)
def test_an_answer_has_the_documented_keys_and_no_others(client: TestClient, name: str, asked: dict[str, Any]) -> None:
    question = QUESTIONS[name]
    found = client.get(f"{API}/{name}", params=asked)
    assert found.status_code == 200, found.text
    assert question.shape is not None
    told = question.shape.model_validate_json(found.content)
    assert told.model_dump(mode="json", by_alias=True, exclude_unset=True) == found.json()
    assert found.json() == strict(question.record(question.work(question.asked(**asked))))


def test_every_question_says_what_its_answer_looks_like() -> None:
    assert [name for name, question in QUESTIONS.items() if question.shape is None] == []


def test_a_list_of_ones_own_is_answered_in_the_shape(client: TestClient) -> None:
    from orepact.api.own_list import EXAMPLE

    found = client.post(f"{API}/projects", content=EXAMPLE, headers={"content-type": "text/csv"})
    told = QUESTIONS["projects"].shape.model_validate_json(found.content)  # type: ignore[union-attr]
    assert told.model_dump(mode="json", by_alias=True, exclude_unset=True) == found.json()


def test_a_key_that_is_not_documented_is_caught(client: TestClient) -> None:
    found = client.get(f"{API}/backtest", params={"draws": 10, "only": "magnesium_2021"}).json()
    found["episodes"][0]["more"] = 1
    with pytest.raises(ValueError, match="extra"):
        QUESTIONS["backtest"].shape.model_validate(found)  # type: ignore[union-attr]


def test_every_parameter_has_a_meaning_and_an_example(spec: dict[str, Any]) -> None:
    for address, item in spec["paths"].items():
        for method, operation in item.items():
            for each in operation.get("parameters", []):
                said = [each.get("example"), *each.get("examples", []), *each["schema"].get("examples", [])]
                assert any(one is not None for one in said), (address, method, each["name"])
                assert each.get("description") or each["schema"].get("description"), (address, each["name"])


def test_every_body_and_every_failure_has_an_example(spec: dict[str, Any]) -> None:
    for address, item in spec["paths"].items():
        for method, operation in item.items():
            body = operation.get("requestBody", {}).get("content", {})
            shown = [form for form, each in body.items() if "example" in each or "examples" in each]
            assert not body or "application/x-netcdf" in body or shown, address
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    ErrorBody.model_validate(answer["content"]["application/json"]["example"])
                    assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorBody"), (
                        method,
                        status,
                    )


def test_every_example_of_a_failure_is_one_that_happens() -> None:
    kinds = {(kind, status) for _, kind, status in KINDS}
    assert {(example[0], status) for status, example in EXAMPLES.items()} <= kinds


@pytest.mark.parametrize("posted", [each for each in POSTS if each.example is not None], ids=lambda each: each.name)
def test_the_example_of_a_body_is_answered(client: TestClient, posted: Any) -> None:
    words = {name: example for name, (_, example) in posted.words.items()}
    found = client.post(f"{API}/{posted.name}{posted.path.format(**words)}", json=posted.example)
    assert found.status_code == 200, found.text


def test_a_kind_that_is_no_word_is_a_fault_of_the_case(client: TestClient) -> None:
    case = {"name": "x", "mineral": "gallium", "start": "2026-01-01", "months": 6, "instruments": [{"kind": {}}]}
    found = client.post(f"{API}/run", json=case)
    assert found.status_code == 422
    assert "kind of instrument" in found.json()["problems"][0]["wrong"]


def test_instruments_are_told_by_the_table_that_reads_them(client: TestClient) -> None:
    from orepact.policy import INSTRUMENTS
    from orepact.policy.attributes import attributes

    rows = client.get(f"{API}/instruments").json()
    QUESTIONS["instruments"].shape.model_validate(rows)  # type: ignore[union-attr]
    assert len(rows) == sum(len(attributes(record)) for record in INSTRUMENTS)
    assert all(row["unit"] and row["meaning"] and row["source"] for row in rows)
    (rate,) = [row for row in client.get(f"{API}/instruments?kind=tariff").json() if row["field"] == "rate"]
    assert rate["unit"] == "share of the landed price"
    assert client.get(f"{API}/instruments?kind=tarif").json()["problems"][0]["todo"] == "did you mean tariff?"

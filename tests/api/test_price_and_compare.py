"""Questions of price, comparison, duty and floor by network: the function's own figures, and errors in the one grammar."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

import orepact
from orepact.api.media import flat, strict
from orepact.api.questions.border import DUTY, FLOOR, DutyAsked, FloorAsked
from orepact.api.questions.compare import CompareAsked
from orepact.api.questions.price import PriceAsked
from orepact.policy.adjustable_duty import duty
from orepact.policy.price_support import floor
from orepact.web.app import create_app


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(), base_url="http://127.0.0.1")


def told(found: Any) -> Any:
    return json.loads(json.dumps(strict(found.summary())))


def test_price_is_the_function(client: TestClient) -> None:
    asked = {"mineral": "gallium", "reference": 456000.0, "zone": "EU27,USA,JPN", "draws": 12}
    found = client.get("/api/v1/price", params=asked)
    assert found.status_code == 200
    assert found.json() == told(orepact.price(**asked))  # type: ignore[arg-type]


@pytest.mark.slow
def test_compare_is_the_function(client: TestClient) -> None:
    asked = {"mineral": "tungsten", "tonnes": 100.0, "zone": "MSP", "fund": 1e8, "draws": 12}
    found = client.get("/api/v1/compare", params=asked)
    assert found.status_code == 200
    assert found.json() == told(orepact.compare(**asked))  # type: ignore[arg-type]


def test_duty_and_floor_are_the_functions(client: TestClient) -> None:
    found = client.get("/api/v1/duty", params={"reference": 2408, "price": 1235, "cap_rate": "10%", "volume": 1000})
    direct = duty(reference=2408.0, price=1235.0, cap_rate=0.1, volume=1000.0, currency="EUR").summary()
    assert found.json() == json.loads(json.dumps(direct))
    assert found.json()["duty"] == pytest.approx(123.5)
    paid = client.get("/api/v1/floor", params={"strike": 110, "price": 130, "ramp_done": "true", "clawback": 0.3})
    assert paid.json()["payment"] == pytest.approx(-0.3 * 20 * 4_000_000)
    assert paid.json()["payer"] == "producer"
    dated = client.get("/api/v1/floor", params={"first": "2025-10-01", "last": "2035-12-31", "day": "2040-01-01"})
    assert dated.json()["payment"] == 0


def test_the_row_of_a_duty_has_the_commands_columns() -> None:
    found = DUTY.work(DutyAsked())
    assert list(DUTY.frame(found).columns) == list(flat(found.summary()))
    paid = FLOOR.work(FloorAsked())
    row = FLOOR.frame(paid).iloc[0]
    assert row["payment"] == floor(strike=110, price=54, volume=4_000_000, unit="kg").cash.payment == 224_000_000


@pytest.mark.parametrize(
    ("address", "field", "words"),
    [
        ("price?reference=-5", "reference", "a price above zero"),
        ("price?zone=Atlantis", "zone", "no country or region"),
        ("price?mineral=galium", "mineral", "gallium"),
        ("price?stage=mine&mineral=gallium", "stage", "no such stage"),
        ("price?cap_rate=0", "cap_rate", "above zero"),
        ("price?reference=nan", "reference", "finite"),
        ("price?zone=own.yaml", "zone", "cannot be read"),
        ("compare?tonnes=0", "tonnes", "above zero"),
        ("compare?fund=-1", "fund", "above zero"),
        ("compare?volatility=900%25", "volatility", "a year is needed"),
        ("compare?start=2027-13", "start", "no month"),
        ("duty?price=-1", "price", "greater than or equal to 0"),
        ("duty?currency=euro", "currency", "three capital letters"),
        ("floor?clawback=2", "clawback", "did you mean 2%"),
        ("floor?clawback=200%25", "clawback", "less than or equal to 1"),
        ("floor?first=2030-01-01&last=2020-01-01", "last", ""),
    ],
)
def test_what_is_wrong_stands_by_its_parameter(client: TestClient, address: str, field: str, words: str) -> None:
    found = client.get(f"/api/v1/{address}")
    assert found.status_code in {404, 422}
    problems = found.json()["problems"]
    assert problems[0]["field"] == field
    assert words in problems[0]["sentence"]


def test_a_zone_that_makes_nothing_cannot_be_helped(client: TestClient) -> None:
    found = client.get("/api/v1/compare", params={"mineral": "vanadium", "zone": "JPN"})
    assert found.status_code == 404
    assert found.json()["error"] == "missing_data"
    assert found.json()["problems"][0]["field"] == "zone"


def test_shares_and_amounts_are_read_as_people_type_them() -> None:
    assert PriceAsked.model_validate({"cap_rate": "10%"}).cap_rate == pytest.approx(0.1)
    assert PriceAsked.model_validate({"cap_rate": "0.1"}).cap_rate == pytest.approx(0.1)
    asked = CompareAsked.model_validate({"fund": "none"})
    assert asked.fund is None
    assert CompareAsked.model_validate(asked.address()) == asked
    assert CompareAsked.model_validate({"fund": ""}).fund == 5e8


def test_an_address_holds_every_digit() -> None:
    asked = PriceAsked(reference=1234567.5)
    assert asked.address() == {"reference": "1234567.5"}
    assert PriceAsked.model_validate(asked.address()) == asked

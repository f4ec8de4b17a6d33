"""Text that somebody sent is never a formula in the spreadsheet of somebody who opens the answer."""

from __future__ import annotations

import csv
import io

import pytest
from starlette.testclient import TestClient

from orepact.api.answers import Answers
from orepact.api.media import unrun
from orepact.web.app import create_app

API = "/api/v1"
EVIL = '=HYPERLINK("http://example.invalid")'
ROW = f'"{EVIL.replace(chr(34), chr(34) * 2)}",lithium,refined,DEU,1000,2028,2,0.7'
LIST = f"name,mineral,stage,countries,capacity,start,ramp,on_time\n{ROW}\n"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(answers=Answers(most_a_minute=10_000)), base_url="http://127.0.0.1")


def cells(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text)) for cell in row]


def test_a_project_named_like_a_formula_is_text_in_both_csv_twins(client: TestClient) -> None:
    asked = {"region": "EU27", "mineral": "lithium"}
    posted = client.post(
        f"{API}/projects", params=asked, content=LIST, headers={"content-type": "text/csv", "accept": "text/csv"}
    )
    page = client.post("/projects.csv", data={**asked, "list": LIST})
    for found in (posted, page):
        assert found.status_code == 200, found.text
        assert f"'{EVIL}" in cells(found.text)
        assert not [cell for cell in cells(found.text) if cell.startswith("=")]


def test_json_tells_the_name_as_it_was_sent(client: TestClient) -> None:
    found = client.post(
        f"{API}/projects", params={"mineral": "lithium"}, content=LIST, headers={"content-type": "text/csv"}
    )
    assert found.json()["projects"][0]["name"] == EVIL


def test_text_of_an_address_is_no_formula_either(client: TestClient) -> None:
    found = client.get(f"{API}/duty", params={"security": EVIL}, headers={"accept": "text/csv"})
    assert f"'{EVIL}" in cells(found.text)


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd", "@SUM(1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_runs_gets_an_apostrophe(text: str) -> None:
    assert unrun(text) == f"'{text}"


@pytest.mark.parametrize("value", ["-5", "+2.5e3", "plain", "", None, -5.0, 3])
def test_numbers_and_words_stay(value: object) -> None:
    assert unrun(value) is value


def test_facts_stay_as_their_publisher_wrote_them(client: TestClient) -> None:
    found = client.get(f"{API}/facts/episodes", params={"limit": 500}, headers={"accept": "text/csv"})
    assert found.status_code == 200, found.text
    assert any(cell.startswith(("-", "+")) for cell in cells(found.text))
    assert not any(cell.startswith("'") for cell in cells(found.text))

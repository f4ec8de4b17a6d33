"""The page of facts: search, tables, rows with filters, pages and twins."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from orepact import facts
from orepact.web.app import create_app
from orepact.web.pages.facts import search


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(), base_url="http://127.0.0.1") as made:
        yield made


def test_the_list_names_every_table_correction_and_conflict(client: TestClient) -> None:
    page = client.get("/facts").text
    for name in facts.tables():
        assert f'href="/facts/{name}"' in page
    for name in facts.load("corrections")["correction"]:
        assert f"address=corrections/{name}" in page
    assert f"({len(facts.load('corrections'))})" in page
    assert page.count("not preferred") == int((facts.conflicts()["verdict"] == "not preferred").sum())
    assert facts.version() in page


def test_a_search_finds_minerals_countries_tables_and_sources() -> None:
    assert search("wolfram")[0]["address"] == "/mineral/tungsten"
    assert {"kind": "country", "name": "DR Congo", "address": "/country/COD"} in search("congo")
    assert any(row["address"] == "/facts/export_controls" for row in search("export control"))
    assert any(row["kind"] == "source" for row in search("geological survey"))
    assert search("!!!") == []
    assert search("no such thing at all") == []


def test_a_search_that_finds_nothing_says_so(client: TestClient) -> None:
    page = client.get("/facts", params={"q": "<b>nothing</b>"}).text
    assert "Nothing is called" in page
    assert "<b>nothing" not in page


def test_rows_are_those_that_select_gives(client: TestClient) -> None:
    state = "mineral=cobalt&period=2024&sort=-value"
    page = client.get(f"/facts/production?{state}").text
    whole = facts.select("production", mineral="cobalt", period="2024")
    assert f"Rows 1 to {len(whole)} of {len(whole)}" in page
    assert page.index("302\u2009000") < page.index("226\u2009000") < page.index("4\u2009780")
    rows = list(csv.DictReader(io.StringIO(client.get(f"/facts/production.csv?{state}").text)))
    assert [float(row["value"]) for row in rows] == sorted(whole["value"], reverse=True)
    data = client.get(f"/facts/production.json?{state}").json()
    assert [row["value"] for row in data["rows"]] == sorted(whole["value"], reverse=True)
    assert client.get(f"/facts/production.xlsx?{state}").content[:2] == b"PK"


def test_pages_of_rows_follow_each_other(client: TestClient) -> None:
    first = client.get("/facts/minerals?limit=40").text
    later = re.search(r'href="(/facts/minerals\?[^"]*offset=40[^"]*)"', first)
    assert later is not None
    second = client.get(later[1].replace("&amp;", "&")).text
    assert "Rows 41 to 80" in second
    assert 'rel="prev"' in second


def test_each_row_leads_to_its_trail(client: TestClient) -> None:
    page = client.get("/facts/benchmarks").text
    links = re.findall(r'href="(/why\?address=benchmarks[^"]*)"', page)
    assert len(links) == 4
    assert all(client.get(link.replace("&amp;", "&")).status_code == 200 for link in links)


def test_what_is_wrong_stands_by_its_field_and_the_rest_stays(client: TestClient) -> None:
    answer = client.get("/facts/production?mineral=cobxlt&country=China")
    assert answer.status_code == 422
    fault = re.search(r'id="fault-mineral" role="alert">([^<]*)<', answer.text)
    assert fault is not None
    assert "did you mean cobalt" in fault[1]
    assert 'name="country" value="China"' in answer.text
    assert client.get("/facts/production.csv?mineral=cobxlt").json()["error"] == "bad_input"


def test_too_much_for_one_file_is_refused_and_said(client: TestClient) -> None:
    answer = client.get("/facts/trade.csv")
    assert answer.status_code == 422
    assert "filter to at most" in answer.json()["problems"][0]["sentence"]


def test_an_empty_answer_says_what_to_do(client: TestClient) -> None:
    answer = client.get("/facts/production?mineral=cobalt&period=1900")
    assert answer.status_code == 200
    assert "No row fits" in answer.text


@pytest.mark.parametrize(
    "address", ["/facts/nothing", "/facts.yaml", "/facts?colour=red", "/facts/production?limit=5000"]
)
def test_wrong_addresses_are_errors_in_words(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in (404, 422)
    assert "Traceback" not in answer.text

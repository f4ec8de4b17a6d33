"""The facts by the API: tables, pages of rows, trails, and entity tags that follow the facts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from orepact import facts
from orepact.facts.address import follow
from orepact.facts.paging import address_of, found_rows, is_disputed, page_of
from orepact.facts.schemas import SCHEMAS
from orepact.network.uses import used_in_network
from orepact.web.app import create_app


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(), base_url="http://127.0.0.1") as made:
        yield made


def test_all_tables_are_listed_with_their_rows_and_grades(client: TestClient) -> None:
    body = client.get("/api/v1/facts").json()
    assert body["version"] == facts.version()
    assert [row["table"] for row in body["tables"]] == facts.tables()
    production = next(row for row in body["tables"] if row["table"] == "production")
    assert production["rows"] == len(facts.load("production")) == sum(production["grades"].values())


def test_rows_come_in_pages_that_join_to_the_whole(client: TestClient) -> None:
    whole = facts.select("production", mineral="cobalt", period="2024")
    address, seen = "/api/v1/facts/production?mineral=cobalt&period=2024&limit=10", []
    while address:
        body = client.get(address).json()
        assert body["total"] == len(whole)
        seen += body["rows"]
        address = body["next"]
    assert [row["value"] for row in seen] == whole["value"].tolist()
    assert [row["country"] for row in seen] == whole["country"].tolist()


def test_rows_sort_and_filter_as_select_does(client: TestClient) -> None:
    body = client.get("/api/v1/facts/production?mineral=cobalt&where=stage=mine;period=2024&sort=-value&limit=3").json()
    values = [row["value"] for row in body["rows"]]
    assert values == sorted(values, reverse=True)
    assert {row["stage"] for row in body["rows"]} == {"mine"}


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/api/v1/facts/production?limit=0", "limit"), ("/api/v1/facts/production?limit=1001", "limit"),
        ("/api/v1/facts/production?offset=-1", "offset"), ("/api/v1/facts/production?colour=red", "colour"),
        ("/api/v1/facts/production?sort=colour", "sort"), ("/api/v1/facts/nothing", "table"),
        ("/api/v1/why?address=nothing/at/all", "table"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_the_one_error_body(client: TestClient, address: str, field: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 422
    assert answer.json()["error"] == "bad_input"
    assert field in answer.json()["problems"][0]["sentence"]


def test_a_tag_spares_what_has_not_changed(client: TestClient) -> None:
    for address in (
        "/api/v1/facts",
        "/api/v1/facts/prices?limit=2",
        "/api/v1/why?address=production/cobalt/mine/COD/2024",
    ):
        tag = client.get(address).headers["etag"]
        assert facts.version() in tag
        again = client.get(address, headers={"if-none-match": f'"other", {tag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200


def test_forms_have_tags_of_their_own(client: TestClient) -> None:
    as_json = client.get("/api/v1/facts/prices?limit=2").headers["etag"]
    answer = client.get("/api/v1/facts/prices?limit=2", headers={"accept": "text/csv", "if-none-match": as_json})
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["mineral"] for row in rows] == facts.load("prices")["mineral"].head(2).tolist()


def test_why_is_the_trail_that_the_function_gives(client: TestClient) -> None:
    address = "production/cobalt/mine/COD/2024"
    body = client.get("/api/v1/why", params={"address": address}).json()
    trail = facts.why(address, used_in_network)
    assert len(body["trail"]["things"][0]["claims"]) == len(trail.things[0].claims) == 2
    assert [claim["row"]["value"] for claim in body["trail"]["things"][0]["claims"]] == [
        claim.row["value"] for claim in trail.things[0].claims
    ]
    assert body["tree"]["number"] == trail.things[0].claims[0].row["value"]
    assert [said["source"] for said in body["tree"]["claims"]] == ["iea_cmd_2025", "usgs_mcs2026"]


@pytest.mark.parametrize("table", facts.tables())
def test_the_address_of_a_row_leads_back_to_it(table: str) -> None:
    frame = facts.load(table)
    for record in frame.iloc[:: max(len(frame) // 4, 1)].head(4).to_dict("records"):
        rows = follow(address_of(table, record)).rows.to_dict("records")
        key = SCHEMAS[table].key
        assert [str(record[column]) for column in key] in [[str(row[column]) for column in key] for row in rows]


def test_disputed_rows_are_those_of_one_thing_with_two_figures() -> None:
    frame = found_rows("production", mineral="cobalt", period="2024", where=["stage=mine"], disputed=True)
    assert {"AUS", "COD", "IDN", "RUS", "WLD"} <= set(frame["country"])
    assert "CHN" not in set(frame["country"])
    assert set(frame.groupby("country").size()) == {2}
    claims = found_rows("claims", disputed=True)
    assert len(claims) == len(facts.conflicts())
    assert not is_disputed("sources", facts.load("sources")).any()


def test_pages_know_where_the_next_begins() -> None:
    frame = facts.load("benchmarks")
    assert page_of("benchmarks", frame, limit=3, offset=0).following == 3
    assert page_of("benchmarks", frame, limit=4, offset=0).following is None
    assert page_of("benchmarks", frame, limit=3, offset=99).frame.empty

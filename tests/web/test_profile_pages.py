"""The pages of minerals and countries: the numbers are the functions', the twins are the page, and gaps are said."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from starlette.testclient import TestClient

from orepact import facts
from orepact.indicators.country_profile import all_countries, country_profile
from orepact.indicators.mineral_list import all_minerals
from orepact.indicators.mineral_profile import mineral_profile
from orepact.indicators.profiles import is_active, state_on
from orepact.network import network
from orepact.web.app import create_app


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(), base_url="http://127.0.0.1") as made:
        yield made


def test_a_mineral_is_what_the_facts_say(client: TestClient) -> None:
    page = client.get("/mineral/cobalt").text
    record = client.get("/mineral/cobalt.json").json()
    output = {each["stage"]: each for each in record["output"]}
    table = facts.load("production")
    mine = table[(table["mineral"] == "cobalt") & (table["stage"] == "mine") & (table["source"] == "usgs_mcs2026")]
    congo = mine[(mine["country"] == "COD") & (mine["period"] == output["mine"]["period"])]["value"].iloc[0]
    world = mine[(mine["country"] == "WLD") & (mine["period"] == output["mine"]["period"])]["value"].iloc[0]
    first = output["mine"]["rows"][0]
    assert (first["country"], first["value"]) == ("COD", congo)
    assert first["share"] == pytest.approx(congo / world)
    assert f"DR Congo mines {round(100 * congo / world)}\u2009% of the world&#39;s cobalt" in page
    assert f"{congo:,.0f}".replace(",", "\u2009") in page


def test_both_sides_of_a_mineral_are_its_balanced_table() -> None:
    record, found = mineral_profile("cobalt"), network("cobalt")
    table = found.stage("refined")
    japan = next(row for row in record["network"]["buyers"] if (row["country"], row["stage"]) == ("JPN", "refined"))
    column = table.buyers.index("JPN")
    assert japan["tonnes"] == pytest.approx(float(table.flows[:, column].sum()))
    assert 1 - japan["abroad"] == pytest.approx(
        float(table.flows[table.producers.index("JPN"), column] / table.flows[:, column].sum()), abs=1e-3
    )
    assert sum(row["tonnes"] for row in record["network"]["makers"] if row["stage"] == "refined") == pytest.approx(
        float(table.flows.sum()), rel=1e-6
    )


def test_what_nobody_publishes_is_said_and_not_left_blank(client: TestClient) -> None:
    page = client.get("/mineral/scandium").text
    assert "Cannot tell: mine output by country: no open source gives it." in page
    assert "Cannot tell, because this is missing: output by country" in page
    boron = client.get("/mineral/boron").text
    assert "bases that do not add up" in boron
    assert "how much of the world&#39;s boron" in boron or "cannot be told" in boron


@pytest.mark.slow
def test_every_trail_on_a_profile_leads_somewhere(client: TestClient) -> None:
    for address in ("/mineral/gallium", "/country/COD"):
        links = sorted(set(re.findall(r'class="why" href="([^"]+)"', client.get(address).text)))
        assert len(links) > 20
        for link in links[::4]:
            assert client.get(link.replace("&amp;", "&")).status_code == 200, link


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/mineral/gallium", "/country/JPN", "/country/EU27", "/mineral", "/country"])
def test_twins_are_the_page(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 200
    record = client.get(f"{address}.json").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv").text)))
    assert record
    assert len(rows) > 10
    assert client.get(f"{address}.xlsx").content[:2] == b"PK"


@pytest.mark.slow
def test_the_api_gives_the_same_record(client: TestClient) -> None:
    assert client.get("/api/v1/mineral/cobalt").json() == client.get("/mineral/cobalt.json").json()
    assert client.get("/api/v1/country/EU27").json() == client.get("/country/EU27.json").json()
    assert "text/csv" in client.get("/api/v1/country/JPN", headers={"accept": "text/csv"}).headers["content-type"]


def test_a_region_buys_the_sum_of_its_members() -> None:
    record, found = country_profile("EU27"), network("cobalt")
    table = found.stage("refined")
    inside = np.isin(table.buyers, facts.resolve_place("EU27"))
    row = next(each for each in record["buys"] if (each["mineral"], each["stage"]) == ("cobalt", "refined"))
    taken = table.flows[:, inside].sum(axis=1)
    assert row["tonnes"] == pytest.approx(float(taken.sum()))
    outside = ~np.isin(table.producers, facts.resolve_place("EU27"))
    assert row["largest"] == np.array(table.producers)[outside][taken[outside].argmax()]
    assert row["largest_share"] == pytest.approx(float(taken[outside].max() / taken.sum()))


def test_a_country_is_known_by_code_and_name(client: TestClient) -> None:
    for name in ("COD", "DR Congo", "Kongo-Kinshasa"):
        answer = client.get(f"/country/{name}")
        assert answer.status_code == 200, name
        assert "<h1>DR Congo</h1>" in answer.text
    assert client.get("/country/nowhere at all").status_code == 422
    assert client.get("/mineral/unobtainium").status_code == 422
    assert client.get("/mineral/unobtainium.json").json()["error"] == "bad_input"


def test_controls_are_told_by_the_day() -> None:
    suspended = {
        "start": "2024-12-03",
        "end": None,
        "suspended_from": "2025-11-09",
        "suspended_until": "2026-11-27",
        "status": "suspended",
    }
    on = {
        day: state_on(suspended, dt.date.fromisoformat(day))
        for day in ("2024-12-02", "2024-12-03", "2026-11-26", "2026-11-27")
    }
    assert on["2024-12-02"] == "announced for 2024-12-03"
    assert on["2024-12-03"] == "in force since 2024-12-03"
    assert on["2026-11-26"] == "suspended from 2025-11-09 until 2026-11-27"
    assert on["2026-11-27"].startswith("cannot tell: it was suspended until 2026-11-27")
    ended = {
        "start": "2025-02",
        "end": "2025-10-15",
        "suspended_from": None,
        "suspended_until": None,
        "status": "ended",
    }
    assert is_active(ended, dt.date(2025, 3, 1))
    assert state_on(ended, dt.date(2025, 10, 15)) == "ended on 2025-10-15"
    unknown = {"start": None, "end": None, "suspended_from": None, "suspended_until": None, "status": "announced 2023"}
    assert state_on(unknown, dt.date(2026, 1, 1)) == "announced 2023"


@pytest.mark.slow
def test_lists_sort_by_what_the_address_says(client: TestClient) -> None:
    rows = client.get("/country.json?sort=-buys").json()
    assert [row["buys"] for row in rows] == sorted((row["buys"] for row in rows), reverse=True)
    assert client.get("/country.json").json() == all_countries()
    minerals = client.get("/mineral.json?sort=-hhi").json()
    told = [row["hhi"] for row in minerals if row["hhi"] is not None]
    assert told == sorted(told, reverse=True)
    assert all(row["hhi"] is None for row in minerals[len(told) :])
    assert len(minerals) == len(all_minerals()) == len(facts.load("minerals"))
    assert client.get("/mineral?sort=colour").status_code == 422


def test_a_place_in_no_table_is_told_as_such(client: TestClient) -> None:
    page = client.get("/country/ABW").text
    assert "What Aruba buys cannot be told" in page
    assert "is no zero" in page

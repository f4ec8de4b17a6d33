"""The page that compares instruments: the function's figures in the briefing, who loses in every view, run-out in years."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

import orepact
from orepact.cases.compare import Comparison
from orepact.report.compare_text import alike, kept, lasting, losers, no_dates, partners_by_name, verdict
from orepact.report.numbers import interval_of_tonnes, money, money_range, tonnes
from orepact.web.app import create_app
from orepact.web.pages import compare

ASKED = "?mineral=tungsten&tonnes=100&zone=MSP&fund=500000000&draws=12"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def found() -> Comparison:
    return orepact.compare("tungsten", tonnes=100.0, zone="MSP", fund=5e8, draws=12)


@pytest.fixture(scope="module")
def shown(client: TestClient, unlinked: Callable[[str], str]) -> str:
    answered = client.get(f"/compare{ASKED}")
    assert answered.status_code == 200
    return unlinked(html.unescape(answered.text))


def drawn(shown: str, chart: str) -> dict[str, Any]:
    data = re.search(rf'id="data-{chart}">(.*?)</script>', shown, re.DOTALL)
    assert data is not None
    return dict(json.loads(data[1]))


def test_the_briefing_holds_the_functions_figures(shown: str, found: Comparison) -> None:
    answer = found.summary()
    assert f'<h2 class="finding">{verdict(answer)[0]}</h2>' in shown
    assert " ".join(verdict(answer)[1:]) in shown
    for each in answer["instruments"]:
        assert f"<td>{tonnes(each['level'])} ({each['level_means']})</td>" in shown
        assert interval_of_tonnes(each["tonnes"]) in shown
        assert interval_of_tonnes(each["leakage_t"]) in shown
        assert f"USD {money(each['cost']['median'])} a year ({money_range(each['cost'])})" in shown
        assert interval_of_tonnes(each["cost_per_added_tonne"]) in shown
        for day in (each["runout"] or {}).values():
            assert (day or "more than 20 years") in shown
    for line in (alike(answer["instruments"]), *kept(answer["instruments"]), *no_dates(answer)):
        assert line in shown
    assert lasting(answer) == "more than 20 years"
    assert " lasts<" not in shown


def test_partner_states_are_named_with_revenue_and_without_value_added(shown: str, found: Comparison) -> None:
    answer = found.summary()
    assert partners_by_name(answer) in shown
    rows = compare.partner_rows(answer["instruments"])
    assert rows
    assert all(row["added"] == "cannot tell" for row in rows)
    assert all(f'<th scope="row">{row["who"]}</th>' in shown for row in rows)
    assert all(row["by0"] in shown for row in rows)
    assert "Cannot tell value added of partner states" in shown


def test_every_instrument_says_who_loses(shown: str, found: Comparison) -> None:
    rows = found.summary()["instruments"]
    cells = dict(compare.briefing(found.summary()))
    assert len(cells["Who loses"]) == len(rows)
    for index, (each, cell) in enumerate(zip(rows, cells["Who loses"], strict=True)):
        lost = losers(each)
        assert lost
        assert all(row["who"] in cell for row in lost)
        bars = drawn(shown, f"payers-{index}")["rows"]
        assert {row["name"] for row in bars if row["tone"] == "loss"} >= {row["who"] for row in lost}
        assert lost[0]["who"] in compare.payers(rows, "")[index].title


def test_the_run_out_is_told_in_years_or_said_to_be_none(shown: str, client: TestClient, found: Comparison) -> None:
    rows = {row["name"]: row for row in drawn(shown, "runout")["rows"]}
    assert "Adjustable duty" not in rows
    assert "No run-out date (duty): nothing is paid out" in shown
    for each in found.summary()["instruments"]:
        if each["runout"] is None:
            continue
        row = rows[each["name"][:1].upper() + each["name"].split(",", maxsplit=1)[0][1:]]
        assert 0 <= row["low"] <= row["high"] <= 20
        if each["runout"]["p50"] is not None:
            first = each["runout_basis"]["first_month"]
            assert row["median"] == pytest.approx(compare.years(each["runout"]["p50"], first))
    later = client.get(f"/compare{ASKED}&start=2027-01").text
    assert "years from 2027-01 until the fund is gone" in later
    assert "from 2027-01 on" in later
    without = client.get("/compare?mineral=tungsten&tonnes=100&fund=none&draws=10").text
    assert "): no fund was named." in without
    assert "data-runout" not in without
    assert "When the money runs out: cannot tell" in without


def test_tonnes_out_of_reach_are_said_to_be(client: TestClient, unlinked: Callable[[str], str]) -> None:
    text = unlinked(html.unescape(client.get("/compare?mineral=gallium&tonnes=5&zone=EU27,USA,JPN&draws=10").text))
    assert "None of the five reaches these tonnes" in text
    assert text.count("these tonnes are beyond it") == 5


def test_what_cannot_be_told_is_said(client: TestClient, shown: str) -> None:
    assert "Cannot tell tariffs in force in " in shown
    assert all(name in shown for name in ("the European Union", "Japan", "Note: the tariff of United States"))
    answered = client.get("/compare?mineral=vanadium&zone=JPN")
    assert answered.status_code == 404
    assert "Cannot tell" in answered.text
    assert "nobody in the zone makes the mineral" in answered.text
    assert re.search(r'id="fault-zone" role="alert">\(zone\)', answered.text)


@pytest.mark.slow
def test_no_published_volatility_is_a_reason(client: TestClient) -> None:
    text = html.unescape(client.get("/compare?mineral=niobium&tonnes=50&zone=MSP&draws=10").text)
    assert "no volatility of its price is published" in text
    given = client.get("/compare?mineral=niobium&tonnes=50&zone=MSP&draws=10&volatility=30%25").text
    assert "data-runout" in given


@pytest.mark.slow
def test_twins_and_command(client: TestClient, shown: str, found: Comparison) -> None:
    assert (
        client.get(f"/compare.json{ASKED}").json()["instruments"][0]["payers"]
        == (found.summary()["instruments"][0]["payers"])
    )
    assert len(client.get(f"/compare.csv{ASKED}").text.splitlines()) == len(found.frame()) + 1
    assert client.get(f"/compare.xlsx{ASKED}").content[:2] == b"PK"
    drawing = client.get(f"/compare.svg{ASKED}").text
    assert "What each costs all together" in drawing
    assert all(each["name"][1:] in drawing for each in found.summary()["instruments"])
    assert "orepact compare --mineral tungsten --tonnes 100 --zone MSP --fund 500000000 --draws 12" in shown


def test_errors_stand_beside_their_fields(client: TestClient) -> None:
    text = html.unescape(client.get("/compare?tonnes=-1&zone=Jappan").text)
    assert re.search(r'id="fault-zone" role="alert">\(zone\).*Japan', text)
    assert re.search(r'id="fault-tonnes" role="alert">\(tonnes\)', html.unescape(client.get("/compare?tonnes=-1").text))

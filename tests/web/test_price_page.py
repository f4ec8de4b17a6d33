"""The page of price and duty: figures of the function, who pays in full, what cannot be told, and sums by hand."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

import orepact
from orepact import facts
from orepact.cases.price_chain import PriceAnswer
from orepact.report.numbers import interval_of_tonnes, money, money_range, times, tonnes
from orepact.report.price_text import NOT_BINDING, SMALLEST, in_words, plain, verdict
from orepact.web.app import create_app
from orepact.web.pages import price_charts

ASKED = "?mineral=gallium&reference=456000&zone=EU27,USA,JPN&draws=20"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def found() -> PriceAnswer:
    return orepact.price("gallium", reference=456000.0, zone="EU27,USA,JPN", draws=20)


@pytest.fixture(scope="module")
def shown(client: TestClient, unlinked: Callable[[str], str]) -> str:
    answered = client.get(f"/price{ASKED}")
    assert answered.status_code == 200
    return unlinked(html.unescape(answered.text))


def drawn(shown: str, chart: str) -> dict[str, object]:
    data = re.search(rf'id="data-{chart}">(.*?)</script>', shown, re.DOTALL)
    assert data is not None
    return dict(json.loads(data[1]))


def test_the_figures_on_the_page_are_the_functions(shown: str, found: PriceAnswer) -> None:
    answer = found.summary()
    assert f'<h2 class="finding">{verdict(answer)[0]}</h2>' in shown
    assert " ".join(verdict(answer)[1:]) in shown
    assert times(answer["prices"]["zone"]) in shown
    for row in answer["duties"]:
        if row["imports_before_t"] >= 1:
            assert interval_of_tonnes(row["duty"]) in shown
            assert tonnes(row["imports_before_t"]) in shown
            assert f"{money(row['revenue']['median'])} ({money_range(row['revenue'])})" in shown
    assert interval_of_tonnes(answer["output"]["refined_zone_t"]) in shown


def test_every_party_and_every_group_has_its_bar_or_row(shown: str, found: PriceAnswer) -> None:
    answer = found.summary()
    for row in answer["payers"]:
        assert in_words(row["who"], answer["stages"][0]) in shown
        assert money(row["amount"]["median"]) in shown
    rows = drawn(shown, "groups")["rows"]
    assert isinstance(rows, list)
    assert {row["name"] for row in rows} == {
        row["who"] for row in answer["groups"] if abs(row["amount"]["median"]) >= SMALLEST
    }
    values = [row["value"] for row in rows]
    assert values == sorted(values)
    assert all(row["tone"] == ("loss" if row["value"] < 0 else "gain") for row in rows)
    assert any(row["name"].startswith("treasuries") and row["tone"] == "gain" for row in rows)


def test_the_map_holds_what_all_parties_of_a_country_gain(shown: str, found: PriceAnswer) -> None:
    mine = sum(
        amount for who, amount in found.payers.items() if " of JPN" in who
    )  # users, treasury and producers of Japan
    japan = found.countries()["JPN"]
    assert japan["low"] <= float(sum(mine) / len(mine)) <= japan["high"]  # type: ignore[arg-type]
    assert sum(each["median"] for each in found.countries().values()) == pytest.approx(
        found.summary()["total"]["median"], rel=0.3
    )
    places = drawn(shown, "map")["places"]
    assert isinstance(places, list)
    assert {place["code"] for place in places} <= set(found.countries())
    china = next(place for place in places if place["code"] == "CHN")
    assert china["label"].startswith("loses" if found.countries()["CHN"]["median"] < 0 else "gains")


def test_gains_and_losses_are_said_to_close(shown: str, found: PriceAnswer) -> None:
    total = found.summary()["total"]
    assert total["median"] < 0
    assert f"All together lose {money(-total['median'])} (" in shown
    assert "Gains and losses close to" in shown


def test_what_cannot_be_told_is_said_with_what_to_supply(client: TestClient, shown: str) -> None:
    assert "Cannot tell tariffs in force in the European Union, Japan: they are not in the facts." in shown
    assert "Note: the tariff of United States in the facts has" in shown
    assert "By using sector: EU:" in shown
    bare = client.get("/price?draws=10").text
    assert "Cannot tell which sectors of the EU pay: the facts have no shares of its use of rare earths" in bare
    assert "By using sector" not in bare
    assert "cannot be told from the facts" in bare


def test_a_price_that_does_not_bind_costs_nobody(client: TestClient, unlinked: Callable[[str], str]) -> None:
    text = unlinked(client.get("/price?mineral=gallium&reference=1000&zone=JPN&draws=10").text)
    assert f'<h2 class="finding">{NOT_BINDING}</h2>' in text
    assert "There are no gains and losses to close." in text
    assert "data-duties" in text
    assert "data-groups" not in text
    link = re.search(r'<a href="(/price\?[^"]*)">Ask again a quarter above', html.unescape(text))[1]  # type: ignore[index]
    assert "reference=456000" in link
    assert "pay" in client.get(link).text
    assert "Suppliers outside take less" not in text


def test_exempt_origins_stand_on_the_page_as_exempt(client: TestClient) -> None:
    text = html.unescape(
        client.get("/price?mineral=tungsten&reference=48900&zone=MSP&exempt=China,USA,Vietnam&draws=10").text
    )
    rows = drawn(text, "duties")["rows"]
    assert isinstance(rows, list)
    assert next(row for row in rows if row["name"] == "China")["label"] == "exempt"
    assert next(row for row in rows if row["name"] == "China")["tone"] == "plain"
    assert "Note: exempt without effect, being in the zone, which does not pay: United States." in text


def test_a_duty_that_shuts_imports_out_and_a_zone_alone_have_pages(client: TestClient) -> None:
    for query in ("mineral=gallium&reference=9e6&zone=JPN", "mineral=cobalt&reference=40000&zone=CHN&exempt=COD",
                  "mineral=tungsten&stage=mine&reference=30000&zone=MSP&cap_rate=5%25"):  # fmt: skip
        assert client.get(f"/price?{query}&draws=10").status_code == 200, query


def test_books_that_do_not_close_are_refused_beside_the_reference_price(client: TestClient) -> None:
    answered = client.get("/price?mineral=gallium&reference=9e7&zone=JPN&draws=10")
    assert answered.status_code == 500
    assert re.search(
        r'id="fault-reference" role="alert">\(reference\) the reference price is too far.+gains and losses do not close',
        answered.text,
    )


def test_errors_stand_beside_their_fields_and_keep_what_was_typed(client: TestClient) -> None:
    answered = client.get("/price?reference=-5&zone=JPN&exempt=Chinaa")
    text = html.unescape(answered.text)
    assert answered.status_code == 422
    assert re.search(r'id="fault-reference" role="alert">\(reference\) a price above zero', text)
    assert 'name="zone" list="places" value="Japan"' in text
    part = client.get("/price?zone=<script>alert(1)</script>", headers={"hx-request": "true"})
    assert part.status_code == 422
    assert "<script>alert" not in part.text


@pytest.mark.slow
def test_twins_hold_the_same_answer(client: TestClient, found: PriceAnswer) -> None:
    assert client.get(f"/price.json{ASKED}").json()["groups"] == found.summary()["groups"]
    rows = list(csv.DictReader(io.StringIO(client.get(f"/price.csv{ASKED}").text)))
    assert {row["who"] for row in rows} == set(found.payers)
    assert client.get(f"/price.xlsx{ASKED}").content[:2] == b"PK"
    for ending, first in ((".svg", b"<svg"), (".png", b"\x89PNG")):
        assert client.get(f"/price{ending}{ASKED}").content.startswith(first)
    drawing = client.get(f"/price.svg{ASKED}").text
    assert "treasuries in the zone" in drawing
    assert money(found.summary()["groups"][0]["amount"]["median"]) in drawing.replace("\u2212", "-")


def test_sums_by_hand_stand_on_the_page_and_answer_alone(client: TestClient, shown: str) -> None:
    assert "The importer pays the treasury 1\u2009173 EUR a tonne" in shown
    assert "The public fund pays the producer 224\u2009000\u2009000 USD" in shown
    part = client.get(
        "/floor", params={"strike": "110", "price": "60", "volume": "1000"}, headers={"hx-request": "true"}
    )
    assert "50\u2009000 USD" in html.unescape(part.text)
    assert "<html" not in part.text
    whole = client.get("/duty?reference=100&price=40&cap_rate=10%25")
    assert "4 EUR a tonne" in whole.text
    assert "orepact duty --reference 100 --price 40 --cap-rate 0.1 --currency EUR" in whole.text
    wrong = html.unescape(client.get("/duty?price=-1").text)
    assert re.search(r'id="fault-price" role="alert">\(price\)', wrong)
    assert ">Duty<" not in client.get("/price?draws=10").text.split("</nav>")[0]


def test_presets_answer(client: TestClient) -> None:
    from orepact.web.pages.price import PRICE_PAGE

    for preset in PRICE_PAGE.presets:
        assert facts.resolve_mineral(preset.values["mineral"])
        assert client.get("/price", params={**preset.values, "draws": "10"}).status_code == 200, preset.name


def test_the_stages_beside_a_reference_price_are_held_against_it(client: TestClient) -> None:
    asked = "mineral=tungsten&reference=60000&zone=MSP&draws=20"
    answer = orepact.price("tungsten", reference=60000.0, zone="MSP", draws=20).summary()
    text = html.unescape(client.get(f"/price?{asked}").text)
    step = answer["coherence"][0]
    assert plain(step["left"], tonnes) in text
    assert step["why"] in text
    assert "supply a conversion cost (refined=USD)" in text
    lives = client.get(f"/price?{asked}&reference_at=mine=30000&conversion_cost=refined=12000")
    assert "<td>lives</td>" in lives.text
    assert "--zone MSP --draws 20 --reference-at mine=30000 --conversion-cost refined=12000" in lives.text
    dies = client.get(f"/price?{asked}&reference_at=mine=90000")
    assert dies.status_code == 422
    assert "AUT" in dies.text or "Austria" in dies.text
    wrong = html.unescape(client.get(f"/price?{asked}&yields=refined=7").text)
    assert re.search(r'id="fault-yields" role="alert">\(yields\)', wrong)


def test_the_title_of_the_map_says_that_it_leaves_out_whose_sign_is_not_sure() -> None:
    sure = [("JPN", {"median": -2.0}), ("TWN", {"median": 3.0})]
    assert price_charts._map_title(sure, 0) == "Japan loses most, Taiwan gains most"
    assert (
        price_charts._map_title(sure, 4)
        == "Of those whose sign is sure Japan loses most, Taiwan gains most; 4 more may gain or lose"
    )
    assert price_charts._map_title([], 4) == "No country's gain or loss can be told"


def test_classes_of_the_map() -> None:
    assert [price_charts._step(size, 1e6) for size in (2e6, 1e6, 5e5, 9e4)] == [5, 5, 3, 1]

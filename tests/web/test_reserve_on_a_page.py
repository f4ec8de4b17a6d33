"""The page of a reserve: its numbers are the function's, unspent money is said, and faults stand by their fields."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable, Iterator

import pandas as pd
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from orepact.api.media import strict
from orepact.api.questions.reserve import AT_ONCE, usd
from orepact.planning.reserve_size import reserve
from orepact.report.numbers import money, tonnes
from orepact.report.reserve_text import headline
from orepact.web.app import create_app

ASKED = "budget=12e9&region=USA&minerals=gallium&draws=20"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(), base_url="http://127.0.0.1") as found:
        yield found


def test_page_twin_api_and_function_agree(client: TestClient, unlinked: Callable[[str], str]) -> None:
    plan = reserve(12e9, "USA", "gallium", draws=20)
    expected = json.loads(json.dumps(strict(plan.summary())))
    assert client.get(f"/reserve.json?{ASKED}").json() == expected
    assert client.get(f"/api/v1/reserve?{ASKED}").json() == expected
    page = client.get(f"/reserve?{ASKED}")
    assert page.status_code == 200
    text = unlinked(page.text)
    assert headline(plan.summary()) in text
    assert f"{tonnes(plan.held['gallium'])}</td>" in text
    assert f"USD {money(plan.request.budget - plan.outlay)} (" in page.text
    assert "stay unspent, because" in page.text
    assert "a release for another is refused" in page.text
    assert "two parties verify a halt of exports" in page.text
    for chart in ("money", "cover", "pace", "worth", "paid", "halts"):
        assert f'id="data-{chart}"' in page.text
    table = pd.read_csv(io.StringIO(client.get(f"/reserve.csv?{ASKED}").text))
    assert table["tonnes"][0] == pytest.approx(plan.held["gallium"])


@pytest.mark.slow
def test_a_rule_set_fills_its_days_and_the_union_holds_nothing_itself(
    client: TestClient, unlinked: Callable[[str], str]
) -> None:
    vault = unlinked(client.get(f"/reserve?{ASKED}&policy=vault").text)
    assert "60 of 60" in vault
    assert "the days of cover of the rule set are filled" in vault
    union = client.get(f"/reserve?{ASKED}&policy=eu").text
    assert "Never by itself: these rules (EU, Articles 22 and 23) inform and coordinate" in union
    assert "The Union holds nothing itself" in union


@pytest.mark.slow
def test_what_is_not_held_says_what_would_have_to_be_true(client: TestClient) -> None:
    page = client.get("/reserve?minerals=cobalt&draws=10").text
    row = reserve(12e9, "USA", "cobalt", draws=10).summary()["holdings"][0]
    assert row["tonnes"] == 0
    assert "Hold nothing" in page
    assert f"if every probability were {row['break_even']:.3g} times as high" in page
    assert 'id="data-money"' not in page


@pytest.mark.parametrize(
    ("asked", "field"),
    [("budget=lots", "budget"), ("budget=-3", "budget"), ("region=Atlantis", "region"), ("minerals=galium", "minerals"),
     ("policy=fort", "policy"), ("objective=war", "objective"), (f"minerals=gallium&draws={AT_ONCE + 1}", "minerals")],
)  # fmt: skip
def test_faults_stand_by_their_fields(client: TestClient, asked: str, field: str) -> None:
    page = client.get(f"/reserve?{asked}")
    assert page.status_code == 422
    assert f'id="fault-{field}" role="alert">(' in page.text
    rows = client.get(f"/api/v1/reserve?{asked}").json()["problems"]
    assert [row["field"] for row in rows] == [field]


def test_money_is_read_as_people_write_it() -> None:
    told = {
        "12 bn": 12e9,
        "USD 12,000,000,000": 12e9,
        "500m": 5e8,
        "$1.5 billion": 1.5e9,
        "12e9": 12e9,
        "7": 7.0,
        "1.2e+10": 1.2e10,
    }
    assert {text: usd(text) for text in told} == told
    assert [usd(text) for text in ("lots", "-5", "1..2", "inf", "nan", "")] == ["lots", "-5", "1..2", "inf", "nan", ""]


def test_an_address_keeps_the_budget_to_the_dollar(client: TestClient) -> None:
    page = client.get("/reserve?budget=12345678901&minerals=gallium&draws=10").text
    assert "budget=12345678901" in page
    assert 'value="12345678901"' in page


@pytest.mark.slow
def test_expected_loss_by_api(client: TestClient) -> None:
    from orepact.planning.expected_loss import expected_loss

    found = client.get("/api/v1/expected_loss?minerals=gallium&draws=4")
    expected = expected_loss("gallium", draws=4, workers=1)
    assert found.json()["expected_usd_a_year"] == expected.total()
    table = client.get("/api/v1/expected_loss?minerals=gallium&draws=4", headers={"accept": "text/csv"})
    assert len(pd.read_csv(io.StringIO(table.text))) == len(expected.stops)
    refused = client.get("/api/v1/expected_loss?minerals=gallium,copper,cobalt&draws=100")
    assert refused.status_code == 422
    assert "too much to work out while you wait" in refused.text


@pytest.mark.slow
def test_picture_of_a_reserve(client: TestClient) -> None:
    drawn = client.get(f"/reserve.svg?{ASKED}")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "Days of use unserved in the worst halt, and days held" in drawn.text
    nothing = client.get("/reserve.svg?minerals=cobalt&draws=10")
    assert "Hold nothing" in nothing.text


@pytest.mark.slow
def test_what_a_reserve_is_worth_has_its_range_in_the_headline(client: TestClient) -> None:
    from orepact.report.numbers import money_range

    asked = "budget=5e8&region=USA&minerals=gallium,niobium,platinum&draws=20"
    answer = client.get(f"/reserve.json?{asked}").json()
    spread = money_range(answer["avoided"]["a_year"]["worth_usd"])
    assert f"({spread} in 80\u2009% of draws)" in client.get(f"/reserve?{asked}").text

"""The pages of the watch: grid, case file, one's own series; errors beside fields; nothing typed is markup."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

from starlette.testclient import TestClient

from orepact.web.pages.watch_file import since_peak

PRICES = "period,price,unit\n" + "".join(
    f"{2019 + at // 12}-{at % 12 + 1:02d},{100 + at % 3},USD/kg\n" for at in range(72)
)


def finding(text: str) -> str:
    found = re.search(r'<h2 class="finding">(.*?)</h2>', text, re.DOTALL)
    assert found is not None
    return found.group(1)


def test_the_grid_has_three_states_and_says_what_is_missing(client: TestClient) -> None:
    text = client.get("/watch?minerals=graphite,gallium,zinc").text
    for state in ('class="meets"', 'class="untold"', "cannot tell", "Missing:"):
        assert state in text
    assert "A screen is a lead, not proof." in finding(text)
    assert '<a href="/watch/file?mineral=gallium&amp;region=EU27">' in text


def test_the_case_page_answers_first_and_its_twin_says_the_same(client: TestClient) -> None:
    text = client.get("/watch/file?mineral=graphite").text
    twin = client.get("/watch_file.json?mineral=graphite").json()
    assert finding(text) == twin["sentence"]
    for part in ("The legal test", "Innocent explanations", "What it costs to act, and not to act", "Your own series"):
        assert part in text
    assert '"events": [{"label"' in text.replace("&#34;", '"') or '"period": "2023"' in text


def test_titles_of_charts_speak_of_the_peak_and_of_the_last_year() -> None:
    assert (
        since_peak(("2022", "2023", "2024"), (50.0, 100.0, 80.0)) == "20% below its peak of 2023, 20% less than in 2023"
    )
    months = (*(f"2024-{at:02d}" for at in range(1, 13)), "2025-01")
    assert since_peak(months, (5.0,) * 13) == "at its peak, as much as in 2024-01"


def test_the_grid_and_its_twin_say_the_same_state(client: TestClient) -> None:
    twin = client.get("/watch.json?minerals=graphite,zinc,indium,bismuth").json()
    states = {each["mineral"]: each["state"] for each in twin["minerals"]}
    assert states == {"graphite": "watch", "zinc": "watch", "indium": "cannot tell", "bismuth": "quiet"}
    text = client.get("/watch?minerals=graphite,zinc,indium,bismuth").text
    for mineral, state in states.items():
        assert re.search(rf'mineral={mineral}&amp;region=EU27">[^<]*</a> <span class="note">{state}</span>', text)


def test_a_constant_price_is_said_to_be_one(client: TestClient) -> None:
    flat = "period,price,unit\n" + "".join(f"{2019 + at // 12}-{at % 12 + 1:02d},100,USD/kg\n" for at in range(72))
    text = client.post("/watch/file", data={"mineral": "gallium", "prices": flat}).text
    assert "as high as in the year before" in text
    assert "1.00 times" not in text
    assert "by 0 %" not in text


def test_own_series_are_answered_and_never_in_the_address(client: TestClient) -> None:
    found = client.post("/watch/file", data={"mineral": "gallium", "prices": PRICES})
    assert found.status_code == 200
    assert "Your own series stand in place" in found.text
    table = client.post("/watch_file.csv", data={"mineral": "gallium", "prices": PRICES})
    assert table.text.startswith("part,name,verdict")
    own = client.post("/api/v1/watch_file?mineral=gallium", json={"prices": PRICES}).json()
    assert own["own"] is True
    assert finding(found.text) == own["sentence"]
    as_file = client.post("/watch/file", data={"mineral": "gallium"}, files={"prices_file": ("own.csv", PRICES)})
    assert finding(as_file.text) == own["sentence"]


def test_faults_of_own_series_stand_beside_the_boxes(client: TestClient) -> None:
    bad = "period,price,unit\n2024-01,<b>x</b>,USD/t\n"
    found = client.post("/watch/file", data={"mineral": "gallium", "prices": bad})
    assert found.status_code == 422
    assert "(prices, line 2, price) that is not a number" in found.text
    assert "<b>x</b>" not in found.text
    assert client.post("/watch/file", data={"mineral": "gallium"}).status_code == 422
    large = client.post("/api/v1/watch_file", json={"prices": "x" * 100_001})
    assert large.status_code == 422
    for body, kind in (("<)", "application/json"), ('{"more": "x"}', "application/json"), ("{}", "text/csv")):
        wrong = client.post("/api/v1/watch_file", content=body, headers={"content-type": kind})
        assert wrong.status_code == 422
        assert wrong.json()["problems"][0]["sentence"]


def test_a_wrong_name_is_told(client: TestClient) -> None:
    assert "did you mean gallium" in client.get("/watch?minerals=galium,zinc").text
    assert client.get("/watch/file?mineral=galium").status_code == 422
    lost = client.get("/watch.json?region=Narnia").json()["problems"]
    assert [each["field"] for each in lost] == ["region"]


def test_the_case_page_hands_over_to_an_investigation_of_the_pact(client: TestClient) -> None:
    text = client.get("/watch/file?mineral=graphite").text
    link = re.search(r'href="(/pact/investigations/new\?[^"]*)"', text)
    assert link is not None
    asked = parse_qs(urlsplit(unescape(link[1])).query)
    assert (asked["mineral"], asked["importer"]) == (["graphite"], ["EU27"])
    assert asked["note"] == [unescape(finding(text))]

"""Pages and their twins, without a browser: the same numbers, errors beside their fields, nothing of the user's text unescaped."""

from __future__ import annotations

import io

import pandas as pd
from starlette.testclient import TestClient

from orepact.web.pages import PAGES


def test_every_page_has_its_twins(client: TestClient) -> None:
    for page in PAGES:
        for ending, kind in (("json", "application/json"), ("csv", "text/csv")):
            found = client.get(f"/{page.name}.{ending}")
            assert found.status_code == 200, (page.name, ending, found.text[:300])
            assert found.headers["content-type"].startswith(kind)


def test_the_table_twin_is_the_functions_own_table(client: TestClient) -> None:
    from orepact.cases import shock

    own = shock("gallium", origin="CHN", draws=50).losses_frame()
    text = client.get("/shock.csv?mineral=gallium&origin=CHN&draws=50").text
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(text)), own, check_exact=False, rtol=1e-12)
    sheet = client.get("/shock.xlsx?mineral=gallium&origin=CHN&draws=50").content
    assert sheet[:2] == b"PK"


def test_an_error_stands_beside_its_field_and_the_rest_of_the_form_stays(client: TestClient) -> None:
    found = client.get("/shock?mineral=galium&origin=JPN&months=7")
    assert found.status_code == 422
    assert "did you mean gallium" in found.text
    assert 'value="Japan"' in found.text
    assert "7 months" in found.text
    assert "Traceback" not in found.text


def test_what_a_user_typed_is_never_markup(client: TestClient) -> None:
    for path in (
        "/shock?origin=%3Cscript%3Ealert(1)%3C/script%3E",
        "/scoreboard?region=%22%3E%3Cimg%20src=x%3E",
        "/%3Cscript%3E",
    ):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x>" not in text


def test_unknown_parameters_are_told_with_the_nearest(client: TestClient) -> None:
    found = client.get("/api/v1/shock?minerals=gallium")
    assert found.status_code == 422
    (problem,) = found.json()["problems"]
    assert "mineral" in problem["todo"]


def test_a_fragment_is_only_the_answer(client: TestClient) -> None:
    whole = client.get("/shock?draws=50").text
    part = client.get("/shock?draws=50", headers={"hx-request": "true"}).text
    assert "<html" in whole
    assert "<html" not in part
    assert part.strip() in whole or part.split("</p>")[0].strip() in whole


def test_the_start_page_tells_suspensions_for_its_day(client: TestClient) -> None:
    found = client.get("/start.json?on=2026-11-25").json()
    soon = [row for row in found["suspensions"] if row["days"] == 2]
    assert {row["mineral"] for row in soon} == {"antimony", "gallium", "germanium", "graphite"}
    later = client.get("/start.json?on=2027-06-01").json()
    assert all(row["days"] < 0 for row in later["suspensions"])
    assert all(row["date"] <= "2026-11-25" for row in found["changes"])


def test_parquet_and_json_come_by_content_type(client: TestClient) -> None:
    found = client.get("/api/v1/shock?draws=50", headers={"accept": "application/vnd.apache.parquet"})
    assert found.content[:4] == b"PAR1"
    assert client.get("/api/v1/shock?draws=50", headers={"accept": "text/csv"}).text.startswith("country,")
    assert client.get("/api/v1/shock?draws=50", headers={"accept": "text/html"}).json()["question"]


def test_every_link_of_the_menu_and_of_the_first_page_leads_somewhere(client: TestClient) -> None:
    import re

    text = client.get("/").text
    links = re.findall(r'<a [^>]*href="([^"]*)"', text)
    assert all(links), "an empty link leads nowhere"
    for link in {link.replace("&amp;", "&") for link in links if link.startswith("/")}:
        if not link.startswith(("/shock?", "/reserve?")):
            assert client.get(link).status_code == 200, link


def test_a_needed_blank_left_empty_is_asked_for(client: TestClient) -> None:
    for path, field in (("/shock?origin=", "origin"), ("/compare?zone=", "zone"), ("/price?reference=", "reference")):
        found = client.get(path)
        assert found.status_code == 422, path
        assert f'data-field="{field}"' in found.text
        assert "--" not in found.text[found.text.index("data-field") :][:200]


def test_a_slider_without_scripts_is_per_cent(client: TestClient) -> None:
    one = client.get("/shock.json?cut=60&draws=20").json()
    assert one["case"]["cut"] == 0.6


def test_a_number_out_of_range_is_told_with_the_range(client: TestClient) -> None:
    (problem,) = client.get("/api/v1/shock?months=900").json()["problems"]
    assert problem["sentence"] == "(months) the number is out of range; found '900'; give one from 1 to 60."

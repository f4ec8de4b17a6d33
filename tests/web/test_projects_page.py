"""The page of projects: its numbers are the function's, a list of one's own is read in memory, and faults stand in words."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable, Iterator

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from orepact.api.answers import Answers
from orepact.api.own_list import EXAMPLE, LARGEST_LIST, MOST_PROBLEMS, MOST_PROJECTS
from orepact.indicators.scoreboard import scoreboard
from orepact.planning.pipeline import pipeline
from orepact.planning.project_list import projects_of, shipped_projects
from orepact.planning.scrap import scrap
from orepact.report.numbers import tonnes
from orepact.report.projects_text import odds_of, projects_answer
from orepact.report.scrap_text import headline
from orepact.web.app import create_app

LIST = EXAMPLE + "Pit,lithium,mine,CZE,3000,2028,2,0.5\n"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(answers=Answers(most_a_minute=10_000)), base_url="http://127.0.0.1") as found:
        yield found


def test_the_list_that_comes_with_it_says_that_nobody_can_tell_and_what_to_supply(
    client: TestClient, unlinked: Callable[[str], str]
) -> None:
    found = client.get("/projects?mineral=lithium")
    assert found.status_code == 200
    board = scoreboard("EU27", materials="lithium")
    gap = next(
        each.gap for each in pipeline("EU27", (), board.cells).outlooks if each.benchmark == "processing" and each.gap
    )
    assert "cannot be told, because none of the 5 projects in the list states the usable capacity" in unlinked(
        found.text
    )
    assert f"{tonnes(gap)} t a year missing" in found.text
    assert "capacity in tonnes of content: for 5 of 5" in found.text
    assert "27 months, since: cannot tell" in found.text
    assert "Mina Doade" in found.text
    assert (
        client.get("/projects.csv?mineral=lithium").text.count("cannot tell") == 0
    )  # unknown is empty there, never a word


@pytest.mark.slow
def test_page_twin_api_and_function_agree(client: TestClient) -> None:
    own = tuple(each for each in shipped_projects() if each.mineral == "copper")
    expected = projects_answer(pipeline("EU27", own, scoreboard("EU27", materials="copper").cells))
    expected = json.loads(json.dumps(expected))
    assert client.get("/projects.json?mineral=copper").json() == expected
    assert client.get("/api/v1/projects?mineral=copper").json() == expected
    page = client.get("/projects?mineral=copper").text
    for each in pipeline("EU27", own, scoreboard("EU27", materials="copper").cells).outlooks:
        if each.method == "output" and each.met:
            assert odds_of(each).replace(">=", "≥").replace(">", "&gt;") in page
    assert headline(scrap("copper", "EU27", year=2030)) in page
    assert client.get("/api/v1/scrap").json()["share"] == scrap("copper").share


def test_scrap_that_cannot_be_told_says_so(client: TestClient) -> None:
    page = client.get("/projects?mineral=gallium").text
    assert "cannot tell, because there are no shares of use and no lives of the products of gallium" in page
    assert client.get("/api/v1/scrap?mineral=gallium").status_code == 404


def test_a_list_of_ones_own_gives_the_same_on_page_twin_and_api(client: TestClient) -> None:
    cells = scoreboard("EU27", materials="lithium").cells
    expected = json.loads(json.dumps(projects_answer(pipeline("EU27", projects_of(LIST, "csv"), cells))))
    sent = client.post("/api/v1/projects?mineral=lithium", content=LIST, headers={"content-type": "text/csv"})
    assert sent.json() == expected
    fields = {"mineral": "lithium"}
    page = client.post("/projects", data=fields, files={"file": ("mine.csv", LIST)})
    assert page.status_code == 200
    assert "656 t refined (1\u2009000 t promised" in page.text
    assert "your own list" in page.text
    assert 'id="data-adds"' in page.text
    assert client.post("/projects.json", data=fields | {"list": LIST}, files={"file": ("", b"")}).json() == expected
    table = pd.read_csv(io.StringIO(client.post("/projects.csv", data=fields, files={"file": ("a.csv", LIST)}).text))
    assert list(table["risk_adjusted_low"]) == [656.25, table["risk_adjusted_low"][1]]
    rows = json.dumps([{"name": "Plant", "mineral": "lithium", "stage": "refined", "countries": ["DEU"], "capacity": 1000, "start": 2028,
                        "ramp": 2, "on_time": 0.7}])  # fmt: skip
    same = client.post("/api/v1/projects?mineral=lithium", content=rows, headers={"content-type": "application/json"})
    assert same.json()["projects"][0] == expected["projects"][0]


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"", "text/csv", "the file holds no project"),
        (b"name\nx", "image/png", "a list is CSV or YAML"),
        (b"name\n\xff\xfe", "text/csv", "bytes that are no UTF-8 text"),
        (b"name,mineral\nx,unobtainium", "text/csv", "it should be a known mineral"),
        (b"- name: &a x\n  unsaid: *a", "text/yaml", "a reference"),
        (b"[" * 3000, "text/yaml", "lists inside lists"),
        (b"- start: " + b"9" * 5000, "text/yaml", "a value is too long"),
        (b"/etc/passwd", "text/yaml", "the file is no list of projects"),
        (b"!!python/object/apply:os.getcwd []", "text/yaml", "the file is not YAML"),
        (b"name\n" + b"x\n" * (MOST_PROJECTS + 1), "text/csv", f"give at most {MOST_PROJECTS}"),
        (b"name,capacity\n" + b"x,-1\n" * MOST_PROJECTS, "text/csv", f"{MOST_PROJECTS - MOST_PROBLEMS} more faults"),
        (b"name\n" + b"x" * LARGEST_LIST, "text/csv", "the list is too large"),
    ],
)
def test_what_is_wrong_with_a_list_is_said(client: TestClient, body: bytes, kind: str, said: str) -> None:
    found = client.post("/api/v1/projects?mineral=lithium", content=body, headers={"content-type": kind})
    assert found.status_code == 422
    assert said in " ".join(row["sentence"] for row in found.json()["problems"])


def test_a_wrong_list_comes_back_to_be_corrected_and_is_escaped(client: TestClient) -> None:
    wrong = 'name,mineral\n"<script>alert(1)</script>",unobtainium\n'
    found = client.post("/projects", data={"list": wrong, "mineral": "lithium"}, files={"file": ("", b"")})
    assert found.status_code == 422
    assert "it should be a known mineral" in found.text
    assert "<script>alert" not in found.text
    assert "&lt;script&gt;alert(1)" in found.text
    assert '<option value="lithium" selected>' in found.text
    empty = client.post("/projects", data={"list": ""}, files={"file": ("", b"")})
    assert "choose a file, or paste its text" in empty.text
    for large in ({"list": "x" * (LARGEST_LIST + 1)}, {}):
        file = ("a.csv", "x" * (LARGEST_LIST + 1)) if not large else ("", b"")
        refused = client.post("/projects", data=large, files={"file": file})
        assert refused.status_code == 422
        assert f"send at most {LARGEST_LIST} bytes" in refused.text
    wrong_year = client.post("/projects", data={"list": LIST, "year": "1999"}, files={"file": ("", b"")})
    assert wrong_year.status_code == 422
    assert 'id="fault-year" role="alert">(year)' in wrong_year.text
    assert "Plant,lithium" in wrong_year.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=300) | st.text(alphabet="-{}[]:,&*!|>#?'\"\n ab1", max_size=80).map(str.encode),
    form=st.sampled_from(["csv", "yaml"]),
)
def test_no_list_breaks_the_reader(client: TestClient, body: bytes, form: str) -> None:
    kind = {"csv": "text/csv", "yaml": "application/yaml"}[form]
    found = client.post("/api/v1/projects?mineral=lithium", content=body, headers={"content-type": kind})
    assert found.status_code in {200, 422, 429}


def test_the_name_of_a_file_is_no_region(client: TestClient) -> None:
    found = client.get("/projects?region=/etc/own.csv")
    assert found.status_code == 422
    assert 'id="fault-region" role="alert">(region)' in found.text


@pytest.mark.slow
def test_all_strategic_materials_and_other_regions(client: TestClient) -> None:
    page = client.get("/projects").text
    assert "none of the 18 projects" in page or "projects add in the European Union by 2030 cannot be told" in page
    assert "magnesium" in page
    assert client.get("/projects?region=JPN").status_code == 200
    assert "No project in Japan is in the list" in client.get("/projects?region=JPN").text


@pytest.mark.parametrize(
    ("met", "state"),
    [(None, "untold"), ((0.5, 1.0), "meets"), ((0.2, 0.49), "below"), ((0.2, 0.5), "open"), ((0.01, 1.0), "open")],
)
def test_a_cell_is_coloured_by_the_whole_range_of_its_odds(met: tuple[float, float] | None, state: str) -> None:
    from dataclasses import replace

    from orepact.report.projects_chart import state_of

    cell = pipeline("EU27", (), scoreboard("EU27", materials="lithium").cells).outlooks[0]
    assert state_of(replace(cell, met=met)) == state


@pytest.mark.slow
def test_pictures_of_projects(client: TestClient) -> None:
    drawn = client.get("/projects.svg?mineral=lithium")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "Probability that EU27 meets each benchmark in 2030" in drawn.text
    assert "may be either" in drawn.text
    own = client.post("/projects.png", data={"mineral": "lithium", "list": LIST}, files={"file": ("", b"")})
    assert own.content[:4] == b"\x89PNG"

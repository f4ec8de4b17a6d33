"""What a page lets carry away: note, spreadsheet and bundle at the page's own address, with its whole state."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

import orepact
from orepact.api.carry import workbook_of
from orepact.api.questions import QUESTIONS
from orepact.report.note.pdf import note_pdf
from orepact.report.note.shock import shock_note
from orepact.web.app import create_app

STATE = "?mineral=gallium&origin=CHN&draws=20"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(["127.0.0.1"]), base_url="http://127.0.0.1")


@pytest.mark.slow
def test_the_note_of_a_page_is_that_of_the_command(client: TestClient) -> None:
    answer = client.get(f"/shock.pdf{STATE}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 2
    assert answer.content == note_pdf(shock_note(orepact.shock("gallium", origin="CHN", draws=20)))


@pytest.mark.slow
def test_the_bundle_of_a_page_replays(client: TestClient, tmp_path: Path) -> None:
    answer = client.get(f"/shock.zip{STATE}")
    assert answer.status_code == 200
    (tmp_path / "page.zip").write_bytes(answer.content)
    found = orepact.replay(tmp_path / "page.zip")
    assert found.same
    assert found.summary()["case"] == client.get(f"/shock.json{STATE}").json()["case"]


@pytest.mark.parametrize("address", [f"/shock.xlsx{STATE}", "/scoreboard.xlsx?materials=gallium,copper"])
def test_the_spreadsheet_of_a_page_has_sources_and_case(client: TestClient, address: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get(address).content))
    assert book.sheetnames[0] == "Answer"
    assert book.sheetnames[-2:] == ["Sources", "Case"]


def test_the_api_gives_the_same_spreadsheet(client: TestClient) -> None:
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    found = client.get(f"/api/v1/shock{STATE}", headers={"accept": xlsx})
    assert found.content == client.get(f"/shock.xlsx{STATE}").content


def test_a_note_of_a_scoreboard(client: TestClient) -> None:
    answer = client.get("/scoreboard.pdf?materials=gallium,copper")
    assert answer.status_code == 200
    assert len(PdfReader(io.BytesIO(answer.content)).pages) <= 2


def test_a_page_links_what_it_has(client: TestClient) -> None:
    shock = client.get(f"/shock{STATE}").text
    assert all(f"/shock{ending}?" in shock for ending in (".pdf", ".xlsx", ".zip"))
    board = client.get("/scoreboard?materials=gallium").text
    assert "/scoreboard.pdf?" in board
    assert "/scoreboard.zip" not in board
    assert client.get("/scoreboard.zip").status_code == 404


def test_files_of_a_list_that_somebody_sends_are_not_kept_for_others(client: TestClient) -> None:
    lists = [
        f"name,mineral,stage,countries,capacity,start,on_time\n{name},lithium,refined,DEU,9,2028,0.7\n"
        for name in ("First", "Other")
    ]
    for ending in ("xlsx", "pdf"):
        sent = [
            client.post(f"/projects.{ending}", data={"mineral": "lithium", "list": text}, files={}).content
            for text in lists
        ]
        public = client.get(f"/projects.{ending}?mineral=lithium").content
        assert len({*sent, public}) == 3


def test_a_wrong_parameter_is_said_and_not_drawn(client: TestClient) -> None:
    answer = client.get("/shock.pdf?mineral=galium")
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "mineral"


def test_a_question_without_a_workbook_has_a_plain_one() -> None:
    from dataclasses import replace

    question = replace(QUESTIONS["shock"], workbook=None)
    asked = question.asked.model_validate({"draws": 10})
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(question, asked, question.work(asked))))
    assert book.sheetnames == ["Answer", "Asked", "Table", "Sources", "Case"]
    assert book["Asked"]["A3"].value == "mineral"


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked", ["shock?mineral=gallium&draws=20", "projects?mineral=lithium", "reserve?minerals=gallium&draws=10"]
)
def test_the_api_gives_the_note_of_the_page(client: TestClient, asked: str) -> None:
    found = client.get(f"/api/v1/{asked}", headers={"accept": "application/pdf"})
    assert found.headers["content-type"] == "application/pdf"
    assert found.content == client.get(f"/{asked.replace('?', '.pdf?')}").content
    content = client.get("/openapi.json").json()["paths"][f"/api/v1/{asked.partition('?')[0]}"]["get"]["responses"][
        "200"
    ]["content"]
    assert "application/pdf" in content


def test_a_question_without_a_note_says_so_by_giving_its_record(client: TestClient) -> None:
    found = client.get("/api/v1/minerals", headers={"accept": "application/pdf"})
    assert found.headers["content-type"] == "application/json"


@pytest.mark.slow
def test_months_that_a_page_has_shown_serve_its_note(monkeypatch: pytest.MonkeyPatch) -> None:
    from orepact.cases import ladder as months

    worked: list[int] = []
    whole = months.climb
    monkeypatch.setattr(months, "climb", lambda *given, **named: (worked.append(1), whole(*given, **named))[1])
    with TestClient(create_app(["127.0.0.1"]), base_url="http://127.0.0.1") as client:
        worked.clear()
        assert client.get("/shock/months?mineral=gallium&origin=CHN&draws=21").status_code == 200
        assert worked == [1]
        note = client.get("/shock.pdf?mineral=gallium&origin=CHN&draws=21").content
        assert worked == [1]
    assert note == note_pdf(shock_note(orepact.shock("gallium", origin="CHN", draws=21)))

"""The notes and spreadsheets of reserves, projects, prices and instruments: two pages, the function's figures, no raw codes."""

from __future__ import annotations

import io
import re
import shlex
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from orepact.api.questions import QUESTIONS
from orepact.cli.app import app
from orepact.planning.reserve_size import ReservePlan
from orepact.report.note.pdf import note_pdf
from orepact.report.note.projects import LAW, shown_outlooks
from orepact.report.note.reserve import reserve_brief, reserve_note
from orepact.report.note.words import place_name, sentence, spoken
from orepact.report.numbers import money, ratio, tonnes
from orepact.report.workbook import workbook_bytes

RESERVE = {"minerals": "gallium,cobalt,scandium", "region": "USA,CAN", "draws": 10, "policy": "vault"}
CODE = re.compile(r"\b(?:USA|CAN|CHN|JPN|BRA|ZAF|COD|DEU)\b|rare_earths")


def read(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) <= 2
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def unspoken(text: str, command: str) -> list[str]:
    """Raw codes outside the command that gives the answer again."""
    for part in shlex.split(command):
        text = text.replace(part, " ")
    return CODE.findall(text)


def answered(name: str, **values: Any) -> Any:
    question = QUESTIONS[name]
    return question.work(question.asked.model_validate(values))


@pytest.fixture(scope="module")
def plan() -> ReservePlan:
    found: ReservePlan = answered("reserve", **RESERVE)
    return found


def test_codes_are_spoken_as_names() -> None:
    assert (
        spoken("use of PHL, USD 3, rare_earths, no_such, IEA")
        == "use of the Philippines, USD 3, rare earths (total oxide), no_such, IEA"
    )
    assert place_name("USA,CAN") == "the United States and Canada"
    assert place_name("EU27") == "the EU"
    assert place_name("nowhere <b>") == "nowhere <b>"
    assert sentence("mine: none of ZAF") == "Mine: none of South Africa."


def test_a_reserve_fits_two_pages_and_says_who_loses_and_what_nobody_can_tell(plan: ReservePlan) -> None:
    note = reserve_note(plan)
    text = read(note_pdf(note))
    for words in (
        "Who pays, and who still loses",
        "What to hold",
        "Cannot tell: scandium",
        "the United States and Canada",
        "Sources",
    ):
        assert words in text
    assert not unspoken(text, note.case.command)


def test_the_same_reserve_gives_the_same_bytes(plan: ReservePlan) -> None:
    assert note_pdf(reserve_note(plan)) == note_pdf(reserve_note(answered("reserve", **RESERVE)))


def test_figures_of_a_reserve_are_those_of_the_plan(plan: ReservePlan) -> None:
    brief, answer = reserve_brief(plan), plan.summary()
    found = {each.name: each for each in brief.figures}
    assert found["Purchases"].value == money(answer["money"]["purchases_usd"])
    assert found["Worth in an expected year"].value == money(answer["money"]["worth_usd_a_year"])
    prices = {row["mineral"]: row for row in answer["inputs"]["prices"]}
    assert found["Price of gallium"].value == tonnes(prices["gallium"]["usd_per_t"])
    assert found["Price of gallium"].grade == prices["gallium"]["grade"]
    assert all(each.sources and each.grade and each.unit for each in brief.figures)
    assert {row["source"] for row in answer["sources"]} <= {each.source for each in brief.sources}
    held = {row["name"]: row for row in answer["holdings"]}
    assert brief.helps is not None
    for row in brief.helps.rows:
        assert row[1:3] == (tonnes(held[row[0]]["tonnes"]), f"{held[row[0]]['days']:.0f}")


def test_the_command_of_a_reserve_gives_the_same_note(plan: ReservePlan, tmp_path: Any) -> None:
    note = reserve_note(plan)
    files = ["--note", str(tmp_path / "a.pdf"), "--xlsx", str(tmp_path / "a.xlsx"), "--json"]
    ran = CliRunner().invoke(app, [*shlex.split(note.case.command)[1:], *files])
    assert ran.exit_code == 0, ran.output
    assert (tmp_path / "a.pdf").read_bytes() == note_pdf(note)
    question = QUESTIONS["reserve"]
    assert question.workbook is not None
    assert (tmp_path / "a.xlsx").read_bytes() == workbook_bytes(question.workbook(question.asked(), plan))


def test_a_reserve_that_holds_nothing_has_a_note() -> None:
    note = reserve_note(answered("reserve", minerals="copper", draws=10))
    assert "Hold nothing" in read(note_pdf(note))


def test_the_spreadsheet_of_a_reserve_has_units_and_numbers(plan: ReservePlan) -> None:
    question = QUESTIONS["reserve"]
    assert question.workbook is not None
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(question.workbook(question.asked(), plan))))
    assert book.sheetnames == [
        "Answer",
        "Holdings",
        "Halts",
        "Odds",
        "Terms",
        "Prices",
        "Storage",
        "Cannot tell",
        "Sources",
        "Case",
    ]
    sheet = book["Holdings"]
    heads = [cell.value for cell in sheet[3]]
    assert "tonnes (t of content)" in heads
    row = plan.summary()["holdings"][0]
    assert sheet.cell(4, heads.index("tonnes (t of content)") + 1).value == pytest.approx(row["tonnes"])
    assert "released t median (t of content)" in [cell.value for cell in book["Halts"][3]]


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked", [{}, {"mineral": "lithium"}, {"region": "USA"}, {"region": "MSP", "mineral": "rare_earths"}]
)
def test_projects_fit_two_pages_and_say_what_nobody_tells(asked: dict[str, str]) -> None:
    question = QUESTIONS["projects"]
    assert question.note is not None
    given = question.asked.model_validate(asked)
    answer = question.work(given)
    note = question.note(given, answer)
    pdf = note_pdf(note)
    text = read(pdf)
    assert pdf == note_pdf(question.note(given, question.work(given)))
    for words in ("Who goes short", "What would help: figures that nobody gives", "nobody can tell", note.case.command):
        assert words in text
    assert not unspoken(text, note.case.command)


def test_figures_of_projects_are_those_of_the_pipeline() -> None:
    question = QUESTIONS["projects"]
    assert question.note is not None
    given = question.asked.model_validate({"mineral": "lithium"})
    answer = question.work(given)
    note = question.note(given, answer)
    gaps = [each for each in shown_outlooks(answer.pipeline) if each.gap is not None]
    missing = [each for each in note.figures if each.name == "Missing today"]
    assert [each.value for each in missing] == [tonnes(each.gap) for each in gaps]
    assert all(LAW in each.sources and len(each.sources) > 1 for each in missing)
    names = {each.project.name for each in answer.pipeline.contributions}
    assert note.figures[0].value == str(len(names))


def test_a_list_of_ones_own_is_named_as_such_and_set_as_text() -> None:
    from orepact.api.own_list import read_list
    from orepact.api.questions.projects import projects_answer_for

    hostile = "#panic(1) *b* <x>"
    body = f"name,mineral,stage,countries,capacity,start,ramp,on_time\n{hostile},lithium,refined,DEU,1000,2028,2,0.7\n"
    question = QUESTIONS["projects"]
    assert question.note is not None
    given = question.asked.model_validate({"mineral": "lithium"})
    note = question.note(given, projects_answer_for(given, read_list(body.encode(), "csv")))
    text = read(note_pdf(note))
    assert hostile in text
    assert "list of the asker's own" in text.replace("\u2019", "'")
    assert note.case.command.endswith("--file FILE")
    assert note.gains is not None
    assert note.gains.rows[0][1] == tonnes(1000.0)


def test_the_command_of_projects_writes_both_files(tmp_path: Any) -> None:
    files = ["--note", str(tmp_path / "a.pdf"), "--xlsx", str(tmp_path / "a.xlsx"), "--csv"]
    ran = CliRunner().invoke(app, ["projects", "--mineral", "lithium", *files])
    assert ran.exit_code == 0, ran.output
    question = QUESTIONS["projects"]
    assert question.note is not None
    assert question.workbook is not None
    given = question.asked.model_validate({"mineral": "lithium"})
    answer = question.work(given)
    assert (tmp_path / "a.pdf").read_bytes() == note_pdf(question.note(given, answer))
    assert (tmp_path / "a.xlsx").read_bytes() == workbook_bytes(question.workbook(given, answer))
    heads = [cell.value for cell in openpyxl.load_workbook(tmp_path / "a.xlsx")["Benchmarks"][3]]
    assert "gap (t of content a year)" in heads


PRICED = [
    ("price", {"draws": 10}),
    ("price", {"draws": 10, "reference": 100.0}),
    ("price", {"draws": 10, "conversion_cost": "refined=5000", "yields": "refined=0.9"}),
    ("price", {"draws": 10, "mineral": "gallium", "reference": 500000.0, "zone": "USA,CAN"}),
    ("compare", {"draws": 10}),
    ("compare", {"draws": 10, "mineral": "gallium", "tonnes": 5.0, "zone": "JPN,KOR"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "asked"), PRICED)
def test_prices_and_instruments_fit_two_pages_and_say_who_loses(
    name: str, asked: dict[str, Any], tmp_path: Any
) -> None:
    question = QUESTIONS[name]
    assert question.note is not None
    assert question.workbook is not None
    given = question.asked.model_validate(asked)
    answer = question.work(given)
    note = question.note(given, answer)
    pdf = note_pdf(note)
    text = read(pdf)
    assert "Who loses" in text
    assert "annot tell" in text
    assert not unspoken(text, note.case.command)
    assert all(each.sources and each.grade and each.unit for each in note.figures)
    files = ["--note", str(tmp_path / "a.pdf"), "--xlsx", str(tmp_path / "a.xlsx"), "--json"]
    ran = CliRunner().invoke(app, [*shlex.split(note.case.command)[1:], *files])
    assert ran.exit_code == 0, ran.output
    assert (tmp_path / "a.pdf").read_bytes() == pdf
    assert (tmp_path / "a.xlsx").read_bytes() == workbook_bytes(question.workbook(given, answer))


@pytest.mark.slow
def test_figures_of_prices_and_instruments_are_those_of_the_function() -> None:
    for name, asked in (PRICED[0], PRICED[4]):
        question = QUESTIONS[name]
        assert question.note is not None
        given = question.asked.model_validate(asked)
        answer = question.work(given)
        record = answer.summary()
        figures = {each.name: each for each in question.note(given, answer).figures}
        if name == "price":
            assert figures["Price that buyers in the zone pay"].value == ratio(record["prices"]["zone"]["median"])
            assert figures["All gains less all losses"].value == money(record["total"]["median"])
        else:
            assert [each.value for each in figures.values()][1:] == [
                money(row["cost"]["median"]) for row in record["instruments"]
            ]

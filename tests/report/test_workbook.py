"""The spreadsheet: units and sources on its sheets, the figures of the answer, and text that stays text."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pandas as pd
import pytest

import orepact
from orepact.indicators.scoreboard import scoreboard
from orepact.report.note.scoreboard import scoreboard_workbook
from orepact.report.note.shock_sheets import shock_workbook
from orepact.report.workbook import Sheet, Workbook, plain_workbook, workbook_bytes

DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "http://example.org/x", "{=1}")


@pytest.fixture(scope="module")
def result() -> orepact.ShockResult:
    return orepact.shock("gallium", origin="China", draws=20)


def opened(body: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body))


def rows_of(body: bytes, sheet: str, first: int) -> pd.DataFrame:
    return pd.read_excel(io.BytesIO(body), sheet_name=sheet, header=first)


def words(sheet: Any) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_a_shock_opens_again_with_every_sheet(result: orepact.ShockResult) -> None:
    body = workbook_bytes(shock_workbook(result))
    book = opened(body)
    assert book.sheetnames == ["Answer", "Losses", "Who replaces", "Flows", "Drivers", "Sources", "Case"]
    answer = words(book["Answer"])
    assert "Buyers abroad pay" in answer
    assert "t of content in 12 months" in answer
    case = words(book["Case"])
    assert all(text in case for text in (result.case.hash, result.case.facts_version, "orepact shock", "seed: 1"))
    for row in result.summary()["sources"]:
        assert row["title"] in words(book["Sources"])


def test_figures_are_those_of_the_answer_with_units(result: orepact.ShockResult) -> None:
    losses = rows_of(workbook_bytes(shock_workbook(result)), "Losses", 2)
    frame = result.losses_frame()
    assert losses["lost t median (t of content in 12 months)"].to_list() == pytest.approx(
        frame["lost_t_median"].to_list()
    )
    assert losses["country"].to_list() == frame["country"].to_list()
    assert any("(share)" in name for name in losses.columns)


def test_headings_are_frozen_above_the_rows(result: orepact.ShockResult) -> None:
    assert opened(workbook_bytes(shock_workbook(result)))["Losses"].freeze_panes == "B4"


def test_the_same_answer_gives_the_same_workbook(result: orepact.ShockResult) -> None:
    assert workbook_bytes(shock_workbook(result)) == workbook_bytes(shock_workbook(result))


def test_a_scoreboard_opens_again() -> None:
    board = scoreboard("EU27", materials="gallium,copper")
    body = workbook_bytes(scoreboard_workbook(board, materials="gallium,copper"))
    assert opened(body).sheetnames == ["Answer", "Cells", "Inputs", "Sources", "Case"]
    cells = rows_of(body, "Cells", 2)
    frame = board.frame()
    assert len(cells) == len(frame)
    assert cells["value (%)"].sum() == pytest.approx(frame["value"].sum())
    assert cells["value (%)"].isna().sum() == frame["value"].isna().sum()


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_stays_text_whatever_it_begins_with(result: orepact.ShockResult, text: str) -> None:
    """On every sheet: as heading, cell, note, finding and case."""
    book = shock_workbook(result)
    note = replace(
        book.note,
        title=text,
        question=text,
        answer=text,
        remarks=(text,),
        case=replace(book.note.case, command=text, yaml=text),
    )
    sheet = Sheet(text, pd.DataFrame({text: [text, text]}), {text: text}, text, text)
    found = opened(workbook_bytes(Workbook(note, (sheet,))))
    cells = [cell for page in found for row in page.iter_rows() for cell in row if cell.value is not None]
    assert sum(str(cell.value) == text for cell in cells) >= 8
    assert {cell.data_type for cell in cells if str(cell.value).startswith(text[:2])} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_a_question_without_a_workbook_gets_a_plain_one() -> None:
    frame = pd.DataFrame(
        {"name": ["=1+1", None], "cost_usd": [1.5, float("nan")], "sources": ["usgs_mcs2025|baci", None]}
    )
    record = {"question": "What?", "grade": "C", "case": {"hash": "abc"}}
    body = workbook_bytes(plain_workbook("any", "A title", [("budget", "5", "USD")], frame, record))
    book = opened(body)
    assert book.sheetnames == ["Answer", "Asked", "Table", "Sources", "Case"]
    assert book["Table"]["A2"].value == "=1+1"
    assert book["Table"]["A2"].data_type == "s"
    assert book["Table"]["B1"].value == "cost usd (USD)"
    assert book["Table"]["B3"].value is None
    assert len(rows_of(body, "Sources", 1)) == 2
    assert "abc" in words(book["Case"])

"""What is exported is what is held: the same rows, with their sources, and text that stays text."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from orepact import facts
from orepact.errors import BadInput, UnknownName
from orepact.facts import exports


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_folder_holds_the_tables_and_their_sources(tmp_path: Path, form: str) -> None:
    folder = tmp_path / "out"
    written = facts.export(folder, ["production", "yields"], form)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in written)
    assert {path.stem for path in written} == {"production", "yields", "sources"}
    again = facts.read("production", folder / f"production.{form}")
    pd.testing.assert_frame_equal(again, facts.load("production"))
    sources = facts.read("sources", folder / f"sources.{form}")
    used = {*facts.load("production")["source"], *facts.load("yields")["source"]}
    assert set(sources["source"]) == used
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_one_table_to_one_file(tmp_path: Path) -> None:
    facts.export(tmp_path / "a.parquet", ["minerals"])
    assert len(duckdb.read_parquet(str(tmp_path / "a.parquet"))) == len(facts.load("minerals"))


def test_a_workbook_has_a_sheet_for_each_table_and_the_licences_first(tmp_path: Path) -> None:
    path = tmp_path / "facts.xlsx"
    facts.export(path, ["production", "minerals"])
    book = CalamineWorkbook.from_object(BytesIO(path.read_bytes()))
    assert book.sheet_names == ["sources and licences", "production", "minerals"]
    first = book.get_sheet_by_index(0).to_python()
    assert "never means zero" in first[2][0]
    assert first[4][:3] == ["source", "publisher", "title"]
    rows = book.get_sheet_by_name("production").to_python()
    held = facts.load("production")
    assert rows[0] == list(held.columns)
    assert len(rows) == len(held) + 1
    value, period = rows[0].index("value"), rows[0].index("period")
    assert isinstance(rows[1][period], str)
    empty = held.index[held["value"].isna()][0]
    assert rows[empty + 1][value] == ""


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    risky = ["=1+1", '=HYPERLINK("http://x")', "@sum", "+1", "http://example.org", "0123"]
    aliases = pd.DataFrame({"alias": risky, "mineral": "cobalt", "source": "baci"})
    monkeypatch.setattr(exports, "load", lambda name: aliases if name == "aliases" else facts.load(name))
    exports.export(tmp_path / "a.xlsx", ["aliases"])
    content = (tmp_path / "a.xlsx").read_bytes()
    book = CalamineWorkbook.from_object(BytesIO(content))
    assert [row[0] for row in book.get_sheet_by_name("aliases").to_python()[1:]] == risky
    with __import__("zipfile").ZipFile(BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet2.xml")


def test_files_appear_together_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "yields.csv").write_text("old", encoding="utf-8")
    (folder / "mine.txt").write_text("mine", encoding="utf-8")

    def full(table: pd.DataFrame, path: Path, form: str) -> None:
        path.write_text(f"half {form} {len(table)}", encoding="utf-8")
        if path.stem == "minerals":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "_write", full)
    with pytest.raises(BadInput, match="No space left"):
        facts.export(folder, ["yields", "minerals"])
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == {
        "yields.csv": "old", "mine.txt": "mine",
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("target", "names", "form", "words"),
    [
        ("a.csv", ["minerals", "yields"], None, "one table"),
        ("a.csv", ["minerals"], "xlsx", "ending of the file"),
        ("a.xls", ["minerals"], None, "not a form of export"),
        ("a", ["minerals"], "xlsx", "ending of the file"),
        ("a", ["minerals"], "json", "csv, parquet, xlsx"),
        ("nowhere/a.xlsx", ["minerals"], None, "folder"),
        ("nowhere/below/a", ["minerals"], None, "folder"),
        ("file.txt/x", ["minerals"], "csv", "folder"),
    ],
)
def test_a_place_or_form_that_cannot_be_is_refused(
    tmp_path: Path, target: str, names: list[str], form: str | None, words: str
) -> None:
    (tmp_path / "file.txt").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        facts.export(tmp_path / target, names, form)
    assert [path.name for path in tmp_path.iterdir()] == ["file.txt"]


def test_unknown_tables_are_offered_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="did you mean production"):
        facts.export(tmp_path / "a", ["prodction"])
    with pytest.raises(UnknownName):
        facts.load("prodction")


def test_a_table_longer_than_a_sheet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 10)
    with pytest.raises(BadInput, match="Parquet or CSV"):
        facts.export(tmp_path / "a.xlsx", ["minerals"])
    assert list(tmp_path.iterdir()) == []

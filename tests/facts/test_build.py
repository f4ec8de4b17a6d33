"""The build stops rather than ship a figure that it must not, or a correction that no longer fits."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

from orepact import facts
from orepact.errors import BadInput

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "data"))

from build_steps import corrections, documents, main, sources  # noqa: E402
from build_steps.inputs import Inputs  # noqa: E402

PORTS = pd.DataFrame(
    {"port": ["ZAPOR", "ZADUR"], "country": ["ZAF", "ZAF"], "depth": [2.0, 12.0], "note": [None, "deep"]}
)
RECORD = {
    "correction": "made_up", "table": "ports", "where": "port=ZAPOR", "column": "country", "action": "override",
    "expected": "ZAF", "corrected": "UKR", "reason": "it is in Ukraine", "reported_to": "nobody", "status": "open",
}  # fmt: skip


def _applied(folder: Path, *records: dict[str, str]) -> pd.DataFrame:
    pd.DataFrame([RECORD | record for record in records]).to_csv(folder / "corrections.csv", index=False)
    table = corrections.tables(Inputs(folder, folder))["corrections"]
    return corrections.applied({"corrections": table, "ports": PORTS})["ports"]


def test_override_replaces_and_leaves_the_input_alone(tmp_path: Path) -> None:
    assert _applied(tmp_path, {})["country"].tolist() == ["UKR", "ZAF"]
    assert PORTS["country"].tolist() == ["ZAF", "ZAF"]


def test_scale_multiplies(tmp_path: Path) -> None:
    found = _applied(tmp_path, {"column": "depth", "action": "scale", "expected": "2", "corrected": "1000"})
    assert found["depth"].tolist() == [2000.0, 12.0]


def test_drop_removes_the_rows(tmp_path: Path) -> None:
    assert _applied(tmp_path, {"action": "drop"})["port"].tolist() == ["ZADUR"]


def test_flag_leaves_the_figure_and_adds_the_reason(tmp_path: Path) -> None:
    found = _applied(tmp_path, {"where": "country=ZAF", "column": "depth", "action": "flag", "expected": "14"})
    assert found["depth"].tolist() == [2.0, 12.0]
    assert found["note"].tolist() == ["it is in Ukraine", "deep; it is in Ukraine"]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"where": "port=ZAXXX"}, "no row is as the correction says; found port=ZAXXX"),
        ({"expected": "UKR"}, "the wrong value UKR is no longer there; found ZAF"),
        (
            {"column": "depth", "expected": "3", "action": "scale", "corrected": "2"},
            "wrong value 3 is no longer there; found 2",
        ),
        ({"where": "port=ZADUR;harbour=x"}, "a column does not exist; found harbour"),
        ({"column": "harbour"}, "a column does not exist; found harbour"),
        ({"table": "harbours"}, "the table does not exist; found 'harbours'"),
        ({"action": "guess"}, "the action is none of override, scale, drop, flag; found 'guess'"),
    ],
)
def test_a_correction_that_no_longer_fits_stops_the_build(tmp_path: Path, record: dict[str, str], words: str) -> None:
    with pytest.raises(BadInput) as caught:
        _applied(tmp_path, record)
    assert words in str(caught.value)
    assert str(caught.value).startswith("(corrections, made_up)")


def test_all_corrections_that_do_not_fit_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        _applied(tmp_path, {"where": "port=ZAXXX"}, {"correction": "other", "expected": "UKR"}, {"correction": "good"})
    assert len(caught.value.problems) == 2


def test_shipped_corrections_are_seen_in_the_shipped_tables() -> None:
    for record in facts.load("corrections").itertuples():
        table = facts.load(record.table)
        for part in record.where.split(";"):
            column, _, value = part.partition("=")
            table = table[table[column].astype("string") == value]
        if record.action == "drop":
            assert table.empty, record.correction
        elif record.action == "flag":
            assert table["note"].str.contains(record.reason, regex=False).all(), record.correction
        else:
            assert set(table[record.column].astype("string")) == {record.corrected}, record.correction


def _tiny_folder(folder: Path, kind: str) -> Inputs:
    """A folder with one publisher's list of sources, of which one is of the licence ``kind``, and nothing else in it."""
    for name in documents.PAGES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("source_url\n", encoding="utf-8")
    (folder / "parameters").mkdir()
    for name in documents.TITLED:
        (folder / f"parameters/{name}.csv").write_text("source_title,address\n", encoding="utf-8")
    (folder / "minerals").mkdir()
    head = "source,publisher,title,licence,class,url\n"
    row = f"agency_2026,Price agency,Daily prices,subscription,{kind},https://example.org\n"
    (folder / "minerals/sources.csv").write_text(head + row, encoding="utf-8")
    return Inputs(folder, ROOT / "data" / "own")


@pytest.mark.parametrize(("kind", "stops"), [("red", True), ("yellow", True), ("green", False)])
def test_a_licence_that_forbids_passing_figures_on_stops_the_build(tmp_path: Path, kind: str, *, stops: bool) -> None:
    inputs = _tiny_folder(tmp_path, kind)
    built = {"prices": pd.DataFrame({"source": ["agency_2026"], "grade": ["B"], "value": [1.0]})}
    built |= sources.tables(inputs, built)
    problems = [str(problem) for problem in main.faults_of_sources(built)]
    expected = "(tables/prices, source) a source may not be redistributed; found ['agency_2026']"
    assert [problem.startswith(expected) for problem in problems] == ([True] if stops else [])


def test_a_source_that_nobody_describes_and_a_grade_above_its_source_stop_the_build(tmp_path: Path) -> None:
    inputs = _tiny_folder(tmp_path, "green")
    built = {
        "prices": pd.DataFrame({"source": ["nobody", "orepact_assumption"], "grade": ["B", "A"], "value": [1.0, 2.0]})
    }
    built |= sources.tables(inputs, built)
    text = "\n".join(str(problem) for problem in main.faults_of_sources(built))
    assert "a source is not described; found ['nobody']" in text
    assert "a row is graded better than its source; found ['orepact_assumption']" in text


def test_an_edition_supersedes_the_one_before_it() -> None:
    ids = pd.Series(["usgs_mcs2024", "usgs_mcs2026", "baci", "page_11112026", "wgi_2024", "wgi_2025"])
    assert sources.earlier_editions(ids).dropna().to_dict() == {1: "usgs_mcs2024", 5: "wgi_2024"}


def test_a_folder_that_lacks_a_file_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in (ROOT / "data" / "tables").iterdir()}
    assert main.main([str(tmp_path)]) == 2
    assert "a file of figures is missing" in capsys.readouterr().err.replace("\n", " ")
    assert main.main([]) == 2
    assert {path: path.stat().st_mtime_ns for path in (ROOT / "data" / "tables").iterdir()} == before

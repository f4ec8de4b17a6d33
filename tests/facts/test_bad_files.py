"""A file that is not what it says is refused in sentences, all of them at once, and nothing of it is used."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from orepact import facts
from orepact.errors import BadInput, UnknownName

tables = import_module("orepact.facts.tables")

GOOD = "alias,mineral,source\nlithium metal,lithium,usgs_mcs2026\n"


def _file(folder: Path, text: str | bytes, name: str = "aliases.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    assert facts.read("aliases", _file(tmp_path, GOOD))["mineral"].tolist() == ["lithium"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a CSV table"),
        (b"\xff\xfe\x00binary\x00", "not a CSV table"),
        ("alias,mineral\nx,lithium\n", "no column source"),
        ("alias,mineral,source,price\nx,lithium,a,1\n", "a column price"),
        ("alias,mineral,source\n,lithium,a\n", "row 2, alias"),
        ("alias,mineral,source\nx,Lithium!,a\n", "row 2, mineral"),
        ("alias,mineral,source\nx,lithium,a\nx,cobalt,a\n", "alias"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        facts.read("aliases", _file(tmp_path, text))
    assert words in str(caught.value)
    assert "(facts, aliases.csv" in str(caught.value)
    assert caught.value.exit_code == 2


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = "alias,mineral,source\n,lithium,a\ny,Bad Slug,a\nz,cobalt,Bad Source\n"
    with pytest.raises(BadInput) as caught:
        facts.read("aliases", _file(tmp_path, text))
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("cobalt,mine,COD,2024,-5,t,content,no,,usgs_mcs2026,A,", "value"),
        ("cobalt,mine,COD,last year,5,t,content,no,,usgs_mcs2026,A,", "period"),
        ("cobalt,mine,COD,2024,5,t,content,no,,usgs_mcs2026,F,", "grade"),
        ("cobalt,mine,COD,2024,5,,content,no,,usgs_mcs2026,A,", "unit"),
        ("cobalt,mine,COD,2024,five,t,content,no,,usgs_mcs2026,A,", "a number is not one"),
    ],
)
def test_a_figure_without_its_parts_is_refused(tmp_path: Path, row: str, words: str) -> None:
    head = "mineral,stage,country,period,value,unit,basis,estimated,flag,source,grade,note\n"
    with pytest.raises(BadInput, match=words):
        facts.read("production", _file(tmp_path, head + row + "\n", "production.csv"))


def test_a_parquet_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not a Parquet table"):
        facts.read("trade", _file(tmp_path, "hello", "trade.parquet"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        facts.read("aliases", tmp_path / "aliases.csv")


def test_an_unknown_table_is_offered_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean production"):
        facts.load("prodction")


def _copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped facts copied to a folder that may be damaged; nothing of what was read before is remembered."""
    copied = tmp_path / "data"
    shutil.copytree(facts.folder(), copied, ignore=shutil.ignore_patterns("own", "build*", "__pycache__"))
    monkeypatch.setattr(tables, "folder", lambda: copied)
    for cached in (tables._loaded, tables.shipped, tables._described):
        cached.cache_clear()
    return copied


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield _copy(tmp_path, monkeypatch)
    for cached in (tables._loaded, tables.shipped, tables._described):
        cached.cache_clear()


def test_a_shipped_table_with_rows_taken_out_is_refused(damaged: Path) -> None:
    path = damaged / "tables" / "production.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:1] + lines[11:]), encoding="utf-8")
    with pytest.raises(BadInput, match="the file is not the one that datapackage"):
        facts.load("production")
    assert len(facts.load("regions")) > 100


def test_a_folder_in_the_place_of_a_table_is_refused(damaged: Path) -> None:
    path = damaged / "tables" / "parameters.csv"
    path.unlink()
    path.mkdir()
    with pytest.raises(BadInput, match="cannot be read"):
        facts.load("parameters")


@pytest.mark.parametrize("text", ["{", "{}", '{"resources": 3}'])
def test_a_description_that_is_none_is_refused(damaged: Path, text: str) -> None:
    (damaged / "datapackage.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="does not describe the tables"):
        facts.load("regions")

"""``orepact facts`` as people run it: what it prints, its exit codes, and what it leaves behind."""

from __future__ import annotations

import json
import socket
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from test_commands import as_process, orepact

from orepact import facts
from orepact.facts.schemas import SCHEMAS


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("arguments", [("facts",), ("facts", "list")])
def test_the_list_names_every_table_and_how_to_go_on(arguments: tuple[str, ...]) -> None:
    found = orepact(*arguments)
    assert found.code == 0
    for name in SCHEMAS:
        assert name in found.stdout
    for part in ("title", "public domain", "2010\u20132024", "orepact facts why production/cobalt/mine/COD/2024"):
        assert part in found.stdout, part
    assert max(map(len, found.stdout.splitlines())) <= 100


def test_the_list_for_programs() -> None:
    records = json.loads(orepact("facts", "--json").stdout)
    assert {record["table"] for record in records} == set(SCHEMAS)
    table = pd.read_csv(StringIO(orepact("facts", "list", "--csv").stdout))
    assert set(table["table"]) == set(SCHEMAS)


def test_show_prints_what_is_shared_once_and_names_beside_codes() -> None:
    found = orepact("facts", "show", "production", "--mineral", "cobalt", "--country", "D.R. Congo")
    for part in ("In every row: mineral cobalt", "COD DR Congo", "226\u2009000", "181\u2009796.3", "usgs_mcs2026"):
        assert part in found.stdout, part
    assert "\u2026" not in found.stdout


@pytest.mark.parametrize("table", sorted(SCHEMAS))
def test_every_table_fits_a_page(table: str) -> None:
    found = orepact("facts", "show", table, "--limit", "12")
    assert found.code == 0, found.stderr
    assert max(map(len, found.stdout.splitlines())) <= 100


def test_show_for_programs_is_the_table() -> None:
    arguments = ("facts", "show", "production", "--mineral", "cobalt", "--period", "2020..2024", "--where", "grade=A")
    table = pd.read_csv(StringIO(orepact(*arguments, "--csv").stdout))
    assert list(table.columns) == list(SCHEMAS["production"].columns)
    rows = json.loads(orepact(*arguments, "--json", "--limit", "3", "--columns", "country,value").stdout)
    assert len(rows) == 3
    assert rows[0] == {"country": table.loc[0, "country"], "value": table.loc[0, "value"]}


def test_why_prints_the_whole_trail() -> None:
    found = orepact("facts", "why", "production/cobalt/mine/COD/2024")
    for part in (
        "cobalt, mine, COD DR Congo, 2024", "226\u2009000 t", "+24.3\u2009%", "in the network", "cobalt content", "Estimated.",
        "B: official or audited", "U.S. Geological Survey", "Mineral Commodity Summaries 2026", "public domain",
        "https://doi.org/10.5066/P1WKQ63T", "2026-11-22", "mine output of cobalt, base year 2024",
    ):  # fmt: skip
        assert part in found.stdout, part
    assert max(map(len, found.stdout.splitlines())) <= 100
    record = json.loads(orepact("facts", "why", "production/cobalt/mine/COD/2024", "--json").stdout)
    assert record["things"][0]["claims"][0]["source"]["licence"] == "CC BY 4.0"


def test_why_of_many_figures_is_a_list_of_addresses() -> None:
    found = orepact("facts", "why", "production/cobalt/refined/2024")
    assert "production/cobalt/refined/CHN/2024" in found.stdout


def test_sql() -> None:
    statement = "SELECT country, value FROM production WHERE mineral = 'cobalt' AND period = '2024' AND stage = 'mine'"
    assert "COD DR Congo" in orepact("facts", "sql", statement).stdout
    table = pd.read_csv(StringIO(orepact("facts", "sql", statement, "--csv").stdout))
    rows = json.loads(orepact("facts", "sql", statement, "--json").stdout)
    assert table.to_dict("records") == rows


def test_export_says_what_it_wrote(in_folder: Path) -> None:
    found = orepact("facts", "export", "out", "--table", "minerals", "--table", "yields", "--format", "parquet")
    assert found.code == 0, found.stderr
    assert sorted(path.name for path in (in_folder / "out").iterdir()) == [
        "minerals.parquet", "sources.parquet", "yields.parquet",
    ]  # fmt: skip
    assert "out/minerals.parquet" in found.stdout
    assert orepact("facts", "export", "a.xlsx", "-t", "minerals").code == 0


@pytest.mark.slow
def test_everything_can_be_exported(in_folder: Path) -> None:
    assert orepact("facts", "export", "out", "--table", "all", "--format", "csv").code == 0
    assert {path.stem for path in (in_folder / "out").iterdir()} == set(SCHEMAS)
    assert orepact("facts", "export", "all.xlsx").code == 0


BGS = (
    "bgs_commodity_trans,bgs_statistic_type_trans,country_trans,country_iso3_code,year,quantity,units\n"
    '"cobalt, mine",Production,DR Congo,COD,2022-01-01 00:00:00,144936,tonnes (metric)\n'
    "cement,Production,Japan,JPN,2022-01-01 00:00:00,10,tonnes (metric)\n"
)


def test_load_says_what_it_read_and_writes_our_schema(in_folder: Path) -> None:
    (in_folder / "bgs.csv").write_text(BGS, encoding="utf-8")
    found = orepact("facts", "load", "bgs", "bgs.csv")
    for part in ("Read 1 row of production on 1 mineral, 2022", "1 row of minerals that are not ours: cement",
                 "not to be passed on", "144\u2009936", "--out FILE"):  # fmt: skip
        assert part in found.stdout, part
    assert [path.name for path in in_folder.iterdir()] == ["bgs.csv"]
    assert orepact("facts", "load", "bgs", "bgs.csv", "--out", "own.parquet").code == 0
    assert facts.read("production", in_folder / "own.parquet")["value"].tolist() == [144_936]
    record = json.loads(orepact("facts", "load", "bgs", "bgs.csv", "--json").stdout)
    assert (record["rows"], record["left_out"]) == (1, {"of minerals that are not ours: cement": 1})


def test_refresh_without_a_network_changes_nothing(in_folder: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        start = f"usgs_mcs=http://127.0.0.1:{free.getsockname()[1]}/x"
    found = orepact("facts", "refresh", "usgs_mcs", "--into", "cache", "--address", start)
    assert (found.code, found.stdout) == (5, "")
    (sentence,) = found.stderr.strip().splitlines()
    assert sentence.startswith(
        "(refresh, usgs_mcs) the publisher cannot be reached; found connection refused (127.0.0.1:"
    )
    assert "nothing was changed" in sentence
    assert list(in_folder.iterdir()) == []


BAD = [
    (("refresh", "usgs_msc"), 2, "usgs_mcs"),
    (("refresh", "usgs_mcs", "--address", "http://127.0.0.1"), 2, "source"),
    (("load", "bgs", "none.csv"), 2, "cannot be read"),
    (("load", "bgz", "none.csv"), 2, "bgs"),
    (("load", "bgs", "none.csv", "--out", "x.xls"), 2, ".parquet"),
    (("load", "bgs", "none.csv", "--year", "2020"), 2, "--year"),
    (("show", "prodction"), 2, "production"),
    (("show", "production", "--mineral", "cobolt"), 2, "cobalt"),
    (("show", "production", "--country", "Chyna"), 2, "China"),
    (("show", "production", "--where", "stag=mine"), 2, "stage"),
    (("show", "production", "--json", "--csv"), 2, "one of them"),
    (("show", "production", "--mineral", "scandium"), 4, "no row fits"),
    (("why", "prodction/cobalt"), 2, "production"),
    (("why", "production/cobolt"), 2, "cobalt"),
    (("why", "production/cobalt/mine/COD/2031"), 4, "2025"),
    (("why", "trade"), 2, "add a part"),
    (("sql", "SELECT * FROM prodction"), 2, "production"),
    (("sql", "DROP VIEW production"), 2, "one SELECT"),
    (("sql", "COPY minerals TO 'x.csv'"), 2, "one SELECT"),
    (("sql", "SELECT * FROM 'x.csv'"), 2, "disabled"),
    (("export", "x.csv"), 2, "one table"),
    (("export", "nowhere/x.xlsx"), 2, "folder"),
    (("export", "x", "--table", "prodction"), 2, "production"),
    (("export", "x", "--format", "json"), 2, "parquet"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "words"), BAD, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_bad_input_is_one_sentence_and_an_exit_code(
    in_folder: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    found = orepact("facts", *arguments)
    assert (found.code, found.stdout) == (code, ""), found.stderr
    (sentence,) = found.stderr.strip().splitlines()
    assert sentence.startswith("(")
    assert "; found " in sentence
    assert words in sentence
    assert list(in_folder.iterdir()) == []


@pytest.mark.parametrize("command", ["list", "show", "why", "export", "sql", "load", "refresh"])
def test_help_is_there(command: str) -> None:
    assert orepact("facts", command, "--help").code == 0


@pytest.mark.slow
def test_a_process_ends_as_the_function_does(tmp_path: Path) -> None:
    assert as_process("facts", "--help", cwd=tmp_path).code == 0
    found = as_process("facts", "why", "production/cobalt/mine/COD/2024", cwd=tmp_path)
    assert (found.code, found.stderr) == (0, "")
    assert as_process("facts", "show", "production", "-m", "scandium", cwd=tmp_path).code == 4
    assert list(tmp_path.iterdir()) == []
    assert facts.version() in as_process("facts", cwd=tmp_path).stdout

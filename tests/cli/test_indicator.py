"""``orepact indicator`` on a user's own files: what it answers, and how it refuses."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import duckdb
import pandas as pd
import pytest

from orepact.cli.app import main

PRODUCTION = "mineral,country,value\ncobalt,Congo-Kinshasa,80\ncobalt,AUS,20\n"
TRADE = "mineral,exporter,importer,value\ncobalt,COD,JPN,60\ncobalt,AUS,JPN,30\ncobalt,AUS,DEU,10\n"
RISK = "country,dimension,value\nCOD,risk,0.6\nAUS,risk,0.2\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("p.csv", PRODUCTION), ("t.csv", TRADE), ("g.csv", RISK)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def indicator(*arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of ``orepact indicator``."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "argv", ["orepact", "indicator", *arguments]):
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
    return code, out.getvalue(), err.getvalue()


def rows(*arguments: str) -> list[dict[str, object]]:
    code, out, err = indicator(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


@pytest.mark.usefixtures("folder")
def test_geopolrisk_of_ones_own_tables() -> None:
    files = ("--production", "p.csv", "--trade", "t.csv", "--governance", "g.csv")
    (japan,) = rows("geopolrisk", *files, "--region", "Japan")
    assert japan["importer"] == "JPN"
    assert japan["hhi"] == pytest.approx(0.68)
    assert japan["score"] == pytest.approx(0.68 * 42 / 90)
    whole = rows("geopolrisk", *files)
    assert [row["score"] for row in whole if row["importer"] == "JPN"] == [japan["score"]]
    # Germany and Japan together buy 60 t at risk 0.6 and 40 t at 0.2.
    union, _ = rows("geopolrisk", *files, "--region", "G7,EU27")
    assert union["importer"] == "G7"
    assert union["score"] == pytest.approx(0.68 * 44 / 100)


@pytest.mark.usefixtures("folder")
def test_each_indicator_answers() -> None:
    (found,) = rows("hhi", "--production", "p.csv")
    assert found == {
        "mineral": "cobalt",
        "hhi_low": pytest.approx(0.68),
        "hhi_high": pytest.approx(0.68),
        "named": 1.0,
        "missing": "",
    }
    (found,) = rows("top-share", "--production", "p.csv", "--n", "1")
    assert found["share_low"] == found["share_high"] == pytest.approx(0.8)
    (found,) = rows("n-minus-1", "--production", "p.csv")
    assert (found["largest"], found["covered"]) == ("COD", pytest.approx(0.2))
    files = ("--production", "p.csv", "--trade", "t.csv", "--region", "AUS,JPN")
    australia, japan = rows("net-import-reliance", *files)
    assert (australia["net_import_reliance"], australia["missing"]) == (None, "apparent consumption is not above zero")
    assert japan["net_import_reliance"] == pytest.approx(1.0)


def test_unnamed_countries_give_a_range(folder: Path) -> None:
    (folder / "p.csv").write_text("mineral,country,value\ncobalt,COD,50\ncobalt,AUS,30\ncobalt,World total,100\n")
    (found,) = rows("hhi", "--production", "p.csv")
    assert (found["hhi_low"], found["hhi_high"], found["named"]) == (
        pytest.approx(0.34),
        pytest.approx(0.38),
        pytest.approx(0.8),
    )
    (found,) = rows("top-share", "--production", "p.csv", "--n", "2")
    assert (found["share_low"], found["share_high"]) == (pytest.approx(0.8), pytest.approx(0.8))
    (found,) = rows("top-share", "--production", "p.csv", "--n", "3")
    assert (found["share_low"], found["share_high"]) == (pytest.approx(0.8), pytest.approx(1.0))


def test_days_and_reliance(folder: Path) -> None:
    (folder / "s.csv").write_text("mineral,country,value\ncobalt,JPN,30\n")
    (folder / "c.csv").write_text("mineral,country,value\ncobalt,JPN,17\n")
    files = ("--production", "p.csv", "--trade", "t.csv", "--stock-change", "c.csv", "--region", "JPN")
    (found,) = rows("net-import-reliance", *files)
    assert found["net_import_reliance"] == pytest.approx(1.0)
    (found,) = rows("days-of-stock", *files, "--stocks", "s.csv")
    assert found["days_of_net_imports"] == pytest.approx(365 * 30 / 73)
    assert found["missing"] == ""


def test_partner_test(folder: Path) -> None:
    lines = [
        f"cobalt,{who},JPN,{year},{value}"
        for year, value in ((2019, 1), (2020, 2), (2021, 9), (2022, 4))
        for who in ("COD", "AUS")
    ]
    (folder / "t.csv").write_text("\n".join(["mineral,exporter,importer,period,value", *lines, ""]))
    arguments = (
        "partner-test",
        "--trade",
        "t.csv",
        "--partner",
        "Australia",
        "--signed",
        "2021",
        "--region",
        "JPN",
        "--after",
        "1",
    )
    (found,) = rows(*arguments, "--before", "2")
    assert (found["verdict"], found["before"], found["after"], found["share_verdict"]) == (
        "rose",
        1.5,
        4.0,
        "did not change",
    )
    code, out, err = indicator(*arguments)
    assert (code, out) == (4, "")
    assert "imports of 2018" in err


def test_supply_risk_and_economic_importance(folder: Path) -> None:
    estimates = "".join(
        f"COD,{dimension},-0.5\nAUS,{dimension},1.5\n" for dimension in ("VA", "PV", "GE", "RQ", "RL", "CC")
    )
    (folder / "g.csv").write_text("country,dimension,value\n" + estimates)
    (folder / "s.csv").write_text(
        "kind,mineral,country,value\nworld_supply,cobalt,COD,0.6\nworld_supply,cobalt,AUS,0.4\n"
    )
    (folder / "terms.csv").write_text("mineral,eol_rir,si_sr,si_ei\ncobalt,0.2,0.9,0.9\n")
    (found,) = rows("supply-risk", "--shares", "s.csv", "--governance", "g.csv", "--terms", "terms.csv")
    assert found["sr"] == pytest.approx((0.36 * 6 + 0.16 * 2) * 0.8 * 0.9)
    assert found["used"] == "world only"
    (folder / "use.csv").write_text("mineral,sector,value\ncobalt,C25,0.7\ncobalt,C26,0.2\n")
    (folder / "va.csv").write_text("sector,value\nC25,50\nC26,20\nC28,100\n")
    (found,) = rows("economic-importance", "--use", "use.csv", "--value-added", "va.csv", "--terms", "terms.csv")
    assert found["ei"] == pytest.approx(3.51)


def test_look_through(folder: Path) -> None:
    flows = "cobalt,mine,COD,CHN,80\ncobalt,mine,other,CHN,20\ncobalt,mine,AUS,FIN,5\ncobalt,refined,CHN,JPN,1\ncobalt,refined,FIN,JPN,1\n"
    (folder / "f.csv").write_text("mineral,stage,origin,destination,value\n" + flows)
    found = {row["origin"]: row for row in rows("look-through", "--sourcing", "f.csv")}
    assert (found["COD"]["low"], found["COD"]["high"]) == (pytest.approx(0.4), pytest.approx(0.5))
    assert (found["AUS"]["low"], found["AUS"]["high"]) == (pytest.approx(0.5), pytest.approx(0.6))


def test_parquet_and_xlsx_say_the_same(folder: Path) -> None:
    table = pd.read_csv(folder / "p.csv")
    table.to_excel(folder / "p.xlsx", index=False)
    duckdb.from_df(table).write_parquet(str(folder / "p.parquet"))
    assert (
        rows("hhi", "--production", "p.xlsx")
        == rows("hhi", "--production", "p.parquet")
        == rows("hhi", "--production", "p.csv")
    )


def test_a_missing_figure_is_never_a_zero(folder: Path) -> None:
    (folder / "p.csv").write_text("mineral,country,value\ncobalt,COD,80\ncobalt,AUS,\nnickel,IDN,5\n")
    cobalt, nickel = rows("hhi", "--production", "p.csv")
    assert (cobalt["hhi_low"], cobalt["missing"]) == (None, "shares: AUS")
    assert nickel["hhi_low"] == 1.0
    code, out, err = indicator(
        "geopolrisk", "--production", "p.csv", "--trade", "t.csv", "--governance", "g.csv", "--region", "JPN"
    )
    assert (code, out) == (4, "")
    assert "production of AUS" in err
    assert "Traceback" not in err


def test_text_and_csv_are_the_same_rows(folder: Path) -> None:
    (folder / "p.csv").write_text("mineral,country,value\ncobalt,COD,80\ncobalt,AUS,\nnickel,IDN,5\n")
    text = indicator("hhi", "--production", "p.csv")[1]
    assert "1 of 2 rows cannot be told" in text
    table = pd.read_csv(StringIO(indicator("hhi", "--production", "p.csv", "--csv")[1]))
    assert list(table["mineral"]) == ["cobalt", "nickel"]
    assert max(map(len, text.splitlines())) <= 100


def test_every_indicator_and_column_is_documented() -> None:
    code, out, _ = indicator()
    assert code == 0
    for word in ("geopolrisk", "--governance", "exporter", "may be left out", "cannot tell"):
        assert word in out
    assert set(json.loads(indicator("--json")[1])) == {"indicators", "tables"}


BAD = [
    (("hhy", "--production", "p.csv"), 2, "did you mean hhi"),
    (("hhi",), 2, "give --production FILE"),
    (("hhi", "--production", "p.csv", "--trade", "t.csv"), 2, "a table is not used"),
    (("hhi", "--production", "p.csv", "--region", "JPN"), 2, "--region"),
    (("hhi", "--production", "nowhere.csv"), 2, "no such file"),
    (("hhi", "--production", "p.txt"), 2, "no known kind"),
    (("hhi", "--production", "bad.xlsx"), 2, "not a XLSX table"),
    (("hhi", "--production", "bad.parquet"), 2, "not a PARQUET table"),
    (("top-share", "--production", "p.csv", "--n", "0"), 2, "below one"),
    (
        ("geopolrisk", "--production", "p.csv", "--trade", "t.csv", "--governance", "g.csv", "--default-risk", "5"),
        2,
        "0 to 1",
    ),
    (
        ("geopolrisk", "--production", "p.csv", "--trade", "t.csv", "--governance", "g.csv", "--region", "Jappan"),
        2,
        "Japan",
    ),
    (("partner-test", "--trade", "t.csv", "--partner", "AUS"), 2, "no --signed"),
    (("supply-risk", "--region", "USA"), 4, "EU alone"),
    (("supply-risk", "--region", "Atlantis"), 2, "--region"),
    (("hhi", "--production", "p.csv", "--json", "--csv"), 2, "one of them"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), BAD)
def test_bad_options_are_one_sentence_and_an_exit_code(
    folder: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    for name in ("bad.xlsx", "bad.parquet", "p.txt"):
        (folder / name).write_text("hello")
    ended, out, err = indicator(*arguments)
    assert (ended, out) == (code, ""), err
    assert words in err
    assert all(line.startswith("(") and "; found " in line for line in err.strip().splitlines())


TABLES = [
    ("mineral,country,valeu\ncobalt,COD,1\n", ("did you mean value", "no column value")),
    ("mineral,country,value,price\ncobalt,COD,1,2\n", ("no column of that name", "'price'")),
    ("mineral,country,value\ncobalt,Chyna,1\n", ("row 2", "China")),
    ("mineral,country,value\ncobalt,COD,lots\ncobalt,AUS,inf\n", ("row 2", "'lots'", "row 3", "'inf'")),
    ("mineral,country,value\ncobalt,COD,-5\n", ("not negative",)),
    ("mineral,country,value\ncobalt,COD,1\nCobalt,Congo-Kinshasa,2\n", ("row 3", "stands twice", "cobalt COD")),
    ("mineral,country,value,unit\ncobalt,COD,1,t\ncobalt,AUS,2,kg\n", ("the units differ", "kg, t")),
    ("mineral,country,value\ncobalt,,1\n", ("the cell is empty",)),
    ("mineral,country,stage,value\ncobalt,COD,mien,1\n", ("did you mean mine",)),
    ("mineral,country,value\n", ("no rows",)),
    ("", ("not a CSV table",)),
]


@pytest.mark.parametrize(("text", "words"), TABLES)
def test_bad_tables_are_refused(folder: Path, text: str, words: tuple[str, ...]) -> None:
    (folder / "p.csv").write_text(text)
    code, out, err = indicator("hhi", "--production", "p.csv")
    assert (code, out) == (2, ""), err
    for word in words:
        assert word in err


def test_the_faults_of_all_files_come_at_once(folder: Path) -> None:
    (folder / "p.csv").write_text("mineral,country,value\ncobalt,Chyna,much\n")
    (folder / "t.csv").write_text("mineral,exporter,value\ncobalt,COD,1\n")
    code, _, err = indicator(
        "geopolrisk", "--production", "p.csv", "--trade", "t.csv", "--governance", "g.csv", "--region", "Jappan"
    )
    assert code == 2
    assert len(err.strip().splitlines()) == 4


def test_units_and_periods_must_agree_between_tables(folder: Path) -> None:
    (folder / "p.csv").write_text("mineral,country,value,unit\ncobalt,COD,1,kg\n")
    (folder / "t.csv").write_text("mineral,exporter,importer,value,unit\ncobalt,COD,JPN,1,t\n")
    files = ("--production", "p.csv", "--trade", "t.csv", "--governance", "g.csv")
    assert "production: kg, trade: t" in indicator("geopolrisk", *files)[2]
    (folder / "p.csv").write_text("mineral,country,period,value\ncobalt,COD,2022,1\ncobalt,COD,2023,1\n")
    (folder / "t.csv").write_text(TRADE)
    code, _, err = indicator("geopolrisk", *files)
    assert (code, "some tables have the column" in err) == (2, True)

"""A user's own files become our schema, or are refused in one sentence; the files here are made in the publishers' layouts."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from orepact import facts
from orepact.errors import BadInput, MissingData, UnknownName
from orepact.facts import loaders
from orepact.facts.exports import write
from orepact.facts.loaders.reading import figure

CODES = 'country_code,country_name,country_iso2,country_iso3\n156,China,CN,CHN\n180,DR Congo,CD,COD\n392,Japan,JP,JPN\n490,"Other Asia, nes",N/A,S19\n842,USA,US,USA\n'
BACI = (
    "t,i,j,k,v,q\n2024,180,156,282200,1500.5,250.25\n2024,156,392,282200,900,         30\n2024,156,490,282200,50,          NA\n"
    "2024,156,842,282200,9000,0.9\n2024,156,842,010121,5,5\n2024,156,156,282200,5,5\n2024,156,999,282200,5,5\n2024,156,392,810510,0.5,0.001\n"
)
MCS2026 = (
    "MCS chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value,Notes,Is critical mineral 2025,Other notes\n"
    'COBALT,Salient Statistics—United States,Cobalt,United States,Production,Production: Mine,metric tons,2024,200,,Yes,\n'
    'COBALT,World Mine Production and Reserves,Cobalt,Congo (Kinshasa),Production,Mine production,metric tons,2024,"226,000",Estimated.,Yes,"(Data in metric tons, cobalt content, unless otherwise specified)"\n'
    'COBALT,World Mine Production and Reserves,Cobalt,Côte d’Ivoire,Production,Mine production,metric tons,2024,W,,Yes,\n'
    'COBALT,World Mine Production and Reserves,Cobalt,Other countries,Production,Mine production,metric tons,2024,—,,Yes,\n'
    'COBALT,World Mine Production and Reserves,Cobalt,World total,Production,Mine production: rounded,metric tons,2025,"310,000",,Yes,\n'
    'COBALT,World Mine Production and Reserves,Cobalt,Australia,Reserves,Reserves,metric tons,2025,"1,700,000",,Yes,\n'
    'SALT,World Production and Reserves,Salt,China,Production,Production,thousand metric tons,2024,100,,No,\n'
    'GALLIUM,World Low-Purity Production,Gallium,China,Production,Primary production,kilograms,2024,"760,000",,Yes,\n'
)  # fmt: skip
MCS2025 = (
    "SOURCE,COMMODITY,COUNTRY,TYPE,UNIT_MEAS,PROD_2023,PROD_EST_ 2024,PROD_NOTES,CAP_2023,CAP_EST_ 2024,CAP_NOTES,RESERVES_2024,RESERVE_NOTES\n"
    'MCS2025,Cobalt,Congo (Kinshasa),"Mine production, cobalt content, estimated",metric tons,175000,220000,,,,,6000000,\n'
    'MCS2025,Cobalt,World total (rounded),"Mine production, cobalt content, estimated",metric tons,238000,290000,,,,,11000000,\n'
    'MCS2025,Titanium Mineral Concentrates,Australia,"Mine production, ilmentite, titanium dioxide (TiO2) content",metric tons,400,400,,,,,,\n'
)  # fmt: skip
BGS = (
    "bgs_commodity_code,bgs_commodity_trans,bgs_sub_commodity_trans,bgs_statistic_type_trans,country_trans,country_iso2_code,"
    "country_iso3_code,year,quantity,units,yearbook_table_trans,data_precision_description,concat_table_notes_text,concat_figure_notes_text\n"
    '1,"cobalt, mine",,Production,"Congo, Democratic Republic",CD,COD,2022-01-01 00:00:00,144936,tonnes (metric),Mine production of cobalt,,,Estimates.\n'
    '2,"cobalt, refined",,Production,Finland,FI,FIN,2022-01-01 00:00:00,12510,tonnes (metric),Production of refined cobalt,,,\n'
    "3,lithium minerals,Spodumene,Production,Australia,AU,AUS,2022-01-01 00:00:00,2700000,tonnes (metric),Lithium minerals,,,\n"
    '4,"cobalt, refined",,Production,China,CN,CHN,2022-01-01 00:00:00,,tonnes (metric),,Figures not available,,\n'
    '5,"cobalt, refined",,Production,Norway,NO,NOR,2022-01-01 00:00:00,0,tonnes (metric),,Nil (nothing produced),,\n'
    "6,cobalt,,Imports,Japan,JP,JPN,2022-01-01 00:00:00,10,tonnes (metric),,,,\n"
    "7,cement,,Production,Japan,JP,JPN,2022-01-01 00:00:00,10,tonnes (metric),,,,\n"
)  # fmt: skip
COMTRADE: dict[str, Any] = {
    "typeCode": "C", "freqCode": "A", "refYear": 2023, "period": "2023", "reporterCode": 392, "reporterISO": "JPN", "flowCode": "M",
    "partnerCode": 156, "partnerISO": "CHN", "partner2Code": 0, "classificationCode": "H6", "cmdCode": "282200", "customsCode": "C00",
    "motCode": 0, "netWgt": 1250000.0, "isNetWgtEstimated": False, "cifvalue": 2000000.0, "fobvalue": None, "primaryValue": 2000000.0,
}  # fmt: skip


def _comtrade() -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = [
        {}, {"partnerISO": "W00"}, {"partnerISO": "S19", "netWgt": 0}, {"flowCode": "X"}, {"flowCode": "RX"}, {"cmdCode": "2822"},
        {"partner2Code": 36}, {"partnerISO": "JPN"},
    ]  # fmt: skip
    return [{**COMTRADE, **change} for change in changes]


def _written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
def baci(tmp_path: Path) -> Path:
    _written(tmp_path, "country_codes_V202601.csv", CODES)
    return _written(tmp_path, "BACI_HS92_Y2024_V202601.csv", BACI)


def test_baci(baci: Path) -> None:
    loaded = loaders.load("baci", baci)
    flows = loaded.frame.set_index(["exporter", "importer"])
    assert set(flows.index) == {("COD", "CHN"), ("CHN", "JPN"), ("CHN", "TWN"), ("CHN", "USA")}
    assert flows.loc[("COD", "CHN"), ["value", "value_usd_k", "mineral", "hs6"]].tolist() == [
        250.25,
        1500.5,
        "cobalt",
        "282200",
    ]
    assert pd.isna(flows.loc[("CHN", "TWN"), "value"])
    assert flows["suspect"].to_dict()["CHN", "USA"]
    assert loaded.table == "trade"
    assert sum(loaded.left_out.values()) == 4
    assert any("999" in reason for reason in loaded.left_out)


def test_baci_from_the_release(tmp_path: Path, baci: Path) -> None:
    release = tmp_path / "BACI_HS92_V202601.zip"
    with zipfile.ZipFile(release, "w") as archive:
        archive.writestr("BACI_HS92_Y2023_V202601.csv", BACI.replace("2024,", "2023,"))
        archive.writestr("BACI_HS92_Y2024_V202601.csv", BACI)
        archive.writestr("country_codes_V202601.csv", CODES)
    pd.testing.assert_frame_equal(loaders.load("baci", release).frame, loaders.load("baci", baci).frame)
    assert set(loaders.load("baci", release, year=2023).frame["period"]) == {"2023"}
    with pytest.raises(BadInput, match="2023 to 2024"):
        loaders.load("baci", release, year=1990)


def test_usgs_2026(tmp_path: Path) -> None:
    loaded = loaders.load("usgs", _written(tmp_path, "MCS2026_Commodities_Data.csv", MCS2026, "cp1252"))
    rows = loaded.frame.set_index(["mineral", "country", "period"])
    assert rows["value"].to_dict() == pytest.approx(
        {
            ("cobalt", "COD", "2024"): 226_000, ("cobalt", "CIV", "2024"): float("nan"), ("cobalt", "OTH", "2024"): 0,
            ("cobalt", "WLD", "2025"): 310_000, ("gallium", "CHN", "2024"): 760,
        },
        nan_ok=True,
    )  # fmt: skip
    assert rows.loc[("cobalt", "COD", "2024"), ["estimated", "grade", "basis", "stage"]].tolist() == [
        "yes", "B", "Mine production; cobalt content", "mine",
    ]  # fmt: skip
    assert rows.loc[("cobalt", "CIV", "2024"), "flag"] == "withheld"
    assert rows.loc[("cobalt", "WLD", "2025"), "grade"] == "C"
    assert rows.loc[("gallium", "CHN", "2024"), "stage"] == "refined"
    assert set(loaded.frame["source"]) == {"own_usgs_mcs2026"}
    assert sum(loaded.left_out.values()) == 3


def test_usgs_2025_with_the_unit_that_the_release_prints_wrongly(tmp_path: Path) -> None:
    loaded = loaders.load("usgs", _written(tmp_path, "MCS2025_World_Data.csv", MCS2025, "utf-8-sig"))
    rows = loaded.frame.set_index(["mineral", "country", "period"])["value"]
    assert rows["cobalt", "COD", "2024"] == 220_000
    assert rows["ilmenite", "AUS", "2023"] == 400_000
    assert any("by mistake" in remark for remark in loaded.remarks)


def test_bgs(tmp_path: Path) -> None:
    loaded = loaders.load("bgs", _written(tmp_path, "bgs.csv", BGS))
    rows = loaded.frame.set_index(["mineral", "stage", "country"])
    assert rows["value"].to_dict() == pytest.approx(
        {
            ("cobalt", "mine", "COD"): 144_936, ("cobalt", "refined", "FIN"): 12_510, ("lithium", "mine", "AUS"): 2_700_000,
            ("cobalt", "refined", "CHN"): float("nan"), ("cobalt", "refined", "NOR"): 0,
        },
        nan_ok=True,
    )  # fmt: skip
    assert rows.loc[("cobalt", "refined", "CHN"), "flag"] == "not available"
    assert rows.loc[("lithium", "mine", "AUS"), "basis"] == "lithium minerals: Spodumene"
    assert rows.loc[("cobalt", "mine", "COD"), ["estimated", "grade"]].tolist() == ["yes", "B"]
    assert loaded.left_out == {"that are no production: Imports": 1, "of minerals that are not ours: cement": 1}


def _workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


WMD: dict[str, list[list[Any]]] = {
    "Cobalt": [
        ["Cobalt"],
        ["Country", "unit", 2023, 2024, "data source"],
        ["Congo, D.R.", "metr. t", 170_000, 220_000, "e"],
        ["Korea, North", "metr. t", 0, 1, "r"],
        ["Total", "metr. t", 230_000, 290_000, ""],
    ],
    "Lithium (Li2O)": [[], ["Country", "unit", "2023", "2024", "data source"], ["Australia", "metr. t", 1, 2, "p"]],
    "Gallium": [["Gallium"], ["Country", "unit", 2024, "data source"], ["China", "kg", 760_000, "e"]],
    "Diamonds (Gem)": [["x"], ["Country", "unit", 2024, "data source"], ["Botswana", "ct", 5, "r"]],
}


def test_world_mining_data(tmp_path: Path) -> None:
    loaded = loaders.load("wmd", _workbook(tmp_path / "6.4.xlsx", WMD))
    rows = loaded.frame.set_index(["mineral", "country", "period"])
    assert rows.loc[("cobalt", "COD", "2024"), ["value", "stage", "estimated", "grade"]].tolist() == [
        220_000,
        "mine",
        "yes",
        "B",
    ]
    assert rows.loc[("cobalt", "PRK", "2023"), "value"] == 0
    assert rows.loc[("cobalt", "WLD", "2024"), "value"] == 290_000
    assert rows.loc[("gallium", "CHN", "2024"), ["value", "stage"]].tolist() == [760, "refined"]
    assert rows.loc[("lithium", "AUS", "2024"), ["basis", "grade"]].tolist() == [
        "World Mining Data, Lithium (Li2O)",
        "C",
    ]
    assert loaded.left_out == {"of minerals that are not ours: Diamonds (Gem)": 1}


@pytest.mark.parametrize("form", ["json", "csv"])
def test_comtrade(tmp_path: Path, form: str) -> None:
    rows = _comtrade()
    text = (
        json.dumps({"elapsedTime": "1", "count": len(rows), "data": rows, "error": ""})
        if form == "json"
        else pd.DataFrame(rows).to_csv(index=False)
    )
    loaded = loaders.load("comtrade", _written(tmp_path, f"answer.{form}", text))
    flows = loaded.frame.set_index(["exporter", "importer"])
    assert flows["value"].to_dict() == pytest.approx({("CHN", "JPN"): 1250, ("TWN", "JPN"): float("nan")}, nan_ok=True)
    assert flows.loc[("CHN", "JPN"), ["value_usd_k", "grade"]].tolist() == [2000, "C"]
    assert "CIF" in flows.loc[("CHN", "JPN"), "basis"]
    assert sum(loaded.left_out.values()) == 6
    assert any("H6" in remark for remark in loaded.remarks)
    exports = loaders.load("comtrade", tmp_path / f"answer.{form}", flow="X").frame
    assert exports[["exporter", "importer"]].to_numpy().tolist() == [["JPN", "CHN"]]


def test_comtrade_in_the_spelling_of_bulk_files_with_a_comma_at_the_end_of_rows(tmp_path: Path) -> None:
    frame = pd.DataFrame(_comtrade())
    frame.columns = [name[0].upper() + name[1:] for name in frame.columns]
    heading, *lines = frame.to_csv(index=False).splitlines()
    text = "\n".join([heading, *(f"{line}," for line in lines)])
    assert len(loaders.load("comtrade", _written(tmp_path, "bulk.csv", text)).frame) == 2


MALFORMED = [
    ("baci", "BACI_HS92_Y2024_V202601.csv", "", "not a yearly file of BACI"),
    ("baci", "BACI_HS92_Y2024_V202601.csv", "t,i,j,k,v\n2024,1,2,282200,3\n", "no column q"),
    ("baci", "BACI_HS92_Y2024_V202601.csv", "t,i,j,k,v,q\n2024,180,156,282200,much,2\n", "damaged"),
    ("baci", "BACI_HS92_Y2024_V202601.csv", BACI + "2024,180", "damaged"),
    ("baci", "BACI_HS17_Y2024_V202601.csv", BACI, "HS17"),
    ("baci", "BACI_HS92_V202601.zip", "not a zip", "not a zip"),
    ("comtrade", "a.json", '{"data": [{"refYear"', "cut short"),
    ("comtrade", "a.json", '{"data": [], "error": "quota exceeded"}', "quota exceeded"),
    ("comtrade", "a.json", "[]", "no rows"),
    ("comtrade", "a.csv", "refYear,period\n2023,2023\n", "no column reporterISO"),
    ("usgs", "a.csv", "", "data release"),
    ("usgs", "a.csv", "<!doctype html><html>", "data release"),
    ("usgs", "a.csv", MCS2026.replace(",Value,", ",Worth,"), "data release"),
    ("usgs", "a.csv", MCS2026 + "COBALT,World", "cut short"),
    (
        "usgs",
        "mcs2024-cobal_world.csv",
        "Source,Country,Type,Prod_t_2022,Prod_t_est_2023\nMCS2024,A,b,1,2\n",
        "2024 or before",
    ),
    ("bgs", "a.csv", BGS.replace("quantity,units", "quantity,measure"), "no column units"),
    ("bgs", "a.csv", "\0\1", "no text"),
    ("wmd", "a.xlsx", "not a workbook", "workbook 6.4"),
]


@pytest.mark.parametrize(("kind", "name", "text", "words"), MALFORMED)
def test_a_file_that_is_not_what_it_says_is_refused_in_one_sentence(
    tmp_path: Path, kind: str, name: str, text: str, words: str
) -> None:
    _written(tmp_path, "country_codes_V202601.csv", CODES)
    with pytest.raises(BadInput, match=words) as caught:
        loaders.load(kind, _written(tmp_path, name, text))
    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).startswith("(load")


def test_other_workbooks_are_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", {"Cobalt": [["Rank", "Country"], [1, "China"]]})
    with pytest.raises(BadInput, match="sheets Cobalt"):
        loaders.load("wmd", path)


def test_country_codes_must_be_at_hand(tmp_path: Path) -> None:
    path = _written(tmp_path, "BACI_HS92_Y2024_V202601.csv", BACI)
    with pytest.raises(BadInput, match="country_codes"):
        loaders.load("baci", path)
    codes = _written(tmp_path, "codes.csv", CODES.replace("country_iso3", "iso_3digit_alpha"))
    assert len(loaders.load("baci", path, codes=codes).frame) == 4
    with pytest.raises(BadInput, match="country_iso3"):
        loaders.load("baci", path, codes=_written(tmp_path, "bad.csv", "country_code,name\n1,a\n"))


def test_numbers_for_countries_are_refused(tmp_path: Path) -> None:
    rows = [{**COMTRADE, "reporterISO": None, "partnerISO": None}]
    with pytest.raises(BadInput, match="includeDesc"):
        loaders.load("comtrade", _written(tmp_path, "a.json", json.dumps({"data": rows})))


def test_a_file_of_which_nothing_can_be_used_says_why(tmp_path: Path) -> None:
    text = "\n".join(line for line in MCS2026.splitlines() if not line.startswith(("COBALT", "GALLIUM")))
    with pytest.raises(MissingData, match="Salt"):
        loaders.load("usgs", _written(tmp_path, "MCS2026.csv", text))


def test_kinds_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="baci"):
        loaders.load("bacy", tmp_path / "x")
    for kind in loaders.KINDS:
        with pytest.raises(BadInput, match="cannot be read"):
            loaders.load(kind, tmp_path / "none.csv")
        assert loaders.KINDS[kind].address.startswith("https://")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_what_is_loaded_can_be_read_again_as_a_table_of_ours(tmp_path: Path, baci: Path, ending: str) -> None:
    frame = loaders.load("baci", baci).frame
    write(frame, tmp_path / f"own.{ending}")
    pd.testing.assert_frame_equal(facts.read("trade", tmp_path / f"own.{ending}"), frame)


@pytest.mark.parametrize(
    ("cell", "value", "flag", "estimated"),
    [
        ("1,200", 1200, None, False), ("e120", 120, None, True), (">540", 540, "lower bound", False), ("<2", 2, "upper bound", False),
        ("\u2014", 0, None, False), ("W", None, "withheld", False), ("NA", None, "not available", False), ("", None, "blank", False),
        ("10 - 15", None, "text: 10 - 15", False), ("s", None, "less than half unit", False),
    ],
)  # fmt: skip
def test_cells_of_publishers(cell: str, value: float | None, flag: str | None, estimated: bool) -> None:
    found = figure(cell)
    assert pd.isna(found[0]) if value is None else found[0] == value
    assert found[1:] == (flag, estimated)

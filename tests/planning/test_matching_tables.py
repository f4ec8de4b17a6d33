"""Rounds as CSV and XLSX: the same round as in YAML, and everything that is wrong with a table is said at once, with its line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from orepact.errors import BadInput
from orepact.planning.matching import demonstration, read_round, write_demonstration
from orepact.planning.matching.tables import COLUMNS


def written(path: Path, *rows: dict[str, str]) -> Path:
    """A CSV file of these rows."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("ending", ["yaml", "csv", "xlsx"])
def test_the_example_is_the_invented_round_in_every_form(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"round.{ending}"
    write_demonstration(path)
    found = read_round(path)
    assert found == demonstration()
    assert found.invented
    with pytest.raises(BadInput, match="there is a file of that name"):
        write_demonstration(path)


def test_a_sheet_as_people_keep_it_is_read(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "round.xlsx"
    write_demonstration(path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        for name in ("quantity", "price"):
            cell = row[at[name] - 1]
            cell.value = int(cell.value) if cell.value else None  # numbers as numbers, empty cells as nothing
    book.save(path)
    assert read_round(path) == demonstration()


def test_all_that_is_wrong_is_said_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "round.csv"
    write_demonstration(path)
    rows = read(path)
    demands = [at for at, row in enumerate(rows) if row["row"] == "demand"]
    rows[demands[0]]["price"] = "dear"
    rows[demands[1]] |= {"quantity": "1.5", "places": ""}
    path = written(tmp_path / "wrong.csv", *rows)
    with pytest.raises(BadInput) as caught:
        read_round(path)
    said = [str(each) for each in caught.value.problems]
    assert any(f"line {demands[0] + 2}" in each and "limit" in each for each in said)
    assert any(f"line {demands[1] + 2}" in each and "quantity" in each for each in said)
    assert any(f"line {demands[1] + 2}" in each and "needed" in each for each in said)


def test_rows_and_columns_that_nobody_knows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "round.csv"
    write_demonstration(path)
    rows = read(path)
    offer = next(at for at, row in enumerate(rows) if row["row"] == "offer")
    rows[0]["row"], rows[offer]["small"] = "ruond", "yes"
    with pytest.raises(BadInput) as caught:
        read_round(written(path, *rows))
    assert [each.place for each in caught.value.problems] == [
        "round.csv, line 2, row",
        f"round.csv, line {offer + 2}, small",
    ]
    path.write_text("row,prize\n")
    with pytest.raises(BadInput, match="line 1"):
        read_round(path)
    path.write_text("")
    with pytest.raises(BadInput, match="no column says"):
        read_round(path)
    with pytest.raises(BadInput, match="No such file"):
        read_round(tmp_path / "none.csv")
    (tmp_path / "bad.xlsx").write_bytes(b"no workbook")
    with pytest.raises(BadInput, match="no workbook"):
        read_round(tmp_path / "bad.xlsx")

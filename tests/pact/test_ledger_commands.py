"""The commands of the books, and the demonstration: what a new user sees, as text, JSON and files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from orepact.cli.pact import app
from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, NoRecord, Pact
from orepact.pact.ledger import book_of, start_stock
from orepact.pact.ledger.demonstration import HOLDER, demo_commands, demo_parties, demo_reserve
from orepact.pact.ledger.starting import release_instruments, simulated
from orepact.policy import ReserveRelease


@pytest.fixture(name="shown", scope="module")
def _shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str]:
    """A database with the demonstration, the id of its reserve, and a person of a holder."""
    url = f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'pact.db'}"
    pact = Pact.at(url)
    pact.do(KEEPER, Command("party", "add", {"name": "Finland", "kind": "state"}, "FIN"))
    for each in (HOLDER, "demo-kobaltika"):
        pact.do(KEEPER, Command("party", "add", {"name": each, "kind": "firm"}, each))
    for command in demo_parties():
        pact.do(KEEPER, command)
    reserve = pact.do(KEEPER, demo_reserve()).kept.id
    *steps, last = demo_commands(reserve)
    for command in steps:
        pact.do(KEEPER, command)
    with pytest.raises(BadInput, match="another objective"):
        pact.do(KEEPER, Command(last.kind, last.verb, last.data, last.record, last.effective))
    pact.do(KEEPER, last)
    person = pact.do(KEEPER, Command("person", "add", {"name": "Fia", "roles": ["firm"], "acts_for": [HOLDER]})).kept.id
    pact.close()
    return url, reserve, person


@pytest.fixture(name="ask", scope="module")
def _ask(shown: tuple[str, str, str]) -> Callable[..., str]:
    def ask(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["reserve", *arguments, "--database", shown[0]], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return ask


def test_the_book_shows_what_is_late_the_bill_and_the_days_of_cover(
    ask: Callable[..., str], shown: tuple[str, str, str]
) -> None:
    text = ask("book", shown[1], "--as-of", "2026-05-01", "--region", "USA")
    for words in (
        "3 994.52 EUR",
        "late by 58 days",
        "16 days",
        "Debits equal credits",
        "Invented",
        "23 000 kg",
        "0.873",
    ):
        assert words in text
    found = json.loads(ask("book", shown[1], "--as-of", "2026-02-10", "--json"))
    assert found["cover"][0]["region"] == "FIN"
    assert found["forms"][0]["drawn"] == 4_000_000
    assert found["invoices"] == []
    assert set(found["sums"].values()) == {0}
    assert "Northern Vault" in ask("list")


def test_a_use_that_nobody_knows_is_not_told_as_nothing(shown: tuple[str, str, str]) -> None:
    pact = Pact.at(shown[0])
    cover = book_of(pact, KEEPER, shown[1], region="MCO").covers[0]
    assert (cover.days, cover.use) == (None, None)
    assert "cannot tell" in cover.missing
    with pytest.raises(NoRecord, match="begin later"):
        book_of(pact, KEEPER, shown[1], date(2025, 12, 31))
    pact.close()


def test_the_extract_is_the_same_in_every_file(
    ask: Callable[..., str], shown: tuple[str, str, str], tmp_path: Path
) -> None:
    assert "Debits equal credits" in ask("audit", shown[1], "--out", str(tmp_path / "a.csv"))
    ask("audit", shown[1], "--out", str(tmp_path / "a.xlsx"))
    with (tmp_path / "a.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert ask("audit", shown[1], "--csv") == (tmp_path / "a.csv").read_text()
    sheet = load_workbook(tmp_path / "a.xlsx")["Postings"]
    told = [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert told == [[each or "" for each in row.values()] for row in rows]
    assert rows[-1]["override"].startswith("one month's bridge")
    sums: dict[str, int] = {}
    for each in rows:
        sums[each["hash"] + each["unit"]] = sums.get(each["hash"] + each["unit"], 0) + int(each["amount"])
    assert set(sums.values()) == {0}


def test_somebody_of_a_holder_sees_its_own_part(ask: Callable[..., str], shown: tuple[str, str, str]) -> None:
    text = ask("mine", "--as", shown[2])
    assert "9 000 kg" in text
    assert "Rotterdam" not in text
    assert "demo-kobaltika" not in text
    assert json.loads(ask("mine", "--as", shown[2], "--json"))[0]["rights"][0]["grams"] == 9_000_000
    assert "nothing in any reserve" in ask("mine")


def test_what_is_published_of_the_demonstration_names_no_holder_and_no_place(ask: Callable[..., str]) -> None:
    text = ask("public")
    assert "23 000 kg" in text
    assert "overridden" in text
    assert not any(each in text for each in (HOLDER, "Rotterdam", "demo-kobaltika"))
    assert [each["name"] for each in json.loads(ask("public", "--json"))] == ["Northern Vault (invented)"]
    assert "published anything" in ask("public", "--as-of", "2026-11-01")


def test_a_case_begins_from_the_real_books(ask: Callable[..., str], shown: tuple[str, str, str]) -> None:
    told = json.loads(ask("stock", shown[1], "-m", "cobalt", "-r", "FIN"))["instruments"]
    pact = Pact.at(shown[0])
    book = book_of(pact, KEEPER, shown[1])
    assert told == release_instruments(book, ["FIN"], "cobalt")
    assert ReserveRelease.model_validate({k: v for k, v in told[0].items() if k != "source"}).tonnes == pytest.approx(
        22.954
    )
    assert [(each.mineral, each.stage, each.tonnes) for each in start_stock(book)] == [("cobalt", "refined", 22.954)]
    assert simulated(book, "cobalt", "refined").held == 22_954_000
    row = next(csv.DictReader(ask("article22", shown[1], "--region", "USA").splitlines()))
    assert (row["tonnes"], row["purity"], row["chemical_form"]) == ("23.0", "0.998", "cobalt metal 99.8 %")
    assert float(row["share_of_use"]) == pytest.approx(22.954 / 9600)
    pact.close()

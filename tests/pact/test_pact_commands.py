"""The commands of clock, overlap, side by side and effect: text, JSON, CSV and files, on one database."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import icalendar
import pytest
from typer.testing import CliRunner

from orepact.cli.pact import app
from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Pact

START = date(2021, 6, 15)


@pytest.fixture(name="ask", scope="module")
def _ask(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    url = f"sqlite:///{tmp_path_factory.mktemp('pact') / 'pact.db'}"
    pact = Pact.at(url)
    for party, kind in (("EU", "bloc"), ("CAN", "state"), ("USA", "state")):
        pact.do(KEEPER, Command("party", "add", {"id": party, "name": party, "kind": kind}, effective=START))
    promise = {"clause": "review", "text": "a roadmap", "parties": ["EU", "CAN"]}
    for record, on in (("late", "2026-04-05"), ("ahead", "2026-05-20")):
        added = promise | {"id": record, "due": {"on": on}}
        pact.do(KEEPER, Command("commitment", "add", added, effective=START))
    made = {"functions": ["projects"], "minerals": ["cobalt"], "stages": ["mine"], "countries": ["COD", "EU"]}
    for record in ("one", "two"):
        added = made | {"id": record, "name": f"Initiative {record}"}
        pact.do(KEEPER, Command("initiative", "add", added, effective=START))
    for record, parties in (("eu-canada", ["EU", "CAN"]), ("us-canada", ["USA", "CAN"])):
        clauses = [{"clause": "scope", "stands": "yes", "summary": record}]
        added = {"id": record, "name": f"Deal {record}", "parties": parties, "clauses": clauses, "signed": "2021-06-15"}
        pact.do(KEEPER, Command("agreement", "add", added, effective=START))
    pact.close()

    def ask(*arguments: str) -> str:
        result = CliRunner().invoke(app, [*arguments, "--database", url], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return ask


def _csv(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_clock_in_each_form(ask: Callable[..., str]) -> None:
    as_of = ("--as-of", "2026-05-01")
    text = ask("clock", *as_of)
    assert text.startswith("Of 2 promises on 2026-05-01: 1 unknown, 1 due.")
    answer = json.loads(ask("clock", *as_of, "--json"))
    told = [(each["id"], each["status"], each["days"]) for each in answer["commitments"]]
    assert told == [("late", "unknown", 26), ("ahead", "due", 19)]
    rows = _csv(ask("clock", *as_of, "--csv", "--status", "unknown"))
    assert [each["id"] for each in rows] == ["late"]
    assert "No promise is known" in ask("clock", *as_of, "--party", "USA")


def test_the_clock_as_calendar_and_feed(ask: Callable[..., str], tmp_path: Path) -> None:
    due_days, changed = tmp_path / "due.ics", tmp_path / "changes.xml"
    ask("clock", "--as-of", "2026-05-01", "--calendar", str(due_days), "--feed", str(changed))
    found = icalendar.Calendar.from_ical(due_days.read_bytes())
    assert len(found.walk("VEVENT")) == 2
    titles = [each.text for each in ET.parse(changed).iter("{http://www.w3.org/2005/Atom}title")]  # noqa: S314  (our own)
    assert "unknown: a roadmap" in titles


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("clock", "--as-of", "yesterday"), "a day like"),
        (("clock", "--status", "lat"), "did you mean late"),
        (("clock", "--party", "CNA"), "did you mean CAN"),
        (("clock", "--calendar", "due.txt"), ".ics"),
        (("clock", "--json", "--csv"), "one output"),
        (("overlap", "--mineral", "cobald"), "did you mean cobalt"),
        (("beside", "nowhere"), "there is no agreement"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(
    ask: Callable[..., str], arguments: tuple[str, ...], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        ask(*arguments)


def test_overlap_in_each_form(ask: Callable[..., str]) -> None:
    congo = ("overlap", "--mineral", "cobalt", "--country", "COD")
    text = ask(*congo)
    assert "1 pair share" in text
    assert "Cannot tell (1)" in text
    answer = json.loads(ask(*congo, "--json"))
    assert answer["pairs"][0]["jaccard"] == 1
    assert answer["gaps"]["counts"]["cannot tell"] == 1
    assert [each["left"] for each in _csv(ask(*congo, "--csv"))] == ["one"]
    rows = _csv(ask("overlap", "--mineral", "boron", "--gaps", "--csv"))
    assert [(each["stage"], each["coverage"]) for each in rows] == [("mine", "uncovered")]


def test_side_by_side_in_each_form(ask: Callable[..., str]) -> None:
    text = ask("beside", "eu-canada", "us-canada")
    assert "1 differ" in text
    answer = json.loads(ask("beside", "eu-canada", "us-canada", "--json"))
    assert [each["id"] for each in answer["agreements"]] == ["eu-canada", "us-canada"]
    assert {each["agreement"] for each in _csv(ask("beside", "eu", "us", "--csv"))} == {"eu-canada", "us-canada"}
    assert "no other agreement" in ask("beside", "us-canada")


def test_effect_in_each_form(ask: Callable[..., str]) -> None:
    niobium = ("effect", "eu-canada", "--mineral", "niobium", "--as-of", "2026-05-01")
    text = ask(*niobium)
    assert text.startswith("After Deal eu-canada was signed in 2021, imports of EU from Canada rose in 1")
    assert "is not yet an effect of it" in text
    assert json.loads(ask(*niobium, "--json"))["trade_years"] == [2010, 2024]
    assert _csv(ask(*niobium, "--csv"))[0]["verdict"] == "rose"

"""Rights that nobody gives themselves, words that nobody puts into others' mouths, and faults that are told before anything is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from orepact.cli.app import app
from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Denied, Pact, Viewer
from orepact.pact.importing import preview
from orepact.pact.listing import decided
from orepact.pact.people import People

EU = Viewer("eva", "Eva", frozenset({"party delegate"}), frozenset({"EU"}))
ANALYST = Viewer("ana", "Ana", frozenset({"analyst"}))
PROMISE = {"clause": "trade", "text": "a report", "due": {"on": "2026-09-01"}}


@pytest.fixture
def pact(pact: Pact) -> Pact:
    for name in ("EU", "JPN"):
        pact.do(KEEPER, Command("party", "add", {"name": name, "kind": "bloc" if name == "EU" else "state"}, name))
    return pact


def person(pact: Pact, *roles: str) -> Viewer:
    made = pact.do(KEEPER, Command("person", "add", {"name": f"{roles}", "roles": list(roles)}))
    found = People(pact).viewer_of_person(made.kept.id)
    assert found is not None
    return found


def test_nobody_gives_themselves_rights_and_every_grant_is_a_decision(pact: Pact) -> None:
    one, other = person(pact, "administrator"), person(pact, "administrator")
    grant = {"roles": ["administrator", "auditor"], "reason": "curious"}
    with pytest.raises(BadInput, match="nobody changes their own rights"):
        pact.do(one, Command("person", "grant", grant, one.id))
    with pytest.raises(BadInput, match="use grant or end"):
        pact.do(one, Command("person", "change", {"roles": ["auditor"]}, one.id))
    with pytest.raises(BadInput, match="nobody changes their own rights"):
        pact.do(one, Command("person", "change", {"issuer": "https://id.example", "subject": "x"}, one.id))
    pact.do(other, Command("person", "grant", grant, one.id))
    verbs = [each.draft.verb for each in decided(pact.history(KEEPER))]
    assert verbs.count("grant") == 1


def test_in_public_a_party_speaks_for_itself(pact: Pact) -> None:
    pact.do(EU, Command("commitment", "add", PROMISE | {"parties": ["EU"]}))
    for parties in (["JPN"], ["EU", "JPN"]):
        with pytest.raises(Denied, match="for whom you do not act"):
            pact.do(EU, Command("commitment", "add", PROMISE | {"parties": parties}))
    with pytest.raises(Denied, match="for whom you do not act"):
        pact.do(EU, Command("agreement", "add", {"name": "Pact of two", "parties": ["EU", "JPN"]}))
    hidden = pact.do(EU, Command("commitment", "add", PROMISE | {"parties": ["JPN"], "tier": "party"})).kept
    with pytest.raises(Denied, match="for whom you do not act"):
        pact.do(EU, Command("commitment", "change", {"tier": "public"}, hidden.id))
    pact.do(ANALYST, Command("agreement", "add", {"name": "Pact of two", "parties": ["EU", "JPN"]}))


def test_whoever_acts_for_one_keeps_what_they_add(pact: Pact) -> None:
    assert pact.do(EU, Command("commitment", "add", PROMISE | {"parties": ["EU"]})).kept.record.owner == "EU"
    assert pact.do(ANALYST, Command("commitment", "add", PROMISE | {"parties": ["EU"]})).kept.record.owner is None


@pytest.mark.parametrize(
    ("due", "words"),
    [({"on": "2026-09-09", "days": 4}, "time after an event"), ({"every_months": 3, "event_day": "2026-01-01"}, "time after an event"),
     ({"on": "2026-09-09", "every_months": 3}, "exactly one way")],
)  # fmt: skip
def test_a_commitment_is_due_in_one_way(pact: Pact, due: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        pact.do(EU, Command("commitment", "add", PROMISE | {"parties": ["EU"], "due": due}))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_evidence_leads_where_a_reader_may_go(pact: Pact, address: str) -> None:
    with pytest.raises(BadInput, match="begins with"):
        pact.do(EU, Command("commitment", "add", PROMISE | {"parties": ["EU"]}, evidence=[{"address": address}]))


def test_a_preview_lists_every_bad_row(pact: Pact) -> None:
    rows = [
        {"": "2", "name": "Good", "kind": "firm"},
        {"": "3", "name": "Bad", "kind": "firm", "home": "NOWHERE"},
        {"": "4", "name": "Nul\x00", "kind": "firm"},
    ]
    found = preview(pact, KEEPER, "party", rows)
    assert [(row.number, row.action) for row in found.rows] == [(2, "add"), (3, "refused"), (4, "refused")]


def test_a_row_of_the_log_cannot_be_replaced_in_sqlite(tmp_path: Path) -> None:
    pact = Pact.at(f"sqlite:///{tmp_path / 'pact.sqlite'}")
    pact.do(KEEPER, Command("party", "add", {"name": "EU", "kind": "bloc"}, "EU"), "once")
    for statement in (
        "INSERT OR REPLACE INTO event SELECT seq,kind,record,version,effective,recorded,'',previous,hash FROM event",
        "INSERT OR REPLACE INTO request SELECT actor,key,'','1','1' FROM request",
    ):
        with pact.store.database.engine.connect() as connection, pytest.raises(DBAPIError, match="only added to"):
            connection.execute(text(statement))
    pact.close()


def test_the_pact_is_written_while_a_workbench_keeps_its_jobs_in_the_same_postgresql(postgres_url: str) -> None:
    from orepact.api.jobs.store import LOCK as JOBS
    from orepact.pact.database import LOCK

    pact = Pact.at(postgres_url)
    with pact.store.database.engine.connect() as held:
        assert held.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": JOBS}).scalar()
        assert JOBS != LOCK
        assert pact.do(KEEPER, Command("party", "add", {"name": "EU", "kind": "bloc"}, "EU")).kept.id == "EU"
    pact.close()


def test_commands_bring_a_schema_down_and_up_and_leave_no_half_restored_file(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'pact.sqlite'}"
    run = CliRunner()
    Pact.at(database).close()
    told = run.invoke(app, ["pact", "migrate", "--to", "0001", "--database", database], catch_exceptions=False)
    assert "0002 before, 0001 now" in told.output
    told = run.invoke(app, ["pact", "migrate", "--database", database], catch_exceptions=False)
    assert "0001 before, 0002 now" in told.output
    with pytest.raises(BadInput, match="there is no revision of that name"):
        run.invoke(app, ["pact", "migrate", "--to", "nonsense", "--database", database], catch_exceptions=False)
    bad = tmp_path / "bad.zip"
    bad.write_text("no backup")
    with pytest.raises(BadInput):
        run.invoke(
            app,
            ["pact", "restore", str(bad), "--database", f"sqlite:///{tmp_path / 'new.sqlite'}"],
            catch_exceptions=False,
        )
    assert not list(tmp_path.glob("new.sqlite*"))


def test_projects_are_told_as_json_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    told = CliRunner().invoke(app, ["pact", "projects", "mina-doade", "--json"], catch_exceptions=False)
    assert json.loads(told.stdout)[0]["next_due"] == "2027-03-25"


def test_a_person_is_named_by_how_they_sign_in(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'demonstration.sqlite'}"
    run = CliRunner()
    run.invoke(app, ["pact", "demo", "--database", database], catch_exceptions=False)
    told = run.invoke(
        app, ["pact", "list", "agreement", "--as", "eu", "--json", "--database", database], catch_exceptions=False
    )
    assert any(row["tier"] == "party" for row in json.loads(told.stdout))
    told = run.invoke(
        app, ["pact", "list", "agreement", "--as", "reader", "--json", "--database", database], catch_exceptions=False
    )
    assert all(row["tier"] == "public" for row in json.loads(told.stdout))

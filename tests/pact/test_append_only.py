"""The log refuses to be changed, in SQLite and in PostgreSQL, whoever asks the database."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from orepact.pact import KEEPER, Command, Pact


def say(pact: Pact, name: str = "Norway", key: str | None = None) -> None:
    """Add a state."""
    pact.do(KEEPER, Command("party", "add", {"name": name, "kind": "state"}), key)


def refused(pact: Pact, statement: str) -> str:
    """What the database says to a statement that it refuses."""
    with pact.store.database.engine.connect() as connection, pytest.raises(DBAPIError) as error:
        connection.execute(text(statement))
    return str(error.value.orig)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE event SET body = ''", "DELETE FROM event", "UPDATE request SET fingerprint = ''", "DELETE FROM request"],
)
def test_a_row_of_the_log_can_be_neither_changed_nor_taken_away(pact: Pact, statement: str) -> None:
    say(pact, key="once")
    before = list(pact.store.events())
    assert "only added to" in refused(pact, statement)
    assert list(pact.store.events()) == before
    assert len(before) == 1


@pytest.mark.parametrize("table", ["event", "request"])
def test_postgresql_refuses_to_empty_a_table_at_once(postgres_url: str, table: str) -> None:
    pact = Pact.at(postgres_url)
    say(pact, key="once")
    assert "only added to" in refused(pact, f"TRUNCATE {table}")
    pact.close()


def test_a_log_in_memory_refuses_as_well() -> None:
    pact = Pact.at("sqlite://")
    say(pact)
    assert "only added to" in refused(pact, "DELETE FROM event")

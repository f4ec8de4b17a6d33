"""The schema goes up and down and up again with its events, is refused where it is another than the code's, and is never half made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Pact
from orepact.pact import migrate as migration
from orepact.pact.chain import verify
from orepact.pact.database import Database, Unavailable, append_only
from orepact.pact.migrate import configuration, downgrade, upgrade
from orepact.pact.store import Store, row_of
from orepact.pact.tables import REVISION, event, metadata

REVISIONS = ["0001", "0002"]


def script() -> ScriptDirectory:
    return ScriptDirectory.from_config(configuration("sqlite://"))


def tables(url: str) -> set[str]:
    database = Database(url)
    with database.reading() as connection:
        found = set(sa.inspect(connection).get_table_names())
    database.close()
    return found


def revision(url: str) -> str | None:
    database = Database(url)
    found = database.revision()
    database.close()
    return found


def write_events(url: str) -> str:
    """Put three events into the tables of an old schema; the text of the state that they lead to."""
    source = Pact.at("sqlite://")
    for name in ("Norway", "Chile"):
        source.do(KEEPER, Command("party", "add", {"name": name, "kind": "state"}))
    source.do(KEEPER, Command("party", "change", {"note": "old"}, "chile"))
    database = Database(url)
    with database.writing() as connection:
        connection.execute(sa.insert(event), [row_of(each) for each in source.store.events()])
    database.close()
    return source.store.state().text()


def test_there_is_one_line_of_revisions_and_the_code_reads_its_end() -> None:
    assert script().get_heads() == [REVISION]
    assert [each.revision for each in script().walk_revisions()] == REVISIONS[::-1]


@pytest.mark.parametrize("to", REVISIONS)
def test_events_of_an_old_schema_are_read_once_it_is_brought_up(pact_url: str, to: str) -> None:
    upgrade(pact_url, to)
    assert revision(pact_url) == to
    text = write_events(pact_url)
    upgrade(pact_url)
    pact = Pact.at(pact_url)
    assert pact.store.state().text() == text
    assert verify(pact.store).intact
    assert pact.do(KEEPER, Command("party", "change", {"note": "new"}, "chile"), "key").kept.version == 3
    pact.close()


def test_down_and_up_again_keeps_events_and_their_triggers(pact_url: str) -> None:
    upgrade(pact_url)
    text = write_events(pact_url)
    downgrade(pact_url, "0001")
    assert "secret" not in tables(pact_url)
    upgrade(pact_url)
    pact = Pact.at(pact_url)
    assert pact.store.state().text() == text
    with pact.store.database.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="only added to"):
        connection.execute(sa.text("DELETE FROM event"))
    pact.close()
    downgrade(pact_url, "base")
    assert tables(pact_url) == {"alembic_version"}
    Pact.at(pact_url).close()
    assert revision(pact_url) == REVISION


def test_what_the_revisions_make_is_what_the_code_names(pact_url: str) -> None:
    upgrade(pact_url)
    database = Database(pact_url)
    with database.reading() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    database.close()


def test_a_table_that_differs_would_be_seen(pact_url: str) -> None:
    upgrade(pact_url)
    database = Database(pact_url)
    other = sa.MetaData()
    for each in metadata.tables.values():
        each.to_metadata(other)
    other.tables["secret"].append_column(sa.Column("more", sa.String(5)))
    with database.reading() as connection:
        found = compare_metadata(MigrationContext.configure(connection), other)
    assert [each[0] for each in found] == ["add_column"]
    database.close()


def test_a_table_in_memory_is_made_as_the_revisions_make_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'pact.sqlite'}"
    upgrade(url)
    memory, file = Database("sqlite://"), Database(url)
    memory.prepare()
    wanted = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    with memory.reading() as one, file.reading() as two:
        assert one.execute(sa.text(wanted)).all() == two.execute(sa.text(wanted)).all() != []
    memory.close()
    file.close()


def test_an_older_schema_is_refused_and_brought_up(pact_url: str) -> None:
    upgrade(pact_url, "0001")
    with pytest.raises(BadInput, match="found 0001; make a backup, then run orepact pact migrate"):
        Pact.at(pact_url)
    upgrade(pact_url)
    Pact.at(pact_url).close()


def test_a_newer_schema_is_refused(pact_url: str) -> None:
    upgrade(pact_url)
    database = Database(pact_url)
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0999'"))
    database.close()
    with pytest.raises(BadInput, match="found 0999; use a newer Orepact"):
        Pact.at(pact_url)


def test_tables_of_somebody_else_are_left_alone(pact_url: str) -> None:
    database = Database(pact_url)
    with database.writing() as connection:
        connection.execute(sa.text("CREATE TABLE event (own INTEGER)"))
    database.close()
    with pytest.raises(BadInput, match="tables that are not the pact's"):
        Pact.at(pact_url)
    assert tables(pact_url) == {"event"}


def test_a_revision_that_fails_leaves_nothing_half_done(
    pact_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(pact_url)
    text = write_events(pact_url)
    folder = tmp_path / "scripts"
    versions = folder / "versions"
    versions.mkdir(parents=True)
    for each in migration.SCRIPTS.rglob("*.py"):
        (folder / each.relative_to(migration.SCRIPTS)).write_text(each.read_text())
    (versions / "0003_broken.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        "revision, down_revision, branch_labels, depends_on = '0003', '0002', None, None\n"
        "def upgrade():\n"
        "    op.create_table('third', sa.Column('a', sa.Integer))\n"
        "    op.add_column('secret', sa.Column('more', sa.String(5)))\n"
        "    op.execute('INSERT INTO nowhere VALUES (1)')\n"
    )
    monkeypatch.setattr(migration, "SCRIPTS", folder)
    with pytest.raises((Unavailable, sa.exc.ProgrammingError)):
        upgrade(pact_url)
    assert revision(pact_url) == "0002"
    assert "third" not in tables(pact_url)
    pact = Pact.at(pact_url)
    assert pact.store.state().text() == text
    pact.close()


def test_every_table_that_is_only_added_to_has_its_triggers() -> None:
    for dialect in ("sqlite", "postgresql"):
        said: Any = " ".join(append_only(dialect))
        assert all(f"ON {name}" in said for name in ("event", "request"))


def test_the_pact_of_a_downgraded_store_is_still_read_by_its_rows(pact_url: str) -> None:
    upgrade(pact_url)
    text = write_events(pact_url)
    downgrade(pact_url, "0001")
    database = Database(pact_url)
    assert Store(database).state().text() == text
    database.close()

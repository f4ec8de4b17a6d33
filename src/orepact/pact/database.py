"""The database under the pact: SQLite in a file or PostgreSQL, one writer at a time, nothing acknowledged before it is on disk.

SQLite: write-ahead log, ``synchronous=FULL``, ``BEGIN IMMEDIATE`` behind one lock a process. PostgreSQL: an advisory lock that ends
with the transaction. Both make the order of the log the order of commits, which the chain needs.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import StaticPool

from orepact.errors import BadInput, OrepactError, Problem
from orepact.pact.tables import APPEND_ONLY, REVISION, metadata
from orepact.pact.turns import Turns

PLACE = "pact, database"
MEMORY = "sqlite://"
LOCK = 0x0E9AC8
"""Number of the advisory lock of writers in PostgreSQL; that of jobs is another, and held for as long as a server runs."""

WAIT = 30.0
"""Seconds that a writer waits for its turn."""

NOT_ALLOWED = "42501"
"""What PostgreSQL calls a right that its user lacks."""


class Unavailable(OrepactError):
    """The database cannot be reached or written just now; nothing was changed."""

    exit_code = 5


class Database:
    """An open database. Raises BadInput where it is none, or is of another revision than this code. wait: seconds for a turn."""

    def __init__(self, url: str, wait: float = WAIT) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self.wait = wait
        self.engine = _engine(url, wait)
        self._turns = Turns()
        self._alone: AbstractContextManager[Any] = threading.RLock() if url == MEMORY else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database, the same from its first question to its last."""
        more: dict[str, Any] = {} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        with self._alone, _told(), self.engine.connect() as connection:
            yield connection.execution_options(**more)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one connection that writes; what it did is kept, durably, when the block ends well, and else nothing of it."""
        more: dict[str, Any] = {} if self.sqlite else {"isolation_level": "READ COMMITTED"}
        if not self._turns.take(self.wait):
            raise _unavailable(f"other writers for {self.wait:g} s")
        try:
            with self._alone, _told(), self.engine.connect() as plain:
                connection = plain.execution_options(writing=True, **more)
                with connection.begin():
                    if not self.sqlite:
                        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                    yield connection
        finally:
            self._turns.end()

    def revision(self) -> str | None:
        """Revision of the schema that the database has; None where it has none. Raises BadInput where something else lies in it."""
        with self.reading() as connection:
            found = inspect(connection)
            if found.has_table("alembic_version"):
                known = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
                if known is not None:
                    return str(known)
            if found.has_table("event"):
                todo = "give a database of its own"
                raise BadInput(Problem(PLACE, "it holds tables that are not the pact's", "a table named event", todo))
            return None

    def prepare(self) -> bool:
        """Make the tables where there are none, and say whether that was so. Raises BadInput for an older or newer schema."""
        if self.url == MEMORY:
            with self.writing() as connection:
                fresh = not inspect(connection).has_table("event")
                if fresh:
                    metadata.create_all(connection)
                    for statement in append_only("sqlite"):
                        connection.execute(text(statement))
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

    @classmethod
    def prepared(cls, url: str) -> Database:
        """An open database with its tables; nothing stays open where it cannot be had."""
        found = cls(url)
        try:
            found.prepare()
        except BaseException:
            found.close()
            raise
        return found

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _engine(url: str, wait: float) -> Engine:
    try:
        return _made(url, wait)
    except (ArgumentError, ValueError) as error:
        raise _no_address(url) from error
    except ModuleNotFoundError as error:
        todo = "run pip install 'orepact[postgres]'"
        raise BadInput(Problem(PLACE, "what speaks to PostgreSQL is not installed", str(error.name), todo)) from error


def _made(url: str, wait: float) -> Engine:
    if not url.startswith(("sqlite://", "postgresql+psycopg://")):
        raise _no_address(url)
    if not url.startswith("sqlite"):
        settings = {"connect_timeout": max(2, round(wait)), "options": f"-c lock_timeout={round(wait * 1000)}"}
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, connect_args=settings)
    more: dict[str, Any] = {"poolclass": StaticPool} if url == MEMORY else {}
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": wait}, **more)
    if engine.url.database and Path(engine.url.database).is_dir():
        raise BadInput(Problem(PLACE, "it is a folder, and no file", f"'{engine.url.database}'", "name a file in it"))
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _no_address(url: str) -> BadInput:
    todo = "give one like sqlite:///pact.sqlite or postgresql+psycopg://user@host/name"
    return BadInput(Problem(PLACE, "it is no address of a database", f"'{url[:80]}'", todo))


def _set_up(connection: Any, _record: Any) -> None:
    """Leave transactions to us, and settle with the disk at every commit."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _told() -> Iterator[None]:
    """What a database complains of, in our own words; a statement that is wrong stays an error of ours."""
    try:
        yield
    except (OperationalError, InterfaceError, InternalError, IntegrityError) as error:
        raise _unavailable(_first_line(error)) from error
    except NoConnection as error:
        raise _unavailable("every connection in use") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == NOT_ALLOWED:
            raise _unavailable(_first_line(error)) from error
        if type(error.orig).__name__ != "DatabaseError":
            raise
        todo = "give another file, or restore a backup"
        raise BadInput(Problem(PLACE, "it is no database, or a damaged one", _first_line(error), todo)) from error


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).strip().splitlines() or [type(error.orig).__name__])[0][:120]


def _unavailable(found: str) -> Unavailable:
    todo = "try again, with the same idempotency key where you gave one"
    return Unavailable(Problem(PLACE, "it cannot be reached or written just now", found, todo))


def sqlite_url(path: Path) -> str:
    """Address of a database in a file."""
    return f"sqlite:///{path}"


SAME_ROW = {
    "event": "SELECT 1 FROM event WHERE seq = NEW.seq OR hash = NEW.hash "
    "OR (kind = NEW.kind AND record = NEW.record AND version = NEW.version)",
    "request": "SELECT 1 FROM request WHERE actor = NEW.actor AND key = NEW.key",
}
"""What an insertion may not stand in the place of: SQLite's REPLACE deletes without asking the triggers on deletion."""


def append_only(dialect: str) -> list[str]:
    """The statements that make tables refuse to be changed, in one dialect."""
    words = "the log of the pact is only added to"
    if dialect == "sqlite":
        stop = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        kept = [
            f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table} {stop}"
            for table in APPEND_ONLY
            for what in ("update", "delete")
        ]
        return [
            *kept,
            *(
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS ({same}) {stop}"
                for table, same in SAME_ROW.items()
            ),
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

"""Where jobs keep what their steps gave and what they answered: two tables beside those of DBOS, in SQLite or PostgreSQL.

One server at a time works on the jobs of a database: :meth:`Store.claim` takes a lock that ends with its process.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from orepact.errors import BadInput, Problem

TABLES = sa.MetaData()
PARTS = sa.Table(
    "orepact_job_parts",
    TABLES,
    sa.Column("job", sa.String(64), primary_key=True),
    sa.Column("step", sa.String(200), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
ANSWERS = sa.Table(
    "orepact_job_answers",
    TABLES,
    sa.Column("job", sa.String(64), primary_key=True),
    sa.Column("form", sa.String(100), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
LOCK = 0x0E9AC7
"""Number of the advisory lock in PostgreSQL."""

PATIENCE = 5.0
"""Seconds that a lock is waited for: that of a server that was just killed ends with its connection."""


class Store:
    """The two tables. url: of the database, as SQLAlchemy has it."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self._engine = sa.create_engine(self.url, pool_pre_ping=True)
        self._lock: IO[str] | sa.Connection | None = None

    def open(self) -> None:
        """Make the tables where they are not there; BadInput where the database cannot be used."""
        try:
            TABLES.create_all(self._engine)
        except (sa.exc.SQLAlchemyError, OSError) as error:
            found = str(getattr(error, "orig", None) or error).splitlines()[0][:200]
            shown = self.url.render_as_string(hide_password=True)
            raise BadInput(
                Problem("--database", "the database of jobs cannot be used", f"{shown}: {found}", "check its address")
            ) from None

    def claim(self, patience: float = PATIENCE) -> bool:
        """Whether this process may work on the jobs: no other does, and none will before it ends."""
        until = time.monotonic() + patience
        while not self._claimed():
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        return True

    def _claimed(self) -> bool:
        if self.url.get_backend_name() == "sqlite":
            self._lock = _file_lock(Path(f"{self.url.database}.lock"))
            return self._lock is not None
        connection = self._engine.connect()
        if connection.execute(sa.text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}).scalar():
            connection.commit()
            self._lock = connection
            return True
        connection.close()
        return False

    def close(self) -> None:
        """Let the jobs go."""
        if self._lock is not None:
            if isinstance(self._lock, sa.Connection):
                self._lock.invalidate()
            self._lock.close()
            self._lock = None
        self._engine.dispose()

    def put_part(self, job: str, step: str, content: bytes) -> None:
        """Keep what a step gave."""
        self._put(PARTS, {"job": job, "step": step}, content)

    def part(self, job: str, step: str) -> bytes:
        """What a step gave."""
        where = (PARTS.c.job == job) & (PARTS.c.step == step)
        with self._engine.connect() as connection:
            return bytes(connection.execute(sa.select(PARTS.c.content).where(where)).scalar_one())

    def finish(self, job: str, forms: Mapping[str, bytes]) -> None:
        """Keep an answer in all its forms, and its parts no longer."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(ANSWERS).where(ANSWERS.c.job == job))
            rows = [{"job": job, "form": form, "content": content} for form, content in forms.items()]
            connection.execute(sa.insert(ANSWERS), rows)
            connection.execute(sa.delete(PARTS).where(PARTS.c.job == job))

    def answer(self, job: str, form: str) -> bytes | None:
        """An answer in one form; None where there is none."""
        where = (ANSWERS.c.job == job) & (ANSWERS.c.form == form)
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(ANSWERS.c.content).where(where)).scalar_one_or_none()
        return None if found is None else bytes(found)

    def forget_parts(self, job: str) -> None:
        """Keep the parts of a job no longer."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(PARTS).where(PARTS.c.job == job))

    def forget(self, jobs: list[str]) -> None:
        """Keep nothing of some jobs."""
        with self._engine.begin() as connection:
            for table in (PARTS, ANSWERS):
                connection.execute(sa.delete(table).where(table.c.job.in_(jobs)))

    def _put(self, table: sa.Table, key: dict[str, str], content: bytes) -> None:
        where: Any = sa.and_(*(table.c[name] == value for name, value in key.items()))
        with self._engine.begin() as connection:
            connection.execute(sa.delete(table).where(where))
            connection.execute(sa.insert(table).values(**key, content=content))


def _file_lock(path: Path) -> IO[str] | None:
    """An open file that is locked for this process; None where another has it."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover  (systems without it run one server a folder)
        return path.open("a")
    found = path.open("a")
    try:
        fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        found.close()
        return None
    return found

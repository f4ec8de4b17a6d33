"""Where a pact is kept, and how it is opened: the database that is named, or one in the user's data folder.

Where none is kept yet, reading shows what a new pact would begin with, and writes nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

from orepact.errors import BadInput, Problem
from orepact.files import data_folder
from orepact.pact.database import MEMORY, Database, sqlite_url
from orepact.pact.pact import Pact
from orepact.pact.prefill import prefill

VARIABLE = "OREPACT_DATABASE"


def address(database: str | None = None) -> str:
    """Address of the database: as given, as in the environment (OREPACT_DATABASE), or a file in the user's data folder."""
    return database or os.environ.get(VARIABLE) or sqlite_url(data_folder() / "pact.sqlite")


def opened(database: str | None = None) -> Pact:
    """The pact of a database, which is made and filled from the facts where there is none."""
    url = address(database)
    _make_folder(url)
    pact = Pact.at(url)
    if pact.store.is_empty():
        prefill(pact)
    return pact


def opened_to_read(database: str | None = None) -> Pact:
    """The pact of a database; where it does not exist, what a new one would begin with, in memory."""
    url = address(database)
    path = file_of(url)
    if path is None or path.exists():
        return opened(url)
    if database is not None:
        raise BadInput(Problem("--database", "there is no such file", f"'{path}'", "make it with orepact pact init"))
    pact = Pact.at(MEMORY)
    prefill(pact)
    return pact


def empty(database: str | None = None) -> Database:
    """A database with its tables, made where there is none, that nothing is written into."""
    url = address(database)
    _make_folder(url)
    return Database.prepared(url)


def is_kept(pact: Pact) -> bool:
    """Whether a pact lies in a database, and not in memory alone."""
    return pact.store.database.url != MEMORY


def file_of(url: str) -> Path | None:
    """The file of a database; None for PostgreSQL and for memory."""
    prefix = "sqlite:///"
    return Path(url.removeprefix(prefix)) if url.startswith(prefix) else None


def _make_folder(url: str) -> None:
    path = file_of(url)
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        found = error.strerror or "an error of the disk"
        raise BadInput(
            Problem("--database", "the file cannot be made", f"{path}: {found}", "give another place")
        ) from error

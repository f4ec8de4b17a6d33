"""A whole pact in one file, and back: the log with its chain, the keys, and the hashes of secrets; nobody stays signed in.

The file is a ZIP of lines of JSON. It can be restored into SQLite and into PostgreSQL alike, and its chain can be checked without us:
each line of ``events.jsonl`` holds ``previous``, ``body`` and ``hash``, and SHA-256 of ``previous``, a line break and ``body`` is ``hash``.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Table, insert, select

from orepact.errors import BadInput, Problem
from orepact.files import appearing_whole
from orepact.pact.canonical import canonical, moment
from orepact.pact.database import Database
from orepact.pact.event import START, link, read_event
from orepact.pact.store import Store, row_of
from orepact.pact.tables import REVISION, event, request, secret

FORMAT = 1
ENDINGS = (".zip",)
LARGEST_LINE = 4_000_000
CHUNK = 2000
EVENTS, REQUESTS, SECRETS, MANIFEST = "events.jsonl", "requests.jsonl", "secrets.jsonl", "manifest.json"
Progress = Callable[[int], None]


def nothing(_: int) -> None:
    """Tell nobody how far it is."""


def back_up(store: Store, path: Path, progress: Progress = nothing) -> dict[str, Any]:
    """Write a whole pact to a ZIP file, as it stands at one moment, and return its manifest. Others may write meanwhile."""
    with appearing_whole(path, ENDINGS, "FILE") as part, store.database.reading() as connection:
        part.touch(mode=0o600)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            count, head = 0, START
            with archive.open(EVENTS, "w") as lines:
                for row in _rows(connection, event):
                    lines.write(
                        _line(
                            {"seq": row["seq"], "previous": row["previous"], "hash": row["hash"], "body": row["body"]}
                        )
                    )
                    count, head = row["seq"], row["hash"]
                    progress(count)
            for name, table in ((REQUESTS, request), (SECRETS, secret)):
                with archive.open(name, "w") as lines:
                    for row in _rows(connection, table):
                        if name == SECRETS or row["last"] <= count:
                            lines.write(_line(row))
            manifest = {
                "format": FORMAT, "revision": REVISION, "events": count, "head": head if count else "", "made": moment(store.now()),
            }  # fmt: skip
            archive.writestr(MANIFEST, canonical(manifest))
    return manifest


def restore(database: Database, path: Path, progress: Progress = nothing) -> dict[str, Any]:
    """Write a backup into a database that holds no event yet, all of it or nothing, and return its manifest.

    Raises BadInput where the file is no backup, its chain does not hold, or the database holds events.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _restored(database, archive, path.name, progress)
    except (OSError, KeyError, zipfile.BadZipFile, json.JSONDecodeError, UnicodeDecodeError, ValueError) as error:
        raise _no_backup(path.name, str(error)[:100] or type(error).__name__) from error


def _restored(database: Database, archive: zipfile.ZipFile, name: str, progress: Progress) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest.get("format") != FORMAT:
        raise _no_backup(name, f"format {manifest.get('format')!r}")
    with database.writing() as connection:
        if connection.execute(select(event.c.seq).limit(1)).first() is not None:
            todo = "give an empty database: what is kept is never written over"
            raise BadInput(Problem("--database", "it holds a pact already", "events", todo))
        count, head = _restore_events(connection, archive, name, progress)
        if (count, head if count else "") != (manifest["events"], manifest["head"]):
            raise _no_backup(
                name,
                f"{count} events up to {head[:12]}, while it says {manifest['events']} up to {manifest['head'][:12]}",
            )
        for part, table in ((REQUESTS, request), (SECRETS, secret)):
            rows = [json.loads(line) for line in _lines(archive, part)]
            for at in range(0, len(rows), CHUNK):
                connection.execute(insert(table), rows[at : at + CHUNK])
    return manifest


def _restore_events(connection: Connection, archive: zipfile.ZipFile, name: str, progress: Progress) -> tuple[int, str]:
    rows: list[dict[str, Any]] = []
    previous, count = START, 0
    for line in _lines(archive, EVENTS):
        said = json.loads(line)
        count += 1
        if said["seq"] != count or said["previous"] != previous or link(previous, said["body"]) != said["hash"]:
            raise _no_backup(name, f"event {count} that is not chained to the one before it")
        previous = said["hash"]
        rows.append(row_of(read_event(said["body"], said["previous"], said["hash"])))
        if len(rows) == CHUNK:
            connection.execute(insert(event), rows)
            rows.clear()
        progress(count)
    if rows:
        connection.execute(insert(event), rows)
    return count, previous


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    wanted = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=CHUNK)
    for row in connection.execute(wanted):
        yield dict(row._mapping)  # noqa: SLF001  (SQLAlchemy's name for a row as a mapping)


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    """Lines of a file in the archive, none longer than an event can be."""
    with archive.open(name) as lines:
        yield from _bounded(lines)


def _bounded(lines: IO[bytes]) -> Iterator[str]:
    while line := lines.readline(LARGEST_LINE + 1):
        if len(line) > LARGEST_LINE:
            raise ValueError("a line that is too long")
        yield line.decode()


def _line(row: dict[str, Any]) -> bytes:
    return f"{canonical(row)}\n".encode()


def _no_backup(name: str, found: str) -> BadInput:
    todo = "give a file that orepact pact backup wrote; nothing was restored"
    return BadInput(Problem(name, "it is no whole backup of a pact", found, todo))

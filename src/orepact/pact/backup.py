"""A whole pact in one file, and back: the log with its chain, the keys, and the hashes of secrets; nobody stays signed in.

The file is a ZIP of lines of JSON. It can be restored into SQLite and into PostgreSQL alike, and its chain can be checked without us:
each line of ``events.jsonl`` holds ``previous``, ``body`` and ``hash``, and SHA-256 of ``previous``, a line break and ``body`` is ``hash``.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, String, Table, insert, select

from orepact.errors import BadInput, Problem
from orepact.files import appearing_whole
from orepact.pact.canonical import canonical, digest, moment
from orepact.pact.database import Database
from orepact.pact.event import START, link, read_event
from orepact.pact.state import State
from orepact.pact.store import UNREADABLE, Store, row_of
from orepact.pact.tables import REVISION, event, request, secret

FORMAT = 1
ENDINGS = (".zip",)
LARGEST_LINE = 4_000_000
MOST_EVENTS = 2**31
CHUNK = 2000
EVENTS, REQUESTS, SECRETS, MANIFEST = "events.jsonl", "requests.jsonl", "secrets.jsonl", "manifest.json"
UNREADABLE_FILE = (*UNREADABLE, OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
"""What reading a file that is no ZIP of ours raises."""

Progress = Callable[[int], None]


def nothing(_: int) -> None:
    """Tell nobody how far it is."""


def back_up(store: Store, path: Path, progress: Progress = nothing) -> dict[str, Any]:
    """Write a whole pact to a ZIP file, as it stands at one moment, and return its manifest. Others may write meanwhile."""
    with appearing_whole(path, ENDINGS, "FILE") as part, store.database.reading() as connection:
        part.touch(mode=0o600)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            last: dict[str, Any] = {"seq": 0, "hash": ""}
            digests: dict[str, str] = {}
            with _lines_to(archive, EVENTS, digests) as write:
                for last in _rows(connection, event):
                    write({name: last[name] for name in ("seq", "previous", "hash", "body")})
                    progress(last["seq"])
            for name, table in ((REQUESTS, request), (SECRETS, secret)):
                with _lines_to(archive, name, digests) as write:
                    for row in _rows(connection, table):
                        write(row)
            manifest = {
                "format": FORMAT, "revision": REVISION, "events": last["seq"], "head": last["hash"], "made": moment(store.now()),
                "sha256": digests,
            }  # fmt: skip
            archive.writestr(MANIFEST, canonical(manifest | {"own_sha256": digest(canonical(manifest))}))
    return manifest


@contextmanager
def _lines_to(
    archive: zipfile.ZipFile, name: str, digests: dict[str, str]
) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """What writes lines to a file of the archive; its hash is noted at the end."""
    found = hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as lines:

        def write(row: Mapping[str, Any]) -> None:
            line = f"{canonical(row)}\n".encode()
            found.update(line)
            lines.write(line)

        yield write
    digests[name] = found.hexdigest()


def restore(database: Database, path: Path, progress: Progress = nothing) -> dict[str, Any]:
    """Write a backup into a database that holds no event yet, all of it or nothing, and return its manifest.

    Raises BadInput where the file is no backup, is not what was written, its chain does not hold, or the database holds events.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive, path.name)
            with database.writing() as connection:
                _restored(connection, archive, manifest, path.name, progress)
            return manifest
    except FileNotFoundError as error:
        raise BadInput(Problem("FILE", "there is no such file", f"'{path}'", "give a file that is there")) from error
    except UNREADABLE_FILE as error:
        raise _no_backup(path.name, str(error)[:100] or type(error).__name__) from error


def _manifest(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    """What a backup says of itself. Raises BadInput where this code cannot restore it."""
    if archive.getinfo(MANIFEST).file_size > LARGEST_LINE:
        raise ValueError("a manifest that is too long")
    found: dict[str, Any] = json.loads(archive.read(MANIFEST))
    said = found.pop("own_sha256")
    if said != digest(canonical(found)):
        raise ValueError("a manifest that was changed")
    if found["format"] != FORMAT or found["revision"] > REVISION:
        raise _no_backup(
            name, f"format {found['format']}, revision {found['revision']}, which this Orepact does not know"
        )
    return found


def _restored(
    connection: Connection, archive: zipfile.ZipFile, manifest: Mapping[str, Any], name: str, progress: Progress
) -> None:
    if connection.execute(select(event.c.seq).limit(1)).first() is not None:
        todo = "give an empty database: what is kept is never written over"
        raise BadInput(Problem("--database", "it holds a pact already", "events", todo))
    count, head = 0, ""
    for rows in _chunks(_events(archive, manifest["sha256"][EVENTS]), event):
        connection.execute(insert(event), rows)
        count, head = rows[-1]["seq"], rows[-1]["hash"]
        progress(count)
    if (count, head) != (manifest["events"], manifest["head"]):
        raise _no_backup(name, f"{count} events, while it says {manifest['events']}")
    for part, table in ((REQUESTS, request), (SECRETS, secret)):
        for rows in _chunks(_lines(archive, part, manifest["sha256"][part]), table):
            connection.execute(insert(table), rows)


def _events(archive: zipfile.ZipFile, sha256: str) -> Iterator[dict[str, Any]]:
    """Rows of the log, each of them chained to the one before, and such that the next step can be taken."""
    previous, state, events = START, State(), []
    for at, said in enumerate(_lines(archive, EVENTS, sha256), start=1):
        if said["seq"] != at or said["previous"] != previous or link(previous, said["body"]) != said["hash"]:
            raise ValueError(f"event {at} that is not chained to the one before it")
        previous = said["hash"]
        found = read_event(said["body"], said["previous"], said["hash"])
        if found.seq != at:
            raise ValueError(f"event {at} that says it is event {found.seq}")
        events.append(found)
        if len(events) == CHUNK:
            state, events = state.after(events), []
        yield row_of(found)
    state.after(events)


def _chunks(rows: Iterator[dict[str, Any]], table: Table) -> Iterator[list[dict[str, Any]]]:
    """Some rows at a time, each of which the table takes. Raises ValueError for others."""
    while some := list(islice(rows, CHUNK)):
        for row in some:
            if set(row) != {each.name for each in table.columns} or not all(_fits(each, row) for each in table.columns):
                raise ValueError(f"a row that is none of the table {table.name}")
        yield some


def _fits(column: Column[Any], row: Mapping[str, Any]) -> bool:
    value = row[column.name]
    if value is None:
        return bool(column.nullable)
    if isinstance(column.type, String):
        return isinstance(value, str) and "\0" not in value and len(value) <= (column.type.length or LARGEST_LINE)
    return type(value) is int and abs(value) < MOST_EVENTS


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    wanted = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=CHUNK)
    for row in connection.execute(wanted):
        yield dict(row._mapping)  # noqa: SLF001  (SQLAlchemy's name for a row as a mapping)


def _lines(archive: zipfile.ZipFile, name: str, sha256: str) -> Iterator[dict[str, Any]]:
    """Lines of a file in the archive, none longer than an event can be. Raises ValueError where the file is not what was written."""
    found = hashlib.sha256()
    with archive.open(name) as lines:
        while line := lines.readline(LARGEST_LINE + 1):
            if len(line) > LARGEST_LINE:
                raise ValueError("a line that is too long")
            found.update(line)
            yield json.loads(line)
    if found.hexdigest() != sha256:
        raise ValueError(f"{name} that was changed")


def _no_backup(name: str, found: str) -> BadInput:
    todo = "give a file that orepact pact backup wrote; nothing was restored"
    return BadInput(Problem(name, "it is no whole backup of a pact", found, todo))

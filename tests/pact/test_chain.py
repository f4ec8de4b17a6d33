"""Whoever changes the log behind our back is found out, each kind of change in its own sentence, on both databases."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from orepact.pact import KEEPER, Command, Pact
from orepact.pact.canonical import canonical
from orepact.pact.chain import Verdict, verify
from orepact.pact.database import Database
from orepact.pact.event import link
from orepact.pact.store import Damaged, Store
from orepact.pact.tables import APPEND_ONLY

LAST = 6


def fill(pact: Pact) -> None:
    """Six events: three parties, and three changes of the first."""
    for name in ("Norway", "Chile", "Zambia"):
        pact.do(KEEPER, Command("party", "add", {"name": name, "kind": "state"}))
    for note in ("one", "two", "three"):
        pact.do(KEEPER, Command("party", "change", {"note": note}, "norway"))


def unlock(pact: Pact) -> None:
    """Drop the triggers, as somebody with the rights of the owner of the database can."""
    with pact.store.database.writing() as connection:
        for table in APPEND_ONLY:
            if pact.store.database.sqlite:
                for what in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER {table}_no_{what}"))
            else:
                connection.execute(text(f"DROP TRIGGER {table}_append_only ON {table}"))


Change = Callable[[Any], None]


def row(connection: Any, seq: int) -> dict[str, Any]:
    found = connection.execute(text("SELECT * FROM event WHERE seq = :seq"), {"seq": seq}).one()
    return dict(found._mapping)


def put(connection: Any, at: int, /, **columns: Any) -> None:
    said = ", ".join(f"{name} = :{name}" for name in columns)
    connection.execute(text(f"UPDATE event SET {said} WHERE seq = :at"), columns | {"at": at})  # noqa: S608


def other_body(connection: Any, seq: int) -> str:
    """The body of an event with another note in it."""
    body: str = row(connection, seq)["body"]
    assert '"one"' in body
    return body.replace('"one"', '"xxx"')


def change_body(connection: Any) -> None:
    put(connection, 4, body=other_body(connection, 4))


def hash_again(connection: Any) -> None:
    body = other_body(connection, 4)
    put(connection, 4, body=body, hash=link(row(connection, 4)["previous"], body))


def take_out(connection: Any) -> None:
    connection.execute(text("DELETE FROM event WHERE seq = 3"))


def take_first(connection: Any) -> None:
    connection.execute(text("DELETE FROM event WHERE seq = 1"))


def change_column(connection: Any) -> None:
    put(connection, 2, record="peru")


def change_effective(connection: Any) -> None:
    put(connection, 2, effective="2020-01-01")


def swap(connection: Any) -> None:
    for old, new in ((5, 99), (6, 5), (99, 6)):
        put(connection, old, seq=new)


def no_body(connection: Any) -> None:
    put(connection, 5, body="no body")


def deep_body(connection: Any) -> None:
    put(connection, 5, body="[" * 100_000)


def other_verb(connection: Any) -> None:
    """A last event that is well chained, and does what this code knows nothing of."""
    said = row(connection, LAST)
    body = canonical(json.loads(said["body"]) | {"verb": "sing"})
    put(connection, LAST, body=body, hash=link(said["previous"], body))


def jump(connection: Any) -> None:
    """A last event that is well chained, and leaves a version out."""
    said = row(connection, LAST)
    body = canonical(json.loads(said["body"]) | {"version": 9})
    put(connection, LAST, body=body, version=9, hash=link(said["previous"], body))


def earlier(connection: Any) -> None:
    """A last event that is well chained, and says that it is older than the one before."""
    said = row(connection, LAST)
    recorded = "2020-01-01T00:00:00.000000Z"
    body = canonical(json.loads(said["body"]) | {"recorded": recorded})
    put(connection, LAST, body=body, recorded=recorded, hash=link(said["previous"], body))


FOUND: list[tuple[Change, list[str]]] = [
    (change_body, ["event 4: its hash is not that of its body"]),
    (hash_again, ["event 5: it is not chained to the event before it"]),
    (
        take_out,
        [
            "event 4: it stands where event 3 should: what was between is missing",
            "event 4: it is not chained to the event before it",
        ],
    ),
    (
        take_first,
        [
            "event 2: it stands where event 1 should: what was between is missing",
            "event 2: it is not chained to the event before it",
            "event 4: party norway jumps from version 0 to 2",
        ],
    ),
    (change_column, ["event 2: its columns are not those of its body"]),
    (change_effective, ["event 2: its columns are not those of its body"]),
    (
        swap,
        [
            "event 5: it is not chained to the event before it",
            "event 5: its columns are not those of its body",
            "event 5: party norway jumps from version 2 to 4",
            "event 6: it is not chained to the event before it",
            "event 6: its columns are not those of its body",
            "event 6: it was recorded before the event before it",
            "event 6: party norway jumps from version 4 to 3",
        ],
    ),
    (
        no_body,
        [
            "event 5: its hash is not that of its body",
            "event 5: its body cannot be read",
            "event 6: party norway jumps from version 2 to 4",
        ],
    ),
    (
        deep_body,
        [
            "event 5: its hash is not that of its body",
            "event 5: its body cannot be read",
            "event 6: party norway jumps from version 2 to 4",
        ],
    ),
    (other_verb, ["event 6: what it says cannot be done (KeyError)"]),
    (jump, ["event 6: party norway jumps from version 3 to 9"]),
    (earlier, ["event 6: it was recorded before the event before it"]),
]


@pytest.mark.parametrize(("change", "told"), FOUND, ids=[each.__name__ for each, _ in FOUND])
def test_every_change_behind_our_back_is_found(pact: Pact, change: Change, told: list[str]) -> None:
    fill(pact)
    assert verify(pact.store).intact
    unlock(pact)
    with pact.store.database.writing() as connection:
        change(connection)
    assert list(afresh(pact).faults) == told
    assert not verify(pact.store).intact


def afresh(pact: Pact) -> Verdict:
    """What somebody finds who opens the database only now."""
    database = Database(pact.store.database.url)
    try:
        return verify(Store(database))
    finally:
        database.close()


@pytest.mark.parametrize("change", [no_body, deep_body, other_verb, take_out, take_first])
def test_a_log_that_cannot_be_read_on_is_no_traceback(pact: Pact, change: Change) -> None:
    fill(pact)
    unlock(pact)
    with pact.store.database.writing() as connection:
        change(connection)
    fresh = Pact.at(pact.store.database.url)
    try:
        if change not in {take_out, take_first}:
            with pytest.raises(Damaged, match="run orepact pact verify"):
                fresh.sight(KEEPER)
            with pytest.raises(Damaged):
                fresh.do(KEEPER, Command("party", "change", {"note": "x"}, "norway"))
        assert not verify(fresh.store).intact
    finally:
        fresh.close()


def test_an_end_that_was_cut_off_is_found_by_the_head_that_was_noted(pact: Pact) -> None:
    fill(pact)
    noted = pact.store.state().head
    middle = list(pact.store.events())[2].hash
    assert verify(pact.store, noted).intact
    unlock(pact)
    with pact.store.database.writing() as connection:
        connection.execute(text("DELETE FROM event WHERE seq = 6"))
    assert afresh(pact).intact
    assert verify(pact.store).faults == ("the state in use does not follow from the log; restart, and compare",)
    fresh = Store(pact.store.database)
    assert verify(fresh, middle).intact
    verdict = verify(fresh, noted)
    assert (verdict.faults, verdict.seen, verdict.intact) == ((), False, False)


def test_an_empty_log_is_intact_and_holds_no_head(pact: Pact) -> None:
    assert verify(pact.store) == Verdict(0, "", (), None)
    assert not verify(pact.store, "0" * 64).intact


def test_the_log_is_intact_while_others_write(pact: Pact) -> None:
    fill(pact)
    stop = threading.Event()

    def write() -> None:
        other = Pact.at(pact.store.database.url)
        while not stop.is_set():
            other.do(KEEPER, Command("party", "change", {"note": "again"}, "chile"))
        other.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        verdicts = [verify(pact.store) for _ in range(20)]
    finally:
        stop.set()
        writer.join()
    assert [each.faults for each in verdicts] == [()] * 20
    assert verdicts[-1].events > LAST


def test_a_clock_that_is_set_back_dates_nothing_before_what_was_written(pact: Pact) -> None:
    fill(pact)
    before = list(pact.store.events())[-1].recorded
    pact.store.now = lambda: datetime.now(UTC) - timedelta(days=3)
    done = pact.do(
        KEEPER, Command("party", "change", {"note": "late"}, "chile", effective=before.date() - timedelta(3))
    )
    assert done.event.recorded == before
    assert verify(pact.store).intact

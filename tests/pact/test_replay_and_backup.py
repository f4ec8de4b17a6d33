"""The log alone gives the state, byte for byte; a backup gives it in either database; a backup that was changed gives nothing."""

from __future__ import annotations

import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Pact
from orepact.pact.backup import MANIFEST, back_up, restore
from orepact.pact.canonical import canonical, digest
from orepact.pact.chain import verify
from orepact.pact.database import Database
from orepact.pact.prefill import prefill
from orepact.pact.state import State
from orepact.pact.store import Store
from orepact.pact.tables import event, request, secret

FILES = ["events.jsonl", "manifest.json", "requests.jsonl", "secrets.jsonl"]


def fill(pact: Pact) -> None:
    """A register with a promise that is met, a confidential record, a key and a secret."""
    for at, name in enumerate(("Norway", "Chile")):
        pact.do(KEEPER, Command("party", "add", {"name": name, "kind": "state"}), f"key {at}")
    given = {"clause": "c", "text": "Publish a list", "parties": ["norway"], "due": {"on": "2026-05-01"}}
    pact.do(KEEPER, Command("commitment", "add", given, "list"))
    shown = [{"address": "https://example.org/公", "grade": "B"}]
    pact.do(KEEPER, Command("commitment", "meet", {"on": "2026-04-01"}, "list", evidence=shown))
    given = {"name": "Plan", "functions": ["data"], "minerals": ["*"], "stages": ["*"], "countries": ["*"]}
    pact.do(KEEPER, Command("initiative", "add", given | {"tier": "party", "owner": "chile"}))
    row = {"id": "s", "person": "p", "use": "password", "hash": "h", "scopes": "", "expires": None}
    with pact.store.database.writing() as connection:
        connection.execute(insert(secret), [row])


@pytest.fixture
def kept(pact: Pact) -> Pact:
    fill(pact)
    return pact


def emptied(url: str) -> Database:
    found = Database(url)
    found.prepare()
    return found


def count(database: Database) -> int:
    with database.reading() as connection:
        return sum(len(connection.execute(select(each)).all()) for each in (event, request, secret))


def test_the_log_alone_gives_the_state_byte_for_byte(kept: Pact) -> None:
    text = kept.store.state().text()
    events = list(kept.store.events())
    assert State().after(events).text() == text
    step = State()
    for each in events:
        step = step.after([each])
    assert step.text() == text
    database = Database(kept.store.database.url)
    assert Store(database).state().text() == text
    database.close()
    assert '"version":2' in text


def test_the_register_of_the_facts_can_be_replayed_byte_for_byte() -> None:
    pact = Pact.at("sqlite://")
    assert prefill(pact) > 400
    assert Store(pact.store.database).state().text() == pact.store.state().text()
    assert verify(pact.store).intact


def test_a_backup_restored_into_the_other_kind_of_database_is_the_same_pact(
    kept: Pact, other_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "pact.zip"
    manifest = back_up(kept.store, path)
    assert path.stat().st_mode & 0o077 == 0
    database = emptied(other_url)
    assert restore(database, path) == manifest
    other = Pact(Store(database))
    assert other.store.state().text() == kept.store.state().text()
    assert verify(other.store, kept.store.state().head).intact
    again = other.do(KEEPER, Command("party", "add", {"name": "Chile", "kind": "state"}), "key 1")
    assert (again.event.seq, other.store.state().seq) == (2, 5)
    with database.reading() as connection:
        assert [row.hash for row in connection.execute(select(secret))] == ["h"]
    with pytest.raises(BadInput, match="holds a pact already"):
        restore(database, path)
    back = tmp_path / "back.zip"
    back_up(other.store, back)
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(back) as two:
        for name in FILES:
            assert (one.read(name) == two.read(name)) == (name != MANIFEST)
    database.close()


def test_a_backup_while_others_write_is_the_pact_of_one_moment(kept: Pact, other_url: str, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        at = 0
        while not stop.is_set():
            kept.do(KEEPER, Command("party", "change", {"note": f"{at}"}, "chile"), f"w{at}")
            at += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        manifests = [back_up(kept.store, tmp_path / f"{at}.zip") for at in range(8)]
    finally:
        stop.set()
        writer.join()
    assert manifests[-1]["events"] > manifests[0]["events"] >= 5
    database = emptied(other_url)
    restore(database, tmp_path / "7.zip")
    with database.reading() as connection:
        keys = connection.execute(select(request.c.key).where(request.c.key.like("w%"))).all()
    assert len(keys) == manifests[-1]["events"] - 5
    assert verify(Store(database), manifests[-1]["head"]).intact
    database.close()


def rewritten(path: Path, name: str, content: bytes, target: Path) -> Path:
    """The same archive with another content of one file, its checksums right."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for each in FILES:
            new.writestr(each, content if each == name else old.read(each))
    return target


@pytest.mark.parametrize("name", FILES)
def test_a_byte_changed_in_any_file_of_a_backup_restores_nothing(
    kept: Pact, other_url: str, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "pact.zip"
    back_up(kept.store, path)
    with zipfile.ZipFile(path) as archive:
        content = archive.read(name)
    database = emptied(other_url)
    for at in sorted({0, 9, len(content) // 3, len(content) // 2, len(content) - 2}):
        other = bytes([content[at] ^ 1])
        changed = rewritten(path, name, content[:at] + other + content[at + 1 :], tmp_path / "changed.zip")
        with pytest.raises(BadInput, match="no whole backup"):
            restore(database, changed)
        assert count(database) == 0
    with pytest.raises(BadInput, match="no whole backup"):
        restore(database, rewritten(path, name, b"", tmp_path / "empty.zip"))
    assert count(database) == 0
    restore(database, path)
    assert count(database) == 8
    database.close()


def test_a_byte_changed_anywhere_in_the_file_restores_nothing_or_the_same(tmp_path: Path) -> None:
    pact = Pact.at("sqlite://")
    fill(pact)
    path, changed = tmp_path / "pact.zip", tmp_path / "changed.zip"
    back_up(pact.store, path)
    content = path.read_bytes()
    refused = 0
    for at in range(0, len(content), 7):
        changed.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        database = emptied("sqlite://")
        try:
            restore(database, changed)
        except BadInput:
            assert count(database) == 0
            refused += 1
        else:
            assert Store(database).state().text() == pact.store.state().text()
        database.close()
    assert refused > 50


def sealed(path: Path, target: Path, **files: bytes) -> Path:
    """An archive made by somebody who knows how: every hash of the manifest is right."""
    import json

    with zipfile.ZipFile(path) as old:
        contents = {each: files.get(each.split(".")[0], old.read(each)) for each in FILES}
    manifest: dict[str, Any] = json.loads(contents[MANIFEST])
    del manifest["own_sha256"]
    manifest["sha256"] = {each: digest(contents[each].decode()) for each in FILES if each != MANIFEST}
    contents[MANIFEST] = canonical(manifest | {"own_sha256": digest(canonical(manifest))}).encode()
    with zipfile.ZipFile(target, "w") as new:
        for each, content in contents.items():
            new.writestr(each, content)
    return target


@pytest.mark.parametrize(
    "files",
    [
        {"requests": b'{"actor":"a"}\n'},
        {"requests": b"[1,2]\n"},
        {"requests": b"5\n"},
        {"secrets": b'{"id":"a","person":"b","use":"c","hash":{},"scopes":"","expires":null}\n'},
        {"events": b""},
        {"events": b"[]\n"},
        {"events": b"null\n"},
        {"events": b"[" * 100_000},
        {"events": b"x" * 5_000_000},
    ],
)
def test_a_backup_that_somebody_made_up_is_no_traceback(kept: Pact, tmp_path: Path, files: dict[str, bytes]) -> None:
    path = tmp_path / "pact.zip"
    back_up(kept.store, path)
    database = emptied("sqlite://")
    with pytest.raises(BadInput):
        restore(database, sealed(path, tmp_path / "made-up.zip", **files))
    assert count(database) == 0
    database.close()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + b"\x00" * 18])
def test_what_is_no_backup_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    database = emptied("sqlite://")
    with pytest.raises(BadInput, match="no whole backup"):
        restore(database, path)
    with pytest.raises(BadInput, match="no such file"):
        restore(database, tmp_path / "none.zip")
    with pytest.raises(BadInput):
        restore(database, tmp_path)
    database.close()


@pytest.mark.parametrize("name", ["pact.tar", "none/pact.zip"])
def test_a_backup_that_cannot_be_written_leaves_nothing(tmp_path: Path, name: str) -> None:
    pact = Pact.at("sqlite://")
    with pytest.raises(BadInput):
        back_up(pact.store, tmp_path / name)
    assert list(tmp_path.iterdir()) == []

"""Twenty at once: one key is one event whoever comes first, and of those who have seen the same version one wins, on both databases."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from writers import Nursery, answer, note

from orepact.errors import OrepactError
from orepact.pact import KEEPER, Command, Conflict, Denied, Pact, Viewer
from orepact.pact.chain import verify

RACERS = 20
ANALYST = Viewer("ana", "Ana", frozenset({"analyst"}))


def begin(pact: Pact) -> None:
    pact.do(KEEPER, Command("party", "add", {"name": "Norway", "kind": "state"}))


def together(what: Callable[[int], str]) -> list[str]:
    """What twenty threads say that begin at the same moment."""
    gate, said = threading.Barrier(RACERS), [""] * RACERS

    def race(at: int) -> None:
        gate.wait()
        try:
            said[at] = what(at)
        except OrepactError as error:
            said[at] = type(error).__name__

    threads = [threading.Thread(target=race, args=(at,)) for at in range(RACERS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return said


def processes(url: str, folder: Path, lines: Callable[[Path, int], tuple[object, ...]]) -> list[str]:
    """What twenty processes say that begin at the same moment."""
    nursery = Nursery(url)
    paths = [folder / f"r{at}" for at in range(RACERS)]
    for at, path in enumerate(paths):
        nursery.born(*lines(path, at))
    until(lambda: all(path.with_suffix(".ready").exists() for path in paths))
    (folder / "go").touch()
    until(lambda: all(path.exists() and path.read_text().endswith("\n") for path in paths))
    nursery.close()
    return [path.read_text().strip() for path in paths]


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not so():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_twenty_threads_with_one_key_leave_one_event_and_hear_the_same(pact: Pact) -> None:
    begin(pact)
    said = together(lambda _: answer(pact.do(KEEPER, note("norway", "once"), "the key")))
    assert len(set(said)) == 1
    assert said[0].endswith(" 2 once")
    assert pact.store.state().seq == 2
    pact.do(KEEPER, note("norway", "later"))
    assert answer(pact.do(KEEPER, note("norway", "once"), "the key")) == said[0]
    assert pact.store.state().seq == 3


def test_twenty_processes_with_one_key_leave_one_event_and_hear_the_same(pact: Pact, tmp_path: Path) -> None:
    begin(pact)
    said = processes(pact.store.database.url, tmp_path, lambda path, _: ("race", path, "the key", "once"))
    assert len(set(said)) == 1
    assert said[0].endswith(" 2 once")
    assert pact.store.state().seq == 2
    assert verify(pact.store).intact


def test_one_key_with_other_words_is_a_conflict_for_all_but_one(pact: Pact) -> None:
    begin(pact)
    said = together(lambda at: answer(pact.do(KEEPER, note("norway", f"note {at}"), "the key")))
    assert Counter(said)["Conflict"] == RACERS - 1
    assert pact.store.state().seq == 2


def test_of_twenty_threads_that_saw_one_version_one_wins(pact: Pact) -> None:
    begin(pact)
    command = [Command("party", "change", {"note": f"note {at}"}, "norway", expected=1) for at in range(RACERS)]
    said = together(lambda at: answer(pact.do(KEEPER, command[at])))
    assert Counter(said)["Conflict"] == RACERS - 1
    kept = pact.sight(KEEPER).get("party", "norway")
    assert kept is not None
    assert next(each for each in said if each != "Conflict").endswith(f" 2 {kept.record.note}")
    assert pact.store.state().seq == 2


def test_of_twenty_processes_that_saw_one_version_one_wins(pact: Pact, tmp_path: Path) -> None:
    begin(pact)
    said = processes(pact.store.database.url, tmp_path, lambda path, _: ("expect", path, 1))
    assert Counter(said)["Conflict"] == RACERS - 1
    assert pact.store.state().seq == 2
    assert verify(pact.store).intact


def test_twenty_threads_without_a_key_leave_twenty_events_in_one_chain(pact: Pact) -> None:
    begin(pact)
    said = together(lambda at: answer(pact.do(KEEPER, note("norway", f"note {at}"))))
    assert sorted(each.rsplit(" ", 1)[1] for each in said) == sorted(map(str, range(RACERS)))
    assert sorted(int(each.split(" ", 3)[2]) for each in said) == list(range(2, RACERS + 2))
    assert verify(pact.store).intact


def test_many_who_open_one_new_database_at_once_find_one_schema(pact_url: str) -> None:
    def opens(_: int) -> str:
        pact = Pact.at(pact_url)
        found = pact.store.database.revision()
        pact.close()
        return str(found)

    assert set(together(opens)) == {"0002"}


def test_a_key_belongs_to_whoever_used_it(pact: Pact) -> None:
    begin(pact)
    mine = pact.do(KEEPER, note("norway", "mine"), "the key")
    theirs = pact.do(ANALYST, note("norway", "theirs"), "the key")
    assert (mine.kept.version, theirs.kept.version) == (2, 3)


def test_a_key_tells_nobody_again_what_is_not_theirs_any_more(pact: Pact) -> None:
    begin(pact)
    asked = Command("initiative", "add", {
        "name": "Plan", "functions": ["data"], "minerals": ["*"], "stages": ["*"], "countries": ["*"], "note": "draft",
    })  # fmt: skip
    first = pact.do(ANALYST, asked, "the key")
    assert pact.do(ANALYST, asked, "the key") == first
    pact.do(KEEPER, Command("initiative", "change", {"tier": "party", "owner": "norway", "note": "secret"}, "plan"))
    with pytest.raises(Denied, match="not yours to read now") as error:
        pact.do(ANALYST, asked, "the key")
    assert "draft" not in str(error.value)
    assert "secret" not in str(error.value)
    with pytest.raises(Conflict):
        pact.do(ANALYST, Command("initiative", "change", {"note": "x"}, "plan"), "the key")
    assert pact.store.state().seq == 3


def test_a_request_that_does_nothing_is_told_so_again(pact: Pact) -> None:
    assert pact.do_all(KEEPER, [], "the key") == ()
    assert pact.do_all(KEEPER, [], "the key") == ()


def test_several_steps_on_one_record_each_have_the_record_after_them(pact: Pact) -> None:
    begin(pact)
    commands = [note("norway", "a"), note("norway", "b")]
    first = pact.do_all(KEEPER, commands, "the key")
    assert [each.kept.record.note for each in first] == ["a", "b"]
    assert pact.do_all(KEEPER, commands, "the key") == first

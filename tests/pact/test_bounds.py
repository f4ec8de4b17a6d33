"""What comes in from outside, however odd, is written as it was said or refused in words, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Conflict, NoRecord, Pact
from orepact.pact.event import LARGEST
from orepact.pact.pact import found

FIRM = {"name": "Boliden", "kind": "firm"}


def deep(levels: int) -> Any:
    """Lists inside lists."""
    value: Any = "end"
    for _ in range(levels):
        value = [value]
    return value


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("half of a character", {"name": "a\ud800b"}, "U+D800"),
    ("NUL", {"name": "a\x00b"}, "U+0000"),
    ("escape", {"note": "\x1b[31mred"}, "U+001B"),
    ("NUL in the name of a field", {"na\x00me": "x"}, "U+0000"),
    ("a number for a text", {"name": 5}, "string"),
    ("not a number", {"name": float("nan")}, "nan"),
    ("infinity", {"name": float("inf")}, "inf"),
    ("too large a whole number", {"name": 10**5000}, "a larger one"),
    ("deep nesting", {"name": deep(100_000)}, "deep"),
    ("bytes", {"name": b"abc"}, "bytes"),
    ("a field whose name is a number", {5: "x"}, "int"),  # type: ignore[dict-item]
    ("blanks", {"name": "   "}, "blanks"),
    ("an id with a slash", {"id": "a/b"}, "it is no id"),
    ("an id that climbs", {"id": "../a"}, "it is no id"),
    ("an id with a line break", {"id": "abc\n"}, "it is no id"),
    ("an id in other letters", {"id": "\u0430\u0431\u0432"}, "it is no id"),
    ("an id that begins as hidden ones do", {"id": "x-1"}, "it is no id"),
    ("an id that is too long", {"id": "a" * 121}, "120"),
    ("a name that is too long", {"name": "a" * 201}, "200"),
    ("a field that is not there", {"nmae": "x"}, "did you mean name"),
    ("a day that does not exist", {"since": "2026-02-30"}, "a day that exists"),
]


@pytest.mark.parametrize(("given", "told"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
@pytest.mark.parametrize("key", [None, "key"])
def test_what_cannot_be_written_is_refused_in_words(given: dict[str, Any], told: str, key: str | None) -> None:
    pact = Pact.at("sqlite://")
    command = Command("party", "add", FIRM | given)
    with pytest.raises(BadInput) as error:
        pact.do(KEEPER, command, key)
    assert told in str(error.value)
    str(error.value).encode()
    assert pact.check(KEEPER, [command])
    assert list(pact.store.events()) == []


@pytest.mark.parametrize("name", ["😀 Åland 公司", "e\u0301", "\u202eabc", "a\nb\tc", "'; DROP TABLE event; --", '"\\'])
def test_every_other_letter_comes_back_as_it_was_said(pact: Pact, name: str) -> None:
    done = pact.do(KEEPER, Command("party", "add", FIRM | {"name": name}), "key")
    pact.store._state = type(pact.store._state)()
    kept = pact.sight(KEEPER).get("party", done.kept.id)
    assert kept is not None
    assert kept.record.name == name  # type: ignore[attr-defined]


def test_a_name_without_a_latin_letter_has_an_id_all_the_same(pact: Pact) -> None:
    ids = [pact.do(KEEPER, Command("party", "add", FIRM | {"name": name})).kept.id for name in ("公司", "会社")]
    assert len(set(ids)) == 2
    assert all(found(pact.sight(KEEPER), "party", each) for each in ids)


def long_agreement(letters: int) -> Command:
    """An agreement with sixty clauses of so many letters."""
    clauses = [{"clause": f"c{at}", "stands": "yes", "summary": "公" * letters} for at in range(60)]
    return Command("agreement", "add", {"name": "A", "parties": ["boliden"], "clauses": clauses})


def test_an_event_has_a_largest_size(pact: Pact) -> None:
    pact.do(KEEPER, Command("party", "add", FIRM))
    fits = pact.do(KEEPER, long_agreement(1300))
    assert 200_000 < len(fits.event.body.encode()) <= LARGEST
    for commands in ([long_agreement(1500)], [long_agreement(1500), long_agreement(1)]):
        with pytest.raises(BadInput, match=r"at most 256 kB; found 27\d \d{3} bytes"):
            pact.do_all(KEEPER, commands)
        assert [at for at, _ in pact.check(KEEPER, commands)] == [0]
    assert pact.store.state().seq == 2


def test_a_million_values_are_refused_before_they_are_looked_into(pact: Pact) -> None:
    with pytest.raises(BadInput, match="too much for one record"):
        pact.do(KEEPER, Command("party", "add", FIRM | {"readers": ["a"] * 1_000_000}))


@pytest.mark.parametrize("key", ["", "a" * 201, "a\nb", "\x00", "\ud800"])
def test_a_key_that_is_none_is_refused(pact: Pact, key: str) -> None:
    with pytest.raises(BadInput, match="it is no key") as error:
        pact.do(KEEPER, Command("party", "add", FIRM), key)
    str(error.value).encode()


def test_the_longest_key_is_kept(pact: Pact) -> None:
    key = "公" * 200
    first = pact.do(KEEPER, Command("party", "add", FIRM), key)
    assert pact.do(KEEPER, Command("party", "add", FIRM), key) == first


@pytest.mark.parametrize("record", ["a/b", "", "公司", "a" * 5000, "%00", "x-1"])
def test_a_record_of_any_name_is_not_there(pact: Pact, record: str) -> None:
    with pytest.raises(NoRecord):
        pact.do(KEEPER, Command("party", "change", {"note": "x"}, record))


@pytest.mark.parametrize(
    "odd",
    [
        Command("party", "change", {}, "a\ud800"),
        Command("party", "change", {}, 5),  # type: ignore[arg-type]
        Command("party", "add", FIRM, rule="a\x00"),
        Command("party", "add", FIRM, rule="a" * 301),
        Command("party", "add", FIRM, override="\ud800"),
        Command("party", "add", FIRM, evidence=["no record"]),  # type: ignore[list-item]
        Command("party", "add", FIRM, evidence=[{"address": "a" * 1001}]),
        Command("party", "add", FIRM, evidence=[{"title": "t"}] * 21),
        Command("party", "add", [1, 2]),  # type: ignore[arg-type]
        Command("party", "add", FIRM, effective="soon"),  # type: ignore[arg-type]
        Command("party\ud800", "add", FIRM),
        Command("party", "add\x00", FIRM),
        Command("party", "add", FIRM, expected=3),
    ],
)
@pytest.mark.parametrize("key", [None, "key"])
def test_every_part_of_a_command_may_be_wrong(odd: Command, key: str | None) -> None:
    pact = Pact.at("sqlite://")
    with pytest.raises((BadInput, Conflict)) as error:
        pact.do(KEEPER, odd, key)
    str(error.value).encode()
    assert list(pact.store.events()) == []


def test_a_moment_without_a_zone_is_one_in_utc(pact: Pact) -> None:
    pact.do(KEEPER, Command("party", "add", FIRM))
    for moment in (datetime(2000, 1, 1), datetime(2000, 1, 1, tzinfo=UTC)):  # noqa: DTZ001
        assert pact.sight(KEEPER, known_by=moment).all("party") == ()

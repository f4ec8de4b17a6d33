"""YAML that people write: keys that stand twice, numbers with a power of ten, days that do not exist, and lines."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest
import yaml

from orepact.errors import BadInput
from orepact.facts.episode_file import read_episodes
from orepact.files import parse_yaml, read_yaml, write_yaml
from orepact.indicators.members import region_of
from orepact.planning.project_list import read_projects
from orepact.planning.stop_list import read_stops


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e3", 1000),
        ("5e8", 500_000_000),
        ("-2.5e3", -2500),
        ("1e-3", 0.001),
        ("1.5E+2", 150.0),
        ("12", 12),
        ("'1e3'", "1e3"),
        ("1e3t", "1e3t"),
        ("2027-02-28", date(2027, 2, 28)),
        ("2027-02-30", "2027-02-30"),
    ],
)
def test_numbers_and_days_are_read_as_people_mean_them(text: str, value: object) -> None:
    found = parse_yaml(f"a: {text}", "x").content["a"]
    assert found == value
    assert type(found) is type(value)


def test_what_is_written_is_read_back() -> None:
    content = {
        "name": "1e3",
        "hash": "123456789e12",
        "a": 1e16,
        "b": 0.1,
        "c": ["2027-02-30", date(2027, 1, 1)],
        "d": 1e-7,
    }
    again = parse_yaml(write_yaml(content), "x").content
    assert again == content
    assert math.isfinite(again["a"])
    assert yaml.safe_load(write_yaml(content)) == content


def test_every_key_that_stands_twice_is_said_with_its_lines() -> None:
    with pytest.raises(BadInput) as caught:
        parse_yaml("a: 1\nb:\n  - {c: 1, c: 2}\n  - d: 1\n    d: 1\na: 2\n", "x.yaml")
    said = [str(each) for each in caught.value.problems]
    assert [each.split(";")[0] for each in said] == [
        "(x.yaml, line 3) the key 'c' stands twice",
        "(x.yaml, line 5) the key 'd' stands twice",
        "(x.yaml, line 6) the key 'a' stands twice",
    ]
    assert "it in line 1 too" in said[2]


def bomb(levels: int) -> str:
    return "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, levels))


def test_lines_are_kept_and_references_are_followed_once() -> None:
    written = parse_yaml("a: 1\nb:\n  - c: 2\n  - d: 3\n", "x")
    assert [written.line(way) for way in (["a"], ["b", 2, "d"], ["b", 2, "nothing"], ["z"])] == [1, 4, 4, None]
    assert len(parse_yaml(bomb(5), "x").lines) < 100


@pytest.mark.parametrize("text", [bomb(9), bomb(60), "a: &a [*a]\n", "a: &a {b: *a}\n"])
def test_a_few_lines_do_not_stand_for_more_than_any_memory_holds(text: str) -> None:
    with pytest.raises(BadInput, match="until it is too large"):
        parse_yaml(text, "x")


def test_a_long_text_that_repeats_nothing_is_read() -> None:
    assert len(parse_yaml("a: [" + "1, " * 150_000 + "1]\n", "x").content["a"]) == 150_001


@pytest.mark.parametrize(
    "reader", [read_episodes, read_projects, read_stops, lambda path: region_of(str(path)), read_yaml]
)
def test_no_file_may_have_a_key_twice(tmp_path: Path, reader) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "mine.yaml"
    path.write_text("name: a\nname: b\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"mine\.yaml, line 2\) the key 'name' stands twice"):
        reader(path)

"""Files that a command writes, which appear whole or not at all, and the YAML that people write, read in one way everywhere.

YAML is read with three differences: a key that stands twice is an error, 1e3 is a number, and a day that does not exist stays
text, so that whoever knows what the day is for can say so. Every key keeps the line in which it stands.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

import yaml

from orepact.errors import BadInput, Problem

LARGEST_YAML = 10_000_000
"""Bytes of a YAML file that is read."""

MOST_PARTS = 100_000
"""Parts that a document may stand for, where it repeats some by name."""

POWER = re.compile(r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?[eE][-+]?[0-9]+")
"""Numbers such as 1e3 and 5e8, which YAML 1.1 takes for text."""

MOST_EXACT = 1e15
"""A whole number below this is read as one: 1e3 is 1000."""


def data_folder() -> Path:
    """Where Orepact keeps what it remembers: the user's own data folder."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "orepact"


def check_writable(path: Path, endings: tuple[str, ...], place: str) -> None:
    """Raise BadInput where a file of that name cannot be written, or has another ending than its kind."""
    if path.suffix.lower() not in endings:
        todo = f"end it with {' or '.join(endings)}"
        raise BadInput(Problem(place, "the ending of the file is not one of its kind", f"'{path.name}'", todo))
    try:
        if not path.parent.is_dir():
            raise BadInput(Problem(place, "the folder of the file does not exist", f"'{path.parent}'", "make it first"))
        if path.is_dir():
            raise BadInput(Problem(place, "a folder of that name is in the way", f"'{path}'", "choose another name"))
    except OSError as error:
        raise _unwritable(place, error) from error


@contextmanager
def appearing_whole(path: Path, endings: tuple[str, ...], place: str) -> Iterator[Path]:
    """A neighbour of ``path`` to write to, which takes its name when the block ends well and is removed when it does not."""
    check_writable(path, endings, place)
    part = path.with_name(f".{path.stem[:60]}-{secrets.token_hex(6)}{path.suffix}")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise _unwritable(place, error) from error
    finally:
        part.unlink(missing_ok=True)


def _unwritable(place: str, error: OSError) -> BadInput:
    found = error.strerror if error.strerror and "name" not in error.strerror else type(error).__name__
    return BadInput(Problem(place, "the file cannot be written", found, "choose another name or folder"))


@contextmanager
def appearing_together(folder: Path, place: str) -> Iterator[Path]:
    """A hidden folder to write to; its files take their place in ``folder`` when the block ends well, or none of them does.

    ``folder`` is made where there is none. Files of other names that are already there stay.
    """
    check_folder(folder, place)
    part = folder.with_name(f".{folder.name[:60]}-{secrets.token_hex(6)}")
    try:
        part.mkdir()
        yield part
        folder.mkdir(exist_ok=True)
        for path in sorted(part.iterdir()):
            path.replace(folder / path.name)
    except OSError as error:
        raise _unwritable(place, error) from error
    finally:
        rmtree(part, ignore_errors=True)


def check_folder(folder: Path, place: str) -> None:
    """Raise BadInput where no folder of that name can be made or used."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(Problem(place, "a file of that name is in the way", f"'{folder}'", "choose another name"))
    if not folder.absolute().parent.is_dir():
        found = f"'{folder.parent}'"
        raise BadInput(Problem(place, "the folder above it does not exist", found, "make it first"))


Way = tuple[str | int, ...]
"""Keys, and places in lists from 1 on, that lead to something in a document."""


@dataclass(frozen=True)
class Written:
    """What a YAML text holds. lines: the line of every key and of every entry of a list, by the way to it."""

    content: Any
    lines: dict[Way, int]

    def line(self, way: Sequence[str | int]) -> int | None:
        """The line of the last thing on a way that stands in the text; parts of the way that do not are passed over."""
        found: Way = ()
        for part in way:
            if (*found, part) in self.lines:
                found = (*found, part)
        return self.lines.get(found)

    def with_line(self, problem: Problem) -> Problem:
        """A problem whose place is the file and the way to a key, joined by commas, with the line put behind the file."""
        name, *way = problem.place.split(", ")
        line = self.line([int(part) if part.isdigit() else part for part in way])
        place = ", ".join([name, *([f"line {line}"] if line else []), *way])
        return Problem(place, problem.wrong, problem.found, problem.todo)


def read_yaml(path: Path, place: str = "") -> Written:
    """The YAML file of that name; BadInput with its line where it is none. place: what errors call it, its name when left out."""
    place = place or path.name
    try:
        if path.is_file() and path.stat().st_size > LARGEST_YAML:
            raise BadInput(Problem(place, "the file is too large", "over 10 MB", "give another"))
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInput(
            Problem(
                place, "the file cannot be read, for there is no such file", f"nothing at '{path}'", "check its name"
            )
        ) from None
    except (OSError, ValueError) as error:
        found = getattr(error, "strerror", None) or "bytes that are no UTF-8 text"
        raise BadInput(Problem(place, "the file cannot be read", str(found), "name a YAML file")) from None
    return parse_yaml(text, place)


def parse_yaml(text: str, place: str) -> Written:
    """The content of a YAML text; BadInput with the line of everything that keeps it from being read."""
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is not None and _too_often(root):
            raise BadInput(
                Problem(
                    place,
                    "it repeats parts by *name until it is too large",
                    f"over {MOST_PARTS:,} parts when written out",
                    "write it without repeating",
                )
            )
        problems, lines = _twice(root, place), _lines(root)
        if not problems:
            return Written(None if root is None else loader.construct_document(root), lines)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{place}, line {mark.line + 1}" if mark is not None else place
        found = " ".join(str(getattr(error, "problem", None) or getattr(error, "reason", None) or "no YAML").split())
        raise BadInput(Problem(where, "the file is not YAML", found, "mend it there")) from None
    raise BadInput(problems)


def write_yaml(content: Any) -> str:
    """A YAML text that :func:`parse_yaml` reads back to the same content, keys in the order given."""
    return str(yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True))


class _Loader(yaml.SafeLoader):
    """YAML in which 1e3 is a number, and a day that does not exist is a text."""

    def power(self, node: yaml.ScalarNode) -> int | float:
        """A number with a power of ten: a whole one where it is one."""
        value = float(str(self.construct_scalar(node)).replace("_", ""))
        return int(value) if value.is_integer() and abs(value) < MOST_EXACT else value

    def day(self, node: yaml.ScalarNode) -> Any:
        """A day or a moment; the text itself where there is none such."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return self.construct_scalar(node)


class _Dumper(yaml.SafeDumper):
    """Puts texts that look like 1e3 in quotes."""


_POWER_TAG = "tag:orepact,2026:power"
for _kind in (_Loader, _Dumper):
    _kind.add_implicit_resolver(_POWER_TAG, re.compile(f"^(?:{POWER.pattern})$"), list("-+0123456789"))
    # What comes first is tried first: YAML's own numbers keep their reading.
_Loader.add_constructor(_POWER_TAG, _Loader.power)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.day)


def _too_often(root: yaml.Node) -> bool:
    """Whether a document repeats parts by name until it stands for more than it should, or holds itself."""
    known: dict[int, int] = {}
    written = [1]

    def size(node: yaml.Node, within: frozenset[int]) -> int:
        if not isinstance(node, yaml.CollectionNode):
            return 1
        if id(node) in within:
            return MOST_PARTS + 1
        if id(node) not in known:
            inside = (
                [each for pair in node.value for each in pair] if isinstance(node, yaml.MappingNode) else node.value
            )
            written[0] += len(inside)
            known[id(node)] = 1 + sum(size(each, within | {id(node)}) for each in inside)
        return known[id(node)]

    stands_for = size(root, frozenset())
    return stands_for > MOST_PARTS and stands_for > written[0]


def _nodes(root: yaml.Node | None) -> Iterator[tuple[Way, yaml.CollectionNode]]:
    """Every list and mapping of a document with the way to it, each once, however often it is referred to."""
    ahead: list[tuple[Way, yaml.Node]] = [] if root is None else [((), root)]
    seen: set[int] = set()
    while ahead:
        way, node = ahead.pop()
        if id(node) in seen or not isinstance(node, yaml.CollectionNode):
            continue
        seen.add(id(node))
        yield way, node
        ahead += [((*way, name), value) for name, _, value in _parts(node)]


def _parts(node: yaml.CollectionNode) -> Iterator[tuple[str | int, int, yaml.Node]]:
    """What a list or mapping holds: its key (or its place from 1 on), the line of that, and what stands there."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key.value, key.start_mark.line + 1, value
        return
    for at, value in enumerate(node.value, start=1):
        yield at, value.start_mark.line + 1, value


def _lines(root: yaml.Node | None) -> dict[Way, int]:
    return {(*way, name): line for way, node in _nodes(root) for name, line, _ in _parts(node)}


def _twice(root: yaml.Node | None, place: str) -> list[Problem]:
    """Every key that stands twice in one mapping of a document, in the order of their lines."""
    found: list[tuple[int, int, str]] = []
    for _, node in _nodes(root):
        first: dict[str | int, int] = {}
        for name, line, _ in _parts(node):
            if name in first and name != "<<":
                found.append((line, first[name], str(name)))
            first.setdefault(name, line)
    return [
        Problem(
            f"{place}, line {line}", f"the key '{name}' stands twice", f"it in line {before} too", "keep one of the two"
        )
        for line, before, name in sorted(found)
    ]
